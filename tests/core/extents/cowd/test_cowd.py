"""COWD, the delta links of older ESX servers: read, and written with tables made on demand."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Chain, CorruptVmdk, Disk, State, UnsupportedVmdk
from redoscope_core.format.cowd import COWD_UNCLEAN_OFFSET, CowdHeader
from tests.core.outcomes import is_one_line
from tests.core.said import said
from tests.judges import dissect, handmade, libvmdk, qemu
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_esx import COWD_HEADER, CowdPlan, cowd_extent, cowd_link

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from redoscope_core import VmdkError

SECTOR = 512
CAPACITY = 4096 * 2 + 1008
CHANCE = random.Random(5)
GRAINS = {g: CHANCE.randbytes(SECTOR) for g in (0, 1, 2, 100, 4095, 4096, 9000, CAPACITY - 1)}
PLAN = CowdPlan(CAPACITY, GRAINS)


def content(capacity: int, grain_size: int, grains: Mapping[int, bytes]) -> bytes:
    """Return what the disk holds."""
    disk = bytearray(capacity * SECTOR)
    for grain, data in grains.items():
        first = grain * grain_size * SECTOR
        disk[first : first + len(data)] = data[: len(disk) - first]
    return bytes(disk)


@pytest.mark.judge
@pytest.mark.parametrize("grain_size", [1, 2, 3, 8, 128, 2048, 4096])
def test_any_grain_size_is_read_as_others_read_it(tmp_path: Path, grain_size: int) -> None:
    capacity = max(10000, 3 * grain_size)
    stored = {0, 1, capacity // grain_size - 1}
    grains = {g: CHANCE.randbytes(grain_size * SECTOR) for g in stored}
    plan = CowdPlan(capacity, grains, grain_size)
    path = cowd_link(tmp_path / "disk.vmdk", plan)
    expected = content(capacity, grain_size, grains)
    with Chain.open(path) as chain:
        assert chain.read(0, capacity) == expected
        assert chain.grain_size == grain_size
        assert said(chain) == []
    assert qemu.read(path) == libvmdk.read([path]) == dissect.read(path) == expected


def test_only_what_is_stored_is_data(tmp_path: Path) -> None:
    with Chain.open(cowd_link(tmp_path / "disk.vmdk", PLAN)) as chain:
        assert chain.read(0, CAPACITY) == content(CAPACITY, 1, GRAINS)
        areas = chain.areas()
        data = areas.take(areas.state == State.DATA)
        assert data.sectors_in(State.DATA) == len(GRAINS)
        assert data.start.tolist() == [0, 100, 4095, 4096, 9000, CAPACITY - 1]


def test_a_delta_shows_its_parent_where_it_holds_nothing(tmp_path: Path) -> None:
    below = SparsePlan(CAPACITY, grains={0: b"p" * 65536})
    base = handmade.sparse_link(tmp_path / "base.vmdk", below, cid=5)
    child = cowd_link(tmp_path / "vm-000001.vmdk", PLAN, cid=6, parent_cid=5, hint=base.name)
    expected = bytearray(content(CAPACITY, 1, GRAINS))
    for sector in set(range(128)) - set(GRAINS):
        expected[sector * SECTOR : (sector + 1) * SECTOR] = b"p" * SECTOR
    with Chain.open(child) as chain:
        assert chain.read(0, CAPACITY) == expected
    assert qemu.read(child) == expected


def test_the_look_up_names_table_and_entry(tmp_path: Path) -> None:
    path = cowd_link(tmp_path / "disk.vmdk", PLAN)
    raw = (tmp_path / "disk-delta.vmdk").read_bytes()
    with Chain.open(path) as chain:
        lookup = chain.owner(4096)
        step = lookup.steps[0]
        assert (step.kind, step.directory_index, step.table_index) == ("sparse", 1, 0)
        assert lookup.offset is not None
        assert raw[lookup.offset : lookup.offset + SECTOR] == GRAINS[4096]
        assert chain.owner(5000).state is State.ABSENT


def test_a_line_that_calls_it_sparse_does_not_matter(tmp_path: Path) -> None:
    path = cowd_link(tmp_path / "disk.vmdk", PLAN)
    path.write_text(path.read_text().replace("VMFSSPARSE", "SPARSE"))
    with Chain.open(path) as chain:
        assert chain.read(0, CAPACITY) == content(CAPACITY, 1, GRAINS)


def refused(folder: Path, **fields: object) -> VmdkError:
    """Return the error that a header with wrong *fields* gives."""
    path = cowd_link(folder / "disk.vmdk", PLAN)
    delta = folder / "disk-delta.vmdk"
    handmade.patch(delta, 0, PLAN.header(100, **fields))
    with pytest.raises((CorruptVmdk, UnsupportedVmdk)) as caught:
        Chain.open(path)
    assert is_one_line(caught.value)
    assert caught.value.path == delta
    return caught.value


@pytest.mark.parametrize(
    ("fields", "offset"),
    [
        ({"version": 2}, 4),
        ({"capacity": 0}, 12),
        ({"grain_size": 0}, 16),
        ({"grain_size": 2**31}, 16),
        ({"tables": 0}, 24),
        ({"tables": 2**31}, 20),
        ({"directory": 0}, 20),
        ({"directory": 2**32 - 1}, 20),
        ({"capacity": 100}, 12),
    ],
)
def test_an_impossible_header_is_refused_by_field(
    tmp_path: Path, fields: dict[str, object], offset: int
) -> None:
    assert refused(tmp_path, **fields).offset == offset


def test_a_header_cut_short_is_refused(tmp_path: Path) -> None:
    path = cowd_link(tmp_path / "disk.vmdk", PLAN)
    (tmp_path / "disk-delta.vmdk").write_bytes(cowd_extent(PLAN)[:2000])
    with pytest.raises(CorruptVmdk, match="incomplete"):
        Chain.open(path)


@pytest.mark.parametrize("entry", [1, 3, 2**31, 2**32 - 1])
def test_an_entry_that_leads_nowhere_is_an_error_for_its_sector_alone(
    tmp_path: Path, entry: int
) -> None:
    path = cowd_link(tmp_path / "disk.vmdk", PLAN)
    handmade.patch_u32(tmp_path / "disk-delta.vmdk", 5 * SECTOR + 4 * 2, entry)
    with Chain.open(path) as chain:
        assert chain.read(0, 2) == GRAINS[0] + GRAINS[1]
        assert chain.read(3, 90) == bytes(90 * SECTOR)
        with pytest.raises(CorruptVmdk) as caught:
            chain.read(2, 1)
        assert caught.value.offset == 5 * SECTOR + 8


def test_a_directory_entry_past_the_end_loses_its_table_alone(tmp_path: Path) -> None:
    path = cowd_link(tmp_path / "disk.vmdk", PLAN)
    handmade.patch_u32(tmp_path / "disk-delta.vmdk", 4 * SECTOR + 4, 2**31)
    with Chain.open(path) as chain:
        assert chain.read(4095, 1) == GRAINS[4095]
        with pytest.raises(CorruptVmdk, match="too short"):
            chain.read(5000, 1)
        assert chain.read(9000, 1) == GRAINS[9000]


def test_a_free_sector_past_the_end_is_a_note(tmp_path: Path) -> None:
    path = cowd_link(tmp_path / "disk.vmdk", PLAN)
    handmade.patch(tmp_path / "disk-delta.vmdk", 0, PLAN.header(10**6))
    with Chain.open(path) as chain:
        assert chain.read(0, CAPACITY) == content(CAPACITY, 1, GRAINS)
        assert any("first free sector is 1000000" in note for note in said(chain))


def test_an_unclean_mark_is_a_note(tmp_path: Path) -> None:
    path = cowd_link(tmp_path / "disk.vmdk", CowdPlan(CAPACITY, GRAINS, unclean=1))
    with Chain.open(path) as chain:
        assert any("was not closed" in note for note in said(chain))


def test_the_header_survives_the_round_trip() -> None:
    raw = PLAN.header(77, name=b"n" * 60, reserved=b"12345678", generation=3, unclean=1)
    header = CowdHeader.unpack(raw, file_bytes=10**6)
    assert header.pack() == raw
    assert (len(raw), COWD_HEADER.size) == (2048, 2048)
    assert raw[COWD_UNCLEAN_OFFSET] == 1


def delta_over_base(folder: Path, grain_size: int, *, stored: bool) -> tuple[Path, bytes]:
    """Make a COWD child of a sparse base disk; return it and what it reads as."""
    below = SparsePlan(CAPACITY, grains={0: b"p" * 65536, 70: b"q" * 65536})
    base = handmade.sparse_link(folder / "base.vmdk", below, cid=5)
    count = -(-CAPACITY // grain_size)
    grains = (
        {g % count: random.Random(g).randbytes(grain_size * SECTOR) for g in (0, 3, 4095, 9000)}
        if stored
        else {}
    )
    plan = CowdPlan(CAPACITY, grains, grain_size)
    child = cowd_link(folder / "vm-000001.vmdk", plan, cid=6, parent_cid=5, hint=base.name)
    disk = bytearray(content(CAPACITY, 128, below.grains))
    for grain, data in grains.items():
        first = grain * grain_size * SECTOR
        disk[first : first + len(data)] = data[: len(disk) - first]
    return child, bytes(disk)


def free_sector(path: Path) -> int:
    """Return freeSector of the extent of *path*."""
    raw = path.with_name(f"{path.stem}-delta.vmdk").read_bytes()
    return CowdHeader.unpack(raw[:2048], file_bytes=len(raw)).free_sector


@pytest.mark.judge
@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("grain_size", [1, 8, 3, 128])
def test_writing_makes_tables_where_they_are_needed(
    tmp_path: Path,
    grain_size: int,
    stored: bool,  # noqa: FBT001
) -> None:
    path, old = delta_over_base(tmp_path, grain_size, stored=stored)
    base = (tmp_path / "base.vmdk").read_bytes()
    model = bytearray(old)
    chance = random.Random(grain_size)
    for _ in range(4):
        with Disk.open(path, access=Access.WRITE) as disk:
            for _ in range(8):
                start = chance.randrange(CAPACITY)
                count = chance.randrange(1, min(300, CAPACITY - start) + 1)
                data = chance.randbytes(count * SECTOR)
                if chance.random() < 0.3:
                    data = bytes(len(data))
                    disk.write_zeros(start, count)
                else:
                    disk.write(start, data)
                model[start * SECTOR : (start + count) * SECTOR] = data
        with Chain.open(path) as chain:
            assert chain.read(0, CAPACITY) == model
            assert said(chain) == []
        delta = tmp_path / "vm-000001-delta.vmdk"
        assert free_sector(path) * SECTOR == delta.stat().st_size
    assert (tmp_path / "base.vmdk").read_bytes() == base
    assert qemu.read(path) == dissect.read(path) == model
    assert libvmdk.read([tmp_path / "base.vmdk", path]) == model


def test_the_header_is_marked_while_it_is_written(tmp_path: Path) -> None:
    path, _ = delta_over_base(tmp_path, 1, stored=True)
    delta = tmp_path / "vm-000001-delta.vmdk"
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(7, b"x" * SECTOR)
        disk.flush()
        assert delta.read_bytes()[COWD_UNCLEAN_OFFSET] == 1
        with Chain.open(path) as other:
            assert other.read(7, 1) == b"x" * SECTOR
            assert any("was not closed" in note for note in said(other))
    raw = delta.read_bytes()
    assert raw[COWD_UNCLEAN_OFFSET] == 0
    assert raw[:2048] == CowdHeader.unpack(raw[:2048], file_bytes=len(raw)).pack()


@pytest.mark.parametrize("free", [0, 5, 10**6])
def test_a_false_free_sector_never_leads_a_write_onto_grains(tmp_path: Path, free: int) -> None:
    path, old = delta_over_base(tmp_path, 1, stored=True)
    handmade.patch_u32(tmp_path / "vm-000001-delta.vmdk", 28, free)
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(5000, b"x" * SECTOR)
    model = bytearray(old)
    model[5000 * SECTOR : 5001 * SECTOR] = b"x" * SECTOR
    with Chain.open(path) as chain:
        assert chain.read(0, CAPACITY) == model
    assert (tmp_path / "vm-000001-delta.vmdk").stat().st_size < 2**20


def test_a_grain_in_a_table_is_a_note_and_never_written(tmp_path: Path) -> None:
    path, _ = delta_over_base(tmp_path, 1, stored=True)
    delta = tmp_path / "vm-000001-delta.vmdk"
    handmade.patch_u32(delta, 5 * SECTOR, 6)
    with Chain.open(path) as chain:
        chain.read(0, CAPACITY)
        assert any("lead to the same place" in note for note in said(chain))
    before = delta.read_bytes()
    with (
        Disk.open(path, access=Access.WRITE) as disk,
        pytest.raises(CorruptVmdk, match="write would change both"),
    ):
        disk.write(0, bytes(SECTOR))
    assert delta.read_bytes() == before


def test_one_table_for_all_spans_is_refused(tmp_path: Path) -> None:
    path, _ = delta_over_base(tmp_path, 1, stored=True)
    handmade.patch_u32(tmp_path / "vm-000001-delta.vmdk", 4 * SECTOR, 5, 5, 5)
    with Chain.open(path) as chain, pytest.raises(CorruptVmdk, match="again and again") as caught:
        chain.read(0, CAPACITY)
    assert caught.value.offset == 4 * SECTOR
