"""When two forms are the same, with scalars left to a judge that may not know."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from math_data.approximate import NoValueError, approximations, differ
from math_data.exact import Quotient, UnboundedError, agree, exact
from math_data.expressions import Node, minus, num, symbols
from math_data.forms import Assigned, Bag, Based, Chain, Form, Matrix, Proportion, Raw, Relation, Scalar, Tuple, Words

SameScalars: TypeAlias = Callable[[Node, Node], bool | None]
"""Says whether two scalars are equal, None where it cannot tell."""


_CONSTANTS = frozenset(("i", "e", "\\pi"))
_COORDINATES = frozenset("xyz")


class Comparison(NamedTuple):
    """Whether two answers are the same, and why."""

    equal: bool
    why: str


_KINDS = {
    Words: "words", Tuple: "tuple", Bag: "set", Matrix: "matrix", Relation: "relation", Chain: "chain", Raw: "text",
    Proportion: "ratio", Based: "numeral",
}  # fmt: skip
_PLURALS = {"matrix": "matrices", "words": "words"}


def compared(a: Form, b: Form, same_scalars: SameScalars) -> Comparison | None:
    """Compare two answers; None where `same_scalars` could not tell."""
    verdict = same(a, b, same_scalars)
    if verdict is None:
        return None
    kinds = sorted({_kind(a), _kind(b)})
    if verdict:
        return Comparison(True, f"same {kinds[0]}")
    if len(kinds) > 1:
        return Comparison(False, " and ".join(kinds))
    return Comparison(False, f"different {_PLURALS.get(kinds[0], kinds[0] + 's')}")


def _kind(form: Form) -> str:
    if isinstance(form, Assigned):
        return _kind(form.form)
    if isinstance(form, Scalar):
        quotient = quotient_of(form.node)
        return "number" if quotient and quotient.number is not None else "expression"
    return _KINDS[type(form)]


def same(a: Form, b: Form, same_scalars: SameScalars) -> bool | None:
    """Whether two forms are the same answer; symmetric if `same_scalars` is."""
    if a == b:
        return True
    if isinstance(a, Assigned) or isinstance(b, Assigned):
        return _same_assigned(a, b, same_scalars)
    match a, b:
        case Scalar(), Scalar():
            return _same_values(a, b, same_scalars)
        case (Relation("="), Scalar()):
            return _same_as_side(a, b, same_scalars)
        case (Scalar(), Relation("=")):
            return _same_as_side(b, a, same_scalars)
        case (Matrix(), Tuple()):
            return _same_vectors(a, b, same_scalars)
        case (Tuple(), Matrix()):
            return _same_vectors(b, a, same_scalars)
        case (Raw(), _) | (_, Raw()):
            return None if _of_algebra(a) and _of_algebra(b) else False
    return _same_compounds(a, b, same_scalars) if type(a) is type(b) else False


def _same_assigned(a: Form, b: Form, same_scalars: SameScalars) -> bool | None:
    """Compare two forms of which one says what a letter or a function is."""
    match a, b:
        case Assigned(), Assigned():
            if _may_share(a.name, b.name):
                return same(a.form, b.form, same_scalars)
            if _is_solved(a) or _is_solved(b):
                return False
            return _same_relations(_as_relation(a), _as_relation(b), same_scalars)
        case (Assigned(), Relation("=")):
            return False if _is_solved(a) else _same_relations(_as_relation(a), b, same_scalars)
        case (Assigned(), _):
            return _is_choice(a, b) or same(a.form, b, same_scalars)
    return _same_assigned(b, a, same_scalars)


def _same_values(a: Scalar, b: Scalar, same_scalars: SameScalars) -> bool | None:
    """Compare two scalars; a letter may be a unit beside a plain number."""
    for one, other in ((a, b), (b, a)):
        if one.measured and not _letters(other.node):
            return same_scalars(one.measured, other.node)
    return same_scalars(a.node, b.node)


def _same_as_side(relation: Relation, value: Scalar, same_scalars: SameScalars) -> bool | None:
    """Whether `r + s = 5` is 5, or `x(x+1) = x^2+x` its right side; `2x = 4` and `x+y-1 = 0` are no calculations."""
    letters = _letters(relation.left)
    unsolved = len(letters) == 1 and relation.left.op != "sym"
    of_points = letters <= _COORDINATES and relation.right == num(0)
    if _letters(relation.right) or unsolved or of_points:
        return _both(same_scalars(relation.right, other) for other in (relation.left, value.node))
    return _same_values(Scalar(relation.right), value, same_scalars)


def _same_vectors(column: Matrix, vector: Tuple, same_scalars: SameScalars) -> bool | None:
    """Whether a matrix of one column has the entries of a tuple."""
    one_column = column.kind == "matrix" and all(len(row) == 1 for row in column.rows)
    if not one_column or (vector.opening, vector.closing) != ("(", ")"):
        return False
    return _all_same([row[0] for row in column.rows], vector.items, same_scalars)


def _is_solved(assigned: Assigned) -> bool:
    """Whether it says which number a letter is."""
    return isinstance(assigned.form, Scalar) and not _letters(assigned.form.node)


def _is_choice(assigned: Assigned, other: Form) -> bool:
    """Whether it is the choice `B` with its value, `(B) 5`."""
    return isinstance(other, Scalar) and other.node.op == "sym" and assigned.name == f"({other.node.name})"


def _letters(node: Node) -> frozenset[str]:
    return symbols(node) - _CONSTANTS


def _of_algebra(form: Form) -> bool:
    return form.mathematical if isinstance(form, Raw) else isinstance(form, Scalar | Matrix)


def _same_compounds(a: Form, b: Form, same_scalars: SameScalars) -> bool | None:
    match a, b:
        case Tuple(), Tuple():
            brackets = (a.opening, a.closing) == (b.opening, b.closing)
            return _all_same(a.items, b.items, same_scalars) if brackets else False
        case Bag(), Bag():
            return _same_bags(a.items, b.items, same_scalars)
        case Matrix(), Matrix():
            if a.kind != b.kind or [*map(len, a.rows)] != [*map(len, b.rows)]:
                return False
            return _all_same(sum(a.rows, ()), sum(b.rows, ()), same_scalars)
        case Relation(), Relation():
            return _same_relations(a, b, same_scalars)
        case Chain(), Chain():
            return _all_same(a.parts, b.parts, same_scalars) if a.signs == b.signs else False
        case Proportion(), Proportion():
            return _all_same(a.parts, b.parts, same_scalars)
    return False  # words and numerals, which differ


def _may_share(name: str, other: str) -> bool:
    """Whether two names can stand for one thing: `y` is what `f(x)` is."""
    return name == other or (name == "y" and "(" in other) or (other == "y" and "(" in name)


def _all_same(a: Sequence[Form], b: Sequence[Form], same_scalars: SameScalars) -> bool | None:
    if len(a) != len(b):
        return False
    return _both(same(one, other, same_scalars) for one, other in zip(a, b, strict=True))


def _both(verdicts: Iterable[bool | None]) -> bool | None:
    """Whether all hold: False wins over None, None over True."""
    found: bool | None = True
    for verdict in verdicts:
        if verdict is False:
            return False
        found = found if verdict else None
    return found


def _same_bags(a: Sequence[Form], b: Sequence[Form], same_scalars: SameScalars) -> bool | None:
    """Whether the elements can be paired so that each has its like."""
    if len(a) != len(b):
        return False
    table = [[same(one, other, same_scalars) for other in b] for one in a]
    if _paired(table, sure=True):
        return True
    return None if _paired(table, sure=False) else False


def _paired(table: Sequence[Sequence[bool | None]], *, sure: bool) -> bool:
    """Find a perfect matching by augmenting paths; unless `sure`, what may be the same counts."""
    partner: dict[int, int] = {}

    def place(row: int, seen: set[int]) -> bool:
        for column, verdict in enumerate(table[row]):
            if verdict is False or (sure and verdict is None) or column in seen:
                continue
            seen.add(column)
            if column not in partner or place(partner[column], seen):
                partner[column] = row
                return True
        return False

    return all(place(row, set()) for row in range(len(table)))


def _as_relation(form: Form) -> Relation | None:
    if isinstance(form, Assigned):
        value = form.form
        return Relation("=", form.left, value.node) if form.left and isinstance(value, Scalar) else None
    return form if isinstance(form, Relation) else None


def _same_relations(a: Relation | None, b: Relation | None, same_scalars: SameScalars) -> bool | None:
    """Whether one is the other times a number that is not zero, of an inequality a positive one."""
    if a is None or b is None or a.sign != b.sign:
        return False
    one, other = minus(a.left, a.right), minus(b.left, b.right)
    try:
        x, y = next(approximations(one)), next(approximations(other))
    except NoValueError:
        return same_scalars(one, other)
    if abs(y.value) < 1e-9 * y.size or abs(x.value) < 1e-9 * x.size:
        return same_scalars(one, other)
    if abs(x.value) < abs(y.value):
        one, other, x, y = other, one, y, x
    ratio = x.value / y.value
    factor = Fraction(ratio.real).limit_denominator(10_000)
    if abs(ratio - float(factor)) > 1e-7 * abs(ratio) or not factor or (a.sign in ("<", "<=") and factor < 0):
        return False
    return same_scalars(one, Node("mul", (num(factor), other)))


@lru_cache(maxsize=2_048)
def quotient_of(node: Node) -> Quotient | None:
    """The exact form of a scalar, None if it has none."""
    try:
        return exact(node)
    except (UnboundedError, RecursionError):
        return None


def same_exactly(a: Node, b: Node) -> bool | None:
    """Compare two scalars by their exact forms, then by their values; None if both leave it open."""
    one, other = quotient_of(a), quotient_of(b)
    verdict = agree(one, other) if one and other else None
    if verdict is None and _surely_differ(a, b):
        return False
    return verdict


@lru_cache(maxsize=2_048)
def _surely_differ(a: Node, b: Node) -> bool:
    return differ(a, b)
