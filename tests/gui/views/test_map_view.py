"""The map over the sample chain: through real clicks and keys, and by pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.gui.views.listed_files import Story
from tests.gui.views.map_hands import GRAIN, centre_of, colour_at, plot_of, settle

from redoscope_gui import theme
from redoscope_gui.maps import MapClass, MapMode
from redoscope_gui.session import Session
from redoscope_gui.views.map import MapView


def test_at_first_the_whole_disk_is_shown_grain_by_grain(map_view: MapView) -> None:
    window = map_view.canvas.asking.stretch
    assert window is not None
    assert window.whole
    assert window.per_cell == 128
    assert map_view.bar.cell.text().replace("\u202f", " ") == "1 cell = 64 KiB"


def test_the_cells_have_the_colours_of_the_theme(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    session.go_to(40 << 20)
    settle(qtbot, map_view)
    for grain, role in ((17, "this"), (0, "inherited"), (100, "absent")):
        assert colour_at(map_view, grain) == theme.colour(role)
    map_view.show_mode(MapMode.OWNER)
    settle(qtbot, map_view)
    assert colour_at(map_view, 17) == theme.link_colour(5)
    assert colour_at(map_view, 0) == theme.link_colour(0)


def test_a_click_sets_the_cursor_and_a_double_click_asks_for_the_bytes(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    viewport = plot_of(map_view).viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=centre_of(map_view, 300))
    assert session.cursor.offset == 300 * GRAIN
    with qtbot.waitSignal(map_view.bytes_wanted) as caught:
        qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=centre_of(map_view, 17))
    assert caught.args == [17 * GRAIN]


def test_keys_move_zoom_and_visit_changes(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    canvas = map_view.canvas
    window = canvas.asking.stretch
    assert window is not None
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert session.cursor.offset == GRAIN
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert session.cursor.offset == (1 + window.columns) * GRAIN
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    qtbot.keyClicks(canvas, "]")
    assert session.cursor.offset == 17 * GRAIN
    qtbot.keyClicks(canvas, "]")
    assert session.cursor.offset > 18 * GRAIN
    qtbot.keyClicks(canvas, "[")
    assert session.cursor.offset == 17 * GRAIN
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClicks(canvas, "++")
    settle(qtbot, map_view)
    zoomed = canvas.asking.stretch
    assert zoomed is not None
    assert zoomed.per_cell == 32
    assert zoomed.cell_of(18 * 128) is not None
    qtbot.keyClicks(canvas, "0")
    settle(qtbot, map_view)
    assert canvas.asking.stretch == window
    with qtbot.waitSignal(map_view.bytes_wanted) as caught:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert caught.args == [18 * GRAIN]


def test_the_generation_redraws_the_map_and_the_legend(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    told = set()
    for generation in range(6):
        session.select_generation(generation)
        settle(qtbot, map_view)
        drawn = map_view.canvas.asking.drawn
        assert drawn is not None
        assert drawn.scope.generation == generation
        assert session.chain is not None
        stored = session.chain.links[generation].stored
        totals = dict(drawn.totals)
        own = totals.get(MapClass.DATA, 0) + totals.get(MapClass.ZERO, 0)
        assert own == int(stored.count.sum())
        told.add(map_view.legend._buttons[0].amount)
    assert len(told) > 3


@pytest.mark.parametrize(
    ("mode", "generation"),
    sorted({(mode, n) for mode in MapMode for n in (0, 1, 5)} - {(MapMode.EXACT, 0)}, key=str),
)
def test_every_mode_draws_every_generation(
    qtbot: QtBot, session: Session, map_view: MapView, mode: MapMode, generation: int
) -> None:
    session.select_generation(generation)
    map_view.show_mode(mode)
    settle(qtbot, map_view)
    drawn = map_view.canvas.asking.drawn
    assert drawn is not None
    assert drawn.scope.mode is mode
    assert map_view.canvas.asking.stretch is not None
    assert not plot_of(map_view).grab().isNull()
    assert map_view.legend._buttons


def test_a_click_in_the_matrix_chooses_the_generation_too(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    map_view.show_mode(MapMode.MATRIX)
    settle(qtbot, map_view)
    plot = plot_of(map_view)
    box, (width, height) = plot.cells_box(), plot.cell_extent()
    point = QPointF(box.x() + 40.5 * width, box.y() + 2.5 * height).toPoint()
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=point)
    window = map_view.canvas.asking.stretch
    assert window is not None
    assert session.cursor.generation == 2
    assert session.cursor.offset == 40 * window.per_cell * 512
    qtbot.keyClick(map_view.canvas, Qt.Key.Key_Down)
    assert session.cursor.generation == 3


def test_a_hidden_class_looks_like_nothing_stored(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    session.go_to(40 << 20)
    assert colour_at(map_view, 17) == theme.colour("this")
    button = map_view.legend._buttons[0]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert colour_at(map_view, 17) == theme.colour("absent")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert colour_at(map_view, 17) == theme.colour("this")


def test_the_strip_goes_where_it_is_pressed(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    strip = map_view.strip
    point = QPoint(strip.width() // 2, 12)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=point)
    assert session.cursor.sector == strip.sector_at(point.x())
    assert abs(session.cursor.offset - (32 << 20)) < 1 << 20


def test_the_card_tells_what_the_cell_holds(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    plot = plot_of(map_view)
    plot.hovered.emit(plot.spot_at(QPointF(centre_of(map_view, 17))))
    card = map_view.canvas.card
    assert card.isVisible()
    text = card.lines.words.replace("\u202f", " ")
    assert "0x110000" in text
    assert "0x11FFFF" in text
    assert "changed" in text
    assert "64 KiB" in text
    qtbot.waitUntil(lambda: "-" not in card._bytes.text(), timeout=5000)
    assert session.chain is not None
    assert bytes.fromhex(card._bytes.text()) == session.chain.read(17 * 128, 1)[:16]
    plot.hovered.emit(None)
    assert not card.isVisible()


def test_the_card_stays_where_the_same_map_is_drawn_anew(map_view: MapView) -> None:
    drawn, card = map_view.canvas.asking.drawn, map_view.canvas.card
    assert drawn is not None
    for each in (drawn, replace(drawn, classes=drawn.classes.copy())):
        card.show_cell(each, 17, 0, map_view.canvas.asking.names, QPoint(20, 20))
        assert card.isVisible()


def test_the_strip_shows_a_lone_grain_too(map_view: MapView) -> None:
    picture = map_view.strip.grab().toImage()
    this = theme.colour("this").rgb()
    assert any(picture.pixel(x, 12) == this for x in range(picture.width()))


def test_a_map_without_any_height_waits_for_some(map_view: MapView) -> None:
    plot = plot_of(map_view)
    room = plot.size()
    for height in (*range(40, -1, -1), room.height()):
        plot.resize(room.width(), height)
    assert plot.cell_extent()[1] > 0


def test_without_a_disk_the_map_says_what_to_do(view: MapView) -> None:
    assert view.canvas.words.isVisible()
    assert view.canvas.words.text() == "Open a disk to see its map here."
    assert not plot_of(view).isVisible()


def test_a_theme_of_another_colour_repaints_the_cells(
    qtbot: QtBot, session: Session, map_view: MapView, dressed: QApplication
) -> None:
    session.go_to(40 << 20)
    try:
        theme.apply_theme(dressed, theme.LIGHT)
        settle(qtbot, map_view)
        assert colour_at(map_view, 17) == theme.colour("this")
        assert theme.colour("this").name() == "#e08a00"
    finally:
        theme.apply_theme(dressed, theme.DARK)


def test_a_screen_reader_hears_the_cell_of_the_cursor(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    session.go_to(17 * GRAIN)
    settle(qtbot, map_view)
    words = map_view.canvas.accessibleDescription()
    assert words == "Cell at 0x110000, 128 sectors: changed"


def test_the_card_tells_whose_the_cell_is_once_files_are_listed(
    qtbot: QtBot, session: Session, map_view: MapView, told: Story
) -> None:
    plot, card = plot_of(map_view), map_view.canvas.card
    place = plot.spot_at(QPointF(centre_of(map_view, 17)))
    plot.hovered.emit(place)
    qtbot.waitUntil(lambda: "-" not in card._bytes.text())
    assert "/" not in card.lines.words, "nothing is listed"
    plot.hovered.emit(None)
    session.files.begin()
    assert session.files.listed is told[0]
    plot.hovered.emit(place)
    qtbot.waitUntil(lambda: "/" in card.lines.words)
    owner = told[0].whose(np.array([17 * 128], np.int64))[0]
    assert any(line.startswith(owner.paths[0]) for line in card.lines.words.split("\n"))
    plot.hovered.emit(None)


def test_the_card_of_heat_tells_the_number_and_who_owns_the_cell(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    map_view.show_mode(MapMode.HEAT)
    settle(qtbot, map_view)
    assert session.chain is not None
    for cell in (0, 17, 32):
        wrote = sum(len(link.stored.window(cell * 128, 128)) > 0 for link in session.chain.links)
        owner = session.chain.owner(cell * 128).link_index
        plot = plot_of(map_view)
        plot.hovered.emit(plot.spot_at(QPointF(centre_of(map_view, cell))))
        told = map_view.canvas.card.lines.words
        assert owner is not None
        assert session.chain.links[owner].path.name in told
        assert ("1 generation\n" if wrote == 1 else f"{wrote} generations") in told
        plot.hovered.emit(None)
