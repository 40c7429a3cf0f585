"""Rings of objects end in the GUI thread.

Python looks for rings in whatever thread happens to allocate. Where one holds widgets, say those
of a closed dialog, Qt would then take them down in the engine thread, while they are painted.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

__all__ = ["Sweeping"]

_EVERY = 500
"""Milliseconds between two looks."""
_YOUNG, _MIDDLE, _OLD = range(3)
_BOUNDS = (2000, 10, 10)
"""As those of `gc.set_threshold`: new objects; sweeps of each generation before the next."""


class Sweeping(QObject):
    """From `start` on Python's own search for rings is off, and this one runs instead."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settled = False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self.sweep)

    def start(self) -> None:
        """Take over; in the GUI thread."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Sweep a last time and give back."""
        self._timer.stop()
        gc.unfreeze()
        gc.collect()
        gc.enable()

    def sweep(self) -> None:
        """Sweep the oldest generation that is due, and with it those below."""
        counts = gc.get_count()
        due = [each for each in (_YOUNG, _MIDDLE, _OLD) if counts[each] > _BOUNDS[each]]
        if due:
            gc.collect(due[-1])
        if due[-1:] == [_OLD] and not self._settled:
            # What has been imported by now stays; to look through it again takes 70 ms each time.
            gc.freeze()
            self._settled = True
