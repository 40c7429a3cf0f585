"""Each thing that a user may allow is taken back by its button: the disk is as strict as before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_esx import SeSparsePlan, sesparse_link

from redoscope_core import SECTOR, Leniency, State
from redoscope_gui.requests import ReadBytes
from redoscope_gui.session import Session
from redoscope_gui.window import MainWindow

GRAINS = {n: bytes([n + 1]) * 65536 for n in range(4)}
LEFT = Qt.MouseButton.LeftButton


def unreplayed(folder: Path) -> Path:
    """A disk whose journal was not replayed."""
    stored = {0: bytes([1]) * 8 * SECTOR}
    return sesparse_link(folder / "disk.vmdk", SeSparsePlan(4096, stored, dirty=1))


def one_bad_entry(folder: Path) -> Path:
    """A disk of which one table entry is damaged, and its redundant copy is sound."""
    plan = SparsePlan(4096, grains=GRAINS)
    disk = handmade.sparse_link(folder / "disk.vmdk", plan)
    handmade.patch_u32(disk, plan.table_entry(0), 2**31)
    return disk


def two_bad_entries(folder: Path) -> Path:
    """The same with the copy damaged too: that grain is lost."""
    disk = one_bad_entry(folder)
    plan = SparsePlan(4096, grains=GRAINS)
    handmade.patch_u32(disk, plan.table_entry(0, redundant=True), 2**31)
    return disk


@dataclass(frozen=True)
class Case:
    """What is wrong with a disk, and what may be allowed."""

    make: Callable[[Path], Path]
    button: str
    leniency: Leniency
    first: bytes | None
    """The first byte once that is allowed; None if it is lost."""


CASES = (
    Case(unreplayed, "Open anyway (journal not replayed)", Leniency.DIRTY_JOURNAL, b"\1"),
    Case(one_bad_entry, "Use the redundant tables", Leniency.REDUNDANT, b"\1"),
    Case(two_bad_entries, "Open what can be read", Leniency.SALVAGE, None),
)


def buttons(window: MainWindow, words: str) -> list[QPushButton]:
    shown = window.panes.problems_view.findChildren(QPushButton)
    return [each for each in shown if each.text() == words and each.isVisible()]


def reading(session: Session) -> tuple[bool, State | None, bytes]:
    """Whether the disk opens, and how its first sector reads."""
    if session.chain is None:
        return False, None, b""
    read = ReadBytes(session.chain, session.cursor.generation, 0, SECTOR).run()
    return True, read.states[0], b"" if read.faults else read.data[:1]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.leniency.name)
def test_what_was_allowed_is_taken_back_by_its_button(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, case: Case
) -> None:
    disk, session = case.make(tmp_path), window.session
    content = {path: path.read_bytes() for path in tmp_path.iterdir()}
    window.open_path(disk)
    qtbot.waitUntil(lambda: bool(buttons(window, case.button)))
    before = reading(session)
    qtbot.mouseClick(buttons(window, case.button)[0], LEFT)
    assert session.policy.allowed == {case.leniency}
    allowed = reading(session)
    assert allowed[0]
    assert allowed[2] == (case.first or b"")
    assert window.explorer.banner.isVisible()
    qtbot.waitUntil(lambda: bool(buttons(window, "Take back")))
    (problem,) = {p.leniency for p in session.problems if p.is_allowed}
    assert problem is case.leniency
    qtbot.mouseClick(buttons(window, "Take back")[0], LEFT)
    assert session.policy.allowed == frozenset()
    assert reading(session) == before
    qtbot.waitUntil(lambda: bool(buttons(window, case.button)))
    assert not buttons(window, "Take back")
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == content
