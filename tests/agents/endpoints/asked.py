"""Requests and models for tests of endpoints."""

import asyncio
import random
import string
from collections.abc import Callable

from agents.endpoints.calls import Completion, Message, Place, Request, Sampling


def request(index: int = 0, text: str = "What is 6 times 7?", **sampling: float) -> Request:
    """A small request; other indices are other samples of the same prompt."""
    return Request(
        messages=(Message(role="system", content="Be brief."), Message(role="user", content=text)),
        sampling=Sampling.model_validate({"temperature": 0.7, "top_p": 1.0, "max_tokens": 100} | sampling),
        place=Place(replicate=0, role="teacher", rationale=index, repetition=0),
    )


def noise(seed: int, length: int = 5000) -> str:
    """Text that deflating makes little smaller."""
    return "".join(random.Random(seed).choices(string.printable, k=length))


class Counting:
    """A model that notes what it is asked, then does what `act` says; by default it says which call it was."""

    def __init__(self, act: Callable[[int], Completion] | None = None, delay_s: float = 0.0) -> None:
        self.act = act or (lambda number: Completion(text=f"reply {number}", finish="stop", prompt_tokens=10))
        self.delay_s = delay_s
        self.asked: list[Request] = []
        self.seeds: list[int] = []
        self.running = self.most_running = 0
        self.closed = False
        self.open = asyncio.Event()
        """No call ends before it is set; it is from the start."""
        self.open.set()

    async def complete(self, request: Request, seed: int) -> Completion:
        self.asked.append(request)
        self.seeds.append(seed)
        number = len(self.asked)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await asyncio.sleep(self.delay_s)
            await self.open.wait()
            return self.act(number)
        finally:
            self.running -= 1

    async def aclose(self) -> None:
        self.closed = True
