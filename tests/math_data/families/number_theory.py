"""Checks of number theory: search from below, and sympy's number theory."""

from itertools import count
from math import factorial

import sympy

from tests.math_data.families.reading import Check, formulas, numbers


def linear_congruence(question: str, answer: str) -> bool:
    factor = int(formulas(question)[1].split("x")[0])
    rest, modulus = numbers(formulas(question)[1].split("equiv")[1])
    return int(answer) == next(x for x in count(1) if (factor * x - rest) % modulus == 0)


def base_conversion(question: str, answer: str) -> bool:
    number, base = numbers(question.replace("base-10", ""))
    numeral, subscript = answer.split("_")
    return int(numeral, base) == number and int(subscript) == base


def sum_of_divisors(question: str, answer: str) -> bool:
    return bool(int(answer) == sympy.divisor_sigma(numbers(question)[0]))


def least_common_multiple(question: str, answer: str) -> bool:
    left, right = numbers(question)
    return int(answer) == next(multiple for multiple in count(left, left) if multiple % right == 0)


def chinese_remainder(question: str, answer: str) -> bool:
    given = numbers(question)
    pairs = list(zip(given[::2], given[1::2], strict=True))
    return int(answer) == next(n for n in count(1) if all(n % modulus == rest for rest, modulus in pairs))


def prime_factors(question: str, answer: str) -> bool:
    return answer == ", ".join(map(str, sympy.primefactors(numbers(question)[0])))


def zeros_of_factorial(question: str, answer: str) -> bool:
    product, zeros = factorial(numbers(question)[0]), int(answer)
    return bool(product % 10**zeros == 0 and product % 10 ** (zeros + 1) != 0)


def coprime_count(question: str, answer: str) -> bool:
    return bool(int(answer) == sympy.totient(numbers(question)[0]))


def power_modulo_prime(question: str, answer: str) -> bool:
    prime, again = numbers(question)[0], numbers(question)[-1]
    base, exponent = (int(part.strip("{}")) for part in formulas(question)[1].split("^"))
    return bool(prime == again and sympy.isprime(prime) and int(answer) == pow(base, exponent, prime))


def sum_in_base(question: str, answer: str) -> bool:
    left, right, whole = (int(numeral.removesuffix("_7"), 7) for numeral in (*formulas(question)[:2], answer))
    return answer.endswith("_7") and left + right == whole


NUMBER_THEORY: dict[str, Check] = {
    "linear_congruence": linear_congruence,
    "base_conversion": base_conversion,
    "sum_of_divisors": sum_of_divisors,
    "least_common_multiple": least_common_multiple,
    "chinese_remainder": chinese_remainder,
    "prime_factors": prime_factors,
    "zeros_of_factorial": zeros_of_factorial,
    "coprime_count": coprime_count,
    "power_modulo_prime": power_modulo_prime,
    "sum_in_base": sum_in_base,
}
