"""What of a run is still to be collected, and what that takes."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from agents import forecast
from agents.assessor import TESTS, Shot, call_of
from agents.cast import student_sampling, teacher_sampling
from agents.config import RunConfig, TeachWith
from agents.domain import MATH, code_problem
from agents.dry_run import spending
from agents.endpoints.budget import load_prices, price_of
from agents.forecast import Tokens
from agents.gathering import Held, Task, tasks
from agents.plan import Plan
from agents.prompting import render
from agents.student import NOTHING
from lbt.collected import Collection, Kind
from lbt.errors import ConfigError
from lbt.problem_set import ProblemSet
from lbt.records import read_lessons
from lbt.scoring import exam_marks
from lbt.types import CodeProblem, LessonRecord, MathProblem, Outcome, Problem

PROGRAMS: Final[frozenset[Kind]] = frozenset({"codet", "mbr"})
"""What runs programs, so that it tells nothing of other answers."""
FINAL_ANSWERS: Final[frozenset[Kind]] = frozenset({"teacher-marks", "synthesized"})
"""What stands for a key, which programs do not have."""


def todo_of(plan: Plan, run: Path, kinds: Sequence[Kind], there: Collection) -> list[Task]:
    """List the lines that are not there yet. Raises ConfigError for a kind that a problem does not allow."""
    lessons = held_lessons(plan, run)
    for kind in kinds:
        for held in asked_about(kind, lessons):
            if why := unsuited(kind, held) or known(kind, plan.config):
                raise ConfigError(f"--for {kind} cannot be, as {why} in {held.problem.id}; leave {kind} out")
    return [task for kind in kinds for task in tasks(kind, asked_about(kind, lessons), plan.cast.names, there)]


def asked_about(kind: Kind, lessons: Sequence[Held]) -> list[Held]:
    """The lessons of which `kind` tells something: where no exam could be written there is none to show a teacher."""
    return [held for held in lessons if held.exams or kind != "matched"]


def unsuited(kind: Kind, held: Held) -> str:
    """Say why `kind` would tell nothing of a lesson; empty where it does."""
    problem = held.problem
    if kind in PROGRAMS and not isinstance(problem, CodeProblem):
        return "there are no programs to run"
    if kind in FINAL_ANSWERS and not isinstance(problem, MathProblem):
        return "there are no final answers to compare"
    match problem, kind:
        case CodeProblem(), "codet" if problem.mode != "function":
            return "the tests call no function"
        case CodeProblem(), "mbr" if problem.mode == "asserts":
            return "the tests are assertions without inputs"
        case _, "matched" if not held.shots:
            return "no solution of an exam problem is known"
    return ""


def known(kind: Kind, config: RunConfig) -> str:
    """Say why the run itself has told already what `kind` would; empty where it has not."""
    if kind == "teacher-marks" and config.exam_judge == "teacher":
        return "the run had the teacher mark the exams"
    if kind == "synthesized" and config.exams == "synthesized":
        return "the run had the teacher write the exams"
    return ""


def held_lessons(plan: Plan, run: Path) -> list[Held]:
    """The lessons of the run that lack no mark."""
    dataset, records = plan.dataset, read_lessons(run)
    return [
        Held(
            problem=problem,
            exams=(exams := records[problem.id].written or dataset.exams[problem.id]),
            record=records[problem.id],
            shots=tuple(Shot(exam, known) for exam in exams if (known := solution(dataset, exam))),
        )
        for problem in dataset.problems
        if problem.id in records and records[problem.id].complete
    ]


def solution(dataset: ProblemSet[Problem], exam: Problem) -> str | None:
    """A right program, or the right final answer; None where no program is known."""
    return exam.answer if isinstance(exam, MathProblem) else dataset.references.get(exam.id)


def forecast_lines(plan: Plan, todo: Sequence[Task], kinds: Sequence[Kind]) -> Iterator[str]:
    """Tell what collecting would take, a line each."""
    prices, students = load_prices(plan.config.prices), plan.cast.names
    calls = dict.fromkeys(kinds, 0)
    taught, sat = Tokens(), {name: Tokens() for name in students}
    for task in todo:
        of_teacher, of_student = tokens(plan, task)
        seated = [task.student] if task.student else students
        calls[task.kind] += of_teacher.calls + of_student.calls * len(seated)
        taught += of_teacher
        for name in seated:
            sat[name] += of_student
    each = ", ".join(f"{count:,} {kind}" for kind, count in calls.items())
    yield f"calls     {sum(calls.values()):,} at most ({each})"
    yield f"teacher   {plan.cast.teacher.label}: {spending(taught, price_of(plan.cast.teacher, prices))}"
    for name, spec in zip(students, plan.cast.students, strict=True):
        yield f"student   {name}: {spending(sat[name], price_of(spec, prices))}"


def tokens(plan: Plan, task: Task) -> tuple[Tokens, Tokens]:
    """Calls and tokens of one line: the teacher's, and those of each student it is about."""
    teacher, student = teacher_sampling(plan.config), student_sampling(plan.config)
    if task.held is None:
        assert task.exam is not None
        return Tokens(), exam_tokens(plan, "none", task.exam, task.exam)
    problem, shots, domain = task.held.problem, task.held.shots, plan.domain
    answers = [taught.final_answer for taught in task.held.record.rationales]
    given = sum(answer is not None and answer.outcome is Outcome.OK for answer in answers)
    match task.kind:
        case "self-eval":
            prompt = render(domain.evaluate, problem=problem, answer=NOTHING)
            return forecast.call(prompt, teacher, reads=teacher) * given, Tokens()
        case "codet":
            problem = code_problem(problem)
            prompt = render("write_tests", problem=problem, count=TESTS, call=call_of(problem.entry_point))
            return forecast.call(prompt, teacher), Tokens()
        case "matched":
            prompt = render(domain.matched, problem=problem, shots=shots)
            once = forecast.call(prompt, teacher)
            once += forecast.mend(problem, teacher) if plan.config.mends_teacher else Tokens()
            return once * (len(answers) + (domain is MATH)), Tokens()
        case "answer-only":
            exams = (exam_tokens(plan, "answer", problem, exam) for exam in task.held.exams)
            return Tokens(), sum(exams, Tokens()) * (given * plan.config.repetitions)
        case "teacher-marks":
            posed = {exam.id: exam for exam in task.held.exams}
            each = (forecast.of_marking(posed[name], student, teacher) for name in answered(task.held.record))
            return sum(each, Tokens()), Tokens()
        case "synthesized":
            size = plan.config.exam_size or 0
            writing, solving = forecast.posing(problem, size, teacher, student)
            sat = exam_tokens(plan, plan.config.teach_with, problem, problem)
            return writing, solving + sat * (given * plan.config.repetitions * size)
    return Tokens(), Tokens()


def answered(record: LessonRecord) -> Iterator[str]:
    """The exam problem of every exam answer that can be marked."""
    for mark in exam_marks(record):
        answer = mark.mended or mark.answer
        if answer is not None and answer.outcome is Outcome.OK:
            yield mark.problem


def exam_tokens(plan: Plan, teach_with: TeachWith, lesson: Problem, exam: Problem) -> Tokens:
    """One exam of one student."""
    reads = None if teach_with == "none" else teacher_sampling(plan.config)
    return forecast.of_exam(
        plan.config, plan.domain.exams[teach_with], exam, lesson, reads, student_sampling(plan.config)
    )
