"""In every mode a cell is the paler the less of it has its class: the pixels are looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot
from tests.gui.views.map_hands import colour_at, plot_of, settle

from redoscope_core import Access, Chain, Disk, create_child, create_disk
from redoscope_gui.maps import FIRST_OWNER, SHADES, MapClass, MapMode
from redoscope_gui.session import Session
from redoscope_gui.views.map import MapView
from redoscope_gui.views.map.colours import colour_of

CAPACITY = 2**29
"""256 GiB: a cell of the whole disk holds 256 grains or more."""
GRAIN = 128
FULL, LONE = 2**27, 2**28
"""Sectors at which the child fills cells, and at which it has a single grain."""


@pytest.fixture(scope="module")
def scattered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A child that fills some cells and has one grain in another."""
    folder = tmp_path_factory.mktemp("shades")
    create_disk(folder / "base.vmdk", CAPACITY)
    with Chain.open(folder / "base.vmdk") as chain:
        create_child(chain, folder / "child.vmdk")
    with Disk.open(folder / "child.vmdk", access=Access.WRITE) as disk:
        disk.write(FULL, b"f" * (2**16 * 512))
        disk.write(LONE, b"l" * 512)
    return folder / "child.vmdk"


def kind_of(mode: MapMode) -> int:
    """The class of what the child decided."""
    kinds = {MapMode.OWNER: FIRST_OWNER + 1, MapMode.HEAT: FIRST_OWNER}
    return kinds.get(mode, int(MapClass.DATA))


@pytest.mark.parametrize("mode", [mode for mode in MapMode if mode is not MapMode.MATRIX])
@pytest.mark.parametrize("curved", [False, True])
def test_a_filled_cell_has_the_full_colour_and_a_lone_grain_the_palest(  # noqa: PLR0917
    qtbot: QtBot,
    session: Session,
    view: MapView,
    scattered: Path,
    mode: MapMode,
    curved: bool,  # noqa: FBT001
) -> None:
    session.open(scattered)
    view.bar.curve.setChecked(curved)
    view.show_mode(mode)
    settle(qtbot, view)
    plot_of(view).frame_cursor(None)
    window = view.canvas.asking.drawn_stretch
    assert window is not None
    assert window.per_cell >= 256 * GRAIN
    full, lone = window.cell_of(FULL), window.cell_of(LONE)
    assert full is not None
    assert lone is not None
    kind = kind_of(mode)
    if curved:
        drawn = view.canvas.asking.drawn
        assert drawn is not None
        assert [int(drawn.faintness[cell]) for cell in (full, lone)] == [0, SHADES]
    else:
        assert colour_at(view, full) == colour_of(mode, kind, 2)
        assert colour_at(view, lone) == colour_of(mode, kind, 2, SHADES)


def test_the_matrix_and_the_strip_are_shaded_too(
    qtbot: QtBot, session: Session, view: MapView, scattered: Path
) -> None:
    session.open(scattered)
    view.show_mode(MapMode.MATRIX)
    settle(qtbot, view)
    plot, window = plot_of(view), view.canvas.asking.drawn_stretch
    assert window is not None
    plot.frame_cursor(None)
    picture, strip = plot.grab().toImage(), view.strip.grab().toImage()
    box, (width, height) = plot.cells_box(), plot.cell_extent()
    drawn, strip_drawn = view.canvas.asking.drawn, view.strip_drawn
    assert drawn is not None
    assert strip_drawn is not None
    for sector in (FULL, LONE):
        cell = sector // window.per_cell
        shade = shade_of(drawn.faintness[1, cell])
        x, y = box.x() + (cell + 0.5) * width, box.y() + 1.5 * height
        assert QColor(picture.pixelColor(round(x), round(y))) == shade
        cell = sector // strip_drawn.scope.sectors_per_cell
        near = [round(view.strip._x_of(sector)) + step for step in (-1, 0, 1)]
        middle = view.strip.height() // 2
        seen = [strip.pixelColor(x, middle) for x in near]
        assert shade_of(strip_drawn.faintness[cell]) in seen
    assert drawn.faintness[1, LONE // window.per_cell] == SHADES
    assert 0 < drawn.faintness[1, FULL // window.per_cell] < SHADES


def shade_of(faint: int) -> QColor:
    return colour_of(MapMode.CHANGED, MapClass.DATA, 2, int(faint))
