"""The key of a call holds what its reply depends on, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from agents.endpoints.calls import Message, Place, Request, Sampling, call_key, prompt_ceiling, seed_of

messages = st.lists(
    st.builds(Message, role=st.sampled_from(["system", "user", "assistant"]), content=st.text()), max_size=3
).map(tuple)
samplings = st.builds(
    Sampling,
    temperature=st.floats(0, 2),
    top_p=st.floats(0, 1),
    max_tokens=st.integers(1, 9999),
)
places = st.builds(
    Place, replicate=st.integers(0, 9), role=st.text(), rationale=st.integers(-1, 9), repetition=st.integers(0, 9)
)
requests = st.builds(Request, messages=messages, sampling=samplings, place=places)


@given(st.text(), st.text(), requests, requests)
def test_keys_are_equal_exactly_when_the_calls_are(one: str, other: str, left: Request, right: Request) -> None:
    assert (call_key(one, left) == call_key(other, right)) == ((one, left) == (other, right))


@given(st.text(), requests)
def test_key_survives_being_stored(identity: str, request: Request) -> None:
    again = Request.model_validate_json(request.model_dump_json())
    assert call_key(identity, again) == call_key(identity, request)


@given(requests)
def test_seed_is_one_that_every_server_takes(request: Request) -> None:
    assert 0 <= seed_of(call_key("m", request)) < 2**31


@given(messages)
def test_no_prompt_has_more_tokens_than_its_ceiling(some: tuple[Message, ...]) -> None:
    assert prompt_ceiling(some) >= sum(len(message.content) for message in some)
