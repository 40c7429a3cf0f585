"""The case pane: what it lists and tells, where its rows lead, and that nothing in it is ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.gui.hostile import hostile_texts

from redoscope_core import SECTOR, Case, CaseEntry, CaseEntryKind, MarkColour, SavedSearch
from redoscope_gui import theme
from redoscope_gui.dialogs.case_entry import CaseEntryDialog
from redoscope_gui.dialogs.new_case import NewCaseDialog
from redoscope_gui.requests import MakeCase
from redoscope_gui.session import Session
from redoscope_gui.settings import Settings
from redoscope_gui.views.case import CaseView
from redoscope_gui.window import MainWindow

ENTRIES, EVIDENCE, TRAIL = range(3)
RETURN = Qt.Key.Key_Return


@pytest.fixture
def pane(window: MainWindow, session: Session, tip: Path, tmp_path: Path) -> CaseView:
    """The pane, in front, with a case that has nothing yet."""
    window.open_path(tip)
    window.activateWindow()
    session.casework.make(MakeCase(tmp_path / "case", "Office PC", "Examiner", "7/3"))
    assert window.panes.guests.case.in_front
    return window.panes.guests.case_view


def keep(session: Session, name: str, start: int | None = None, **more: object) -> CaseEntry:
    """Bookmark the sector *start*, or note *name* on the case."""
    work = session.casework
    if start is None:
        work.keep(CaseEntry(CaseEntryKind.NOTE, text=name, **more), None)  # type: ignore[arg-type]  # what is drawn
    else:
        session.marked.mark((start * SECTOR, start * SECTOR + 511))
        kind, colour = CaseEntryKind.BOOKMARK, MarkColour.TEAL
        work.keep(CaseEntry(kind, name, colour=colour, **more), work.sectors_here())  # type: ignore[arg-type]  # what is drawn
    assert work.entry is not None
    return work.entry


def column(pane: CaseView, at: int) -> list[str]:
    rows = pane.table.model()
    return [str(rows.index(row, at).data()) for row in range(rows.rowCount())]


def test_without_a_case_it_says_what_one_is_and_offers_to_make_one(
    window: MainWindow, tip: Path
) -> None:
    window.open_path(tip)
    window.commands.run("case.show")
    view = window.panes.guests.case_view
    assert view.head.text().startswith("No case is open.")
    assert [each.text() for each in view.without.buttons] == ["New case…", "Open case…"]
    assert not view.parts.isVisible()
    window.commands.run("case.new")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, NewCaseDialog)
    dialog.reject()


def test_entries_stand_newest_first_and_the_chosen_one_is_told_whole(
    session: Session, pane: CaseView
) -> None:
    keep(session, "first", 34, text="line one\nline two", tags=("a", "b"))
    keep(session, "second")
    assert column(pane, 0) == ["second", "first"]
    assert column(pane, 1) == ["the case", "sector 34"]
    assert column(pane, 2) == ["", "5  office-000005.vmdk"]
    assert pane.details.toPlainText().startswith("note 2\nthe case\nsecond")
    pane.table.selectRow(1)
    told = pane.details.toPlainText().split("\n")
    assert told[:5] == [
        "bookmark 1: first",
        "sector 34, generation 5  office-000005.vmdk",
        "line one",
        "line two",
        "Tags: a, b",
    ]
    assert session.casework.chosen == 1


def test_the_filter_looks_in_names_notes_tags_and_places(session: Session, pane: CaseView) -> None:
    keep(session, "first", 34, text="deep", tags=("gap",))
    keep(session, "second")
    for needle, names in (("GAP", ["first"]), ("sec", ["second", "first"]), ("none", [])):
        pane.filter.setText(needle)
        assert column(pane, 0) == names
    pane.filter.clear()
    assert len(column(pane, 0)) == 2


def test_return_goes_to_the_bytes_and_again_to_the_generation(
    qtbot: QtBot, window: MainWindow, session: Session, pane: CaseView
) -> None:
    session.select_generation(2)
    keep(session, "here", 34)
    session.select_generation(5)
    session.go_to(0)
    window.commands.run("case.show")
    qtbot.keyClick(pane.tables[ENTRIES], RETURN)
    assert (session.cursor.generation, session.cursor.sector) == (2, 34)
    assert window.panes.hex_view is not None
    assert window.panes.hex_view.surface.hasFocus()


def test_a_saved_search_is_made_again_as_it_was(
    qtbot: QtBot, window: MainWindow, session: Session, pane: CaseView
) -> None:
    form = window.panes.guests.search_view.form
    for search in (
        SavedSearch("de ad", is_hex=True),
        SavedSearch("[0-9]{4}", regex=True, ignore_case=True),
        SavedSearch("OFFICE", ignore_case=True, encodings=("utf-8", "utf-16")),
        SavedSearch("office", encodings=("latin-1", "cp1252")),
    ):
        form.take(search)
        assert form.saved() == search
    window.commands.run("case.save_search")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, CaseEntryDialog)
    dialog.accept()
    session.casework.keep(CaseEntry(CaseEntryKind.SEARCH, "s", search=SavedSearch("OFFICE")), None)
    pane.tables[ENTRIES].setFocus()
    qtbot.keyClick(pane.tables[ENTRIES], RETURN)
    assert window.panes.guests.search.in_front
    assert form.pattern.text() == "OFFICE"
    assert window.panes.guests.search_view.rows.rowCount() > 0


def test_evidence_has_its_digests_and_says_what_differs(
    session: Session, window: MainWindow, own_sample: Path, tmp_path: Path
) -> None:
    window.open_path(own_sample / "office-000005.vmdk")
    session.casework.make(MakeCase(tmp_path / "case"))
    view = window.panes.guests.case_view
    view.bar.setCurrentIndex(EVIDENCE)
    session.casework.hash_evidence()
    assert set(column(view, 2)) == {"digests taken"}
    view.table.selectRow(0)
    assert "SHA-256 " in view.details.toPlainText()
    session.leave()
    (own_sample / "office.vmdk").unlink()
    session.casework.verify()
    assert column(view, 2)[0] == "MISSING"
    assert "office.vmdk: MISSING" in view.judged.text()


def test_the_trail_is_listed_newest_first_and_a_record_is_told_whole(
    session: Session, pane: CaseView
) -> None:
    session.hash_generation()
    pane.bar.setCurrentIndex(TRAIL)
    assert column(pane, 1) == ["hash", "open", "case"]
    assert column(pane, 2)[0].startswith("office-000005.vmdk, generation 5 → sha256 ")
    pane.table.selectRow(0)
    assert session.casework.state is not None
    assert f"SHA-256 {session.casework.state.head.sha256}" in pane.details.toPlainText()  # type: ignore[union-attr]  # there
    assert pane.judged.text() == "trail not verified in this window"
    session.casework.judge_trail()
    assert pane.judged.text() == "trail sound"


def test_hostile_texts_of_a_case_are_spelled_out(
    session: Session, window: MainWindow, tip: Path, tmp_path: Path
) -> None:
    texts = tuple(text[:900] for text in hostile_texts(Path("none.png")))
    made = Case.new(tmp_path / "case", title=texts[0])
    kind = CaseEntryKind.SEARCH
    made.keep(CaseEntry(kind, t, t, search=SavedSearch(t), tags=(t[:200],)) for t in texts)
    for text in texts:
        made.record("<b>act</b>", {"path": text, text: [text]}, {"x": {text: text}})
    window.open_path(tip)
    session.casework.open(tmp_path / "case")
    view = window.panes.guests.case_view
    for at in (ENTRIES, TRAIL):
        view.bar.setCurrentIndex(at)
        for each in range(view.table.model().columnCount()):
            assert all(cell.isprintable() for cell in column(view, each))
        for row in range(len(texts)):
            view.table.selectRow(row)
            assert all(line.isprintable() for line in view.details.toPlainText().split("\n"))
    assert window.case_desk.mark.text().strip().isprintable()


def test_the_models_keep_qts_rules(session: Session, pane: CaseView) -> None:
    testers = [QAbstractItemModelTester(table.model()) for table in pane.tables]
    keep(session, "first", 34)
    session.casework.hash_evidence()
    for at in (EVIDENCE, TRAIL, ENTRIES):
        pane.bar.setCurrentIndex(at)
    session.casework.close()
    assert len(testers) == 3


def test_the_box_below_says_what_it_is_for_and_no_time_of_the_trail_is_shortened(
    session: Session, pane: CaseView
) -> None:
    assert "Nothing is kept yet" in pane.details.placeholderText()
    keep(session, "mine")
    assert "Choose a row" in pane.details.placeholderText()
    pane.bar.setCurrentIndex(TRAIL)
    when = pane.table.model().index(0, 0)
    assert len(str(when.data())) == len("2026-01-31 23:59:59")
    room = pane.table.columnWidth(0) - 2 * theme.STEP
    assert pane.table.fontMetrics().horizontalAdvance("2026-08-28 20:08:48") <= room


def test_what_another_program_noted_is_listed_when_the_window_comes_forward(
    qapp: QApplication, session: Session, pane: CaseView
) -> None:
    keep(session, "mine")
    assert session.casework.state is not None
    theirs = CaseEntry(CaseEntryKind.NOTE, text="theirs")
    Case.open(session.casework.state.case.folder).keep([theirs])
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert column(pane, 0) == ["mine"]
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert column(pane, 0) == ["theirs", "mine"]


def test_the_status_bar_names_the_case_and_the_head_of_its_trail(
    qtbot: QtBot, window: MainWindow, session: Session, pane: CaseView
) -> None:
    mark = window.case_desk.mark
    assert pane.isVisible()
    state = session.casework.state
    assert state is not None
    assert mark.isVisible()
    assert "Office PC" in mark.text()
    head = str(state.head)
    assert head[:10] in mark.text()
    assert head in mark.toolTip().replace("\n", "")
    window.commands.run("case.copy_head")
    assert QGuiApplication.clipboard().text() == head
    window.panes.guests.case.hide()
    qtbot.mouseClick(mark, Qt.MouseButton.LeftButton)
    assert window.panes.guests.case.in_front
    window.commands.run("case.close")
    assert not mark.isVisible()


def test_cases_that_were_open_are_remembered_and_offered(
    window: MainWindow, settings: Settings, pane: CaseView, session: Session, tmp_path: Path
) -> None:
    assert pane.isVisible()
    assert settings.recent_cases == (tmp_path / "case",)
    assert settings.examiner == "Examiner"
    window.commands.run("case.close")
    window.ask_command("Case: case")
    offer = window.palette_box.chosen
    assert offer is not None
    offer.run()
    window.palette_box.leave()
    assert session.casework.state is not None


def test_bookmarks_are_found_by_the_palette(
    window: MainWindow, session: Session, pane: CaseView
) -> None:
    assert pane.isVisible()
    keep(session, "odd gap", 34)
    session.go_to(0)
    window.ask_command("odd gap")
    offer = window.palette_box.chosen
    assert offer is not None
    assert offer.title == "Bookmark: odd gap"
    offer.run()
    window.palette_box.leave()
    assert session.cursor.sector == 34


def test_marked_bytes_are_named_below_them_and_have_a_strip_beside_their_address(
    window: MainWindow, session: Session, pane: CaseView
) -> None:
    assert pane.isVisible()
    assert window.panes.hex_view is not None
    surface = window.panes.hex_view.surface
    keep(session, "odd gap", 34)
    session.go_to(34 * SECTOR + 5)
    assert surface.bookmarks.role(34 * SECTOR, 34 * SECTOR + 15) == "mark_teal"
    assert surface.bookmarks.role(35 * SECTOR, 35 * SECTOR + 15) == ""
    assert ", bookmark odd gap" in surface.spoken_value()
    strip = theme.colour("mark_teal").name()
    picture = surface.viewport().grab().toImage()
    column = {picture.pixelColor(8, y).name() for y in range(picture.height())}
    assert strip in column
    session.go_to(40 * SECTOR)
    assert "odd gap" not in surface.spoken_value()
    window.commands.run("case.close")
    assert surface.bookmarks.role(34 * SECTOR, 34 * SECTOR + 15) == ""
