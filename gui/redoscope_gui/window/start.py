"""Start the window: Qt, engine thread, session, window; and end them in order."""

from __future__ import annotations

import faulthandler
import os
import signal
import socket
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QSize, QSocketNotifier, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

import redoscope_core as core
from redoscope_gui import theme
from redoscope_gui.engine import EngineThread, Sweeping
from redoscope_gui.session import Session
from redoscope_gui.settings import Settings, crash_file
from redoscope_gui.window.alarm import Alarm
from redoscope_gui.window.looks import desktop_scheme
from redoscope_gui.window.main import MainWindow
from redoscope_gui.window.raising import tell_errors
from redoscope_gui.window.screenshot import Screenshot

__all__ = ["NO_DISPLAY", "SWITCH_INTERVAL", "Wanted", "open_window"]

NO_DISPLAY = 2
"""Exit status when there is no display to open a window on."""
NOT_SAVED = 2
"""Exit status when a picture was asked for and none was saved."""
SWITCH_INTERVAL = 0.001
"""Seconds after which a thread at work in Python lets the window go on, where 0.005 are usual."""
_PATIENCE = 1500
"""Milliseconds until the sample is drawn: what the user opens meanwhile comes first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the window is to begin."""

    paths: tuple[Path, ...] = ()
    screenshot: Path | None = None
    """Save a picture here and end, instead of waiting for the user."""
    scheme: str = ""
    """The theme; empty for the one remembered, or the one of the desktop."""
    size: tuple[int, int] | None = None
    """Pixels; None for the size remembered."""
    force: bool = False
    """Whether the picture may replace a file that is no disk."""
    sector: int = 0
    """Where to begin."""


def open_window(wanted: Wanted) -> int:
    """Open the window, or save its picture, and return the exit status of the program."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    app = _application(offscreen=wanted.screenshot is not None)
    if app is None:
        sys.stderr.write(
            "redoscope: no display answers, so there is no window: start it in a desktop session, "
            "or use `redoscope --help` for the commands that need none\n"
        )
        return NO_DISPLAY
    with ExitStack() as stack:
        _note_crashes(stack)
        sweeping = Sweeping()
        sweeping.start()
        stack.callback(sweeping.stop)
        settings = _settings(wanted, stack)
        theme.apply_theme(app, wanted.scheme or settings.scheme or desktop_scheme(), settings.zoom)
        tell_errors("redoscope_gui")
        windows = [_window(path, wanted, settings, stack) for path in wanted.paths or (None,)]
        if wanted.screenshot is not None:
            return _save_picture(app, windows[0], wanted)
        alarm = Alarm(windows[0])
        alarm.install()
        stack.callback(alarm.remove)
        _close_on_signals(windows, stack)
        return app.exec()


def _settings(wanted: Wanted, stack: ExitStack) -> Settings:
    """Return the user's settings; for a picture fresh ones, so that it is the same for everyone."""
    if wanted.screenshot is None:
        return Settings()
    folder = stack.enter_context(TemporaryDirectory(prefix="redoscope-"))
    return Settings(Path(folder) / "redoscope.ini")


def _application(*, offscreen: bool) -> QApplication | None:
    """Return the application, or None if no display answers."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    if offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    asked = os.environ.get("QT_QPA_PLATFORM")
    if not asked and sys.platform.startswith("linux"):
        first = "wayland;xcb" if os.environ.get("WAYLAND_DISPLAY") else "xcb"
        os.environ["QT_QPA_PLATFORM"] = f"{first};offscreen"
        if not os.environ.get("WAYLAND_DISPLAY") and not os.environ.get("DISPLAY"):
            return None
    qInstallMessageHandler(_quiet)
    app = QApplication(sys.argv[:1])
    qInstallMessageHandler(None)
    app.setApplicationName("Redoscope")
    app.setDesktopFileName("redoscope")
    if not asked and QGuiApplication.platformName() == "offscreen":
        return None
    return app


def _quiet(kind: QtMsgType, _context: object, text: str) -> None:
    """Keep quiet about platforms that were tried in vain; say what ends the program."""
    if kind is QtMsgType.QtFatalMsg:
        sys.stderr.write(f"redoscope: {text}\n")


def _note_crashes(stack: ExitStack) -> None:
    """Have the stacks of all threads written to a file if the interpreter itself crashes."""
    try:
        crash_file().parent.mkdir(parents=True, exist_ok=True)
        file = stack.enter_context(crash_file().open("a", encoding="utf-8"))
    except OSError:
        return
    faulthandler.enable(file)
    stack.callback(faulthandler.disable)


def _window(path: Path | None, wanted: Wanted, settings: Settings, stack: ExitStack) -> MainWindow:
    """Return a window that is shown already, and opens *path* as soon as it is painted."""
    engine = EngineThread()
    stack.callback(engine.shutdown)
    session = Session(engine)
    stack.callback(session.close)
    window = MainWindow(session, settings)
    if wanted.size is None:
        window.show_first()
    else:
        window.show()
        window.resize(QSize(*wanted.size))
    if path is None and wanted.screenshot is None:
        QTimer.singleShot(_PATIENCE, window, window.first_page.draw_sample)
    elif path is not None:
        QTimer.singleShot(0, window, lambda: window.open_path(path, wanted.sector))
    return window


def _close_on_signals(windows: list[MainWindow], stack: ExitStack) -> None:
    """Close the windows on Ctrl-C, SIGTERM and SIGHUP, which Qt's loop alone would not hear.

    Signals that are ignored stay so: a window that `nohup` started outlives its terminal.
    """
    reader, writer = socket.socketpair()
    for end in (reader, writer):
        end.setblocking(False)
        stack.callback(end.close)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: reader.recv(64))
    stack.callback(notifier.setEnabled, False)
    signal.set_wakeup_fd(writer.fileno())
    stack.callback(signal.set_wakeup_fd, -1)

    def close(_number: int, _frame: object) -> None:
        for window in windows:
            window.close()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            stack.callback(signal.signal, number, signal.signal(number, close))


def _save_picture(app: QApplication, window: MainWindow, wanted: Wanted) -> int:
    outcome: list[str] = []

    def taken(failure: str) -> None:
        outcome.append(failure)
        app.quit()

    file = wanted.screenshot or Path("redoscope.png")
    picture = Screenshot(window, file, taken, force=wanted.force)
    app.exec()
    picture.deleteLater()
    if outcome == [""]:
        return 0
    failure = outcome[0] if outcome else core.printable(f"{file}: the window was closed before")
    sys.stderr.write(f"redoscope: {failure}; the picture was not saved\n")
    return NOT_SAVED
