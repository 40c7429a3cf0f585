"""SESparse, the delta links of ESX servers of today: read, never written."""

from __future__ import annotations

import random
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core import (
    Access,
    Chain,
    CorruptVmdk,
    Disk,
    Policy,
    State,
    UnsupportedVmdk,
)
from redoscope_core.format.sesparse import SeSparseHeader, SeSparseVolatile, grain_indices
from redoscope_core.leniency import Leniency
from redoscope_core.verdicts import Verdict
from tests.core.links import make_child
from tests.core.outcomes import is_one_line
from tests.core.said import said
from tests.judges import dissect, handmade, qemu
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_esx import (
    DIRECTORY,
    TABLES,
    SeSparsePlan,
    sesparse_entry,
    sesparse_extent,
    sesparse_link,
)

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
CAPACITY = 4096 * 8 * 2 + 12
"""Two whole tables, and one for a grain and a half."""
CHANCE = random.Random(6)
STORED = {g: CHANCE.randbytes(4096) for g in (0, 1, 2, 4095, 4096, 8000, 8193)}
PLAN = SeSparsePlan(CAPACITY, STORED, frozenset({7, 5000}), frozenset({8}))


def content(plan: SeSparsePlan, below: bytes | None = None) -> bytes:
    """Return what the disk holds over *below*."""
    disk = bytearray(below or bytes(plan.capacity * SECTOR))
    zeros = dict.fromkeys(plan.unmapped | plan.zeroed, bytes(4096))
    for grain, data in {**plan.grains, **zeros}.items():
        disk[grain * 4096 : (grain + 1) * 4096] = data
    return bytes(disk[: plan.capacity * SECTOR])


@pytest.mark.judge
@pytest.mark.parametrize("first_index", [0, 0xFFE, 0x1000])
def test_a_link_is_read_as_qemu_reads_it(tmp_path: Path, first_index: int) -> None:
    plan = SeSparsePlan(CAPACITY, STORED, PLAN.unmapped, PLAN.zeroed, first_index)
    path = sesparse_link(tmp_path / "disk.vmdk", plan)
    with Chain.open(path) as chain:
        assert chain.read(0, CAPACITY) == content(plan)
        assert (chain.grain_size, said(chain)) == (8, [])
    assert qemu.read(path) == content(plan)


@pytest.mark.judge
def test_unmapped_is_zeros_and_not_the_parent(tmp_path: Path) -> None:
    # qemu and xen-orchestra read zeros there, dissect the parent: what a guest has unmapped
    # reads as zeros on the server, whatever an older link holds.
    below = {grain: bytes([65 + grain]) * 65536 for grain in range(10)}
    base = handmade.sparse_link(tmp_path / "base.vmdk", SparsePlan(CAPACITY, grains=below), cid=5)
    child = sesparse_link(tmp_path / "child.vmdk", PLAN, cid=6, parent_cid=5, hint=base.name)
    old = b"".join(below.values()).ljust(CAPACITY * SECTOR, b"\0")
    expected = content(PLAN, old)
    with Chain.open(child) as chain:
        assert chain.read(0, CAPACITY) == expected
        assert chain.read(56, 8) == bytes(4096)
        assert chain.owner(56).steps[0].verdict is Verdict.UNMAPPED
    assert qemu.read(child) == expected


@pytest.mark.judge
def test_dissect_agrees_where_nothing_is_unmapped(tmp_path: Path) -> None:
    plan = SeSparsePlan(CAPACITY + 4, STORED)
    path = sesparse_link(tmp_path / "disk.vmdk", plan)
    with Chain.open(path) as chain:
        assert chain.read(0, plan.capacity) == content(plan) == dissect.read(path)


@pytest.mark.parametrize(
    ("index", "entry"),
    [
        (0, 0x3000000000000000),
        (1, 0x3001000000000000),
        (0xFFF, 0x3FFF000000000000),
        (0x1000, 0x3000000000000001),
        (0x12345678, 0x3678000000012345),
    ],
)
def test_the_shuffled_index_is_put_in_order(index: int, entry: int) -> None:
    assert sesparse_entry(index) == entry
    assert grain_indices(np.array([entry], np.uint64)).tolist() == [index]


def test_the_map_and_the_look_up_agree(tmp_path: Path) -> None:
    path = sesparse_link(tmp_path / "disk.vmdk", PLAN)
    raw = (tmp_path / "disk-sesparse.vmdk").read_bytes()
    with Chain.open(path) as chain:
        areas = chain.areas()
        for start, state in zip(areas.start.tolist(), areas.state.tolist(), strict=True):
            assert chain.owner(start).state == state
        for grain, data in STORED.items():
            lookup = chain.owner(grain * 8 + 1)
            assert lookup.offset is not None
            assert raw[lookup.offset : lookup.offset + SECTOR] == data[SECTOR : 2 * SECTOR]
            step = lookup.steps[0]
            assert step.entry_offset is not None
            assert raw[step.entry_offset : step.entry_offset + 8] == struct.pack(
                "<Q", step.table_entry or 0
            )


def test_an_unreplayed_journal_is_refused_and_may_be_read_on_purpose(tmp_path: Path) -> None:
    path = sesparse_link(tmp_path / "disk.vmdk", SeSparsePlan(CAPACITY, STORED, dirty=1))
    with pytest.raises(UnsupportedVmdk, match="journal") as caught:
        Chain.open(path)
    assert (caught.value.offset, caught.value.found) == (SECTOR + 24, 1)
    assert is_one_line(caught.value)
    with Chain.open(path, policy=Policy().allowing(Leniency.DIRTY_JOURNAL)) as chain:
        assert chain.read(0, 8) == STORED[0]
        assert any("journal was not replayed" in note for note in said(chain))


@pytest.mark.parametrize(
    "entry",
    [kind << 60 for kind in range(4, 16)] + [5, 3 << 60 | 2**40, 3 << 60 | 2**47, 2**60 - 1],
)
def test_an_entry_that_nobody_knows_is_damage(tmp_path: Path, entry: int) -> None:
    path = sesparse_link(tmp_path / "disk.vmdk", PLAN)
    place = TABLES * SECTOR + 8 * 2
    handmade.patch(tmp_path / "disk-sesparse.vmdk", place, struct.pack("<Q", entry))
    with Chain.open(path) as chain:
        assert chain.read(0, 16) == STORED[0] + STORED[1]
        assert chain.owner(16).state is State.UNREADABLE
        with pytest.raises(CorruptVmdk, match="leads nowhere") as caught:
            chain.read(16, 1)
        assert (caught.value.offset, caught.value.found) == (place, f"0x{entry:X}")


@pytest.mark.parametrize("entry", [1, 2**63, 0x10000000 << 32 | 7, 0x10000000 << 32 | 2**31])
def test_a_directory_entry_that_leads_nowhere_loses_its_table_alone(
    tmp_path: Path, entry: int
) -> None:
    path = sesparse_link(tmp_path / "disk.vmdk", PLAN)
    place = DIRECTORY * SECTOR + 8
    handmade.patch(tmp_path / "disk-sesparse.vmdk", place, struct.pack("<Q", entry))
    with Chain.open(path) as chain:
        assert chain.read(0, 8) == STORED[0]
        assert chain.areas(32768, 32768).sectors_in(State.UNREADABLE) == 32768
        assert not chain.tip.stored.link.any()
        with pytest.raises(CorruptVmdk) as caught:
            chain.read(40000, 1)
        assert caught.value.offset == place
        assert chain.read(8193 * 8, 4) == STORED[8193][: 4 * SECTOR]


@pytest.mark.parametrize(
    ("field", "value", "offset"),
    [
        ("version", 1, 8),
        ("capacity", 0, 16),
        ("capacity", 2**62, 16),
        ("capacity", 2**40, 128),
        ("grain_size", 0, 24),
        ("grain_size", 128, 24),
        ("table_size", 1, 32),
        ("flags", 4, 40),
        ("reserved3", 1, 64),
        ("volatile", 0, 80),
        ("volatile", 2**60, 80),
        ("directory", 2**60, 128),
        ("directory_size", 0, 128),
        ("capacity", 100, 16),
    ],
)
def test_an_impossible_header_is_refused_by_field(
    tmp_path: Path, field: str, value: int, offset: int
) -> None:
    path = sesparse_link(tmp_path / "disk.vmdk", PLAN)
    data = tmp_path / "disk-sesparse.vmdk"
    handmade.patch(data, 0, PLAN.header(**{field: value}))
    with pytest.raises((CorruptVmdk, UnsupportedVmdk)) as caught:
        Chain.open(path)
    assert is_one_line(caught.value)
    assert (caught.value.path, caught.value.offset) == (data, offset)


def test_a_volatile_header_that_is_none_is_refused(tmp_path: Path) -> None:
    path = sesparse_link(tmp_path / "disk.vmdk", PLAN)
    handmade.patch(tmp_path / "disk-sesparse.vmdk", SECTOR, bytes(8))
    with pytest.raises(CorruptVmdk, match="volatile") as caught:
        Chain.open(path)
    assert caught.value.offset == SECTOR


def test_a_file_cut_off_loses_its_last_grains_and_no_others(tmp_path: Path) -> None:
    path = sesparse_link(tmp_path / "disk.vmdk", PLAN)
    raw = sesparse_extent(PLAN)
    (tmp_path / "disk-sesparse.vmdk").write_bytes(raw[:-8192])
    with Chain.open(path) as chain:
        assert chain.read(0, 64000)[: 3 * 4096] == STORED[0] + STORED[1] + STORED[2]
        for sector in (64000, 8193 * 8):
            with pytest.raises(CorruptVmdk):
                chain.read(sector, 1)


def test_it_is_never_written_and_the_way_out_is_a_child(tmp_path: Path) -> None:
    path = sesparse_link(tmp_path / "disk.vmdk", PLAN)
    before = sesparse_extent(PLAN)
    with (
        Disk.open(path, access=Access.WRITE) as disk,
        pytest.raises(UnsupportedVmdk, match="create a child"),
    ):
        disk.write(0, bytes(SECTOR))
    assert (tmp_path / "disk-sesparse.vmdk").read_bytes() == before
    make_child(path, tmp_path / "child.vmdk")
    with Disk.open(tmp_path / "child.vmdk", access=Access.WRITE) as disk:
        disk.write(9, b"w" * SECTOR)
        expected = bytearray(content(PLAN))
        expected[9 * SECTOR : 10 * SECTOR] = b"w" * SECTOR
        assert disk.read(0, CAPACITY) == expected
    assert qemu.read(tmp_path / "child.vmdk") == expected


def test_the_headers_have_their_documented_lengths() -> None:
    assert SeSparseHeader.LAYOUT.size == SeSparseVolatile.LAYOUT.size == 512


@pytest.mark.parametrize(
    ("offset", "sector"),
    [
        *((144, sector) for sector in (2**31, 2**48, 2**54, 2**55, 2**63, 2**64 - 1)),
        *((192, sector) for sector in (2**48, 2**54, 2**55, 2**63, 2**64 - 1)),
    ],
)
def test_a_region_that_begins_outside_the_file_is_refused(
    tmp_path: Path, offset: int, sector: int
) -> None:
    path = tmp_path / "disk.vmdk"
    link = sesparse_link(path, PLAN)
    extent = next(at for at in tmp_path.iterdir() if at != link)
    with extent.open("r+b") as file:
        file.seek(offset)
        file.write(sector.to_bytes(8, "little"))
    with pytest.raises(CorruptVmdk, match="outside the file"):
        Chain.open(link)
