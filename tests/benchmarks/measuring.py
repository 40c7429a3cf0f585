"""Measuring: programs do the same work in turn, A B A B, and their answers are judged."""

from __future__ import annotations

import gc
import subprocess
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TypeVar

from redoscope_core import Progress

__all__ = ["Contender", "Timing", "driven", "in_turn", "process"]

_T = TypeVar("_T")
_PATIENCE = 20.0
"""Seconds that the rounds of one program may take; a slower one runs once."""
_SAID = 400


@dataclass(frozen=True, slots=True)
class Contender:
    """A program that does the work of a row."""

    name: str
    work: Callable[[], float | None]
    """Does it once; returns its seconds if the program has a clock of its own, else None."""
    answer: Callable[[], object] | None = None
    """What came out of the last work, to be compared; None if it tells nothing."""
    ready: Callable[[], object] | None = None
    """Done before each work, off the clock."""


@dataclass(slots=True)
class Timing:
    """How long a program took."""

    name: str
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Median of the runs."""
        return median(self.seconds)


def in_turn(
    contenders: Sequence[Contender], rounds: int, judge: Callable[[Mapping[str, object]], None]
) -> dict[str, Timing]:
    """Let all work once, *judge* their answers by name, then time *rounds* of all in turn.

    The first run warms up and does not count, except for a program so slow that its rounds
    would take more than 20 seconds: of those each run counts and there are fewer. With one
    round the first run is the only one.
    """
    timings = {each.name: Timing(each.name) for each in contenders}
    answers: dict[str, object] = {}
    runs: dict[str, int] = {}
    for each in contenders:
        took = _once(each)
        runs[each.name] = rounds
        if rounds == 1 or took * rounds > _PATIENCE:
            timings[each.name].seconds.append(took)
            runs[each.name] = min(rounds - 1, int(_PATIENCE / took))
        if each.answer is not None:
            answers[each.name] = each.answer()
    judge(answers)
    for number in range(rounds):
        for each in contenders:
            if number < runs[each.name]:
                timings[each.name].seconds.append(_once(each))
    return timings


def _once(contender: Contender) -> float:
    if contender.ready is not None:
        contender.ready()
    gc.collect()
    start = time.perf_counter()
    own = contender.work()
    took = time.perf_counter() - start
    return took if own is None else own


def process(
    name: str,
    command: Sequence[object],
    *,
    out: Path | None = None,
    answer: Callable[[], object] | None = None,
    ready: Callable[[], object] | None = None,
    statuses: Sequence[int] = (0,),
) -> Contender:
    """Return a contender that is a whole process; what it prints goes to the file *out*."""
    words = [str(word) for word in command]

    def work() -> None:
        target = subprocess.DEVNULL if out is None else out.open("wb")
        try:
            done = subprocess.run(words, check=False, stdout=target, stderr=subprocess.PIPE)
        finally:
            if not isinstance(target, int):
                target.close()
        if done.returncode not in statuses:
            said = done.stderr.decode(errors="replace").strip()[-_SAID:]
            raise RuntimeError(f"{name} ended with {done.returncode}: {said}")

    return Contender(name, work, answer, ready)


def driven(steps: Generator[Progress, None, _T]) -> _T:
    """Run a long operation to its end and return its answer."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            answer: _T = stop.value
            return answer
