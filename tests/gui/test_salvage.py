"""What can be read of a disk that does not open: a button, a note that stays, hatched areas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QFileDialog
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

from redoscope_core import SECTOR, Leniency, State, create_disk
from redoscope_gui.maps import MapClass, MapMode, MapScope
from redoscope_gui.requests import DrawMap, ReadBytes
from redoscope_gui.session import JobState, Problem, Remedy

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from redoscope_gui.window.main import MainWindow


@pytest.fixture(params=["parent", "piece"])
def broken(request: pytest.FixtureRequest, own_sample: Path, tmp_path: Path) -> Path:
    """A disk that does not open, since its parent or one of its files is missing."""
    if request.param == "parent":
        (own_sample / "office-000003.vmdk").unlink()
        return own_sample / "office-000004.vmdk"
    disk = tmp_path / "disk.vmdk"
    create_disk(disk, 5 * 2**21, kind="twoGbMaxExtentSparse")
    (tmp_path / "disk-s002.vmdk").unlink()
    return disk


def test_what_can_be_read_is_opened_by_a_button_and_the_rest_is_hatched(
    window: MainWindow, broken: Path
) -> None:
    session = window.session
    session.open(broken)
    assert session.chain_error is not None
    problem = next(each for each in session.problems if Remedy.OPEN_READABLE in each.remedies)
    window.cure(Remedy.OPEN_READABLE, problem)
    assert session.policy.allows(Leniency.SALVAGE)
    chain = session.chain
    assert chain is not None
    assert session.cursor.path == broken
    assert "can be read" in window.explorer.banner.label.text()
    areas = chain.areas()
    lost = areas.take(areas.state == State.UNREADABLE)
    assert len(lost)
    read = ReadBytes(chain, session.cursor.generation, int(lost.start[0]) * SECTOR, SECTOR).run()
    assert read.states == (State.UNREADABLE,)
    assert read.faults
    per_cell = -(-chain.capacity // 64)
    for mode in (MapMode.CHANGED, MapMode.OWNER, MapMode.HEAT):
        scope = MapScope(chain, len(chain.links) - 1, mode, 0, per_cell, 64)
        assert MapClass.UNREADABLE in DrawMap(scope).run().classes
    session.reload()
    assert session.chain is not None


def test_a_disk_with_one_bad_grain_goes_on_around_it_by_a_button(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    plan = SparsePlan(4096, grains={n: bytes([n + 1]) * 65536 for n in range(4)})
    disk = handmade.sparse_link(tmp_path / "disk.vmdk", plan)
    for redundant in (False, True):
        handmade.patch_u32(disk, plan.table_entry(2, redundant=redundant), 2**31)
    session = window.session
    session.open(disk)
    assert session.chain is not None
    assert not session.chain.salvages

    def offered() -> list[Problem]:
        return [each for each in session.problems if Remedy.OPEN_READABLE in each.remedies]

    qtbot.waitUntil(lambda: bool(offered()))
    window.cure(Remedy.OPEN_READABLE, offered()[0])
    chain = session.chain
    assert chain is not None
    assert chain.salvages
    assert (session.cursor.path, chain.stored.sectors_in(State.UNREADABLE)) == (disk, 128)
    qtbot.waitUntil(lambda: any(Remedy.TAKE_BACK in each.remedies for each in session.problems))
    assert not offered()


def test_what_cannot_be_read_is_listed_by_a_job_and_the_disk_need_not_be_salvaged(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = SparsePlan(4096, grains={n: bytes([n + 1]) * 65536 for n in range(4)})
    disk = handmade.sparse_link(tmp_path / "disk.vmdk", plan)
    listed = tmp_path / "lost.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(listed), ""))
    session, command = window.session, window.commands.action("chain.unreadable")
    assert not command.isEnabled()
    session.open(disk)
    command.trigger()
    (sound,) = session.jobs
    qtbot.waitUntil(lambda: sound.over)
    assert (sound.state, list(tmp_path.iterdir())) == (JobState.DONE, [disk])
    assert "Every sector can be read" in sound.result
    for redundant in (False, True):
        handmade.patch_u32(disk, plan.table_entry(2, redundant=redundant), 2**31)
    session.reload()
    command.trigger()
    damaged = session.jobs[-1]
    qtbot.waitUntil(lambda: damaged.over)
    assert damaged.result == "128 sectors can't be read, listed in lost.json"
    (area,) = json.loads(listed.read_text())
    assert (area["start"], area["length"]) == (256, 128)
    rows = [row.split() for row in listed.with_name("lost.map").read_text().splitlines()]
    assert [int(row[0], 16) for row in rows if row[-1] == "-"] == [256 * SECTOR]
    before = listed.read_bytes()
    command.trigger()
    taken = session.jobs[-1]
    qtbot.waitUntil(lambda: taken.over)
    assert (taken.state, listed.read_bytes()) == (JobState.FAILED, before)
