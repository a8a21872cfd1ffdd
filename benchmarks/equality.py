"""How fast final answers are compared, how long the worst take, and how often a rewriting or a near miss is misjudged.

The answers of MATH are read where they are: in the folder of the variable LBT_DATA. Without them only plain and
malicious pairs are measured. `python -m benchmarks equality`.
"""

import json
import os
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.figures import Findings, Table, Target, machine
from benchmarks.rewriting import Variant, different, same
from math_data.equivalence import compare, quickly

DATA = Path(os.environ.get("LBT_DATA") or Path(__file__).parents[2] / "shared" / "data")
"""Where the published files are: where `LBT_DATA` says, or in a folder beside the checkout."""
LEAST_PER_S = 2_000
MOST_S = 1.0
ACCEPTED_LEAST, ACCEPTED_MOST = 99.5, 0.1
"""Shares of rewritings and of near misses that may be called equal, in per cent."""
MISSES_SHOWN = 20

PLAIN = (
    ("\\frac{%d}{7}", "\\dfrac{%d}7"), ("%d.5", "%d\\frac12"), ("%d\\sqrt{8}", "\\sqrt{2}\\cdot%d\\cdot 2"),
    ("(%d, 3)", "\\left(%d,3\\right)"), ("x^2+%dx", "x(x+%d)"), ("\\{1, %d\\}", "%d, 1"), ("%d\\text{ cm}", "%d"),
    ("[%d, \\infty)", "x \\ge %d"), ("%d", "-%d"), ("\\text{on day %d}", "\\text{on day 0 and %d}"),
)  # fmt: skip
"""Pairs as they are met with, to be filled with a number."""
_DEEP = 60
MALICIOUS = {
    "a tower of powers": ("9^{9^{9^9}}", "9^{9^{9^8}}"),
    "a power with a long exponent": ("2^{99999999999}", "2^{99999999998}"),
    "nested roots": ("\\sqrt{2+" * 25 + "2" + "}" * 25, "2"),
    "deeper roots": ("\\sqrt{" * _DEEP + "2" + "}" * _DEEP, "\\sqrt{" * _DEEP + "3" + "}" * _DEEP),
    "a large factorial": ("100000000!", "100000001!"),
    "a factorial of a factorial": ("((9!)!)!", "((9!)!)! + 1"),
    "a long product": ("(x+y+z)^{60}(x-y)^{60}", "(x-y)^{60}(x+y+z)^{60} + 1"),
    "a sum without end": ("\\sum_{i=1}^{10^9} \\frac{1}{i^{i}}", "1.3"),
    "nested sums": ("\\sum_{i=1}^{99999}\\sum_{j=1}^{99999} \\sin(ij)", "0.5"),
    "a hard integral": ("\\int_0^1 \\sin(\\exp(x^{x^x})) dx", "1"),
    "trigonometry": ("\\sin^{40} x \\cos^{40} x", "\\cos^{40} x \\sin^{38} x (1 - \\cos^2 x)"),
    "100,000 digits": ("1" * 100_000, "2" * 100_000),
    "100,000 characters": ("x+" * 50_000 + "1", "x+" * 50_000 + "2"),
    "100,000 braces": ("{" * 50_000 + "}" * 50_000, "{" * 50_000 + "1" + "}" * 50_000),
    "a program": ("__import__('os').system('sleep 9')", "0"),
}


@dataclass
class Tried:
    """Rewritings of one kind, and those that were misjudged."""

    pairs: int = 0
    missed: list[str] = field(default_factory=list)


def measure() -> Findings:
    """Measure all there is data for."""
    before = machine()
    compare("\\sin\\frac{\\pi}{6}", "\\frac12")  # starts a process
    per_s = _pairs_per_s()
    worst = [(name, _seconds(*pair)) for name, pair in MALICIOUS.items()]
    tables = [Table(title="Malicious pairs", heads=("pair", "s"), rows=tuple(worst))]
    targets = [
        Target(what="plain pairs compared in a second on one core", value=per_s, least=LEAST_PER_S),
        Target(what="seconds of the worst malicious pair", value=max(seconds for _, seconds in worst), most=MOST_S),
    ]
    answers = [*math_answers()]
    if answers:
        for title, variants, right in (("Rewritings", same, True), ("Near misses", different, False)):
            table, target = _judged(title, answers, variants, right=right)
            tables.append(table)
            targets.append(target)
    return Findings.of("equality", before, tables, targets)


def _pairs_per_s() -> float:
    pairs = [(a % n, b % n) for n in range(100, 700) for a, b in PLAIN]
    began = time.process_time()
    for a, b in pairs:
        quickly(a, b)
    return len(pairs) / (time.process_time() - began)


def _seconds(a: str, b: str) -> float:
    began = time.perf_counter()
    compare(a, b)
    return time.perf_counter() - began


def math_answers(folder: Path = DATA) -> Iterator[str]:
    """Read the last boxed answer of every solution of MATH, but for blank ones; none without the data."""
    archive = folder / "math" / "MATH-data.tar.gz"
    if not archive.exists():
        return
    with tarfile.open(archive) as files:
        for entry in files:
            if entry.name.endswith(".json") and (file := files.extractfile(entry)):
                answer = _last_boxed(json.load(file)["solution"])
                if answer.strip():
                    yield answer


def _last_boxed(solution: str) -> str:
    begin = max(solution.rfind("\\boxed"), solution.rfind("\\fbox"))
    rest = solution[begin:].partition("ox")[2].removeprefix("ed").lstrip()
    if not rest.startswith("{"):
        return rest[:1]
    depth = 0
    for end, character in enumerate(rest):
        depth += (character == "{") - (character == "}")
        if not depth:
            return rest[1:end]
    return ""


def _judged(
    title: str, answers: Sequence[str], variants: Callable[[str], Iterator[Variant]], *, right: bool
) -> tuple[Table, Target]:
    """Compare every answer with its variants."""
    kinds: dict[str, Tried] = {}
    each: Counter[bool] = Counter()
    for answer in answers:
        found = [*variants(answer)]
        each[len(found) >= 3] += 1
        for kind, text in found:
            tried = kinds.setdefault(kind, Tried())
            tried.pairs += 1
            verdict = compare(answer, text)
            if verdict.equal != right:
                tried.missed.append(f"{answer!r} and {text!r}: {verdict.why}")
    pairs, missed = sum(one.pairs for one in kinds.values()), sum(len(one.missed) for one in kinds.values())
    shown = [f"{kind}: {text}" for kind, one in kinds.items() for text in one.missed[:MISSES_SHOWN]]
    note = f"{len(answers):,} answers, {each[True]:,} with three and more. " + "; ".join(
        shown or ["Nothing misjudged."]
    )
    rows = tuple((kind, one.pairs, len(one.missed)) for kind, one in kinds.items())
    table = Table(title=f"{title} of the answers of MATH", heads=("kind", "pairs", "misjudged"), rows=rows, note=note)
    accepted = 100 * (pairs - missed if right else missed) / pairs
    what = f"{title.lower()} called equal, in per cent of {pairs:,}"
    return table, Target(what=what, value=accepted, **({"least": ACCEPTED_LEAST} if right else {"most": ACCEPTED_MOST}))
