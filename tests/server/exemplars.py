"""What the test server says where exemplars are improved: labels, reasons, and sets that are never the same twice."""

import random
import re
from functools import cache

from text_data.load import load

_COUNT = re.compile(r"Write exactly (\d+) examples")
_PROGRAM = """## Example {number}
### Problem
Return n plus {addend}.

### Starter code
```python
class Solution:
    def plus{addend}(self, n: int) -> int:
```

### Explanation
Add {addend}.

### Code
```python
class Solution:
    def plus{addend}(self, n: int) -> int:
        return n + {addend}
```
"""


@cache
def _labels() -> dict[str, bool]:
    split = load("generalizations")
    return {one.statement: one.label for one in (*split.train, *split.hold_out)}


def exemplar_reply(prompt: str, rng: random.Random, good_share: float) -> str | None:
    """Reply to a prompt of M3 that no lesson has; None for another."""
    if count := _COUNT.search(prompt):
        return written_set(prompt, int(count[1]), rng)
    if "[[Reason]]:" in prompt:
        return f"[[Reason]]:\nThe examples lack texts of the kind number {rng.randrange(10**6)}.\n[[End]]"
    if "[[Causes]]:" in prompt:
        return causes(prompt, rng)
    if "\nText: " in prompt:
        text = prompt.rpartition("\nText: ")[2].removesuffix("\nLabel:")
        right = _labels().get(text, True)
        return "Yes" if right is (rng.random() < good_share) else "No"
    return None


def causes(prompt: str, rng: random.Random) -> str:
    """A list of three causes, or which of them one mistake has."""
    if "Condense these notes" in prompt:
        return (
            "[[Causes]]:\n" + "\n".join(f"{n}. Cause of kind {rng.randrange(10**6)}." for n in (1, 2, 3)) + "\n[[End]]"
        )
    found = [str(n) for n in (1, 2, 3) if rng.random() < 0.5]
    return f"[[Causes]]: {', '.join(found) or 'none'}"


def written_set(prompt: str, count: int, rng: random.Random) -> str:
    """A set in the form that `prompt` asks for."""
    numbers = rng.sample(range(10**6), count)
    if "### Starter code" in prompt:
        return "\n".join(_PROGRAM.format(number=place, addend=n) for place, n in enumerate(numbers, 1))
    if "[[Final Answer]]:" in prompt:
        return "\n\n".join(
            f"### Example {place}\n[[Question]]:\nWhat is {n} + 1?\n[[Solution]]:\nCount on.\n"
            f"[[Final Answer]]:\n${n + 1}$"
            for place, n in enumerate(numbers, 1)
        )
    return "\n\n".join(
        f"### Example {place}\nText: Claim number {n} is made.\nLabel: {'Yes' if place % 2 else 'No'}"
        for place, n in enumerate(numbers, 1)
    )
