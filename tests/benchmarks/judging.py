"""Judging: whether all gave the same answer, and whether a goal is met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3

from tests.benchmarks.measuring import Contender, Timing
from tests.benchmarks.results import Figure, Result, Verdict

__all__ = [
    "OURS",
    "Agreement",
    "Disagreement",
    "Goal",
    "Trial",
    "fingerprint",
    "result_of",
]

OURS = "Redoscope"
_WINDOW = 2**20


class Disagreement(Exception):
    """Programs gave different answers: their times are worth nothing."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a row must reach: *times* the speed of others, or at most *seconds*."""

    times: float = 0.0
    against: str = ""
    """A contender's name; "" is the best other program, and "limit" the physical limit."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Trial:
    """One piece of work that several programs do; the first contender is Redoscope."""

    work: str
    how: str
    """"in process" or "whole process"."""
    contenders: tuple[Contender, ...]
    goals: tuple[Goal, ...] = ()
    limit: Contender | None = None
    amount: float = 0.0
    unit: str = "B"
    """What *amount* counts, for the rate: "B" for bytes, or a noun in the plural."""
    truth: object = None
    """What every answer must equal; None: the answers must equal each other."""
    notes: tuple[str, ...] = ()


class Agreement:
    """Judges answers against the truth, or against each other."""

    def __init__(self, truth: object) -> None:
        self.truth = truth
        self.said: list[str] = []

    def __call__(self, answers: Mapping[str, object]) -> None:
        """Raise `Disagreement` unless all *answers* are the same."""
        truth, wanted = self.truth, "the truth"
        for name, answer in answers.items():
            if truth is None:
                truth, wanted = answer, name
            elif answer != truth:
                raise Disagreement(
                    f"{name} answers {_short(answer)}, and {wanted} is {_short(truth)}"
                )
            self.said.append(name)


def _short(answer: object) -> str:
    text = repr(answer)
    return text if len(text) < 120 else f"{text[:120]}…"


def fingerprint(path: Path) -> str:
    """Return the BLAKE3 hash of a file."""
    hashed = blake3()
    with path.open("rb", buffering=0) as file:
        while data := file.read(_WINDOW):
            hashed.update(data)
    return hashed.hexdigest()


def result_of(row: str, trial: Trial, timings: Mapping[str, Timing], agreed: list[str]) -> Result:
    """Return figures and verdicts of *trial*."""
    result = Result(row, trial.work, trial.how, trial.unit, notes=list(trial.notes))
    for name, timing in timings.items():
        rate = trial.amount / timing.median if trial.amount else 0.0
        is_limit = trial.limit is not None and name == trial.limit.name
        spread = min(timing.seconds), max(timing.seconds)
        runs = len(timing.seconds)
        result.figures.append(Figure(name, timing.median, *spread, runs, rate, is_limit))
    result.verdicts = [_verdict(goal, trial, timings) for goal in trial.goals]
    if len(agreed) > 1 or trial.truth is not None:
        result.notes.insert(0, f"same answer: {', '.join(agreed)}")
    return result


def _verdict(goal: Goal, trial: Trial, timings: Mapping[str, Timing]) -> Verdict:
    ours = timings[OURS].median
    if goal.seconds:
        return _under(goal.seconds, ours)
    limit = trial.limit.name if trial.limit else ""
    if goal.against == "limit":
        name, words = limit, f"of the limit ({limit})"
    elif goal.against:
        name, words = goal.against, f"times {goal.against}"
    else:
        others = [name for name in timings if name not in {OURS, limit}]
        if not others:
            wanted = f"at least {goal.times:g} times the best other program"
            return Verdict(wanted, "no other program is here", False, "not measured")
        name = min(others, key=lambda each: timings[each].median)
        words = f"times the best other program ({name})"
    if name not in timings:
        return Verdict(f"at least {goal.times:g} {words}", "it is not here", False, "not measured")
    reached = timings[name].median / ours
    return Verdict(
        f"at least {goal.times:g} {words}",
        f"{reached:.3g}",
        reached >= goal.times,
        "" if reached >= goal.times else f"{1 - reached / goal.times:.0%}",
    )


def _under(wanted: float, ours: float) -> Verdict:
    missed = "" if ours <= wanted else f"{ours / wanted - 1:.0%}"
    return Verdict(f"under {wanted * 1000:g} ms", f"{ours * 1000:.3g} ms", ours <= wanted, missed)
