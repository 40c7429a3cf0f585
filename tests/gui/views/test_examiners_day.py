"""An examiner's day, by keyboard: what was found is there again after a new start."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from tests.gui.typist import ALT, CTRL, SHIFT, Typist
from tests.gui.views.listed_files import Story, answering

from redoscope_core import Case, MarkedPlace, verify_trail
from redoscope_gui.dialogs.case_entry import CaseEntryDialog
from redoscope_gui.dialogs.new_case import NewCaseDialog
from redoscope_gui.dialogs.report import ReportDialog
from redoscope_gui.engine import EngineThread
from redoscope_gui.requests import PastTold, TellPast
from redoscope_gui.session import Session
from redoscope_gui.settings import Settings
from redoscope_gui.views.files import FilesView
from redoscope_gui.views.files.rows import Place
from redoscope_gui.window import MainWindow

SALARIES = "/SALARIES.TXT"


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def by_palette(typist: Typist, words: str) -> None:
    """Press Ctrl+K, type *words*, press Return."""
    typist.press(Qt.Key.Key_K, CTRL)
    typist.type(words)
    typist.press(Qt.Key.Key_Return)


def new_case(qtbot: QtBot, typist: Typist, folder: Path) -> None:
    by_palette(typist, "new case")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, NewCaseDialog)
    typist.press(Qt.Key.Key_A, CTRL)
    typist.type(str(folder))
    typist.tab_to(dialog.title_box)
    typist.type("Office PC")
    with qtbot.waitSignal(dialog.accepted):
        typist.press(Qt.Key.Key_Return)


def kept(qtbot: QtBot, typist: Typist, text: str) -> None:
    """Type *text* where the focus is in the dialog of an entry, and keep it."""
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, CaseEntryDialog)
    typist.type(text)
    typist.tab_to(dialog.tags_box)
    typist.type("salaries")
    with qtbot.waitSignal(dialog.accepted):
        typist.press(Qt.Key.Key_Return)


def chosen(view: FilesView) -> Place | None:
    indexes = view.tree.selectionModel().selectedRows()
    return view.rows.place(indexes[0]) if indexes else None


def find_the_planted_change(qtbot: QtBot, typist: Typist, window: MainWindow) -> None:
    """Compare with the second generation, sort the files by class, go down to the deleted one."""
    by_palette(typist, "compare with office-000001")
    assert window.session.comparison is not None
    assert window.session.comparison.generation == 1
    by_palette(typist, "compare byte by byte")
    qtbot.waitUntil(lambda: window.session.comparing.whole is not None)
    by_palette(typist, "sort files")
    view = window.panes.guests.files_view
    qtbot.waitUntil(lambda: window.session.files.compared is not None)
    assert typist.focus is view.tree
    typist.press(Qt.Key.Key_Home)
    names = []
    for _ in range(40):
        place = chosen(view)
        names.append("" if place is None else place.path)
        if place is not None and place.path == SALARIES:
            break
        typist.press(Qt.Key.Key_Down)
    assert names[-1] == SALARIES
    assert names.index("/MAIL.MBX") < names.index(SALARIES), "what was added stands before"
    assert "/BUDGET.CSV" not in names, "and what was modified behind it"


def look_at_its_past(qtbot: QtBot, typist: Typist, window: MainWindow) -> None:
    """To the generation that still had it: export it from there, and go to its bytes."""
    typist.press(Qt.Key.Key_I, CTRL | SHIFT)
    view = window.panes.guests.history_view
    qtbot.waitUntil(lambda: view.moments.rowCount() > 0)
    typist.tab_to(view.table)
    typist.press(Qt.Key.Key_BracketLeft)  # to where its bytes differ: there it is gone
    typist.press(Qt.Key.Key_Up)
    assert window.session.cursor.generation == 2
    typist.tab_to(view.save)
    typist.press(Qt.Key.Key_Space)
    typist.tab_to(view.table)
    typist.press(Qt.Key.Key_Return)
    chain = window.session.generation_chain
    assert chain is not None
    assert chain.read(window.session.cursor.sector, 1).startswith(b"SALARIES - CONFIDENTIAL")
    assert window.panes.hex_view is not None
    assert typist.focus is window.panes.hex_view.surface


def test_what_was_found_is_there_again_after_a_new_start(  # noqa: PLR0917 - fixtures
    qtbot: QtBot,
    window: MainWindow,
    settings: Settings,
    tip: Path,
    told: Story,
    salaries: PastTold,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert told
    monkeypatch.setattr(TellPast, "run", answering(salaries))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tip), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "out"))
    before = digests(tip.parent)
    session, typist, folder = window.session, Typist(qtbot, window), tmp_path / "case"
    with qtbot.waitActive(window):
        window.activateWindow()
    typist.press(Qt.Key.Key_O, CTRL)
    new_case(qtbot, typist, folder)
    by_palette(typist, "take digests")
    find_the_planted_change(qtbot, typist, window)
    look_at_its_past(qtbot, typist, window)
    sector = session.cursor.sector
    typist.press(Qt.Key.Key_D, CTRL)
    kept(qtbot, typist, "salaries before the shredding")
    typist.press(Qt.Key.Key_E, CTRL)
    kept(qtbot, typist, "64 KiB, readable in generation 2")
    exported = tmp_path / "out" / "SALARIES.TXT"
    assert exported.read_bytes().startswith(b"SALARIES - CONFIDENTIAL")
    report(qtbot, typist, window, folder)
    by_palette(typist, "verify the case")
    typist.press(Qt.Key.Key_Q, CTRL)
    qtbot.waitUntil(lambda: not window.isVisible())
    the_next_day(qtbot, settings, tip, sector)
    assert digests(tip.parent) == before
    the_trail_tells_all_of_it(folder, exported)


def report(qtbot: QtBot, typist: Typist, window: MainWindow, folder: Path) -> None:
    """Report what differs up to the tip, in one form, where the case has its reports."""
    typist.press(Qt.Key.Key_End, ALT)
    typist.press(Qt.Key.Key_R, CTRL | ALT)
    (dialog,) = window.findChildren(ReportDialog)
    assert dialog.folder == folder / "reports" / "office-000001-office-000005"
    assert dialog.title_box.text() == "Office PC"
    for name, box in dialog.form_boxes.items():
        if name not in {"json", "csv"}:
            qtbot.keyClick(box, Qt.Key.Key_Space)
    qtbot.keyClick(dialog.title_box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.written is not None)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def is_open(session: Session) -> bool:
    return session.casework.state is not None


def the_next_day(qtbot: QtBot, settings: Settings, tip: Path, sector: int) -> None:
    """Start again: the disk is opened, and its case with it."""
    engine = EngineThread(inline=True)
    session = Session(engine)
    window = MainWindow(session, settings)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    typist = Typist(qtbot, window)
    assert not is_open(session)
    typist.press(Qt.Key.Key_O, CTRL)
    assert session.chain is not None
    assert session.chain.path == tip
    assert is_open(session)
    note, bookmark = reversed(session.casework.marks)
    assert bookmark.name == "salaries before the shredding"
    assert bookmark.place == MarkedPlace(1, 2, sector, 1)
    assert (note.text, note.tags) == ("64 KiB, readable in generation 2", ("salaries",))
    typist.press(Qt.Key.Key_K, CTRL | SHIFT)
    assert typist.focus is window.panes.guests.case_view.tables[0]
    typist.press(Qt.Key.Key_End)
    typist.press(Qt.Key.Key_Return)
    assert (session.cursor.generation, session.cursor.sector) == (2, sector)
    typist.press(Qt.Key.Key_Q, CTRL)
    session.close()
    assert engine.shutdown()


def the_trail_tells_all_of_it(folder: Path, exported: Path) -> None:
    case = Case.open(folder)
    assert verify_trail(case.trail, case.trail_head()).is_sound
    records = [json.loads(line) for line in case.trail.read_bytes().splitlines()]
    acts = [record["act"] for record in records]
    wanted = ("case", "open", "add", "digests", "compare", "files-diff", "history", "keep")
    assert set(acts) >= {*wanted, "export", "report", "verify"}
    (export,) = (record for record in records if record["act"] == "export")
    digest = hashlib.sha256(exported.read_bytes()).hexdigest()
    assert export["result"]["files"][0]["sha256"] == digest
    (made,) = (record for record in records if record["act"] == "report")
    manifest = (folder / "reports" / "office-000001-office-000005" / "manifest.json").read_bytes()
    assert made["result"]["manifest_sha256"] == hashlib.sha256(manifest).hexdigest()
    (verified,) = (record for record in records if record["act"] == "verify")
    assert verified["result"]["sound"] is True
    assert acts[-1] == "open"
