"""One changed grain among 33 million is seen by eye at every zoom: the pixels are looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.gui.sight import apart
from tests.gui.views.map_hands import plot_of, settle

from redoscope_core import Access, Chain, Disk, create_child, create_disk
from redoscope_gui import theme
from redoscope_gui.maps import MapMode
from redoscope_gui.session import Session
from redoscope_gui.views.map import MapView
from redoscope_gui.views.map.order import place_of

CAPACITY = 2**32
LONE = (2**31 + 12_345 * 128) + 128 * 77
FAR_APART = 5
"""CIELAB; 3 is seen by who looks for it."""


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A child of 2 TiB that has changed a single grain."""
    folder = tmp_path_factory.mktemp("lone")
    create_disk(folder / "base.vmdk", CAPACITY)
    with Chain.open(folder / "base.vmdk") as chain:
        create_child(chain, folder / "child.vmdk")
    with Disk.open(folder / "child.vmdk", access=Access.WRITE) as disk:
        disk.write(LONE, b"!" * 512)
    return folder / "child.vmdk"


def cell_pixels(view: MapView, image: QImage) -> list[QColor]:
    """The pixels of the cell that holds the lone grain."""
    window, plot = view.canvas.asking.drawn_stretch, plot_of(view)
    assert window is not None
    cell = window.cell_of(LONE)
    assert cell is not None
    row, column = place_of(cell, window)
    box, (width, height) = plot.cells_box(), plot.cell_extent()
    area = QRectF(box.x() + column * width, box.y() + row * height, width, height)
    centre = area.center()
    places = [centre, centre - QPointF(1, 0), centre - QPointF(0, 1)]
    return [image.pixelColor(place.toPoint()) for place in places]


def stands_out(view: MapView) -> bool:
    """Whether one of these pixels is far from the colour of what nobody stored."""
    plot = plot_of(view)
    plot.frame_cursor(None)
    ground = theme.colour("absent")
    image = plot.grab().toImage()
    return any(apart(pixel, ground) >= FAR_APART for pixel in cell_pixels(view, image))


@pytest.mark.parametrize("scheme", theme.SCHEMES)
@pytest.mark.parametrize("curved", [False, True])
def test_a_lone_changed_grain_is_seen_at_every_zoom(  # noqa: PLR0917 - fixtures
    qtbot: QtBot,
    session: Session,
    view: MapView,
    lone: Path,
    scheme: str,
    curved: bool,  # noqa: FBT001
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply_theme(app, scheme)
    try:
        session.open(lone)
        view.bar.curve.setChecked(curved)
        settle(qtbot, view)
        session.go_to(LONE * 512)
        seen: list[int] = []
        while not seen or seen[-1] > 1:
            settle(qtbot, view)
            window = view.canvas.asking.drawn_stretch
            assert window is not None
            seen.append(window.per_cell)
            assert stands_out(view), f"nothing is seen with {window.per_cell} sectors a cell"
            view.canvas.asking.zoom(1)
        assert len(seen) == len(set(seen)) >= 10
    finally:
        theme.apply_theme(app, theme.DARK)


@pytest.mark.parametrize("mode", [MapMode.CHANGED, MapMode.OWNER, MapMode.HEAT, MapMode.DIFFERENCE])
def test_it_is_seen_in_every_mode_over_the_whole_disk(
    qtbot: QtBot, session: Session, view: MapView, lone: Path, mode: MapMode
) -> None:
    session.open(lone)
    view.show_mode(mode)
    settle(qtbot, view)
    assert stands_out(view)


def test_it_is_seen_in_the_strip_and_in_the_matrix(
    qtbot: QtBot, session: Session, view: MapView, lone: Path
) -> None:
    session.open(lone)
    view.show_mode(MapMode.MATRIX)
    settle(qtbot, view)
    ground = theme.colour("absent")
    image = view.strip.grab().toImage()
    column = view.strip._x_of(LONE)
    low = view.strip.height() - 2
    near = [image.pixelColor(round(column) + step, low) for step in (-1, 0, 1)]
    assert any(apart(pixel, ground) >= FAR_APART for pixel in near)
    plot = plot_of(view)
    window = view.canvas.asking.drawn_stretch
    assert window is not None
    box, (width, height) = plot.cells_box(), plot.cell_extent()
    place = box.x() + (LONE // window.per_cell + 0.5) * width
    pixel = plot.grab().toImage().pixelColor(round(place), round(box.y() + 2 * height) - 2)
    assert apart(pixel, ground) >= FAR_APART


def test_the_keys_find_it(qtbot: QtBot, session: Session, view: MapView, lone: Path) -> None:
    session.open(lone)
    settle(qtbot, view)
    for key, start in (("]", 0), ("[", CAPACITY * 512 - 1)):
        session.go_to(start)
        qtbot.keyClick(view.canvas, key)
        assert session.cursor.offset == LONE // 128 * 128 * 512
