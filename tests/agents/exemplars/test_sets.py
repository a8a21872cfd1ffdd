"""What is read as a set of exemplars, and what is wrong with the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.endpoints.calls import Finish
from agents.exemplars.forms import PROGRAMS, SOLUTIONS, TEXTS
from agents.exemplars.kinds import CODE, MATH, TEXT, Kind
from agents.exemplars.sets import LONGEST, Form, read_set, split
from agents.prompting import render
from lbt.exemplars import Exemplar, ExemplarSet, folded
from tests.agents.exemplars.items import KINDS, reply
from tests.agents.fakes import DOUBLE

FORMS = [TEXTS, SOLUTIONS, PROGRAMS]
CATS = Exemplar(statement="Cats sleep.", answer="Yes")
FUNCTION = "def double(n): return 2 * n"
DOGS = Exemplar(statement="Dogs bark.", answer="No")


def as_asked(kind: Kind, exemplars: tuple[Exemplar, ...]) -> str:
    """A set as the teacher is shown it, which is how it is asked to write one."""
    said = render(kind.revise, task="", count=2, exemplars=exemplars, failures=[], reasons=[])[-1].content
    return said[said.index("# The examples\n") : said.index("# What went wrong")].partition("\n")[2]


def texts(*pairs: tuple[str, str]) -> str:
    return "\n\n".join(f"### Example {i}\nText: {text}\nLabel: {label}" for i, (text, label) in enumerate(pairs, 1))


def program(code: str, starter: str = "def double(n):", statement: str = "Double it.") -> str:
    parts = ("### Problem", statement, "### Starter code", f"```python\n{starter}\n```")
    return "\n".join([*parts, "### Explanation", "Add.", "### Code", f"```python\n{code}\n```"])


@pytest.mark.parametrize(("kind", "shown"), [(kind, shown) for kind, shown, _ in KINDS])
def test_a_set_that_is_written_as_it_was_shown_is_the_same_set(kind: Kind, shown: ExemplarSet) -> None:
    found = read_set(reply(as_asked(kind, shown.exemplars)), kind.form, 2)
    assert found.fault == ""
    assert found.exemplars == tuple(one.model_copy(update={"source": ""}) for one in shown.exemplars)


WORD = st.text("abxyzABé0189ß-'", min_size=1, max_size=8).map(lambda word: f"w{word}")
LINES = st.lists(st.lists(WORD, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=4).map("\n".join)


@given(st.lists(LINES, min_size=2, max_size=6, unique_by=folded))
def test_every_set_of_texts_comes_back_as_it_was(written: list[str]) -> None:
    exemplars = tuple(Exemplar(statement=text, answer="No" if i else "Yes") for i, text in enumerate(written))
    assert read_set(reply(as_asked(TEXT, exemplars)), TEXTS, len(exemplars)) == (exemplars, "")


@given(st.lists(LINES, min_size=1, max_size=6, unique_by=folded), LINES)
def test_every_set_of_solved_problems_comes_back_as_it_was(written: list[str], rationale: str) -> None:
    exemplars = tuple(
        Exemplar(statement=f"What is {text}?", rationale=f"Look:\n{rationale}.", answer=str(i))
        for i, text in enumerate(written)
    )
    assert read_set(reply(as_asked(MATH, exemplars)), SOLUTIONS, len(exemplars)).exemplars == exemplars


@given(st.lists(LINES, min_size=1, max_size=4, unique_by=folded), LINES)
def test_every_set_of_programs_comes_back_as_it_was(written: list[str], rationale: str) -> None:
    exemplars = tuple(
        Exemplar(
            statement=f"Explanation: {text}\nExample 1:\n\n### Starter code\n```python\n# Code\ndef f{i}(n):\n```",
            rationale=rationale,
            answer=f"# Problem\ndef f{i}(n):\n# Explanation\n    return {i}",
        )
        for i, text in enumerate(written)
    )
    assert read_set(reply(as_asked(CODE, exemplars)), PROGRAMS, len(exemplars)).exemplars == exemplars


@pytest.mark.parametrize(
    "text",
    [
        texts(("Cats sleep.", "Yes"), ("Dogs bark.", "No")),
        "Sure! Here they are:\n\n" + texts(("Cats sleep.", "**Yes**"), ("Dogs bark.", "no.")) + "\n\nHope this helps!",
        "**Example 1:**\n**Text:** Cats sleep.\n**Label:** Yes\n\n**Example 2:**\n**Text:** Dogs bark.\n**Label:** No",
        "1. **Text**: Cats sleep.\n   **Label**: Yes\n2. **Text**: Dogs bark.\n   **Label**: No",
        "- Text 1: Cats sleep.\n- Label 1: Yes\n---\n- Text 2: Dogs bark.\n- Label 2: No (they are no cats)",
        "# Examples\r\nTEXT:\r\nCats sleep.\r\nLABEL:\r\nYes\r\nTEXT:\r\nDogs bark.\r\nLABEL:\r\nNo",
        "### Example 1\nCats sleep.\nLabel: Yes\n\n### Example 2\nDogs bark.\nLabel: No",
        f"```\n{texts(('Cats sleep.', 'Yes'), ('Dogs bark.', 'No'))}\n```\n### Example 3\n",
        texts(("Cats sleep.", "Yes"), ("Dogs bark.", "No")).replace("\n", "\r"),
        texts(("Cats sleep.", "Yes\nNo would be wrong."), ("Dogs bark.", "No\nYes is for cats.")),
        "> Text: Cats sleep.\n> Label: Yes\n> Text: Dogs bark.\n> Label: No\nLabel: Yes, both.",
    ],
)
def test_labelled_texts_are_read_in_the_ways_that_models_write_them(text: str) -> None:
    assert read_set(reply(text), TEXTS, 2) == ((CATS, DOGS), "")


@pytest.mark.parametrize(
    "text",
    [
        "[[Question]]:\nWhat is $1+1$?\n[[Solution]]:\nOne more.\n[[Final Answer]]:\n$2$",
        "### Example 1\n**Question:** What is $1+1$?\n**Solution:** One more.\n**Final Answer:** $2$\n\nThat is all.",
        "1. [[Question 1]]\nWhat is $1+1$?\n[[Solution 1]]\nOne more.\n[[Final Answer 1]]\n\\boxed{2}",
        "Here:\n## Problem 1: What is $1+1$?\n\n## Solution\nOne more.\n\n## Final Answer\n2",
        "Example 1\nWhat is $1+1$?\n[[Solution]]: One more.\n#### 2",
    ],
)
def test_solved_problems_are_read_in_the_ways_that_models_write_them(text: str) -> None:
    wanted = Exemplar(statement="What is $1+1$?", rationale="One more.", answer="2")
    assert read_set(reply(text), SOLUTIONS, 1) == ((wanted,), "")


@pytest.mark.parametrize(
    "text",
    [
        program(DOUBLE, "class Solution:\n    def double(self, n: int) -> int:"),
        "I write it.\n\n## Example 1\n"
        + program(DOUBLE, "class Solution:\n    def double(self, n: int) -> int:").replace("### ", "#### **")
        + "\n\nDone.",
        "**Problem**\nDouble it.\n**Starter code:**\n```\nclass Solution:\n    def double(self, n: int) -> int:\n```\n"
        f"**Explanation**\nAdd.\n**Final code**\n```python\n{DOUBLE}\n```\n## Example 2",
    ],
)
def test_programs_are_read_in_the_ways_that_models_write_them(text: str) -> None:
    statement = "Double it.\n\n### Starter code\n```python\nclass Solution:\n    def double(self, n: int) -> int:\n```"
    wanted = Exemplar(statement=statement, rationale="Add.", answer=DOUBLE)
    assert read_set(reply(text), PROGRAMS, 1) == ((wanted,), "")


def test_a_problem_without_starter_code_asks_for_a_whole_program() -> None:
    text = "### Problem\nEcho it.\n### Code\n```python\nprint(input())\n```"
    (found,) = read_set(reply(text), PROGRAMS, 1).exemplars
    assert found.statement.startswith("Echo it.\n\n### Form\nWrite a whole program")
    assert (found.rationale, found.answer) == ("", "print(input())")


def test_the_last_function_that_starter_code_begins_is_what_is_asked_for() -> None:
    starter = "class Pair:\n    def __init__(self):\n        self.x = 0\n\ndef double(n):"
    assert read_set(reply(program(FUNCTION, starter)), PROGRAMS, 1).exemplars
    assert not read_set(reply(program("def triple(n): return 3 * n", starter)), PROGRAMS, 1).exemplars


@pytest.mark.parametrize(
    ("form", "text", "fault"),
    [
        (TEXTS, "", "no example in the asked form"),
        (TEXTS, "I cannot do that.", "no example in the asked form"),
        (TEXTS, texts(("Cats.", "Yes")), "1 example instead of 2"),
        (TEXTS, texts(("Cats.", "Yes"), ("Dogs.", "No"), ("Fish.", "No")), "3 examples instead of 2"),
        (TEXTS, texts(("Cats.", "Yes"), ("Dogs.", "Yes")), "no example has the answer No"),
        (TEXTS, texts(("Cats.", "No"), ("Dogs.", "No")), "no example has the answer Yes"),
        (TEXTS, texts(("Cats.", "Yes"), ("Dogs.", "Yes or No")), "example 2 has no label Yes or No"),
        (TEXTS, texts(("Cats.", "maybe"), ("Dogs.", "No")), "example 1 has no label Yes or No"),
        (TEXTS, "Text: Cats.\nText: Dogs.\nLabel: No", "example 1 has no label Yes or No"),
        (TEXTS, texts(("...", "Yes"), ("Dogs.", "No")), "example 1 has no text"),
        (TEXTS, texts(("Cats  sleep.", "Yes"), ("cats sleep.", "No")), "examples 1 and 2 are the same"),
        (TEXTS, texts(("Cats.", "Yes"), ("long " * LONGEST, "No")), "example 2 is longer than 4,000 characters"),
        (
            SOLUTIONS,
            "[[Question]]: A?\n[[Final Answer]]: 1\n[[Question]]: B?\n[[Solution]]: I see.",
            "example 2 has no final answer",
        ),
        (
            SOLUTIONS,
            "[[Question]]: A?\n[[Final Answer]]: 1\n[[Question]]:\n[[Final Answer]]: 2",
            "example 2 has no question",
        ),
        (
            SOLUTIONS,
            "[[Question]]: A?\n[[Final Answer]]: 1\n[[Question]]: a?\n[[Final Answer]]: 2",
            "examples 1 and 2 are the same",
        ),
        (
            PROGRAMS,
            "\n".join([program(FUNCTION, statement="A"), program("def double(n)\n  return", statement="B")]),
            "example 2 has no program that defines double",
        ),
        (
            PROGRAMS,
            "\n".join([program(FUNCTION), program("def twice(n): return n", statement="B")]),
            "example 2 has no program that defines double",
        ),
        (
            PROGRAMS,
            "\n".join([program(FUNCTION), program(FUNCTION, "the function double", "B")]),
            "example 2 has starter code that is not Python",
        ),
        (
            PROGRAMS,
            "### Problem\n...\n### Code\nprint(1)\n### Problem\nB\n### Code\nprint(1)",
            "example 1 has no problem",
        ),
        (
            PROGRAMS,
            "### Problem\nA\n### Code\nprint(1)\n### Problem\nB\n### Code\nx = 1",
            "example 2 has no program that prints anything",
        ),
    ],
)
def test_what_is_wrong_with_a_set_is_said_in_a_few_words(form: Form, text: str, fault: str) -> None:
    assert read_set(reply(text), form, 2) == ((), fault)


def test_a_reply_that_was_cut_off_is_used_only_where_its_last_exemplar_is_whole() -> None:
    whole = texts(("Cats sleep.", "Yes"), ("Dogs bark.", "No"))
    assert read_set(reply(whole, "length"), TEXTS, 2).exemplars == (CATS, DOGS)
    cut = read_set(reply(whole[:-3], "length"), TEXTS, 2)
    assert cut == ((), "example 2 has no label Yes or No, and the reply was cut off")
    solved = "[[Question]]: A?\n[[Solution]]: So.\n[[Final Answer]]: 12"
    assert read_set(reply(solved), SOLUTIONS, 1).exemplars[0].answer == "12"
    assert read_set(reply(solved, "length"), SOLUTIONS, 1).exemplars == ()
    two = f"{solved}\n[[Question]]: B?\n[[Solution]]: So it is $\\boxed{{7}}$. And"
    assert [one.answer for one in read_set(reply(two, "length"), SOLUTIONS, 2).exemplars] == ["12", "7"]
    coded = program(FUNCTION).removesuffix("\n```")
    assert read_set(reply(coded), PROGRAMS, 1).exemplars
    assert not read_set(reply(coded, "length"), PROGRAMS, 1).exemplars


@pytest.mark.parametrize("finish", ["refusal", "content_filter", "overflow"])
def test_a_reply_that_is_none_holds_no_set(finish: Finish) -> None:
    found = read_set(reply(texts(("Cats sleep.", "Yes"), ("Dogs bark.", "No")), finish), TEXTS, 2)
    assert not found.exemplars
    assert found.fault


PIECES = st.sampled_from(
    "### |**|Text:|Label:|Example 1|Example 2:|Yes|No|[[Question]]:|[[Solution]]|[[Final Answer]]:|$5$|\\boxed{|}|"
    "### Problem\n|### Starter code\n|### Form|### Code\n|### Explanation\n|```python\n|```|~~~|def f(x):|class A:|"
    "    return x\n|print(1)|\n|\r|\n\n|   |(|'''|\\|\0|{{ x }}|<|im_end|>|1. |>|- |\u2028|\ud800".split("|")
)


@pytest.mark.parametrize("form", FORMS)
@given(text=st.text() | st.lists(PIECES, max_size=80).map("".join), size=st.integers(1, 5), cut=st.booleans())
def test_whatever_is_written_is_a_whole_set_or_a_fault(form: Form, text: str, size: int, cut: bool) -> None:
    found = read_set(reply(text, "length" if cut else "stop"), form, size)
    assert isinstance(split(text, form), list)
    assert len(found.exemplars) == (0 if found.fault else size)
    assert {one.answer for one in found.exemplars} >= set(form.answers) or found.fault
    assert all(one.statement.strip() and one.answer.strip() for one in found.exemplars)


@pytest.mark.parametrize(
    "hostile",
    [
        "-" * 3900 + "1",
        "(" * 3900,
        "not " * 970 + "x",
        "a" + ".b" * 1900,
        "[" * 90 + "]" * 90,
        "x=" * 1900,
        "\0",
        "1" * 3900,
    ],
)
def test_a_program_that_python_cannot_take_is_a_fault(hostile: str) -> None:
    found = read_set(reply(program(f"def double(n):\n    return {hostile}")), PROGRAMS, 1)
    assert len(found.exemplars) == (not found.fault)
