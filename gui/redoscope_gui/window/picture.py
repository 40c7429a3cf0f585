"""Take a picture of the window once everything in it is drawn."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from redoscope_gui.window.main import MainWindow

__all__ = ["Picture"]

_TICK = 40
_QUIET = 0.5
"""Seconds without work after which the window counts as drawn."""
_PATIENCE = 60.0
_SECTOR = 512
_TRIED = 64


class Picture(QObject):
    """Waits for quiet, saves, and calls *taken* with whether there is a file."""

    def __init__(self, window: MainWindow, file: Path, taken: Callable[[bool], None]) -> None:
        super().__init__(window)
        self._window = window
        self._file = file
        self._taken = taken
        self._begun = self._quiet_since = time.monotonic()
        self._placed = False
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._look)
        window.session.busy_changed.connect(self._stirred)
        self._timer.start()

    def _stirred(self, _busy: bool) -> None:  # noqa: FBT001  a slot of the signal
        self._quiet_since = time.monotonic()

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._begun > _PATIENCE:
            self._end(saved=False)
            return
        session = self._window.session
        if session.busy or now - self._quiet_since < _QUIET:
            return
        if not self._placed:
            self._placed = True
            self._quiet_since = now
            self._go_to_a_change()
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._end(saved=self._window.grab().save(str(self._file), "PNG"))

    def _go_to_a_change(self) -> None:
        """Show the first bytes that the chosen link changed, where there is more to see."""
        session = self._window.session
        if session.chain is not None:
            link = session.chain.links[session.cursor.generation]
            starts = [int(start) for start in link.stored.start[:_TRIED]]
            told = (sector for sector in starts if _is_text(session.chain.read(sector, 1)))
            session.go_to(next(told, starts[0] if starts else 0) * _SECTOR)

    def _end(self, *, saved: bool) -> None:
        self._timer.stop()
        self._taken(saved)


def _is_text(sector: bytes) -> bool:
    """Return whether people can read most of *sector*."""
    return sum(byte in b"\r\n" or 32 <= byte < 127 for byte in sector) > len(sector) // 2  # noqa: PLR2004
