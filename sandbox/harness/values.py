"""Write what a program returned as tagged JSON (the forms are in `sandbox/codec.py`), exact types only.

Not trusted: a program may have changed anything here. Honest programs get a small and fast encoder.
"""

from json.encoder import encode_basestring_ascii as quoted

SAFE_INT = 2**53
DEPTH = 200
_LARGEST_INT_BITS = 400_000
"""A little above the digits that the trusted side reads."""


class TooLarge(Exception):  # noqa: N818 - a verdict, OLE
    """The value needs more bytes than it may."""


class Forbidden(Exception):  # noqa: N818 - a verdict, BADRET
    """The value has a type that may not be returned, or is nested too deep."""


def encode(value: object, cap: int) -> str:
    """Encode `value` into at most about `cap` bytes.

    Raises:
        TooLarge: it takes more.
        Forbidden: some part is not of an exact built-in type, or lies too deep.
    """
    pieces: list[str] = []
    _Writer(pieces, cap).write(value, 0)
    return "".join(pieces)


class _Writer:
    def __init__(self, pieces: list[str], cap: int) -> None:
        self.pieces, self.left = pieces, cap

    def put(self, text: str) -> None:
        self.left -= len(text)
        if self.left < 0:
            raise TooLarge
        self.pieces.append(text)

    def write(self, value: object, depth: int) -> None:
        kind = type(value)
        if kind in _SCALARS:
            self.put(self.scalar(value))
        elif depth >= DEPTH:
            raise Forbidden(f"nested deeper than {DEPTH}")
        elif kind is list:
            self.items(value, depth)  # type: ignore[arg-type]  # its exact type was looked at
        elif kind in _TAGS:
            self.put(f'{{"{_TAGS[kind]}":')
            self.items(list(value), depth)  # type: ignore[call-overload]  # as above
            self.put("}")
        elif kind is dict:
            self.pairs(value, depth)  # type: ignore[arg-type]  # as above
        else:
            raise Forbidden(f"a value of type {kind.__name__}")

    def items(self, values: list[object], depth: int) -> None:
        if len(values) > self.left:
            raise TooLarge
        kinds = set(map(type, values))
        if len(kinds) == 1 and kinds <= _SCALARS:  # the usual long lists, without a call for each
            self.put("[" + ",".join(map(self.scalar, values)) + "]")
            return
        self.put("[")
        for index, value in enumerate(values):
            if index:
                self.put(",")
            self.write(value, depth + 1)
        self.put("]")

    def pairs(self, value: dict[object, object], depth: int) -> None:
        self.put('{"d":[')
        for index, (key, item) in enumerate(value.items()):
            self.put(",[" if index else "[")
            self.write(key, depth + 1)
            self.put(",")
            self.write(item, depth + 1)
            self.put("]")
        self.put("]}")

    def scalar(self, value: object) -> str:
        kind = type(value)
        if kind is int:
            return self.integer(value)  # type: ignore[arg-type]  # its exact type was looked at
        if kind is str:
            if len(value) > self.left:  # type: ignore[arg-type]  # as above
                raise TooLarge
            return quoted(value)  # type: ignore[arg-type]  # as above
        if kind is float:
            return f'{{"f":"{value!r}"}}'
        return "null" if value is None else "true" if value else "false"

    @staticmethod
    def integer(value: int) -> str:
        if -SAFE_INT < value < SAFE_INT:
            return str(value)
        if value.bit_length() > _LARGEST_INT_BITS:
            raise TooLarge
        return f'{{"i":"{value}"}}'


_SCALARS = {int, bool, str, float, type(None)}
_TAGS: dict[type, str] = {tuple: "t", set: "s", frozenset: "s"}
