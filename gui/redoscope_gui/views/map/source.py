"""Asks for maps one at a time: while one is drawn only the newest wish waits.

So the picture follows a pull of any speed: each map that comes is shown, then the newest wish is
asked for. What was drawn before is there at once.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from redoscope_gui.maps import MapDrawn, MapScope
from redoscope_gui.requests import DrawMap
from redoscope_gui.session import Session
from redoscope_gui.views.map.ready import ReadyMaps

__all__ = ["MapSource"]


class MapSource(QObject):
    """The way of one view to its maps."""

    answered = Signal(object)
    """A map is to be shown; carries the MapDrawn."""
    failed = Signal(object)
    """The map cannot be drawn; carries the error."""

    def __init__(self, session: Session, key: str, parent: QObject) -> None:
        """Ask under *key*, which is no other view's."""
        super().__init__(parent)
        self._session = session
        self._key = key
        self._wanted: MapScope | None = None
        self._under_way: MapScope | None = None
        self.ready = ReadyMaps(session, f"{key}-ready", self)
        session.chain_changed.connect(self.forget)

    def forget(self) -> None:
        """Want nothing: what is under way is about a chain that is shown no more."""
        self._wanted = None
        self._under_way = None

    def want(self, scope: MapScope) -> None:
        """Have the map of *scope* shown, and no longer those of older wishes."""
        self._wanted = scope
        ready = self.ready.find(scope)
        if ready is not None:
            self.answered.emit(ready)
        elif self._under_way is None:
            self._ask(scope)

    def want_ready(self, scope: MapScope) -> bool:
        """Have the map of *scope* shown if it is here; return whether it is."""
        found = self.ready.find(scope) is not None
        if found:
            self.want(scope)
        return found

    def _ask(self, scope: MapScope) -> None:
        self._under_way = scope
        self._session.ask(self._key, DrawMap(scope), self._take, self._fail)

    def _take(self, answer: MapDrawn) -> None:
        self._under_way = None
        self.ready.keep(answer)
        wanted = self._wanted
        if wanted is None or wanted == answer.scope:
            self.answered.emit(answer)
        elif self.ready.find(wanted) is None:
            self.answered.emit(answer)
            self._ask(wanted)

    def _fail(self, error: Exception) -> None:
        self._under_way = None
        self.failed.emit(error)
