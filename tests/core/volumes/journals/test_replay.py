"""A volume under its journal reads as the one that e2fsck replayed; older transactions are told."""

from __future__ import annotations

import random
import shutil
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.ext.groups import read_groups
from redoscope_core.volumes.ext.superblock import read_superblock
from redoscope_core.volumes.ext.volume import blocks_of
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.journals.checksums import ALL_ONES, Crc32, crc32c
from redoscope_core.volumes.journals.jbd2 import read_journal
from redoscope_core.volumes.journals.replay import replayed
from redoscope_core.volumes.journals.transactions import Ending, older
from redoscope_core.volumes.parsing.journaled import Seen, seen_as
from redoscope_core.volumes.source import Volume, of_bytes
from redoscope_core.volumes.views import JournalState, View
from tests.core.volumes.journals.dirty import SHAPES, dirty, journal_in
from tests.core.volumes.volumes import answers_or_refuses, damaged, judged

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("shape", SHAPES)
def test_a_replayed_volume_reads_as_what_e2fsck_made_of_it(tmp_path: Path, shape: str) -> None:
    made = dirty(tmp_path, shape)
    data = made.image.read_bytes()
    replay = replayed(read_journal(journal_in(data)))
    assert replay.log.ending is Ending.NOT_COMMITTED
    assert [each.sequence for each in replay.log.transactions] == list(range(1, 8))
    assert replay.writes.block.tolist() == sorted(made.last)
    assert all(replay.read(block) == raw for block, raw in made.last.items())
    seen = seen_as(of_bytes(data), Holding.EXT4, View.REPLAYED)
    assert (seen.journal, seen.view) == (JournalState.DIRTY, View.REPLAYED)
    view = seen.volume
    whole = view.bytes_at(0, view.size, "all")
    ours, theirs = tmp_path / "ours.img", tmp_path / "theirs.img"
    ours.write_bytes(whole)
    shutil.copyfile(made.image, theirs)
    judged("e2fsck", "-fy", "-E", "journal_only", theirs, fine=1)
    mended = theirs.read_bytes()
    size = made.size
    for block in range(1 + 1024 // size, len(data) // size):
        at = slice(block * size, (block + 1) * size)
        if mended[at] != whole[at]:
            # e2fsck says in the journal's own superblock that nothing is left to do.
            assert mended[at][:4] == bytes.fromhex("c03b3998")
    assert _files(ours, tmp_path / "a") == _files(theirs, tmp_path / "b")
    assert "e/f1" in _files(ours, tmp_path / "c")


def _files(image: Path, folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    judged("debugfs", "-R", f"rdump /d /e {folder}", image)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_what_a_mount_would_not_replay_or_nobody_here_can_is_told(tmp_path: Path) -> None:
    made = dirty(tmp_path, "plain").image.read_bytes()
    head = made.index(bytes.fromhex("c03b399800000004"))

    def seen(view: View, *edits: tuple[int, bytes]) -> Seen:
        data = bytearray(made)
        for place, raw in edits:
            data[place : place + len(raw)] = raw
        return seen_as(of_bytes(bytes(data)), Holding.EXT4, view)

    features = int.from_bytes(made[1024 + 96 : 1024 + 100], "little")
    settled = (1024 + 96, (features & ~4).to_bytes(4, "little"))
    assert seen(View.REPLAYED, settled).journal is JournalState.CLEAN
    # A mount empties such a journal.
    assert not len(seen(View.REPLAYED, settled).laid)
    elsewhere = (1024 + 224, bytes(4))
    told = seen(View.REPLAYED, elsewhere)
    assert (told.journal, told.view) == (JournalState.ELSEWHERE, View.STORED)
    with pytest.raises(CorruptVolume, match="features that are not known"):
        seen(View.REPLAYED, (head + 40, b"\0\0\1\0"))
    # Fast commits of a kind that nobody knows: 64 blocks at the end, of which the second one says
    # which commit it follows.
    blocks = int.from_bytes(made[head + 16 : head + 20], "big")
    fast = ((head + 40, b"\0\0\0\x21"), (head + 84, b"\0\0\0\x40"))
    groups = read_groups(of_bytes(made), read_superblock(of_bytes(made)))
    runs = blocks_of(of_bytes(made), groups, 8).runs
    run = int(np.flatnonzero(runs.logical <= blocks - 63)[-1])
    place = (int(runs.block[run]) + blocks - 63 - int(runs.logical[run])) * 1024
    for sequence, follows in ((8, True), (7, False)):
        tag = (place, struct.pack("<HHII", 9, 8, 1, sequence))
        assert seen(View.REPLAYED, *fast, tag).fast_commits is follows


def test_a_read_of_any_part_sees_what_is_laid_over(tmp_path: Path) -> None:
    data = dirty(tmp_path, "version-3").image.read_bytes()
    view = seen_as(of_bytes(data), Holding.EXT4, View.REPLAYED).volume
    whole = view.bytes_at(0, view.size, "all")
    chance = random.Random(5)
    for _ in range(200):
        at = chance.randrange(len(whole))
        count = min(chance.choice((1, 700, 5000)), len(whole) - at)
        assert view.bytes_at(at, count, "a part") == whole[at : at + count]


@pytest.mark.parametrize("shape", ["plain", "version-3"])
def test_transactions_that_were_replayed_are_still_told(tmp_path: Path, shape: str) -> None:
    made = dirty(tmp_path, shape)
    judged("e2fsck", "-fy", "-E", "journal_only", made.image, fine=1)
    journal = read_journal(journal_in(made.image.read_bytes()))
    assert replayed(journal).log.ending is Ending.CLEAN
    found = older(journal)
    assert [set(each.writes.block.tolist()) for each in found] == [
        set(each) for each in made.transactions
    ]
    for each, written in zip(found, made.transactions, strict=True):
        for block, place, escaped in zip(
            each.writes.block.tolist(),
            each.writes.place.tolist(),
            each.writes.escaped.tolist(),
            strict=True,
        ):
            raw = journal.read(place)
            assert raw[4 * escaped :] == written[block][4 * escaped :]


@pytest.mark.parametrize("turn", [1, 40, 300])
def test_a_log_that_goes_round_the_end_is_read_on_from_the_front(tmp_path: Path, turn: int) -> None:
    made = dirty(tmp_path, "plain")
    source = journal_in(made.image.read_bytes())
    journal = read_journal(source)
    raw = source.bytes_at(0, source.size, "the journal")
    size, ring = made.size, journal.last - journal.first
    blocks = [raw[at * size : (at + 1) * size] for at in range(journal.first, journal.last)]
    start = ring - turn
    turned = blocks[turn:] + blocks[:turn]
    assert turned[start] == blocks[0]
    head = bytearray(raw[:size])
    head[28:32] = (journal.first + start).to_bytes(4, "big")
    replay = replayed(read_journal(of_bytes(bytes(head) + b"".join(turned))))
    assert len(replay.log.transactions) == 7
    assert replay.writes.block.tolist() == sorted(made.last)
    assert all(replay.read(block) == raw for block, raw in made.last.items())


@pytest.mark.parametrize("shape", ["version-2", "version-3"])
def test_what_has_a_wrong_checksum_is_not_replayed(tmp_path: Path, shape: str) -> None:
    made = dirty(tmp_path, shape)
    source = journal_in(made.image.read_bytes())
    raw = bytearray(source.bytes_at(0, source.size, "the journal"))
    second = replayed(read_journal(source)).log.transactions[1]
    place = int(second.writes.place[3]) * made.size
    raw[place + 9] ^= 1
    torn = replayed(read_journal(of_bytes(bytes(raw))))
    assert np.flatnonzero(~torn.log.transactions[1].writes.sound).tolist() == [3]
    assert torn.read(int(second.writes.block[3])) != made.last[int(second.writes.block[3])]
    raw[second.commit * made.size + 50] ^= 1
    cut = replayed(read_journal(of_bytes(bytes(raw))))
    assert (cut.log.ending, len(cut.log.transactions)) == (Ending.CHECKSUM, 1)


def test_checksums_are_those_of_the_catalogue() -> None:
    row = np.frombuffer(b"123456789", np.uint8).reshape(1, -1)
    assert int(crc32c(row)[0]) ^ ALL_ONES == 0xE3069283
    rows = np.random.default_rng(1).integers(0, 256, (50, 67), np.uint8)
    assert crc32c(rows).tolist() == [int(crc32c(each.reshape(1, -1))[0]) for each in rows]
    crc = Crc32()
    crc.add(b"1234")
    crc.add(b"56789")
    assert crc.value == 0x0376E6E7


def test_what_is_no_journal_is_refused() -> None:
    with pytest.raises(CorruptVolume, match="no superblock of a journal"):
        read_journal(of_bytes(bytes(4096)))


def test_damage_is_an_error_of_ours_or_a_marked_answer(tmp_path: Path) -> None:
    answers = 0
    for shape in ("version-3", "ext3"):
        source = journal_in(dirty(tmp_path, shape).image.read_bytes())
        data = source.bytes_at(0, source.size, "the journal")
        magic = bytes.fromhex("c03b3998")
        where = [at for at in range(len(data) // 512) if data[at * 512 : at * 512 + 4] == magic]

        def looked(volume: Volume) -> None:
            journal = read_journal(volume)
            replay = replayed(journal)
            for block in replay.writes.block.tolist():
                assert replay.read(block) is not None
            older(journal)

        for seed in range(25):
            answers += answers_or_refuses(looked, damaged(data, random.Random(seed), where))
    assert answers > 0
