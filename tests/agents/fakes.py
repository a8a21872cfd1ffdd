"""What the tests of the roles share: a problem, a model that says what it is told to, a sandbox of one line."""

from collections.abc import Sequence

from agents.endpoints.calls import Finish, Reply, Request, Sampling
from lbt.types import Answer, Case, CodeProblem, Grade, Outcome, Status, TestVerdict, Usage, Verdict
from sandbox.program import Program

SAMPLING = Sampling(temperature=0.8, top_p=0.95, max_tokens=300)
PASS = Grade(v=1, v_share=1, s=1, s_prefix=1, status="AC")
FAIL = Grade(v=0, v_share=0.5, s=0.2, s_prefix=0.1, status="WA", reason="called with 2, it should return 4")
DOUBLE = "class Solution:\n    def double(self, n: int) -> int:\n        return n + n"
REPLY = f"1. Add the number to itself.\n\n```python\n{DOUBLE}\n```"


def problem(name: str, **changes: object) -> CodeProblem:
    values: dict[str, object] = {
        "id": name,
        "title": name.title(),
        "statement": f"Statement of {name}: double {{{{ n }}}}.",
        "starter": f"class Solution:\n    def double(self, n: int) -> int:  # {name}",
        "entry_point": "Solution.double",
        "visible": (Case(args=(2,), expected=4), Case(args=(3,), expected=6)),
        "hidden": tuple(Case(args=(n,), expected=7919 + n) for n in range(100, 104)),
    }
    return CodeProblem.model_validate(values | changes)


def answer(code: str = DOUBLE, outcome: Outcome = Outcome.OK, rationale: str = "1. Add it to itself.") -> Answer:
    return Answer(call="earlier", outcome=outcome, rationale=rationale, code=code)


class Model:
    """Gives the same reply to every request and remembers what was asked, and how urgently."""

    label = "local:tiny"

    def __init__(self, text: str = REPLY, finish: Finish = "stop") -> None:
        self.text, self.finish = text, finish
        self.requests: list[Request] = []
        self.priorities: list[tuple[int, ...]] = []

    async def ask(self, request: Request, priority: tuple[int, ...]) -> Reply:
        self.requests.append(request)
        self.priorities.append(priority)
        usage = Usage(calls=1, prompt_tokens=50, cached_tokens=40, completion_tokens=9)
        key = f"call{len(self.requests)}"
        return Reply(key=key, text=self.text, reasoning="", finish=self.finish, usage=usage)

    @property
    def said(self) -> str:
        """All that the last request showed to the model."""
        return "\n".join(message.content for message in self.requests[-1].messages)


class Box:
    """A sandbox that passes the tests whose expected value is in the code, and counts its runs."""

    def __init__(self, version: str = "1", message: str = "") -> None:
        self.version, self.message = version, message
        self.runs: list[tuple[Program, tuple[Case, ...]]] = []

    async def judge(self, program: Program, cases: Sequence[Case]) -> Verdict:
        self.runs.append((program, tuple(cases)))
        right = [str(case.expected) in program.code for case in cases]
        tests = tuple(TestVerdict(status=Status.AC if is_right else Status.WA, cpu_ms=1) for is_right in right)
        first = next((test.status for test in tests if test.status is not Status.AC), Status.AC)
        message = "" if first is Status.AC else self.message
        return Verdict(
            status=first, passed=sum(right), total=len(right), tests=tests, cpu_ms=1, wall_ms=1, message=message
        )


class Shelf:
    """Keeps verdicts in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Verdict] = {}

    async def get_verdict(self, key: str) -> Verdict | None:
        return self.kept.get(key)

    async def put_verdict(self, key: str, verdict: Verdict) -> Verdict:
        return self.kept.setdefault(key, verdict)
