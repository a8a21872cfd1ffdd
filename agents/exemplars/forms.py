"""How the exemplars of a set are written, of each kind: labelled texts, solved problems, programmed problems.

The prompts `form_text`, `form_math` and `form_code` ask for these forms. Headings may be bold, numbered, of any level,
and have their text beside or below them.
"""

import ast
import re
from typing import Final

from agents.exemplars.sets import Form, Parts
from agents.extraction import defines, find
from agents.prompting import render
from lbt.exemplars import Exemplar
from lbt.signature import parsed
from lbt.types import CodeProblem, Outcome
from math_data.answers import extract
from text_data.labels import read_label

_LEAD: Final = r"[ \t#>*_.()\d-]{0,20}+"
"""What may stand before the word of a heading. All repetitions are bounded, so a line costs little."""
_EXAMPLE: Final = rf"{_LEAD}(?P<example>example ?\d{{1,3}})(?:[*_]{{0,3}}:[*_]{{0,3}}[ \t]*|[*_.]{{0,4}}[ \t]*$)"
_COLON: Final = r"(?: ?\d{1,3})?[*_]{0,3}[ \t]?:[*_]{0,3}[ \t]*"
_BRACKETS: Final = (
    r"(?: ?\d{1,3})?(?: ?\]\][*_]{0,3}:?[*_]{0,3}[ \t]*|[*_]{0,3}[ \t]?:[*_]{0,3}[ \t]*|[*_]{0,3}[ \t]*$)"
)
_WORD: Final = re.compile(r"\w")
_PROBLEM: Final = "### Problem\n"


def asked(problem: CodeProblem) -> str:
    """All that is asked of a program: the statement, then the starter code or what a whole program must do."""
    (message,) = render("item_code", problem=problem)
    return message.content.removeprefix(_PROBLEM)


def _text(parts: Parts, cut: bool) -> Exemplar | str:
    del cut  # a label has one word: it is there, or it is not
    text = parts.get("text") or parts.get("example", "")
    label = read_label(parts.get("label", "").partition("\n")[0])
    if not _WORD.search(text):
        return "has no text"
    if label is None:
        return "has no label Yes or No"
    return Exemplar(statement=text, answer="Yes" if label else "No")


def _solved(parts: Parts, cut: bool) -> Exemplar | str:
    question = parts.get("question") or parts.get("example", "")
    if not _WORD.search(question):
        return "has no question"
    solution, answer = parts.get("solution", ""), parts.get("answer")
    reply = solution if answer is None else f"{solution}\n[[Final Answer]]:\n{answer}"
    outcome, rationale, value = extract(reply, "length" if cut else "stop")
    if outcome is not Outcome.OK:
        return "has no final answer"
    return Exemplar(statement=question, rationale=rationale, answer=value)


def _programmed(parts: Parts, cut: bool) -> Exemplar | str:
    statement = parts.get("problem", "")
    if not _WORD.search(statement):
        return "has no problem"
    starter = _unfenced(parts.get("starter", ""))
    tree = parsed(starter)
    if tree is None:
        return "has starter code that is not Python"
    entry_point = _entry_point(tree)
    program = find(parts.get("code", ""), entry_point, cut=cut)
    if program is None or not defines(program.code, entry_point):
        return f"has no program that {f'defines {entry_point}' if entry_point else 'prints anything'}"
    problem = CodeProblem(
        id="",
        title="",
        statement=statement,
        starter=starter if entry_point else "",
        entry_point=entry_point,
        mode="function" if entry_point else "stdin",
        visible=(),
        hidden=(),
    )
    return Exemplar(statement=asked(problem), rationale=parts.get("explanation", ""), answer=program.code)


def _unfenced(code: str) -> str:
    lines = [line for line in code.split("\n") if not line.lstrip().startswith("```")]
    return "\n".join(lines).strip("\n").rstrip()


def _entry_point(starter: ast.Module) -> str:
    """The last function or method that a starter begins; empty where it begins none, as of a whole program."""
    names = [""]
    for node in starter.body:
        match node:
            case ast.FunctionDef():
                names.append(node.name)
            case ast.ClassDef():
                names += [f"{node.name}.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)]
    return names[-1]


TEXTS: Final = Form(
    heading=re.compile(rf"{_EXAMPLE}|{_LEAD}(?:(?P<text>text)|(?P<label>label)){_COLON}", re.IGNORECASE),
    order=("example", "text", "label"),
    opening=frozenset({"example", "text"}),
    exemplar=_text,
    answers=("Yes", "No"),
)
"""`Text: …` and `Label: Yes`."""
SOLUTIONS: Final = Form(
    heading=re.compile(
        rf"{_EXAMPLE}|{_LEAD}(?:\[\[ ?)?"
        rf"(?:(?P<question>question|problem)|(?P<solution>solution)|(?P<answer>final answer)){_BRACKETS}",
        re.IGNORECASE,
    ),
    order=("example", "question", "solution", "answer"),
    opening=frozenset({"example", "question"}),
    exemplar=_solved,
)
"""`[[Question]]:`, `[[Solution]]:` and `[[Final Answer]]:`, each followed by its text."""
PROGRAMS: Final = Form(
    heading=re.compile(
        r"[ \t]{0,3}(?:#{1,6}[ \t]{0,4}[*_]{0,3}|(?=\*\*[\w ]{1,30}:?\*\*:?[ \t]*$)\*\*)"
        r"(?:(?P<problem>problem(?: statement)?|question)|(?P<starter>starter(?: code)?)|(?P<form>form)"
        r"|(?P<explanation>explanation|strategy|approach)|(?P<code>(?:final |python )?code|solution|program))"
        r"(?: ?\d{1,3})?(?:[*_]{0,3}:[*_]{0,3}[ \t]*|[*_]{0,3}[ \t]*$)",
        re.IGNORECASE,
    ),
    order=("problem", "starter", "form", "explanation", "code"),
    opening=frozenset({"problem"}),
    fenced=True,
    exemplar=_programmed,
)
"""Headings with `#`, or alone in bold type: `Explanation:` is a word of many a statement, and so is `Example 1:`."""
