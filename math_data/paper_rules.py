r"""The paper's own rules (Minerva's normalisation, then Hendrycks' equality), written anew from their description.

They compare texts and know no numbers: `.75` and `\frac{3}{4}` differ, as do 5 and 5.0, while `3,4` is the number 34.
They are here so that the paper's figures can be made again. Its classes of answers are made by `normalised` alone,
which is weaker than `are_equal`: `\dfrac{1}{2}` and `\frac{1}{2}`, or `x=5` and 5, are two classes. Time is linear in
the length of the texts.
"""

import re

_REPLACED = (("an ", ""), ("a ", ""), (".$", "$"), ("\\$", ""), ("\\ ", ""), (" ", ""), ("mbox", "text"),
             (",\\text{and}", ","), ("\\text{and}", ","), ("\\text{m}", "\\text{}"))  # fmt: skip
_FEET = re.compile(r"(?<!\\le)ft")
_AT_MOST = re.compile(r"\\le(?:q(?!slant))?(?![A-Za-z])")
_REMOVED = (
    "square", "ways", "integers", "dollars", "mph", "inches", "hours", "km", "units", "\\ldots", "points", "feet",
    "minutes", "digits", "cents", "degrees", "cm", "gm", "pounds", "meters", "meals", "edges", "students", "children",
    "tickets", "multiples", "\\text{s}", "\\text{.}", "\\text{}^2", "\\text{}^3", "\\text{}", "\\mathrm{th}",
    "^{\\circ}", "^\\circ", "\\;", ",\\!", "{,}", '"', "\\dots",
)  # fmt: skip
_WRAPPED = re.compile(r"\\(?:text|textbf|overline|boxed)\{([^{}]*)\}")
_FRACTION = re.compile(r"frac([^{\s])([^\s])")
_ROOT = re.compile(r"sqrt([^{\[\s])")

_SPELLED = (("\n", ""), ("\\!", ""), ("\\\\", "\\"), ("tfrac", "frac"), ("dfrac", "frac"), ("\\left", ""),
            ("\\right", ""), ("^{\\circ}", ""), ("^\\circ", ""), ("\\$", ""), ("\\%", ""), ("%", ""))  # fmt: skip
_BARE_POINT = re.compile(r"(^|[\s{])\.(?=\d)")
_ONE_SIDED = re.compile(r"\\frac(\{[^{}]*\}|[^{}\\])(\{|[^{}\\])")
_QUOTIENT = re.compile(r"(-?\d+)/(-?\d+)")


def normalised(text: str) -> str:
    """Give the text by which the paper puts answers into classes."""
    for old, new in _REPLACED:
        text = text.replace(old, new)
    text = _FEET.sub("", _AT_MOST.sub("<", text))
    for word in _REMOVED:
        text = text.replace(word, "")
    text = _inside_dollars(_WRAPPED.sub(r"\1", text))
    text = _ROOT.sub(r"sqrt{\1}", _FRACTION.sub(r"frac{\1}{\2}", text)).replace("$", "")
    digits = text.replace(",", "")
    return digits if digits.isdecimal() else text


def _inside_dollars(text: str) -> str:
    _, opening, rest = text.partition("$")
    inside, closing, _ = rest.partition("$")
    return inside if opening and closing and inside else text


def are_equal(a: str, b: str) -> bool:
    """Whether two answers are the same text after normalisation and further stripping."""
    return _stripped(normalised(a)) == _stripped(normalised(b))


def _stripped(text: str) -> str:
    for old, new in _SPELLED:
        text = text.replace(old, new)
    text = text.partition("\\text{ ")[0]
    text = _BARE_POINT.sub(r"\g<1>0.", text)
    name, sign, value = text.partition("=")
    if sign and len(name) <= 2 and "=" not in value:
        text = value
    text = _ONE_SIDED.sub(_braced, _ROOT.sub(r"sqrt{\1}", text).replace(" ", ""))
    if text == "0.5":
        return "\\frac{1}{2}"
    quotient = _QUOTIENT.fullmatch(text)
    return f"\\frac{{{quotient[1]}}}{{{quotient[2]}}}" if quotient else text


def _braced(match: re.Match[str]) -> str:
    """Put the braces around what stands above and below a line."""
    above, below = match[1], match[2]
    above = above if above.startswith("{") else f"{{{above}}}"
    return f"\\frac{above}{below if below == '{' else f'{{{below}}}'}"
