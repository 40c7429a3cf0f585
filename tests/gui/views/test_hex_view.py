"""The hex view over the sample chain: through real keys, clicks and wheel."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QApplication
from pytestqt.qtbot import QtBot
from tests.gui.views.hex_sight import at_the_end, expected, in_view, settle, shown

from redoscope_core import Chain, State, create_disk
from redoscope_gui import theme
from redoscope_gui.session import Session
from redoscope_gui.views.hex import HexView
from redoscope_gui.views.hex.position import AddressUnit


def test_the_bytes_shown_are_those_of_the_generation(
    qtbot: QtBot, session: Session, hex_view: HexView
) -> None:
    for generation in (5, 3, 0, 4):
        session.select_generation(generation)
        for offset in (0, 2176 * 512, 4096 * 512 + 77, (64 << 20) - 40):
            session.go_to(offset)
            settle(qtbot, hex_view)
            assert hex_view.surface.asking.generation == generation
            assert bytes(b or 0 for b in shown(hex_view, offset, 40)) == expected(
                session, offset, 40
            )


def test_arrow_keys_move_the_cursor_of_the_session(
    qtbot: QtBot, session: Session, hex_view: HexView
) -> None:
    surface = hex_view.surface
    for key, offset in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 17),
        (Qt.Key.Key_Left, 16),
        (Qt.Key.Key_End, 31),
        (Qt.Key.Key_Home, 16),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Left, 0),
    ):
        qtbot.keyClick(surface, key)
        assert session.cursor.offset == offset
    qtbot.keyClick(surface, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert session.cursor.offset == (64 << 20) - 1
    assert at_the_end(surface)
    qtbot.keyClick(surface, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert surface.scrolling.top == 0


def test_shift_extends_the_selection_and_a_plain_move_ends_it(
    qtbot: QtBot, hex_view: HexView
) -> None:
    surface = hex_view.surface
    with qtbot.waitSignal(hex_view.selection_changed) as caught:
        qtbot.keyClick(surface, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert caught.args == [(0, 1)]
    qtbot.keyClick(surface, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert surface.hand.selection == (0, 17)
    qtbot.keyClick(surface, Qt.Key.Key_Left)
    assert surface.hand.selection == (16, 16)


def test_mouse_selects_from_press_to_release(
    qtbot: QtBot, session: Session, hex_view: HexView
) -> None:
    surface = hex_view.surface
    columns = surface.sheet.columns
    height = surface.scrolling.row_height

    def point(line: int, column: int) -> QPoint:
        return QPoint(columns.byte_x(column) + columns.advance, (line + 1) * height + height // 2)

    assert surface.sheet.offset_at(point(1, 3)) == 3
    assert surface.sheet.offset_at(point(2, 15)) == 31
    assert (
        surface.sheet.offset_at(QPoint(columns.text_x + columns.advance // 2, point(3, 0).y()))
        == 32
    )
    qtbot.mousePress(surface.viewport(), Qt.MouseButton.LeftButton, pos=point(1, 3))
    qtbot.mouseMove(surface.viewport(), point(2, 4))
    qtbot.mouseRelease(surface.viewport(), Qt.MouseButton.LeftButton, pos=point(2, 4))
    assert session.cursor.offset in (3, 20)
    surface.hand.drag_to(QPointF(point(2, 4)))
    assert surface.hand.selection == (3, 20)


def test_wheel_and_bar_steps_are_exact_rows(hex_view: HexView) -> None:
    surface = hex_view.surface
    wheel(surface.viewport(), -120)
    assert surface.scrolling.top == 3
    wheel(surface.viewport(), 120)
    assert surface.scrolling.top == 0
    bar = surface.verticalScrollBar()
    bar.triggerAction(QAbstractSlider.SliderAction.SliderSingleStepAdd)
    assert surface.scrolling.top == 1
    bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepAdd)
    assert surface.scrolling.top == 1 + surface.scrolling.visible_rows() - 1
    bar.triggerAction(QAbstractSlider.SliderAction.SliderToMaximum)
    assert at_the_end(surface)
    bar.triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)
    assert surface.scrolling.top == 0


def wheel(widget: object, delta: int) -> None:
    centre = QPointF(50, 50)
    event = QWheelEvent(
        centre,
        centre,
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)  # type: ignore[arg-type]


def test_a_disk_of_many_tebibytes_scrolls_to_the_very_end(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "large.vmdk"
    capacity = (1 << 41) // 512 - 2048
    create_disk(path, capacity)
    view = HexView(session)
    qtbot.addWidget(view)
    view.resize(720, 400)
    with qtbot.waitExposed(view):
        view.show()
    session.open(path)
    for offset in (0, capacity * 256 + 13, capacity * 512 - 1):
        session.go_to(offset)
        settle(qtbot, view)
        surface = view.surface
        assert in_view(surface, offset)
        assert surface.asking.byte_at(offset) == 0
        assert surface.sheet.heading_of(offset // 512).what == "never stored: reads as zeros"
        qtbot.keyClick(surface, Qt.Key.Key_Left)
        assert session.cursor.offset == max(0, offset - 1)
    view.hide()


@pytest.mark.parametrize(
    ("text", "offset"), [("g17", 17 * 65536), ("s5376+3", 5376 * 512 + 3), ("end", (64 << 20) - 1)]
)
def test_the_go_to_box_goes(
    qtbot: QtBot, session: Session, hex_view: HexView, text: str, offset: int
) -> None:
    qtbot.keyClick(hex_view.surface, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert hex_view.bar.box.hasFocus()
    qtbot.keyClicks(hex_view.bar.box, text)
    qtbot.keyClick(hex_view.bar.box, Qt.Key.Key_Return)
    assert session.cursor.offset == offset
    assert hex_view.surface.hasFocus()


def test_a_text_that_leads_nowhere_is_told_beside_the_box(
    qtbot: QtBot, session: Session, hex_view: HexView
) -> None:
    qtbot.keyClicks(hex_view.bar.box, "1T")
    qtbot.keyClick(hex_view.bar.box, Qt.Key.Key_Return)
    assert hex_view.bar.fault.text() == "Past the last byte"
    assert session.cursor.offset == 0
    qtbot.keyClicks(hex_view.bar.box, "x")
    assert not hex_view.bar.fault.isVisible()


def test_brackets_visit_the_changed_grains(
    qtbot: QtBot, session: Session, hex_view: HexView
) -> None:
    visited = []
    for _ in range(3):
        qtbot.keyClicks(hex_view.surface, "]")
        visited.append(session.cursor.offset // 65536)
    assert visited == [17, 18, 19]
    qtbot.keyClicks(hex_view.surface, "[")
    assert session.cursor.offset == 18 * 65536


def test_braces_visit_the_generations_that_store_the_grain(
    qtbot: QtBot, session: Session, hex_view: HexView
) -> None:
    session.go_to(64 * 65536)
    visited = []
    for _ in range(2):
        qtbot.keyClicks(hex_view.surface, "{")
        visited.append(session.cursor.generation)
    assert visited == [3, 0]
    qtbot.keyClicks(hex_view.surface, "}")
    assert session.cursor.generation == 3


def test_the_last_row_of_a_sector_may_be_shorter(
    qtbot: QtBot, session: Session, hex_view: HexView
) -> None:
    surface = hex_view.surface
    hex_view.show_columns(48)
    session.go_to(479)
    settle(qtbot, hex_view)
    qtbot.keyClick(surface, Qt.Key.Key_Down)
    assert surface.hand.caret == 511
    qtbot.keyClick(surface, Qt.Key.Key_Home)
    assert surface.hand.caret == 480
    qtbot.keyClick(surface, Qt.Key.Key_End)
    assert surface.hand.caret == 511
    qtbot.keyClick(surface, Qt.Key.Key_Down)
    assert surface.hand.caret == 512 + 31
    left, width = surface.sheet.columns.span(47, 47)
    y = (surface.scrolling.rows.row_of(480) - surface.scrolling.top + 1) * (
        surface.scrolling.row_height
    )
    place = QPoint(left + width // 2 - surface.scrolling.left, y + 3)
    assert surface.sheet.offset_at(place) == 511


def test_the_menu_selects_a_whole_grain(session: Session, hex_view: HexView) -> None:
    session.go_to(17 * 65536 + 999)
    menu = hex_view.menu()
    actions = {action.text(): action for action in menu.actions()}
    actions["Select grain"].trigger()
    assert hex_view.surface.hand.selection == (17 * 65536, 18 * 65536 - 1)
    menu.deleteLater()


def test_columns_and_units_keep_the_place(
    qtbot: QtBot, session: Session, hex_view: HexView
) -> None:
    surface = hex_view.surface
    session.go_to(5376 * 512)
    for columns in (8, 32, 16):
        hex_view.show_columns(columns)
        settle(qtbot, hex_view)
        assert surface.scrolling.rows.columns == columns
        assert in_view(surface, 5376 * 512)
    for unit in AddressUnit:
        hex_view.show_unit(unit)
        assert hex_view.bar.units.currentData() is unit
        assert not surface.viewport().grab().isNull()


def test_each_sector_says_in_words_what_it_is(
    qtbot: QtBot, session: Session, hex_view: HexView
) -> None:
    session.select_generation(3)
    told = {}
    for sector in (0, 2304, 8192, 10240):
        session.go_to(sector * 512)
        settle(qtbot, hex_view)
        told[sector] = hex_view.surface.sheet.heading_of(sector)
    assert told[0].what == "inherited from office.vmdk"
    assert told[0].place == "grain 0 · sector 0"
    assert told[2304].what.startswith("stored by office-000003.vmdk")
    assert (
        told[8192].what
        == "zeroed by office-000003.vmdk · 512 bytes differ from the parent generation"
    )
    assert told[10240].what == "never stored: reads as zeros"
    assert not hex_view.surface.sheet.heading_of(10241).opens_grain
    session.select_generation(4)
    session.go_to(8192 * 512)
    settle(qtbot, hex_view)
    words = hex_view.surface.sheet.heading_of(8192).what
    assert words == "zeros inherited from office-000003.vmdk"


def test_bytes_that_cannot_be_read_are_hatched_not_zero(
    qtbot: QtBot, session: Session, own_sample: Path, hex_view: HexView
) -> None:
    damaged = own_sample / "office-000004.vmdk"
    with damaged.open("r+b") as file:
        file.truncate(damaged.stat().st_size - 300_000)
    session.open(own_sample / "office-000005.vmdk")
    session.go_to(16384 * 512)
    session.select_generation(4)
    settle(qtbot, hex_view)
    found = hex_view.surface.asking._blocks.byte((4, None), 16384 * 512)
    assert found is not None
    assert found[1].state is State.UNREADABLE
    assert hex_view.surface.sheet.heading_of(16384).what.startswith("cannot be read: ")
    told = hex_view.surface.accessibleDescription()
    assert told.startswith("Offset 0x800000, byte unreadable, cannot be read: ")
    picture = hex_view.surface.viewport().grab().toImage()
    danger = theme.colour("danger").rgb()
    colours = {
        picture.pixel(x, y)
        for x in range(0, picture.width(), 1)
        for y in range(picture.height() // 4, picture.height() // 2, 3)
    }
    assert danger in colours


def test_the_owner_colours_the_gutter(qtbot: QtBot, session: Session, hex_view: HexView) -> None:
    session.go_to(17 * 65536)
    settle(qtbot, hex_view)
    surface = hex_view.surface
    line = surface.scrolling.rows.row_of(17 * 65536) - surface.scrolling.top + 1
    picture = surface.viewport().grab().toImage()
    y = line * surface.scrolling.row_height + surface.scrolling.row_height // 2
    assert picture.pixelColor(1, y) == theme.link_colour(5)
    assert picture.pixelColor(4, y) == theme.link_colour(5)


def test_painting_reads_nothing(hex_view: HexView, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> bytes:
        raise AssertionError("read while painting")

    monkeypatch.setattr(Chain, "read", refuse)
    monkeypatch.setattr(Chain, "areas", refuse)
    hex_view.surface.viewport().repaint()


def test_without_a_disk_the_view_says_what_to_do(qtbot: QtBot, session: Session) -> None:
    view = HexView(session)
    qtbot.addWidget(view)
    view.resize(500, 300)
    with qtbot.waitExposed(view):
        view.show()
    assert "No disk" in view.surface.accessibleDescription()
    qtbot.keyClick(view.surface, Qt.Key.Key_Down)
    view.go_to_text("5")
    view.copy()
    view.hide()


def test_a_screen_reader_hears_offset_byte_and_owner(qtbot: QtBot, hex_view: HexView) -> None:
    qtbot.keyClick(hex_view.surface, Qt.Key.Key_Right)
    words = hex_view.surface.accessibleDescription()
    assert words == "Offset 0x1, byte FE, inherited from office.vmdk"
    assert hex_view.surface.accessibleName() == "Bytes"


def test_sectors_past_the_end_of_a_generation_say_so(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    create_disk(tmp_path / "one.vmdk", 4096)
    view = HexView(session)
    qtbot.addWidget(view)
    view.resize(700, 300)
    with qtbot.waitExposed(view):
        view.show()
    session.open(tmp_path / "one.vmdk")
    assert view.surface.sheet.heading_of(4096).what == "past the end of this generation"
    view.hide()
