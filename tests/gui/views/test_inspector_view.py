"""The inspector over the sample chain, and its model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from redoscope_core import Access, Disk, create_disk
from redoscope_core.explanations import explained
from redoscope_gui import theme
from redoscope_gui.session import Session
from redoscope_gui.views.inspector import InspectorView
from redoscope_gui.views.inspector.facts import Fact, FactsModel
from redoscope_gui.views.inspector.table import FactsTable

LOOK_UP, GENERATIONS, VALUES, LINK = range(4)


@pytest.fixture
def inspector(qtbot: QtBot, session: Session, tip: Path) -> Generator[InspectorView]:
    """The inspector, shown, at the newest generation."""
    view = InspectorView(session)
    qtbot.addWidget(view)
    view.resize(700, 400)
    with qtbot.waitExposed(view):
        view.show()
    session.open(tip)
    settle(qtbot, view)
    yield view
    view.hide()


def settle(qtbot: QtBot, view: InspectorView) -> None:
    qtbot.waitUntil(lambda: not view._asking.isActive(), timeout=5000)


def rows(table: FactsTable, parent: QModelIndex | None = None) -> list[list[str]]:
    """The texts of the rows below *parent*."""
    model = table.facts
    above = parent or QModelIndex()
    return [
        [str(model.index(row, column, above).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount(above))
    ]


def test_the_look_up_is_told_link_by_link(
    qtbot: QtBot, session: Session, inspector: InspectorView
) -> None:
    session.go_to(0)
    session.go_to(35840 * 512)
    settle(qtbot, inspector)
    assert session.chain is not None
    lookup = session.chain.owner(35840)
    told = rows(inspector.lookup)
    assert [row[0] for row in told] == [
        f"{step.link_index} {step.link_path.name}" for step in lookup.steps
    ]
    assert told[-1][0] == "2 office-000002.vmdk"
    verdict = explained(lookup.steps[-1])
    assert told[-1][1].lower() == verdict.lower()
    digits = re.findall("0x([0-9A-Fa-f]+)", told[-1][1])
    assert digits == [each.upper() for each in digits]
    last = inspector.lookup.facts.index(len(told) - 1, 0)
    numbers = dict(rows(inspector.lookup, last))
    assert numbers["First sector of the grain"].replace("\u202f", "") == "35840"
    assert lookup.offset is not None
    assert f"0x{lookup.offset:X}" in numbers["Sector at byte of the file"]
    assert inspector.lookup.isExpanded(last)
    assert not inspector.lookup.isExpanded(inspector.lookup.facts.index(0, 0))
    story = inspector.summary.text()
    assert "office-000005.vmdk down to office-000003.vmdk have nothing" in story
    assert "so ask office-000002.vmdk:" in story
    assert f"so byte 0x{lookup.offset:X} of office-000002.vmdk." in story


def test_zeros_and_nothing_stored_are_told_apart(
    qtbot: QtBot, session: Session, inspector: InspectorView
) -> None:
    session.go_to(8192 * 512)
    settle(qtbot, inspector)
    assert "office-000003.vmdk says that it is zeros" in inspector.summary.text()
    session.go_to(10240 * 512)
    settle(qtbot, inspector)
    assert "No link stores it" in inspector.summary.text()


def test_a_number_leads_to_its_sector(
    qtbot: QtBot, session: Session, inspector: InspectorView
) -> None:
    session.go_to(35840 * 512 + 5000)
    settle(qtbot, inspector)
    table = inspector.lookup
    last = table.facts.index(table.facts.rowCount() - 1, 0)
    for row in range(table.facts.rowCount(last)):
        index = table.facts.index(row, 1, last)
        fact = table.facts.fact(index)
        assert fact is not None
        if fact.sector is not None:
            table.setCurrentIndex(index)
            qtbot.keyClick(table, Qt.Key.Key_Return)
    assert session.cursor.offset == 35840 * 512


def test_the_generations_page_has_a_row_each_and_leads_there(
    qtbot: QtBot, session: Session, inspector: InspectorView
) -> None:
    session.go_to(8192 * 512)
    inspector.pages.setCurrentIndex(GENERATIONS)
    settle(qtbot, inspector)
    told = rows(inspector.generations)
    assert [row[1] for row in told] == [
        "stored",
        "not stored here",
        "not stored here",
        "zeroed",
        "not stored here",
        "not stored here",
    ]
    assert [row[2] for row in told] == ["0", "0", "0", "3", "3", "3"]
    assert [row[4] for row in told] == ["", "", "", "changed", "", ""]
    inspector.generations.setCurrentIndex(inspector.generations.facts.index(3, 0))
    qtbot.keyClick(inspector.generations, Qt.Key.Key_Return)
    assert session.cursor.generation == 3


def test_values_follow_the_cursor(qtbot: QtBot, session: Session, inspector: InspectorView) -> None:
    inspector.pages.setCurrentIndex(VALUES)
    session.go_to(0)
    settle(qtbot, inspector)
    told = {row[0]: row[1:] for row in rows(inspector.values)}
    assert told["u8"][0] == str(0xEB)
    assert told["u16"][0].replace("\u202f", "") == str(0xFEEB)
    assert told["u16"][1].replace("\u202f", "") == str(0xEBFE)
    session.go_to(1)
    settle(qtbot, inspector)
    assert {row[0]: row[1] for row in rows(inspector.values)}["u8"] == str(0xFE)


def test_the_link_page_says_which_parent_matches(
    qtbot: QtBot, session: Session, inspector: InspectorView
) -> None:
    inspector.pages.setCurrentIndex(LINK)
    settle(qtbot, inspector)
    told = {row[0]: row[1] for row in rows(inspector.link)}
    assert told["Role"] == "child, tip of the chain"
    assert told["Parent content ID"].endswith("as the parent has it")
    assert "64 MiB" in told["Capacity"].replace("\u202f", " ")
    assert "createType" in inspector.descriptor.toPlainText()
    session.select_generation(0)
    settle(qtbot, inspector)
    told = {row[0]: row[1] for row in rows(inspector.link)}
    assert told["Role"] == "base disk"
    assert "Parent content ID" not in told


def test_rows_are_copied(qtbot: QtBot, inspector: InspectorView) -> None:
    inspector.pages.setCurrentIndex(LINK)
    settle(qtbot, inspector)
    table = inspector.link
    table.setCurrentIndex(table.facts.index(0, 0))
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "child, tip of the chain"
    fact = table.facts.fact(table.facts.index(1, 0))
    assert fact is not None
    menu = table.menu(fact)
    menu.actions()[1].trigger()
    assert QGuiApplication.clipboard().text() == "Generation\t5 of 5"
    menu.deleteLater()


def test_the_model_keeps_its_promises() -> None:
    model = FactsModel(("what", "value"))
    tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Fatal, model
    )
    inner = (Fact(("c", "3")), Fact(("d", "4")))
    first = [Fact(("a", "1"), children=inner), Fact(("b", "2"))]
    assert model.show(first)
    assert not model.show([Fact(("x", "9"), children=inner), Fact(("y", "8"))])
    assert model.index(0, 1).data() == "9"
    assert model.show([Fact(("alone", ""))])
    assert model.show([])
    assert model.rowCount() == 0
    assert tester is not None


def test_what_is_chosen_stays_when_the_same_rows_get_other_values(
    qtbot: QtBot, session: Session, inspector: InspectorView
) -> None:
    inspector.pages.setCurrentIndex(VALUES)
    settle(qtbot, inspector)
    table = inspector.values
    table.setCurrentIndex(table.facts.index(5, 1))
    session.go_to(512)
    settle(qtbot, inspector)
    assert table.currentIndex().row() == 5


def test_every_page_has_a_name_for_the_screen_reader(inspector: InspectorView) -> None:
    for widget in (
        inspector.lookup,
        inspector.generations,
        inspector.values,
        inspector.link,
        inspector.descriptor,
    ):
        assert widget.accessibleName()


def test_without_a_disk_it_says_what_to_do(qtbot: QtBot, session: Session) -> None:
    view = InspectorView(session)
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    assert view.summary.text() == "Open a disk to see how its sectors are found."
    view.hide()


def test_the_names_of_generations_are_whole(
    qtbot: QtBot, dressed: QApplication, inspector: InspectorView
) -> None:
    inspector.resize(660, 380)
    inspector.pages.setCurrentIndex(1)
    settle(qtbot, inspector)
    table = inspector.generations
    for zoom in (1.0, 1.5, 1.0):
        theme.apply_theme(dressed, theme.DARK, zoom)
        assert table.header().sectionSize(0) >= table.sizeHintForColumn(0)


def test_a_single_grain_is_told_as_one(
    qtbot: QtBot, session: Session, inspector: InspectorView, tmp_path: Path
) -> None:
    create_disk(tmp_path / "one.vmdk", 8192)
    with Disk.open(tmp_path / "one.vmdk", access=Access.WRITE) as disk:
        disk.write(0, b"1" * 512)
    session.open(tmp_path / "one.vmdk")
    inspector.pages.setCurrentIndex(LINK)
    settle(qtbot, inspector)
    told = dict(row[:2] for row in rows(inspector.link))
    assert told["Stored"] == "64 KiB (1 grain)"
    assert told["Zeroed"] == "0 B (0 grains)"


def test_a_digest_is_whole_wherever_it_is_taken(
    qtbot: QtBot, session: Session, inspector: InspectorView
) -> None:
    inspector.pages.setCurrentIndex(GENERATIONS)
    session.go_to(4096 * 512)
    settle(qtbot, inspector)
    table = inspector.generations
    assert table.facts.headerData(3, Qt.Orientation.Horizontal) == "SHA-256 of the sector"
    assert session.chain is not None
    newest = len(session.chain.links) - 1
    digits = hashlib.sha256(session.chain.read(4096, 1)).hexdigest()
    index = table.facts.index(newest, 0)
    fact = table.facts.fact(index)
    assert fact is not None
    assert fact.cells[3] == digits
    assert digits in fact.hint
    table.setFocus()
    table.setCurrentIndex(index)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == digits
    menu = table.menu(fact)
    next(each for each in menu.actions() if each.text() == "Copy row").trigger()
    assert digits in QGuiApplication.clipboard().text().split("\t")
    menu.close()
    menu.deleteLater()


def test_columns_have_their_widths_before_anything_is_in_them(qtbot: QtBot) -> None:
    table = FactsTable(["Asked", "Answer"], "Look-up", (170, 90))
    qtbot.addWidget(table)
    assert table.header().sectionSize(0) == round(170 * theme.zoom())
