"""What the tests of the window share: a session, a window, the sample chain, and no leaks."""

from __future__ import annotations

import gc
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from redoscope_core import make_sample
from redoscope_gui import theme
from redoscope_gui.engine import EngineThread
from redoscope_gui.session import Session
from redoscope_gui.settings import Settings
from redoscope_gui.window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytestqt.qtbot import QtBot


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """The application in the dark theme."""
    theme.apply_theme(qapp, theme.DARK)
    return qapp


@pytest.fixture(scope="session", autouse=True)
def rings_end_here() -> Generator[None]:
    """Keep Python from ending widgets in the engine thread; every test is swept after it."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="module", autouse=True)
def what_stays_is_not_swept() -> None:
    """Look, in the sweep after each test, only at what is newer than the tests of this file.

    Modules, tests and caches are most of what is alive: to walk over them after every test took
    longer than the tests themselves.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def nothing_leaks(dressed: QApplication) -> Generator[None]:
    """Fail a test that leaves a window, a running timer or a thread behind."""
    threads = set(threading.enumerate())
    windows = set(dressed.topLevelWidgets())
    yield
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
    gc.collect()
    left = [w for w in dressed.topLevelWidgets() if w not in windows and w.isWindow()]
    assert [type(w).__name__ for w in left if w.isVisible()] == []
    timers = [t for t in gc.get_objects() if type(t) is QTimer and isValid(t) and t.isActive()]
    assert [f"timer of {t.parent()!r}" for t in timers] == []
    assert [t.name for t in threading.enumerate() if t not in threads] == []
    assert not any(map(theme.branch_of, range(40))), "the branches of a chain that was left"


@pytest.fixture
def engine() -> Generator[EngineThread]:
    """The engine with its thread."""
    engine = EngineThread()
    yield engine
    assert engine.shutdown(), "the engine thread did not end"


@pytest.fixture
def session() -> Generator[Session]:
    """A session whose engine answers before a call returns."""
    engine = EngineThread(inline=True)
    session = Session(engine)
    yield session
    session.close()
    engine.shutdown()


@pytest.fixture
def threaded_session(engine: EngineThread) -> Generator[Session]:
    """A session over the true engine thread."""
    session = Session(engine)
    yield session
    session.close()


@pytest.fixture(scope="session")
def sample_machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample, with all of its machine, made once: only for reading."""
    folder = tmp_path_factory.mktemp("machine") / "office"
    for _ in make_sample(folder):
        pass
    return folder


@pytest.fixture(scope="session")
def sample(sample_machine: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chain of the sample, without the machine that runs on it: only for reading."""
    folder = tmp_path_factory.mktemp("sample") / "office"
    folder.mkdir()
    for link in sample_machine.glob("office*.vmdk"):
        shutil.copy2(link, folder)
    return folder


@pytest.fixture
def own_sample(sample: Path, tmp_path: Path) -> Path:
    """A copy of the sample chain that a test may change."""
    return Path(shutil.copytree(sample, tmp_path / "own"))


@pytest.fixture
def tip(sample: Path) -> Path:
    """The newest link of the main chain of the sample."""
    return sample / "office-000005.vmdk"


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that no other test sees, and that lie beside no disk."""
    return Settings(tmp_path_factory.mktemp("settings") / "redoscope.ini")


@pytest.fixture
def window(qtbot: QtBot, session: Session, settings: Settings) -> MainWindow:
    """The real window, shown, over the inline engine; nothing is open in it."""
    window = MainWindow(session, settings)
    qtbot.addWidget(window)
    window.resize(1400, 900)
    with qtbot.waitExposed(window):
        window.show()
    return window


@pytest.fixture
def explorer(window: MainWindow, own_sample: Path) -> MainWindow:
    """The window with a sample chain that may be changed."""
    window.open_path(own_sample / "office-000005.vmdk")
    return window
