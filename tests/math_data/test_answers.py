r"""The final answer is found in every way that models write it, and in hostile text without much time."""

import json
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbt.types import Outcome
from math_data import answers
from math_data.answers import FINISHES, LONGEST, boxed, extract, hashed

REPLIES = {
    # as asked
    "Half of 32.\n[[Final Answer]]:\n$16$": "16",
    'Half of 32.\n"""\n[[Final Answer]]:\n$16$\n"""': "16",
    "Half of 32.\n```\n[[Final Answer]]:\n$16$\n```": "16",
    "Half of 32.\n'''[[Final Answer]]:\n$16$'''": "16",
    "[[Final Answer]]: $24$": "24",
    "[[final answer]]:\n\n\n$24$\n": "24",
    # as small models write it
    "Half.\n[[Final Answer]: 16]": "16",
    "Half.\n[[Final Answer: 16]]": "16",
    "Half.\n[[Final Answer: [2,5)]]": "[2,5)",
    "Half.\n[Final Answer]: 16": "16",
    "Half.\n[[Answer]]: 16": "16",
    "Half.\n[[Final Answer]]\n$16$": "16",
    "Half.\n[[Final Answer]] $16$": "16",
    "Half.\n**Final Answer:** 16": "16",
    "Half.\n**Final Answer**: 16": "16",
    "Half.\n**Final Answer**\n\n16": "16",
    "Half.\n### Final Answer\n16": "16",
    "Half.\n**Final Answer:**\n- 16": "16",
    "Half.\n**Final Answer:**\n-16": "-16",
    "Half.\nFinal Answer: \\( 16 \\)": "16",
    "Half.\nFinal Answer: **16**": "16",
    "Half.\nFinal Answer: **16** apples": "16 apples",
    "Half.\nFinal Answer: `16`": "16",
    "Half.\nFinal Answer\uff1a16": "16",
    "Half.\n[[Final Answer]]:\n```\n16\n```": "16",
    "Half.\n[[Final Answer]]:\n```latex\n\\frac{1}{2}\n```": "\\frac{1}{2}",
    "Half.\n[[Final Answer]]:\n\\[\n16\n\\]\nDone.": "16",
    "Half.\n[[Final Answer]]:\n$$\n\\frac{1}{2}\n$$": "\\frac{1}{2}",
    "### Final Answer\nThe total is:\n\\[ \\boxed{16} \\]": "16",
    "Final Answer: The final answer is $16$. I hope it is correct.": "16",
    "Final Answer: the answer is 16. I hope it is correct.": "16",
    "Final Answer: Janet makes $18 every day.": "18",
    "Final Answer: She earns **$18** in 3 days of 5 hours.": "18",
    "**Final Answer:** The area is $A = \\pi r^2$, so it is $16\\pi$ square units.": "16\\pi",
    "Final Answer: $16$, because $8 + 8 = 16$ holds": "16",
    "Final Answer: 9 * 2 = $18": "18",
    "Final Answer: It is $18 a day, and $18 it stays for her.": "18",
    "\\boxed{Final Answer: 16}": "16",
    # what an answer looks like
    "[[Final Answer]]: $\\frac{3}{4}$.": "\\frac{3}{4}",
    "[[Final Answer]]: (2,5]": "(2,5]",
    "[[Final Answer]]: $[2,5)$": "[2,5)",
    "[[Final Answer]]: \\{1,2\\}": "\\{1,2\\}",
    "[[Final Answer]]: $2$ and $3$": "2, 3",
    "[[Final Answer]]: $x = 2$, $x = 3$": "x = 2, x = 3",
    "[[Final Answer]]: 3$\\sqrt{2}$": "3\\sqrt{2}",
    "[[Final Answer]]: x = $5$": "x = 5",
    "[[Final Answer]]: 50\\%": "50\\%",
    "[[Final Answer]]: $18": "18",
    "[[Final Answer]]: \\$18.90": "\\$18.90",
    "[[Final Answer]]: 18\\$": "18\\$",
    "[[Final Answer]]: $\\$18.90$": "\\$18.90",
    "[[Final Answer]]: 2**3": "2**3",
    "[[Final Answer]]: 1,000": "1,000",
    "[[Final Answer]]: 10:30": "10:30",
    "[[Final Answer]]: 5!": "5!",
    "[[Final Answer]]: $\\text{Monday}$": "\\text{Monday}",
    "[[Final Answer]]: east": "east",
    "[[Final Answer]]: \u221e": "\u221e",
    # a name and what is said of it
    "[[Final Answer]]: $x$ is $5$": "5",
    "[[Final Answer]]: $x$ is 5": "5",
    "[[Final Answer]]: $EF$ has length $12$": "12",
    "[[Final Answer]]: $f^{-1}(3)$ is $2$": "2",
    "[[Final Answer]]: $x$ is $5$ or $6$": "5 or 6",
    "[[Final Answer]]: $x$ and $y$ are $3$ and $4$": "3, 4",
    "[[Final Answer]]: $x$ is $3$ and $y$ is $4$": "x = 3, y = 4",
    "[[Final Answer]]: $x$ is $5$ because $2+3$ is $5$": "5",
    "[[Final Answer]]: $16$ is the sum of $3$ and $13$": "16",
    "[[Final Answer]]: $x=5$ is the solution of $x+1=6$": "x=5",
    "[[Final Answer]]: $5\\sqrt{2}$ is the length of $AB$": "5\\sqrt{2}",
    "[[Final Answer]]: $\\text{Friday}$ is 6 days after Saturday": "\\text{Friday}",
    "[[Final Answer]]: $C$ is correct.": "C",
    # several formulas
    "[[Final Answer]]: $1$ hour and $30$ minutes": "1 hour and 30 minutes",
    "[[Final Answer]]: $1$ hour and 30 minutes": "1 hour and 30 minutes",
    "The answer is $1$ hour and $30$ minutes.": "1 hour and 30 minutes",
    "[[Final Answer]]: $5$:$3$": "5:3",
    "[[Final Answer]]: $12$ cm$^2$": "12 cm^2",
    "[[Final Answer]]: $5$ feet by $3$ feet": "5 feet by 3 feet",
    "[[Final Answer]]: $(1,2)$ $\\cup$ $(3,4)$": "(1,2) \\cup (3,4)",
    "[[Final Answer]]: $(1,2)$ \\cup $(3,4)$": "(1,2) \\cup (3,4)",
    "[[Final Answer]]: $(1,2)$ \u222a $(3,4)$": "(1,2) \\cup (3,4)",
    "[[Final Answer]]: $(1,2)$ U $(3,4)$": "(1,2) \\cup (3,4)",
    "[[Final Answer]]: $2$ and $3$ apples": "2, 3",
    "[[Final Answer]]: $x = 3$ or $x = 4$": "x = 3 or x = 4",
    "[[Final Answer]]: $x = 3$ & $x = 4$": "x = 3, x = 4",
    "[[Final Answer]]: Either $3$ or $4$": "3 or 4",
    "The solutions are two.\nFinal Answer: The solutions are $2$, $3$, or $4$": "2, 3 or 4",
    "[[Final Answer]]: It is half of $1$, or $0.5$": "0.5",
    "[[Final Answer]]: $\\frac{1}{2}$ or $0.5$": "\\frac{1}{2}",
    "[[Final Answer]]: $\\frac13$ or about $0.333$": "\\frac13",
    "[[Final Answer]]: $y = 3x + c$, where $c$ is a constant": "y = 3x + c",
    "[[Final Answer]]: $5$ for $x = 2$": "5",
    # a value and what is said about it
    "[[Final Answer]]: 16. This is because 4*4=16.": "16",
    "[[Final Answer]]: 5, since 2+3=5": "5",
    "[[Final Answer]]: 16 because 8+8=16": "16",
    "[[Final Answer]]: 16 (because 8+8=16)": "16",
    "[[Final Answer]]: $16$ (because $8+8=16$)": "16",
    "[[Final Answer]]: $16$. This is because $4 \\cdot 4=16$.": "16",
    "[[Final Answer]]: 16 eggs. She sold 3.": "16 eggs",
    "[[Final Answer]]: 16 (sixteen)": "16",
    "[[Final Answer]]: 16 (sixteen) eggs": "16 eggs",
    "[[Final Answer]]: The final price is $16.50 after a 10% discount": "16.50",
    "[[Final Answer]]: She has 16 eggs because 8+8=16.": "16",
    "[[Final Answer]]: The total is 5 for one and 3 for two": "The total is 5 for one and 3 for two",
    "[[Final Answer]]: C. The others are too short.": "C",
    "The answer is 16 because 8+8=16.": "16",
    "#### 16 (sixteen)": "16",
    # and what only looks like it
    "[[Final Answer]]: x \\equiv 3 (mod 7)": "x \\equiv 3 (mod 7)",
    "[[Final Answer]]: 11 (base two)": "11 (base two)",
    "[[Final Answer]]: 2 (sin x + 1)": "2 (sin x + 1)",
    "[[Final Answer]]: 7:30 p.m. Eastern": "7:30 p.m. Eastern",
    "[[Final Answer]]: x \\text{ where } x>0": "x \\text{ where } x>0",
    "[[Final Answer]]:\n\\begin{pmatrix}\n1 \\\\\n2\n\\end{pmatrix}\nok": "\\begin{pmatrix}\n1 \\\\\n2\n\\end{pmatrix}",
    # the last one counts
    "[[Final Answer]]: $5$\nNo, wait.\n[[Final Answer]]: $6$": "6",
    "[[Final Answer]]: $5$\n\n[[Final Answer]]:": "5",
    "\\boxed{5}, no, \\boxed{6}.": "6",
    "#### 5\n#### 6": "6",
    "The answer is 5. Or rather, the answer is 6.": "6",
    # the order of preference
    "[[Final Answer]]: 1\n\\boxed{2}\n#### 3\nThe answer is 4.": "1",
    "#### 3\nSo \\boxed{2}\nThe answer is 4.": "2",
    "The answer is 4.\n#### 3": "3",
    "I put it behind [[Final Answer]] as asked: \\boxed{3}": "3",
    "[[Final Answer]]: \\(\\boxed{16}\\)": "16",
    "[[Final Answer]]: 16\n\nNote: The final answer: is in dollars.": "16",
    "[[Final Answer]]: 7\n\n(Check the final answer: 3+4=7)": "7",
    "I put it behind [[Final Answer]] as asked. We have $x = 2$.\n**Final Answer:** 3": "3",
    "[[Final Answer]]: 7\n" + "So the final answer: 8.\n" * 20: "7",
    "Final Answer: 7" + "\nI told the final answer and am done." * 20: "7",
    "Final Answer: we shall get it below\nSo \\boxed{5}.": "5",
    "Final Answer: 7\nNote: The final answer: is in whole dollars.": "7",
    "Final Answer: there are no such numbers": "there are no such numbers",
    # boxes
    "so \\boxed{\\frac{1}{\\sqrt{2}}}.": "\\frac{1}{\\sqrt{2}}",
    "so \\boxed{\\left\\{1, 2\\right\\}}.": "\\left\\{1, 2\\right\\}",
    "so $\\boxed 2$ it is": "2",
    "so \\fbox{7}": "7",
    "so \\boxed{\\fbox{7}}": "7",
    "so \\boxed{2} and \\boxed{3}": "2, 3",
    "so \\boxed{3} or \\boxed{4}": "3 or 4",
    "so \\boxed{3.5} or $\\boxed{\\frac{7}{2}}$": "\\frac{7}{2}",
    "so $\\boxed{(1,2)} \\cup \\boxed{(3,4)}$": "(1,2) \\cup (3,4)",
    "so \\boxed{\\frac{639}{40}} or 15.975": "\\frac{639}{40}",
    "so \\boxed{4}, but \\boxed{} is empty": "4",
    "so \\boxed{4}, but \\boxed{5 is open": "4",
    # GSM8K's form
    "16 - 7 = <<16-7=9>>9\n#### 9": "9",
    "#### 1,450,000": "1,450,000",
    "#### $16 apples": "16 apples",
    # sentences
    "That leaves 9.\nThe answer is 16.": "16",
    "The final answer is $16$": "16",
    "So the answer is 9 * 2 = 18.": "18",
    "Thus the answer to this question is therefore **16**.": "16",
    "The final answer is:\n\n$$16$$": "16",
    "**Answer:** 16 apples": "16 apples",
    "**Answer**: 2.5": "2.5",
    "The answer is\n16": "16",
    # conclusions
    "9 * 2 is 18.\nTherefore, Janet makes $18 every day at the market.": "18",
    "He runs 3 sprints. So, he runs $60 \\cdot 3 = 180$ meters a week.": "180",
    "It is 5 of 16.\n\nThus she has **11** of the 16 left.": "11",
    "Therefore, $x = 5$.": "x = 5",
    # the answer alone
    "16": "16",
    " $\\frac12$\n": "\\frac12",
    "x = 5": "x = 5",
    "16 apples": "16 apples",
    "Evelyn": "Evelyn",
    # another question that the model makes up
    "[[Final Answer]]: $5$\n\n[[Question]]: 3+4?\n[[Solution]]: Add.\n[[Final Answer]]: $7$": "5",
    "So \\boxed{5}.\n[[Question]]: 3+4?\n[[Final Answer]]: $7$": "5",
    "16\n\n[[Question]]: 3+4?\n[[Final Answer]]: $7$": "16",
    "[[Question]]: 3+4?\n[[Solution]]: Add.\n[[Final Answer]]: $7$": "7",
    "Sure!\n[[Question]]: 3+4?\n[[Solution]]: Add.\n[[Final Answer]]: $7$\n[[Question]]: 1?\n[[Final Answer]]: 1": "7",
}

WITHOUT = [
    "",
    " \n ",
    "I do not know what to do here.",
    "Let us add. Then we subtract, and that is all there is to it",
    "[[Final Answer]]:",
    "[[Final Answer]]:\n$ANSWER$",
    "[[Final Answer]]: $\\text{ANSWER}$",
    "[[Final Answer]]:\n```\n```",
    "[[Final Answer]]: ...",
    "\\boxed{}",
    "\\boxed{1",
    "\\boxedness{1} is no box, and neither is this one",
    "### Step 1\n#### 1. Setup\nAdd them.\n#### 2. Compute it\nThat is it then.",
    "#### Step 3: 5 and more",
    "The answer is not known to anyone but the author of it.",
    f"[[Final Answer]]: {'1' * (LONGEST + 1)}",
    f"so \\boxed{{{'x+' * LONGEST}1}}",
    "What is the question?",
    "Therefore she pays 5 for the first and 3 for the others.",
    "So the number of eggs is not 5.",
    "So we add them all.",
    "Therefore we must take the root \\sqrt{5} of it",
    "So it is 5 a day. Now let us look at the next day and all the others.",
]


@pytest.mark.parametrize(("reply", "value"), REPLIES.items())
def test_the_answer_is_found(reply: str, value: str) -> None:
    assert extract(reply)[0::2] == (Outcome.OK, value)


@pytest.mark.parametrize("reply", [one for one in REPLIES if "Question" not in one])
def test_windows_line_ends_change_nothing(reply: str) -> None:
    assert extract(reply.replace("\n", "\r\n")) == extract(reply)


@pytest.mark.parametrize("reply", WITHOUT)
def test_a_reply_without_an_answer_has_none(reply: str) -> None:
    assert extract(reply) == (Outcome.NO_ANSWER, reply.strip(), "")


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        ("[[Final Answer]]: $16$", "16"),
        ("[[Final Answer]]: \\(16\\)", "16"),
        ("[[Final Answer]]: 16\n", "16"),
        ("[[Final Answer]]: 16. Thi", "16"),
        ("[[Final Answer]]: 16 because 8 +", "16"),
        ("[[Final Answer]]: $x$ is $5$", "5"),
        ("[[Final Answer]]:\n$16$\n\nLet me che", "16"),
        ("so \\boxed{16}", "16"),
        ("#### 16\nNow", "16"),
        ("The answer is 16.\nNow", "16"),
        ("[[Final Answer]]: $5$\nOr is it [[Final Answer]]: $1", "5"),
        ("[[Final Answer]]: 5\n[[Question]]: and what of", "5"),
        ("[[Final Answer]]: 5[[Question]]: and what of", "5"),
    ],
)
def test_an_answer_that_is_whole_counts_in_a_reply_that_was_cut_off(reply: str, value: str) -> None:
    assert extract(reply, "length")[0::2] == (Outcome.OK, value)


@pytest.mark.parametrize(
    "reply",
    [
        "[[Final Answer]]: 16",
        "[[Final Answer]]: $16",
        "[[Final Answer]]: 16 (sixte",
        "[[Final Answer]]: $1$ hour and $30$ minu",
        "[[Final Answer]]: $x$ is",
        "[[Final Answer]]: $x$ is 5",
        "[[Final Answer]]:\n",
        "so \\boxed{16",
        "#### 16",
        "The answer is 16.",
        "Therefore, she has 16.",
        "16",
        "Let us begin with",
    ],
)
def test_an_answer_that_may_go_on_does_not(reply: str) -> None:
    assert extract(reply, "length") == (Outcome.CUT_OFF, reply.strip(), "")


@pytest.mark.parametrize(
    ("finish", "outcome"),
    [("refusal", Outcome.REFUSED), ("content_filter", Outcome.FILTERED), ("overflow", Outcome.OVERFLOW)],
)
def test_a_reply_that_was_stopped_holds_no_answer(finish: str, outcome: Outcome) -> None:
    assert extract("[[Final Answer]]: $16$", finish) == (outcome, "[[Final Answer]]: $16$", "")


def test_a_refusal_is_told_from_a_reply_that_lacks_an_answer() -> None:
    assert extract("I'm sorry, but I can't help with that.").outcome is Outcome.REFUSED
    assert extract("I can't see why, but so it is, as one says").outcome is Outcome.REFUSED
    assert extract("One can't see why, but so it is, as one says").outcome is Outcome.NO_ANSWER
    assert extract("I'm sorry, I can't draw. [[Final Answer]]: 5").outcome is Outcome.OK


@pytest.mark.parametrize(
    ("reply", "rationale"),
    [
        ("[[Solution]]: Half of\n32.\n\n[[Final Answer]]:\n$16$", "Half of\n32."),
        ('Half of 32.\n"""\n[[Final Answer]]:\n$16$\n"""', "Half of 32."),
        ("Half of 32.\n```latex\n[[Final Answer]]:\n$16$\n```", "Half of 32."),
        ("Half of 32.\n\n### **Final Answer:** 16", "Half of 32."),
        ("Half of 32:\n```\n32 / 2\n```\n[[Final Answer]]: 16", "Half of 32:\n```\n32 / 2\n```"),
        ("Half of 32.\nSo it is \\boxed{16}.", "Half of 32."),
        ("Half of 32.\n\\[\n\\boxed{16}\n\\]", "Half of 32."),
        ("Half of 32.\n$$\n\\boxed{16}\n$$", "Half of 32."),
        ("Half of 32. The answer is $\\boxed{16}$.", "Half of 32."),
        ("Half of 32 = \\boxed{16}", "Half of 32 ="),
        ("Half of 32.\n#### 16", "Half of 32."),
        ("Half of 32. The answer is 16.", "Half of 32."),
        ("Half of 32.\nSo the answer is 16.", "Half of 32."),
        ("Half of 32. So she has 16 eggs.", "Half of 32."),
        ("The answer is 16.", ""),
        ("[[Final Answer]]: $16$\n\nBecause it is half of 32.", "Because it is half of 32."),
        ("$\\boxed{16}$.\nIt is half of 32.", "It is half of 32."),
        ("16", ""),
        ("Sure!\n[[Question]]: Half of 32?\n[[Solution]]: 32 / 2.\n[[Final Answer]]: 16", "32 / 2."),
        ("[[Final Answer]]: 5\nNo.\n[[Final Answer]]: 6", "5\nNo."),
        ("Half of $32$ is $16$.\n[[Final Answer]]: 16", "Half of $32$ is $16$."),
        ("**Half** of 32 is **16**\n[[Final Answer]]: 16", "**Half** of 32 is **16**"),
    ],
)
def test_the_rationale_is_the_explanation_without_the_answer(reply: str, rationale: str) -> None:
    found = extract(reply)
    assert found.outcome is Outcome.OK
    assert found.rationale == rationale


PIECES = [
    "[[Final Answer]]", "[[Final Answer]]:", "final answer: ", "[[Question]]", "\\boxed{", "\\boxed 1 ", "\\fbox",
    "{", "}", "$", "$$", "\\(", "\\]", "#### ", "####", "```", '"""', "**", "The answer is ", "answer:", "16", "-1,5",
    "x = ", " and ", "\\begin{a}", "\\", "\n", " ", ".", ":", "\u2028", "\x00", "\ud800", "\u0131", "ANSWER", "[", "]",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.sampled_from([*FINISHES, "else"]))
def test_any_text_can_be_read(text: str, finish: str) -> None:
    found = extract(text, finish)
    assert bool(found.value) is (found.outcome is Outcome.OK)
    assert len(found.value) <= LONGEST
    assert found.rationale == found.rationale.strip()
    boxed(text)
    hashed(text)


CASES = [
    "fInal an\u017fwer: 5",
    "FINAL  ANSWER\n6",
    "\\BOXED{7}",
    "\u0130 ",
    "The AN\u017fWER is 5",
    *REPLIES,
    *WITHOUT,
]


def test_where_the_search_begins_changes_nothing() -> None:
    for case in CASES:
        for text in (case, case.upper(), f"Half.\n{case}\n[[Question]]: 1 + 1?\n[[Final Answer]]: 2"):
            with mock.patch.object(answers, "_begin", return_value=0):
                found = extract(text)
            assert extract(text) == found


@given(st.lists(st.sampled_from(PIECES + CASES), max_size=6).map("".join), st.sampled_from(FINISHES))
def test_nor_does_it_in_any_other_text(text: str, finish: str) -> None:
    with mock.patch.object(answers, "_begin", return_value=0):
        found = extract(text, finish)
    assert extract(text, finish) == found


@given(st.text(), st.sampled_from(FINISHES))
def test_so_can_any_other(text: str, finish: str) -> None:
    assert extract(text, finish).rationale in text.replace("\r\n", "\n").replace("\r", "\n")


@given(st.integers(-(10**9), 10**9), st.text(alphabet="abc.,\n ", max_size=200))
def test_an_answer_in_the_asked_form_is_found_behind_any_words(answer: int, words: str) -> None:
    assert extract(f"{words}\n[[Final Answer]]:\n${answer}$").value == str(answer)


HOSTILE = [piece * (40_000 // len(piece)) for piece in PIECES] + [
    "[[Final Answer]]: " + "{" * 40_000,
    "final answer" + " " * 40_000 + "x",
    " " * 40_000 + "the answer is 5",
    "\\boxed" + " " * 40_000,
    "\\boxed{" + "{" * 20_000 + "}" * 20_000 + "}",
    "\\boxed{" + ":" * 40_000 + "}",
    "\\boxed{" + "```" * 12_000 + "}",
    "final answer: " + "1 = " * 10_000,
    "#### 1. a\n" * 10_000,
    "[[Final Answer]]:\n```\n" * 5_000,
    ("[[Final Answer]]: " + "$x$ is " * 139 + "$ANSWER$\n") * 40,
    ("[[Final Answer]]: " + "$1$ or " * 139 + "$ANSWER$\n") * 40,
    ("[[Final Answer]]: " + "5 (as (a) " * 99 + "\n") * 40,
    ("[[Final Answer]]: 5" + "***. " * 190 + "because\n") * 40,
    "".join(f"\\boxed{{{'(1+x)^{99}' * 90}+{number}}} or " for number in range(40)),
    "final answer\n" * 8_000,
    "$" + "1" * 40_000 + "$",
    "**" + "a " * 20_000,
    "\\[" * 20_000 + "\n[[Final Answer]]: $5$",
]


@pytest.mark.timeout(60)  # a second in all; hours, if a pattern took time that grows with the square
def test_hostile_text_takes_no_time() -> None:
    for text in HOSTILE:
        for finish in ("stop", "length"):
            assert len(extract(text, finish).value) <= LONGEST
        boxed(text)
        hashed(text)


def test_boxed_takes_the_last_box() -> None:
    assert boxed("\\boxed{1} and $\\boxed{\\frac{a}{b}}$") == "\\frac{a}{b}"
    assert boxed("so $\\boxed 2$") == "2"
    assert boxed("so \\fbox{x}") == "x"
    assert boxed("nothing is \\boxed{}") == ""
    assert boxed("so \\boxed{\\left\\{x\\right.}") == "\\left\\{x\\right."
    assert boxed("no box") is None
    assert boxed("\\boxedness{1}") is None
    assert boxed("\\boxed{1") is None


def test_hashed_takes_what_follows_the_last_hashes() -> None:
    assert hashed("2 + 3 = 5\n#### 5") == "5"
    assert hashed("#### 1\n#### 2,125 ") == "2,125"
    assert hashed("5") is None
    assert hashed("####") is None


def test_the_answers_of_math_500_are_those_of_its_solutions(published: Path) -> None:
    rows = [json.loads(line) for line in (published / "math500" / "test.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == 500
    assert [extract(row["solution"]).value for row in rows] == [row["answer"] for row in rows]
    assert [boxed(row["solution"]) for row in rows] == [row["answer"] for row in rows]


def test_the_answers_of_gsm8k_are_those_of_its_solutions(published: Path) -> None:
    lines = (published / "gsm8k" / "test.jsonl").read_text("utf-8").split("\n")[:-1]
    answers = [json.loads(line)["answer"] for line in lines]
    assert len(answers) == 1319
    assert [extract(answer).value for answer in answers] == [hashed(answer) for answer in answers]
