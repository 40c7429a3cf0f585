"""Take a picture of the window once everything in it is drawn."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QTimer

import redoscope_core as core
from redoscope_core import SECTOR, VmdkError
from redoscope_gui.window.main import MainWindow

__all__ = ["Screenshot"]

_TICK = 40
_QUIET = 0.5
"""Seconds without work after which the window counts as drawn."""
_PATIENCE = 60.0
_TRIED = 64


class Screenshot(QObject):
    """Waits for quiet, saves, and calls *taken* with what went wrong, or with nothing.

    A file that is there is only replaced with *force*, and a disk or a piece of one never.
    """

    def __init__(
        self, window: MainWindow, file: Path, taken: Callable[[str], None], *, force: bool = False
    ) -> None:
        super().__init__(window)
        self._window = window
        self._file = file
        self._taken = taken
        self._force = force
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
            self._end(core.printable(f"{self._file}: the window did not come to rest"))
            return
        session = self._window.session
        if session.busy or now - self._quiet_since < _QUIET:
            return
        if not self._placed:
            self._placed = True
            self._quiet_since = now
            self._go_to_a_change()
            return
        self._end(self._save())

    def _save(self) -> str:
        """Save the picture, and return what went wrong; nothing if it is there."""
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        if not self._window.grab().save(buffer, "PNG"):
            return core.printable(f"{self._file}: the picture can't be made")
        chain = self._window.session.chain
        chains = () if chain is None else (chain,)
        try:
            core.save_picture(self._file, bytes(data.data()), force=self._force, chains=chains)
        except VmdkError as error:
            return str(error)
        return ""

    def _go_to_a_change(self) -> None:
        """Show the first bytes that the chosen link changed, where there is more to see."""
        session = self._window.session
        if session.chain is not None:
            link = session.chain.links[session.cursor.generation]
            starts = [int(start) for start in link.stored.start[:_TRIED]]
            told = (sector for sector in starts if _is_text(session.chain.read(sector, 1)))
            session.go_to(next(told, starts[0] if starts else 0) * SECTOR)

    def _end(self, failure: str) -> None:
        self._timer.stop()
        self._taken(failure)


def _is_text(sector: bytes) -> bool:
    """Return whether people can read most of *sector*."""
    return sum(byte in b"\r\n" or 32 <= byte < 127 for byte in sector) > len(sector) // 2  # noqa: PLR2004
