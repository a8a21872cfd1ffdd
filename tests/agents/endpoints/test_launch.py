"""From a spec to a server."""

from pathlib import Path

import pytest

from agents.endpoints.catalogue import canonical
from agents.endpoints.launch import launch
from agents.endpoints.spec import parse_spec
from lbt.errors import ConfigError, UnavailableError


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("local:qwen2.5-coder-1.5b", "local:Qwen2.5-Coder-1.5B-Instruct-Q4_K_M.gguf"),
        ("local:models/own.gguf", "local:./models/own.gguf"),
        ("vllm:models", "vllm:./models/"),
    ],
)
def test_names_of_one_model_are_one_server(one: str, other: str, empty_folder: Path) -> None:
    (empty_folder / "models").mkdir()
    (empty_folder / "models/own.gguf").touch()
    assert canonical(parse_spec(one)) == canonical(parse_spec(other))


@pytest.mark.parametrize("text", ["openai:gpt@http://host/v1", "scripted:file", "vllm:own/model", "local:own/model"])
def test_other_specs_stay_as_they_are(text: str, empty_folder: Path) -> None:
    assert canonical(parse_spec(text)) == parse_spec(text)


async def test_an_unknown_local_model_starts_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean smollm2-135m"):
        async with launch(parse_spec("local:smollm-135m"), log_dir=tmp_path):
            pass
    assert list(tmp_path.iterdir()) == []


async def test_a_missing_package_is_told_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UnavailableError, match="local models need"):
        async with launch(parse_spec("local:smollm2-135m"), log_dir=tmp_path):
            pass


async def test_a_spec_of_a_running_server_is_not_launched(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not started here"):
        async with launch(parse_spec("openai:m@http://host/v1"), log_dir=tmp_path):
            pass
