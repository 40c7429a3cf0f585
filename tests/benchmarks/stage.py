"""The stage of the window's measurements: the real window over the real engine thread."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from redoscope_gui import theme
from redoscope_gui.engine import EngineThread
from redoscope_gui.session import Session
from redoscope_gui.settings import Settings
from redoscope_gui.views.hex import HexView
from redoscope_gui.views.map import MapView
from redoscope_gui.views.timeline import TimelineView
from redoscope_gui.window import MainWindow
from redoscope_gui.window.start import SWITCH_INTERVAL

__all__ = ["Figures", "PaintWatch", "Stage", "beaten", "peak_mebibytes", "raised", "turn_wheel"]

_PATIENCE = 60.0
_WAKE = 20
_PERCENT = 100
_BEAT = 5


@dataclass
class Figures:
    """Milliseconds of one kind, and what they should be."""

    name: str
    goal: float
    share: int = 95
    """Percentile that the goal is about; 100 for the greatest."""
    taken: list[float] = field(default_factory=list)

    def at(self, share: int) -> float:
        """Return a percentile."""
        ordered = sorted(self.taken)
        return ordered[min(len(ordered) - 1, len(ordered) * share // _PERCENT)]

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.at(self.share) <= self.goal

    def line(self) -> str:
        """Return the row of the table."""
        of = "max" if self.share == _PERCENT else f"p{self.share}"
        told = "".join(f"{self.at(share):10.1f}" for share in (50, 95, 99, _PERCENT))
        verdict = "met" if self.met else "MISSED"
        return f"{self.name:52}{len(self.taken):6}{told}   {of:>3} <= {self.goal:5.0f}  {verdict}\n"


class PaintWatch(QObject):
    """Counts how often a widget is painted, or only while something holds."""

    def __init__(self, widget: QWidget, while_: Callable[[], bool] = lambda: True) -> None:
        super().__init__(widget)
        self.paints = 0
        self._while = while_
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._while():
            self.paints += 1
        return False


class Stage:
    """A window with a chain in it, and a clock."""

    def __init__(self, app: QApplication, window: MainWindow, session: Session) -> None:
        self.app = app
        self.window = window
        self.session = session
        self._waker = QTimer(interval=_WAKE)
        self._waker.start()

    @property
    def map(self) -> MapView:
        """The map pane."""
        assert self.window.explorer.map_view is not None
        return self.window.explorer.map_view

    @property
    def hex(self) -> HexView:
        """The hex pane."""
        assert self.window.panes.hex_view is not None
        return self.window.panes.hex_view

    @property
    def timeline(self) -> TimelineView:
        """The timeline."""
        assert self.window.explorer.timeline_view is not None
        return self.window.explorer.timeline_view

    @property
    def cells(self) -> QWidget:
        """What the cells of the map are painted on."""
        plot = self.map.canvas.picture
        assert plot is not None
        viewport: QWidget = plot.viewport()
        return viewport

    def wait(self, over: Callable[[], bool]) -> None:
        """Turn the event loop until *over*."""
        end = time.perf_counter() + _PATIENCE
        flags = QEventLoop.ProcessEventsFlag.AllEvents
        while not over():
            assert time.perf_counter() < end, "nothing happened for a minute"
            self.app.processEvents(flags | QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def wait_quiet(self) -> None:
        """Wait until nothing is asked for, and for the timers that ask again."""
        quiet_since = time.perf_counter()
        while time.perf_counter() - quiet_since < 0.3:
            if self.session.busy:
                quiet_since = time.perf_counter()
            self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def timed(self, act: Callable[[], object], over: Callable[[], bool]) -> float:
        """Return the milliseconds from *act* until *over* holds."""
        start = time.perf_counter()
        act()
        self.wait(over)
        return (time.perf_counter() - start) * 1000


@contextmanager
def raised(app: QApplication) -> Generator[Stage]:
    """Show an empty window."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    theme.apply_theme(app, theme.DARK)
    engine = EngineThread()
    session = Session(engine)
    with TemporaryDirectory() as folder:
        window = MainWindow(session, Settings(Path(folder) / "redoscope.ini"))
        window.resize(1680, 940)
        window.show()
        try:
            yield Stage(app, window, session)
        finally:
            window.close()
            session.close()
            engine.shutdown()


@contextmanager
def beaten(lag: Figures, act: Callable[[], None] = lambda: None) -> Generator[None]:
    """Take down in *lag* how late each beat of 5 ms comes, and *act* at each."""
    last = time.perf_counter()

    def beat() -> None:
        nonlocal last
        now = time.perf_counter()
        lag.taken.append(max(0.0, (now - last) * 1000 - _BEAT))
        last = now
        act()

    beating = QTimer(interval=_BEAT, timerType=Qt.TimerType.PreciseTimer)
    beating.timeout.connect(beat)
    beating.start()
    try:
        yield
    finally:
        beating.stop()


def turn_wheel(widget: QWidget, point: QPointF, notches: int) -> None:
    """Turn the wheel over *point* of *widget*."""
    event = QWheelEvent(
        point,
        QPointF(widget.mapToGlobal(point.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def peak_mebibytes() -> float:
    """Return the most memory that this process ever had, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # getrusage would count what the process had that started this one, too.
        words = status.read_text(encoding="ascii").split()
        return int(words[words.index("VmHWM:") + 1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
