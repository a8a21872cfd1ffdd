"""Final answers written otherwise: rewritings that mean the same, and near misses that do not.

Each is a pair of a kind and a text. They work on the text alone and know nothing of how answers are compared; where a
rewriting could change the meaning, or a near miss could keep it, there is none.
"""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction

Variant = tuple[str, str]
"""A kind, and the text."""

_INTEGER = re.compile(r"-?\d+")
_QUOTIENT = re.compile(r"(-?)\\[dt]?frac\{(-?\d+)\}\{(\d+)\}")
_LIST = re.compile(r"[^()\[\]{}\\,]+(?:, ?[^()\[\]{}\\,]+)+")
_PAIR = re.compile(r"(\\left)?([(\[])([^,()\[\]]+),([^,()\[\]]+?)(?:\\right)?([)\]])")
_WORD = re.compile(r"\\(?:text|mbox|textbf)\{ *([A-Za-z]{3,}) *\}")
_BASED = re.compile(r"(\d+)_\{?(\d+)\}?")
_DIGITS = re.compile(r"(?<![\^_\d])(?<![\^_]\{)(?<!\^\{-)\d+(?![\d!])")
"""What may be changed so that the answer changes: no exponent, no index and no factorial."""
_LETTER = re.compile(r"(?<![\\A-Za-z{_])([b-df-hj-np-z])(?![A-Za-z])")


def same(answer: str) -> Iterator[Variant]:
    """Write the answer in ways that mean the same."""
    yield "in dollars", f"${answer}$"
    yield "boxed", rf"\boxed{{{answer}}}"
    yield "a full stop", f"{answer}."
    yield "blanks around", f"  {answer} \n"
    for kind, rewrite in _SAME:
        text = rewrite(answer)
        if text is not None and text != answer:
            yield kind, text


def _number(answer: str) -> Fraction | None:
    if _INTEGER.fullmatch(answer):
        return Fraction(answer)
    match = _QUOTIENT.fullmatch(answer)
    return Fraction(f"{match[1]}{match[2]}".replace("--", "")) / int(match[3]) if match and int(match[3]) else None


def _other_fraction(answer: str) -> str | None:
    if r"\frac" in answer:
        return answer.replace(r"\frac", r"\dfrac")
    return answer.replace(r"\dfrac", r"\frac").replace(r"\tfrac", r"\frac")


def _slash(answer: str) -> str | None:
    match = _QUOTIENT.fullmatch(answer)
    return f"{match[1]}{match[2]}/{match[3]}" if match else None


def _sized(answer: str) -> str | None:
    if r"\left" in answer:
        return answer.replace(r"\left", "").replace(r"\right", "")
    return f"\\left{answer[:-1]}\\right{answer[-1]}" if _PAIR.fullmatch(answer) else None


def _spaced(answer: str) -> str | None:
    return re.sub(r"(?<=[\w})])([+=])(?=[\w\\({])", r" \1 ", re.sub(r",(?![\d}]|\\!)", r",\\, ", answer))


def _decimal(answer: str) -> str | None:
    number = _number(answer)
    if number is None or 10**6 % number.denominator:
        return None
    text = f"{abs(number.numerator) * (10**6 // number.denominator):07d}"
    sign = "-" if number < 0 else ""
    return f"{sign}{text[:-6]}.{text[-6:].rstrip('0') or '0'}"


def _thousands(answer: str) -> str | None:
    return f"{int(answer):,}" if _INTEGER.fullmatch(answer) and abs(int(answer)) > 999 else None


def _degrees(answer: str) -> str | None:
    return rf"{answer}^\circ" if _INTEGER.fullmatch(answer) else None


def _unit(answer: str) -> str | None:
    return rf"{answer} \text{{ square units}}" if _number(answer) is not None else None


def _assigned(answer: str) -> str | None:
    return f"n = {answer}" if _number(answer) is not None else None


def _after_number(text: str) -> Callable[[str], str | None]:
    return lambda answer: f"{answer}{text}" if _number(answer) is not None else None


def _before_number(text: str) -> Callable[[str], str | None]:
    return lambda answer: f"{text}{answer}" if _number(answer) is not None else None


def _backwards(answer: str) -> str | None:
    if not _LIST.fullmatch(answer) or _with_thousands(answer):
        return None
    return ", ".join(reversed([part.strip() for part in answer.split(",")]))


def _with_thousands(answer: str) -> bool:
    return bool(re.search(r"\d,\d{3}", answer))


def _in_braces(answer: str) -> str | None:
    return rf"\{{{answer}\}}" if _LIST.fullmatch(answer) and not _with_thousands(answer) else None


def _and(answer: str) -> str | None:
    backwards = _backwards(answer)
    return r" \text{ and } ".join(backwards.rsplit(", ", 1)) if backwards else None


def _or(answer: str) -> str | None:
    backwards = _backwards(answer)
    return " or ".join(backwards.rsplit(", ", 1)) if backwards else None


def _capitals(answer: str) -> str | None:
    return _WORD.sub(lambda match: rf"\text{{{match[1].upper()}}}", answer) if _WORD.fullmatch(answer) else None


def _bare_word(answer: str) -> str | None:
    match = _WORD.fullmatch(answer)
    return match[1] if match else None


def _other_matrix(answer: str) -> str | None:
    return answer.replace("pmatrix", "bmatrix")


def _other_base(answer: str) -> str | None:
    match = _BASED.fullmatch(answer)
    if not match:
        return None
    return f"{match[1]}_{match[2]}" if "{" in answer else f"{match[1]}_{{{match[2]}}}"


_SAME: tuple[tuple[str, Callable[[str], str | None]], ...] = (
    ("another size of fraction", _other_fraction), ("a slash", _slash), ("brackets of another size", _sized),
    ("spacing", _spaced), ("as a decimal", _decimal), ("thousands", _thousands), ("degrees", _degrees),
    ("a unit", _unit), ("a name before it", _assigned), ("a list backwards", _backwards),
    ("a unit in plain text", _after_number(" square units")), ("a unit of one letter", _after_number(" m")),
    ("a rate", _after_number(" m/s")), ("a sum before it", _before_number("r+s = ")),
    ("a value of a function", _before_number("f(2) = ")), ("a description", _before_number(r"\text{Area} = ")),
    ("a description in plain text", _before_number("Total cost: ")), ("a list with or", _or),
    ("a list as a set", _in_braces), ("a list with and", _and),
    ("in capitals", _capitals), ("without \\text", _bare_word),
    ("other brackets of a matrix", _other_matrix), ("the base in braces or not", _other_base),
)  # fmt: skip


NAMING = frozenset(("a name before it", "a sum before it", "a value of a function"))
"""Kinds that say what the answer is the value of: each equals the answer, and no two are equal."""


def different(answer: str) -> Iterator[Variant]:
    """Change the answer a little, so that it is another one."""
    for kind, change in _DIFFERENT:
        text = change(answer)
        if text is not None and text != answer:
            yield kind, text


def _changed(by: int, place: int) -> Callable[[str], str | None]:
    """Change the number that is `place`-th, from the end where that is negative."""

    def changed(answer: str) -> str | None:
        found = [*_DIGITS.finditer(answer)]
        if len(found) < 1 + (place >= 0) or int(found[place][0]) + by <= 0:
            return None
        match = found[place]
        digits = f"{int(match[0]) + by:0{len(match[0])}d}"
        return answer[: match.start()] + digits + answer[match.end() :] if len(digits) == len(match[0]) else None

    return changed


def _negative(answer: str) -> str | None:
    number = _number(answer)
    if number is None or not number:
        return None
    return answer[1:] if answer.startswith("-") else f"-{answer}"


def _digits_swapped(answer: str) -> str | None:
    match = re.search(r"(?<![\^_\d.])([1-9])([1-9])(?!\d)", answer)
    if not match or match[1] == match[2] or _number(answer) is None:
        return None
    return f"{answer[: match.start()]}{match[2]}{match[1]}{answer[match.end() :]}"


def _digit_more(answer: str) -> str | None:
    return f"{answer}1" if _INTEGER.fullmatch(answer) else None


def _half_more(answer: str) -> str | None:
    return f"{answer}.5" if _INTEGER.fullmatch(answer) else None


def _numerator(answer: str) -> str | None:
    match = re.search(r"(?<![\w\\}])(-?)\\[dt]?frac\{(\d+)\}", answer)
    if not match or r"\pm" in answer:
        return None
    return f"{answer[: match.start(2)]}{int(match[2]) + 1}{answer[match.end(2) :]}"


def _turned_over(answer: str) -> str | None:
    match = _QUOTIENT.fullmatch(answer)
    if not match or match[2] in (match[3], "0"):
        return None
    return rf"{match[1]}\frac{{{match[3]}}}{{{match[2]}}}"


def _entries_swapped(answer: str) -> str | None:
    match = _PAIR.fullmatch(answer)
    if not match or match[3].strip() == match[4].strip():
        return None
    return f"{match[2]}{match[4]},{match[3]}{match[5]}"


def _other_bracket(answer: str) -> str | None:
    match = _PAIR.fullmatch(answer)
    return f"{'[' if match[2] == '(' else '('}{match[3]},{match[4]}{match[5]}" if match else None


def _entry_less(answer: str) -> str | None:
    match = _PAIR.fullmatch(answer)
    if match:
        return match[3].strip()
    return answer.rpartition(",")[0] if _LIST.fullmatch(answer) and not _with_thousands(answer) else None


def _entry_more(answer: str) -> str | None:
    match = _PAIR.fullmatch(answer)
    return f"{match[2]}{match[3]},{match[4]},7{match[5]}" if match else f"{answer}, 7777"


def _in_a_pair(answer: str) -> str | None:
    return f"({answer}, 7777)"


def _other_letter(answer: str) -> str | None:
    if "=" in answer or r"\text" in answer or r"\mbox" in answer or not _LETTER.search(answer):
        return None
    return _LETTER.sub("w", answer) if "w" not in answer else None


def _term_more(answer: str) -> str | None:
    plain = not re.search(r"[=<>,]|\\text|\\mbox|\\le|\\ge|matrix|\\cup|\\%|\\pm|circ|_|:|\\in|\\\$", answer)
    return f"{answer}+1" if plain and not _INTEGER.fullmatch(answer) else None


def _word_more(answer: str) -> str | None:
    return rf"\text{{not }}{answer}" if r"\text" in answer or _WORD.fullmatch(answer) else None


def _other_word(answer: str) -> str | None:
    match = _WORD.fullmatch(answer)
    return rf"\text{{{match[1]}ish}}" if match else None


def _turned_word(answer: str) -> str | None:
    match = _WORD.fullmatch(answer)
    turned = match[1][::-1] if match else ""
    return rf"\text{{{turned}}}" if match and turned.lower() != match[1].lower() else None


def _other_choice(answer: str) -> str | None:
    places = [*re.finditer(r"(?<![\\A-Za-z])([A-Z])(?![a-z])", answer)]
    if not places or re.search(r"[=\d]", answer):
        return None
    last = places[-1]
    return answer[: last.start()] + ("Q" if last[1] != "Q" else "R") + answer[last.end() :]


def _other_numeral(answer: str) -> str | None:
    match = _BASED.fullmatch(answer)
    return f"{match[1]}1_{{{match[2]}}}" if match else None


def _numeral_alone(answer: str) -> str | None:
    match = _BASED.fullmatch(answer)
    return f"{match[1]}_{{{int(match[2]) + 1}}}" if match and int(match[2]) != 9 else None


def _row_less(answer: str) -> str | None:
    if "pmatrix" not in answer or r"\\" not in answer:
        return None
    return answer.rpartition(r"\\")[0] + r"\end{pmatrix}"


def _part_less(answer: str) -> str | None:
    return answer.rpartition(r"\cup")[0] if r"\cup" in answer else None


def _after_other_than_zero(text: str) -> Callable[[str], str | None]:
    return lambda answer: f"{answer}{text}" if _number(answer) else None


def _sets_of_one(answer: str) -> str | None:
    if not _LIST.fullmatch(answer) or _with_thousands(answer):
        return None
    return ", ".join(rf"\{{{part.strip()}\}}" for part in answer.split(","))


def _set_in_a_set(answer: str) -> str | None:
    return rf"\{{\{{{answer}\}}\}}" if _number(answer) is not None or _sets_of_one(answer) else None


def _doubled(answer: str) -> str | None:
    simple = re.fullmatch(r"-?[\w\\{}/ ^!]+", answer) and re.search(r"\\sqrt|\\pi|[a-z]\b", answer)
    plain = not re.search(r"\\text|\\mbox|circ|_|matrix|\\pm", answer)
    return rf"2\cdot({answer})" if simple and plain else None


_DIFFERENT: tuple[tuple[str, Callable[[str], str | None]], ...] = (
    ("a number greater by 1", _changed(1, -1)),
    ("a number less by 1", _changed(-1, -1)), ("a number greater by 2", _changed(2, -1)),
    ("the first number greater by 1", _changed(1, 0)), ("the other sign", _negative),
    ("two digits swapped", _digits_swapped),
    ("a digit more", _digit_more), ("a half more", _half_more), ("another numerator", _numerator),
    ("turned over", _turned_over), ("entries swapped", _entries_swapped), ("another bracket", _other_bracket),
    ("an entry less", _entry_less), ("an entry more", _entry_more), ("in a pair", _in_a_pair),
    ("another letter", _other_letter),
    ("a term more", _term_more), ("not", _word_more), ("another word", _other_word), ("a word backwards", _turned_word),
    ("another choice", _other_choice), ("another numeral", _other_numeral), ("another base", _numeral_alone),
    ("a row less", _row_less), ("a part less", _part_less), ("doubled", _doubled),
    ("times letters", _after_other_than_zero("axy")), ("times a letter", _after_other_than_zero("m")),
    ("fifths", _after_other_than_zero(" fifths")), ("million", _after_other_than_zero(" million")),
    ("sets of one", _sets_of_one), ("a set in a set", _set_in_a_set), ("an equation", _before_number("2x = ")),
)  # fmt: skip
