"""The window is closed in the middle of everything, with the true engine thread at work."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from shiboken6 import isValid
from tests.gui.endurance.stage import Stage, run_until

from redoscope_core import Chain, Progress
from redoscope_gui.maps import MapMode
from redoscope_gui.session import JobState

pytestmark = pytest.mark.usefixtures("untouched")

LONGEST = 5.0
"""Seconds that leaving may take."""
PART = 1 << 20


@dataclass(frozen=True)
class HashAll:
    """Reads a whole generation over and over: a hash of a disk that never ends."""

    chain: Chain
    begun: threading.Event = field(default_factory=threading.Event)
    ended: list[str] = field(default_factory=list)

    def run(self) -> Generator[Progress, None, None]:
        total = self.chain.capacity
        try:
            while True:
                for sector in range(0, total, PART // 512):
                    self.chain.read(sector, min(PART // 512, total - sector))
                    self.begun.set()
                    yield Progress(sector, total)
        finally:
            self.ended.append(threading.current_thread().name)


def leave(stage: Stage) -> None:
    """Leave, and see that nothing is left of it."""
    took = stage.leave()
    assert took < LONGEST
    assert not stage.engine.alive
    assert [t.name for t in threading.enumerate() if t.name == "engine"] == []
    assert not isValid(stage.window)
    assert [w for w in QApplication.topLevelWidgets() if w.isVisible()] == []


def test_with_nothing_open(stage: Stage) -> None:
    leave(stage)


@pytest.mark.parametrize("what", [".", "office-000005.vmdk"])
@pytest.mark.parametrize("turns", [0, 3, 40])
def test_while_something_is_being_opened(stage: Stage, sample: Path, what: str, turns: int) -> None:
    stage.window.open_path(sample / what)
    for _ in range(turns):
        QCoreApplication.processEvents()
    leave(stage)


def test_while_a_hundred_damaged_links_are_being_opened(stage: Stage, damaged: Path) -> None:
    stage.window.open_path(damaged)
    leave(stage)


def test_while_opening_waits_for_a_slow_disk(
    stage: Stage, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, let_go = threading.Event(), threading.Event()
    read = Chain.read

    def slow(chain: Chain, sector: int, count: int) -> bytes:
        reading.set()
        assert let_go.wait(LONGEST)
        return read(chain, sector, count)

    monkeypatch.setattr(Chain, "read", slow)
    stage.window.open_path(sample)
    run_until(reading.is_set)
    stage.window.close()
    let_go.set()
    leave(stage)


@pytest.mark.parametrize("turns", [1, 60])
def test_while_the_sample_is_being_made(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    folder = tmp_path / "made"
    monkeypatch.setattr("redoscope_gui.window.main.sample_folder", lambda: folder)
    stage.window.open_sample()
    for _ in range(turns):
        QCoreApplication.processEvents()
    leave(stage)
    half_made = [p.name for p in folder.rglob("*") if p.suffix != ".vmdk" and p.is_file()]
    assert half_made == []


def test_while_a_whole_disk_is_hashed(stage: Stage, sample: Path) -> None:
    stage.open(sample)
    assert stage.session.chain is not None
    work = HashAll(stage.session.chain)
    job = stage.session.run_job("Hash", work, lambda _none: None)
    run_until(work.begun.is_set)
    leave(stage)
    assert work.ended == ["engine"]
    assert job.state in {JobState.RUNNING, JobState.CANCELLED}


def test_while_jobs_are_being_cancelled(stage: Stage, sample: Path) -> None:
    stage.open(sample)
    assert stage.session.chain is not None
    work = [HashAll(stage.session.chain) for _ in range(5)]
    jobs = [stage.session.run_job(f"Hash {n}", one, print) for n, one in enumerate(work)]
    run_until(lambda: all(one.begun.is_set() for one in work))
    for job in jobs[::2]:
        stage.session.cancel(job)
    leave(stage)
    assert [len(one.ended) for one in work] == [1] * 5


def _scrub(stage: Stage) -> None:
    for index in (0, 5, 1, 4, 2, 3) * 5:
        stage.session.select_generation(index, jump=False)
        QCoreApplication.processEvents()


def _scroll(stage: Stage) -> None:
    for step in range(60):
        stage.session.go_to(step * 1_048_000)
        QCoreApplication.processEvents()


def _play(stage: Stage) -> None:
    view = stage.window.explorer.timeline_view
    assert view is not None
    view.play.click()
    run_until(lambda: stage.session.cursor.generation == 1)


def _read_again(stage: Stage) -> None:
    for _ in range(5):
        stage.session.reload()
        QCoreApplication.processEvents()


def _turn_modes(stage: Stage) -> None:
    view = stage.window.explorer.map_view
    assert view is not None
    for mode in MapMode:
        view.show_mode(mode)
        QCoreApplication.processEvents()


def _drag_the_map(stage: Stage) -> None:
    view = stage.window.explorer.map_view
    assert view is not None
    handle = stage.window.windowHandle()
    middle = view.canvas.mapTo(stage.window, view.canvas.rect().center())
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    for step in range(10):
        QTest.mouseMove(handle, middle + QPoint(step * 8, step * 5))


def _open_menu(stage: Stage) -> None:
    QTest.keyClick(stage.window, Qt.Key.Key_F, Qt.KeyboardModifier.AltModifier)


def _open_palette(stage: Stage) -> None:
    stage.window.commands.run("go.command")
    QTest.keyClicks(stage.window.palette_box.box, "off")


def _open_menu_of_the_bytes(stage: Stage) -> None:
    view = stage.window.panes.hex_view
    assert view is not None
    view.menu().popup(stage.window.mapToGlobal(QPoint(200, 200)))


def _hash(stage: Stage) -> None:
    stage.window.commands.run("chain.hash")


def _switch_theme_and_zoom(stage: Stage) -> None:
    for command in ("view.toggle", "view.zoom_in", "view.toggle", "view.zoom_reset"):
        stage.window.commands.run(command)
        QCoreApplication.processEvents()


def _resize(stage: Stage) -> None:
    for size in ((1024, 640), (3840, 2160), (1024, 640)):
        stage.window.resize(*size)
        QCoreApplication.processEvents()


def _cut_off(stage: Stage) -> None:
    """Leave while the tip is asked for and is no longer whole."""
    path = stage.session.cursor.path
    assert path is not None
    os.truncate(path, path.stat().st_size // 2)
    _scroll(stage)


def _close_in_an_answer(stage: Stage) -> None:
    """Ask for the end from inside the delivery of an answer."""
    seen: list[object] = []

    def end(cursor: object) -> None:
        if not seen:
            seen.append(cursor)
            stage.window.close()

    stage.session.cursor_changed.connect(end)
    stage.session.reload()
    run_until(lambda: bool(seen))


def _create_child_behind(stage: Stage) -> None:
    """Leave while a child that cannot be made is asked for."""
    stage.session.create_child(Path("/nowhere/child.vmdk"))


@pytest.mark.parametrize(
    "in_the_middle_of",
    [
        _scrub,
        _scroll,
        _play,
        _read_again,
        _turn_modes,
        _drag_the_map,
        _open_menu,
        _open_palette,
        _open_menu_of_the_bytes,
        _hash,
        _resize,
        _close_in_an_answer,
        _create_child_behind,
    ],
)
def test_in_the_middle_of(
    stage: Stage, sample: Path, in_the_middle_of: Callable[[Stage], None]
) -> None:
    stage.open(sample)
    in_the_middle_of(stage)
    leave(stage)


@pytest.mark.usefixtures("usual_look")
def test_while_the_look_changes(stage: Stage, sample: Path) -> None:
    stage.open(sample)
    _switch_theme_and_zoom(stage)
    leave(stage)


def test_while_a_link_is_cut_off(stage: Stage, own_sample: Path) -> None:
    stage.open(own_sample)
    _cut_off(stage)
    leave(stage)


@pytest.mark.parametrize(
    "command",
    ["chain.create_child", "chain.attach", "file.new_disk", "help.shortcuts", "help.about"],
)
def test_with_a_dialog_open(stage: Stage, sample: Path, command: str) -> None:
    stage.open(sample)
    stage.window.commands.run(command)
    dialogs = [d for d in QApplication.topLevelWidgets() if isinstance(d, QDialog)]
    assert any(dialog.isVisible() for dialog in dialogs)
    leave(stage)


def test_with_a_dialog_that_waits_for_its_answer(stage: Stage, own_sample: Path) -> None:
    stage.open(own_sample)
    stage.window.commands.run("chain.create_child")
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    leave(stage)
    made = own_sample / "office-000006.vmdk"
    assert not made.exists() or Chain.open(made).capacity == 131_072
    assert [p.name for p in own_sample.iterdir() if p.suffix != ".vmdk"] == []


def test_with_floating_panes(stage: Stage, sample: Path) -> None:
    stage.open(sample)
    for pane in stage.window.panes:
        pane.setFloating(True)
    QCoreApplication.processEvents()
    leave(stage)
