"""Runs one peer. Works in the peers' own environment, and imports nothing of this project.

`python runner.py JOB RESULT` reads the job from one file and writes what came of it to the other, both JSON; the last
line it announces is `done`, others tell how far it is. The model is asked through the gateway alone: connections to
anywhere else are refused. The labels of the hold-out are not in the job.

All peers improve one program, `dspy.Predict` from a text to Yes or No, from where DSPy starts: the task's sentence as
instruction, no example, its own format of prompts, and JSON once more where that is not kept to. Their budget is a
number of calls, but their settings are counts of candidates, trials and items; `random_search`, `mipro` and `gepa`
below choose those so that they end close below it. What is no question of size is the peer's default.
"""
# ruff: noqa: ANN401 - the types of DSPy are not there where this is checked

import json
import math
import os
import random
import sys
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

PROBED = 8
"""Training items that are answered first, to see how many calls an answer takes: one, or two where a model does not
keep to the format. They are the first of those that candidates are compared on, so they are not asked again."""
LEAST, ENOUGH, MOST = 5, 20, 300
"""Items that candidates are compared on: with fewer the peer is not run; from here on another candidate is worth more
than more items; as many as DSPy's medium preset takes are enough."""
BOOTSTRAPPED = 5
"""Answers it takes to find the demonstrations of one candidate, as GEPA's authors reckon: one to four are wanted."""
CANDIDATES = 16
"""Of the random search, DSPy's default. It compares three more: no example, labelled ones, unshuffled ones."""
MINIBATCH, FULL_EVERY = 35, 5
"""DSPy's defaults in MIPROv2: items of a trial, and trials between two evaluations on all items."""
REFLECTED = 3
"""GEPA's default: items of one reflection, answered before and after it."""

Job = Mapping[str, Any]
Sizes = dict[str, int]


def random_search(answers: int, items: int) -> Sizes | None:
    """Size BootstrapFewShotWithRandomSearch: DSPy's 16 candidates if each can be compared on enough items.

    More candidates where the items are used up, fewer where they would be too few.

    Args:
        answers: How many the budget allows.
        items: Training items that may serve for comparing.

    Returns:
        `validation` items and `candidates`; None where not even one candidate can be had.
    """
    shared = (answers - BOOTSTRAPPED * (CANDIDATES + 1)) // (CANDIDATES + 3)
    validation = min(max(shared, ENOUGH), items, MOST)
    candidates = (answers - BOOTSTRAPPED - 3 * validation) // (validation + BOOTSTRAPPED)
    if candidates < 1:
        candidates, validation = 1, min((answers - 2 * BOOTSTRAPPED) // 4, items)
    return {"validation": validation, "candidates": candidates} if validation >= LEAST else None


def mipro(answers: int, items: int) -> Sizes | None:
    """Size MIPROv2: the most candidates of its presets (18, 12, 6; 3 to begin with) that can be compared well.

    The number of trials follows from that of candidates by DSPy's own formula, and grows where the items are used up.

    Args:
        answers: How many the budget allows.
        items: Training items that may serve for comparing.

    Returns:
        `validation` items, `candidates`, `trials` and the size of a `minibatch`, 0 for all items; None where the
        smallest setting is too much.
    """
    for candidates, wanted in ((18, 100), (12, 100), (6, ENOUGH), (3, LEAST)):
        trials = int(max(4 * math.log2(candidates), 1.5 * candidates))
        fitting = [size for size in range(LEAST, min(items, MOST) + 1) if _mipro(candidates, trials, size) <= answers]
        if fitting and fitting[-1] >= min(wanted, max(items, LEAST)):
            validation = fitting[-1]
            while trials < candidates**2 and _mipro(candidates, trials + 1, validation) <= answers:
                trials += 1
            minibatch = MINIBATCH if validation > 50 else 0
            return {"validation": validation, "candidates": candidates, "trials": trials, "minibatch": minibatch}
    return None


def _mipro(candidates: int, trials: int, validation: int) -> int:
    """Answers that MIPROv2 takes: demonstrations, a summary of the items, instructions, trials.

    What is evaluated on all items has been on a minibatch before, and those answers are known.
    """
    before = BOOTSTRAPPED * (candidates - 2) + 11 + 3 * candidates
    if validation <= 50:
        return before + (trials + 1) * validation
    full = math.ceil(trials / FULL_EVERY)
    return before + validation + trials * MINIBATCH + full * (validation - MINIBATCH)


def gepa(answers: int, items: int) -> Sizes | None:
    """Size GEPA: a tenth of the budget to evaluate a candidate on all items, so that several can be accepted.

    Args:
        answers: How many the budget allows.
        items: Training items that may serve for comparing.

    Returns:
        `validation` items; None where not even one iteration can be had.
    """
    validation = min(max(answers // 10, LEAST), items, MOST)
    least = 2 * validation + 2 * REFLECTED + 2
    return {"validation": validation} if validation >= LEAST and least <= answers else None


SIZES: Mapping[str, Callable[[int, int], Sizes | None]] = {
    "random search": random_search,
    "miprov2": mipro,
    "gepa": gepa,
}


class BudgetSpent(BaseException):
    """The gateway answers no more calls. The optimisers catch every `Exception` and go on, so it is none."""


def run(job: Job, key: str, tell: Callable[[str], None]) -> dict[str, Any]:
    """Optimise within the budget, and answer the hold-out with what came of it."""
    import dspy

    dspy.configure_cache(enable_disk_cache=False, enable_memory_cache=True)
    model = _model(f"{job['address']}/v1", key, job["max_tokens"])
    dspy.configure(lm=model, num_threads=job["concurrency"], max_errors=sys.maxsize)
    found = _found(job, key, tell)
    result = {
        "versions": {name: version(name) for name in ("dspy", "gepa")},
        "sizes": found.sizes,
        "ending": found.ending,
        "instruction": "",
        "demonstrations": [],
        "answers": {},
    }
    if found.program is not None:
        tell("answering the hold-out")
        predictor = found.program.predictors()[0]
        result["instruction"] = predictor.signature.instructions
        result["demonstrations"] = [{"text": demo["text"], "answer": demo["answer"]} for demo in predictor.demos]
        items = [dspy.Example(text=item["text"]).with_inputs("text") for item in job["held_out"]]
        with dspy.context(lm=_model(f"{job['address']}/held-out/v1", key, job["max_tokens"]), callbacks=[]):
            said = _answers(found.program, items)
        result["answers"] = {item["id"]: answer for item, answer in zip(job["held_out"], said, strict=True)}
    return result


class Found(NamedTuple):
    """What came of the optimisation."""

    program: Any = None
    sizes: Sizes = {}
    ending: str = "nothing"


def _found(job: Job, key: str, tell: Callable[[str], None]) -> Found:
    """Measure what an answer takes, choose the sizes and let the peer work; what is best counts if it is cut off."""
    import dspy

    signature = dspy.Signature("text -> answer", job["task"]).with_updated_fields("answer", type_=Literal["Yes", "No"])
    program = dspy.Predict(signature)
    items = [dspy.Example(**item).with_inputs("text") for item in job["train"]]
    random.Random(job["seed"]).shuffle(items)
    probed = items[: min(PROBED, len(items) // 2)]
    sizes, best = None, None
    try:
        _answers(program, probed)
        each = max(1.0, _calls(job["address"], key) / max(1, len(probed)))
        sizes = SIZES[job["peer"]](int(job["budget"] / each), len(items) // 2)
        if sizes is None:
            return Found()
        tell(f"{each:.2g} calls an answer; " + ", ".join(f"{name} {size}" for name, size in sizes.items()))
        best = _best(sizes["validation"], tell)
        iteration = math.ceil(each * (sizes["validation"] + 2 * REFLECTED)) + 2

        def enough(_: object) -> bool:
            """Whether another iteration of GEPA may take more than is left, should its candidate be accepted."""
            return _calls(job["address"], key) + iteration > int(job["budget"])

        with dspy.context(callbacks=[best]):
            return Found(_optimised(job, sizes, program, items, enough), sizes, "whole")
    except BudgetSpent:
        found = best and best.program
        return Found(found, sizes or {}, "cut" if found else "nothing")


def _optimised(job: Job, sizes: Sizes, program: Any, items: Sequence[Any], enough: Callable[[object], bool]) -> Any:
    """Let the peer work on `program`; the first items are those that candidates are compared on."""
    import dspy

    items = list(items)
    sets = {"trainset": items[sizes["validation"] :], "valset": items[: sizes["validation"]]}
    match job["peer"]:
        case "random search":
            search = dspy.BootstrapFewShotWithRandomSearch(_right, num_candidate_programs=sizes["candidates"])
            return search.compile(program, **sets)
        case "miprov2":
            mipro = dspy.MIPROv2(_right, auto=None, num_candidates=sizes["candidates"], seed=job["seed"])
            minibatch = {"minibatch": sizes["minibatch"] > 0, "minibatch_size": sizes["minibatch"]}
            return mipro.compile(program, num_trials=sizes["trials"], **minibatch, **sets)
        case _:
            gepa = dspy.GEPA(
                _right_because,
                max_metric_calls=20 * job["budget"],  # it counts remembered answers too; `enough` counts calls
                reflection_lm=dspy.settings.lm.copy(temperature=1.0),
                seed=job["seed"],
                gepa_kwargs={"stop_callbacks": [enough]},
            )
            return gepa.compile(program, **sets)


def _right(item: Any, prediction: Any, _trace: object = None) -> bool:
    return bool(item.answer == prediction.answer)


def _right_because(item: Any, prediction: Any, *_: object) -> Any:
    import dspy

    if _right(item, prediction):
        return dspy.Prediction(score=1.0, feedback=f"Right: the answer is {item.answer}.")
    said = getattr(prediction, "answer", None)
    return dspy.Prediction(score=0.0, feedback=f"Wrong: the answer is {item.answer}, not {said}.")


def _model(url: str, key: str, max_tokens: int) -> Any:
    """The gateway as DSPy's model: greedy, never retried here, with all the time in the world."""
    import dspy
    from dspy.utils.exceptions import LMBillingError

    class Metered(dspy.LM):  # type: ignore[misc]  # see above
        def __call__(self, *arguments: Any, **named: Any) -> Any:
            try:
                return super().__call__(*arguments, **named)
            except LMBillingError:
                raise BudgetSpent from None

    day = 86_400
    return Metered(
        "openai/endpoint",
        api_base=url,
        api_key=key,
        temperature=0.0,
        max_tokens=max_tokens,
        num_retries=0,
        timeout=day,
    )


def _best(whole: int, tell: Callable[[str], None]) -> Any:
    """Remember the best of the programs that were evaluated on `whole` items: what counts if the budget ends first."""
    from dspy.utils.callback import BaseCallback

    class Best(BaseCallback):  # type: ignore[misc]  # see above
        def __init__(self) -> None:
            self.program: Any = None
            self.score = -1.0
            self._programs: dict[str, Any] = {}

        def on_evaluate_start(self, call_id: str, instance: Any, inputs: dict[str, Any]) -> None:
            if len(inputs.get("devset") or instance.devset) == whole:
                self._programs[call_id] = inputs["program"]

        def on_evaluate_end(self, call_id: str, outputs: Any, exception: BaseException | None = None) -> None:
            program = self._programs.pop(call_id, None)
            if program is None or outputs is None:
                return
            tell(f"a candidate is right on {outputs.score:.1f} % of {whole} items")
            if outputs.score > self.score:
                self.program, self.score = program, outputs.score

    return Best()


def _answers(program: Any, items: Sequence[Any]) -> list[str | None]:
    """What `program` says of every item; None where it is neither Yes nor No, or the call failed."""
    import dspy

    evaluate = dspy.Evaluate(devset=list(items), metric=lambda *_: 0.0)
    said = [getattr(prediction, "answer", None) for _, prediction, _ in evaluate(program).results]
    return [answer if answer in ("Yes", "No") else None for answer in said]


def _calls(address: str, key: str) -> int:
    request = urllib.request.Request(f"{address}/calls", headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request) as response:
        return int(json.load(response)["calls"])


def stay_at(address: str) -> None:
    """Refuse every connection, and every look-up of a name, but those to `address`."""
    parts = urlsplit(address)

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and arguments[1] != (parts.hostname, parts.port):
            raise PermissionError(f"a connection to {arguments[1]} was refused")
        if event == "socket.getaddrinfo" and arguments[0] != parts.hostname:
            raise PermissionError(f"a look-up of {arguments[0]} was refused")

    sys.addaudithook(refuse)


def main(job_file: str, result_file: str) -> None:
    """Run the job of one file, and write what came of it to the other."""
    job = json.loads(Path(job_file).read_text(encoding="utf-8"))
    stay_at(job["address"])
    with os.fdopen(int(os.environ["LBT_ANNOUNCE"]), "w") as announce:

        def tell(line: str) -> None:
            print(" ".join(line.split()), file=announce, flush=True)

        result = run(job, os.environ["LBT_GATEWAY_KEY"], tell)
        Path(result_file).write_text(json.dumps(result), encoding="utf-8")
        tell("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # threads of a cut evaluation would go on asking
