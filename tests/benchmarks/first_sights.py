"""Be the program once: start on a disk, print when the window and its map were first seen, end.

    python -m tests.benchmarks.first_sights DISK BEGUN

BEGUN is the time at which the process was asked for. Nothing is imported that the program does
not import itself.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from redoscope_gui.window.main import MainWindow
from redoscope_gui.window.start import Wanted, open_window

__all__ = ["FirstSights", "main"]


class FirstSights(QObject):
    """Notes when the window is first painted and when the cells of its map are; then closes it."""

    def __init__(self, begun: float) -> None:
        super().__init__()
        self.begun = begun
        self.seen: dict[str, float] = {}

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            window = watched.window()
            if isinstance(window, MainWindow):
                self.seen.setdefault("paint", self._now())
                self._look(window, watched)
        return False

    def _look(self, window: MainWindow, painted: QWidget) -> None:
        view = window.explorer.map_view
        plot = None if view is None else view.canvas.picture
        if view is None or plot is None or "map" in self.seen:
            return
        if view.canvas.asking.drawn is not None and painted is plot.viewport():
            self.seen["map"] = self._now()
            QTimer.singleShot(0, window.close)

    def _now(self) -> float:
        return (time.time() - self.begun) * 1000


def main() -> None:
    """Start, and print the milliseconds."""
    app = QApplication([])
    sights = FirstSights(float(sys.argv[2]))
    app.installEventFilter(sights)
    open_window(Wanted((Path(sys.argv[1]),)))
    sys.stdout.write(json.dumps(sights.seen) + "\n")


if __name__ == "__main__":
    main()
