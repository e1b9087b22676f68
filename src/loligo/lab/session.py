"""One page's conversation: the newest question of each kind wins, and nothing is kept between questions.

Questions come in faster than they can be answered while somebody drags a slider. For each kind of question there is one
place to wait: a newer question takes the place of an older one, which is dropped. A computation that has been going on
for longer than a slider may wait is ended when a newer question of its kind arrives; a shorter one is let finish,
since a picture that is always interrupted never comes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field

from ..errors import LoligoError
from ..numerics.batch import Stop, Stopped
from . import messages
from .answers import answer

PATIENCE = 0.25  # s, after which a computation is ended if a newer question waits
LIMIT = 20.0  # s, after which it is ended in any case
BUSY = 0.35  # s, after which the page is told that it must wait
HOME = (
    "describe",
    "run",
    "share",
    "keep",
    "go",
)  # what the scope needs; the others are companions and wait for one another
LESSONS = ("lessons", "lesson", "progress", "apparatus", "judge")

Send = Callable[[bytes], Awaitable[None]]


@dataclass
class Worker:
    """Answers some kinds of questions, one at a time."""

    send: Send
    executor: Executor
    waiting: dict[str, messages.Any_] = field(default_factory=dict)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    kind: str = ""
    stop: Stop = field(default_factory=Stop)
    since: float = 0.0

    def ask(self, kind: str, question: messages.Any_) -> None:
        """Take a question; the one of its kind that waits is dropped."""
        self.waiting.pop(kind, None)
        self.waiting[kind] = question
        self.arrived.set()
        self.hurry()

    def hurry(self) -> None:
        """End a computation that nobody wants any more, if it has had its time."""
        if self.kind in self.waiting and time.monotonic() - self.since > PATIENCE:
            self.stop.set()

    async def work(self) -> None:
        """Answer questions for as long as the page is there."""
        try:
            while True:
                await self.arrived.wait()
                while self.waiting:
                    self.kind = next(iter(self.waiting))
                    await self._answer(self.waiting.pop(self.kind))
                    self.kind = ""
                self.arrived.clear()
        finally:
            self.stop.set()

    async def _answer(self, question: messages.Any_) -> None:
        self.stop, self.since = Stop(), time.monotonic()
        computing = asyncio.get_running_loop().run_in_executor(self.executor, _answered, question, self.stop)
        told = False
        while True:
            done, _ = await asyncio.wait([computing], timeout=BUSY)
            if done:
                break
            if not told:
                told = True
                await self.send(messages.encode({"id": question.id, "kind": "busy"}))
            self.hurry()
            if time.monotonic() - self.since > LIMIT:
                self.stop.set()
        await self.send(computing.result())


def _answered(question: messages.Any_, stop: Stop) -> bytes:
    """The answer, or why there is none. Whatever goes wrong, the page hears of it and the server goes on."""
    began = time.monotonic()
    try:
        return answer(question, stop)
    except Stopped:
        late = time.monotonic() - began > LIMIT
        text = f"this takes longer than {LIMIT:g} s; make the run shorter" if late else ""
        return messages.encode({"id": question.id, "kind": "error" if late else "dropped", "message": text})
    except LoligoError as error:
        return messages.encode({"id": question.id, "kind": "error", "message": str(error)})
    except Exception as error:
        text = f"the laboratory failed at this: {type(error).__name__}: {error}"
        return messages.encode({"id": question.id, "kind": "error", "message": text})


class Session:
    """Three workers: the scope is never behind a slow companion, nor is a lesson."""

    def __init__(self, send: Send, executor: Executor) -> None:
        self.send = send
        self.home, self.companions, self.lessons = (Worker(send, executor) for _ in range(3))

    @property
    def workers(self) -> tuple[Worker, ...]:
        """All of them."""
        return self.home, self.companions, self.lessons

    async def take(self, data: bytes | str) -> None:
        """Take a message as it came."""
        try:
            question = messages.decode(data)
        except LoligoError as error:
            number = messages.number_of(data) if len(data) <= messages.LARGEST else 0
            await self.send(messages.encode({"id": number, "kind": "error", "message": str(error)}))
            return
        kind = type(question).__name__.lower()
        worker = self.home if kind in HOME else self.lessons if kind in LESSONS else self.companions
        worker.ask(kind, question)
