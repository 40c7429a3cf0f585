"""Traps of chains and partitions: what a link stores is not what changed, and volumes move."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core import Chain, Examined, SectorClass
from redoscope_core.areas.runs import Runs
from tests.core.operations.attributing.worlds import (
    START,
    WHEN,
    blob,
    changes,
    child_with,
    debugfs,
    difference,
    disk_of,
    needs,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(bool(needs("mke2fs", "debugfs")), reason=needs("mke2fs", "debugfs")),
]
UUID = "a1b2c3d4-0001-4000-8000-000000000001"
NEIGHBOURS = {f"file{number}": blob(f"file{number}", 4096) for number in range(16)}
LARGE = blob("large", 2**18)


def made(folder: Path, name: str, *words: str, size: str = "2M", when: int = WHEN) -> Path:
    """Return an ext volume of files that lie side by side, 64 KiB together."""
    volume = folder / f"{name}.raw"
    environment = {**os.environ, "E2FSPROGS_FAKE_TIME": str(when)}
    make = ["mke2fs", "-q", "-t", "ext4", "-b", "4096", "-U", UUID, *words, str(volume), size]
    subprocess.run(make, check=True, capture_output=True, env=environment)
    files = {**NEIGHBOURS, "large": LARGE}
    for path, data in files.items():
        (folder / path).write_bytes(data)
    debugfs(volume, *(f"write {folder / path} {path}" for path in files), when=when)
    return volume


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A disk with such a volume."""
    folder = tmp_path_factory.mktemp("chains")
    return disk_of(folder, "base", made(folder, "volume"))


def place_of(disk: Path, name: str) -> int:
    """Return the sector of *disk* at which the data of a file begins."""
    with Chain.open(disk) as chain:
        return chain.read(0, chain.capacity).index(NEIGHBOURS[name]) // 512


def test_of_a_whole_grain_only_what_differs_is_told(base: Path) -> None:
    place = place_of(base, "file5")
    child = child_with(base, "one-sector", **{f"at{place}": b"!" * 512})
    found = difference(base, child)
    assert [each.path for each in changes(found).values()] == ["/file5"]
    assert found.sectors == found.classes[SectorClass.FILE_DATA] == 1


def test_what_is_stored_again_with_the_same_bytes_is_no_change(base: Path) -> None:
    place = place_of(base, "file5")
    same = child_with(base, "same", **{f"at{place}": NEIGHBOURS["file5"]})
    found = difference(base, same)
    assert (found.sectors, changes(found)) == (0, {})
    again = found.rewritten
    assert (again.same.total, again.back.total, again.along.total) == (128, 0, 0)
    assert sum(found.same_classes.values()) == 128
    assert found.same_classes[SectorClass.FILE_DATA] >= 8
    assert ("/file5", 8) in [each[:2] for each in found.volumes[0].rewritten_same]


def test_what_a_grain_carries_along_was_not_written_again(base: Path) -> None:
    place = place_of(base, "file5")
    child = child_with(base, "carried", **{f"at{place}": b"!" * 512})
    again = difference(base, child).rewritten
    assert (again.same.total, again.back.total, again.along.total) == (0, 0, 127)


def test_a_grain_marked_as_zeros_hides_what_is_below_it(base: Path) -> None:
    with Chain.open(base) as chain:
        raw = chain.read(0, chain.capacity)
    # A grain that lies in the middle of the file.
    first = next(at for at in range(0, len(raw), 2**16) if raw[at : at + 2**16] in LARGE) // 512
    child = child_with(base, "zeros", **{f"at{first}": bytes(65536)})
    found = difference(base, child)
    assert changes(found)["/large"][:3] == ("modified", "/large", ("no_metadata_trace",))
    assert found.sectors == found.classes[SectorClass.FILE_DATA] == 128
    with Chain.open(child) as chain:
        assert not any(chain.read(first, 128))


def test_what_was_changed_and_changed_back_is_told_of_the_steps_alone(base: Path) -> None:
    place = place_of(base, "file5")
    there = child_with(base, "there", **{f"at{place}": b"!" * 4096})
    back = child_with(there, "back", **{f"at{place}": NEIGHBOURS["file5"]})
    assert list(changes(difference(base, there))) == ["/file5"]
    assert list(changes(difference(there, back))) == ["/file5"]
    found = difference(base, back)
    assert (found.sectors, changes(found)) == (0, {})
    assert found.rewritten.back.total == 8
    assert [each[:2] for each in found.volumes[0].changed_back] == [("/file5", 8)]
    # Of the grain it alone was other in between.
    assert (found.rewritten.same.total, found.rewritten.along.total) == (0, 120)


def test_what_links_store_adds_up(base: Path) -> None:
    first, second = (place_of(base, name) for name in ("file2", "file9"))
    one = child_with(base, "law1", **{f"at{first}": b"1" * 512, f"at{second}": b"2" * 512})
    two = child_with(one, "law2", **{f"at{first}": b"3" * 512, "at1000": bytes(512)})
    three = child_with(two, "law3", **{f"at{second}": NEIGHBOURS["file9"], "at40": b"4" * 512})
    found = difference(base, three)
    kinds = found.rewritten
    with Chain.open(three) as chain:
        stored = [each.stored for each in chain.links[1:]]
    owned = Runs.joined(
        np.concatenate([each.start for each in stored]),
        np.concatenate([each.end for each in stored]),
    )
    told = found.sectors + kinds.same.total + kinds.back.total + kinds.along.total
    assert (told, found.sectors, kinds.back.total) == (owned.total, 2, 1)
    assert not kinds.same.within(kinds.back.plus(kinds.along)).total
    # Seen from the newer generation the older one has nothing that it lacks.
    assert difference(three, base).rewritten.along.total == 0


@pytest.mark.parametrize("start", [63, 2049])
def test_partitions_that_begin_in_the_middle_of_a_grain_are_told_sector_by_sector(
    tmp_path: Path, start: int
) -> None:
    base = disk_of(tmp_path, "base", made(tmp_path, "volume"), start=start)
    place = place_of(base, "file7")
    # The last sector before the partition, its first, and one of a file.
    writes = {f"at{start - 1}": b"!" * 512, f"at{start}": b"!" * 512, f"at{place}": b"!" * 512}
    found = difference(base, child_with(base, "child", **writes))
    assert [each.path for each in changes(found).values()] == ["/file7"]
    told = {kind: count for kind, count in found.classes.items() if count}
    assert told == {SectorClass.GAP: 1, SectorClass.FILE_SYSTEM: 1, SectorClass.FILE_DATA: 1}


def test_a_volume_at_another_place_is_another_one(tmp_path: Path) -> None:
    volume = made(tmp_path, "volume")
    old = disk_of(tmp_path, "old", volume)
    new = disk_of(tmp_path, "new", volume, start=START + 1024)
    found = difference(old, new)
    assert [each.volume.start for each in found.volumes] == [START, START + 1024]
    assert [{each.kind for each in volume.changes} for volume in found.volumes] == [
        {"deleted"},
        {"added"},
    ]
    assert all(each.is_replaced for each in found.volumes)
    assert found.classes[SectorClass.PARTITION_TABLE] == 1
    # Where both lie a sector is for what the newer generation has there.
    assert found.classes[SectorClass.FREE_SPACE] or found.classes[SectorClass.FILE_DATA]


def test_files_of_a_partition_that_is_out_of_the_table_are_gone(base: Path) -> None:
    with Chain.open(base) as chain:
        table = bytearray(chain.read(0, 1))
    table[446:462] = bytes(16)
    hidden = child_with(base, "hidden", at0=bytes(table))
    found = next(each for each in difference(base, hidden).volumes if each.volume.start == START)
    assert {each.kind for each in found.changes} == {"deleted"}
    assert "/file5" in [each.path for each in found.changes]
    back = next(each for each in difference(hidden, base).volumes if each.volume.start == START)
    assert {each.kind for each in back.changes} == {"added"}
    assert (found.sectors, back.sectors) == (0, 0)


def test_a_volume_made_anew_is_another_one_even_with_the_name_of_before(tmp_path: Path) -> None:
    old = disk_of(tmp_path, "old", made(tmp_path, "one"))
    anew = made(tmp_path, "other", "-I", "128", "-b", "1024", when=WHEN + 1000)
    (volume,) = difference(old, disk_of(tmp_path, "new", anew)).volumes
    assert volume.is_replaced
    kinds = [each.kind for each in volume.changes if each.path == "/file3"]
    assert sorted(kinds) == ["added", "deleted"]


def test_a_volume_that_grew_keeps_its_files(tmp_path: Path) -> None:
    volume = made(tmp_path, "volume", "-O", "^resize_inode")
    old = disk_of(tmp_path, "old", volume)
    large = tmp_path / "large.raw"
    shutil.copy(volume, large)
    with large.open("r+b") as file:
        file.truncate(3 << 20)
    if shutil.which("resize2fs") is None:
        pytest.skip("no resize2fs")
    subprocess.run(["resize2fs", "-f", large], check=True, capture_output=True)
    found = difference(old, disk_of(tmp_path, "new", large))
    assert {each.kind for each in found.volumes[0].changes} <= {"directory", "internal"}
    assert found.volumes[0].state is Examined.EXAMINED
    assert found.classes[SectorClass.PARTITION_TABLE] == 1
    assert found.classes[SectorClass.FILE_SYSTEM]
