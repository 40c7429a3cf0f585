"""The window from 1024x640 to 3840x2160, at three scales: nothing is cut off, nothing collides."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QTabBar,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)
from pytestqt.qtbot import QtBot
from tests.gui.endurance.clipping import clipped
from tests.gui.endurance.screen import wide_screen
from tests.gui.endurance.stage import Stage, run_until

pytestmark = pytest.mark.usefixtures("untouched")

LONG = 90
"""Seconds that a child process may take."""


@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
def test_nothing_is_cut_off_at_scale(sample: Path, tmp_path: Path, scale: str) -> None:
    told = {
        "QT_QPA_PLATFORM": wide_screen(tmp_path),
        "QT_SCALE_FACTOR": scale,
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
    }
    words = ["-m", "tests.gui.endurance.sized", sample / "office-000005.vmdk", tmp_path / "s.ini"]
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        env=os.environ | told,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.stdout.splitlines() == []
    assert done.returncode == 0


def test_sizes_follow_each_other_without_harm(stage: Stage, sample: Path) -> None:
    """Small, huge and back while answers are on their way; the map fits the window in the end."""
    stage.open(sample)
    view = stage.window.explorer.map_view
    assert view is not None
    for size in ((1024, 640), (3840, 2160), (1024, 640), (2560, 700), (1024, 2160)) * 2:
        stage.window.resize(*size)
        QCoreApplication.processEvents()
    stage.window.resize(1024, 640)
    stage.settle()
    assert stage.window.size().toTuple() == (1024, 640)
    run_until(lambda: view.canvas.asking.drawn is not None)
    edge = view.mapTo(stage.window, QPoint(view.width(), view.height()))
    assert edge.x() <= 1024
    assert edge.y() <= 640


def test_the_least_size_holds(stage: Stage, sample: Path) -> None:
    """What the panes need at least is not more than the least window the design promises."""
    stage.open(sample)
    stage.window.commands.run("window.reset")
    least = stage.window.minimumSizeHint().expandedTo(stage.window.minimumSize())
    assert least.width() <= 1024
    assert least.height() <= 640


def test_the_finder_finds(qtbot: QtBot) -> None:
    """A judge that never objects would prove nothing."""
    box = QWidget()
    qtbot.addWidget(box)
    box.resize(200, 200)
    narrow = QLabel("these words are far too long for it", box)
    narrow.setGeometry(5, 5, 60, 20)
    outside = QPushButton("out", box)
    outside.setGeometry(180, 10, 60, 30)
    one, other = QLabel("one", box), QLabel("other", box)
    one.setGeometry(10, 60, 60, 20)
    other.setGeometry(40, 65, 60, 20)
    dotted = QLabel("a name that was shor…ned", box)
    dotted.move(5, 82)
    flat = QPushButton("flat", box)
    flat.setGeometry(100, 60, 60, 9)
    table = QTableWidget(1, 1, box)
    table.setGeometry(0, 100, 120, 60)
    table.setHorizontalHeaderLabels(["a head that is far too wide"])
    table.setItem(0, 0, QTableWidgetItem("a cell that is far too wide"))
    table.setColumnWidth(0, 40)
    tabs = QTabBar(box)
    tabs.setGeometry(0, 170, 60, 25)
    tabs.setElideMode(Qt.TextElideMode.ElideRight)
    tabs.setUsesScrollButtons(False)
    tabs.addTab("the first of two tabs")
    tabs.addTab("the second of two tabs")
    with qtbot.waitExposed(box):
        box.show()
    found = "\n".join(clipped(box))
    assert "shor…ned': shortened, without a tool tip" in found
    assert "'flat': (60, 9) of the" in found
    assert "'a cell that is far too wide' is cut" in found
    assert "'a head that is far too wide' is cut" in found
    assert "'the second of two tabs' is cut" in found
    assert "far too long" in found
    assert "outside its parent" in found
    assert "lies on" in found
