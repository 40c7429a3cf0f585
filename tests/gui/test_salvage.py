"""What can be read of a disk that does not open: a button, a note that stays, hatched areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import SECTOR, Leniency, State, create_disk
from redoscope_gui.maps import MapClass, MapMode, MapScope
from redoscope_gui.requests import DrawMap, ReadBytes
from redoscope_gui.session import Remedy

if TYPE_CHECKING:
    from pathlib import Path

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
