"""A reply says Yes, No, or neither; a bad form is never taken for No."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_data.labels import read_label, read_label_as_published

YES = [
    "Yes",
    " yes\n",
    "YES.",
    "**Yes**",
    "`Yes`",
    "_Yes_",
    "- Yes",
    "> Yes!",
    '"Yes"',
    "```\nYes\n```",
    "Label: Yes",
    "**Label:** Yes",
    "Label: **Yes**",
    "### Label\nYes",
    "Final answer - yes",
    "The answer is Yes.",
    "The correct label would be: Yes",
    '{"label": "Yes"}',
    "<answer>Yes</answer>",
    r"\boxed{Yes}",
    "Yes it is.",
    "Yes, because no evidence is given.",
    "Yes\n\nNo evidence is given, and no one checked.",
    "It names two cases and concludes about all, so yes.",
    "Two cases are too few.\n\nAnswer: Yes",
    "Two cases are too few. The answer is **Yes**",
    "Text: All swans are white.\nLabel: Yes",
    "Yes\n\nText: Another one.\nLabel: No",
    "Label: Yes\n### Example 2\nText: Another.\nLabel: No\nSo no.",
]
NO = [
    "No",
    "no.",
    "**NO**",
    "Label: No",
    "Answer: **No**, nothing general is said.",
    "No, it is not.",
    "No it is not.",
    "No - one sample is enough here.",
    "No (nothing is concluded)",
    "No\nYes-men are not the topic.",
    "The label is no",
    "It is hedged; therefore, no.",
    "It does not generalise. **No**",
    "No\r\n\r\nText: A.\r\nLabel: Yes",
]
NEITHER = [
    "",
    " \n",
    "…",
    "Maybe",
    "True",
    "1",
    "Yesterday it rained.",
    "Nothing is concluded.",
    "Nope",
    "Yes or No",
    "Yes/No",
    "Yes and no.",
    "No or yes?",
    "Yes. No.",
    "Yes\nNo",
    "Label: Yes\nLabel: No",
    "Yes, it seems. So the answer is no.",
    "Reply with Yes or No",
    "No evidence is given for that.",
    "No-one can tell.",
    "Yes-men abound.",
    "The answer is no longer clear",
    "He did not say yes",
    "It is not a no",
    "Text: Did he agree? He said yes",
    "I'm sorry, but I can't help with that.",
]


@pytest.mark.parametrize("reply", YES)
def test_yes_is_read_in_the_ways_models_write_it(reply: str) -> None:
    assert read_label(reply) is True


@pytest.mark.parametrize("reply", NO)
def test_no_is_read_in_the_ways_models_write_it(reply: str) -> None:
    assert read_label(reply) is False


@pytest.mark.parametrize("reply", NEITHER)
def test_neither_or_both_is_no_label(reply: str) -> None:
    assert read_label(reply) is None


around = st.text(st.sampled_from(" \t\n*_#`>.,:;!-\"'()[]{}|…"), max_size=20)


@given(before=around, after=around, label=st.sampled_from(["Yes", "yes", "YES", "No", "no", "NO"]))
@pytest.mark.parametrize("lead", ["", "Label: ", "Answer: ", "The answer is "])
def test_markup_and_punctuation_around_change_nothing(lead: str, before: str, after: str, label: str) -> None:
    assert read_label(f"{before}{lead}{label}{after}") is (label.casefold() == "yes")


@given(
    reply=st.text() | st.lists(st.sampled_from(["yes", "no", " ", "\n", "or", ":", "-", "label", "text"])).map("".join)
)
def test_any_reply_is_read_and_case_does_not_matter(reply: str) -> None:
    label = read_label(reply)
    assert label in {True, False, None}
    if reply.isascii():
        assert read_label(reply.upper()) is label
    if label is not None:
        assert ("yes" if label else "no") in reply.casefold()


@pytest.mark.parametrize(
    "hostile",
    [
        "*" * 300_000,
        "\n" * 300_000,
        "label: " * 50_000,
        "no " * 80_000,
        "the answer is\n" * 40_000,
        "-" * 200_000 + "x" + ":" * 200_000,
    ],
)
def test_long_replies_are_read_in_one_pass(hostile: str) -> None:
    assert read_label(hostile) is None


@pytest.mark.parametrize(
    ("reply", "label"),
    [
        ("Yes", True),
        (" yes, it is", True),
        ("Yesterday", True),
        ("Yes or No", True),
        ("No", False),
        ("**Yes**", False),
        ("Label: Yes", False),
        ("", False),
        ("maybe", False),
    ],
)
def test_as_published_all_that_does_not_begin_with_yes_is_no(reply: str, label: bool) -> None:
    assert read_label_as_published(reply) is label
