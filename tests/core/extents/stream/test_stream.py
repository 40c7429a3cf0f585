"""Streams: every layout that is met, every way they are damaged."""

from __future__ import annotations

import random
import struct
import threading
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from redoscope_core import (
    Access,
    Chain,
    CorruptVmdk,
    Disk,
    State,
    UnsupportedVmdk,
    VixCode,
)
from redoscope_core.format.stream import GrainMark
from tests.core.links import make_child
from tests.core.outcomes import is_one_line
from tests.core.said import said
from tests.judges import dissect, handmade, libvmdk, qemu, sevenzip
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_stream import LAYOUTS, StreamPlan, stream_link

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
GRAIN = 65536
CAPACITY = 128 * 600 + 48
"""Two tables, and a last grain of which 48 sectors are disk."""
HALF = {
    grain: random.Random(grain).randbytes(30000) + bytes(35536)
    for grain in (0, 1, 5, 511, 512, 599)
}
GRAINS = {**HALF, 600: random.Random(600).randbytes(48 * SECTOR)}
PLAN = StreamPlan(CAPACITY, GRAINS)


def content(plan: StreamPlan) -> bytes:
    """Return what the disk of *plan* holds."""
    disk = bytearray(plan.capacity * SECTOR)
    for grain, data in plan.grains.items():
        first = grain * plan.grain_size * SECTOR
        disk[first : first + len(data)] = data[: len(disk) - first]
    return bytes(disk)


EXPECTED = content(PLAN)


def states(chain: Chain) -> list[tuple[int, int, State]]:
    """Return start, count and state of every area, equal neighbours joined."""
    areas = chain.areas()
    joined: list[tuple[int, int, State]] = []
    for start, count, state in zip(
        areas.start.tolist(), areas.count.tolist(), areas.state.tolist(), strict=True
    ):
        if joined and joined[-1][2] == state:
            joined[-1] = (joined[-1][0], joined[-1][1] + count, State(state))
        else:
            joined.append((start, count, State(state)))
    return joined


def place_of(path: Path, grain: int) -> int:
    """Return the byte at which the compressed *grain* begins."""
    with Chain.open(path) as chain:
        return int(chain.areas(grain * 128, 1).offset[0])


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("level", [0, 1, 9])
def test_every_layout_is_read(tmp_path: Path, layout: str, level: int) -> None:
    plan = replace(PLAN, **{**LAYOUTS[layout], "level": level})
    with Chain.open(stream_link(tmp_path / "disk.vmdk", plan)) as chain:
        assert chain.read(0, CAPACITY) == EXPECTED
        assert said(chain) == []


@pytest.mark.judge
@pytest.mark.parametrize("layout", LAYOUTS)
def test_other_programs_read_the_same(tmp_path: Path, layout: str) -> None:
    path = stream_link(tmp_path / "disk.vmdk", replace(PLAN, **LAYOUTS[layout]))
    assert qemu.read(path) == EXPECTED
    assert libvmdk.read([path]) == EXPECTED
    assert dissect.read(path) == EXPECTED


@pytest.mark.judge
@pytest.mark.skipif(sevenzip.PROGRAM is None, reason="needs 7-Zip (Debian: 7zip)")
@pytest.mark.parametrize("layout", ["VMware over network", "VirtualBox"])
def test_7zip_reads_streams_with_a_footer_the_same(tmp_path: Path, layout: str) -> None:
    path = stream_link(tmp_path / "disk.vmdk", replace(PLAN, **LAYOUTS[layout]))
    assert sevenzip.read(path) == EXPECTED


@pytest.mark.judge
def test_what_qemu_packs_is_read(tmp_path: Path) -> None:
    source = qemu.create(tmp_path / "source.vmdk", CAPACITY)
    qemu.write(source, [qemu.Write(128 * grain, data) for grain, data in HALF.items()])
    path = tmp_path / "packed.vmdk"
    qemu.run("qemu-img", "convert", "-f", "vmdk", "-O", "vmdk", "-o",
             "subformat=streamOptimized", source, path)  # fmt: skip
    with Chain.open(path) as chain:
        assert chain.read(0, CAPACITY) == qemu.read(source)


@pytest.mark.parametrize(
    "changes",
    [
        {"progress": True},
        {"empty_tables": True},
        {"flags": 0x30003, "front": True, "footer": False},
        {"version": 1},
        {"grain_size": 16},
        {"grain_size": 2048},
    ],
)
def test_what_is_legal_but_rare_is_read(tmp_path: Path, changes: dict[str, Any]) -> None:
    plan = replace(PLAN, **changes)
    plan = replace(plan, grains={g: d[: plan.grain_size * SECTOR] for g, d in PLAN.grains.items()
                                 if g * plan.grain_size < CAPACITY})  # fmt: skip
    with Chain.open(stream_link(tmp_path / "disk.vmdk", plan)) as chain:
        assert chain.read(0, CAPACITY) == content(plan)


@pytest.mark.parametrize("tail", [b"\0" * 512, b"\0" * 65536, b"\0" * 100, b"junk" * 200])
def test_padding_behind_the_end_is_a_note(tmp_path: Path, tail: bytes) -> None:
    path = stream_link(tmp_path / "disk.vmdk", replace(PLAN, tail=tail))
    with Chain.open(path) as chain:
        assert chain.read(0, CAPACITY) == EXPECTED
        assert any(f"{len(tail)} bytes behind the end" in note for note in said(chain))


def test_a_missing_end_marker_is_a_note(tmp_path: Path) -> None:
    path = stream_link(tmp_path / "disk.vmdk", PLAN)
    path.write_bytes(path.read_bytes()[:-512])
    with Chain.open(path) as chain:
        assert chain.read(0, CAPACITY) == EXPECTED
        assert any("lacks the last 512 bytes" in note for note in said(chain))


def test_a_lost_footer_is_made_up_for_by_a_walk(tmp_path: Path) -> None:
    path = stream_link(tmp_path / "disk.vmdk", PLAN)
    path.write_bytes(path.read_bytes()[:-1024])
    with Chain.open(path) as chain:
        assert chain.read(0, CAPACITY) == EXPECTED
        assert any("none seems to be missing" in note for note in said(chain))


@pytest.mark.parametrize("lacking", [1, 13, 29_000])
def test_a_stream_cut_off_is_partial_and_what_is_lost_is_never_zeros(
    tmp_path: Path, lacking: int
) -> None:
    path = stream_link(tmp_path / "disk.vmdk", PLAN)
    raw, place = path.read_bytes(), place_of(path, 512)
    end = place + 12 + GrainMark.unpack(raw[place : place + 12]).length
    path.write_bytes(raw[: end - lacking])
    with Chain.open(path) as chain:
        assert any("disk is partial" in note for note in said(chain))
        known = 512 * 128
        assert chain.read(0, known) == EXPECTED[: known * SECTOR]
        assert states(chain)[-1] == (known, CAPACITY - known, State.UNREADABLE)
        with pytest.raises(CorruptVmdk, match="directory is lost") as caught:
            chain.read(known, 1)
        assert is_one_line(caught.value)
        assert (caught.value.offset, caught.value.code) == (56, VixCode.HOST_FILE_ERROR_EOF)


@pytest.mark.parametrize("damage", [b"\xff" * 16, None], ids=["a few bytes", "zeros all over"])
def test_damage_in_the_middle_of_a_walk_loses_that_gap_only(
    tmp_path: Path, damage: bytes | None
) -> None:
    path = stream_link(tmp_path / "disk.vmdk", PLAN)
    broken = place_of(path, 5)
    damage = bytes(place_of(path, 511) - broken) if damage is None else damage
    raw = bytearray(path.read_bytes()[:-1024])
    raw[broken : broken + len(damage)] = damage
    path.write_bytes(raw)
    with Chain.open(path) as chain:
        assert states(chain) == [
            (0, 256, State.DATA),
            (256, 509 * 128, State.UNREADABLE),
            (511 * 128, 256, State.DATA),
            (513 * 128, 86 * 128, State.ABSENT),
            (599 * 128, 128 + 48, State.DATA),
        ]
        lookup = chain.owner(600)
        assert (lookup.state, lookup.path) == (State.UNREADABLE, None)


def test_the_map_tells_where_each_compressed_grain_begins(tmp_path: Path) -> None:
    path = stream_link(tmp_path / "disk.vmdk", PLAN)
    raw = path.read_bytes()
    with Chain.open(path) as chain:
        areas = chain.areas()
        data = areas.take(areas.state == State.DATA)
        assert (data.start // 128).tolist() == sorted(GRAINS)
        assert data.packed.all()
        for start, offset in zip(data.start.tolist(), data.offset.tolist(), strict=True):
            assert GrainMark.unpack(raw[offset : offset + 12]).value == start
            lookup = chain.owner(start + 3)
            assert (lookup.offset, lookup.path) == (offset, path)
            assert chain.areas(start + 3, 1).offset.tolist() == [offset]


def test_incompressible_grains_are_told_apart(tmp_path: Path) -> None:
    # Stored, each takes 129 sectors; 65024 bytes of noise take 128, the length of a grain.
    grains = {grain: random.Random(grain).randbytes(64990) + bytes(546) for grain in range(4)}
    path = stream_link(tmp_path / "disk.vmdk", StreamPlan(512, grains))
    with Chain.open(path) as chain:
        assert len(chain.areas()) == 4
        assert (chain.areas().offset[1:] - chain.areas().offset[:-1] == GRAIN).any()
        assert chain.read(0, 512) == content(StreamPlan(512, grains))


def test_any_window_reads_as_a_part_of_the_whole(tmp_path: Path) -> None:
    chance = random.Random(7)
    with Chain.open(stream_link(tmp_path / "disk.vmdk", PLAN)) as chain:
        for _ in range(300):
            start = chance.randrange(CAPACITY)
            count = chance.randrange(min(400, CAPACITY - start))
            assert chain.read(start, count) == EXPECTED[start * SECTOR :][: count * SECTOR]


def test_many_threads_read_one_stream(tmp_path: Path) -> None:
    wrong: list[int] = []
    with Chain.open(stream_link(tmp_path / "disk.vmdk", PLAN)) as chain:

        def read(seed: int) -> None:
            chance = random.Random(seed)
            for _ in range(100):
                start = 128 * chance.choice(list(GRAINS)) + chance.randrange(48)
                if chain.read(start, 1) != EXPECTED[start * SECTOR :][:SECTOR]:
                    wrong.append(start)

        threads = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_a_child_over_a_stream_reads_and_writes(tmp_path: Path) -> None:
    base = stream_link(tmp_path / "base.vmdk", PLAN)
    child = tmp_path / "child.vmdk"
    make_child(base, child)
    before = base.read_bytes()
    with Disk.open(child, access=Access.WRITE) as disk:
        disk.write(130, b"x" * SECTOR)
    expected = bytearray(EXPECTED)
    expected[130 * SECTOR : 131 * SECTOR] = b"x" * SECTOR
    with Chain.open(child) as chain:
        assert chain.read(0, CAPACITY) == expected
    assert qemu.read(child) == expected
    assert base.read_bytes() == before


def test_a_stream_as_child_shows_its_parent(tmp_path: Path) -> None:
    below = SparsePlan(CAPACITY, grains={2: b"p" * GRAIN, 5: b"q" * GRAIN})
    base = handmade.sparse_link(tmp_path / "base.vmdk", below, cid=5)
    child = stream_link(tmp_path / "child.vmdk", PLAN, cid=6, parent_cid=5, hint=base.name)
    expected = bytearray(EXPECTED)
    expected[2 * GRAIN : 3 * GRAIN] = b"p" * GRAIN
    with Chain.open(child) as chain:
        assert chain.read(0, CAPACITY) == expected


def test_a_stream_is_never_written_and_the_way_out_is_told(tmp_path: Path) -> None:
    for version in (1, 3):
        path = stream_link(tmp_path / f"{version}.vmdk", replace(PLAN, version=version))
        before = path.read_bytes()
        with Disk.open(path, access=Access.WRITE) as disk:
            with pytest.raises(UnsupportedVmdk, match="create a child"):
                disk.write(0, bytes(SECTOR))
            with pytest.raises(UnsupportedVmdk, match="streamOptimized"):
                disk.write_zeros(0, 1)
        assert path.read_bytes() == before


def damaged(path: Path, at: int, data: bytes) -> CorruptVmdk:
    """Overwrite bytes of grain 1, read it, and return the error."""
    handmade.patch(path, place_of(path, 1) + at, data)
    with Chain.open(path) as chain:
        assert chain.read(0, 128) == EXPECTED[:GRAIN]
        with pytest.raises(CorruptVmdk) as caught:
            chain.read(128, 128)
    assert is_one_line(caught.value)
    assert caught.value.path == path
    assert caught.value.offset is not None
    return caught.value


def test_one_wrong_bit_is_an_error(tmp_path: Path) -> None:
    path = stream_link(tmp_path / "disk.vmdk", PLAN)
    place = place_of(path, 1)
    byte = path.read_bytes()[place + 5000]
    error = damaged(path, 5000, bytes([byte ^ 4]))
    assert (error.where, error.offset) == ("compressed grain 1", place)


@pytest.mark.parametrize("length", [0, 0x7FFFFFFF, 0xFFFFFFFF, 2 * GRAIN + 65537])
def test_an_impossible_length_is_an_error(tmp_path: Path, length: int) -> None:
    path = stream_link(tmp_path / "disk.vmdk", PLAN)
    error = damaged(path, 8, struct.pack("<I", length))
    assert (error.found, error.offset) == (f"{length} bytes", place_of(path, 1) + 8)


def with_stream(folder: Path, stream: bytes) -> Path:
    """Write a disk whose grain 1 holds *stream* instead of what it should."""
    plan = StreamPlan(512, {0: b"a" * GRAIN, 1: b"b" * GRAIN}, front=True, footer=False)
    path = stream_link(folder / "disk.vmdk", plan)
    raw = path.read_bytes()
    path.write_bytes(raw + struct.pack("<QI", 128, len(stream)) + stream + bytes(1024))
    handmade.patch_u32(path, 22 * SECTOR + 4, len(raw) // SECTOR)
    return path


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (zlib.compress(b"x" * (GRAIN + 1)), "too much"),
        (zlib.compress(bytes(2**24)), "too much"),
        (zlib.compress(b"x" * (GRAIN - 1)), "too little"),
        (zlib.compress(b"x" * GRAIN)[:-4], "cut off"),
        (zlib.compress(b"x" * GRAIN)[2:-4], "damaged"),
        (b"x" * 100, "damaged"),
    ],
    ids=["one more", "a bomb", "one less", "no checksum", "bare deflate", "no stream"],
)
def test_a_grain_that_does_not_unpack_to_a_grain_is_an_error(
    tmp_path: Path, stream: bytes, words: str
) -> None:
    with Chain.open(with_stream(tmp_path, stream)) as chain:
        assert chain.read(0, 128) == b"a" * GRAIN
        with pytest.raises(CorruptVmdk, match=words):
            chain.read(200, 1)


def test_bytes_behind_a_packed_grain_are_a_note(tmp_path: Path) -> None:
    with Chain.open(with_stream(tmp_path, zlib.compress(b"x" * GRAIN) + b"more")) as chain:
        assert chain.read(128, 128) == b"x" * GRAIN
        assert any("4 bytes behind its end" in note for note in said(chain))


def test_a_grain_that_says_it_belongs_elsewhere_is_believed_less_than_the_table(
    tmp_path: Path,
) -> None:
    path = stream_link(tmp_path / "disk.vmdk", PLAN)
    handmade.patch(path, place_of(path, 1), struct.pack("<Q", 256))
    with Chain.open(path) as chain:
        before = said(chain)
        assert chain.read(128, 128) == EXPECTED[GRAIN : 2 * GRAIN]
        assert before == []
        assert any("says it belongs to sector 256" in note for note in said(chain))


@pytest.mark.parametrize(
    "changes",
    [{"compression": 0}, {"compression": 2}, {"flags": 0x20001, "compression": 0}],
)
def test_ways_of_packing_that_nobody_knows_are_refused(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    path = stream_link(tmp_path / "disk.vmdk", PLAN)
    handmade.patch(path, 0, PLAN.header(2**64 - 1, 128, **changes))
    with pytest.raises(UnsupportedVmdk):
        Chain.open(path)


def test_the_marks_are_found_without_the_flag_for_them(tmp_path: Path) -> None:
    path = stream_link(tmp_path / "disk.vmdk", replace(PLAN, flags=0x10001))
    with Chain.open(path) as chain:
        assert chain.read(0, CAPACITY) == EXPECTED
        assert any("without the flag" in note for note in said(chain))
