"""A refusal is told from a reply that says something else."""

import pytest

from lbt.refusal import opens_with_refusal

REFUSALS = [
    "I can't help with that.",
    "I\u2019m sorry, but I cannot do this.",
    "  Sorry, I am unable to answer.",
    "I apologize, I'm unable to do it.",
]
OTHERS = [
    "",
    "I can help.",
    "One can't say.",
    "Sorry for the delay. It is 5.",
    "The answer is 5. I can't prove it.",
    "I",
]


@pytest.mark.parametrize("text", REFUSALS)
def test_a_refusal_opens_the_reply(text: str) -> None:
    assert opens_with_refusal(text)


@pytest.mark.parametrize("text", OTHERS)
def test_in_doubt_it_is_none(text: str) -> None:
    assert not opens_with_refusal(text)
