"""The live picture of a run: problems in flight, their rationales, calls, tokens, news.

Fits the terminal it is drawn on: rationales that need no look are left out first, then problems shrink to one
line each. Words carry the meaning, colour only helps: it can be switched off.
"""

from collections.abc import Iterator

from rich.console import Group
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from lbt.types import GREEDY
from reports import phrases
from reports.progress import STAGES, Branch, LessonProgress, Progress, Stage
from reports.tables import duration, roughly, share
from reports.tally import Tally
from reports.terminal import one_line

WIDEST = 120
"""Columns beyond which the eye would lose the line."""
AIRY = 8
"""Lines from which on there is room for empty ones."""


def board(progress: Progress, news: str, width: int, height: int) -> Group:
    """Draw the run as it stands on at most `height` lines of `width` columns."""
    width = min(width, WIDEST)
    foot = list(standing(progress, width)) if progress.opening else []
    foot += [news_line(news)] if news and height > len(foot) else []
    gap = [Text()] if height >= AIRY else []
    lines = list(flights(progress, max(0, height - len(foot) - 2 * len(gap)), width))
    return Group(*gap, *lines, *(gap if lines else ()), *foot)


def news_line(text: str) -> Text:
    """One line of news, cut where the terminal ends."""
    return Text(one_line(text, 300), style="yellow", no_wrap=True, overflow="ellipsis")


def flights(progress: Progress, room: int, width: int) -> Iterator[Text]:
    """Draw the problems in flight on `room` lines."""
    lessons = list(progress.lessons.values())
    shown = lessons if len(lessons) <= room else lessons[: max(0, room - 1)]
    spare = room - len(shown) - (len(shown) < len(lessons))
    for lesson in shown:
        yield title(progress, lesson, width)
        branches = worth_a_line(progress, lesson, spare)
        spare -= len(branches)
        yield from (branch_line(progress, branch, width) for branch in branches)
    if len(shown) < len(lessons) and room:
        yield Text(f"and {len(lessons) - len(shown)} more in flight", style="dim")


def title(progress: Progress, lesson: LessonProgress, width: int) -> Text:
    """One problem: its name on the left, how far it is on the right."""
    opening = progress.opening
    asked = opening.rationales if opening else len(lesson.branches)
    exams = [branch.stages["exam"] for branch in lesson.branches.values() if "exam" in branch.stages]
    planned = opening.calls.get(lesson.problem, {}).get("exam", 0) if opening else 0
    sat, of = sum(stage.ended for stage in exams), max(planned, sum(stage.of for stage in exams))
    done = sum(progress.done(branch) for branch in lesson.branches.values() if branch.index != GREEDY)
    posing = "its exam is being written" if lesson.posing else ""
    right = posing or f"{done} of {asked} rationales done, exams {sat} of {of}"
    return ends(Text(one_line(lesson.problem, 60), style="bold"), Text(right, style="dim"), width)


def branch_line(progress: Progress, branch: Branch, width: int) -> Text:
    """One rationale: the stages it has reached, and what its answer is worth."""
    opening = progress.opening
    where = phrases.place({"step": "", "rationale": branch.index}, opening.rationales if opening else 1)
    left = Text(f"  {where:>8}  ")
    reached = [(name, branch.stages[name]) for name in STAGES if name in branch.stages]
    for i, (name, stage) in enumerate(reached):
        left.append(" > " if i else "", style="dim").append_text(stage_text(name, stage, progress.clock()))
    if branch.latest and width >= 110 and any(stage.active for _, stage in reached):
        left.append(f"  {one_line(branch.latest, 60)}", style="dim")
    return ends(left, worth(branch), width)


def standing(progress: Tally, width: int) -> Iterator[Text | Table]:
    """Draw calls, time and tokens."""
    done, left = progress.calls_done, progress.to_do().total()
    eta = progress.eta()
    rest = "measuring" if eta is None else f"{roughly(eta)} left" if left else "judging"
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.width = width
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1)
    grid.add_column(no_wrap=True, justify="right")
    bar = ProgressBar(total=max(1, done + left), completed=done, complete_style="cyan", finished_style="green")
    grid.add_row(Text("calls", style="dim"), bar, Text(f"{done:,} of {done + left:,}, {rest}"))
    yield grid
    yield ends(Text.assemble(("tokens ", "dim"), phrases.tokens(progress)), Text(tempo(progress, width), "dim"), width)


def tempo(progress: Tally, width: int) -> str:
    """Say how long the run takes already and, where there is room, each kind of call."""
    rates, time = phrases.rates(progress), duration(progress.seconds)
    return f"{rates} a call, {time} so far" if rates and width >= 110 else time


def worth_a_line(progress: Progress, lesson: LessonProgress, spare: int) -> list[Branch]:
    """Choose the branches to draw: all where they fit, else those under way, in order of their number."""
    branches = sorted(lesson.branches.values(), key=lambda branch: (branch.index == GREEDY, branch.index))
    if len(branches) <= spare:
        return branches
    return [branch for branch in branches if not progress.done(branch)][: max(0, spare)]


def stage_text(name: str, stage: Stage, now: float) -> Text:
    """One stage: bold while it is under way, with its count where it has several steps, else with its time."""
    word = name.split()[0]
    if stage.of > 1:
        word += f" {stage.ended}/{stage.of}"
    elif stage.active:
        word += f" {duration(now - stage.since)}"
    return Text(word, style="bold cyan" if stage.active else "dim" if stage.done else "")


def worth(branch: Branch) -> Text:
    """What is known of an answer: missing, unusable, or its scores."""
    if branch.errors:
        return Text(f"{branch.errors} missing", style="bold red")
    if branch.outcome:
        return Text(one_line(branch.outcome, 20), style="yellow")
    if branch.v is None:
        return Text()
    return Text(f"V {phrases.mark(branch.v)}  S {share(branch.s)}", style="green" if branch.v == 1 else "yellow")


def ends(left: Text, right: Text, width: int) -> Text:
    """Put two texts on one line, at its ends; the left one gives way where the line is short."""
    room = max(0, width - right.cell_len - (1 if right.cell_len else 0))
    left.truncate(room, overflow="ellipsis", pad=True)
    return Text(" " if right.cell_len else "", no_wrap=True, overflow="crop").join([left, right])
