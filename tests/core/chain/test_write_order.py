"""Copy-on-write: the order of its steps, the content ID, the unclean byte, crashes, full disks."""

from __future__ import annotations

import errno
import os
import random
import shutil
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Access,
    Chain,
    Disk,
    DiskFull,
    InvalidArgument,
    Link,
    create_disk,
)
from tests.core.links import make_child
from tests.core.recorder import Recorder
from tests.core.said import said
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
UNCLEAN = 72
PLAN = SparsePlan(1024)
"""The places of everything in the links of these tests."""


@pytest.fixture
def child(tmp_path: Path) -> Path:
    """A child that stores grain 1, of a base disk full of b."""
    folder = tmp_path / "disks"
    folder.mkdir()
    base = folder / "base.vmdk"
    create_disk(base, 1024, kind="monolithicFlat")
    with Disk.open(base, access=Access.WRITE) as disk:
        disk.write(0, b"b" * 1024 * SECTOR)
    path = folder / "child.vmdk"
    make_child(base, path)
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(128, b"1" * 128 * SECTOR)
    return path


def cid(path: Path) -> int:
    """Return the content ID that is in the file now."""
    with Link.open(path) as link:
        return link.descriptor.cid


def steps(recorder: Recorder) -> list[str]:
    """Return the recorded events as words: what each of them touched."""
    words = []
    for event in recorder.events:
        start = event.offset // SECTOR
        if event.kind != "write":
            words.append(event.kind)
        elif event.offset == UNCLEAN:
            words.append("unclean" if event.data == b"\1" else "clean")
        elif start <= 20:
            words.append("descriptor")
        elif PLAN.first_table(redundant=True) <= start < PLAN.directory:
            words.append("redundant table")
        elif PLAN.first_table() <= start < PLAN.overhead:
            words.append("table")
        else:
            words.append("data")
    return words


def test_data_is_durable_before_the_table_that_leads_to_it(child: Path) -> None:
    recorder = Recorder(child.parent)
    with recorder.recording(), Disk.open(child, access=Access.WRITE) as disk:
        disk.write(300, b"x" * SECTOR)
    words = steps(recorder)
    data, redundant, table = (words.index(word) for word in ("data", "redundant table", "table"))
    assert data < redundant < table
    assert "flush" in words[data:redundant]
    assert "flush" in words[table:]
    assert words[-2:] == ["clean", "flush"]


def test_the_content_id_and_the_unclean_byte_come_before_the_first_change(child: Path) -> None:
    recorder = Recorder(child.parent)
    with recorder.recording(), Disk.open(child, access=Access.WRITE) as disk:
        disk.write(130, b"x" * SECTOR)
    words = steps(recorder)
    change = words.index("data")
    assert words.index("descriptor") < change
    assert words.index("unclean") < change
    last_mark = max(words.index("descriptor"), words.index("unclean"))
    assert "flush" in words[last_mark:change]


@pytest.mark.parametrize("kind", ["twoGbMaxExtentSparse", "monolithicFlat"])
def test_a_content_id_in_a_file_of_its_own_is_durable_before_the_first_change(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "disk.vmdk"
    create_disk(path, 1024, kind=kind)
    recorder = Recorder(tmp_path)
    with recorder.recording(), Disk.open(path, access=Access.WRITE) as disk:
        disk.write(130, b"x" * SECTOR)
    told = [(event.kind, event.path == path.name) for event in recorder.events]
    change = next(
        index
        for index, event in enumerate(recorder.events)
        if event.data == b"x" * SECTOR or len(event.data) > SECTOR
    )
    assert ("write", True) in told[:change]
    assert ("flush", True) in told[told.index(("write", True)) : change]


def test_the_content_id_changes_once_per_open_however_much_is_written(child: Path) -> None:
    before = cid(child)
    with Disk.open(child, access=Access.WRITE) as disk:
        assert cid(child) == before
        disk.write(0, b"x" * SECTOR)
        disk.flush()
        first = cid(child)
        disk.write(700, b"x" * SECTOR)
        disk.write_zeros(900, 10)
        disk.flush()
        assert cid(child) == first
    assert cid(child) == first != before
    with Disk.open(child, access=Access.WRITE) as disk:
        disk.write(0, b"y" * SECTOR)
    assert cid(child) not in {before, first}


def test_a_handle_that_writes_nothing_changes_nothing(child: Path) -> None:
    before = fingerprints(child.parent)
    with Disk.open(child, access=Access.WRITE) as disk:
        disk.read(0, 1024)
        disk.write(5, b"")
        disk.write_zeros(5, 0)
        disk.flush()
    assert fingerprints(child.parent) == before


def test_the_unclean_byte_is_set_while_written_to_and_cleared_at_the_end(child: Path) -> None:
    def unclean() -> int:
        return child.read_bytes()[UNCLEAN]

    with Disk.open(child, access=Access.WRITE) as disk:
        assert unclean() == 0
        disk.write(0, b"x" * SECTOR)
        assert unclean() == 1
        disk.flush()
        assert unclean() == 1
    assert unclean() == 0


def test_an_unclean_link_says_so_when_it_is_opened(child: Path) -> None:
    handmade.patch(child, UNCLEAN, b"\1")
    with Chain.open(child) as chain:
        assert any("closed" in note or "unclean" in note for note in said(chain))


def test_the_long_content_id_follows_the_content_id(child: Path) -> None:
    with Disk.open(child, access=Access.WRITE) as disk:
        disk.write(0, b"x" * SECTOR)
    with Link.open(child) as link:
        long_id = link.descriptor.get("ddb.longContentID")
    assert long_id is not None
    assert long_id.endswith(f"{cid(child):08x}")


def test_a_part_of_a_grain_is_filled_up_from_the_parent(child: Path) -> None:
    with Disk.open(child, access=Access.WRITE) as disk:
        disk.write(300, b"x" * SECTOR)
    with Link.open(child) as link:
        stored = link.stored
        assert list(zip(stored.start.tolist(), stored.count.tolist(), strict=True))[-1][1] >= 128
    with Chain.open(child) as chain:
        expected = b"b" * 44 * SECTOR + b"x" * SECTOR + b"b" * 83 * SECTOR
        assert chain.read(256, 128) == expected


def test_a_grain_that_is_stored_is_written_in_place(child: Path) -> None:
    before = child.stat().st_size
    with Disk.open(child, access=Access.WRITE) as disk:
        for sector in (128, 200, 255):
            disk.write(sector, b"x" * SECTOR)
    assert child.stat().st_size == before


def test_a_new_grain_lies_behind_the_others_at_a_whole_grain(child: Path) -> None:
    with child.open("ab") as file:
        file.write(b"junk")
    with Disk.open(child, access=Access.WRITE) as disk:
        disk.write(0, b"x" * SECTOR)
    with Chain.open(child) as chain:
        lookup = chain.owner(0)
        assert lookup.steps[0].table_entry == 128 + 128 + 128
        assert chain.read(0, 1) == b"x" * SECTOR
    assert child.stat().st_size == 4 * 65536


def test_both_copies_of_a_table_say_the_same(child: Path) -> None:
    with Disk.open(child, access=Access.WRITE) as disk:
        disk.write(0, b"x" * SECTOR)
        disk.write(900, b"x" * SECTOR)
    raw = child.read_bytes()
    tables = [PLAN.first_table(redundant=redundant) * SECTOR for redundant in (False, True)]
    assert raw[tables[0] :][:2048] == raw[tables[1] :][:2048]


def test_a_missing_table_is_made_before_a_grain_is_stored(tmp_path: Path) -> None:
    plan = SparsePlan(65536 * 3, lazy_tables=True, grains={0: b"a" * 65536})
    disk_path = handmade.sparse_link(tmp_path / "disk.vmdk", plan)
    head = disk_path.read_bytes()[:512]
    with Disk.open(disk_path, access=Access.WRITE) as disk:
        disk.write(65536 + 5, b"x" * SECTOR)
        disk.write(65536 * 2 + 5, b"y" * SECTOR)
    assert disk_path.read_bytes()[:UNCLEAN] == head[:UNCLEAN]
    with Chain.open(disk_path) as chain:
        assert chain.read(65536 + 4, 2) == bytes(SECTOR) + b"x" * SECTOR
        assert chain.read(65536 * 2 + 5, 1) == b"y" * SECTOR
        assert chain.read(0, 1) == b"a" * SECTOR


@pytest.mark.parametrize("seed", range(4))
def test_a_crash_leaves_old_or_new_sectors_and_never_others(
    tmp_path: Path, child: Path, seed: int
) -> None:
    rng = random.Random(seed)
    with Chain.open(child) as chain:
        old = chain.read(0, 1024)
    before = {path.name: path.read_bytes() for path in child.parent.iterdir()}
    old_cid = cid(child)
    new = bytearray(old)
    recorder = Recorder(child.parent)
    with recorder.recording(), Disk.open(child, access=Access.WRITE) as disk:
        for _ in range(6):
            start = rng.randrange(1024)
            data = bytes([rng.randrange(1, 255)]) * SECTOR * rng.randint(1, min(300, 1024 - start))
            untouched = [
                sector
                for sector in range(start, start + len(data) // SECTOR)
                if new[sector * SECTOR : (sector + 1) * SECTOR] == old[sector * SECTOR :][:SECTOR]
            ]
            if len(untouched) * SECTOR < len(data):
                continue  # each sector is written once, so that there is one new value
            disk.write(start, data)
            new[start * SECTOR : start * SECTOR + len(data)] = data
    for count in range(len(recorder.events) + 1):
        crashed = tmp_path / f"crash{count}"
        crashed.mkdir()
        files = {name: bytearray(content) for name, content in before.items()}
        for event in recorder.survivors(count, rng):
            event.apply(files[event.path])
        for name, content in files.items():
            (crashed / name).write_bytes(content)
        assert_old_or_new(crashed / child.name, old, bytes(new), old_cid)
        shutil.rmtree(crashed)


def assert_old_or_new(path: Path, old: bytes, new: bytes, old_cid: int) -> None:
    """Read the disk that a crash left."""
    with Chain.open(path) as chain:
        found = chain.read(0, 1024)
    for sector in range(1024):
        place = slice(sector * SECTOR, (sector + 1) * SECTOR)
        assert found[place] in (old[place], new[place])
    if found != old:
        assert cid(path) != old_cid


def test_a_full_file_system_leaves_a_disk_that_still_reads(
    child: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Chain.open(child) as chain:
        old = chain.read(0, 1024)
    room = child.stat().st_size
    pwrite = os.pwrite

    def no_room(descriptor: int, data: bytes, offset: int) -> int:
        if offset + len(data) > room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return pwrite(descriptor, data, offset)

    disk = Disk.open(child, access=Access.WRITE)
    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", no_room)
        with pytest.raises(DiskFull) as caught:
            disk.write(300, b"x" * SECTOR)
        assert caught.value.path == child
        with pytest.raises(DiskFull):
            disk.write(384, b"y" * 128 * SECTOR)
        disk.write(130, b"z" * SECTOR)
        disk.close()
    expected = old[: 130 * SECTOR] + b"z" * SECTOR + old[131 * SECTOR :]
    with Chain.open(child) as chain:
        assert chain.read(0, 1024) == expected
    with Disk.open(child, access=Access.WRITE) as again:
        again.write(300, b"x" * SECTOR)
        assert again.read(300, 1) == b"x" * SECTOR


def test_a_content_id_written_short_is_written_in_full(tmp_path: Path) -> None:
    text = handmade.descriptor_text(['RW 1024 SPARSE "disk.vmdk"'])
    text = text.replace("CID=0123abcd", "CID=3abcd", 1)
    path = tmp_path / "disk.vmdk"
    path.write_bytes(handmade.sparse_extent(PLAN, text))
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(0, b"x" * SECTOR)
    with Link.open(path) as link:
        assert link.descriptor.text == text.replace("CID=3abcd", f"CID={cid(path):05x}", 1)


def test_a_descriptor_without_room_for_a_longer_content_id_is_not_touched(tmp_path: Path) -> None:
    text = handmade.descriptor_text(['RW 1024 SPARSE "disk.vmdk"'])
    text = text.replace("CID=0123abcd", "CID=3abcd", 1)
    path = tmp_path / "disk.vmdk"
    path.write_bytes(handmade.sparse_extent(PLAN, text.ljust(20 * SECTOR, "#")))
    before = fingerprints(tmp_path)
    with Disk.open(path, access=Access.WRITE) as disk, pytest.raises(InvalidArgument):
        disk.write(0, b"x" * SECTOR)
    assert fingerprints(tmp_path) == before


def test_no_grain_starts_past_sector_2_to_the_32(tmp_path: Path) -> None:
    disk_path = handmade.sparse_link(tmp_path / "disk.vmdk", SparsePlan(4096))
    with disk_path.open("r+b") as file:
        file.truncate((2**32 - 128) * SECTOR)
    with Disk.open(disk_path, access=Access.WRITE) as disk:
        disk.write(0, b"x" * SECTOR)
        with pytest.raises(DiskFull):
            disk.write(128, b"y" * SECTOR)
        assert disk.read(0, 129) == b"x" * SECTOR + bytes(128 * SECTOR)
    with Chain.open(disk_path) as chain:
        assert chain.read(0, 129) == b"x" * SECTOR + bytes(128 * SECTOR)
