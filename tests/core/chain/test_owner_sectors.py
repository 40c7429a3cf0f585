"""Where the grain (or extent) that a sector is looked up in begins: a sector of the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain
from redoscope_core.verdicts import Verdict
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_esx import SeSparsePlan, sesparse_extent

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
GRAIN = 128


def first_sectors(path: Path, *sectors: int) -> list[int | None]:
    """Return what the newest link of *path* says for each of *sectors*."""
    with Chain.open(path) as chain:
        return [chain.owner(sector).steps[0].first_sector for sector in sectors]


def test_a_grain_of_a_later_piece_of_a_split_disk_begins_at_a_sector_of_the_disk(
    tmp_path: Path,
) -> None:
    data = b"x" * GRAIN * SECTOR
    plans = [SparsePlan(1000, grains={0: data}), SparsePlan(512, grains={1: data}), SparsePlan(300)]
    path = handmade.split_link(tmp_path / "disk.vmdk", plans)
    found = first_sectors(path, 0, 127, 999, 1000, 1000 + 130, 1511, 1512, 1512 + 299)
    assert found == [0, 0, 896, 1000, 1128, 1384, 1512, 1768]


@pytest.mark.parametrize("kind", ["FLAT", "ZERO", "SPARSE", "SESPARSE"])
def test_an_extent_of_any_kind_behind_another_tells_sectors_of_the_disk(
    tmp_path: Path, kind: str
) -> None:
    first, second = 200, 256
    (tmp_path / "a.vmdk").write_bytes(bytes(first * SECTOR))
    piece = tmp_path / "b.vmdk"
    piece.write_bytes(
        {
            "FLAT": bytes(second * SECTOR),
            "ZERO": b"",
            "SPARSE": bytes(handmade.sparse_extent(SparsePlan(second))),
            "SESPARSE": bytes(sesparse_extent(SeSparsePlan(second, {1: b"s" * 4096}))),
        }[kind]
    )
    line = f"RW {second} {kind}" if kind == "ZERO" else f'RW {second} {kind} "b.vmdk"'
    line = f"{line} 0" if kind == "FLAT" else line
    text = handmade.descriptor_text([f'RW {first} FLAT "a.vmdk" 0', line], kind="custom")
    path = tmp_path / "disk.vmdk"
    path.write_text(text, encoding="utf-8")
    size = {"FLAT": second, "ZERO": second, "SPARSE": GRAIN, "SESPARSE": 8}[kind]
    for within in (0, 9, second - 1):
        assert first_sectors(path, first + within) == [first + within // size * size]
    assert first_sectors(path, 0, first - 1) == [0, 0]


@pytest.mark.parametrize("smaller", [0, 1])
def test_past_the_end_of_a_smaller_parent_nobody_is_asked(tmp_path: Path, smaller: int) -> None:
    """Sectors are counted from 0: the one of the number of its capacity is the first behind it."""
    sizes = (2048, 4096) if smaller == 0 else (4096, 2048)
    handmade.sparse_link(tmp_path / "base.vmdk", SparsePlan(sizes[0]), cid=1)
    child = handmade.sparse_link(
        tmp_path / "child.vmdk", SparsePlan(sizes[1]), cid=2, parent_cid=1, hint="base.vmdk"
    )
    with Chain.open(child) as chain:
        for sector in (0, 2047, 2048, 4095):
            if sector >= chain.capacity:
                continue
            steps = chain.owner(sector).steps
            assert len(steps) == 2
            ended = steps[-1].verdict is Verdict.ENDED
            assert ended == (sector >= sizes[0])
