"""The entropy pane: what it counts is what the raw image has, in each scope."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from redoscope_core import Chain
from redoscope_core.cli.program import main
from redoscope_gui import theme
from redoscope_gui.views.entropy.view import Scope

if TYPE_CHECKING:
    from pathlib import Path

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


def test_what_was_counted_is_saved_as_the_command_prints_it_and_block_by_block(
    qtbot: QtBot,
    explorer: MainWindow,
    pane: EntropyView,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    pane.show_scope(Scope.GENERATION)
    qtbot.mouseClick(pane.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not pane.is_running)
    pane.save(tmp_path / "e.json", as_document=True)
    pane.save(tmp_path / "e.csv", as_document=False)
    disk = explorer.session.cursor.path
    capfd.readouterr()
    assert main(["entropy", str(disk), "--blocks", "256", "--json"]) == 0
    printed = json.loads(capfd.readouterr().out)
    saved = json.loads((tmp_path / "e.json").read_text())
    told = ("offset", "length", "bytes", "entropy", "block_bytes", "blocks", "histogram")
    assert [saved[key] for key in told] == [printed[key] for key in told]
    assert (saved["disk"], saved["generation"]) == ("office-000005.vmdk", 5)
    with (tmp_path / "e.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["entropy"]) for row in rows] == printed["blocks"]
    whole = raw(explorer)
    for row in rows[:: len(rows) // 7]:
        part = whole[int(row["offset"]) :][: int(row["bytes"])]
        value = int(row["most_frequent"])
        assert int(row["zeros"]) == part.count(0)
        assert int(row["its_count"]) == part.count(value)
        assert int(row["its_count"]) == max(Counter(part).values())


def test_nothing_is_saved_before_something_was_counted(explorer: MainWindow) -> None:
    explorer.commands.run("window.entropy")
    view = explorer.panes.guests.entropy_view
    assert not any(button.isEnabled() for button in view.exports)
