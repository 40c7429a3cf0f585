"""Hits and differences by file: the box that lists the files, and shows the rows of one alone."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from tests.gui.views.listed_files import START, Story, index_of, listed_of, unread

from redoscope_gui.file_filter import FileFilter
from redoscope_gui.plain_rows import PlainRows
from redoscope_gui.requests import ByFile, FileSource, SortByFile
from redoscope_gui.session import Compared, Session
from redoscope_gui.views.compare import CompareView
from redoscope_gui.views.search import SearchView
from redoscope_gui.window import MainWindow

HOSTILE = b"<b>\x1b{path} %s\xe2\x80\xae"


@pytest.fixture
def session_told(explorer: MainWindow, told: Story) -> Session:
    """A session whose files are listed when they are asked for; A is generation 1."""
    assert told
    explorer.session.compare(Compared(1))
    return explorer.session


def files_of(rows: PlainRows) -> set[str]:
    column = list(rows.heads()).index("File")
    return {str(rows.index(row, column).data()) for row in range(rows.rowCount())}


def entries(box: FileFilter) -> list[str]:
    return [box.itemText(row) for row in range(box.count())]


def choose(qtbot: QtBot, box: FileFilter, name: str) -> None:
    """Choose the entry of a file by the keyboard."""
    wanted = next(row for row, text in enumerate(entries(box)) if text.startswith(name))
    box.setFocus()
    while box.currentIndex() != wanted:
        key = Qt.Key.Key_Down if box.currentIndex() < wanted else Qt.Key.Key_Up
        qtbot.keyClick(box, key)


@pytest.fixture
def compared(qtbot: QtBot, explorer: MainWindow, session_told: Session) -> CompareView:
    """The compare pane, once A and B were compared and files listed."""
    explorer.toggle_pane(explorer.panes.guests.compare)
    view = explorer.panes.guests.compare_view
    view.compare()
    qtbot.waitUntil(lambda: view.found is not None)
    assert not view.by_file.isVisible(), "no file is listed"
    session_told.files.begin()
    session_told.files.begin()
    qtbot.waitUntil(lambda: view.by_file.count() > 1)
    return view


@pytest.fixture
def found(qtbot: QtBot, explorer: MainWindow, session_told: Session) -> SearchView:
    """The search pane with hits in several files."""
    explorer.toggle_pane(explorer.panes.guests.search)
    view = explorer.panes.guests.search_view
    qtbot.keyClicks(view.form.pattern, "the")
    qtbot.keyClick(view.form.pattern, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.rows.rowCount() > 0 and not view.is_running)
    session_told.files.begin()
    qtbot.waitUntil(lambda: view.by_file.count() > 2)
    return view


def test_differences_are_listed_by_file_and_those_of_one_are_shown_alone(
    qtbot: QtBot, compared: CompareView
) -> None:
    told = entries(compared.by_file)
    assert told[0] == "All files"
    assert any(each.startswith("/DIARY.TXT  ") for each in told)
    assert any(each.startswith("/SALARIES.TXT in A  64 KiB") for each in told)
    every = compared.runs.rowCount()
    choose(qtbot, compared.by_file, "/DIARY.TXT")
    assert files_of(compared.runs) == {"/DIARY.TXT"}
    assert 0 < compared.runs.rowCount() < every
    assert "sectors of them are listed" in compared.totals.text()
    choose(qtbot, compared.by_file, "/SALARIES.TXT in A")
    assert files_of(compared.runs) == {"/SALARIES.TXT in A"}
    choose(qtbot, compared.by_file, "All files")
    assert compared.runs.rowCount() == every


def test_other_differences_show_all_files_again(
    qtbot: QtBot, session_told: Session, compared: CompareView
) -> None:
    choose(qtbot, compared.by_file, "/DIARY.TXT")
    session_told.compare(Compared(2))
    assert not compared.by_file.isVisible()
    assert compared.by_file.pieces is None
    compared.compare()
    qtbot.waitUntil(lambda: compared.by_file.count() > 1)
    assert compared.by_file.currentIndex() == 0


def test_hits_are_listed_by_file_and_f3_walks_through_those_that_are_shown(
    qtbot: QtBot, explorer: MainWindow, session_told: Session, found: SearchView
) -> None:
    every = found.rows.rowCount()
    counts = {text.rpartition("  ")[0]: text.rpartition("  ")[2] for text in entries(found.by_file)}
    choose(qtbot, found.by_file, "/DIARY.TXT")
    assert files_of(found.rows) == {"/DIARY.TXT"}
    assert found.rows.rowCount() == int(counts["/DIARY.TXT"])
    assert f"{found.rows.rowCount()} of them in this file" in found.totals.text()
    session_told.go_to(0)
    offsets = []
    for _ in range(found.rows.rowCount()):
        explorer.commands.run("go.next_hit")
        offsets.append(session_told.cursor.offset)
    assert offsets == sorted(set(offsets))
    told = {session_told.files.owner_at(offset) for offset in offsets}
    assert {each.paths[0] for each in told if each is not None} == {"/DIARY.TXT"}
    choose(qtbot, found.by_file, "All files")
    assert found.rows.rowCount() == every


def test_another_search_begins_with_all_files(qtbot: QtBot, found: SearchView) -> None:
    choose(qtbot, found.by_file, "/DIARY.TXT")
    found.form.pattern.selectAll()
    qtbot.keyClicks(found.form.pattern, "sample chain")
    qtbot.keyClick(found.form.pattern, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not found.is_running and found.by_file.count() > 1)
    assert found.by_file.currentIndex() == 0
    assert files_of(found.rows) == {"/README.TXT"}


def test_where_files_are_not_listed_any_more_all_rows_are_shown(
    qtbot: QtBot, session_told: Session, found: SearchView
) -> None:
    every = found.rows.rowCount()
    choose(qtbot, found.by_file, "/DIARY.TXT")
    assert session_told.chain is not None
    session_told.select_generation(2)
    qtbot.waitUntil(lambda: found.by_file.count() > 1)
    assert found.rows.rowCount() <= every
    session_told.look_alone()
    qtbot.waitUntil(lambda: not found.by_file.isVisible())


# --- the sorting ---------------------------------------------------------------------------------


def sort(start: list[int], end: list[int], *sources: FileSource) -> ByFile:
    return SortByFile(np.array(start, np.int64), np.array(end, np.int64), sources).run()


def test_a_piece_that_lies_in_several_files_is_one_of_each() -> None:
    listed = listed_of(index_of([b"a", b"b", HOSTILE]), *unread())
    first = START + 100
    every = np.arange(3)
    starts, ends = [first - 9, first, first + 50], [first - 1, first + 5, first + 60]
    told = sort(starts, ends, FileSource(listed, every))
    assert [count for _, count in told.files] == [1, 1, 1]
    assert {name for name, _ in told.files} >= {"/a", "/b"}
    assert [told.pieces(file).tolist() for file in range(3)] == [[1], [1], [1]]
    assert sort([5], [6], FileSource(listed, np.arange(1))).files == ()
    assert sort([], [], FileSource(listed, np.arange(0))).files == ()


def test_each_sector_is_sorted_as_its_owner_is_named_and_a_second_source_has_the_rest() -> None:
    newer = listed_of(index_of([b"n%d" % n for n in range(20)]))
    older = listed_of(index_of([b"o%d" % n for n in range(60)]))
    chance = random.Random(8)
    sectors = [START + chance.randrange(90, 230) for _ in range(300)]
    start = np.array(sectors, np.int64)
    told = sort(
        sectors,
        [each + 1 for each in sectors],
        FileSource(newer, np.arange(300)),
        FileSource(older, np.arange(0, 300, 2), "{path} in A"),
    )
    names = {piece: told.files[file][0] for piece, file in zip(told.piece, told.file, strict=True)}
    one, other = (each.whose(start) for each in (newer, older))
    for piece in range(300):
        wanted = one[piece].paths[0] if one[piece].paths else ""
        if not wanted and piece % 2 == 0 and other[piece].paths:
            wanted = f"{other[piece].paths[0]} in A"
        assert names.get(piece, "") == wanted
    assert sum(count for _, count in told.files) == len(names)


def test_of_very_many_files_those_with_most_are_told_and_it_takes_no_time() -> None:
    listed = listed_of(index_of([b"f%d" % n for n in range(15_000)]))
    sectors = np.arange(START, START + 32_000, dtype=np.int64)
    sectors = np.concatenate([sectors, np.full(9, START + 102)])
    begun = time.process_time()
    told = SortByFile(sectors, sectors + 1, (FileSource(listed, np.arange(len(sectors))),)).run()
    assert time.process_time() - begun < 1
    assert told.files[0] == ("/f1", 10)
    assert (len(told.files), told.more) == (500, 14_500)
