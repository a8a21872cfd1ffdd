"""Rows of texts with labels, as a user writes them."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

_LABELS: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def _label(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    if isinstance(value, str) and (label := _LABELS.get(value.strip().casefold())) is not None:
        return label
    raise PydanticCustomError("label", "is none of yes, no, true, false, 1 and 0")


def _said(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "is blank")
    return text


Text = Annotated[str, AfterValidator(_said)]
"""Some text, more than blanks."""


class Labelled(BaseModel):
    """A text and its label; other fields of the row are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: Text
    label: Annotated[bool, BeforeValidator(_label)]
    """Whether Yes is right; written as yes or no, true or false, 1 or 0."""
