"""An answer that repeats the question is told from one that answers it."""

import json
from pathlib import Path

import pytest

from math_data.readers import math
from math_data.repeating import LONGEST, repeats

REPEATED = [
    ("(x+1)^2", "Expand $(x+1)^2$."),
    ("(x + 1)^{2}", "Expand $(x+1)^2$."),
    ("$(x+1)^2$.", "Expand $(x+1)^2$."),
    ("\\left(x+1\\right)^2", "Expand the product $(x+1)^2.$"),
    ("(x+1)**2", "Expand $(x+1)^2$."),
    ("x^2-9", "Factor $x^2 - 9$ completely."),
    ("\\frac{6x}{3}", "Simplify $\\dfrac{6x}{3}$."),
    ("(x+1)(x-2)", "Write $f(x) = (x+1)(x-2)$ in expanded form."),
    ("f(x) = (x+1)(x-2)", "Write $f(x) = (x+1)(x-2)$ in expanded form."),
    ("\\sqrt{12x}", "Simplify \\[\\sqrt{12x}.\\]"),
    ("2x + 3x", "Simplify \\(2x + 3x\\)."),
    ("x + 2y", "It costs \\$5, or $x + 2y$ for \\$7."),
    ("x^2 - 9", "Factor x^2-9."),
    ("3(x + 2)", "Expand 3(x + 2)."),
]

CALCULATIONS = [
    ("20 + 19 \\cdot 11 - 90", "Compute $20 + 19 \\cdot 11 - 90$.", "139"),
    ("115^2", "Compute $115^2$ in your head.", "13225"),
    ("\\sqrt{12}", "Simplify $\\sqrt{12}$.", "2\\sqrt{3}"),
    ("\\frac{1}{\\sqrt 7}", "Rationalize $\\frac{1}{\\sqrt{7}}$.", "\\frac{\\sqrt{7}}{7}"),
    ("5!", "What is $5!$?", "120"),
    ("\\left\\lfloor 6.7 \\right\\rfloor", "Evaluate $\\lfloor 6.7\\rfloor$.", "6"),
    ("0.4\\overline{37}", "Write $0.4\\overline{37}$ as a fraction.", "\\frac{433}{990}"),
    ("2+3", "What is 2 + 3?", "5"),
    ("(\\frac{i}{4})^4", "Evaluate $\\left(\\frac{i}{4}\\right)^4$.", "\\frac{1}{256}"),
]

MATRICES = "{0}1 & 2 \\\\ 3 & 4{1}{2}{0}5 & 6 \\\\ 7 & 8{1}"
ROUND, SQUARE = [(f"\\begin{{{kind}}}", f"\\end{{{kind}}}") for kind in ("pmatrix", "bmatrix")]

REORDERED = [
    ("(x^2-3x+4)(x+6)", "Expand $(x+6)(x^2-3x+4)$.", "x^3+3x^2-14x+24"),
    ("(6 + x)\\cdot(x^2+4-3x)", "Expand $(x+6)(x^2-3x+4)$.", "x^3+3x^2-14x+24"),
    ("y = (x^2-3x+4)(x+6)", "Expand $y = (x+6)(x^2-3x+4)$.", "x^3+3x^2-14x+24"),
    ("186/(9-\\sqrt{19})", "Rationalize $\\frac{186}{9-\\sqrt{19}}$.", "27+3\\sqrt{19}"),
    ("(9-6i)(-2-8i)", "Compute $(-2-8i)(9-6i)$.", "-66-60i"),
    (MATRICES.format(*SQUARE, ""), f"Compute ${MATRICES.format(*ROUND, '')}$.", f"{ROUND[0]}19&22\\\\43&50{ROUND[1]}"),
    (MATRICES.format(*SQUARE, " \\cdot "), f"Compute ${MATRICES.format(*ROUND, '')}$.", "A"),
]

IN_ANOTHER_ORDER_AND_RIGHT = [
    ("2x+3", "Write $y = 3+2x$ in slope-intercept form.", "y = 2x+3"),
    ("1+x", "Which is irreducible, $x+1$ or $x^2-1$?", "x+1"),
    ("-1/2", "Is it $-\\frac{1}{2}$?", "-0.5"),
    ("7-5", "Compute $5-7$.", "-2"),
    ("3(x+2)", "Factor $3x+6$.", "3(x+2)"),
    ("x^2-2", "Simplify $x^2-1$.", "x^2-3"),
    ("\\frac{2}{x}", "Invert $\\frac{x}{2}$.", "2x^{-1}"),
    (f"{SQUARE[0]}1&2{SQUARE[1]}", f"Which is the longer one, ${ROUND[0]}1&2{ROUND[1]}$ or $0$?", "A"),
]

PLAIN_NUMBERS = [
    ("\\frac15", "Heads has probability $\\frac15$. What is the value?", "0.20"),
    ("\\frac{12}{5}", "Which is it, $\\frac{12}{5}$ or $2$?", "2.4"),
    ("20\\%", "It is decreased by $20\\%$. By what percent?", "20"),
    ("1,000", "Of $1,000$ nuts, how many?", "1000"),
    ("-4", "Is it $-4$?", "-4.0"),
    ("1/2", "Is it $1/2$?", "0.5"),
]

ANSWERED = [
    ("x^2+2x+1", "Expand $(x+1)^2$."),
    ("x+1", "Name a factor of $(x+1)(x+2)$."),
    ("x+1", "Factor $x^2+2x+1$."),
    ("2x", "Simplify $2x + 3x - 3x$."),
    ("16", "What is $16$?"),
    ("2+3", "What is $2+3$?"),
    ("\\frac{1}{2}", "Write $\\frac{1}{2}$ in words."),
    ("x", "Solve $x = 5$ for $x$."),
    ("-x", "What is $-x$?"),
    ("ABC", "Which of $ABC$ and $ABD$ is right?"),
    ("a+b", "Nothing is asked in mathematics."),
    ("", "Expand $(x+1)^2$."),
    ("", ""),
    ("x+" * LONGEST, f"Simplify ${'x+' * LONGEST}$"),
]


@pytest.mark.parametrize(("value", "question"), REPEATED)
def test_an_expression_of_the_question_is_a_repetition(value: str, question: str) -> None:
    assert repeats(value, question)


@pytest.mark.parametrize(("value", "question"), ANSWERED)
def test_anything_else_is_none(value: str, question: str) -> None:
    assert not repeats(value, question)


@pytest.mark.parametrize(("value", "question", "gold"), CALCULATIONS)
def test_a_calculation_that_is_copied_is_a_repetition(value: str, question: str, gold: str) -> None:
    assert repeats(value, question, gold)
    assert not repeats(gold, question, gold)


@pytest.mark.parametrize(("value", "question", "gold"), REORDERED)
def test_an_expression_of_the_question_in_another_order_is_a_repetition(value: str, question: str, gold: str) -> None:
    assert repeats(value, question, gold)
    assert not repeats(gold, question, gold)


@pytest.mark.parametrize(("value", "question", "gold"), IN_ANOTHER_ORDER_AND_RIGHT)
def test_what_is_the_right_answer_or_another_expression_is_none(value: str, question: str, gold: str) -> None:
    assert not repeats(value, question, gold)


@pytest.mark.parametrize(("value", "question", "gold"), PLAIN_NUMBERS)
def test_a_number_of_the_question_may_answer_it(value: str, question: str, gold: str) -> None:
    assert not repeats(value, question, gold)


def test_what_is_written_like_the_right_answer_is_none() -> None:
    question = "Which is irreducible, $x^2+1$ or $x^2-1$?"
    assert not repeats("x^2 + 1", question, gold="x^2+1")
    assert repeats("x^2 - 1", question, gold="x^2+1")


def test_the_right_answers_of_math_500_repeat_nothing(published: Path) -> None:
    lines = (published / "math500" / "test.jsonl").read_text("utf-8").split("\n")[:-1]
    rows = [json.loads(line) for line in lines]
    assert not any(repeats(row["answer"], row["problem"]) for row in rows)


def test_hardly_any_right_answer_of_math_stands_in_its_question(published: Path) -> None:
    problems = math.read(published, "test").values()
    found = [problem.id for problem in problems if repeats(problem.answer, problem.statement)]
    assert len(found) <= 2
    assert not any(repeats(one.answer, one.statement, gold=one.answer) for one in problems)
