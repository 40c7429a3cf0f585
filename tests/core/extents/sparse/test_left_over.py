"""Room of a file that no table leads to is told, unless it is no more than programs leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, Kind
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
GRAIN = 8


def sectors_told(path: Path) -> int:
    """Return how many sectors opening *path* says that nothing leads to."""
    with Chain.open(path) as chain:
        chain.read(0, 1)
        told = [f for f in chain.findings if f.kind is Kind.LEFT_OVER]
    assert len(told) <= 1
    return int(str(told[0].fact("sectors"))) if told else 0


@pytest.mark.parametrize("stored", [4, 16, 64])
@pytest.mark.parametrize("lost", [0, 1, 2, 5, 9, 40])
@pytest.mark.parametrize("rest", [0, 3])
def test_more_than_an_eighth_that_belongs_to_nothing_is_told_in_sectors(
    tmp_path: Path, stored: int, lost: int, rest: int
) -> None:
    last = 128
    plan = SparsePlan(
        (last + 1) * GRAIN - rest,
        grain_size=GRAIN,
        grains={n: bytes([1]) * GRAIN * SECTOR for n in [*range(stored - 1), last]},
    )
    path = handmade.sparse_link(tmp_path / "disk.vmdk", plan)
    data = path.read_bytes()
    end = plan.overhead * SECTOR + stored * GRAIN * SECTOR
    path.write_bytes(data.ljust(end, b"\0")[:end] + b"?" * lost * GRAIN * SECTOR)
    much = lost and lost * GRAIN >= (stored + lost) * GRAIN // 8
    expected = lost * GRAIN if much else 0
    assert sectors_told(path) == expected
