"""Model specs: what they mean, and that no credential is ever shown."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.endpoints.spec import Spec, address_of, parse_spec, redact, redact_text
from lbt.errors import ConfigError, UnavailableError

SECRET = "s3cr3t-t0k3n"


@pytest.mark.parametrize(
    ("text", "kind", "name", "url"),
    [
        ("openai:gpt-4o-mini", "openai", "gpt-4o-mini", ""),
        ("openai:m@http://localhost:8000/v1", "openai", "m", "http://localhost:8000/v1"),
        ("openai:org/m:free@https://gateway.example/v1", "openai", "org/m:free", "https://gateway.example/v1"),
        ("openai:a@http://b@http://c:1/v1", "openai", "a@http://b", "http://c:1/v1"),
        ("openai:user@host", "openai", "user@host", ""),
        ("openai:m@http://u:p@host:1/v1", "openai", "m", "http://u:p@host:1/v1"),
        ("openai:m@http://[::1]:8000/v1", "openai", "m", "http://[::1]:8000/v1"),
        ("vllm:Qwen/Qwen2.5-Coder-0.5B-Instruct", "vllm", "Qwen/Qwen2.5-Coder-0.5B-Instruct", ""),
        ("local:C:/models/a.gguf", "local", "C:/models/a.gguf", ""),
        ("scripted:replies.yaml", "scripted", "replies.yaml", ""),
    ],
)
def test_spec_is_split_at_the_first_colon_and_the_last_address(text: str, kind: str, name: str, url: str) -> None:
    spec = parse_spec(text)
    assert (spec.kind, spec.name, spec.url) == (kind, name, url)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gpt-4o", "is not a model"),
        ("", "is not a model"),
        ("opnai:m", "did you mean openai:"),
        ("openai:", "names no model"),
        ("openai:@http://h/v1", "names no model"),
        ("local:m@http://h/v1", "openai:m@http://h/v1"),
        ("openai:m@httpx://h", "not the address"),
        ("openai:m@http://", "not the address"),
        ("openai:m@http://h:99999/v1", "not the address"),
        ("openai:m@http://h:port/v1", "not the address"),
    ],
)
def test_a_bad_spec_gets_a_sentence_that_helps(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse_spec(text)


@given(st.sampled_from(["openai", "vllm", "local", "scripted"]), st.text(min_size=1))
def test_whatever_the_name_it_comes_back_unchanged(kind: str, name: str) -> None:
    if "@http" not in name:
        assert parse_spec(f"{kind}:{name}").name == name


@given(st.text(min_size=1), st.sampled_from(["http", "https"]), st.integers(1, 65535))
def test_name_and_address_are_told_apart(name: str, scheme: str, port: int) -> None:
    url = f"{scheme}://host:{port}/v1"
    assert parse_spec(f"openai:{name}@{url}") == Spec("openai", name, url)


@given(st.text())
def test_any_text_is_a_spec_or_a_config_error(text: str) -> None:
    with suppress(ConfigError):
        assert parse_spec(text).label


@pytest.mark.parametrize(
    "url",
    [
        f"http://user:{SECRET}@host:8000/v1",
        f"https://{SECRET}@host/v1",
        f"https://host/v1?api_key={SECRET}",
        f"https://host/v1#{SECRET}",
        f"http://u:{SECRET}@host:notaport/v1",
        f"http://u:{SECRET}@",
        f"http://u:{SECRET}@h@{SECRET}@host/v1",
    ],
)
def test_credentials_in_an_address_are_never_shown(url: str) -> None:
    assert SECRET not in redact(url)
    with suppress(ConfigError):
        spec = parse_spec(f"openai:m@{url}")
        shown = [repr(spec), str(spec), spec.label, repr(address_of(spec, {}))]
        assert SECRET not in " ".join(shown)


@pytest.mark.parametrize(
    "text",
    [
        f"m@http://u:{SECRET}@host/v1",
        f"local:m@https://u:{SECRET}@host/v1",
        f"openai:m@http://u:{SECRET}@host:notaport/v1",
        f"openai:m@http://u:{SECRET}@",
    ],
)
def test_credentials_in_a_bad_spec_are_not_repeated(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_spec(text)
    assert SECRET not in str(caught.value)


@given(st.text(alphabet="abcXYZ019-._~%:", min_size=4), st.text(alphabet="abc/:@ '", max_size=12))
def test_redaction_leaves_no_password_in_any_text(password: str, around: str) -> None:
    shown = redact_text(f"{around} http://user:qq{password}qq@host/v1 {around}")
    assert f"qq{password}qq" not in shown


def key_for(spec: str, env: dict[str, str], key_env: str | None = None) -> str | None:
    return address_of(parse_spec(spec), env, key_env).key


def test_openai_is_the_default_server_and_gets_its_key() -> None:
    address = address_of(parse_spec("openai:m"), {"OPENAI_API_KEY": "k"})
    assert (address.base_url, address.key) == ("https://api.openai.com/v1", "k")


def test_base_url_moves_the_default_server_and_its_key() -> None:
    env = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "https://gateway.example/v1/"}
    address = address_of(parse_spec("openai:m"), env)
    assert (address.base_url, address.key) == ("https://gateway.example/v1", "k")


@pytest.mark.parametrize(
    ("spec", "base", "gets"),
    [
        ("openai:m@https://api.openai.com/v1", "", True),
        ("openai:m@https://gateway.example/other", "https://gateway.example/v1", True),
        ("openai:m@https://elsewhere.example/v1", "https://gateway.example/v1", False),
        ("openai:m@http://localhost:8000/v1", "", False),
        ("openai:m@https://api.openai.com.evil.example/v1", "", False),
        ("openai:m@http://gateway.example/v1", "https://gateway.example/v1", False),
        ("openai:m@https://api.openai.com@evil.example/v1", "", False),
    ],
)
def test_openai_key_goes_to_its_own_host_only(spec: str, base: str, gets: bool) -> None:
    env = {"OPENAI_API_KEY": "k"} | ({"OPENAI_BASE_URL": base} if base else {})
    assert (key_for(spec, env) == "k") is gets


def test_a_host_has_a_variable_of_its_own() -> None:
    assert key_for("openai:m@https://api.deep-seek.com/v1", {"LBT_KEY_API_DEEP_SEEK_COM": "k"}) == "k"
    assert key_for("openai:m@http://127.0.0.1:8000/v1", {"LBT_KEY_127_0_0_1": "k"}) == "k"


def test_the_named_variable_wins() -> None:
    env = {"MINE": "mine", "LBT_KEY_H": "other", "OPENAI_API_KEY": "openai"}
    assert key_for("openai:m@http://h/v1", env, "MINE") == "mine"


def test_a_missing_key_is_told_before_anything_is_sent() -> None:
    with pytest.raises(UnavailableError, match="OPENAI_API_KEY"):
        address_of(parse_spec("openai:m"), {})
    with pytest.raises(UnavailableError, match=r"the variable that --teacher-key-env .* is not set") as caught:
        address_of(parse_spec("openai:m@http://h/v1"), {}, "hf_might_be_a_key")
    assert "hf_might_be_a_key" not in str(caught.value)


@pytest.mark.parametrize("key", ["sk-abc123", "gsk abc", "1a2b3c", "ghp.abc", ""])
def test_a_key_in_place_of_a_variable_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(ConfigError, match="take the name of a variable, not a key") as caught:
        address_of(parse_spec("openai:m@http://h/v1"), {}, key)
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize("url", ["http://user:pass@h/v1", "http://token@h/v1", "http://h/v1?api_key=k"])
def test_an_address_that_was_recorded_without_its_credentials_is_asked_for_again(url: str) -> None:
    recorded = parse_spec(parse_spec(f"openai:m@{url}").label)
    with pytest.raises(ConfigError, match=r"credentials, which are not recorded: give --teacher/--student again"):
        address_of(recorded, {"LBT_KEY_H": "k"})


def test_a_secret_that_a_server_repeats_is_taken_out() -> None:
    address = address_of(parse_spec("openai:m@http://h/v1?token=query-secret"), {"LBT_KEY_H": SECRET})
    shown = address.hide(f"Incorrect key {SECRET} and query-secret at http://a:{SECRET}@h/v1?x={SECRET}")
    assert SECRET not in shown
    assert "query-secret" not in shown
