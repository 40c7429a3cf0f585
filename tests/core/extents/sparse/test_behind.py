"""Entries behind the end: no byte depends on them, and data they lead to is not silently hidden."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Chain, Disk, Kind, Severity
from redoscope_core.operations.examining.check import check_chain
from tests.core.finished import finished
from tests.judges import handmade, qemu
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_esx import CowdPlan, cowd_link

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redoscope_core import Finding

SECTOR = 512
GRAIN = 16
CAPACITY = 3 * 512 * GRAIN
GRAINS = (0, 3, 511, 600, 1100, 1500)
PLAN = SparsePlan(
    CAPACITY, grain_size=GRAIN, grains={grain: b"%4d" % grain * 2048 for grain in GRAINS}
)


def behind(path: Path) -> list[Finding]:
    """Return what a check, and reading, say of entries behind the end."""
    kinds = {Kind.ENTRIES_BEHIND, Kind.GRAINS_BEHIND}
    found = [each for each in finished(check_chain(path)).findings if each.kind in kinds]
    with Chain.open(path) as chain:
        chain.read(0, 1)
        assert [each for each in chain.findings if each.kind in kinds] == found
    return found


def with_capacity(path: Path, capacity: int, *, line: bool = True, header: bool = True) -> Path:
    """Write the disk, and then let its texts say *capacity*."""
    handmade.sparse_link(path, PLAN)
    raw = bytearray(path.read_bytes())
    if header:
        struct.pack_into("<Q", raw, 12, capacity)
    if line:
        old, new = b"RW %d " % CAPACITY, b"RW %d " % capacity
        raw = raw.replace(old, new + b" " * (len(old) - len(new)), 1)
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    ("capacity", "hidden"),
    [(512 * GRAIN, 3), (512 * GRAIN - 5, 3), (3 * GRAIN, 5), (1200 * GRAIN, 1), (CAPACITY, 0)],
)
@pytest.mark.parametrize("header", [True, False])
def test_grains_that_a_smaller_capacity_hides_are_found(
    tmp_path: Path, capacity: int, hidden: int, *, header: bool
) -> None:
    found = behind(with_capacity(tmp_path / "disk.vmdk", capacity, header=header))
    assert [(each.kind, each.fact("grains")) for each in found] == (
        [(Kind.GRAINS_BEHIND, hidden)] if hidden else []
    )
    assert all(each.severity is Severity.DOUBTFUL for each in found)


@pytest.mark.parametrize("grain_size", [32, 64, 2048])
def test_grains_that_a_larger_grain_size_hides_are_found(tmp_path: Path, grain_size: int) -> None:
    path = handmade.sparse_link(tmp_path / "disk.vmdk", PLAN)
    handmade.patch(path, 20, struct.pack("<Q", grain_size))
    kinds = {each.kind for each in finished(check_chain(path)).findings}
    assert Kind.GRAINS_BEHIND in kinds


def test_hidden_grains_of_a_delta_without_redundant_tables_are_found(tmp_path: Path) -> None:
    path = cowd_link(
        tmp_path / "disk.vmdk", CowdPlan(4000, grains={7: b"x" * 512, 3000: b"y" * 512})
    )
    extent = next(each for each in tmp_path.iterdir() if each != path)
    handmade.patch_u32(extent, 12, 2000)
    text = path.read_text()
    path.write_text(text.replace("RW 4000 ", "RW 2000 "))
    with Chain.open(path) as chain:
        chain.read(0, 1)
        (found,) = [each for each in chain.findings if each.kind is Kind.GRAINS_BEHIND]
    assert found.fact("grains") == 1


@pytest.mark.parametrize("copy", [True, False])
@pytest.mark.parametrize("entry", [100, 511])
@pytest.mark.parametrize("value", [0x99999, 5, 2**32 - 1])
def test_an_entry_there_that_leads_nowhere_is_a_note_and_keeps_no_write_from_being_made(
    tmp_path: Path, entry: int, value: int, *, copy: bool
) -> None:
    plan = SparsePlan(64 * GRAIN, grain_size=GRAIN, grains={1: b"a" * GRAIN * SECTOR})
    path = handmade.sparse_link(tmp_path / "disk.vmdk", plan)
    place = plan.table_entry(entry, redundant=copy)
    handmade.patch_u32(path, place, value)
    (found,) = behind(path)
    assert (found.kind, found.is_fault) == (Kind.ENTRIES_BEHIND, False)
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(40 * GRAIN, b"w" * SECTOR)
    with Chain.open(path) as chain:
        assert chain.read(40 * GRAIN, 1) == b"w" * SECTOR
        assert chain.read(GRAIN, 1) == b"a" * SECTOR
    assert struct.unpack_from("<I", path.read_bytes(), place) == (value,)
    assert finished(check_chain(path)).sound


def unclean(path: Path) -> None:
    handmade.patch(path, 72, b"\1")


@pytest.mark.judge
@pytest.mark.parametrize("change", [unclean, lambda _path: None])
def test_a_disk_of_qemu_has_nothing_behind_its_end(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    path = tmp_path / "disk.vmdk"
    qemu.create(path, 40960)
    qemu.write(path, [qemu.Write(40000, b"\7" * 900 * SECTOR)])
    change(path)
    assert behind(path) == []
