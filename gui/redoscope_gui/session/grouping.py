"""Groups of problems: what is wrong with one file in several places is one thing to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_gui.session.problem import Problem

if TYPE_CHECKING:
    from redoscope_core import Severity

__all__ = ["ProblemGroup", "grouped", "tally"]

_OF_A_PLACE = frozenset({"found", "expected"})
"""Facts that differ from place to place of one fault."""


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Problems of one file that differ in their place alone; mostly it is a single one."""

    problems: tuple[Problem, ...]

    @property
    def head(self) -> Problem:
        """The first of them, which says what is wrong and what can be done about it."""
        return self.problems[0]

    @property
    def places(self) -> tuple[Problem, ...]:
        """All of them, if there are several."""
        return self.problems if len(self.problems) > 1 else ()

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.head.severity


def grouped(problems: Iterable[Problem]) -> tuple[ProblemGroup, ...]:
    """Return *problems* in groups, each where its first one stood."""
    groups: dict[Hashable, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(_alike(problem), []).append(problem)
    return tuple(ProblemGroup(tuple(found)) for found in groups.values())


def tally(groups: Iterable[ProblemGroup]) -> Counter[Severity]:
    """Return how many *groups* there are of each severity."""
    return Counter(group.severity for group in groups)


def _alike(problem: Problem) -> Hashable:
    """Return what problems of one group have in common."""
    found = problem.finding
    facts = tuple(fact for fact in found.facts if fact[0] not in _OF_A_PLACE)
    return (
        found.kind,
        found.severity,
        found.path,
        facts,
        found.leniency,
        problem.link,
        problem.remedies,
    )
