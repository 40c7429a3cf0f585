"""The search pane: it lists, walks and saves what a plain search of the raw images finds."""

from __future__ import annotations

import csv
import json
import re
import time
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from redoscope_core import Chain, Hits, Needle, encodings_known
from redoscope_gui.session import Session
from redoscope_gui.settings import Settings
from redoscope_gui.views.search import SearchView
from redoscope_gui.views.search.form import SearchForm
from redoscope_gui.views.search.rows import HitsModel
from redoscope_gui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton
WORD = b"SALARIES"


@pytest.fixture
def raws(tip: Path) -> list[bytes]:
    """The disk as each generation reads."""
    with Chain.open(tip) as chain:
        return [chain.up_to(each).read(0, chain.capacity) for each in range(len(chain.links))]


@pytest.fixture
def pane(qtbot: QtBot, window: MainWindow, tip: Path) -> SearchView:
    """The pane, brought to the front by its key."""
    window.open_path(tip)
    window.show()
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    view = window.panes.guests.search_view
    qtbot.waitUntil(view.isVisible)
    return view


def places(raw: bytes, word: bytes = WORD) -> set[int]:
    """Return where *word* begins in *raw*."""
    found, at = set(), raw.find(word)
    while at >= 0:
        found.add(at)
        at = raw.find(word, at + 1)
    return found


def seek(qtbot: QtBot, pane: SearchView, text: str, *, everywhere: bool = True) -> None:
    """Search for *text* by keyboard."""
    pane.form.where.setCurrentIndex(int(everywhere))
    pane.form.pattern.clear()
    qtbot.keyClicks(pane.form.pattern, text)
    qtbot.keyClick(pane.form.pattern, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not pane.is_running)


def test_what_is_listed_is_what_each_raw_image_holds(
    qtbot: QtBot, pane: SearchView, raws: list[bytes]
) -> None:
    pane.form.ignore_case.setChecked(False)
    seek(qtbot, pane, WORD.decode())
    hits = pane.rows.hits
    for generation, raw in enumerate(raws):
        assert set(hits.offset[hits.holding(generation)].tolist()) == places(raw)
    offsets = sorted(set().union(*map(places, raws)))
    told = [pane.rows.cells(row)[0] for row in range(pane.rows.rowCount())]
    assert told == [f"0x{offset:X}" for offset in offsets]
    assert pane.totals.text() == f"{len(offsets)} found"
    qtbot.waitUntil(lambda: "[53 41 4C" in pane.rows.cells(0)[4])
    assert WORD.decode() in pane.rows.cells(0)[3]


def test_f3_walks_the_hits_from_anywhere_and_shows_a_generation_that_holds_each(
    qtbot: QtBot, window: MainWindow, session: Session, pane: SearchView, raws: list[bytes]
) -> None:
    pane.form.ignore_case.setChecked(False)
    seek(qtbot, pane, WORD.decode())
    session.go_to(0)
    assert window.panes.hex_view is not None
    window.panes.hex_view.setFocus()
    offsets = sorted(set().union(*map(places, raws)))
    for offset in offsets:
        qtbot.keyClick(window, Qt.Key.Key_F3)
        assert session.cursor.offset == offset
        assert raws[session.cursor.generation][offset:].startswith(WORD)
    qtbot.keyClick(window, Qt.Key.Key_F3)
    assert session.cursor.offset == offsets[-1], "there is none behind the last"
    qtbot.keyClick(window, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert session.cursor.offset == offsets[-2]
    pane.table.setFocus()
    session.go_to(0)
    qtbot.keyClick(pane.table, Qt.Key.Key_Return)
    assert session.cursor.offset == offsets[-2], "return goes to the row"
    assert window.panes.hex.in_front
    assert window.panes.hex.isAncestorOf(window.focusWidget())


def test_what_is_saved_says_the_same(
    qtbot: QtBot,
    pane: SearchView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seek(qtbot, pane, WORD.decode())
    hits = pane.rows.hits
    expected = [(int(hits.offset[row]), hits.held_by(row)) for row in hits.ascending().tolist()]
    for button, name in zip(pane.exports, ["hits.csv", "hits.json"], strict=True):
        target = tmp_path / name
        monkeypatch.setattr(
            QFileDialog, "getSaveFileName", lambda *_, target=target: (str(target), "")
        )
        qtbot.mouseClick(button, LEFT)
        qtbot.waitUntil(target.exists)
    rows = list(csv.DictReader((tmp_path / "hits.csv").read_text().splitlines()))
    told = [(int(row["offset"]), tuple(map(int, row["generations"].split()))) for row in rows]
    assert told == expected
    matches = json.loads((tmp_path / "hits.json").read_text())["matches"]
    assert [(each["offset"], tuple(each["generations"])) for each in matches] == expected


def test_encodings_are_asked_for_when_they_are_first_seen_and_what_is_chosen_stays(
    qtbot: QtBot,
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    form = SearchForm(window)
    form.choose_strings()
    form.kind.setCurrentIndex(0)
    assert form.encoding.count() == 1, "opening a disk waits for no module of an encoding"
    for _ in range(2):
        window.show()
        names = [form.encoding.itemText(each) for each in range(form.encoding.count())]
        assert names == ["UTF-8 and UTF-16", *encodings_known()]
        form.encoding.setCurrentText("cp437")
        window.hide()
    assert form.encoding.currentText() == "cp437"


@pytest.mark.parametrize(
    "typed",
    [(1, "5", "not bytes in hex"), (2, "(", "no regular expression"), (0, "", "Type what")],
)
def test_what_cannot_be_sought_is_told_beside_it_and_nothing_runs(
    qtbot: QtBot, session: Session, pane: SearchView, typed: tuple[int, str, str]
) -> None:
    kind, text, words = typed
    pane.form.kind.setCurrentIndex(kind)
    seek(qtbot, pane, text)
    assert words in pane.totals.text()
    assert not session.jobs


def test_another_chain_forgets_what_was_found(
    qtbot: QtBot, session: Session, pane: SearchView, tip: Path
) -> None:
    seek(qtbot, pane, WORD.decode())
    assert pane.rows.rowCount()
    session.look_alone(tip)
    assert not pane.rows.rowCount()
    assert "looked at alone" in pane.totals.text()
    assert not pane.form.begin.isEnabled()


def test_a_million_hits_are_listed_sorted_and_walked_without_a_standstill(
    pane: SearchView, session: Session
) -> None:
    count = 1_000_000
    hits, chance = Hits(6), np.random.default_rng(1)
    hits.add(0, chance.permutation(count) * 7, np.full(count, 4), 5)
    started = time.perf_counter()
    pane.rows.show(hits, Needle.of_bytes(b"abcd"))
    pane.rows.settle()
    pane.table.scrollToBottom()
    assert pane.rows.cells(count - 1)[0] == f"0x{(count - 1) * 7:X}"
    session.go_to(0)
    pane.step(forward=True)
    assert session.cursor.offset == 7
    assert time.perf_counter() - started < 2.0


@pytest.mark.parametrize(("offsets", "times"), [([7, 14, 21], 0), ([14, 7, 21], 1)])
def test_rows_are_laid_out_anew_only_if_they_came_in_another_order(
    offsets: list[int], times: int
) -> None:
    model, hits, laid_out = HitsModel(), Hits(6), Mock()
    model.layoutChanged.connect(lambda *_: laid_out())
    model.show(hits, Needle.of_bytes(b"abcd"))
    hits.add(0, np.array(offsets), np.full(3, 4), 5)
    for _ in range(2):
        model.settle()
        assert laid_out.call_count == times
        shown = [int(hits.offset[model.hit(row)]) for row in range(model.rowCount())]
        assert shown == sorted(offsets)


def test_a_search_that_is_stopped_keeps_what_it_found(
    qtbot: QtBot, threaded_session: Session, settings: Settings, tip: Path
) -> None:
    window = MainWindow(threaded_session, settings)
    qtbot.addWidget(window)
    window.open_path(tip)
    qtbot.waitUntil(lambda: threaded_session.chain is not None)
    view = window.panes.guests.search_view
    view.form.kind.setCurrentIndex(1)
    view.form.pattern.setText("00")
    view.search()
    qtbot.waitUntil(lambda: view.rows.rowCount() > 0)
    view.stop()
    qtbot.waitUntil(lambda: not view.is_running)
    assert view.rows.rowCount() == len(view.rows.hits) > 0
    assert "found" in view.totals.text()


def test_all_that_looks_like_text_is_listed_walked_and_saved(
    qtbot: QtBot,
    pane: SearchView,
    raws: list[bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pane.form.least.setValue(9)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(pane.window(), Qt.Key.Key_F, both)
    qtbot.waitUntil(lambda: not pane.is_running)
    assert pane.form.kind.currentText() == "Strings"
    assert pane.form.least.isVisible()
    assert not pane.form.pattern.isEnabled()
    hits = pane.rows.hits
    ours = {
        (int(hits.offset[row]), int(hits.length[row]))
        for row in range(len(hits))
        if pane.rows.needle.spellings[int(hits.spelling[row])].name == "ascii"
    }
    short = re.compile(rb"[\t -~]{9,4096}")
    assert ours == {(found.start(), len(found[0])) for found in short.finditer(raws[-1])}
    first = pane.rows.hit(0)
    offset, length = int(hits.offset[first]), int(hits.length[first])
    text = raws[-1][offset : offset + length].decode()
    qtbot.waitUntil(lambda: bool(pane.rows.cells(0)[3]))
    assert text.startswith(pane.rows.cells(0)[3][:200])
    pane.table.selectRow(0)
    assert pane._session.cursor.offset == offset
    for button, name in zip(pane.exports, ["texts.csv", "texts.json"], strict=True):
        target = tmp_path / name
        monkeypatch.setattr(
            QFileDialog, "getSaveFileName", lambda *_, target=target: (str(target), "")
        )
        qtbot.mouseClick(button, LEFT)
        qtbot.waitUntil(target.exists)
    told = json.loads((tmp_path / "texts.json").read_text())["matches"]
    assert told[0]["text"] == text
    with (tmp_path / "texts.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == [each["text"] for each in told]
    assert len(told) == len(hits)


def test_texts_of_another_encoding_are_listed_and_the_text_search_comes_back(
    qtbot: QtBot, pane: SearchView, raws: list[bytes]
) -> None:
    pane.form.choose_strings()
    pane.form.encoding.setCurrentIndex(pane.form.encoding.findText("utf-16-be"))
    qtbot.mouseClick(pane.form.begin, LEFT)
    qtbot.waitUntil(lambda: not pane.is_running)
    assert {each.name for each in pane.rows.needle.spellings} == {"utf-16-be"}
    pane.form.kind.setCurrentIndex(0)
    assert pane.form.encoding.currentText() == "UTF-8 and UTF-16"
    assert not pane.form.least.isVisible()
    pane.form.ignore_case.setChecked(False)
    seek(qtbot, pane, WORD.decode(), everywhere=False)
    assert set(pane.rows.hits.offset.tolist()) == places(raws[-1])
