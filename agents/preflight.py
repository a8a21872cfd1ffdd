"""Refuse what cannot be before a sandbox is opened, a model fetched or a directory made."""

import os
from pathlib import Path

from agents.cast import Cast
from agents.config import CommonConfig
from agents.endpoints.budget import load_prices, price_of
from agents.endpoints.catalogue import meaning
from agents.endpoints.flags import flags_of
from agents.endpoints.spec import Spec, address_of
from agents.endpoints.store import CallStore
from lbt.errors import ConfigError, UnavailableError


def check(config: CommonConfig, cast: Cast) -> None:
    """Look at every name, file and flag that a run holds; asks nobody outside this machine.

    Raises:
        ConfigError: a local model, a flag for vLLM or a price is missing or cannot be.
        DataError: a script, a price file or an earlier call store cannot be read.
        UnavailableError: there is no key, or a variable that should hold one is not set.
    """
    specs = (cast.teacher, *cast.students)
    for spec in specs:
        check_name(spec)
    flags_of(config.vllm_arg)
    prices = load_prices(config.prices)
    for spec in specs:
        if config.max_cost is not None and price_of(spec, prices) is None:
            raise ConfigError(f"--max-cost needs the price of {spec.label}: add {spec.name!r} to a --prices file")
    if config.reuse:
        CallStore.read(config.reuse).close()
    if not config.dry_run:
        check_keys(config, cast)


def check_name(spec: Spec) -> None:
    """Look a model up, as far as this machine knows it. Raises ConfigError or DataError."""
    if spec.kind == "local":
        meaning(spec.name)
    if spec.kind == "scripted":
        from agents.endpoints.scripted import Script  # loads the client library, which takes a second

        Script.load(Path(spec.name))


def check_keys(config: CommonConfig, cast: Cast) -> None:
    """Refuse to begin without a key; and the name of a variable that is not set, as it may be a key and is recorded."""
    for spec, key_env in cast.key_holders(config).items():
        if spec.kind == "openai":
            address_of(spec, os.environ, key_env)
    for option, name in (("--teacher-key-env", config.teacher_key_env), ("--student-key-env", config.student_key_env)):
        if name and not os.environ.get(name):
            raise UnavailableError(f"the variable that {option} names is not set")
