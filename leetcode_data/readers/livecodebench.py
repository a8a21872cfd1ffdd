"""LiveCodeBench, code generation (Jain et al. 2024, arXiv 2403.07974): whole programs on standard input, and functions.

Public tests are visible, private ones hidden. Newer releases pack the private tests: JSON in a pickle, compressed, in
base 64. A pickle can run code when it is loaded, so this one never is: its operations are read, and anything but one
text is refused.
"""

import base64
import json
import pickletools
import zlib
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from lbt.signature import signature_of
from lbt.types import Case, Limits
from leetcode_data.files import LONGEST
from leetcode_data.readers.reader import Published, Reader, UnfitError
from leetcode_data.schema import OwnProblem, sentence
from leetcode_data.shapes import shape_of

LIMITS = Limits(cpu_s=6)
"""Seconds for a test as in the published evaluation."""
_HARMLESS = frozenset({"PROTO", "FRAME", "MEMOIZE", "BINPUT", "LONG_BINPUT", "PUT", "STOP"})
_TEXTS = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE"})


class _Test(Published):
    input: str
    output: str
    testtype: Literal["stdin", "functional"] = "stdin"


_TESTS = TypeAdapter(tuple[_Test, ...])


class _Row(Published):
    question_id: str
    question_title: str = ""
    question_content: str
    starter_code: str = ""
    public_test_cases: str | list[Any]
    private_test_cases: str | list[Any] = ""
    metadata: str | dict[str, Any] = ""


def read(row: Mapping[str, Any]) -> OwnProblem:
    """Read one problem. Raises `UnfitError` where it lacks tests, ValueError where they cannot be unpacked."""
    given = _Row.model_validate(row)
    public, private = (_tests(name, getattr(given, name)) for name in ("public_test_cases", "private_test_cases"))
    if not public or not private:
        raise UnfitError(f"it has {len(public)} public and {len(private)} private tests; both are needed")
    common: dict[str, Any] = {
        "id": given.question_id,
        "title": given.question_title,
        "statement": given.question_content,
        "limits": LIMITS,
    }
    if public[0].testtype == "functional":
        return _function(given, public, private, common)
    visible, hidden = (
        tuple(Case(args=(one.input,), expected=one.output) for one in suite) for suite in (public, private)
    )
    return OwnProblem(**common, mode="stdin", visible=visible, hidden=hidden)


def _function(
    given: _Row, public: tuple[_Test, ...], private: tuple[_Test, ...], common: Mapping[str, Any]
) -> OwnProblem:
    try:
        metadata = json.loads(given.metadata or "{}") if isinstance(given.metadata, str) else given.metadata
    except ValueError:
        raise ValueError("metadata: not JSON") from None
    name = str(metadata.get("func_name", "") if isinstance(metadata, dict) else "")
    found = [one for one in (f"Solution.{name}", name) if signature_of(given.starter_code, one)]
    if not name or not found:
        raise ValueError(f"metadata: the starter code does not define its func_name {name!r}")
    signature = signature_of(given.starter_code, found[0])
    assert signature is not None
    try:
        shape = shape_of(signature)
    except ValueError as error:
        raise UnfitError(str(error)) from None
    return OwnProblem(
        **common,
        starter=given.starter_code.rstrip(),
        entry_point=found[0],
        shape=shape,
        visible=tuple(map(_call, public)),
        hidden=tuple(map(_call, private)),
    )


def _call(test: _Test) -> Case:
    """Read a test of a function: an argument a line, each JSON."""
    try:
        args = [json.loads(line) for line in test.input.split("\n") if line.strip()]
        return Case(args=tuple(args), expected=json.loads(test.output))
    except ValueError:
        raise ValueError(f"a test of a function is not JSON: {test.input[:60]!r} gives {test.output[:60]!r}") from None


def _tests(field: str, packed: str | list[Any]) -> tuple[_Test, ...]:
    try:
        if not isinstance(packed, str):
            return _TESTS.validate_python(packed)
        if not packed.strip():
            return ()
        return _TESTS.validate_json(packed if packed.lstrip().startswith("[") else _unpacked(field, packed))
    except ValidationError as error:
        raise ValueError(f"{field}.{sentence(error)}") from None


def _unpacked(field: str, packed: str) -> str:
    """Take the one text out of a packed pickle without loading it. Raises ValueError for anything else."""
    try:
        inflate = zlib.decompressobj()
        data = inflate.decompress(base64.b64decode(packed, validate=True), LONGEST)
    except (ValueError, zlib.error):
        raise ValueError(f"{field}: neither JSON nor packed as LiveCodeBench packs its tests") from None
    if inflate.unconsumed_tail:
        raise ValueError(f"{field}: more than {LONGEST // 2**20} MB when unpacked")
    try:
        operations = [(code.name, argument) for code, argument, _ in pickletools.genops(data)]
    except Exception as error:  # hostile bytes: genops raises whatever its decoders do
        raise ValueError(f"{field}: not a pickle ({type(error).__name__})") from None
    texts = [argument for name, argument in operations if name in _TEXTS]
    if len(texts) != 1 or not {name for name, _ in operations} <= _HARMLESS | _TEXTS:
        raise ValueError(f"{field}: the pickle holds more than one text; it was not loaded, as that could run code")
    return str(texts[0])


LIVECODEBENCH = Reader("LiveCodeBench", frozenset({"question_id", "question_content", "public_test_cases"}), read)
