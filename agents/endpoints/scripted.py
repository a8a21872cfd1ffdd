r"""`scripted:FILE`: replies from a file, for demonstrations and tests.

The file is YAML, a list of rules, or JSONL, a rule a line. The first rule that matches the last message answers;
a message that no rule matches fails the call.

    - match: "Stone Game"             # this text occurs in the message; left out: every message
      regex: "n = (\d+)"              # and this regular expression is found in it
      reply: "```python\n…\n```"      # the answer
      finish: stop                    # stop (default), length, refusal, content_filter or overflow
      reasoning: ""                   # what the model thought before, unless it stands in the reply as <think>
"""

import hashlib
import json
import re
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError, field_validator

from agents.endpoints.calls import Completion, Finish, Request
from agents.endpoints.completion import split_reasoning, whole
from agents.endpoints.faults import AttemptError, Kind
from lbt.errors import DataError
from lbt.types import Value


class Rule(Value):
    """One reply and when it is given."""

    match: str = ""
    regex: str = ""
    reply: str
    finish: Finish = "stop"
    reasoning: str = ""

    @field_validator("regex")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return pattern

    def fits(self, message: str) -> bool:
        """Whether this rule answers `message`."""
        return self.match in message and re.search(self.regex, message) is not None


class Script:
    """A model that reads its replies from a file."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        """Answer by `rules`, the first that fits."""
        self._rules = rules

    @property
    def identity(self) -> str:
        """What names this script, as weights name a model: other rules give other replies."""
        rules = json.dumps([rule.model_dump() for rule in self._rules], sort_keys=True)
        return "scripted:" + hashlib.sha256(rules.encode()).hexdigest()

    @classmethod
    def load(cls, path: Path) -> "Script":
        """Read a script.

        Raises:
            DataError: the file cannot be read or is no list of rules.
        """
        try:
            text = path.read_text(encoding="utf-8")
            found = [json.loads(line) for line in text.splitlines() if line] if path.suffix == ".jsonl" else None
            return cls(TypeAdapter(tuple[Rule, ...]).validate_python(found or yaml.safe_load(text)))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the file"
            raise DataError(str(path), f"{place}: {first['msg']}") from error
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise DataError(str(path), f"cannot be read as a script ({' '.join(str(error).split())})") from error

    async def complete(self, request: Request, seed: int) -> Completion:
        """Give the reply of the first rule that fits the last message. Raises AttemptError."""
        message = request.messages[-1].content
        for rule in self._rules:
            if rule.fits(message):
                words = len(rule.reply.split()), sum(len(turn.content.split()) for turn in request.messages)
                reasoning, text = split_reasoning(whole(rule.reply))
                return Completion(
                    text=text,
                    reasoning=whole(rule.reasoning) or reasoning,
                    finish=rule.finish,
                    prompt_tokens=words[1],
                    completion_tokens=words[0],
                )
        raise AttemptError(Kind.REFUSED, f"no rule of the script fits the message {message[-80:]!r}")

    async def aclose(self) -> None:
        """Nothing to let go of."""
