"""A changed range has one supplier, one place and one class in each generation, and its digests."""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import (
    Access,
    Chain,
    Disk,
    Leniency,
    Policy,
    Runs,
    clone,
    create_child,
    create_disk,
)
from redoscope_core.operations.attributing.sector_classes import ClassedRuns, cut_by_class
from redoscope_core.operations.examining.compare import compare
from redoscope_core.operations.reporting import ranges as made_by
from redoscope_core.operations.reporting.ranges import BEYOND, ChangedRanges, changed_ranges
from redoscope_core.volumes.disk_volumes import DiskVolume
from redoscope_core.volumes.holding import Holding
from tests.core.finished import finished
from tests.core.operations.exporting.disks import break_grain
from tests.core.operations.reporting.reports import (
    against_schema,
    document_of,
    made_report,
    rows_of,
)

if TYPE_CHECKING:
    from pathlib import Path

CAPACITY = 4096
NONE = Runs.joined([], [])


def found_in(old: Chain, new: Chain, volumes: list[DiskVolume]) -> ChangedRanges:
    """Return the changed ranges of two disks, whose volumes nobody parsed."""
    compared = finished(compare(old, new))
    changed = Runs(compared.start, compared.start + compared.count)
    return finished(changed_ranges(old, new, cut_by_class(changed, NONE, []), volumes))


def bytes_of(chain: Chain) -> bytes:
    """Return all bytes of a disk."""
    return chain.read(0, chain.capacity)


def link_of(path: Path, seed: int, capacity: int = CAPACITY, parent: Path | None = None) -> Path:
    """Return a link with some bytes and some zeros here and there."""
    if parent is None:
        create_disk(path, capacity, grain_size=16)
    else:
        with Chain.open(parent) as chain:
            create_child(chain, path, grain_size=16, zeroed_grains=True)
    chance = random.Random(seed)
    with Disk.open(path, access=Access.WRITE) as disk:
        for _ in range(6):
            count = chance.choice([1, 2, 15, 40])
            sector = chance.randrange(disk.capacity - count)
            if chance.random() < 0.25:
                disk.write_zeros(sector, count)
            else:
                disk.write(sector, chance.randbytes(count * 512))
    return path


@pytest.fixture(scope="module")
def tips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The newest links of some chains of three."""
    found = []
    for seed in range(0, 15, 3):
        folder = tmp_path_factory.mktemp("links")
        base = link_of(folder / "base.vmdk", seed)
        older = link_of(folder / "older.vmdk", seed + 1, parent=base)
        found.append(link_of(folder / "newer.vmdk", seed + 2, parent=older))
    return found


@given(
    which=st.integers(0, 4),
    generation=st.integers(0, 1),
    window=st.sampled_from([7, 64, 2048]),
    cut=st.integers(0, 4000),
)
def test_ranges_are_what_looking_at_each_sector_tells(
    tips: list[Path], which: int, generation: int, window: int, cut: int
) -> None:
    volumes = [DiskVolume(1, cut, 90, Holding.UNKNOWN), DiskVolume(2, cut + 90, 5, Holding.UNKNOWN)]
    with pytest.MonkeyPatch.context() as patched, Chain.open(tips[which]) as new:
        patched.setattr(made_by, "WINDOW_SECTORS", window)
        old = new.up_to(generation)
        found = found_in(old, new, volumes)
        raws = bytes_of(old), bytes_of(new)
        arrays = [np.frombuffer(raw, np.uint8).reshape(-1, 512) for raw in raws]
        differing = np.flatnonzero((arrays[0] != arrays[1]).any(axis=1))
        pairs = zip(found.start.tolist(), found.count.tolist(), strict=True)
        told = [np.arange(start, start + count) for start, count in pairs]
        assert np.array_equal(np.concatenate(told), differing)
        for row in range(len(found)):
            start, count = int(found.start[row]), int(found.count[row])
            places = {start, start + count - 1, start + count // 2}
            for volume in {_volume(volumes, sector) for sector in places}:
                assert volume == found.volume[row]
            for side, chain, raw in zip((0, 1), (old, new), raws, strict=True):
                supplied, digest = found.supplied[side], found.sha256[side][row].tobytes()
                assert digest == hashlib.sha256(raw[start * 512 :][: count * 512]).digest()
                areas = chain.areas(start, count)
                assert len(areas.merged()) == 1
                assert int(areas.link[0]) == supplied.link[row]
                assert int(areas.state[0]) == supplied.state[row]
                assert int(areas.offset[0]) == supplied.offset[row]


def _volume(volumes: list[DiskVolume], sector: int) -> int:
    inside = (each.start <= sector < each.start + each.sectors for each in volumes)
    return next((number for number, is_in in enumerate(inside) if is_in), -1)


def test_what_lies_past_the_end_of_the_smaller_disk_has_one_digest(tmp_path: Path) -> None:
    small, large = link_of(tmp_path / "a.vmdk", 1, 1000), link_of(tmp_path / "b.vmdk", 2, 3000)
    with Disk.open(large, access=Access.WRITE) as disk:
        disk.write(990, b"\1" * 20 * 512)
    made = made_report(small, large, tmp_path.parent / f"{tmp_path.name}-out")
    document = document_of(made.folder)
    assert against_schema(document) == []
    rows = rows_of(document)
    behind = [row for row in rows if row["start"] >= 1000]
    assert behind
    assert all(row["old_state"] == "beyond-end" for row in behind)
    assert all(row["old_sha256"] is None and row["new_sha256"] for row in behind)
    assert {row["start"] for row in rows} >= {1000}
    assert BEYOND in made.facts.ranges.supplied[0].state


def test_a_compressed_grain_is_told_as_such_with_its_place(tmp_path: Path) -> None:
    plain = link_of(tmp_path / "plain.vmdk", 3)
    with Chain.open(plain) as chain:
        finished(clone(chain, tmp_path / "stream.vmdk", "streamOptimized"))
    with Chain.open(tmp_path / "stream.vmdk") as chain:
        create_child(chain, tmp_path / "child.vmdk")
    with Disk.open(tmp_path / "child.vmdk", access=Access.WRITE) as disk:
        raw = disk.chain.read(0, CAPACITY)
        at = next(at for at in range(CAPACITY) if any(raw[at * 512 : at * 512 + 512]))
        disk.write(at, bytes(b ^ 255 for b in raw[at * 512 : at * 512 + 512]))
    out = tmp_path.parent / f"{tmp_path.name}-out"
    made = made_report(tmp_path / "stream.vmdk", tmp_path / "child.vmdk", out)
    (row,) = rows_of(document_of(made.folder))
    assert (row["start"], row["count"], row["old_state"]) == (at, 1, "compressed")
    assert row["old_sha256"] == hashlib.sha256(raw[at * 512 : at * 512 + 512]).hexdigest()
    assert row["old_offset"] % 512 == 0


def test_what_cannot_be_read_is_told_and_never_zeros(tmp_path: Path) -> None:
    old = tmp_path / "old.vmdk"
    create_disk(old, CAPACITY)
    new = tmp_path / "new.vmdk"
    with Chain.open(old) as chain:
        create_child(chain, new)
    with Disk.open(new, access=Access.WRITE) as disk:
        for grain in (1, 2, 4):
            disk.write(grain * 128, b"\7" * 128 * 512)
    break_grain(new, 2)
    policy = Policy(allowed=frozenset({Leniency.SALVAGE}))
    out = tmp_path.parent / f"{tmp_path.name}-out"
    made = made_report(old, new, out, policy=policy)
    assert not made.is_sound
    document: Any = document_of(made.folder)
    assert against_schema(document) == []
    assert [(row["start"], row["count"]) for row in rows_of(document)] == [(128, 128), (512, 128)]
    assert document["settings"]["allowed"] == ["salvage"]
    assert document["generations"][1]["sha256"] is None
    assert [part["start"] for part in document["generations"][1]["parts"]] == [0, 384]
    (lost,) = [each for each in document["not_examined"] if each["what"] == "unreadable"]
    assert (lost["start"], lost["count"], lost["generation"]) == (256, 128, "NEW")
    page = (out / "report.html").read_text("utf-8")
    assert "what is missing or damaged, left out and told" in page
    assert "128 sectors from 256 on" in page


def test_no_range_at_all_is_no_trouble(tmp_path: Path) -> None:
    disk = link_of(tmp_path / "a.vmdk", 9)
    with Chain.open(disk) as chain:
        empty = ClassedRuns(NONE, cut_by_class(NONE, NONE, []).codes)
        assert len(finished(changed_ranges(chain, chain, empty, []))) == 0
