"""What fast commits change of files is told in the replayed view, up to the last that is whole."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import numpy as np
import pytest

from redoscope_core.chain.access import Policy
from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.ext.groups import read_groups
from redoscope_core.volumes.ext.superblock import read_superblock
from redoscope_core.volumes.ext.volume import blocks_of
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.index import VolumeIndex
from redoscope_core.volumes.journals.checksums import crc32c
from redoscope_core.volumes.journals.fast_commits import (
    Named,
    RangeGiven,
    RangeGone,
    fast_changes,
)
from redoscope_core.volumes.journals.jbd2 import read_journal
from redoscope_core.volumes.parsing.journaled import seen_as
from redoscope_core.volumes.parsing.request import Request
from redoscope_core.volumes.parsing.worker import index_of
from redoscope_core.volumes.source import of_bytes
from redoscope_core.volumes.views import View
from tests.core.volumes.journals.dirty import dirty, journal_in

SEQUENCE, BLOCK, KEPT = 8, 1024, 64
"""The transaction that comes next in what `dirty` makes; blocks kept for fast commits."""
ADD, GONE, CREATE, LINK, UNLINK, WRITTEN, PAD, TAIL, HEAD = range(1, 10)
Tag = tuple[int, bytes]


def numbers(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def commit(*tags: Tag, first: bool = True, sequence: int = SEQUENCE, wrong: bool = False) -> bytes:
    """Return the block of one fast commit."""
    told = [(HEAD, numbers(0, sequence))] if first else []
    raw = b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in [*told, *tags])
    left = BLOCK - len(raw) - 4
    tail = struct.pack("<HHI", TAIL, left, sequence)
    total = int(crc32c(np.frombuffer(raw + tail, np.uint8).reshape(1, -1), 0)[0])
    return (raw + tail + numbers(total ^ wrong)).ljust(BLOCK, b"\0")


def given(number: int, logical: int, block: int, *, count: int = 1) -> Tag:
    return ADD, numbers(number, logical) + struct.pack("<HHI", count, 0, block)


def named(kind: int, parent: int, number: int, name: bytes) -> Tag:
    return kind, numbers(parent, number) + name


class World:
    """A volume whose journal ends with fast commits."""

    def __init__(self, folder: Path) -> None:
        self.data = bytearray(dirty(folder, "plain").image.read_bytes())
        volume = of_bytes(bytes(self.data))
        self.groups = read_groups(volume, read_superblock(volume))
        head = self.data.index(bytes.fromhex("c03b399800000004"))
        self.data[head + 40 : head + 44] = b"\0\0\0\x21"
        self.data[head + 84 : head + 88] = KEPT.to_bytes(4, "big")
        self._blocks = int.from_bytes(self.data[head + 16 : head + 20], "big")
        self._runs = blocks_of(volume, self.groups, 8).runs
        self.seen = seen_as(of_bytes(bytes(self.data)), Holding.EXT4, View.REPLAYED).volume
        used = np.frombuffer(self.seen.bytes_at(0, self.seen.size, "all"), np.uint8)
        self.free = [int(at) for at in np.flatnonzero(~used.reshape(-1, BLOCK).any(axis=1))[-8:]]

    def put(self, *blocks: bytes) -> None:
        """Lay fast commits into the journal."""
        for number, raw in enumerate(blocks):
            at = self._blocks - KEPT + 1 + number
            run = int(np.flatnonzero(self._runs.logical <= at)[-1])
            place = (int(self._runs.block[run]) + at - int(self._runs.logical[run])) * BLOCK
            self.data[place : place + BLOCK] = raw

    def inode(self, number: int, *, size: int, mode: int = 0o100600, links: int = 1) -> bytes:
        """Return an inode, as it is, of another size and mode."""
        shape = self.groups.shape
        group, row = divmod(number - 1, shape.group_inodes)
        place = int(self.groups.inode_table[group]) * BLOCK + row * shape.inode_size
        raw = bytearray(self.seen.bytes_at(place, 160, "an inode"))
        raw[:2], raw[4:8] = mode.to_bytes(2, "little"), size.to_bytes(4, "little")
        raw[26:28] = links.to_bytes(2, "little")
        raw[32:36] = (0x80000).to_bytes(4, "little")
        return numbers(number) + bytes(raw)

    def index(self) -> VolumeIndex:
        asked = Request(Path("none"), Policy(), 0, self.sectors, Holding.EXT4, 0, 0, View.REPLAYED)
        found = index_of(of_bytes(bytes(self.data)), asked)
        found.check(self.sectors)
        return found

    @property
    def sectors(self) -> int:
        return len(self.data) // 512


def paths(index: VolumeIndex) -> dict[bytes, int]:
    """Return the nodes of all names in use."""
    rows = zip(index.paths(), index.entries.node.tolist(), index.entries.deleted, strict=True)
    return {path: node for path, node, gone in rows if not gone and node >= 0}


def bytes_of(world: World, index: VolumeIndex, node: int) -> bytes:
    (stream,) = np.flatnonzero(index.streams.node == node)[:1].tolist()
    size = int(index.streams.size[stream])
    data = bytearray(size)
    mine = index.extents.taking(index.extents.stream == stream)
    for start, count, at in zip(mine.start, mine.sectors, mine.offset, strict=True):
        raw = world.seen.bytes_at(int(start) * 512, int(count) * 512, "a run")
        data[at : at + len(raw)] = raw[: size - at]
    return bytes(data[:size])


def test_files_are_as_fast_commits_leave_them(tmp_path: Path) -> None:
    world = World(tmp_path)
    before = world.index()
    names = paths(before)
    number = {path: int(before.nodes.number[node]) for path, node in names.items()}
    folder, kept, gone, moved = (number[p] for p in (b"/e", b"/e/f1", b"/d/f2", b"/d/f4"))
    unused = max(each for each in number.values() if each < 2048) + 1
    inner = unused + 1
    fresh = random.Random(1).randbytes(1500)
    for block, at in zip(world.free[:2], (0, BLOCK), strict=True):
        world.data[block * BLOCK : (block + 1) * BLOCK] = fresh[at : at + BLOCK].ljust(BLOCK, b"\0")
    world.seen = seen_as(of_bytes(bytes(world.data)), Holding.EXT4, View.REPLAYED).volume
    old = bytes_of(world, before, names[b"/e/f1"])
    world.put(
        commit(
            named(CREATE, folder, unused, b"fast"),
            (WRITTEN, world.inode(unused, size=1500)),
            given(unused, 0, world.free[0]),
            given(unused, 1, world.free[1]),
        ),
        commit(
            named(UNLINK, number[b"/d"], gone, b"f2"),
            named(UNLINK, number[b"/d"], moved, b"f4"),
            named(LINK, folder, moved, b"f4 moved"),
            (WRITTEN, world.inode(moved, size=0)),
            (GONE, numbers(moved, 0, 99)),
            first=False,
        ),
        commit(
            (WRITTEN, world.inode(kept, size=BLOCK + 7, mode=0o100640)),
            named(CREATE, folder, inner, b"sub"),
            (WRITTEN, world.inode(inner, size=BLOCK, mode=0o040755, links=2)),
            given(inner, 0, world.free[2]),
            named(LINK, inner, kept, b"again"),
            first=False,
        ),
        commit(named(UNLINK, folder, kept, b"f1"), first=False, wrong=True),
    )
    index = world.index()
    now = paths(index)
    came = {b"/e/fast", b"/e/f4 moved", b"/e/sub", b"/e/sub/again"}
    assert (now.keys() - names.keys(), names.keys() - now.keys()) == (came, {b"/d/f2", b"/d/f4"})
    assert bytes_of(world, index, now[b"/e/fast"]) == fresh
    assert bytes_of(world, index, now[b"/e/f4 moved"]) == b""
    assert bytes_of(world, index, now[b"/e/f1"]) == old[: BLOCK + 7].ljust(BLOCK + 7, b"\0")
    assert now[b"/e/f1"] == now[b"/e/sub/again"] == names[b"/e/f1"]
    assert oct(int(index.nodes.mode[now[b"/e/f1"]])) == "0o640"
    assert not index.nodes.allocated[names[b"/d/f2"]]
    assert (index.fast_commits, index.is_whole) == (False, before.is_whole)


@pytest.mark.parametrize(
    "block",
    [
        commit((WRITTEN, bytes(140)), sequence=SEQUENCE - 1),
        commit((WRITTEN, bytes(140)), first=False),
        commit((WRITTEN, bytes(20))),
        commit((77, b"")),
        commit((WRITTEN, bytes(140)), wrong=True),
        bytes(BLOCK),
    ],
)
def test_what_is_no_fast_commit_of_the_last_transaction_changes_nothing(
    tmp_path: Path, block: bytes
) -> None:
    world = World(tmp_path)
    world.put(block)
    journal = read_journal(journal_in(bytes(world.data)))
    assert fast_changes(journal, SEQUENCE) == []


def test_tags_are_told_one_by_one_and_unknown_features_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    unwritten = ADD, numbers(12, 5) + struct.pack("<HHI", 32768 + 3, 1, 9)
    pad = PAD, bytes(30)
    world.put(commit(unwritten, pad, (GONE, numbers(12, 1, 2)), named(UNLINK, 2, 12, b"\xff")))
    told = fast_changes(read_journal(journal_in(bytes(world.data))), SEQUENCE)
    assert told == [
        RangeGiven(12, 5, 3, (1 << 32) + 9, written=False),
        RangeGone(12, 1, 2),
        Named(2, 12, b"\xff", gone=True, is_new=False),
    ]
    world.put(struct.pack("<HHII", HEAD, 8, 4, SEQUENCE).ljust(BLOCK, b"\0"))
    with pytest.raises(CorruptVolume, match="features that are not known"):
        fast_changes(read_journal(journal_in(bytes(world.data))), SEQUENCE)


def test_damage_is_an_error_of_ours_or_a_sound_index(tmp_path: Path) -> None:
    world = World(tmp_path)
    chance = random.Random(3)
    for _ in range(25):
        tags = [
            (kind, chance.randbytes(chance.choice((9, 12, 16, 140))))
            for kind in chance.choices((ADD, GONE, CREATE, LINK, UNLINK, WRITTEN), k=4)
        ]
        world.put(commit(*tags, named(CREATE, 2, chance.randrange(40), b"x"), given(3, 0, 2**31)))
        world.index()
