"""Tables that differ: each entry is told with what is sound and why, and read by its copy."""

from __future__ import annotations

import errno
import os
import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import (
    Access,
    Chain,
    CorruptVmdk,
    Disk,
    FileUnreadable,
    Kind,
    Leniency,
    Policy,
    State,
    sentences,
)
from redoscope_core.extents.sparse import grain_tables
from redoscope_core.extents.sparse import redundant as redundant_tables
from redoscope_core.operations.examining.check import check_chain
from redoscope_core.spots import EntrySpot, Sound, Why
from tests.core.finished import finished
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

if TYPE_CHECKING:
    from collections.abc import Mapping

SECTOR = 512
GRAIN = 8
PER_TABLE = 64
CAPACITY = 3 * PER_TABLE * GRAIN - 13
STORED = (0, 1, 5, 63, 64, 70, 100, 130, 190)
BY_COPIES = Policy(frozenset({Leniency.REDUNDANT}))
NOWHERE = 2**31
PLAN = SparsePlan(
    CAPACITY,
    grain_size=GRAIN,
    entries_per_table=PER_TABLE,
    grains={grain: random.Random(grain).randbytes(GRAIN * SECTOR) for grain in STORED},
)
PLACES = {grain: PLAN.overhead + number * GRAIN for number, grain in enumerate(STORED)}


def make(folder: Path) -> Path:
    """Write the sound disk."""
    return handmade.sparse_link(folder / "disk.vmdk", PLAN)


def damage(path: Path, entries: Mapping[int, int], *, redundant: bool = False) -> None:
    """Give the grains in *entries* these values in one copy."""
    for grain, value in entries.items():
        handmade.patch_u32(path, PLAN.table_entry(grain, redundant=redundant), value)


def read(path: Path, policy: Policy | None = None) -> bytes:
    """Return all bytes of the disk."""
    with Chain.open(path, policy=policy) as chain:
        return chain.read(0, chain.capacity)


def spots(path: Path) -> dict[int, EntrySpot]:
    """Return what a check says of each entry that differs, by its grain."""
    found = finished(check_chain(path)).findings
    (finding,) = [finding for finding in found if finding.kind is Kind.TABLES_DIFFER]
    told = {spot.grain: spot for spot in finding.spots if isinstance(spot, EntrySpot)}
    assert finding.fact("entries") == len(told) == len(finding.spots)
    assert finding.leniency is Leniency.REDUNDANT
    return told


@pytest.mark.parametrize(
    ("grain", "value", "why"),
    [
        (5, NOWHERE, Why.LEADS_NOWHERE),
        (64, 3, Why.LEADS_NOWHERE),
        (190, 0, Why.NOT_STORED),
        (70, PLACES[0], Why.SHARED),
        (130, PLACES[63] + GRAIN // 2, Why.SHARED),
    ],
)
@pytest.mark.parametrize("redundant", [False, True])
def test_the_sound_one_of_two_entries_is_told_and_why(
    tmp_path: Path, grain: int, value: int, why: Why, *, redundant: bool
) -> None:
    path = make(tmp_path)
    sound = read(path)
    damage(path, {grain: value}, redundant=redundant)
    spot = spots(path)[grain]
    pair = (value, PLACES[grain])
    assert (spot.first, spot.second) == (pair[::-1] if redundant else pair)
    assert spot.sound is (Sound.FIRST if redundant else Sound.SECOND)
    assert (spot.why, spot.sector) == (why, grain * GRAIN)
    assert read(path, BY_COPIES) == sound


@settings(max_examples=60, deadline=None)
@given(
    broken=st.dictionaries(
        st.sampled_from(STORED),
        st.sampled_from([0, 2, NOWHERE, NOWHERE - 1]),
        min_size=1,
    ),
    stale=st.sets(st.sampled_from(STORED)),
    window=st.sampled_from([SECTOR, 2 * SECTOR, 2**20]),
    together=st.sampled_from([1, 3, 2**20]),
)
def test_by_its_copies_a_disk_reads_as_before_and_says_how_much_it_took(
    broken: dict[int, int], stale: set[int], window: int, together: int
) -> None:
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(grain_tables, "_CHUNK", window)
        patch.setattr(redundant_tables, "_JUDGED", together)
        path = make(Path(name))
        sound = read(path)
        damage(path, broken)
        lost = dict.fromkeys(stale - broken.keys(), 0)
        damage(path, lost, redundant=True)
        assert set(spots(path)) == broken.keys() | lost.keys()
        with Chain.open(path, policy=BY_COPIES) as chain:
            assert chain.read(0, chain.capacity) == sound
            used = [each for each in chain.findings if each.kind is Kind.REDUNDANT_USED]
            assert [each.fact("entries") for each in used] == [len(broken)]
            for grain in range(-(-CAPACITY // GRAIN)):
                step = chain.owner(grain * GRAIN).steps[0]
                assert step.table_entry == PLACES.get(grain, 0)
                redundant = grain in broken
                assert step.entry_offset == PLAN.table_entry(grain, redundant=redundant)


@pytest.mark.parametrize("value", [0, NOWHERE])
def test_a_table_that_one_directory_alone_leads_to_is_read_by_it(
    tmp_path: Path, value: int
) -> None:
    path = make(tmp_path)
    sound = read(path)
    handmade.patch_u32(path, PLAN.directory_entry(1), value)
    kinds = {finding.kind for finding in finished(check_chain(path)).findings}
    assert kinds >= ({Kind.COPY_HAS_TABLE, Kind.LOST_TABLE} if value else {Kind.TABLES_DIFFER})
    with Chain.open(path, policy=BY_COPIES) as chain:
        assert chain.read(0, chain.capacity) == sound
        (used,) = [each for each in chain.findings if each.kind is Kind.REDUNDANT_USED]
        assert used.fact("tables") == 1
        assert chain.owner(100 * GRAIN).steps[0].table_entry == PLACES[100]
        assert "asked for: 0 table entries and 1 grain table" in sentences.text(used)


def test_where_nothing_tells_the_first_is_read_unless_the_copy_is_asked_for(tmp_path: Path) -> None:
    path = make(tmp_path)
    with path.open("ab") as file:
        file.write(b"n" * GRAIN * SECTOR)
    behind = PLAN.overhead + len(STORED) * GRAIN
    damage(path, {5: behind}, redundant=True)
    damage(path, {100: 0}, redundant=True)
    told = spots(path)
    assert (told[5].sound, told[5].why) == (Sound.UNKNOWN, Why.UNDECIDED)
    assert told[100].sound is Sound.FIRST
    with Chain.open(path, policy=BY_COPIES) as chain:
        assert chain.read(5 * GRAIN, GRAIN) == b"n" * GRAIN * SECTOR
        assert chain.read(100 * GRAIN, GRAIN) == PLAN.grains[100]
    with Chain.open(path) as chain:
        assert chain.read(5 * GRAIN, GRAIN) == PLAN.grains[5]


def failing_at(monkeypatch: pytest.MonkeyPatch, *sectors: int) -> None:
    """Let the device fail wherever one of *sectors* of the file is read."""
    real = os.preadv

    def failing(file: int, buffers: list[memoryview], offset: int) -> int:
        end = offset + sum(len(buffer) for buffer in buffers)
        if any(offset < (bad + 1) * SECTOR and end > bad * SECTOR for bad in sectors):
            raise OSError(errno.EIO, "Input/output error")
        return real(file, buffers, offset)

    monkeypatch.setattr(os, "preadv", failing)


@pytest.mark.parametrize("more", [set(), {Leniency.SALVAGE}])
@pytest.mark.parametrize("bad", ["table", "copy", "directory"])
def test_a_table_that_the_device_does_not_give_is_read_by_its_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: str, more: set[Leniency]
) -> None:
    path = make(tmp_path)
    sound = read(path)
    table, copy = (PLAN.first_table(redundant=redundant) + 1 for redundant in (False, True))
    failing_at(monkeypatch, {"table": table, "copy": copy, "directory": PLAN.directory}[bad])
    policy = Policy(frozenset({Leniency.REDUNDANT, *more}))
    assert read(path, policy) == sound


def test_where_the_device_gives_neither_table_nor_copy_its_own_error_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(tmp_path)
    tables = [PLAN.first_table(redundant=redundant) for redundant in (False, True)]
    failing_at(monkeypatch, *tables)
    with Chain.open(path, policy=BY_COPIES) as chain:
        assert chain.read(70 * GRAIN, GRAIN) == PLAN.grains[70]
        assert chain.areas().sectors_in(State.UNREADABLE) == PER_TABLE * GRAIN
        with pytest.raises(FileUnreadable, match="grain table 0") as caught:
            chain.read(5 * GRAIN, 1)
    assert caught.value.leniency is Leniency.SALVAGE


def test_an_error_of_a_damaged_entry_names_the_way_by_its_copy(tmp_path: Path) -> None:
    path = make(tmp_path)
    damage(path, {5: NOWHERE})
    damage(path, {64: NOWHERE})
    damage(path, {64: NOWHERE}, redundant=True)
    with Chain.open(path) as chain:
        with pytest.raises(CorruptVmdk) as caught:
            chain.read(5 * GRAIN, 1)
        assert caught.value.leniency is Leniency.REDUNDANT
        with pytest.raises(CorruptVmdk) as caught:
            chain.read(64 * GRAIN, 1)
        assert caught.value.leniency is Leniency.SALVAGE


def test_nothing_is_written_into_a_disk_that_is_read_by_its_copies(tmp_path: Path) -> None:
    path = make(tmp_path)
    damage(path, {5: NOWHERE})
    before = path.read_bytes()
    with (
        pytest.raises(CorruptVmdk, match="nothing is written"),
        Disk.open(path, access=Access.WRITE, policy=BY_COPIES) as disk,
    ):
        disk.write(0, bytes(SECTOR))
    assert path.read_bytes() == before


def test_a_sound_disk_takes_nothing_from_its_copies(tmp_path: Path) -> None:
    path = make(tmp_path)
    with Chain.open(path, policy=BY_COPIES) as chain:
        assert chain.read(0, chain.capacity) == read(path)
        assert {each.kind for each in chain.findings} == {Kind.ODD_TABLES}
    with Disk.open(path, access=Access.WRITE, policy=BY_COPIES) as disk:
        disk.write(0, b"w" * SECTOR)
    assert read(path)[:SECTOR] == b"w" * SECTOR
