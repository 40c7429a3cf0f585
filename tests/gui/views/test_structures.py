"""Recognised structures: listed, led to, named field by field in bytes and inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from redoscope_core import Chain, create_disk, list_structures
from redoscope_gui import theme

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from redoscope_gui.views.structures import StructuresView
    from redoscope_gui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton
BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
BOOT = 2048 * 512


@pytest.fixture
def pane(qtbot: QtBot, explorer: MainWindow) -> StructuresView:
    """The list, brought to the front by its key."""
    qtbot.keyClick(explorer, Qt.Key.Key_R, BOTH)
    view = explorer.panes.guests.structures_view
    qtbot.waitUntil(view.isVisible)
    qtbot.waitUntil(lambda: view.rows.count() > 0)
    return view


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until bytes and inspector have asked for what is at the cursor."""
    bytes_, inspector = window.panes.hex_view, window.panes.inspector_view
    assert bytes_ is not None
    assert inspector is not None
    qtbot.waitUntil(lambda: not bytes_.surface._asking_soon.isActive())
    qtbot.waitUntil(lambda: not inspector._asking.isActive())


def test_what_is_listed_is_what_the_engine_recognises(
    explorer: MainWindow, pane: StructuresView
) -> None:
    assert explorer.session.cursor.path is not None
    with Chain.open(explorer.session.cursor.path) as chain:
        known = list_structures(chain)
    told = [pane.rows.cells(row) for row in range(pane.rows.count())]
    assert [row[2] for row in told] == [f"0x{each.structure.offset:X}" for each in known]
    assert told[0][0] == "Master boot record (MBR)"
    assert told[1][:2] == ("FAT boot sector", "1")
    assert "BS_VolLab OFFICE" in told[1][4]
    assert pane.table.accessibleName() == "Recognised structures"


def test_a_row_leads_to_its_bytes(qtbot: QtBot, explorer: MainWindow, pane: StructuresView) -> None:
    pane.table.selectRow(1)
    assert explorer.session.cursor.offset == BOOT
    pane.table.setFocus()
    qtbot.keyClick(pane.table, Qt.Key.Key_Return)
    assert explorer.panes.hex.isAncestorOf(explorer.focusWidget())


def test_every_stored_sector_is_looked_at_if_one_asks(
    qtbot: QtBot, explorer: MainWindow, pane: StructuresView
) -> None:
    before = pane.rows.count()
    qtbot.mouseClick(pane.everywhere, LEFT)
    qtbot.waitUntil(lambda: not pane.is_running)
    assert pane.rows.count() >= before
    assert "in all stored sectors" in pane.totals.text()
    explorer.session.select_generation(0)
    qtbot.waitUntil(lambda: not pane._asking.isActive())
    assert "where partitions" in pane.totals.text(), "another generation is listed anew"


def test_the_palette_leads_to_a_structure(explorer: MainWindow, pane: StructuresView) -> None:
    assert pane.rows.count()
    palette = explorer.palette_box
    palette.ask()
    palette.box.setText("fat boot")
    rows = palette.rows
    offers = [rows.offer_at(rows.index(n)) for n in range(rows.rowCount())]
    found = next(each for each in offers if each is not None and each.title == "FAT boot sector")
    found.run()
    assert explorer.session.cursor.offset == BOOT
    palette.leave()


def test_the_inspector_names_each_field_with_its_value_and_byte(
    qtbot: QtBot, explorer: MainWindow
) -> None:
    inspector = explorer.panes.inspector_view
    assert inspector is not None
    explorer.panes.inspector.raise_()
    inspector.pages.setCurrentIndex(4)
    explorer.session.go_to(BOOT + 13)
    settle(qtbot, explorer)
    facts = inspector.structure.facts
    rows = {
        facts.index(row, 0).data(): facts.fact(facts.index(row, 0))
        for row in range(facts.rowCount())
    }
    here = rows["BPB_SecPerClus"]
    assert here is not None
    assert here.strong
    assert here.cells[1] == "4"
    assert here.cells[2] == "0xD, 1 byte"
    assert "FAT boot sector" in inspector.structure_name.text()
    other = rows["BPB_RsvdSecCnt"]
    assert other is not None
    assert not other.strong
    index = next(
        facts.index(row, 0)
        for row in range(facts.rowCount())
        if facts.index(row, 0).data() == "BPB_RsvdSecCnt"
    )
    inspector.structure.setCurrentIndex(index)
    inspector.structure.activated.emit(index)
    assert explorer.session.cursor.offset == BOOT + 14
    inspector.structure.copy()
    assert QGuiApplication.clipboard().text() == other.copied
    explorer.session.go_to(BOOT + 4096)
    settle(qtbot, explorer)
    assert "Nothing" in inspector.structure_name.text()
    assert inspector.structure.facts.rowCount() == 0


def test_the_bytes_say_and_show_which_field_is_under_the_cursor(
    qtbot: QtBot, explorer: MainWindow
) -> None:
    view = explorer.panes.hex_view
    assert view is not None
    surface = view.surface
    explorer.session.go_to(BOOT + 11)
    settle(qtbot, explorer)
    assert view.footer.words.endswith("FAT boot sector: BPB_BytsPerSec = 512")
    surface.setFocus()
    qtbot.keyClick(surface, Qt.Key.Key_Right)
    qtbot.keyClick(surface, Qt.Key.Key_Right)
    settle(qtbot, explorer)
    assert "BPB_SecPerClus = 4" in view.footer.words
    assert surface.fields.spans(BOOT + 11, BOOT + 15) == [
        (BOOT + 11, BOOT + 12, False),
        (BOOT + 13, BOOT + 13, True),
        (BOOT + 14, BOOT + 15, False),
    ]
    left, _ = surface.sheet.columns.span(13, 13)
    row = surface.scrolling.rows.row_of(BOOT + 3) - surface.scrolling.top + 1
    explorer.session.go_to(BOOT + 3)
    settle(qtbot, explorer)
    picture = surface.viewport().grab().toImage()
    y = row * surface.scrolling.row_height + surface.scrolling.row_height - 2
    ratio = picture.devicePixelRatio()
    shown = picture.pixelColor(round((left + 6) * ratio), round(y * ratio))
    assert shown != theme.colour("field"), "a field is marked"


def test_a_disk_with_nothing_on_it_says_so(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    create_disk(tmp_path / "empty.vmdk", 4096)
    window.open_path(tmp_path / "empty.vmdk")
    window.commands.run("go.structures")
    view = window.panes.guests.structures_view
    qtbot.waitUntil(lambda: not view._asking.isActive())
    assert "Nothing is recognised" in view.totals.text()
    qtbot.mouseClick(view.everywhere, LEFT)
    qtbot.waitUntil(lambda: not view.is_running)
    assert view.rows.count() == 0


def test_the_inspector_shows_the_header_of_the_file_of_the_link(
    qtbot: QtBot, explorer: MainWindow
) -> None:
    inspector = explorer.panes.inspector_view
    assert inspector is not None
    explorer.panes.inspector.raise_()
    inspector.pages.setCurrentIndex(3)
    settle(qtbot, explorer)
    facts = inspector.link.facts
    told = {
        str(facts.index(row, 0).data()).strip(): str(facts.index(row, 1).data())
        for row in range(facts.rowCount())
    }
    assert told["VMDK sparse header"] == "office-000005.vmdk"
    assert told["capacity"] == f"byte 12: {(64 << 20) // 512}"
    assert told["grainSize"] == "byte 20: 128"
