"""The hex view in narrow panes, with large text, and over the largest disk there can be."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QApplication, QComboBox, QToolButton
from pytestqt.qtbot import QtBot

from redoscope_gui import theme
from redoscope_gui.session import Session
from redoscope_gui.views.hex import HexView
from redoscope_gui.views.hex.position import COLUMN_CHOICES, Layout
from redoscope_gui.views.hex.scroll import RowScroll

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
    assert surface.content_width() <= surface.viewport().width() + bar.maximum()
    for key, column in ((Qt.Key.Key_End, columns - 1), (Qt.Key.Key_Home, 0)):
        qtbot.keyClick(surface, key)
        assert surface.caret % columns == column
        left, width = surface._rows_painter().columns.span(column, column)
        assert bar.value() <= left
        assert left + width <= bar.value() + surface.viewport().width()
    bar.setValue(bar.maximum())
    text_x, width = surface._rows_painter().columns.text_span(columns - 1, columns - 1)
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
    assert narrow.footer.toolTip() == narrow.footer.words
    qtbot.keyClick(surface, Qt.Key.Key_Right)
    assert "selected" not in narrow.footer.words


def test_the_context_menu_copies_in_every_form(narrow: HexView) -> None:
    surface = narrow.surface
    surface.select(0, 2)
    wanted = {
        "Copy as hex": "EB FE 00",
        "Copy as hex and text": "000000000000  EB FE 00",
        "Copy as text": "...",
        "Copy as C array": "0xeb, 0xfe, 0x00,",
    }
    for name, start in wanted.items():
        menu = narrow.menu()
        action = next(each for each in menu.actions() if each.text() == name)
        QGuiApplication.clipboard().clear()
        action.trigger()
        assert start in QGuiApplication.clipboard().text()
        menu.close()
        menu.deleteLater()


def test_rows_of_two_to_the_sixty_third_bytes_scroll_exactly(qtbot: QtBot) -> None:
    scroll = RowScroll()
    qtbot.addWidget(scroll)
    scroll.resize(400, 300)
    for columns in COLUMN_CHOICES:
        scroll.rows = Layout(MOST, columns)
        last = scroll.rows.last_top(scroll.visible_rows())
        told: list[int] = []
        scroll.top_changed.connect(told.append)
        scroll.scroll_to(last)
        assert scroll.top == told[-1] == last
        assert scroll.rows.first_offset(scroll.rows.rows - 1) == 2**63 - columns
        wheel(scroll, 1)
        assert scroll.top == last - 3
        bar = scroll.verticalScrollBar()
        bar.triggerAction(QAbstractSlider.SliderAction.SliderSingleStepSub)
        assert scroll.top == last - 4
        bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepAdd)
        assert scroll.top == last
        bar.triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)
        assert scroll.top == 0
        scroll.top_changed.disconnect()


def wheel(scroll: RowScroll, notches: int) -> None:
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
    QApplication.sendEvent(scroll.viewport(), event)
