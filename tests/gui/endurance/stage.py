"""A window over the true engine thread, to be treated badly; and what must hold afterwards."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer

from redoscope_gui.engine import EngineThread
from redoscope_gui.session import Session
from redoscope_gui.settings import Settings
from redoscope_gui.window import MainWindow

__all__ = ["Stage", "evidence", "open_stage", "run_until"]

PATIENCE = 20.0
_TICK = 5


@dataclass(frozen=True, slots=True)
class Stage:
    """The program as `open_window` puts it together."""

    engine: EngineThread
    session: Session
    window: MainWindow

    def open(self, path: Path) -> None:
        """Open *path* and wait for everything that follows from it."""
        self.window.open_path(path)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is asked for any more."""
        run_until(lambda: not self.session.busy)
        QCoreApplication.processEvents()
        run_until(lambda: not self.session.busy)

    def leave(self) -> float:
        """End as the program does, and return how many seconds that took."""
        begun = time.perf_counter()
        self.window.close()
        self.session.close()
        ended = self.engine.shutdown()
        took = time.perf_counter() - begun
        assert ended, "the engine thread did not end"
        for owner in (self.window, self.session):
            owner.deleteLater()
        for _ in range(3):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QCoreApplication.processEvents()
        # What Qt has in the rings of a closed window must not end in the thread of the next engine.
        gc.collect()
        return took


@contextmanager
def open_stage(settings: Path, size: tuple[int, int] = (1400, 900)) -> Iterator[Stage]:
    """Give a shown window with nothing open; leave it if the caller has not."""
    engine = EngineThread()
    session = Session(engine)
    window = MainWindow(session, Settings(settings))
    stage = Stage(engine, session, window)
    window.resize(*size)
    window.show()
    QCoreApplication.processEvents()
    try:
        yield stage
    finally:
        if engine.alive:
            stage.leave()


def run_until(done: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Run the event loop until *done* says so."""
    if done():
        return
    loop = QEventLoop()
    until = time.monotonic() + patience
    timer = QTimer()

    def look() -> None:
        if done() or time.monotonic() > until:
            loop.quit()

    timer.timeout.connect(look)
    timer.start(_TICK)
    while not done() and time.monotonic() < until:
        # The end of the last window ends every loop that runs.
        loop.exec()
    timer.stop()
    assert done(), "it did not come to that"


def evidence(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Return length, time of change and digest of every file below *folder*, by its name."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            status = path.stat()
            name = str(path.relative_to(folder))
            found[name] = (status.st_size, status.st_mtime_ns, _digest(path))
    return found


def _digest(path: Path) -> str:
    """Return the digest of what is stored in *path*; holes are passed over, their places count."""
    digest = blake3()
    with path.open("rb") as file:
        end = os.fstat(file.fileno()).st_size
        place = 0
        while place < end:
            try:
                place = os.lseek(file.fileno(), place, os.SEEK_DATA)
            except OSError:
                break
            until = os.lseek(file.fileno(), place, os.SEEK_HOLE)
            digest.update(f"{place}-{until}".encode())
            while place < until:
                part = os.pread(file.fileno(), min(until - place, 4 << 20), place)
                digest.update(part)
                place += len(part)
    return digest.hexdigest()
