"""What a final answer can be: a scalar, a tuple, a set, a matrix, an equation, words, and so on."""

from typing import Literal, NamedTuple, TypeAlias

from math_data.expressions import Node


class Scalar(NamedTuple):
    """A number or an expression."""

    node: Node
    measured: Node | None = None
    """What it is if the letter at its end is a unit: 16 of `16 m`."""


class Based(NamedTuple):
    """A numeral in a base that is not ten."""

    digits: str
    base: str


class Words(NamedTuple):
    """Words, in small letters."""

    words: tuple[str, ...]


class Tuple(NamedTuple):
    """A point, a vector, or an interval: of two entries the brackets count, of others they do not."""

    opening: str
    closing: str
    items: tuple["Form", ...]


class Bag(NamedTuple):
    """A set, a list or a union: its order does not count, how often an element is in it does.

    Of one element only where it is an element itself, or has one that is a set.
    """

    items: tuple["Form", ...]


class Matrix(NamedTuple):
    """Rows of a matrix, or of a determinant."""

    kind: Literal["matrix", "determinant"]
    rows: tuple[tuple["Form", ...], ...]


class Assigned(NamedTuple):
    """What a letter or a function is said to be, `x = 5`, or where it lies, `x > 2`."""

    name: str
    form: "Form"
    left: Node | None = None
    """What stands on the left of a sign of equality."""


class Relation(NamedTuple):
    """An equation, or an inequality that is not about one letter."""

    sign: str
    """`=`, `<`, `<=` or `ne`."""
    left: Node
    right: Node


class Chain(NamedTuple):
    """Several relations in a row, increasing."""

    signs: tuple[str, ...]
    parts: tuple["Form", ...]


class Proportion(NamedTuple):
    """Parts with colons between them: a ratio or a time."""

    parts: tuple["Form", ...]


class Raw(NamedTuple):
    """What is not understood."""

    text: str
    mathematical: bool = False
    """Whether a computer algebra system may understand it: a sum or an integral, for example."""


Form: TypeAlias = Scalar | Based | Words | Tuple | Bag | Matrix | Assigned | Relation | Chain | Proportion | Raw
