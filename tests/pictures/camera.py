"""A window to be pictured: it waits until everything is drawn, then saves."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from redoscope_gui import theme
from redoscope_gui.engine import EngineThread
from redoscope_gui.session import Session
from redoscope_gui.settings import Settings
from redoscope_gui.window import MainWindow

__all__ = ["Camera", "open_window"]

_TICK = 15
_QUIET = 0.2
"""Seconds without work after which everything counts as drawn."""
_PATIENCE = 60.0


class Camera(QObject):
    """Saves pictures of *window* and its parts in *folder*."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        super().__init__(window)
        self.window = window
        self.taken: list[Path] = []
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def settle(self) -> None:
        """Let the window work until it has nothing to do."""
        loop = QEventLoop()
        begun = quiet = time.monotonic()

        def look() -> None:
            nonlocal quiet
            now = time.monotonic()
            if self.window.session.busy:
                quiet = now
            if now - quiet > _QUIET or now - begun > _PATIENCE:
                loop.quit()

        timer = QTimer(self)
        timer.timeout.connect(look)
        timer.start(_TICK)
        loop.exec()
        timer.stop()
        timer.deleteLater()

    def take(self, name: str, part: QWidget | None = None) -> None:
        """Save a picture of *part*, or of the whole window, once it is drawn."""
        self.settle()
        file = self._folder / f"{name}.png"
        shown = part or self.window
        if not shown.grab().save(str(file), "PNG"):
            raise OSError(f"{file}: the picture was not saved")
        self.taken.append(file)

    @override
    def __repr__(self) -> str:
        return f"Camera({str(self._folder)!r})"


@contextmanager
def open_window(settings: Path, size: tuple[int, int]) -> Iterator[MainWindow]:
    """Give a window over the true engine thread, with settings that nobody else sees."""
    engine = EngineThread()
    session = Session(engine)
    window = MainWindow(session, Settings(settings))
    try:
        window.resize(*size)
        window.show()
        yield window
    finally:
        window.close()
        session.close()
        engine.shutdown()
        window.deleteLater()
        theme.use_zoom(1.0)
