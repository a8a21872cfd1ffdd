"""Where an option comes from, and what a user reads who mistypes one."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from agents.config import ImprovementConfig, RunConfig
from agents.options import FIELDS, command, configure
from lbt.errors import ConfigError

ROOT = Path(__file__).parents[2]


def parse(*words: str, env: Mapping[str, str] | None = None) -> RunConfig:
    """What the command makes of a command line."""
    caught: list[RunConfig] = []

    def run(options: Mapping[str, Any]) -> int:
        config = configure(options)
        assert isinstance(config, RunConfig)
        caught.append(config)
        return 0

    result = CliRunner().invoke(command(run, ""), list(words), env=dict(env or {}), standalone_mode=False)
    if result.exception:
        raise result.exception
    return caught[0]


def test_nothing_given_is_the_default_run() -> None:
    assert parse() == RunConfig()


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    file = tmp_path / "run.yaml"
    file.write_text("seed: 1\nlimit: 1\nrationales: 1\nstudent: local:a\n")
    env = {"LBT_LIMIT": "2", "LBT_RATIONALES": "2"}
    config = parse("--config", str(file), "--rationales", "3", env=env)
    assert (config.seed, config.limit, config.rationales, config.student) == (1, 2, 3, ("local:a",))


def test_repeatable_options_add_up() -> None:
    assert parse("--student", "local:a", "--student", "local:b").student == ("local:a", "local:b")


def test_the_options_are_those_of_the_method() -> None:
    config = configure({"method": "m3", "iterations": 3})
    assert isinstance(config, ImprovementConfig)
    assert (config.iterations, config.teacher_temperature, config.teacher_top_p) == (3, 0.7, 1.0)
    assert parse("--method", "m1") == RunConfig()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"method": "m3", "rationales": 2}, "--rationales is for --method m1; leave it out"),
        ({"iterations": 2}, "--iterations is for --method m3; leave it out"),
        ({"method": "m3", "iterations": 0}, "--iterations: input should be greater than 0"),
    ],
)
def test_an_option_of_another_method_is_refused(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        configure(options)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--datset", "x"], "--dataset"),
        (["--self-debug", "techer"], "teacher"),
        (["--rationales", "many"], "not a valid integer"),
        (["--rationales", "0"], "--rationales: input should be greater than 0"),
        (["--teacher-temperature", "3"], "--teacher-temperature"),
    ],
)
def test_a_mistake_on_the_command_line_is_named(words: list[str], sentence: str) -> None:
    with pytest.raises((click.ClickException, ConfigError)) as caught:
        parse(*words)
    error = caught.value
    assert sentence in (error.format_message() if isinstance(error, click.ClickException) else str(error))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("datset: x", "did you mean dataset"),
        ("- a\n- b", "must map options"),
        ("a: [", "is not YAML"),
        ("rationales: 2.7", "rationales is a number without a point, not 2.7"),
        ("seed: true", "seed is a number without a point, not True"),
        ("timeout: true", "timeout is a number, not True"),
        ("student: []", "--student: tuple should have at least 1 item"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "run.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=sentence):
        parse("--config", str(file))


def test_an_option_left_blank_in_the_file_has_its_default(tmp_path: Path) -> None:
    file = tmp_path / "run.yaml"
    file.write_text("student:\nlimit:\nseed: 3")
    assert parse("--config", str(file)) == RunConfig(seed=3)


def test_every_option_has_a_help_text() -> None:
    assert all(field.description for field in FIELDS.values())


def test_what_needs_no_model_does_not_wait_for_what_a_run_needs() -> None:
    program = (
        "import sys; from agents.run import run; run({'dry_run': True, 'limit': 1});"
        "print({'langgraph', 'langchain_core', 'openai', 'aiohttp', 'docker'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "set()"


def test_a_key_given_instead_of_its_variable_is_refused_and_not_shown() -> None:
    with pytest.raises(ConfigError, match="takes the name of a variable") as refused:
        configure({"teacher_key_env": "sk-secret-123"})
    assert "secret" not in str(refused.value)
