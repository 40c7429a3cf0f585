"""Rows of problems come and go in whole runs, and what stays is not touched."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PySide6.QtCore import QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from redoscope_core import Finding, Kind
from redoscope_gui.session import Problem, ProblemGroup
from redoscope_gui.views.problems import ProblemRows

ALL = tuple(
    ProblemGroup((Problem(Finding.of(Kind.LEAKED, Path(f"{n}.vmdk"), grains=n)),))
    for n in range(40)
)
Mode = QAbstractItemModelTester.FailureReportingMode


def shown(rows: ProblemRows) -> list[ProblemGroup | None]:
    """Return what the rows are."""
    entries = [rows.entry_at(rows.index(row)) for row in range(rows.rowCount())]
    return [None if entry is None else entry.group for entry in entries]


@pytest.mark.parametrize("seed", range(20))
def test_rows_that_stay_are_the_same_rows(dressed: object, seed: int) -> None:
    del dressed
    chance = random.Random(seed)
    rows = ProblemRows()
    tester = QAbstractItemModelTester(rows, Mode.Fatal)
    for _ in range(12):
        held = {p: QPersistentModelIndex(rows.index(n)) for n, p in enumerate(shown(rows))}
        wanted = tuple(p for p in ALL if chance.random() < chance.random())
        rows.show_groups(wanted)
        assert shown(rows) == list(wanted)
        for group, index in held.items():
            assert index.isValid() == (group in wanted)
            entry = rows.entry_at(index)
            assert entry is None or entry.group == group
    del tester


def test_another_order_and_equal_ones_are_shown_too(dressed: object) -> None:
    del dressed
    rows = ProblemRows()
    tester = QAbstractItemModelTester(rows, Mode.Fatal)
    for wanted in (ALL[:9], ALL[8::-1], ALL[:3] * 2, (), ALL):
        rows.show_groups(wanted)
        assert shown(rows) == list(wanted)
    del tester


def test_a_run_comes_at_once(dressed: object) -> None:
    del dressed
    rows = ProblemRows()
    came: list[tuple[int, int]] = []
    went: list[tuple[int, int]] = []
    rows.rowsInserted.connect(lambda _parent, first, last: came.append((first, last)))
    rows.rowsRemoved.connect(lambda _parent, first, last: went.append((first, last)))
    rows.show_groups(ALL[10:20])
    rows.show_groups(ALL[:30])
    rows.show_groups(ALL[5:12])
    assert came == [(0, 9), (0, 9), (20, 29)]
    assert went == [(12, 29), (0, 4)]
