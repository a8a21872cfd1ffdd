"""The command line of a run, made from its config: flag > environment > file > default."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import click
import yaml
from click.core import ParameterSource
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from agents.config import CONFIGS, CommonConfig, ImprovementConfig, Method, RunConfig, Server
from lbt.cli import meant
from lbt.errors import ConfigError
from sandbox.address import Place

FIELDS: Mapping[str, FieldInfo] = {
    name: (config.model_fields | CommonConfig.model_fields)[name]
    for config in (CommonConfig, *CONFIGS.values())
    for name in config.model_fields
}
"""Every option there is, of whatever method, in the order in which they are listed."""


def command(run: Callable[[Mapping[str, Any]], int], help_text: str) -> click.Command:
    """Make the command that gives `run` the options the user set, and only those."""

    def call(**_: object) -> int:
        return run(chosen(click.get_current_context()))

    params: list[click.Parameter] = [option(name, field) for name, field in FIELDS.items()]
    config = click.Option(
        ["--config"],
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        is_eager=True,
        expose_value=False,
        callback=read_file,
        help="YAML file of these options.",
    )
    return click.Command(
        "run", params=[config, *params], callback=call, help=help_text, context_settings={"auto_envvar_prefix": "LBT"}
    )


def option(name: str, field: FieldInfo) -> click.Option:
    """Make one flag from a field: its choices, its default, its docstring."""
    kind, many = accepted(field)
    text = field.description or ""
    shown = field.default not in (None, (), False)
    how: dict[str, Any] = {"is_flag": True} if kind is click.BOOL else {"type": kind, "multiple": many}
    return click.Option(
        [flag(name)], help=text, default=field.default, show_default=shown, show_envvar=False, **how
    )


def accepted(field: FieldInfo) -> tuple[click.ParamType[Any] | type, bool]:
    """What a flag takes, and whether it may be repeated; ranges are checked by `RunConfig`."""
    annotation: Any = field.annotation
    if NoneType in get_args(annotation):
        annotation = next(part for part in get_args(annotation) if part is not NoneType)
    if get_origin(annotation) is tuple:
        return str, True
    if get_origin(annotation) is Literal:
        return click.Choice(get_args(annotation)), False
    if Server in get_args(annotation):
        return Place(get_args(get_args(annotation)[0])), False
    plain = get_args(annotation)[0] if get_args(annotation) else annotation
    types: dict[Any, click.ParamType[Any] | type] = {bool: click.BOOL, int: int, float: float, str: str}
    return types.get(plain, click.Path(path_type=Path)), False


def read_file(context: click.Context, _: click.Parameter, file: Path | None) -> None:
    """Let a YAML file give the defaults. Raises ConfigError for what is not an option."""
    if file is None:
        return
    try:
        options = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is not YAML: {error}") from None
    if not isinstance(options, dict):
        raise ConfigError(f"{file} must map options to values, for example `dataset: game_theory`")
    named = {str(key).replace("-", "_"): value for key, value in options.items() if value is not None}
    for name, value in named.items():
        if name not in FIELDS:
            raise ConfigError(f"{file}: no option {name!r}{meant(name, FIELDS)}")
        kind, _many = accepted(FIELDS[name])
        if (kind is int and isinstance(value, bool | float)) or (kind is float and isinstance(value, bool)):
            raise ConfigError(f"{file}: {name} is a number{' without a point' * (kind is int)}, not {value!r}")
    context.default_map = {
        name: [value] if isinstance(FIELDS[name].default, tuple) and isinstance(value, str) else value
        for name, value in named.items()
    }


def chosen(context: click.Context) -> dict[str, Any]:
    """The options that were set by flag, environment or file."""
    return {
        name: value
        for name, value in context.params.items()
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT
    }


def configure(options: Mapping[str, Any]) -> RunConfig | ImprovementConfig:
    """Check the options against those of their method.

    Raises:
        ConfigError: in one sentence, for the first that cannot be, or that belongs to another method.
    """
    method: Method = options.get("method", "m1")
    for name in options:
        if name not in CONFIGS[method].model_fields and name in FIELDS:
            other = next(other for other, config in CONFIGS.items() if name in config.model_fields)
            raise ConfigError(f"{flag(name)} is for --method {other}; leave it out")
    try:
        return CONFIGS[method](**options)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        if name.endswith("key_env"):  # what was given may be the key itself
            raise ConfigError(f"{flag(name)} takes the name of a variable, not a key") from None
        raise ConfigError(f"{flag(name)}: {first['msg'].lower()}, not {first['input']!r}") from None


def flag(name: str) -> str:
    """The option as it is typed."""
    return "--" + name.replace("_", "-")
