"""Numbers in words: `twenty-one`, and what `three fifths` and `4.5 million` are multiplied by."""

from collections.abc import Sequence
from fractions import Fraction

_SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
        "sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        start=3,
    )
}
_MAGNITUDES = {
    "dozen": 12, "score": 20, "hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
_FACTORS = {
    "half": Fraction(1, 2), "halves": Fraction(1, 2), "quarter": Fraction(1, 4), "quarters": Fraction(1, 4),
    **{word: Fraction(value) for word, value in _MAGNITUDES.items()},
    **{f"{word}s": Fraction(value) for word, value in _MAGNITUDES.items() if word != "score"},
    **{
        word + end: Fraction(1, value)
        for word, value in (
            *_ORDINALS.items(), ("hundredth", 100), ("thousandth", 1_000), ("millionth", 10**6),
        )
        for end in ("", "s")
    },
}  # fmt: skip
_ALONE = frozenset(("half", "dozen", *(word for word in _MAGNITUDES if word != "score")))
"""Factors that are numbers without one before them."""


def factor(word: str) -> Fraction | None:
    """What the number before a word is multiplied by: 1/5 of `fifths`, a million of `million`; None for other words."""
    return _FACTORS.get(word)


def number(word: str) -> int | None:
    """The value of `zero` to `ninety-nine`, with or without the hyphen; None for other words."""
    if word in _SMALL or word in _TENS:
        return _SMALL.get(word, _TENS.get(word))
    for tens, value in _TENS.items():
        ones = _SMALL.get(word.removeprefix(tens).removeprefix("-")) if word.startswith(tens) else None
        if ones and ones < 10:
            return value + ones
    return None


def spoken(words: Sequence[str]) -> Fraction | None:
    """The value of `twenty one`, `two thirds`, `a dozen` or `three hundred`; None for words that say no number."""
    words = "-".join(words).split("-")
    end, scale = len(words), Fraction(1)
    while end and (by := factor(words[end - 1])) is not None:
        scale *= by
        end -= 1
    said = "-".join(words[:end])
    if not said or said in ("a", "an"):
        alone = len(words) - end == 1 and (said or words[end] in _ALONE)
        return scale if alone else None
    value = number(said)
    return None if value is None else value * scale
