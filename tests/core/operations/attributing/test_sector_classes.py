"""What runs of sectors are for: as of each sector by itself, in the memory that the runs take."""

from __future__ import annotations

import random
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core import (
    Chain,
    DiskVolume,
    DiskVolumes,
    Examined,
    Examining,
    Holding,
    Parted,
    SectorClass,
    TableKind,
)
from redoscope_core.areas.runs import Runs
from redoscope_core.chain.unread import Unread
from redoscope_core.operations.attributing import difference
from redoscope_core.operations.attributing.sector_classes import classified, cut_by_class
from redoscope_core.operations.examining.compare import Comparison, _runs, _runs_of
from redoscope_core.volumes.index import NOTHING, NodeKind, Nodes, StreamKind, VolumeIndex
from redoscope_core.volumes.parsing.building import IndexBuilding
from redoscope_core.volumes.parsing.kept import Kept
from redoscope_core.volumes.regions import RegionKind, Regions
from tests.core.finished import finished
from tests.core.links import make_chain

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    import pytest

    from redoscope_core.progress import Progress

NODE = {each: 0 for each in Nodes.types() if each not in {"number", "kind", "allocated"}}
HUGE = 2**31
"""Sectors of a TiB."""


def index_of(streams: list[tuple[StreamKind, int, list[tuple[int, int, int]]]]) -> VolumeIndex:
    """Return an index with a file for each stream: kind, size, and extents as they are added."""
    building = IndexBuilding()
    root = building.node(number=0, kind=NodeKind.DIRECTORY, allocated=True, **NODE)
    building.entry(NOTHING, b"", root)
    for number, (kind, size, extents) in enumerate(streams, 1):
        node = building.node(number=number, kind=NodeKind.FILE, allocated=number % 4 > 0, **NODE)
        building.entry(0, b"%d" % number, node)
        stream = building.stream(node, kind, size)
        for start, sectors, offset in extents:
            building.extent(stream, start, sectors, offset)
    kept = Regions.laid((Regions.of(RegionKind.FAT, [3, 40], 5),), 2**40)
    return building.built("1", Kept.nothing(2**40, 8)._replace(regions=kept))


def examined(index: VolumeIndex, start: int, sectors: int) -> Examining:
    """Return a volume whose index that is."""
    volume = DiskVolume(1, start, sectors, Holding.EXT4)
    return Examining(volume, Examined.EXAMINED, index, None)


def test_runs_have_the_classes_that_their_sectors_have() -> None:
    chance = random.Random(14)
    for _ in range(60):
        streams = []
        for _ in range(chance.randrange(6)):
            extents = [
                (chance.randrange(180), chance.randrange(1, 20), chance.randrange(12) * 512)
                for _ in range(chance.randrange(4))
            ]
            streams.append((chance.choice(list(StreamKind)), chance.randrange(9000), extents))
        volumes = [examined(index_of(streams), 20, 200), examined(index_of([]), 190, 60)]
        tables = Runs.joined([0, 33], [2, 35])
        drawn = [(chance.randrange(260), chance.randrange(40)) for _ in range(5)]
        changed = Runs.joined([a for a, _ in drawn], [a + n for a, n in drawn])
        sectors = np.concatenate(
            [np.arange(a, b) for a, b in zip(changed.start, changed.end, strict=True)]
        )
        codes = np.bincount(classified(sectors, tables, volumes), minlength=len(SectorClass))
        told = cut_by_class(changed, tables, volumes).counts
        assert list(told.values()) == codes.tolist()


def told(found: object) -> Generator[Progress, None, object]:
    """Find *found* at once."""
    yield from ()
    return found


def test_a_tebibyte_that_changed_takes_no_more_memory_than_its_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = make_chain(tmp_path, 2)
    index = index_of([(StreamKind.DATA, HUGE * 512, [(1000, HUGE, 0)])])
    volume = examined(index, 2048, 2 * HUGE)
    disk = DiskVolumes(Parted(TableKind.DOS, (), (), ()), 2 * HUGE, (volume.volume,))
    start, count = np.array([10, 5000, HUGE]), np.array([5, HUGE - 7000, HUGE // 2])
    monkeypatch.setattr(difference, "disk_volumes", lambda _: disk)
    several = "examine_several"
    monkeypatch.setattr(difference, several, lambda wanted, *_: told((volume,) * len(wanted)))
    with Chain.open(old) as one, Chain.open(new) as other:
        compared = Comparison(start, count, 1, 1, (Unread(one), Unread(other)))
        monkeypatch.setattr(difference, "compare", lambda *_: told(compared))
        tracemalloc.start()
        try:
            found = finished(difference.files_difference(one, other))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 2**25
    assert sum(found.classes.values()) == found.sectors == count.sum()
    assert [(each.kind, each.path) for each in found.volumes[0].changes] == [("modified", "/1")]


def test_what_was_found_to_differ_is_kept_as_runs() -> None:
    batches = [_runs_of([np.arange(n, n + 1024), np.arange(n + 1024, n + 2048)]) for n in (0, 2048)]
    assert [len(start) for ((start, _),) in batches] == [1, 1]
    start, count = _runs([each for batch in batches for each in batch])
    assert (start.tolist(), count.tolist()) == ([0], [4096])
    assert _runs_of([]) == []
