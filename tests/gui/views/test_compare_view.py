"""The compare pane: totals, places, bytes and files are those of the raw images."""

from __future__ import annotations

import csv
import json
import struct
from itertools import pairwise
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from tests.core.operations.examining.test_patch import applied

from redoscope_core import SECTOR, Chain, State
from redoscope_gui.session import Compared, Session
from redoscope_gui.views.compare import CompareView
from redoscope_gui.views.compare.runs import Kind
from redoscope_gui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton
A, B = 1, 5


@pytest.fixture
def raws(tip: Path) -> tuple[bytes, bytes]:
    """The disk as it reads at A and at B."""
    with Chain.open(tip) as chain:
        a, b = (chain.up_to(each).read(0, chain.capacity) for each in (A, B))
    return a, b


@pytest.fixture
def pane(qtbot: QtBot, window: MainWindow, session: Session, tip: Path) -> CompareView:
    """The pane, brought to the front by its command, with A and B compared."""
    window.open_path(tip)
    session.compare(Compared(A))
    qtbot.keyClick(
        window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    )
    view = window.panes.guests.compare_view
    qtbot.waitUntil(view.isVisible)
    qtbot.mouseClick(view.begin, LEFT)
    qtbot.waitUntil(lambda: view.found is not None)
    return view


def sectors_that_differ(raws: tuple[bytes, bytes]) -> list[int]:
    old, new = (np.frombuffer(raw, np.uint8).reshape(-1, SECTOR) for raw in raws)
    return list(np.flatnonzero((old != new).any(axis=1)).tolist())


def bytes_that_differ(raws: tuple[bytes, bytes]) -> int:
    old, new = (np.frombuffer(raw, np.uint8) for raw in raws)
    return int(np.count_nonzero(old != new))


def test_totals_and_runs_are_those_of_the_raw_images(
    pane: CompareView, raws: tuple[bytes, bytes]
) -> None:
    sectors = sectors_that_differ(raws)
    runs = 1 + sum(after - before > 1 for before, after in pairwise(sectors))
    count = bytes_that_differ(raws)
    grains = len({sector // 128 for sector in sectors})
    told = pane.totals.text().replace("\u202f", "")
    words = f"{count} bytes differ, in {len(sectors)} sectors, {grains} grains, {runs} runs"
    assert told == words
    assert pane.runs.rowCount() == runs
    found = [sector for row in range(runs) for sector in range(*_span(pane, row))]
    assert found == sectors


def _span(pane: CompareView, row: int) -> tuple[int, int]:
    start, count = pane.runs.place(row)
    return start, start + count


def test_a_merge_gap_joins_rows_and_counts_stay(qtbot: QtBot, pane: CompareView) -> None:
    before, words = pane.runs.rowCount(), pane.totals.text()
    pane.gaps.setFocus()
    qtbot.keyClick(pane.gaps, Qt.Key.Key_End)
    pane.gaps.activated.emit(pane.gaps.currentIndex())
    assert 0 < pane.runs.rowCount() < before
    assert pane.totals.text() == words
    ends = [_span(pane, row) for row in range(pane.runs.rowCount())]
    assert all(after[0] - before[1] > 2048 for before, after in pairwise(ends))


def test_metadata_is_listed_alone_once_files_are_listed(
    qtbot: QtBot, session: Session, pane: CompareView, raws: tuple[bytes, bytes]
) -> None:
    all_rows = pane.runs.rowCount()
    pane.kinds.setCurrentIndex(pane.kinds.findData(Kind.METADATA))
    pane.kinds.activated.emit(pane.kinds.currentIndex())
    qtbot.waitUntil(lambda: session.files.listed is not None, timeout=20_000)
    qtbot.waitUntil(lambda: pane.runs.rowCount() > 0)
    listed = [sector for row in range(pane.runs.rowCount()) for sector in _run_of(pane, row)]
    files_from = first_of_files(raws[1])
    differing = sectors_that_differ(raws)
    assert [each for each in listed if each < files_from] == [
        each for each in differing if each < files_from
    ]
    assert set(listed) < set(differing), "files are not"
    assert f"; {len(listed)} sectors of them are listed" in pane.totals.text()
    pane.kinds.setCurrentIndex(0)
    pane.kinds.activated.emit(0)
    assert pane.runs.rowCount() == all_rows


def first_of_files(raw: bytes) -> int:
    """Return the first sector that the FAT16 volume in the first partition keeps for files."""
    (start,) = struct.unpack_from("<I", raw, 446 + 8)
    boot = raw[start * SECTOR :][:SECTOR]
    reserved, tables, entries = struct.unpack_from("<HBH", boot, 14)
    (each,) = struct.unpack_from("<H", boot, 22)
    return int(start + reserved + tables * each + entries * 32 // SECTOR)


def _run_of(pane: CompareView, row: int) -> range:
    start, count = pane.runs.place(row)
    return range(start, start + count)


def test_keys_walk_the_differences_and_both_sides_show_them(
    qtbot: QtBot, session: Session, pane: CompareView, raws: tuple[bytes, bytes]
) -> None:
    session.go_to(0)
    first = sectors_that_differ(raws)[0]
    pane.table.setFocus()
    assert session.cursor.offset == 0, "to come there is no step"
    qtbot.keyClick(pane.table, "]")
    assert session.cursor.sector == first
    second = pane.runs.place(1)[0]
    qtbot.keyClick(pane.table, "]")
    assert session.cursor.sector == second
    qtbot.keyClick(pane.table, "[")
    assert session.cursor.sector == first
    offset = session.cursor.offset
    assert all(a == b for a, b in zip(*(raw[first * SECTOR : offset] for raw in raws), strict=True))
    assert raws[0][offset] != raws[1][offset]
    qtbot.waitUntil(lambda: pane.pair.pair_at(offset)[0] is not None)
    for each in range(offset, offset + 32):
        a, b = (raw[each] for raw in raws)
        assert pane.pair.pair_at(each) == (a, b, a != b)


def test_what_is_saved_says_the_same(
    qtbot: QtBot,
    pane: CompareView,
    raws: tuple[bytes, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sectors = sectors_that_differ(raws)
    names = ["runs.csv", "runs.json", "a-b.vcdiff"]
    for button, name in zip(pane.exports, names, strict=True):
        target = tmp_path / name
        asked = Mock(return_value=(str(target), ""))
        monkeypatch.setattr(QFileDialog, "getSaveFileName", asked)
        qtbot.mouseClick(button, LEFT)
        qtbot.waitUntil(target.exists)
        assert Path(asked.call_args.args[-1]).suffix == target.suffix
    rows = list(csv.DictReader((tmp_path / names[0]).read_text().splitlines()))
    told = [int(row["start_sector"]) + n for row in rows for n in range(int(row["sectors"]))]
    assert told == sectors
    document = json.loads((tmp_path / names[1]).read_text())
    assert document["sectors"] == len(sectors)
    assert document["bytes"] == bytes_that_differ(raws)
    assert sum(run["count"] for run in document["runs"]) == len(sectors)
    assert applied((tmp_path / names[2]).read_bytes(), raws[0]) == raws[1]


def test_another_a_forgets_what_was_found(session: Session, pane: CompareView) -> None:
    session.compare(Compared(3))
    assert pane.found is None
    assert pane.totals.text() == "Not compared byte by byte yet"
    session.compare(None)
    assert "Choose a generation A" in pane.totals.text()
    assert not pane.begin.isEnabled()


def test_what_cannot_be_read_is_told_and_no_patch_is_offered(
    qtbot: QtBot, window: MainWindow, session: Session, own_sample: Path
) -> None:
    tip = own_sample / "office-000005.vmdk"
    content = tip.read_bytes()
    tip.write_bytes(content[: len(content) - 3 * 65536 - 512])
    window.open_path(tip)
    session.compare(Compared(A))
    window.toggle_pane(window.panes.guests.compare)
    view = window.panes.guests.compare_view
    qtbot.waitUntil(view.isVisible)
    qtbot.mouseClick(view.begin, LEFT)
    qtbot.waitUntil(lambda: view.found is not None)
    assert "can't be read" in view.totals.text()
    assert "office-000005.vmdk" in view.totals.text()
    assert not view.exports[-1].isEnabled()
    assert session.chain is not None
    stored = session.chain.stored
    lost = int(stored.start[stored.state == State.UNREADABLE][0]) * SECTOR
    session.go_to(lost)
    qtbot.waitUntil(lambda: view.pair.is_unreadable("b", lost))
    assert not view.pair.is_unreadable("a", lost)
    assert view.pair.spoken_value() == "can't be read"


def test_a_pair_that_was_hidden_comes_back_with_the_bytes_at_the_cursor(
    qtbot: QtBot, window: MainWindow, pane: CompareView, raws: tuple[bytes, bytes]
) -> None:
    offset = sectors_that_differ(raws)[-1] * SECTOR
    window.panes.guests.compare.hide()
    window.session.go_to(offset)
    assert pane.pair.pair_at(offset) == (None, None, False), "nothing is read for who is not seen"
    window.panes.guests.compare.show()
    qtbot.waitUntil(lambda: pane.pair.pair_at(offset)[:2] == (raws[0][offset], raws[1][offset]))
