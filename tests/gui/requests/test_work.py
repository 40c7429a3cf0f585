"""What a job counts as work is what it reads: the holes of a large disk are none."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from redoscope_core import (
    SECTOR,
    Access,
    Chain,
    Disk,
    Policy,
    Progress,
    create_child,
    create_disk,
)
from redoscope_gui.maps.differences import Differences
from redoscope_gui.requests import CompareGenerations, SavePatch

LARGE = 2 << 31
"""Sectors: 2 TiB."""
WRITTEN = 300
"""Sectors that the child stores."""
STORED = -(-WRITTEN // 128) * 128 * SECTOR
"""Bytes of the grains that they are in."""


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A child of an empty disk, which stores a little at its very end."""
    create_disk(tmp_path / "base.vmdk", LARGE)
    with Chain.open(tmp_path / "base.vmdk") as chain:
        create_child(chain, tmp_path / "child.vmdk")
    with Disk.open(tmp_path / "child.vmdk", access=Access.WRITE) as disk:
        disk.write(LARGE - 384, b"\x5a" * WRITTEN * SECTOR)
    return tmp_path / "child.vmdk"


def driven(steps: Generator[Progress, None, object]) -> tuple[list[Progress], object]:
    """Every step of a job, and what it returns."""
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            return seen, end.value


def test_comparing_counts_what_is_stored(large: Path) -> None:
    seen, found = driven(CompareGenerations(large, 0, 1, Policy()).run())
    assert isinstance(found, Differences)
    assert found.comparison.sectors == WRITTEN
    counted = [step for step in seen if step.note == "comparing"]
    assert {step.total for step in counted} == {STORED}
    assert counted[-1].done == STORED


def test_a_patch_counts_what_it_holds(large: Path, tmp_path: Path) -> None:
    asked = CompareGenerations(large, 0, 1, Policy())
    _, found = driven(asked.run())
    assert isinstance(found, Differences)
    steps = SavePatch(asked, found, tmp_path / "a-b.vcdiff").run()
    first = next(steps)
    assert (first.done, first.total) == (0, WRITTEN * SECTOR)
    steps.close()
    assert not (tmp_path / "a-b.vcdiff").exists()
