"""No frame is half of what was and half of what comes, however long the engine takes."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QRect
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from tests.gui.endurance.clipping import clipped
from tests.gui.endurance.stage import Stage

from redoscope_gui import theme
from redoscope_gui.engine import Lane

pytestmark = pytest.mark.usefixtures("usual_look")

PATIENCE = 20.0


@dataclass(frozen=True)
class Holding:
    """Keeps the engine thread from everything else until it is let go."""

    free: threading.Event

    def run(self) -> None:
        assert self.free.wait(PATIENCE)


@pytest.fixture
def held(stage: Stage, sample: Path) -> Generator[Stage]:
    """The sample on screen, and an engine that answers nothing from now on."""
    stage.window.resize(1280, 720)
    stage.open(sample / "office-000005.vmdk")
    free = threading.Event()
    stage.session.asking.submit(Lane.WRITE, "held", Holding(free), lambda _answer: None)
    yield stage
    free.set()
    stage.settle()


def frame() -> None:
    """Let the window draw what it has, as it would between two turns of the loop."""
    for _ in range(3):
        QCoreApplication.processEvents()


def colours_in(part: QWidget) -> set[str]:
    picture = part.grab().toImage()
    spots = ((x, y) for x in range(0, picture.width(), 2) for y in range(0, picture.height(), 2))
    return {QColor(picture.pixel(x, y)).name() for x, y in spots}


def test_after_the_theme_everything_has_its_new_colours_at_once(held: Stage) -> None:
    view = held.window.explorer.map_view
    assert view is not None
    assert view.canvas.picture is not None
    dark, swatches = theme.colour("absent").name(), view.legend.entries
    parts = (view.legend, view.strip, view.canvas.picture)
    assert all(dark in colours_in(part) for part in parts)
    held.window.commands.run("view.light")
    # No turn of the loop in between: what would be painted first is looked at.
    light = theme.colour("absent").name()
    for part in parts:
        assert dark not in colours_in(part), part
        assert light in colours_in(part), part
    changed = zip(swatches, view.legend.entries, strict=True)
    assert all(old.colour != new.colour for old, new in changed)
    assert held.session.busy
    assert clipped(held.window) == []


@pytest.mark.parametrize("steps", ["view.zoom_in", "view.zoom_out"])
def test_after_a_text_zoom_nothing_is_cut_or_overprinted(held: Stage, steps: str) -> None:
    for _ in range(2):
        held.window.commands.run(steps)
        frame()
        assert held.session.busy
        assert clipped(held.window) == []


def test_while_another_disk_is_opened_the_status_bar_does_not_overprint(
    held: Stage, sample: Path
) -> None:
    held.window.open_path(sample / "office-000002-child1a.vmdk")
    frame()
    assert held.session.busy
    bar = held.window.statusBar()
    shown = [part for part in bar.findChildren(QWidget) if part.isVisible()]
    top = [part for part in shown if part.parentWidget() is bar]
    boxes = [QRect(part.mapTo(bar, QPoint()), part.size()) for part in top]
    crossing = [
        (one, other)
        for n, one in enumerate(boxes)
        for other in boxes[n + 1 :]
        if one.intersects(other)
    ]
    assert crossing == []
    assert clipped(held.window) == []
