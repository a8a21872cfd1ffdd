"""What a run says before its first call: models, sandbox, problems, calls, and with `--dry-run` the cost."""

from collections.abc import Iterator

from agents import forecast
from agents.endpoints.budget import Price, load_prices, price_of
from agents.endpoints.calls import Sampling
from agents.endpoints.spec import Spec
from agents.plan import Plan
from agents.wiring import EMBEDDED_RATIONALES, student_sampling, teacher_sampling
from lbt.records import RunDirectory
from reports.opening import Opening, Seat
from sandbox.judge import Sandbox

WHERE = {
    "openai": "OpenAI-compatible server",
    "vllm": "vLLM, started and stopped by this run",
    "local": "embedded server, started and stopped by this run",
    "scripted": "replies from a file",
}


def opening_of(plan: Plan, sandbox: Sandbox, run: RunDirectory) -> Opening:
    """Say what is settled before the first call."""
    config = plan.config
    finished = {name for name, record in run.lessons.items() if record.complete}
    students = zip(plan.cast.names, plan.cast.students, strict=True)
    return Opening(
        dataset=config.dataset,
        seats=(
            seat("teacher", plan.cast.teacher, teacher_sampling(config)),
            *(seat(f"student {name}", spec, student_sampling(config)) for name, spec in students),
        ),
        sandbox=sandbox.name,
        guarantees=dict(sandbox.guarantees),
        problems=tuple(lesson.problem.id for lesson in plan.lessons),
        rationales=plan.rationales,
        students=plan.cast.names,
        self_debug=config.self_debug,
        calls={one.problem.id: plan.calls(one) for one in plan.lessons if one.problem.id not in finished},
        run_dir=run.path,
        finished=tuple(one.problem.id for one in plan.lessons if one.problem.id in finished),
        notes=tuple(notes(plan, sandbox, run)),
    )


def seat(role: str, spec: Spec, sampling: Sampling) -> Seat:
    """One role and who plays it."""
    how = f"temperature {sampling.temperature:g}, top-p {sampling.top_p:g}" if sampling.temperature else "greedy"
    return Seat(
        role=role, model=spec.label, where=WHERE[spec.kind], sampling=f"{how}, at most {sampling.max_tokens} tokens"
    )


def notes(plan: Plan, sandbox: Sandbox, run: RunDirectory) -> Iterator[str]:
    """What else the user should know."""
    if sandbox.passed_over:
        yield f"not the first choice of sandbox: {sandbox.passed_over}"
    if plan.cast.embedded and plan.rationales == EMBEDDED_RATIONALES:
        yield f"{EMBEDDED_RATIONALES} rationales, the default with embedded models; --rationales 8 is the paper's"
    if run.torn:
        yield f"the last line of the record was torn by a crash ({run.torn} bytes) and has been cut; it is made again"
    if plan.config.reuse:
        yield f"replies that {plan.config.reuse} knows are replayed, not asked"
    for lesson in plan.lessons:
        if getattr(lesson.problem, "constant_answer_passes", False):
            yield f"{lesson.problem.id}: a constant answer passes all its tests, so a pass says little"


def forecast_lines(plan: Plan) -> Iterator[str]:
    """What `--dry-run` prints: calls at most, tokens as an interval, cost where prices are known."""
    config = plan.config
    each = [plan.calls(lesson) for lesson in plan.lessons]
    total = sum(sum(steps.values()) for steps in each)
    steps = ", ".join(f"{sum(one.get(name, 0) for one in each):,} {name}" for name in ("explain", "exam", "mend"))
    yield f"dataset   {config.dataset}: {len(plan.lessons)} problems, {plan.rationales} rationales each"
    yield f"calls     {total:,} at most ({steps})"
    prices = load_prices(config.prices)
    taught, sat = forecast.tokens(
        config, plan.rationales, plan.lessons, teacher_sampling(config), student_sampling(config)
    )
    yield f"teacher   {plan.cast.teacher.label}: {spending(taught, price_of(plan.cast.teacher, prices))}"
    for name, spec in zip(plan.cast.names, plan.cast.students, strict=True):
        yield f"student   {name}: {spending(sat, price_of(spec, prices))}"


def spending(tokens: forecast.Tokens, price: Price | None) -> str:
    """Calls, tokens and cost of one role."""
    (least, most), (short, long) = tokens.prompt, tokens.completion
    text = f"{tokens.calls:,} calls, {least:,.0f} to {most:,.0f} tokens of prompt, {short:,.0f} to {long:,.0f} of reply"
    if price is None:
        return f"{text}; price unknown, add it to a --prices file"
    return f"{text}; {price.cost(int(least), int(short)):.4f} to {price.cost(int(most), int(long)):.4f} USD"
