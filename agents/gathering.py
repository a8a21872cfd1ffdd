"""How each kind of thing is collected beside a run: one coroutine per kind and problem, each gives one line.

A line is made whole or not at all: where a call or a judging fails for good it is left out, and made next time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.asking import Desk
from agents.assessor import Assessor, Shot, read_tests, score_of
from agents.domain import code_problem
from agents.exam_writer import ExamWriter
from agents.grading_teacher import GradingTeacher
from agents.inputs import mutated_inputs
from agents.parsing import parse
from agents.student import NOTHING, ModelStudent
from graphs.exam import UNTAUGHT
from graphs.roles import Judge, Sort, Student, unheard
from graphs.steps import telling
from lbt.collected import (
    AnswerOnly,
    Collected,
    Collection,
    Kind,
    Matched,
    Opinion,
    Outputs,
    SelfEvaluation,
    SynthesizedExam,
    TeacherMarks,
    WrittenTests,
    ZeroShot,
    answers_of,
)
from lbt.types import (
    GREEDY,
    Answer,
    Case,
    CodeChecker,
    LessonRecord,
    Mark,
    Outcome,
    Problem,
    Status,
    Taught,
    Usage,
    Value,
    Verdict,
)
from sandbox.jobs import Judging
from sandbox.program import Program


@dataclass(frozen=True, kw_only=True)
class Held:
    """A finished lesson of the run."""

    problem: Problem
    exams: tuple[Problem, ...]
    record: LessonRecord
    shots: tuple[Shot, ...]
    """The exam problems with their solutions, of which one is known."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One line to collect."""

    kind: Kind
    held: Held | None = None
    """The lesson it is about; None for `zero-shot`, which is about a student and an exam problem."""
    student: str = ""
    exam: Problem | None = None

    @property
    def place(self) -> str:
        """What it is about, for a person."""
        return self.held.problem.id if self.held else f"{self.student} on {self.exam.id if self.exam else ''}"


LINES: dict[Kind, type[Value]] = {
    "self-eval": SelfEvaluation,
    "codet": WrittenTests,
    "mbr": Outputs,
    "answer-only": AnswerOnly,
    "matched": Matched,
    "teacher-marks": TeacherMarks,
    "synthesized": SynthesizedExam,
}


def tasks(kind: Kind, lessons: Sequence[Held], students: Sequence[str], there: Collection) -> Iterator[Task]:
    """List the lines of one kind that are not there yet."""
    if kind == "zero-shot":
        exams = {exam.id: exam for held in lessons for exam in held.exams}
        seats = ((student, exam) for student in students for exam in exams.values())
        yield from (Task(kind=kind, student=a, exam=b) for a, b in seats if there.zero_shot(a, b.id) is None)
        return
    yield from (Task(kind=kind, held=held) for held in lessons if there.of(LINES[kind], held.record) is None)


@dataclass(frozen=True)
class Runner:
    """Runs the answers of a lesson; asks no model."""

    sandbox: Judging
    seed: int

    async def collect(self, task: Task) -> Collected:
        """Make one line of the kind `mbr`. Raises `SandboxError`."""
        assert task.held is not None
        return await self.outputs(task.held)

    async def outputs(self, held: Held) -> Outputs:
        """See what every answer returns on inputs mutated from the visible tests."""
        problem = code_problem(held.problem)
        inputs = mutated_inputs(problem, self.seed)
        unknown = "" if problem.mode == "stdin" else None
        verdicts = await self.run(held, [Case(args=args, expected=unknown) for args in inputs], alike=True)
        return Outputs(
            problem=problem.id,
            answers=answers_of(held.record),
            inputs=inputs,
            outputs=tuple(one.answers if one else (None,) * len(inputs) for one in verdicts),
        )

    async def run(self, held: Held, cases: Sequence[Case], *, alike: bool) -> list[Verdict | None]:
        """Run every answer on `cases`; None for one without a program, and where there is nothing to run."""

        async def verdict(answer: Answer | None) -> Verdict | None:
            if answer is None or answer.outcome is not Outcome.OK or not cases:
                return None
            program = Program.of(code_problem(held.problem), answer.code).model_copy(update={"alike": alike})
            if alike and isinstance(program.checker, CodeChecker):
                program = program.model_copy(update={"checker": "exact"})  # nothing is checked, so it need not run
            return await self.sandbox.judge(program, cases)

        return await asyncio.gather(*(verdict(taught.final_answer) for taught in held.record.rationales))


@dataclass(frozen=True, kw_only=True)
class Gatherer:
    """Whom to ask, and how."""

    teacher: Desk
    students: Mapping[str, Desk]
    seated: Sequence[Student]
    """The students as they sat in the run."""
    judge: Judge
    exam_judge: Judge
    """Who marked the exams of the run, and so marks what is compared with them."""
    sort: Sort | None
    """Where answers can be compared; None for programs."""
    runner: Runner | None
    """Where programs run; None where nothing runs."""
    repetitions: int
    """Times a student answers the same exam problem."""
    exam_size: int
    """Problems in an exam that is written at most."""
    mends_teacher: bool
    mends_students: bool

    async def collect(self, task: Task) -> Collected:
        """Make one line.

        Raises:
            StepError: a call or a judging failed for good.
            BudgetError: the run may not ask any more.
        """
        if task.held is None:
            assert task.exam is not None
            return await self.zero_shot(task.student, task.exam)
        makers: Mapping[Kind, Callable[[Held], Awaitable[Collected]]] = {
            "self-eval": self.self_evaluation,
            "codet": self.written_tests,
            "mbr": self.outputs,
            "answer-only": self.answer_only,
            "matched": self.matched,
            "teacher-marks": self.teacher_marks,
            "synthesized": self.synthesized,
        }
        return await makers[task.kind](task.held)

    async def outputs(self, held: Held) -> Outputs:
        """See what every answer returns on inputs mutated from the visible tests."""
        assert self.runner is not None, "only programs return anything"
        return await self.runner.outputs(held)

    async def self_evaluation(self, held: Held) -> SelfEvaluation:
        """Ask the teacher for its opinion of every answer."""
        opinions = await asyncio.gather(*(self._opinion(held.problem, taught) for taught in held.record.rationales))
        return SelfEvaluation(problem=held.problem.id, answers=answers_of(held.record), opinions=tuple(opinions))

    async def _opinion(self, problem: Problem, taught: Taught) -> Opinion:
        answer = taught.final_answer
        assert answer is not None, "a complete lesson lacks no answer"
        if answer.outcome is not Outcome.OK:  # there is nothing to have an opinion of
            return Opinion(call="", score=None, usage=Usage())
        reply = await Assessor(self.teacher).opinion(problem, taught.index, answer)
        return Opinion(call=reply.key, score=score_of(reply.text), usage=reply.usage)

    async def written_tests(self, held: Held) -> WrittenTests:
        """Let the teacher write tests, and see which answers pass them."""
        assert self.runner is not None, "only programs are tested"
        problem = code_problem(held.problem)
        reply = await Assessor(self.teacher).tests(problem)
        tests = read_tests(reply.text, problem) if problem.mode == "function" else ()
        verdicts = await self.runner.run(held, tests, alike=False)
        return WrittenTests(
            problem=held.problem.id,
            answers=answers_of(held.record),
            call=reply.key,
            outcome=Outcome.OK if tests else parse(reply.text, problem.entry_point, reply.finish).outcome,
            tests=tests,
            agrees=tuple(
                tuple(test.status is Status.AC for test in one.tests) if one else (False,) * len(tests)
                for one in verdicts
            ),
            usage=reply.usage,
        )

    async def answer_only(self, held: Held) -> AnswerOnly:
        """Hold every exam again, with the program or final answer alone."""
        students = [ModelStudent(name, desk, desk.domain.exams["answer"]) for name, desk in self.students.items()]
        judge = self.exam_judge
        work = (self._exam(students, held.problem, held.exams, taught, judge) for taught in held.record.rationales)
        exams = await asyncio.gather(*work)
        return AnswerOnly(problem=held.problem.id, answers=answers_of(held.record), exams=tuple(exams))

    async def _exam(
        self, students: Sequence[Student], lesson: Problem, exams: Sequence[Problem], taught: Taught, judge: Judge
    ) -> tuple[Mark, ...]:
        """Let the students read one answer and sit an exam; nobody does where there is none to read."""
        answer = taught.final_answer
        if answer is None or answer.outcome is not Outcome.OK:
            return ()
        sat = [
            self._sit(one, exam, lesson, taught.index, answer, repetition, judge)
            for one in students
            for exam in exams
            for repetition in range(self.repetitions)
        ]
        return tuple(await asyncio.gather(*sat))

    async def zero_shot(self, name: str, exam: Problem) -> ZeroShot:
        """Let a student solve an exam problem without a lesson."""
        desk = self.students[name]
        student = ModelStudent(name, desk, desk.domain.exams["none"])
        return ZeroShot(problem=exam.id, mark=await self._sit(student, exam, exam, 0, NOTHING, 0, self.exam_judge))

    async def _sit(
        self,
        student: Student,
        exam: Problem,
        lesson: Problem,
        index: int,
        taught: Answer,
        repetition: int,
        judge: Judge,
    ) -> Mark:
        answer = await student.sit(exam, lesson, index, taught, repetition)
        grade = await judge(exam, answer)
        mark = Mark(student=student.name, problem=exam.id, repetition=repetition, answer=answer, grade=grade)
        if not self.mends_students:
            return mark
        mended = await student.mend(exam, lesson, index, answer, grade, repetition)
        return mark.model_copy(update={"mended": mended, "mended_grade": await judge(exam, mended)})

    async def teacher_marks(self, held: Held) -> TeacherMarks:
        """Let the teacher mark every exam answer, the mended one where there is one."""
        grade, exams = GradingTeacher(self.teacher), {exam.id: exam for exam in held.exams}

        async def marked(mark: Mark) -> Mark:
            answer = mark.mended or mark.answer
            given = mark.grade if answer is None else await grade(exams[mark.problem], answer)
            return Mark(student=mark.student, problem=mark.problem, repetition=mark.repetition, grade=given)

        sat = [asyncio.gather(*map(marked, taught.exam)) for taught in held.record.rationales]
        exams_of = [tuple(marks) for marks in await asyncio.gather(*sat)]
        return TeacherMarks(problem=held.problem.id, answers=answers_of(held.record), exams=tuple(exams_of))

    async def synthesized(self, held: Held) -> SynthesizedExam:
        """Let the teacher write an exam, and the students sit it after each answer of the lesson."""
        assert self.sort is not None, "keys come by comparing answers"
        writer = ExamWriter(teacher=self.teacher, students=self.students, sort=self.sort, size=self.exam_size)
        posed = await writer.pose(held.problem, telling(unheard))
        judge, lesson = self.judge, held.problem  # what was written has a key of its own, whoever marked the run
        work = (self._exam(self.seated, lesson, posed.problems, taught, judge) for taught in held.record.rationales)
        exams = [sat or self._untaught(posed.problems) for sat in await asyncio.gather(*work)]
        answers = answers_of(held.record)
        return SynthesizedExam(problem=held.problem.id, answers=answers, posed=posed, exams=tuple(exams))

    def _untaught(self, exams: Sequence[Problem]) -> tuple[Mark, ...]:
        """Mark the exam after an answer that taught nobody anything, as a lesson does."""
        return tuple(
            Mark(student=name, problem=exam.id, repetition=repetition, grade=UNTAUGHT)
            for name in self.students
            for exam in exams
            for repetition in range(self.repetitions)
        )

    async def matched(self, held: Held) -> Matched:
        """Let the teacher answer as often as in the run, with the exam problems and their solutions before it."""
        answers = await asyncio.gather(*(self._matched(held, taught.index) for taught in held.record.rationales))
        if self.sort is None:
            return Matched(problem=held.problem.id, taught=tuple(answers))
        found = await self.sort([one.value if (one := taught.final_answer) else None for taught in answers])
        return Matched(
            problem=held.problem.id,
            taught=tuple(answers),
            greedy=await self._matched(held, GREEDY),
            classes=found.equivalent,
            texts=found.texts,
        )

    async def _matched(self, held: Held, index: int) -> Taught:
        assessor, problem = Assessor(self.teacher), held.problem
        answer = await assessor.answer(problem, held.shots, index)
        grade = await self.judge(problem, answer)
        taught = Taught(index=index, answer=answer, grade=grade)
        if not self.mends_teacher:
            return taught
        mended = await assessor.mend(problem, answer, grade, index)
        return taught.model_copy(update={"mended": mended, "mended_grade": await self.judge(problem, mended)})
