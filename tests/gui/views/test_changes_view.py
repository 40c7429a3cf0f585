"""The changes pane: what it lists, walks and saves is what the command and the raw images say."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from tests.gui.machines import branched_machine

from redoscope_core import (
    SECTOR,
    Chain,
    ChangeList,
    audit,
    change_id_of,
    changed_runs,
    create_child,
    create_disk,
    finished,
)
from redoscope_core.code import ChangesSince
from redoscope_gui.requests import ChangesForm, ListChanges, SaveChanges
from redoscope_gui.session import Session
from redoscope_gui.views.changes import ChangesView
from redoscope_gui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pane(qtbot: QtBot, window: MainWindow, tip: Path) -> ChangesView:
    """The pane, brought to the front by its key."""
    window.open_path(tip)
    window.activateWindow()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_D, keys)
    view = window.panes.guests.changes_view
    qtbot.waitUntil(view.isVisible)
    return view


def choose(qtbot: QtBot, pane: ChangesView, since: str) -> None:
    """Choose since which link, by keyboard."""
    pane.since.setFocus()
    qtbot.keyClick(pane.since, Qt.Key.Key_Home)
    for _ in range(pane.since.findData(since)):
        qtbot.keyClick(pane.since, Qt.Key.Key_Down)
    assert pane.since.currentData() == since
    pane.since.activated.emit(pane.since.currentIndex())


def told(pane: ChangesView) -> list[tuple[int, int]]:
    """Return the areas as they are listed: first byte and length."""
    cells = [pane.rows.cells(row) for row in range(pane.rows.rowCount())]
    return [(int(c[0], 16), int(c[2].replace("\u202f", ""))) for c in cells]


def sectors_of(areas: list[tuple[int, int]], capacity: int) -> set[int]:
    """Return the sectors that *areas* cover."""
    return {
        sector
        for start, length in areas
        for sector in range(start // SECTOR, min((start + length) // SECTOR, capacity))
    }


@pytest.mark.parametrize("since", ["0", "2", "4"])
def test_what_is_listed_holds_all_that_differs_and_to_the_sector_only_that(
    qtbot: QtBot, pane: ChangesView, tip: Path, since: str
) -> None:
    with Chain.open(tip) as chain:
        older = chain.up_to(int(since))
        images = [
            np.frombuffer(each.read(0, each.capacity), np.uint8).reshape(-1, SECTOR)
            for each in (older, chain)
        ]
        differing = set(np.flatnonzero((images[0] != images[1]).any(axis=1)).tolist())
        capacity, identity = chain.capacity, str(change_id_of(chain, int(since)))
    choose(qtbot, pane, since)
    by_link = told(pane)
    assert differing <= sectors_of(by_link, capacity)
    pane.identity.setFocus()
    qtbot.keyClicks(pane.identity, identity)
    qtbot.keyClick(pane.identity, Qt.Key.Key_Return)
    assert told(pane) == by_link, "a change id means its link"
    assert f"in {len(by_link)} areas" in pane.totals.text()
    pane.exact.setFocus()
    qtbot.keyClick(pane.exact, Qt.Key.Key_Space)
    assert sectors_of(told(pane), capacity) == differing
    assert "each sector differs" in pane.totals.text()


def test_a_foreign_change_id_is_refused_in_a_sentence(qtbot: QtBot, pane: ChangesView) -> None:
    foreign = "52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63/1"
    for text, words in ((foreign, "not on this chain"), ("nonsense", "change id")):
        pane.identity.clear()
        qtbot.keyClicks(pane.identity, text)
        qtbot.keyClick(pane.identity, Qt.Key.Key_Return)
        assert words in pane.totals.text()
        assert not pane.rows.rowCount()
        assert not pane.exports[0].isEnabled()


def test_brackets_and_arrows_walk_and_return_enters_the_bytes(
    qtbot: QtBot, window: MainWindow, session: Session, pane: ChangesView
) -> None:
    choose(qtbot, pane, "3")
    starts = [start for start, _length in told(pane)]
    session.go_to(0)
    pane.table.setFocus()
    walked = []
    for _ in starts:
        qtbot.keyClick(pane.table, Qt.Key.Key_BracketRight)
        walked.append(session.cursor.offset)
    assert walked == [start for start in starts if start > 0][: len(walked)] or walked == starts
    qtbot.mouseClick(pane.before, LEFT)
    assert session.cursor.offset == walked[-2]
    qtbot.keyClick(pane.table, Qt.Key.Key_Return)
    assert window.panes.hex.in_front


def test_what_is_saved_is_the_list_and_the_vendors_shape_passes_the_audit(
    qtbot: QtBot,
    pane: ChangesView,
    tip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choose(qtbot, pane, "1")
    areas = told(pane)
    for button, name in zip(pane.exports, ["a.csv", "a.json", "a.cbt.json"], strict=True):
        target = tmp_path / name
        monkeypatch.setattr(
            QFileDialog, "getSaveFileName", lambda *_, target=target: (str(target), "")
        )
        qtbot.mouseClick(button, LEFT)
        qtbot.waitUntil(target.exists)
    rows = list(csv.DictReader((tmp_path / "a.csv").read_text().splitlines()))
    assert [(int(row["start"]), int(row["length"])) for row in rows] == areas
    ours = json.loads((tmp_path / "a.json").read_text())
    assert [(a["start"], a["length"]) for a in ours["changed_area"]] == areas
    with Chain.open(tip) as chain:
        assert ours["change_id"] == str(change_id_of(chain))
        for name in ("a.csv", "a.cbt.json"):
            end = chain.capacity * SECTOR
            given = ChangeList.parse((tmp_path / name).read_bytes(), end)
            assert audit(given, changed_runs(chain, 1), chain.capacity).may_be_trusted
    qtbot.mouseClick(pane.copy, LEFT)
    assert QApplication.clipboard().text() == ours["change_id"]


@pytest.mark.parametrize("form", ChangesForm)
def test_a_list_of_nothing_is_saved_as_one(tmp_path: Path, form: ChangesForm) -> None:
    base, child = tmp_path / "base.vmdk", tmp_path / "child.vmdk"
    create_disk(base, 2048)
    with Chain.open(base) as chain:
        create_child(chain, child)
    with Chain.open(child) as chain:
        found = ListChanges(chain, "0").run()
        saved = finished(SaveChanges(found, tmp_path / "list", form).run())
        given = ChangeList.parse(saved.read_bytes(), chain.capacity * SECTOR)
        assert len(given.start) == 0
        assert audit(given, changed_runs(chain, 0), chain.capacity).may_be_trusted


def test_who_decides_an_area_is_told_and_snapshots_name_their_links(
    window: MainWindow, tmp_path: Path
) -> None:
    run = branched_machine(tmp_path / "web")
    window.open_path(run.vmx)
    window.toggle_pane(window.panes.guests.changes)
    view = window.panes.guests.changes_view
    names = [view.since.itemText(row) for row in range(view.since.count())]
    assert names == [
        "all that is in use", "0  web.vmdk  (installed)", "1  web-000003.vmdk  (other way)",
    ]  # fmt: skip
    leaf = run.leaf("scsi0:0")
    with Chain.open(leaf) as chain:
        found = ListChanges(chain, "*").run()
        for row in range(len(found.runs.start)):
            first, behind = int(found.runs.start[row]), int(found.runs.end[row])
            told = [chain.owner(at).link_index for at in range(first // 512, behind // 512, 128)]
            owners = [owner for owner in told if owner is not None]
            assert (min(owners), max(owners)) == (found.oldest[row], found.newest[row])


def test_what_is_listed_is_shown_as_code_as_long_as_code_lists_the_same(
    qtbot: QtBot, pane: ChangesView, tip: Path
) -> None:
    choose(qtbot, pane, "1")
    qtbot.mouseClick(pane.code_button, LEFT)
    shown = pane.code_button.window_shown
    assert shown is not None
    assert pane.deeds() == [ChangesSince(tip, "1")]
    assert f"changes {tip} --since=1" in shown.tabs.texts[0].toPlainText()
    pane.identity.setText("*")
    qtbot.keyClick(pane.identity, Qt.Key.Key_Return)
    assert "--since=*" in shown.tabs.texts[0].toPlainText().replace("'", "")
    pane.exact.setChecked(True)
    assert pane.deeds() == []
