"""Requests that a test holds in its hand, and links that are only names."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import dataclass, field

from redoscope_core import Progress

__all__ = ["Brought", "Counting", "Endless", "Failing", "Held", "Saying"]

PATIENCE = 10.0
"""Seconds that a fake waits for its test before it gives up."""


@dataclass(frozen=True)
class Saying:
    """Answers with *word*."""

    word: object

    def run(self) -> object:
        return self.word


@dataclass(frozen=True)
class Failing:
    """Answers with an error."""

    def run(self) -> object:
        raise OSError("the disk is gone")


@dataclass(frozen=True)
class Held:
    """A slow disk: the answer waits until the test lets it go."""

    word: object
    begun: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def run(self) -> object:
        self.begun.set()
        assert self.let_go.wait(PATIENCE), "the test never let the request go"
        return self.word


@dataclass(frozen=True)
class Endless:
    """A job that goes on until it is cancelled; says where its cleaning up ran."""

    begun: threading.Event = field(default_factory=threading.Event)
    cleaned: list[str] = field(default_factory=list)

    def run(self) -> Generator[Progress, None, object]:
        step = 0
        try:
            while True:
                step += 1
                self.begun.set()
                yield Progress(step, 0)
        finally:
            self.cleaned.append(threading.current_thread().name)


@dataclass(frozen=True)
class Counting:
    """A job of *steps* quick steps."""

    steps: int

    def run(self) -> Generator[Progress, None, str]:
        for step in range(1, self.steps + 1):
            yield Progress(step, self.steps)
        return "counted"


@dataclass
class Brought:
    """An answer that must be closed, as an open chain must."""

    closed: bool = False

    def close(self) -> None:
        self.closed = True
