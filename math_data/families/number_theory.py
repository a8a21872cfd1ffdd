"""Number theory: divisors, primes, remainders, congruences and bases."""

from math import gcd, lcm
from random import Random

from math_data.families.drawing import coprime
from math_data.families.family import families

SMALL_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)
LARGE_PRIMES = tuple(number for number in range(101, 400) if all(number % prime for prime in SMALL_PRIMES))


def linear_congruence(rng: Random) -> tuple[str, str]:
    """The smallest positive solution of a linear congruence."""
    while True:
        factor, modulus = rng.randint(5, 40), rng.randint(60, 400)
        if gcd(factor, modulus) == 1:
            break
    rest = rng.randint(1, modulus - 1)
    question = rf"What is the smallest positive integer $x$ with ${factor}x \equiv {rest} \pmod{{{modulus}}}$?"
    return question, str(rest * pow(factor, -1, modulus) % modulus)


def base_conversion(rng: Random) -> tuple[str, str]:
    """A number's numeral of four digits in base 6."""
    number = rng.randint(6**3, 6**4 - 1)
    question = f"Write the base-10 number ${number}$ in base $6$, with the base as a subscript."
    return question, _numeral(number, 6)


def _numeral(number: int, base: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, base)
        digits = f"{digit}{digits}"
    return f"{digits}_{base}"


def sum_of_divisors(rng: Random) -> tuple[str, str]:
    """The sum of all positive divisors of a number."""
    number = rng.randint(60, 1200)
    question = f"What is the sum of all positive divisors of ${number}$, including $1$ and ${number}$ itself?"
    return question, str(sum(divisor for divisor in range(1, number + 1) if number % divisor == 0))


def least_common_multiple(rng: Random) -> tuple[str, str]:
    """The least common multiple of two numbers that share a factor."""
    shared = rng.randint(2, 12)
    left, right = (shared * factor for factor in coprime(rng, 3, 19))
    return f"Find the least common multiple of ${left}$ and ${right}$.", str(lcm(left, right))


def chinese_remainder(rng: Random) -> tuple[str, str]:
    """The smallest positive integer with three given remainders."""
    while True:
        moduli = sorted(rng.sample(range(4, 14), 3))
        if lcm(*moduli) == moduli[0] * moduli[1] * moduli[2]:
            break
    rests = [rng.randint(1, modulus - 1) for modulus in moduli]
    question = (
        f"A positive integer leaves the remainder {rests[0]} when divided by {moduli[0]}, the remainder {rests[1]} "
        f"when divided by {moduli[1]}, and the remainder {rests[2]} when divided by {moduli[2]}. What is the smallest "
        "it can be?"
    )
    product = lcm(*moduli)
    parts = (
        rest * (product // modulus) * pow(product // modulus, -1, modulus)
        for rest, modulus in zip(rests, moduli, strict=True)
    )
    return question, str(sum(parts) % product)


def prime_factors(rng: Random) -> tuple[str, str]:
    """The list of primes that divide a number."""
    while True:
        small, middle, large = sorted(rng.sample(SMALL_PRIMES, 3))
        if small <= 7:
            break
    question = (
        f"Find all prime numbers that divide ${small * middle * large}$. List them from smallest to largest, separated "
        "by commas."
    )
    return question, f"{small}, {middle}, {large}"


def zeros_of_factorial(rng: Random) -> tuple[str, str]:
    """How many zeros a factorial ends with."""
    number = rng.randint(50, 2000)
    question = f"With how many zeros does the decimal form of ${number}!$ end?"
    zeros, power = 0, 5
    while power <= number:
        zeros += number // power
        power *= 5
    return question, str(zeros)


def coprime_count(rng: Random) -> tuple[str, str]:
    """How many smaller numbers are coprime to a number."""
    number = rng.randint(60, 1200)
    question = f"How many positive integers less than ${number}$ have no factor greater than $1$ in common with it?"
    return question, str(sum(gcd(number, other) == 1 for other in range(1, number)))


def power_modulo_prime(rng: Random) -> tuple[str, str]:
    """The remainder of a large power, by Fermat's little theorem."""
    prime, base, rest = rng.choice(LARGE_PRIMES), rng.randint(2, 20), rng.randint(3, 5)
    exponent = rng.randint(2, 9) * (prime - 1) + rest
    question = (
        f"The number ${prime}$ is prime. What is the remainder when ${base}^{{{exponent}}}$ is divided by ${prime}$?"
    )
    return question, str(pow(base, rest, prime))


def sum_in_base(rng: Random) -> tuple[str, str]:
    """The sum of two numerals of three digits in base 7."""
    left, right = rng.randint(7**2, 7**3 - 1), rng.randint(7**2, 7**3 - 1)
    question = (
        f"Add the base-7 numbers ${_numeral(left, 7)}$ and ${_numeral(right, 7)}$. Write the sum in base $7$, with the "
        "base as a subscript."
    )
    return question, _numeral(left + right, 7)


NUMBER_THEORY = families(
    "number_theory",
    {
        linear_congruence: 4,
        base_conversion: 2,
        sum_of_divisors: 3,
        least_common_multiple: 1,
        chinese_remainder: 5,
        prime_factors: 3,
        zeros_of_factorial: 3,
        coprime_count: 3,
        power_modulo_prime: 4,
        sum_in_base: 2,
    },
)
