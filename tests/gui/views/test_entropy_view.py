"""The entropy pane: what it counts is what the raw image has, in each scope."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from redoscope_core import Chain
from redoscope_gui import theme
from redoscope_gui.views.entropy.view import Scope

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from redoscope_gui.views.entropy import EntropyView
    from redoscope_gui.window import MainWindow

BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
FIRST, LAST = 4096 * 512 + 5, 4300 * 512


@pytest.fixture
def pane(qtbot: QtBot, explorer: MainWindow) -> EntropyView:
    """The pane, brought to the front by its key with bytes selected, and counted."""
    assert explorer.panes.hex_view is not None
    explorer.panes.hex_view.surface.hand.select(FIRST, LAST)
    qtbot.keyClick(explorer, Qt.Key.Key_Y, BOTH)
    view = explorer.panes.guests.entropy_view
    qtbot.waitUntil(view.isVisible)
    qtbot.waitUntil(lambda: not view.is_running)
    return view


def raw(window: MainWindow) -> bytes:
    assert window.session.cursor.path is not None
    with Chain.open(window.session.cursor.path) as chain:
        return chain.read(0, chain.capacity)


def counted(pane: EntropyView) -> list[int]:
    assert pane.rows.counts is not None
    values: list[int] = pane.rows.counts.histogram.tolist()
    return values


def test_the_selection_is_counted_and_told(explorer: MainWindow, pane: EntropyView) -> None:
    part = raw(explorer)[FIRST : LAST + 1]
    plain = Counter(part)
    assert counted(pane) == [plain[value] for value in range(256)]
    bits = -sum(n / len(part) * math.log2(n / len(part)) for n in plain.values())
    assert f"{bits:.3f} bits a byte" in pane.totals.text()
    assert pane.charts is not None
    assert pane.charts.accessibleDescription() == pane.totals.text()
    assert pane.charts.entropy.accessibleName() == "Entropy over the blocks"


def test_a_grain_and_a_generation_are_counted_too(
    qtbot: QtBot, explorer: MainWindow, pane: EntropyView
) -> None:
    whole = raw(explorer)
    explorer.session.go_to(4200 * 512)
    grain = 4200 // 128 * 65536
    for scope, part in ((Scope.GRAIN, whole[grain : grain + 65536]), (Scope.GENERATION, whole)):
        pane.show_scope(scope)
        qtbot.mouseClick(pane.begin, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not pane.is_running)
        plain = Counter(part)
        assert counted(pane) == [plain[value] for value in range(256)]


def test_of_a_link_only_what_it_stores_is_counted(qtbot: QtBot, pane: EntropyView) -> None:
    pane.show_scope(Scope.LINK)
    qtbot.mouseClick(pane.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not pane.is_running)
    assert sum(counted(pane)) == 512 << 10
    told = [pane.rows.cells(row)[1] for row in range(pane.rows.count())]
    assert "nothing stored" in told


def test_a_row_or_a_bar_leads_to_its_bytes(
    qtbot: QtBot, explorer: MainWindow, pane: EntropyView
) -> None:
    pane.table.selectRow(3)
    assert explorer.session.cursor.offset == pane.rows.offset_of(3)
    assert pane.charts is not None
    pane.charts.block_wanted.emit(5)
    assert explorer.session.cursor.offset == pane.rows.offset_of(5)
    pane.table.setFocus()
    qtbot.keyClick(pane.table, Qt.Key.Key_Return)
    assert explorer.panes.hex.isAncestorOf(explorer.focusWidget())


def test_the_charts_follow_the_theme(explorer: MainWindow, pane: EntropyView) -> None:
    assert pane.charts is not None
    before = pane.charts.grab().toImage()
    explorer.looks.use_scheme(theme.LIGHT)
    assert pane.charts.grab().toImage() != before
    explorer.looks.use_scheme(theme.DARK)
