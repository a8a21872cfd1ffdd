"""What `--dry-run` prints: calls at most, tokens as an interval, cost where prices are known."""

from collections.abc import Iterator

from agents import forecast
from agents.cast import student_sampling, teacher_sampling
from agents.dataset import dataset_notes
from agents.endpoints.budget import Price, load_prices, price_of
from agents.plan import Plan
from agents.record import finished
from reports.opening import CALLING
from reports.tables import counted


def forecast_lines(plan: Plan) -> Iterator[str]:
    """Tell what the run would take, a line each.

    Raises:
        ConfigError: what is to be resumed was another run.
        DataError: the price file cannot be read.
    """
    config = plan.config
    done = finished(plan.recipe)
    lessons = [lesson for lesson in plan.lessons if lesson.problem.id not in done]
    each = [plan.calls(lesson) for lesson in lessons]
    total = sum(sum(steps.values()) for steps in each)
    steps = ", ".join(
        f"{sum(one.get(name, 0) for one in each):,} {name}" for name in CALLING if any(name in one for one in each)
    )
    size = f"{counted(len(lessons), 'problem')}, {counted(plan.rationales, 'rationale')} each"
    yield f"dataset   {plan.dataset.name}: {size}"
    yield from (f"          {note}" for note in dataset_notes(plan))
    fewer = forecast.FEWER[config.asked_exams]
    yield f"calls     {total:,} at most ({steps})" + (f"; {fewer}" if fewer else "")
    prices = load_prices(config.prices)
    taught, sat = forecast.tokens(config, plan.rationales, lessons, teacher_sampling(config), student_sampling(config))
    yield f"teacher   {plan.cast.teacher.label}: {spending(taught, price_of(plan.cast.teacher, prices))}"
    for name, spec in zip(plan.cast.names, plan.cast.students, strict=True):
        yield f"student   {name}: {spending(sat, price_of(spec, prices))}"


def spending(tokens: forecast.Tokens, price: Price | None) -> str:
    """Calls, tokens and cost of one role."""
    (least, most), (short, long) = tokens.prompt, tokens.completion
    text = f"{tokens.calls:,} calls, {least:,.0f} to {most:,.0f} tokens of prompt, {short:,.0f} to {long:,.0f} of reply"
    if price is None:
        return f"{text}; price unknown, add it to a --prices file"
    return f"{text}; cost {price.cost(int(least), int(short)):.4f} to {price.cost(int(most), int(long)):.4f}"
