"""The hex view in narrow panes, with large text, and over the largest disk there can be."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QApplication, QComboBox, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from redoscope_gui import theme
from redoscope_gui.session import Session
from redoscope_gui.views.hex import HexView
from redoscope_gui.views.hex.columns import Columns
from redoscope_gui.views.hex.position import COLUMN_CHOICES, FITTING_COLUMNS, DiskRows
from redoscope_gui.views.hex.surface import HexSurface

SECTOR = 512
MOST = 2**63 // SECTOR
NARROW = 340
"""Pixels of the pane in a window of 1024x640."""
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(params=[1.0, 1.5])
def narrow(
    qtbot: QtBot, session: Session, tip: Path, request: pytest.FixtureRequest
) -> Generator[HexView]:
    """The hex view as narrow as it gets, with text of either size."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply_theme(app, theme.DARK, request.param)
    view = HexView(session)
    qtbot.addWidget(view)
    view.resize(NARROW, 320)
    with qtbot.waitExposed(view):
        view.show()
    session.open(tip)
    view.surface.setFocus()
    yield view
    view.hide()
    theme.apply_theme(app, theme.DARK)


@pytest.mark.parametrize("columns", COLUMN_CHOICES)
def test_every_column_can_be_brought_into_view(qtbot: QtBot, narrow: HexView, columns: int) -> None:
    narrow.show_columns(columns)
    surface = narrow.surface
    bar = surface.horizontalScrollBar()
    assert surface.sheet.columns.width <= surface.viewport().width() + bar.maximum()
    for key, column in ((Qt.Key.Key_End, columns - 1), (Qt.Key.Key_Home, 0)):
        qtbot.keyClick(surface, key)
        assert surface.hand.caret % columns == column
        left, width = surface.sheet.columns.span(column, column)
        assert bar.value() <= left
        assert left + width <= bar.value() + surface.viewport().width()
    bar.setValue(bar.maximum())
    text_x, width = surface.sheet.columns.text_span(columns - 1, columns - 1)
    assert text_x + width <= bar.value() + surface.viewport().width()


def test_nothing_of_the_bar_is_cut_off(narrow: HexView) -> None:
    room = narrow.bar.rect()
    for part in (*narrow.bar.findChildren(QComboBox), *narrow.bar.findChildren(QToolButton)):
        if part.isVisible() and part.parentWidget() is narrow.bar:
            assert room.contains(part.geometry()), part.accessibleName()
    assert narrow.bar.box.width() >= 40
    assert narrow.minimumSizeHint().width() <= NARROW


def test_the_footer_tells_how_much_is_selected(qtbot: QtBot, narrow: HexView) -> None:
    surface = narrow.surface
    for _ in range(3):
        qtbot.keyClick(surface, Qt.Key.Key_Right, SHIFT)
    assert narrow.footer.words.endswith("4 bytes selected, 0x0 to 0x3")
    assert narrow.footer.toolTip().replace("\n", "") == narrow.footer.words
    qtbot.keyClick(surface, Qt.Key.Key_Right)
    assert "selected" not in narrow.footer.words


def actions_in(menu: QMenu) -> list[QAction]:
    """The actions of a menu and of those in it."""
    below = [each.menu() for each in menu.actions()]
    inner = [each for sub in below if isinstance(sub, QMenu) for each in actions_in(sub)]
    return [*menu.actions(), *inner]


def test_the_context_menu_copies_in_every_form(narrow: HexView) -> None:
    surface = narrow.surface
    surface.hand.select(0, 2)
    wanted = {
        "Copy as hex": "EB FE 00",
        "Copy as hex and text": "000000000000  EB FE 00",
        "Copy as text": "...",
        "Copy as C array": "0xeb, 0xfe, 0x00,",
        "Copy as Python bytes": 'b"\\xeb\\xfe\\x00"',
        "Copy as Rust array": "[u8; 3] = [\n    0xeb, 0xfe, 0x00,",
        "Copy as base64": "6/4A",
        "Copy as JSON": '"offset": 0, "length": 3, "hex": "ebfe00"',
        "Copy the sector range": "sectors 0 to 0: --start 0 --count 1",
    }
    for name, start in wanted.items():
        menu = narrow.menu()
        action = next(each for each in actions_in(menu) if each.text() == name)
        QGuiApplication.clipboard().clear()
        action.trigger()
        assert start in QGuiApplication.clipboard().text()
        menu.close()
        menu.deleteLater()


def test_rows_of_two_to_the_sixty_third_bytes_scroll_exactly(
    qtbot: QtBot, session: Session
) -> None:
    surface = HexSurface(session)
    qtbot.addWidget(surface)
    surface.resize(400, 300)
    scroll = surface.scrolling
    for columns in COLUMN_CHOICES:
        scroll.rows = DiskRows(MOST, columns)
        last = scroll.rows.last_top(scroll.visible_rows())
        told: list[int] = []
        scroll.top_changed.connect(told.append)
        scroll.scroll_to(last)
        assert scroll.top == told[-1] == last
        begin = scroll.rows.first_offset(scroll.rows.rows - 1)
        assert begin + scroll.rows.length(begin) == 2**63
        wheel(surface, 1)
        assert scroll.top == last - 3
        bar = surface.verticalScrollBar()
        bar.triggerAction(QAbstractSlider.SliderAction.SliderSingleStepSub)
        assert scroll.top == last - 4
        bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepAdd)
        assert scroll.top == last
        bar.triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)
        assert scroll.top == 0
        scroll.top_changed.disconnect()


def caret_in_view(surface: HexSurface) -> bool:
    scrolling = surface.scrolling
    line = scrolling.rows.row_of(surface.hand.caret) - scrolling.top
    return 0 <= line < scrolling.visible_rows()


def wheel(surface: HexSurface, notches: int) -> None:
    place = QPointF(30, 30)
    event = QWheelEvent(
        place,
        place,
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(surface.viewport(), event)


def rows_painted(view: HexView) -> list[int]:
    """The y coordinates of the viewport where something else than quiet ground is painted."""
    picture = view.surface.viewport().grab().toImage()
    ground = theme.colour("field").rgb()
    return [
        y
        for y in range(picture.height())
        if any(picture.pixel(x, y) != ground for x in range(0, picture.width(), 2))
    ]


@pytest.mark.parametrize("height", range(300, 322))
def test_no_row_is_cut_by_the_lower_edge(narrow: HexView, height: int) -> None:
    narrow.resize(NARROW, height)
    surface = narrow.surface
    last = (surface.scrolling.visible_rows() + 1) * surface.scrolling.row_height - 1
    assert surface.viewport().height() - last <= surface.scrolling.row_height
    assert max(rows_painted(narrow)) <= last


def test_a_press_below_the_last_row_leaves_the_cursor(qtbot: QtBot, narrow: HexView) -> None:
    surface = narrow.surface
    height = surface.scrolling.row_height
    more = height - 4 - surface.viewport().height() % height
    narrow.resize(NARROW, narrow.height() + more)
    assert surface.viewport().height() % height == height - 4
    place = QPoint(60, surface.viewport().height() - 2)
    qtbot.mouseClick(surface.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert surface.hand.caret == 0


def fits(view: HexView, columns: int) -> bool:
    surface = view.surface
    layout = Columns(surface.sheet._advance(), surface.sheet._address_digits(), columns)
    return layout.width <= surface.viewport().width()


def test_as_many_columns_as_fit_are_shown(narrow: HexView) -> None:
    surface = narrow.surface
    seen = set()
    for width in range(NARROW, 2900, 40):
        narrow.resize(width, 320)
        columns = surface.scrolling.rows.columns
        fitting = [each for each in FITTING_COLUMNS if fits(narrow, each)]
        assert columns == max(fitting, default=4)
        assert surface.horizontalScrollBar().maximum() == 0 or not fitting
        seen.add(columns)
    assert {8, 16, 32, 48} <= seen <= set(FITTING_COLUMNS)
    assert narrow.bar.widths.currentText() == "Auto"


def test_chosen_columns_stay_whatever_the_room(qtbot: QtBot, narrow: HexView) -> None:
    box = narrow.bar.widths
    with qtbot.waitSignal(narrow.columns_chosen) as told:
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_Down)
        box.activated.emit(box.currentIndex())
    assert told.args == [8]
    for width in (NARROW, 1200, 2000):
        narrow.resize(width, 320)
        assert narrow.surface.scrolling.rows.columns == 8


def test_the_cursor_stays_in_sight_when_the_columns_change(narrow: HexView) -> None:
    surface = narrow.surface
    narrow._session.go_to(300 * SECTOR + 500)
    for width in (2000, NARROW, 1200, NARROW):
        narrow.resize(width, 320)
        assert caret_in_view(surface)


def test_the_cursor_stays_in_sight_in_a_lower_pane_and_with_larger_text(
    narrow: HexView, dressed: QApplication
) -> None:
    surface = narrow.surface
    narrow.resize(600, 700)
    narrow._session.go_to(300 * SECTOR)
    narrow._session.go_to(300 * SECTOR + 170)
    steps: tuple[Callable[[], None], ...] = (
        lambda: narrow.resize(600, 260),
        lambda: theme.apply_theme(dressed, theme.DARK, 2.0),
        lambda: narrow.resize(380, 260),
    )
    for step in steps:
        step()
        QApplication.processEvents()
        assert caret_in_view(surface)


def test_a_view_scrolled_away_from_the_cursor_stays_where_it_is(narrow: HexView) -> None:
    surface = narrow.surface
    narrow.resize(900, 500)
    surface.scrolling.scroll_to(5000)
    narrow.resize(900, 300)
    assert surface.scrolling.top == 5000


def test_the_footer_tells_what_is_shown_after_another_generation_came(
    qtbot: QtBot, narrow: HexView
) -> None:
    session = narrow._session
    for generation in (2, 5, 2):
        session.select_generation(generation)
        session.go_to(64 * SECTOR)
        session.go_to(4096 * SECTOR + 3)
        qtbot.waitUntil(lambda: not narrow.surface._asking_soon.isActive())
        assert narrow.footer.words.endswith(f"generation {generation}")
