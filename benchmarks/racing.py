"""What racing exams saves, and what it costs: exact rule and halving against all exams and against a clairvoyant.

On paper: simulated lessons in several regimes, and stored runs. `python -m benchmarks racing`, or
`python -m benchmarks.racing RUN …` for runs of your own whose exams were all asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from benchmarks.figures import Cell, Findings, Table, Target, machine
from benchmarks.marked import Held, Marked, Quality, Regime, alike, hold, optimum, stored
from benchmarks.told import EXAMS as FEW
from benchmarks.told import RATIONALES, savings
from lbt.cli import main
from lbt.errors import ConfigError
from lbt.foresight import Tally
from lbt.racing import Halving, Race
from lbt.records import SUMMARY, read_manifest

REGIMES = (
    Regime("weak students", 8, 4, -2),
    Regime("strong students", 8, 4, 2),
    Regime("mixed", 8, 4, 0),
    Regime("mixed, easily foretold", 8, 4, 0, spread=4),
    Regime("weak students", 8, 7, -2),
    Regime("strong students", 8, 7, 2),
    Regime("mixed", 8, 7, 0),
    Regime("mixed, easily foretold", 8, 7, 0, spread=4),
    Regime("mixed", 16, 9, 0),
)
EXAMS, LESSONS = 1500, 100
"""About how many exams a regime has in whole runs; lessons that are raced beside the optimum."""
AT_ONCE = (1, 2, 4)
KEEPS = (0.75, 0.5, 0.25)
QUALITIES: tuple[tuple[str, Quality], ...] = (
    ("weak", ((0.05, 0.5), (0.3, 0.4), (0.7, 0.1))),
    ("strong", ((0.95, 0.5), (0.7, 0.4), (0.3, 0.1))),
    ("mixed", ((0.05, 0.3), (0.5, 0.4), (0.95, 0.3))),
    ("all or nothing", ((0.01, 0.5), (0.99, 0.5))),
)
RESULTS = Path(__file__).parents[1] / "docs" / "results"


@dataclass
class Sum:
    """Races added up."""

    held: list[Held] = field(default_factory=list)
    size: int = 0
    fewest: int = 0

    def add(self, lesson: Marked, held: Held) -> None:
        """Count one."""
        self.held.append(held)
        self.size += lesson.size
        self.fewest += lesson.fewest()

    @property
    def saved(self) -> float:
        """Share of the exams that was not asked."""
        return 1 - sum(one.asked for one in self.held) / self.size

    @property
    def saved_at_best(self) -> float:
        """The same for the clairvoyant."""
        return 1 - self.fewest / self.size

    @property
    def ratio(self) -> float:
        """Share of the clairvoyant's saving that was saved; 1 where there is none."""
        return self.saved / self.saved_at_best if self.fewest < self.size else 1.0

    def share(self, name: str) -> float:
        """Mean of a field of the races."""
        return sum(float(getattr(one, name)) for one in self.held) / len(self.held)


def kept() -> list[Path]:
    """The runs that are kept with the project and have lessons: those of M1."""
    folders = sorted(file.parent for file in RESULTS.glob(f"*/{SUMMARY}"))
    return [folder for folder in folders if read_manifest(folder).config["method"] == "m1"]


def measure() -> Findings:
    """Race everything that is simulated and stored with the project."""
    exact, apart = regimes()
    runs = of_runs(kept())
    against = optima()
    targets = (
        Target(what="exact rule, share of identical winning sets", value=min(apart), least=1),
        Target(
            what="exact rule, share of the saving of the best rule without foreknowledge", value=against[1], least=0.9
        ),
    )
    return Findings.of("racing", machine(), [exact, runs, against[0], bound(), halving()], targets)


def lessons_of(regime: Regime) -> list[list[Marked]]:
    """Runs of a regime, lesson by lesson."""
    size = regime.rationales * regime.exams * (regime.exams + 1)
    return [list(regime.run(seed)) for seed in range(round(EXAMS / size))]


def exactly(runs: Iterable[Sequence[Marked]], at_once: int, *, learn: bool = True) -> Sum:
    """Race with the exact rule; later lessons of a run know the marks of earlier ones."""
    total = Sum()
    for run in runs:
        tally = Tally()
        for lesson in run:
            race = Race(lesson.passed, lesson.seats, tally if learn else None)
            total.add(lesson, hold(lesson, race, at_once, tally))
    return total


def regimes() -> tuple[Table, list[float]]:
    """The exact rule on simulated lessons; and the share of identical winning sets of each race."""
    rows: list[tuple[Cell, ...]] = []
    right = []
    for regime in REGIMES:
        runs = lessons_of(regime)
        sums = [exactly(runs, at_once) for at_once in AT_ONCE]
        alone = exactly(runs, 1, learn=False)
        right += [one.share("right") for one in (*sums, alone)]
        first = 1 - sum(one.fewest(1) for run in runs for one in run) / sums[0].size
        rows.append(
            (
                f"{regime.name}, {regime.rationales} × {regime.exams}", len(sums[0].held), percent(right[-1]),
                percent(sums[0].saved_at_best), percent(first), percent(sums[0].saved),
                percent(alone.ratio), *(percent(one.ratio) for one in sums),
                " / ".join(f"{one.share('time'):.0f}" for one in sums),
            )
        )  # fmt: skip
    heads = (
        "rationales × exams", "lessons", "identical", "clairvoyant saves", "one set", "exact saves", "ratio, no tally",
        *(f"ratio, {n} at once" for n in AT_ONCE), "calls in a row",
    )  # fmt: skip
    note = (
        "Saved: share of exams not asked. Ratio: saved by the rule / by the clairvoyant. One set: the clairvoyant's "
        "saving without certifying the winners among V = 1 as well. Tally: marks of earlier lessons."
    )
    return Table(title="Exact rule, simulated lessons", heads=heads, rows=tuple(rows), note=note), right


def of_runs(runs: Sequence[Path]) -> Table:
    """The exact rule and halving on runs whose exams were all asked."""
    rows: list[tuple[Cell, ...]] = []
    for run in runs:
        lessons = stored(run)
        if lessons:
            exact, half = exactly([lessons], 1, learn=False), halved(lessons, 0.5)
            rows.append(
                (
                    run.name, len(lessons), percent(exact.share("right")), percent(exact.saved_at_best),
                    percent(exact.saved), percent(exact.ratio), percent(half.saved), percent(half.share("pure")),
                    half.share("regret"),
                )
            )  # fmt: skip
    heads = (
        "run", "lessons", "identical", "clairvoyant saves", "exact saves", "ratio", "halving saves", "winners only",
        "regret in S",
    )  # fmt: skip
    return Table(title="Stored runs", heads=heads, rows=tuple(rows), note="One exam at once, no tally.")


def optima() -> tuple[Table, float]:
    """The exact rule against the best that can be done, and the mean share of its saving that the rule reaches."""
    rows: list[tuple[Cell, ...]] = []
    reached = []
    for name, quality in QUALITIES:
        for rationales, exams in ((4, 4), (4, 7), (8, 4)):
            lessons = list(alike(rationales, exams, quality, LESSONS))
            found = exactly([[one] for one in lessons], 1, learn=False)
            best = 1 - optimum(rationales, exams, quality) / (rationales * exams)
            reached.append(found.saved / best)
            shares = (found.saved_at_best, best, best / found.saved_at_best, found.saved, found.saved / best)
            rows.append((f"{name}, {rationales} × {exams}", *map(percent, shares)))
    heads = ("rationales × exams", "clairvoyant saves", "optimum saves", "of clairvoyant", "exact saves", "of optimum")
    note = "Exams equally hard; the optimum knows how qualities are spread (dynamic programming), the rule does not."
    return Table(title="What can be reached without foreknowledge", heads=heads, rows=tuple(rows), note=note), sum(
        reached
    ) / len(reached)


def bound() -> Table:
    """What no rule can pass: the saving of one who is told every chance."""
    rows: list[tuple[Cell, ...]] = []
    for regime in {one.name: one for one in REGIMES}.values():
        knowing, guessing = savings(regime, LESSONS // 4)
        rows.append((f"{regime.name}, {RATIONALES} × {FEW}", *map(percent, (knowing, guessing, guessing / knowing))))
    heads = ("rationales × exams", "clairvoyant saves", "told every chance", "of clairvoyant")
    note = "Told: the best rule of one who knows the chance of each pass, which no race does (dynamic programming)."
    return Table(title="What no rule can pass", heads=heads, rows=tuple(rows), note=note)


def halved(lessons: Iterable[Marked], keep: float) -> Sum:
    """Race by halving, or by keeping another share."""
    total = Sum()
    for lesson in lessons:
        total.add(lesson, hold(lesson, Halving(lesson.passed, lesson.seats, keep), 4))
    return total


def halving() -> Table:
    """Error against saving, as less is kept after each rung."""
    rows: list[tuple[Cell, ...]] = []
    for regime in (one for one in REGIMES if one.rationales == 8):
        lessons = [lesson for run in lessons_of(regime) for lesson in run]
        for keep in KEEPS:
            found = halved(lessons, keep)
            wrong = (1 - found.share("right"), 1 - found.share("pure"))
            name = f"{regime.name}, {regime.rationales} × {regime.exams}"
            rows.append((name, keep, percent(found.saved), *map(percent, wrong), f"{found.share('regret'):.3f}"))
    heads = ("rationales × exams", "kept", "saves", "another winning set", "a winner that is none", "regret in S")
    note = "`--exams halving` keeps 0.5. Regret: mean S of the whole exams' winners less that of the selected answers."
    return Table(title="Halving: error against saving", heads=heads, rows=tuple(rows), note=note)


def percent(share: float) -> str:
    """A share as a percentage."""
    return f"{100 * share:.0f} %"


@click.command(name="racing")
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False))
def command(runs: tuple[Path, ...]) -> None:
    """Race the exams of stored RUNS on paper."""
    table = of_runs(runs)
    if not table.rows:
        raise ConfigError("none of these runs has a complete lesson whose exams were all asked")
    print(table.markdown)


if __name__ == "__main__":
    main(command, "python -m benchmarks.racing")
