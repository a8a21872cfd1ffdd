"""Scalars as trees: numbers, letters, sums, products, powers, roots and functions, read from tokens."""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from math_data.latex import Token, UnreadableError

MAX_DEPTH = 40
"""Groups within groups; deeper ones are not read."""


class Node(NamedTuple):
    """A scalar: `op` applied to `args`."""

    op: str
    """`num`, `sym`, `add`, `mul`, `div`, `pow`, `root` (radicand, degree), or a function's name."""
    args: tuple["Node", ...] = ()
    value: Fraction = Fraction(0)
    """Of a `num`."""
    name: str = ""
    """Of a `sym`."""


def num(value: int | Fraction) -> Node:
    """Make the tree of a number."""
    return Node("num", value=Fraction(value))


MINUS_ONE: Final = num(-1)
FUNCTIONS = frozenset("sin cos tan cot sec csc log ln arcsin arccos arctan sinh cosh tanh exp".split())
"""Written before their argument, with or without brackets."""
_INVERSE = {"sin": "arcsin", "cos": "arccos", "tan": "arctan"}
_GREEK = frozenset("pi theta alpha beta gamma delta lambda omega phi mu sigma rho infty ell epsilon tau psi".split())
_NO_FACTORS = frozenset("pm mp cup in le ge ne approx dots rfloor rceil choose".split())
_CLOSING = {"(": ")", "[": "]", "{": "}", "\\{": "\\}"}
_REPEATING = re.compile(r"(\d*)\.(\d*)\\[a-z]+\s*\{\s*(\d+)\s*\}")


def negative(node: Node) -> Node:
    """Change the sign."""
    return num(-node.value) if node.op == "num" else Node("mul", (MINUS_ONE, node))


def minus(a: Node, b: Node) -> Node:
    """Subtract."""
    return Node("add", (a, negative(b)))


def symbols(node: Node) -> frozenset[str]:
    """The names of all letters in it."""
    if node.op == "sym":
        return frozenset({node.name})
    return frozenset().union(*map(symbols, node.args))


def read(found: Sequence[Token], sign: int = 1) -> Node:
    r"""Read one scalar.

    Args:
        found: All of its tokens.
        sign: What `\pm` stands for; `\mp` is its opposite.

    Raises:
        UnreadableError: They are no scalar.
    """
    reader = _Reader(found, sign)
    node = reader.sum(0)
    if reader.at < len(found):
        raise UnreadableError("something is left over")
    return node


def decimal(token: Token) -> Fraction:
    """The value of a number's token."""
    if token.kind == "number":
        return Fraction(token.text)
    match = _REPEATING.fullmatch(token.text)
    assert match, "the scanner's own pattern is narrower"
    whole, head, tail = match.groups()
    fixed = Fraction(int((whole + head) or "0"), 10 ** len(head))
    return fixed + Fraction(int(tail), (10 ** len(tail) - 1) * 10 ** len(head))


class _Reader:
    """Recursive descent; what it does not know is `UnreadableError`."""

    def __init__(self, found: Sequence[Token], sign: int) -> None:
        self.found, self.at, self.plus_minus = list(found), 0, sign

    def peek(self, ahead: int = 0) -> Token:
        """The token `ahead`, or an empty symbol past the end."""
        at = self.at + ahead
        return self.found[at] if at < len(self.found) else Token("symbol", "")

    def take(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def expect(self, text: str) -> None:
        if self.take().text != text:
            raise UnreadableError(f"no {text} where one is needed")

    def is_sign(self) -> int:
        """The sign that stands here, 0 for none."""
        token = self.peek()
        if token.kind == "command" and token.text in ("pm", "mp"):
            return self.plus_minus if token.text == "pm" else -self.plus_minus
        return {"+": 1, "-": -1}.get(token.text, 0)

    def sum(self, depth: int) -> Node:
        """Terms with signs between them."""
        if depth > MAX_DEPTH:
            raise UnreadableError("nested too deeply")
        terms = [self.signed(depth)]
        while self.is_sign():
            terms.append(self.signed(depth))
        node = terms[0] if len(terms) == 1 else Node("add", tuple(terms))
        if self.peek().text == "choose" and self.peek().kind == "command":
            self.at += 1
            return Node("binom", (node, self.sum(depth + 1)))
        return node

    def signed(self, depth: int) -> Node:
        sign = 1
        while here := self.is_sign():
            sign *= here
            self.at += 1
        term = self.product(depth)
        return term if sign > 0 else negative(term)

    def product(self, depth: int) -> Node:
        """Factors, divided or multiplied from left to right, with or without a sign between them."""
        node = self.mixed(depth)
        while True:
            token = self.peek()
            if token.kind == "symbol" and token.text in ("*", "/"):
                self.at += 1
                sign = self.is_sign()
                self.at += bool(sign)
                factor = self.power(depth)
                factor = negative(factor) if sign < 0 else factor
                node = Node("mul" if token.text == "*" else "div", (node, factor))
            elif self.starts_factor():
                node = Node("mul", (node, self.power(depth)))
            else:
                return node

    def starts_factor(self) -> bool:
        token = self.peek()
        if token.kind == "letter":
            return True
        if token.kind == "command":
            return token.text not in _NO_FACTORS
        return token.kind == "symbol" and token.text in ("(", "{", "[")

    def mixed(self, depth: int) -> Node:
        """Read a factor, or a mixed number: an integer and a proper fraction of integers side by side."""
        if not (self.peek().kind == "number" and self.peek().text.isdigit()):
            return self.power(depth)
        whole, begin, untouched = int(self.peek().text), self.at, list(self.found)
        self.at += 1
        part = self.proper_fraction(depth)
        if part is None:
            self.at, self.found = begin, untouched
            return self.power(depth)
        return num(whole + part)

    def proper_fraction(self, depth: int) -> Fraction | None:
        if self.peek().text == "frac" and self.peek().kind == "command":
            node = self.atom(depth)
            above, below = node.args
        elif self.peek().kind == "number" and self.peek().gap and self.peek(1).text == "/":
            above, below = self.atom(depth), self.atom_after("/", depth)
        else:
            return None
        whole = above.op == below.op == "num" and above.value.denominator == below.value.denominator == 1
        if not whole or not 0 < above.value < below.value or self.peek().text == "^":
            return None
        return above.value / below.value

    def atom_after(self, text: str, depth: int) -> Node:
        self.expect(text)
        return self.atom(depth)

    def power(self, depth: int) -> Node:
        node = self.atom(depth)
        while self.peek().text in ("!", "^", "'") and self.peek().kind == "symbol":
            match self.take().text:
                case "!":
                    node = Node("factorial", (node,))
                case "^":
                    node = Node("pow", (node, self.argument(depth, whole_number=True)))
                    if self.peek().text == "^":
                        raise UnreadableError("two exponents")
                case _:
                    raise UnreadableError("a derivative")
        return node

    def argument(self, depth: int, *, whole_number: bool = False) -> Node:
        """What a command or `^` applies to: a group, or the next token; of a number only a digit, unless whole."""
        token = self.peek()
        if depth > MAX_DEPTH:
            raise UnreadableError("nested too deeply")
        if sign := self.is_sign():
            self.at += 1
            inner = self.argument(depth + 1, whole_number=whole_number)
            return inner if sign > 0 else negative(inner)
        if token.kind == "number" and token.text.isdigit() and len(token.text) > 1 and not whole_number:
            self.found[self.at] = token._replace(text=token.text[1:], gap=False)
            return num(int(token.text[0]))
        return self.atom(depth + 1)

    def atom(self, depth: int) -> Node:
        token = self.take()
        match token.kind:
            case "number" | "repeating":
                return num(decimal(token))
            case "letter":
                return self.letter(token.text)
            case "command":
                return self.command(token.text, depth)
            case "symbol" if token.text in ("(", "{", "["):
                return self.closed(_CLOSING[token.text], depth)
            case "symbol" if token.text == "|":
                return Node("abs", (self.closed("|", depth),))
        raise UnreadableError(f"{token.text!r} is no scalar")

    def closed(self, closing: str, depth: int) -> Node:
        node = self.sum(depth + 1)
        self.expect(closing)
        return node

    def letter(self, name: str) -> Node:
        if self.peek().text == "_":
            self.at += 1
            name += f"_{self.subscript()}"
        return Node("sym", name=name)

    def subscript(self) -> str:
        token = self.take()
        if token.text != "{":
            return token.text
        inside = []
        while self.peek().text != "}":
            if self.at >= len(self.found):
                raise UnreadableError("a brace is not closed")
            inside.append(self.take().text)
        self.at += 1
        return "".join(inside)

    def command(self, name: str, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise UnreadableError("nested too deeply")
        if name in _GREEK:
            return self.letter(f"\\{name}")
        if name in FUNCTIONS:
            return self.function(name, depth)
        match name:
            case "frac":
                return Node("div", (self.argument(depth), self.argument(depth)))
            case "sqrt":
                return self.sqrt(depth)
            case "binom":
                return Node("binom", (self.argument(depth), self.argument(depth)))
            case "lfloor" | "lceil":
                inner = self.closed("r" + name[1:], depth)
                return Node("floor" if name == "lfloor" else "ceil", (inner,))
        raise UnreadableError(f"the command {name} is not known")

    def sqrt(self, depth: int) -> Node:
        degree = num(2)
        if self.peek().text == "[":
            self.at += 1
            degree = self.closed("]", depth)
        return Node("root", (self.argument(depth, whole_number=True), degree))

    def function(self, name: str, depth: int) -> Node:
        """Read a function and its argument: what is in brackets, or all factors up to the next sign or function."""
        base = power = None
        while self.peek().text in ("_", "^"):
            if self.take().text == "_":
                base = self.argument(depth, whole_number=True)
            else:
                power = self.argument(depth, whole_number=True)
        if power == MINUS_ONE and name in _INVERSE:
            name, power = _INVERSE[name], None
        if self.peek().text in ("(", "{"):
            inner = self.atom(depth + 1)
        else:
            inner = self.power(depth + 1)
            while self.starts_factor() and self.peek().text not in FUNCTIONS and self.peek().text != "(":
                inner = Node("mul", (inner, self.power(depth + 1)))
        if name == "log" and base is None:
            base = num(10)
        node = Node(name, (inner,) if base is None else (inner, base))
        return node if power is None else Node("pow", (node, power))
