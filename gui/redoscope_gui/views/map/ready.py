"""Maps kept ready: scrubbing through the generations then only swaps pictures.

What was drawn is exact and a chain does not change, so a kept map is shown without asking again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from redoscope_gui.maps import MapDrawn, MapMode, MapScope
from redoscope_gui.maps.shelf import SHELF
from redoscope_gui.requests import DrawMap
from redoscope_gui.session import Session

__all__ = ["ReadyMaps"]

_MOST_AHEAD = 64
"""Generations drawn ahead, the nearest first."""
_REST = 120
"""Milliseconds that a map stands before the other generations are drawn ahead."""


class ReadyMaps(QObject):
    """The maps of one view that were drawn lately, and those of the other generations."""

    def __init__(self, session: Session, name: str, parent: QObject) -> None:
        """Draw ahead under keys that begin with *name*."""
        super().__init__(parent)
        self._session = session
        self._name = name
        self._around: tuple[MapScope, Callable[[int], MapScope]] | None = None
        self._resting = QTimer(self, singleShot=True, interval=_REST)
        self._resting.timeout.connect(self._fetch)
        session.chain_changed.connect(self.clear)

    def __len__(self) -> int:
        return SHELF.count(self)

    def clear(self) -> None:
        """Forget everything: another chain is shown."""
        SHELF.forget(self)
        self.stop()

    def stop(self) -> None:
        """Draw nothing more ahead."""
        self._around = None
        self._resting.stop()

    def find(self, scope: MapScope) -> MapDrawn | None:
        """Return the map of *scope* if it is here."""
        found = SHELF.find(self, _key(scope))
        return found if isinstance(found, MapDrawn) else None

    def keep(self, answer: MapDrawn) -> None:
        """Keep a map of the shown chain for a while."""
        if answer.scope.chain is self._session.chain:
            SHELF.keep(self, _key(answer.scope), answer, lambda: answer.arrays)

    def fetch_around(self, shown: MapScope, other: Callable[[int], MapScope]) -> None:
        """Draw the generations around *shown* ahead once it has stood for a while.

        *other* returns the same scope of another generation.
        """
        if shown.mode in {MapMode.MATRIX, MapMode.EXACT, MapMode.CONTENT}:
            return  # of other generations it is another map, or not known
        self._around = (shown, other)
        self._resting.start()

    def _fetch(self) -> None:
        if self._around is None:
            return
        shown, other = self._around
        self._around = None
        everything = range(len(shown.chain.links))
        near = sorted(everything, key=lambda each: abs(each - shown.generation))
        for generation in near[1 : _MOST_AHEAD + 1]:
            scope = other(generation)
            if not SHELF.holds(self, _key(scope)):
                self._session.prefetch(f"{self._name}-{generation}", DrawMap(scope), self.keep)


def _key(scope: MapScope) -> MapScope:
    """Return what two scopes of the same map share."""
    return replace(scope, generation=0) if scope.mode is MapMode.MATRIX else scope
