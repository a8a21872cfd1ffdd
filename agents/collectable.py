"""What of a run is still to be collected, and what that takes."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from agents import forecast
from agents.assessor import TESTS, Shot, call_of
from agents.cast import student_sampling, teacher_sampling
from agents.config import TeachWith
from agents.dry_run import spending
from agents.endpoints.budget import load_prices, price_of
from agents.forecast import Tokens
from agents.gathering import Held, Task, tasks
from agents.plan import Plan
from agents.prompting import render
from agents.student import EXAMS, NOTHING
from lbt.collected import Collection, Kind
from lbt.errors import ConfigError
from lbt.records import read_lessons
from lbt.types import CodeProblem, Outcome


def todo_of(plan: Plan, run: Path, kinds: Sequence[Kind], there: Collection) -> list[Task]:
    """List the lines that are not there yet. Raises ConfigError for a kind that a problem does not allow."""
    lessons = held_lessons(plan, run)
    for kind in kinds:
        for held in lessons:
            if why := unsuited(kind, held):
                raise ConfigError(f"--for {kind} cannot be, as {why} in {held.problem.id}; leave {kind} out")
    return [task for kind in kinds for task in tasks(kind, lessons, plan.cast.names, there)]


def unsuited(kind: Kind, held: Held) -> str:
    """Say why `kind` would tell nothing of a lesson; empty where it does."""
    match kind:
        case "codet" if held.problem.mode != "function":
            return "the tests call no function"
        case "mbr" if held.problem.mode == "asserts":
            return "the tests are assertions without inputs"
        case "matched" if not held.shots:
            return "no solution of an exam problem is known"
    return ""


def held_lessons(plan: Plan, run: Path) -> list[Held]:
    """The lessons of the run that lack no mark."""
    dataset, records = plan.dataset, read_lessons(run)
    return [
        Held(
            problem=problem,
            exams=(exams := dataset.exams[problem.id]),
            record=records[problem.id],
            shots=tuple(Shot(exam, dataset.references[exam.id]) for exam in exams if exam.id in dataset.references),
        )
        for problem in dataset.problems
        if problem.id in records and records[problem.id].complete
    ]


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
    teacher = teacher_sampling(plan.config)
    if task.held is None:
        assert task.exam is not None
        return Tokens(), exam_tokens(plan, "none", task.exam, task.exam)
    problem, shots = task.held.problem, task.held.shots
    answers = [taught.final_answer for taught in task.held.record.rationales]
    programs = sum(answer is not None and answer.outcome is Outcome.OK for answer in answers)
    match task.kind:
        case "self-eval":
            prompt = render("evaluate_code", problem=problem, answer=NOTHING)
            return forecast.call(prompt, teacher, reads=teacher) * programs, Tokens()
        case "codet":
            prompt = render("write_tests", problem=problem, count=TESTS, call=call_of(problem.entry_point))
            return forecast.call(prompt, teacher), Tokens()
        case "matched":
            prompt = render("explain_code_matched", problem=problem, shots=shots)
            once = forecast.call(prompt, teacher)
            once += forecast.mend(problem, teacher) if plan.config.mends_teacher else Tokens()
            return once * len(answers), Tokens()
        case "answer-only":
            exams = (exam_tokens(plan, "answer", problem, exam) for exam in task.held.exams)
            return Tokens(), sum(exams, Tokens()) * programs
    return Tokens(), Tokens()


def exam_tokens(plan: Plan, teach_with: TeachWith, lesson: CodeProblem, exam: CodeProblem) -> Tokens:
    """One exam of one student."""
    reads = None if teach_with == "none" else teacher_sampling(plan.config)
    return forecast.of_exam(plan.config, EXAMS[teach_with], exam, lesson, reads, student_sampling(plan.config))
