"""Readers of published formats: what becomes of a row, which tests are visible, and what is refused or left out."""

import base64
import json
import pickle
import zlib
from keyword import iskeyword
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbt.errors import DataError
from lbt.signature import signature_of
from lbt.types import Case, FloatChecker, Shape
from leetcode_data import own
from leetcode_data.readers import READERS, livecodebench
from leetcode_data.readers.literal import arguments_of
from leetcode_data.schema import OwnProblem
from leetcode_data.shapes import shape_of
from tests.leetcode_data import samples
from tests.leetcode_data.samples import SAMPLES, Sample, packed


def found(tmp_path: Path, *rows: dict[str, Any]) -> own.OwnSet:
    path = tmp_path / "set.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return own.read(path)


def only(tmp_path: Path, row: dict[str, Any]) -> OwnProblem:
    (problem,) = found(tmp_path, row).problems
    return problem


def texts(cases: tuple[Case, ...]) -> list[Any]:
    return [case.args[0] for case in cases]


@pytest.mark.parametrize(
    ("sample", "reader"),
    [
        ("OWN", "own problems"),
        ("LEETCODE_DATASET", "LeetCodeDataset"),
        ("LIVECODEBENCH", "LiveCodeBench"),
        ("HUMANEVAL", "HumanEval"),
        ("MBPP", "MBPP"),
        ("MBPP_SANITIZED", "MBPP"),
        ("LBT_CODE", "the published LbT code"),
    ],
)
def test_a_format_is_known_by_its_fields(tmp_path: Path, sample: str, reader: str) -> None:
    assert found(tmp_path, SAMPLES[sample].row).readers == (reader,)
    assert reader in {one.name for one in READERS}


def test_a_row_that_is_not_as_the_first_is_refused_by_line_and_field(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"set\.jsonl, line 2: test_list: Field required"):
        found(tmp_path, samples.MBPP.row, {"task_id": 3, "code": "x"})


def test_leetcode_dataset_shows_what_the_description_shows(tmp_path: Path) -> None:
    problem = only(tmp_path, samples.LEETCODE_DATASET.row)
    assert problem.visible == (Case(args=([3, 9, 4], 1), expected=6),)
    assert problem.hidden == (Case(args=([5], 2), expected=0), Case(args=([-1, 1], 3), expected=6))
    assert (problem.mode, problem.entry_point, problem.tags) == ("function", "Solution.gap", ("Array", "Sorting"))
    assert problem.statement == samples.LEETCODE_DATASET.row["problem_description"]
    assert "class Solution" in problem.references["completion"]


def test_leetcode_dataset_hides_a_test_whose_input_only_begins_like_a_shown_one(tmp_path: Path) -> None:
    tests = [{"input": f"marks = [3, 9, 4], scale = {scale}", "output": "0"} for scale in (10, 1)]
    described = "Scale.\n\nExample 1:\n\nInput: marks = [3,9,4], scale = 10\nOutput: 60\nExplanation: …"
    row = samples.LEETCODE_DATASET.row | {"problem_description": described, "input_output": tests}
    problem = only(tmp_path, row)
    assert [case.args[1] for case in problem.visible] == [10]
    assert [case.args[1] for case in problem.hidden] == [1]


@pytest.mark.parametrize("returns", ["int", "str"])
def test_leetcode_dataset_drops_tests_on_which_its_solution_failed(tmp_path: Path, returns: str) -> None:
    outputs = ["Error: list index out of range", "'6'" if returns == "str" else "6", "Execution timed out", ""]
    tests = [{"input": f"marks = [3], scale = {place}", "output": output} for place, output in enumerate(outputs)]
    starter = samples.LEETCODE_DATASET.row["starter_code"].replace("-> int", f"-> {returns}")
    row = samples.LEETCODE_DATASET.row | {"starter_code": starter, "input_output": tests}
    problem = only(tmp_path, row)
    assert [case.args[1] for case in (*problem.visible, *problem.hidden)] == [1, 1]
    with pytest.raises(DataError, match="none of its tests has an output"):
        found(tmp_path, row | {"input_output": tests[:1]})


def test_leetcode_dataset_maps_lists_and_trees(tmp_path: Path) -> None:
    problem = only(tmp_path, samples.LISTS.row)
    assert problem.shape == Shape(args=("list", "tree"), returns="list")
    assert problem.visible == (Case(args=([1, 2, 3], [1, None, 2]), expected=[3, 1, 2]),)
    assert "Example:\nInput: head = [1,2,3], keep = [1,null,2]\nOutput: [3,1,2]" in problem.statement


def returning(returns: str, *outputs: str) -> dict[str, Any]:
    tests = [{"input": f"n = {place}", "output": text} for place, text in enumerate(outputs)]
    starter = f"class Solution:\n    def f(self, n: int) -> {returns}:\n        "
    return samples.LEETCODE_DATASET.row | {
        "starter_code": starter,
        "entry_point": "Solution().f",
        "input_output": tests,
    }


def test_leetcode_dataset_reads_outputs_by_what_is_returned(tmp_path: Path) -> None:
    words = only(tmp_path, returning("str", "12", "a b", '"quoted"', "[1]"))
    assert [case.expected for case in (*words.visible, *words.hidden)] == ["12", "a b", "quoted", "[1]"]
    floats = only(tmp_path, returning("float", "1.5", "2"))
    assert floats.checker == FloatChecker(float=1e-5)
    truths = only(tmp_path, returning("List[bool]", "[true, False]", "(None, 'x')"))
    assert [case.expected for case in (*truths.visible, *truths.hidden)] == [[True, False], [None, "x"]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (returning("int", "<generator object>"), "'<generator object>' is no value"),
        (returning("int", "{1, 2}"), "{1, 2} is no value that JSON has"),
        (returning("'Node'", "[1]"), "it passes Node, which is neither"),
        ({"input_output": [{"input": "marks", "output": "1"}]}, "does not name its arguments"),
        (
            {"input_output": [{"input": "marks = [1]", "output": "1"}]},
            "a test gives marks, the method takes marks, scale",
        ),
    ],
)
def test_a_problem_that_cannot_be_posed_is_left_out_and_told(
    tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    row = samples.LEETCODE_DATASET.row
    odd = row | change | {"task_id": "odd\x1b"}
    read = found(tmp_path, odd, row)
    assert [problem.id for problem in read.problems] == ["gap-of-marks"]
    (told,) = read.left_out
    assert told.startswith("odd: ")
    assert words in told
    with pytest.raises(DataError, match="no problem can be posed: odd: "):
        found(tmp_path, odd)


def test_an_answer_left_in_an_argument_is_seen_by_the_annotation() -> None:
    signature = signature_of("class Solution:\n    def f(self, nums: List[int], k: int) -> None:", "Solution.f")
    assert signature is not None
    assert shape_of(signature) == Shape(argument=0)
    lists = signature_of("def f(all: List[Optional[ListNode]]) -> 'ListNode | None':", "f")
    assert lists is not None
    assert shape_of(lists) == Shape(args=("lists",), returns="list")


def test_humaneval_takes_its_check_apart_and_shows_what_the_docstring_shows(tmp_path: Path) -> None:
    problem = only(tmp_path, samples.HUMANEVAL.row)
    assert (problem.mode, problem.entry_point) == ("asserts", "doubled")
    assert texts(problem.visible) == ["assert doubled([1, 2]) == [2, 4]"]
    one, loop = texts(problem.hidden)
    assert one.endswith("assert doubled([5]) == [twice(5)], 'one number'")
    assert one.startswith("from typing import List\n\ndef twice") or one.startswith(
        "from typing import List\ndef twice"
    )
    assert loop.endswith("check(doubled)")
    assert problem.statement == "Double every number.\n>>> doubled([1, 2])\n[2, 4]"
    assert problem.starter.endswith("def doubled(numbers: List[int]) -> List[int]:")
    assert '"""' not in problem.starter


def test_humaneval_shows_the_first_assertion_where_the_docstring_shows_none(tmp_path: Path) -> None:
    prompt = samples.HUMANEVAL.row["prompt"].replace(">>> doubled([1, 2])\n    [2, 4]", "")
    problem = only(tmp_path, samples.HUMANEVAL.row | {"prompt": prompt})
    assert problem.statement == "Double every number.\n\nExample:\nassert doubled([1, 2]) == [2, 4]"
    assert texts(problem.visible) == ["assert doubled([1, 2]) == [2, 4]"]


def test_humaneval_plus_whose_tests_are_one_loop_is_left_out(tmp_path: Path) -> None:
    inputs = [[[number]] for number in range(400)]
    loop = f"def check(candidate):\n    for one in {inputs}:\n        assert candidate(*one) == [2 * one[0][0]]\n"
    found_ = found(tmp_path, samples.HUMANEVAL.row | {"task_id": "HumanEval/1", "test": loop}, samples.HUMANEVAL.row)
    assert [problem.id for problem in found_.problems] == ["HumanEval/9001"]
    assert found_.left_out[0].startswith("HumanEval/1: its first test has ")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"entry_point": "tripled"}, "prompt: it does not define 'tripled'"),
        ({"test": "assert doubled([]) == []"}, r"test: it does not define check\(candidate\)"),
        ({"prompt": "def doubled("}, "prompt: it does not define 'doubled'"),
    ],
)
def test_humaneval_rows_that_do_not_fit_are_refused(tmp_path: Path, change: dict[str, str], words: str) -> None:
    with pytest.raises(DataError, match=f"line 1: {words}"):
        found(tmp_path, samples.HUMANEVAL.row | change)


def test_mbpp_shows_its_first_test_and_hides_the_challenge(tmp_path: Path) -> None:
    problem = only(tmp_path, samples.MBPP.row)
    assert (problem.id, problem.starter, problem.entry_point) == ("MBPP/9001", "def longest(words):", "longest")
    assert problem.statement.endswith("Example:\nassert longest(['a', 'bb']) == 'bb'")
    assert texts(problem.visible) == ["assert longest(['a', 'bb']) == 'bb'"]
    assert texts(problem.hidden) == ["assert longest(['ccc']) == 'ccc'", "assert longest(['dd', 'd']) == 'dd'"]


def test_mbpp_gives_each_test_its_setup_and_shows_the_classes_it_makes(tmp_path: Path) -> None:
    code = "class Node:\n    def __init__(self, x):\n        self.x = x\n\ndef value(node):\n    return node.x"
    row = samples.MBPP.row | {"code": code, "test_setup_code": "n = Node(3)", "test_list": ["assert value(n) == 3"]}
    problem = only(tmp_path, row | {"challenge_test_list": []})
    assert texts(problem.visible) == texts(problem.hidden) == ["n = Node(3)\nassert value(n) == 3"]
    assert problem.starter.startswith("class Node:")
    assert problem.starter.endswith("def value(node):")
    with pytest.raises(DataError, match="test_list: the tests call no function that `code` defines"):
        found(tmp_path, row | {"test_list": ["assert other(1)"], "challenge_test_list": []})


def test_an_odd_escape_in_published_code_is_no_news(tmp_path: Path) -> None:
    code = "import re\ndef longest(words):\n    return re.findall('\\w+', ' '.join(words))[0]"
    tests = ["assert longest(['a\\d']) == 'a'", "assert longest(['b']) == 'b'"]
    problem = only(tmp_path, samples.MBPP.row | {"code": code, "test_list": tests, "challenge_test_list": []})
    assert texts(problem.visible) == tests[:1]


def test_livecodebench_poses_whole_programs_and_functions(tmp_path: Path) -> None:
    whole, function = found(tmp_path, samples.LIVECODEBENCH.row, samples.LIVECODEBENCH_FUNCTION.row).problems
    assert (whole.mode, whole.starter, whole.entry_point) == ("stdin", "", "")
    assert (whole.visible, whole.hidden) == (
        (Case(args=("1 2 3\n",), expected="6\n"),),
        (Case(args=("4 5\n",), expected="9\n"),),
    )
    assert (function.mode, function.entry_point) == ("function", "Solution.join")
    assert function.hidden == (Case(args=(["x"], 3), expected="xxx"),)


def test_an_argument_of_livecodebench_ends_with_its_line_and_not_at_what_a_text_holds(tmp_path: Path) -> None:
    tests = json.dumps([{"input": '["a\u2028b\x85"]\n2', "output": '""', "testtype": "functional"}])
    problem = only(tmp_path, samples.LIVECODEBENCH_FUNCTION.row | {"public_test_cases": tests})
    assert problem.visible[0].args == (["a\u2028b\x85"], 2)


def test_livecodebench_without_private_tests_is_left_out(tmp_path: Path) -> None:
    bare = {key: value for key, value in samples.LIVECODEBENCH.row.items() if key != "private_test_cases"}
    with pytest.raises(DataError, match="it has 1 public and 0 private tests; both are needed"):
        found(tmp_path, bare)


class Bomb:
    """Would say so if it were ever loaded."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (exec, ("raise SystemExit('loaded')",))


def pickled(value: object, protocol: int | None = None) -> str:
    return base64.b64encode(zlib.compress(pickle.dumps(value, protocol))).decode()


@pytest.mark.parametrize("value", [Bomb(), ["[]"], ("[]", "[]"), 7, b"[]", None, {"a": "b"}], ids=repr)
def test_a_pickle_with_anything_but_one_text_is_refused_and_never_loaded(tmp_path: Path, value: object) -> None:
    with pytest.raises(DataError, match="line 1: private_test_cases: the pickle holds more than one text"):
        found(tmp_path, samples.LIVECODEBENCH.row | {"private_test_cases": pickled(value)})


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_text_is_read_from_a_pickle_of_any_protocol(tmp_path: Path, protocol: int) -> None:
    text = json.dumps([{"input": "ü\n" * 200, "output": "1"}], ensure_ascii=False)
    problem = only(tmp_path, samples.LIVECODEBENCH.row | {"private_test_cases": pickled(text, protocol)})
    assert problem.hidden == (Case(args=("ü\n" * 200,), expected="1"),)


@pytest.mark.parametrize("text", ["!", "eJw=", base64.b64encode(b"x").decode(), packed([])[:-8]])
def test_tests_that_cannot_be_unpacked_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match="line 1: private_test_cases: "):
        found(tmp_path, samples.LIVECODEBENCH.row | {"private_test_cases": text})


@given(content=st.binary(max_size=200))
def test_no_bytes_in_place_of_a_pickle_do_anything_but_fail(content: bytes) -> None:
    text = base64.b64encode(zlib.compress(content)).decode()
    livecodebench = next(one for one in READERS if one.name == "LiveCodeBench")
    with pytest.raises(ValueError):  # noqa: PT011 - any sentence
        livecodebench.read(samples.LIVECODEBENCH.row | {"private_test_cases": text})


def test_lbt_assertions_become_calls_where_they_compare(tmp_path: Path) -> None:
    problem = only(tmp_path, samples.LBT_CODE.row)
    assert (problem.mode, problem.entry_point) == ("function", "Solution.steps")
    assert problem.visible == problem.hidden == (Case(args=(3,), expected=3), Case(args=(-1,), expected=1))
    assert problem.starter.endswith("def steps(self, n: int) -> int:")
    assert problem.tags == ("Math", "Dynamic Programming")
    assert problem.references == {}
    kept = only(tmp_path, samples.LBT_CODE_ASSERTS.row)
    assert (kept.mode, texts(kept.visible)[0]) == ("asserts", "assert Solution().steps(3) in (3, 4)")
    with pytest.raises(DataError, match="no problem can be posed: count-the-steps: it has no tests"):
        found(tmp_path, samples.LBT_CODE.row | {"test": ""})


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=4,
)


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
@given(data=st.data())
def test_a_damaged_row_is_read_or_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, sample: Sample, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(sample.row)))
    assert "\n" not in refusal(tmp_path_factory.mktemp("s"), sample.row | {name: data.draw(values)})


def refusal(folder: Path, row: dict[str, Any]) -> str:
    try:
        found(folder, row)
    except DataError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a = 1, b = [2, 3]", {"a": 1, "b": [2, 3]}),
        ('s = "x, y = 2", t="é"', {"s": "x, y = 2", "t": "é"}),
        ("s = 'single', n = -1.5", {"s": "single", "n": -1.5}),
        ("root = [1, null, 2], flag = true", {"root": [1, None, 2], "flag": True}),
        ("root = [1, None], flag = False", {"root": [1, None], "flag": False}),
        ("", {}),
    ],
)
def test_arguments_are_read_as_json_or_as_python(text: str, values: dict[str, Any]) -> None:
    assert arguments_of(text) == values


@pytest.mark.parametrize(
    "text", ["1, 2", "a = NaN", "a = f()", "a = 1,, b = 2", "a = {1}", "a == 1", "a = 1 b = 2", "a ="]
)
def test_what_names_no_arguments_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"a test's input|no value that JSON has"):
        arguments_of(text)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,4}", fullmatch=True).filter(lambda name: not iskeyword(name)), values))
def test_arguments_written_as_json_or_as_python_come_back(given: dict[str, Any]) -> None:
    for write in (json.dumps, repr):
        assert arguments_of(", ".join(f"{name} = {write(value)}" for name, value in given.items())) == given


FUNCTION = samples.LIVECODEBENCH_FUNCTION.row
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a function without a name": (FUNCTION | {"metadata": "{}"}, "metadata: the starter code does not define its func"),
    "a function of another name": (
        FUNCTION | {"metadata": '{"func_name": "split"}'},
        "its func_name 's",
    ),
    "a test of a function in words": (
        FUNCTION | {"public_test_cases": [{"input": "a b", "output": "1", "testtype": "functional"}]},
        "a test of a function is not JSON: 'a b' gives '1'",
    ),
    "metadata that are no JSON": (FUNCTION | {"metadata": "{"}, "metadata: not JSON"),
    "a test that is a number": (
        FUNCTION | {"private_test_cases": '[{"input": 1, "output": "1"}]'},
        "private_test_cases.0.input: Input should be a valid string",
    ),
    "a starter that is no Python": (
        samples.LEETCODE_DATASET.row | {"starter_code": "gap("},
        "starter_code: it does",
    ),
    "a signature that is no Python": (samples.LBT_CODE.row | {"signature": "f(n"}, "signature: it has no function"),
}


@pytest.mark.parametrize(("row", "words"), REFUSED.values(), ids=REFUSED)
def test_a_row_that_contradicts_itself_is_refused(tmp_path: Path, row: dict[str, Any], words: str) -> None:
    with pytest.raises(DataError, match=f"line 1: .*{words}"):
        found(tmp_path, row)


def test_livecodebench_functions_on_other_nodes_are_left_out(tmp_path: Path) -> None:
    starter = "class Solution:\n    def join(self, words: 'Node', times: int) -> str:\n        "
    with pytest.raises(DataError, match=r"no problem can be posed: .*it passes Node"):
        found(tmp_path, FUNCTION | {"starter_code": starter})


def test_tests_that_would_fill_the_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(livecodebench, "LONGEST", 2**20)
    with pytest.raises(DataError, match="private_test_cases: more than 1 MB when unpacked"):
        found(tmp_path, samples.LIVECODEBENCH.row | {"private_test_cases": pickled("0" * 2**24)})


def test_lbt_assertions_on_what_json_lacks_stay_assertions(tmp_path: Path) -> None:
    problem = only(tmp_path, samples.LBT_CODE.row | {"test": "assert Solution().steps(3) == {3}"})
    assert problem.mode == "asserts"


def test_lbt_signatures_may_be_of_the_function_alone(tmp_path: Path) -> None:
    bare = {"signature": "steps(n: int) -> int:", "test": "assert steps(3) == 3\nassert steps(-1) == 1"}
    problem = only(tmp_path, samples.LBT_CODE.row | bare)
    assert (problem.mode, problem.starter, problem.entry_point) == ("function", "def steps(n: int) -> int:", "steps")
    assert problem.hidden == (Case(args=(3,), expected=3), Case(args=(-1,), expected=1))
    assert problem.references == {"canonical solution": samples.LBT_CODE.row["canonical_solution"]}
