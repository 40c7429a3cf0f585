"""The book of problems: who found what to be wrong, and one list of it, worst first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

import redoscope_core as core
from redoscope_gui.session.problem import (
    Problem,
    as_allowed,
    from_error,
    from_finding,
    from_forest,
    from_tables,
    merged,
)

if TYPE_CHECKING:
    from redoscope_core import Finding, Forest, Policy, VmdkError
    from redoscope_gui.requests import LinkCount

__all__ = ["ProblemBook"]


class ProblemBook(QObject):
    """What is wrong with what is open, as it is found."""

    changed = Signal()
    """The list is another one."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._policy = core.Policy()
        self._of_forest: tuple[Problem, ...] = ()
        self._of_machine: tuple[Problem, ...] = ()
        self._of_chain: tuple[Problem, ...] = ()
        self._of_tables: dict[Path, tuple[Problem, ...]] = {}
        self._of_views: tuple[Problem, ...] = ()
        self._all: tuple[Problem, ...] | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with what is open, worst first."""
        if self._all is None:
            self._all = self._merged()
        return self._all

    def _merged(self) -> tuple[Problem, ...]:
        found = [problem for problems in self._of_tables.values() for problem in problems]
        known = {problem.gist for problem in found}
        # What a view met while it read may be told already, of another sector.
        met = (problem for problem in self._of_views if problem.gist not in known)
        every = (met, self._of_chain, self._of_forest, self._of_machine, found)
        return merged(*((as_allowed(one, self._policy) for one in group) for group in every))

    def begin(self, forest: Forest, policy: Policy) -> None:
        """Begin anew with what the links of *forest*, found under *policy*, say."""
        self.clear()
        self._policy = policy
        self._of_forest, self._all = from_forest(forest), None

    def clear(self) -> None:
        """Forget everything: nothing is open."""
        self._of_forest = self._of_machine = self._of_chain = self._of_views = ()
        self._of_tables = {}
        self._all = None

    def take_chain(self, problems: Iterable[Problem]) -> None:
        """Take *problems* for all that is known of the chosen chain as a whole."""
        self._of_chain, self._all = tuple(problems), None

    def take_machine(self, problems: Iterable[Problem]) -> None:
        """Take *problems* for all that is known of the machine that is shown."""
        self._of_machine, self._all = tuple(problems), None

    def note_counts(
        self,
        tip: Path | None,
        counts: Mapping[Path, LinkCount],
        errors: Mapping[Path, VmdkError],
        findings: Iterable[Finding],
    ) -> None:
        """Take down what was counted, and *findings* of the chain below *tip*; tell what is new."""
        before = self.problems
        if tip is not None:
            self.take_findings(tip, findings)
        self.take_counts(counts, errors)
        if self.problems != before:
            self.changed.emit()

    def take_findings(self, tip: Path, findings: Iterable[Finding]) -> None:
        """Add *findings* about how the links of the chain below *tip* fit together."""
        told = (from_finding(finding, tip) for finding in findings)
        self._of_chain, self._all = merged(self._of_chain, told), None

    def take_counts(
        self, counts: Mapping[Path, LinkCount], errors: Mapping[Path, VmdkError]
    ) -> None:
        """Take down what the tables of links, by path, were found to be like."""
        told: dict[Path, tuple[Problem, ...]] = {}
        told |= {path: (from_error(error, path),) for path, error in errors.items()}
        told |= {path: from_tables(path, count) for path, count in counts.items()}
        # Most links are sound, and most are counted again and again.
        new = {
            path: found for path, found in told.items() if self._of_tables.get(path, ()) != found
        }
        if new:
            self._of_tables |= new
            self._all = None

    def report(self, error: Exception, path: Path | None = None) -> Problem:
        """Take down what a view met; *path* says where if the error does not."""
        problem = from_error(error, path)
        if problem not in self._of_views:
            self._of_views, self._all = (problem, *self._of_views), None
            self.changed.emit()
        return problem
