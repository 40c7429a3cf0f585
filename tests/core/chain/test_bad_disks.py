"""Bad input: one clear line, a typed error, nothing changed on disk, and never zeros instead."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import (
    Access,
    Chain,
    CorruptVmdk,
    Disk,
    Forest,
    ReadOnly,
    State,
    VmdkError,
    sentences,
)
from tests.core.bad_disks import BAD_DISKS, BAD_GRAINS
from tests.core.outcomes import is_one_line, outcome
from tests.core.sound_disk import PLAN, header
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512


@pytest.mark.parametrize("name", BAD_DISKS)
def test_a_bad_disk_is_refused_in_one_line_and_nothing_is_changed(
    tmp_path: Path, name: str
) -> None:
    path = BAD_DISKS[name].make(tmp_path)
    before = fingerprints(tmp_path)
    with pytest.raises(BAD_DISKS[name].error) as caught:
        Chain.open(path)
    assert is_one_line(caught.value)
    assert caught.value.path is not None
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize("name", BAD_DISKS)
def test_a_bad_disk_is_not_opened_for_writing_either(tmp_path: Path, name: str) -> None:
    path = BAD_DISKS[name].make(tmp_path)
    before = fingerprints(tmp_path)
    found = outcome(lambda: Disk.open(path, access=Access.WRITE))
    assert isinstance(found, VmdkError)
    assert is_one_line(found)
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize("name", BAD_DISKS)
def test_a_folder_with_a_bad_disk_is_listed_all_the_same(tmp_path: Path, name: str) -> None:
    BAD_DISKS[name].make(tmp_path)
    good = handmade.sparse_link(tmp_path / "good.vmdk", SparsePlan(128), cid=4242)
    before = fingerprints(tmp_path)
    forest = Forest.scan(tmp_path)
    assert forest.nodes[good].faults == ()
    assert all(
        "\n" not in sentences.text(fault) + sentences.cure(fault)
        for node in forest.nodes.values()
        for fault in node.faults
    )
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize("name", BAD_GRAINS)
def test_a_bad_grain_is_an_error_for_its_sectors_and_for_no_others(
    tmp_path: Path, name: str
) -> None:
    path = BAD_GRAINS[name].make(tmp_path)
    before = fingerprints(tmp_path)
    with Chain.open(path) as chain:
        area = chain.areas(256, 1)
        assert State(int(area.state[0])) is State.UNREADABLE
        assert chain.owner(256).state is State.UNREADABLE
        for start, count in ((256, 1), (200, 100), (0, chain.capacity)):
            with pytest.raises(BAD_GRAINS[name].error) as caught:
                chain.read(start, count)
            assert is_one_line(caught.value)
            assert caught.value.offset is not None
            assert caught.value.link_index == 0
            assert caught.value.found is not None
        if "GTE" in name or "cut" in name:
            assert chain.read(0, 128) == b"a" * 128 * SECTOR
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize("name", BAD_GRAINS)
def test_a_disk_with_a_bad_grain_is_not_written(tmp_path: Path, name: str) -> None:
    path = BAD_GRAINS[name].make(tmp_path)
    before = fingerprints(tmp_path)

    def try_to_write() -> None:
        with Disk.open(path, access=Access.WRITE) as disk:
            disk.write(256, b"x" * SECTOR)

    found = outcome(try_to_write)
    assert isinstance(found, VmdkError)
    assert is_one_line(found)
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize("name", BAD_GRAINS)
def test_a_child_over_a_bad_grain_gives_no_made_up_bytes(tmp_path: Path, name: str) -> None:
    base = BAD_GRAINS[name].make(tmp_path)
    plan = SparsePlan(2048, grains={1: b"C" * 65536})
    child = handmade.sparse_link(
        tmp_path / "child.vmdk", plan, cid=9, parent_cid=0x0123ABCD, hint=base.name
    )
    before = fingerprints(tmp_path)
    with Disk.open(child, access=Access.WRITE) as disk:
        with pytest.raises(CorruptVmdk):
            disk.read(256, 1)
        assert disk.read(128, 128) == b"C" * 128 * SECTOR
        # To fill up the rest of the grain the parent would have to be read.
        with pytest.raises(CorruptVmdk):
            disk.write(300, b"x" * SECTOR)
    with Chain.open(child) as chain:
        assert chain.tip.stored.sectors_in(State.DATA) == 128
    assert fingerprints(tmp_path) == before


def test_plain_grains_that_are_called_compressed_give_no_bytes(tmp_path: Path) -> None:
    path = header(flags=0x30003, compression=1)(tmp_path)
    with Chain.open(path) as chain:
        for sector in (0, 256, 9 * 128):
            with pytest.raises(CorruptVmdk) as caught:
                chain.read(sector, 1)
            assert is_one_line(caught.value)


def test_two_entries_that_share_a_grain_are_read_but_never_written(tmp_path: Path) -> None:
    path = handmade.sparse_link(tmp_path / "disk.vmdk", PLAN)
    handmade.patch_u32(path, PLAN.table_entry(5), 128)
    handmade.patch_u32(path, PLAN.table_entry(5, redundant=True), 128)
    with Chain.open(path) as chain:
        assert chain.read(5 * 128, 128) == chain.read(0, 128) == b"a" * 65536
    before = fingerprints(tmp_path)
    with Disk.open(path, access=Access.WRITE) as disk, pytest.raises(CorruptVmdk):
        disk.write(0, b"x" * SECTOR)
    assert fingerprints(tmp_path) == before


def test_tables_that_differ_from_their_copies_are_read_but_never_written(tmp_path: Path) -> None:
    path = handmade.sparse_link(tmp_path / "disk.vmdk", PLAN)
    handmade.patch_u32(path, PLAN.table_entry(2, redundant=True), 0)
    with Chain.open(path) as chain:
        assert chain.read(256, 1) == b"c" * SECTOR
    before = fingerprints(tmp_path)
    with Disk.open(path, access=Access.WRITE) as disk, pytest.raises(CorruptVmdk):
        disk.write(0, b"x" * SECTOR)
    assert fingerprints(tmp_path) == before


def test_one_file_named_by_two_extents_is_read_but_never_written(tmp_path: Path) -> None:
    (tmp_path / "flat.bin").write_bytes(b"f" * 8 * SECTOR)
    path = tmp_path / "disk.vmdk"
    lines = ['RW 8 FLAT "flat.bin" 0', 'RW 8 FLAT "flat.bin" 0']
    path.write_text(handmade.descriptor_text(lines, kind="twoGbMaxExtentFlat"))
    with Chain.open(path) as chain:
        assert chain.read(0, 16) == b"f" * 16 * SECTOR
    before = fingerprints(tmp_path)
    found = outcome(lambda: write_one(path))
    assert isinstance(found, VmdkError)
    assert fingerprints(tmp_path) == before


def write_one(path: Path) -> None:
    """Write one sector."""
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(0, b"x" * SECTOR)


def test_a_grain_cut_off_only_behind_the_capacity_is_read(tmp_path: Path) -> None:
    plan = SparsePlan(200, grains={1: b"z" * 65536})
    path = handmade.sparse_link(tmp_path / "disk.vmdk", plan)
    with path.open("r+b") as file:
        file.truncate((128 + 72) * SECTOR)
    with Chain.open(path) as chain:
        assert chain.read(128, 72) == b"z" * 72 * SECTOR


@pytest.mark.parametrize(
    ("lines", "readable"),
    [
        (['RW 8 FLAT "flat.bin" 0', "RW 8 ZERO", 'RDONLY 8 FLAT "flat.bin" 8'], True),
        (["RW 8 ZERO", 'RW 8 FLAT "flat.bin" 0', 'RW 8 FLAT "flat.bin" 8'], True),
        (['RW 8 FLAT "flat.bin" 0', 'NOACCESS 8 FLAT "flat.bin" 8', "RW 8 ZERO"], False),
    ],
)
def test_extents_keep_their_place_whatever_their_access_or_type(
    tmp_path: Path, lines: list[str], *, readable: bool
) -> None:
    (tmp_path / "flat.bin").write_bytes(b"1" * 8 * SECTOR + b"2" * 8 * SECTOR)
    path = tmp_path / "disk.vmdk"
    path.write_text(handmade.descriptor_text(lines, kind="custom"))
    letters = [b"0" if "ZERO" in line else b"1" if line.endswith("0") else b"2" for line in lines]
    with Chain.open(path) as chain:
        assert chain.capacity == 24
        for index, letter in enumerate(letters):
            expected = bytes(8 * SECTOR) if letter == b"0" else letter * 8 * SECTOR
            if readable or "NOACCESS" not in lines[index]:
                assert chain.read(index * 8, 8) == expected
            else:
                with pytest.raises(VmdkError):
                    chain.read(index * 8, 8)


def test_a_write_that_runs_into_an_extent_that_is_not_rw_changes_nothing(tmp_path: Path) -> None:
    for name in ("one.bin", "two.bin"):
        (tmp_path / name).write_bytes(bytes(8 * SECTOR))
    path = tmp_path / "disk.vmdk"
    lines = ['RW 8 FLAT "one.bin" 0', 'RDONLY 8 FLAT "two.bin" 0']
    path.write_text(handmade.descriptor_text(lines, kind="custom"))
    before = fingerprints(tmp_path)
    with Disk.open(path, access=Access.WRITE) as disk, pytest.raises(ReadOnly):
        disk.write(4, b"x" * 8 * SECTOR)
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize("line", ["RW 8 ZERO", 'RDONLY 8 FLAT "flat.bin" 0'])
def test_an_extent_that_is_not_rw_is_never_written(tmp_path: Path, line: str) -> None:
    (tmp_path / "flat.bin").write_bytes(bytes(8 * SECTOR))
    path = tmp_path / "disk.vmdk"
    path.write_text(handmade.descriptor_text([line], kind="custom"))
    before = fingerprints(tmp_path)
    found = outcome(lambda: write_one(path))
    assert isinstance(found, VmdkError)
    assert fingerprints(tmp_path) == before


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base disk and its child, with few grains, in a folder that every example shares."""
    folder = tmp_path_factory.mktemp("pair")
    grains = {0: b"a" * 4096, 5: b"b" * 4096}
    plan = SparsePlan(100, 8, grains=grains, zero_grains=[3], version=2, flags=7)
    handmade.sparse_link(folder / "base.vmdk", plan, cid=5)
    handmade.sparse_link(folder / "child.vmdk", plan, cid=6, parent_cid=5, hint="base.vmdk")
    return folder


INTERESTING = st.one_of(
    st.integers(0, 79),
    st.integers(SECTOR, SECTOR + 560),
    st.integers(21 * SECTOR, 21 * SECTOR + 4),
    st.integers(22 * SECTOR, 22 * SECTOR + 60),
    st.integers(26 * SECTOR, 26 * SECTOR + 4),
    st.integers(27 * SECTOR, 27 * SECTOR + 60),
)
"""Bytes of the header, the descriptor, the directories and the tables."""


@given(
    name=st.sampled_from(["base.vmdk", "child.vmdk"]), offset=INTERESTING, mask=st.integers(1, 255)
)
def test_any_flipped_byte_is_an_answer_or_a_vmdk_error(
    pair: Path, name: str, offset: int, mask: int
) -> None:
    path = pair / name
    old = path.read_bytes()
    try:
        handmade.patch(path, offset, bytes([old[offset] ^ mask]))
        before = fingerprints(pair)
        for disk in pair.iterdir():
            assert_answer_or_error(disk)
        assert fingerprints(pair) == before
        assert all(node.path.parent == pair for node in Forest.scan(pair).nodes.values())
    finally:
        path.write_bytes(old)


def assert_answer_or_error(path: Path) -> None:
    """Ask everything one can ask of a disk."""
    chain = outcome(lambda: Chain.open(path))
    if isinstance(chain, VmdkError):
        assert is_one_line(chain)
        return
    with chain:
        count = min(chain.capacity, 100)
        areas = chain.areas()
        assert int(areas.count.sum()) == chain.capacity
        found = outcome(lambda: chain.read(0, count))
        if isinstance(found, VmdkError):
            assert is_one_line(found)
            assert (chain.areas(0, count).state == State.UNREADABLE).any()
        else:
            assert len(found) == count * SECTOR
        for sector in range(0, count, 8):
            assert chain.owner(sector).state == State(int(chain.areas(sector, 1).state[0]))


@given(seed=st.integers(0, 2**32))
def test_writing_into_a_damaged_disk_is_done_or_refused(pair: Path, seed: int) -> None:
    rng = random.Random(seed)
    path = pair / "child.vmdk"
    old = path.read_bytes()
    base = (pair / "base.vmdk").read_bytes()
    try:
        place = rng.choice([rng.randrange(80), 22 * SECTOR + rng.randrange(60)])
        offset = place if rng.random() < 0.5 else 27 * SECTOR + rng.randrange(60)
        handmade.patch(path, offset, bytes([rng.randrange(256)]))
        found = outcome(lambda: write_one(path))
        assert found is None or is_one_line(found)
        if found is None:
            with Chain.open(path) as chain:
                assert chain.read(0, 1) == b"x" * SECTOR
    finally:
        path.write_bytes(old)
    assert (pair / "base.vmdk").read_bytes() == base
