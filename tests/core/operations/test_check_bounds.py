"""Check judges tables in windows: what it counts is what all entries at once would tell."""

from __future__ import annotations

import random
import tracemalloc
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import Kind, create_disk, sentences
from redoscope_core.extents.sparse import grain_tables, places
from redoscope_core.extents.table_report import TableReport
from redoscope_core.link.link import Link
from redoscope_core.operations.examining.check import check
from redoscope_core.spots import EntrySpot, Sound
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_stream import StreamPlan, stream_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core import Finding

SECTOR = 512
GRAIN = 128
TABLES = 5
ENTRIES = TABLES * 512 - 100
GRAINS_THERE = 700


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Judge two tables at a time, and sort so few places that there are many parts."""
    with monkeypatch.context() as patched:
        patched.setattr(grain_tables, "_CHUNK", 2 * 2048)
        patched.setattr(places, "_AT_ONCE", 6)
        patched.setattr(places, "_BUCKET", 12)
        yield


def report_of(path: Path) -> TableReport:
    """Return what is found in the tables of the one extent of *path*."""
    with Link.open(path) as link:
        steps = link.extents[0].table_report()
        assert steps is not None
        try:
            while True:
                next(steps)
        except StopIteration as end:
            report = end.value
            assert isinstance(report, TableReport)
            return report


def found_in(path: Path) -> tuple[list[Finding], int]:
    """Return the findings of *path*, and how many steps it took."""
    steps = check(path)
    count = 0
    try:
        while True:
            next(steps)
            count += 1
    except StopIteration as end:
        return end.value, count


def filled(path: Path, stored: dict[int, int], copies: dict[int, int]) -> int:
    """Make the disk *path*: grains at *places* counted in sectors behind the metadata."""
    create_disk(path, ENTRIES * GRAIN)
    with Link.open(path) as link:
        header = link.header
        assert header is not None
        tables = link.extents[0].table_areas()
        first, start = header.overhead, int(tables.offset[0])
    span = (header.rgd_offset - header.gd_offset) * SECTOR
    with path.open("r+b") as file:
        file.truncate((first + GRAINS_THERE * GRAIN) * SECTOR)
        for known, at in ((stored, start), (copies, start + span)):
            entries = np.zeros(ENTRIES, "<u4")
            for grain, place in known.items():
                entries[grain] = first + place
            file.seek(at)
            file.write(entries.tobytes())
    return first


PLACES = st.dictionaries(
    st.integers(0, ENTRIES - 1),
    st.one_of(
        st.integers(0, GRAINS_THERE - 1).map(lambda grain: grain * GRAIN),
        st.integers(-50, GRAINS_THERE * GRAIN + 300),
    ),
    max_size=90,
)


@pytest.mark.usefixtures("small_windows")
@settings(max_examples=40, deadline=None)
@given(stored=PLACES, wiped=st.sets(st.integers(0, 89), max_size=4))
def test_the_report_is_that_of_all_entries_at_once(stored: dict[int, int], wiped: set[int]) -> None:
    copies = {grain: at for number, (grain, at) in enumerate(stored.items()) if number not in wiped}
    with TemporaryDirectory() as folder:
        path = Path(folder, "disk.vmdk")
        first = filled(path, stored, copies)
        stored = {grain: at for grain, at in stored.items() if first + at}
        report = report_of(path)
    last = (GRAINS_THERE - 1) * GRAIN
    good = sorted(at for at in stored.values() if 0 <= at <= last)
    bad = sorted(grain for grain, at in stored.items() if not 0 <= at <= last)
    shared = sum(high - low < GRAIN for low, high in pairwise(good))
    assert (report.stored, report.bad, report.shared) == (len(good), len(bad), shared)
    assert report.leaked == max(0, GRAINS_THERE - (len(good) - shared))
    assert report.differing == len(stored) - len(copies)
    if bad:
        assert report.first_bad == (bad[0], first + stored[bad[0]])
    if report.differing:
        assert report.first_differing == min(stored.keys() - copies.keys())


def test_one_entry_that_differs_is_named_without_memory_for_each_grain(tmp_path: Path) -> None:
    path = tmp_path / "disk.vmdk"
    grains = 1_000_000
    create_disk(path, grains * GRAIN)
    with Link.open(path) as link:
        header = link.header
        assert header is not None
        start = int(link.extents[0].table_areas().offset[0])
    span = (header.rgd_offset - header.gd_offset) * SECTOR
    entries = (header.overhead + np.arange(grains, dtype=np.int64) * GRAIN).astype("<u4")
    with path.open("r+b") as file:
        file.truncate((header.overhead + grains * GRAIN) * SECTOR)
        for at in (start, start + span):
            file.seek(at)
            file.write(entries.tobytes())
        file.seek(start + span + 4 * 777_777)
        file.write(bytes(4))
    del entries
    tracemalloc.start()
    try:
        findings, steps = found_in(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    (finding,) = findings
    assert (finding.kind, finding.is_fault) == (Kind.TABLES_DIFFER, True)
    (spot,) = finding.spots
    assert isinstance(spot, EntrySpot)
    assert (spot.grain, spot.second, spot.sound) == (777_777, 0, Sound.FIRST)
    assert "differ in 1 entry: grain 777777, " in sentences.text(finding)
    assert peak < 48 * 2**20
    assert steps > 4


def test_a_check_may_be_given_up_in_the_middle_of_a_link(tmp_path: Path) -> None:
    path = tmp_path / "disk.vmdk"
    create_disk(path, 2**28)
    steps = check(path)
    shown = [next(steps) for _ in range(3)]
    assert {each.note for each in shown} == {"disk.vmdk"}
    assert shown[0].done == 0 < shown[2].done < shown[2].total
    steps.close()
    path.unlink()


@pytest.mark.parametrize("lost", [70_000, 100_001, 140_000])
def test_a_stream_without_its_end_has_one_fault_in_plain_words(tmp_path: Path, lost: int) -> None:
    chance = random.Random(lost)
    grains = {grain: chance.randbytes(65536) for grain in (0, 1, 2, 9)}
    path = stream_link(tmp_path / "disk.vmdk", StreamPlan(4096, grains=grains))
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) - lost])
    (fault,) = [finding for finding in found_in(path)[0] if finding.is_fault]
    assert "grain directory is lost" in sentences.text(fault)
    assert "Python" not in sentences.text(fault)


def test_grains_beside_a_damaged_entry_are_not_called_left_over(tmp_path: Path) -> None:
    data = b"x" * GRAIN * SECTOR
    plan = SparsePlan(2048, grains=dict.fromkeys(range(4), data))
    path = handmade.sparse_link(tmp_path / "disk.vmdk", plan)
    for redundant in (False, True):
        handmade.patch_u32(path, plan.table_entry(2, redundant=redundant), 2**31)
    told = {finding.kind: finding for finding in found_in(path)[0]}
    assert told[Kind.BAD_ENTRY].is_fault
    assert "damaged tables led to" in sentences.cure(told[Kind.GRAINS_OF_DAMAGE])
