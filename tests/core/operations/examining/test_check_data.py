"""A check with data: every damaged compressed grain is found, and nothing in sound disks."""

from __future__ import annotations

import errno
import os
import random
import struct
import subprocess
import zlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import Access, Chain, Disk, Kind, clone, create_disk
from redoscope_core.operations.examining.check import ChainChecked, check_chain
from redoscope_core.spots import MOST_TOLD, GrainSpot, RunSpot, Why
from tests.core.extents.stream.test_stream import with_stream
from tests.core.finished import finished
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_esx import CowdPlan, SeSparsePlan, cowd_link, sesparse_link
from tests.judges.handmade_stream import StreamPlan, stream_link

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redoscope_core import Finding

SECTOR = 512
GRAIN = 128
GRAINS = 12
MARK = 12
SIZE = GRAIN * SECTOR


def checked(path: Path, *, data: bool = True) -> ChainChecked:
    """Return what a check of *path* says."""
    return finished(check_chain(path, data=data))


def only(findings: Sequence[Finding], kind: Kind) -> Finding:
    """Return the one finding, which is of *kind*."""
    (finding,) = findings
    assert finding.kind is kind, finding
    return finding


def content(chance: random.Random) -> bytes:
    """Return a grain that packs well, a little or not at all."""
    kind = chance.randrange(3)
    if kind == 0:
        return chance.randbytes(SIZE)
    if kind == 1:
        return bytes(chance.choices(b"redoscope ", k=SIZE))
    return bytes([chance.randrange(1, 256)]) * SIZE


def by_ours(folder: Path, seed: int) -> Path:
    """Write a stream by the stream writer of the engine."""
    chance = random.Random(seed)
    source, path = folder / "source.vmdk", folder / "disk.vmdk"
    create_disk(source, GRAINS * GRAIN)
    with Disk.open(source, access=Access.WRITE) as disk:
        for grain in sorted(chance.sample(range(GRAINS), 6)):
            disk.write(grain * GRAIN, content(chance))
    with Chain.open(source) as chain:
        finished(clone(chain, path, kind="streamOptimized"))
    source.unlink()
    return path


def by_qemu(folder: Path, seed: int) -> Path:
    """Write a stream by qemu-img, of a raw disk that ends within a grain."""
    chance = random.Random(seed)
    raw, path = folder / "disk.raw", folder / "disk.vmdk"
    held = [content(chance) if chance.random() < 0.6 else bytes(SIZE) for _ in range(GRAINS)]
    raw.write_bytes(b"".join(held)[: (GRAINS * GRAIN - 40) * SECTOR])
    to_stream = ["-O", "vmdk", "-o", "subformat=streamOptimized"]
    subprocess.run(["qemu-img", "convert", "-f", "raw", *to_stream, raw, path], check=True)
    raw.unlink()
    return path


def by_hand(folder: Path, seed: int) -> Path:
    """Write a stream with its tables in front, and no markers."""
    chance = random.Random(seed)
    grains = {grain: content(chance) for grain in chance.sample(range(GRAINS), 5)}
    plan = StreamPlan(GRAINS * GRAIN, grains=grains, front=True, markers=False)
    return stream_link(folder / "disk.vmdk", plan)


@dataclass(frozen=True)
class Stored:
    """A grain as it stands in the file."""

    grain: int
    place: int

    def meaning(self, raw: bytes) -> object:
        """Return all that somebody can tell of it: sector, bytes, and how many are left over."""
        sector, length = struct.unpack_from("<QI", raw, self.place)
        packed = raw[self.place + MARK : self.place + MARK + length]
        engine = zlib.decompressobj()
        try:
            data = engine.decompress(packed, SIZE + 1)
        except zlib.error:
            return None
        if not engine.eof or len(packed) < length or len(data) > SIZE:
            return None
        return sector, data, len(engine.unused_data)

    def length(self, raw: bytes | bytearray) -> int:
        """Return the bytes that it takes, its mark among them."""
        return MARK + int(struct.unpack_from("<I", raw, self.place + 8)[0])


def stored_in(path: Path) -> list[Stored]:
    """Return the grains of the stream at *path*."""
    with Chain.open(path) as chain:
        areas = chain.links[0].stored
        return [
            Stored(start // GRAIN, offset)
            for start, offset in zip(areas.start.tolist(), areas.offset.tolist(), strict=True)
        ]


def spots_of(found: ChainChecked) -> set[int]:
    """Return the grains that are named one by one."""
    spots = [spot for finding in found.findings for spot in finding.spots]
    assert all(isinstance(spot, GrainSpot) for spot in spots)
    return {spot.grain for spot in spots if isinstance(spot, GrainSpot)}


WRITERS = [by_ours, by_hand, pytest.param(by_qemu, marks=pytest.mark.judge)]


@pytest.mark.parametrize("write", WRITERS)
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**20), data=st.data())
def test_a_damaged_byte_of_a_grain_is_found_just_if_it_means_something(
    write: Callable[[Path, int], Path], seed: int, data: st.DataObject
) -> None:
    with TemporaryDirectory() as name:
        path = write(Path(name), seed)
        grains, sound = stored_in(path), path.read_bytes()
        assert checked(path).findings == ()
        for _ in range(4):
            stored = data.draw(st.sampled_from(grains))
            raw = bytearray(sound)
            at = data.draw(st.integers(0, stored.length(sound) - 1) | st.integers(0, MARK + 3))
            raw[stored.place + at] ^= data.draw(st.integers(1, 255))
            path.write_bytes(raw)
            found = checked(path)
            if stored.meaning(bytes(raw)) == stored.meaning(sound):
                assert found.findings == ()
                continue
            assert found.findings
            behind = {finding.kind for finding in found.findings} == {Kind.BYTES_BEHIND_GRAINS}
            assert behind or spots_of(found) == {stored.grain}


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**20), broken=st.sets(st.integers(0, 5), min_size=1))
def test_each_of_several_damaged_grains_is_a_place_of_its_own(seed: int, broken: set[int]) -> None:
    with TemporaryDirectory() as name:
        path = by_ours(Path(name), seed)
        grains, raw = stored_in(path), bytearray(path.read_bytes())
        for index in broken:
            stored = grains[index]
            raw[stored.place + stored.length(raw) - 2] ^= 0x55  # in its Adler-32
        path.write_bytes(raw)
        found = checked(path)
        assert checked(path, data=False).findings == ()
    finding = only(found.findings, Kind.DAMAGED_GRAINS)
    assert finding.fact("grains") == len(broken)
    assert [spot.sector for spot in finding.spots] == [
        grains[index].grain * GRAIN for index in sorted(broken)
    ]
    assert {spot.why for spot in finding.spots} == {Why.DAMAGED_STREAM}
    assert found.looked.grains == found.looked.marks == len(grains)


def changed(path: Path, at: int, value: bytes) -> None:
    handmade.patch(path, at, value)


@pytest.mark.parametrize(
    ("at", "value", "kind", "why"),
    [
        (0, struct.pack("<Q", 5 * GRAIN), Kind.ODD_MARKS, Why.OTHER_SECTOR),
        (0, struct.pack("<Q", 2**64 - 1), Kind.ODD_MARKS, Why.OTHER_SECTOR),
        (8, struct.pack("<I", 0), Kind.DAMAGED_GRAINS, Why.BAD_LENGTH),
        (8, struct.pack("<I", 2**31), Kind.DAMAGED_GRAINS, Why.BAD_LENGTH),
        (8, struct.pack("<I", 150_000), Kind.ODD_MARKS, Why.OVERLAPS),
    ],
)
def test_a_mark_that_does_not_fit_is_found_without_reading_the_data(
    tmp_path: Path, at: int, value: bytes, kind: Kind, why: Why
) -> None:
    chance = random.Random(at)
    plan = StreamPlan(40 * GRAIN, grains={grain: chance.randbytes(SIZE) for grain in range(1, 5)})
    path = stream_link(tmp_path / "disk.vmdk", plan)
    changed(path, stored_in(path)[1].place + at, value)
    finding = only(checked(path, data=False).findings, kind)
    (spot,) = finding.spots
    assert isinstance(spot, GrainSpot)
    assert (spot.grain, spot.sector, spot.why) == (2, 2 * GRAIN, why)
    assert spot.says is None or spot.says >= 0
    assert finding.is_fault
    if kind is Kind.DAMAGED_GRAINS:  # to read the data tells nothing else of it
        with_data = only(checked(path, data=True).findings, kind)
        assert (with_data.spots, with_data.fact("grains")) == ((spot,), 1)


@pytest.mark.parametrize(
    ("count", "bad"), [(4, {0}), (4, {2}), (4, {1, 3}), (4, {0, 1, 2, 3}), (2, {0}), (2, {1})]
)
def test_of_marks_that_are_read_together_each_that_the_device_does_not_give_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, bad: set[int]
) -> None:
    plan = StreamPlan(40 * GRAIN, grains={n: bytes([n + 1]) * SIZE for n in range(count)})
    path = stream_link(tmp_path / "disk.vmdk", plan)
    places = [grain.place for grain in stored_in(path)]
    real = os.preadv

    def preadv(descriptor: int, buffers: Sequence[memoryview], offset: int) -> int:
        end = offset + sum(map(len, buffers))
        if any(offset < places[n] + 12 and places[n] < end for n in bad):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(descriptor, buffers, offset)

    monkeypatch.setattr(os, "preadv", preadv)
    for data in (False, True):
        finding = only(checked(path, data=data).findings, Kind.DAMAGED_GRAINS)
        spots = [spot for spot in finding.spots if isinstance(spot, GrainSpot)]
        assert {(spot.grain, spot.why) for spot in spots} == {(n, Why.SYSTEM) for n in bad}
        assert len(spots) == len(bad)


@pytest.mark.parametrize("bad", [{0}, {2}, {1, 3}])
def test_grains_whose_bytes_the_device_does_not_give_are_told_where_data_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: set[int]
) -> None:
    plan = StreamPlan(40 * GRAIN, grains={n: bytes([n + 1]) * SIZE for n in range(4)})
    path = stream_link(tmp_path / "disk.vmdk", plan)
    places = [stored.place + MARK + 20 for stored in stored_in(path)]
    real = os.preadv

    def preadv(descriptor: int, buffers: Sequence[memoryview], offset: int) -> int:
        if any(offset <= places[n] < offset + sum(map(len, buffers)) for n in bad):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(descriptor, buffers, offset)

    monkeypatch.setattr(os, "preadv", preadv)
    assert checked(path, data=False).findings == ()
    finding = only(checked(path).findings, Kind.DAMAGED_GRAINS)
    spots = [spot for spot in finding.spots if isinstance(spot, GrainSpot)]
    assert [(spot.grain, spot.why) for spot in spots] == [(n, Why.SYSTEM) for n in sorted(bad)]


def test_a_grain_that_unpacks_to_less_than_a_grain_is_told(tmp_path: Path) -> None:
    path = with_stream(tmp_path, zlib.compress(b"x" * (SIZE - 1)))
    finding = only(checked(path).findings, Kind.DAMAGED_GRAINS)
    assert [spot.sector for spot in finding.spots] == [GRAIN]


def test_a_grain_that_ends_just_where_the_next_one_begins_is_sound(tmp_path: Path) -> None:
    """Packed to whole sectors, mark included: nothing is left between the two."""
    grains = (random.Random(1).randbytes(n).ljust(SIZE, b"\0") for n in range(1, 2000))
    full = next(g for g in grains if (12 + len(zlib.compress(g, 6))) % 512 == 0)
    path = stream_link(tmp_path / "disk.vmdk", StreamPlan(512, {0: full, 1: full, 2: full}))
    found = finished(check_chain(path, data=True)).findings
    assert [finding.kind for finding in found if finding.is_fault] == []


def test_more_damaged_grains_than_are_told_are_counted(tmp_path: Path) -> None:
    count = MOST_TOLD + 7
    plan = StreamPlan(count * 8, grains=dict.fromkeys(range(count), b"z" * 4096), grain_size=8)
    path = stream_link(tmp_path / "disk.vmdk", plan)
    raw = bytearray(path.read_bytes())
    with Chain.open(path) as chain:
        for place in chain.links[0].stored.offset.tolist():
            raw[place + 15] ^= 0xFF
    path.write_bytes(raw)
    finding = only(checked(path).findings, Kind.DAMAGED_GRAINS)
    assert (finding.fact("grains"), len(finding.spots)) == (count, MOST_TOLD)


def test_a_parent_that_is_a_stream_is_looked_into_too(tmp_path: Path) -> None:
    chance = random.Random(3)
    base = stream_link(
        tmp_path / "base.vmdk", StreamPlan(16 * GRAIN, grains={3: chance.randbytes(SIZE)})
    )
    changed(base, stored_in(base)[0].place + 4000, b"\0\1\2\3")
    child = handmade.sparse_link(
        tmp_path / "child.vmdk",
        SparsePlan(16 * GRAIN, grains={0: b"c" * SIZE}),
        parent_cid=0x0123ABCD,
        hint="base.vmdk",
    )
    found = checked(child)
    assert only(found.findings, Kind.DAMAGED_GRAINS).path == base
    assert (found.looked.links, found.looked.grains, found.looked.bytes) == (2, 1, SIZE)


def a_flat(folder: Path) -> tuple[Path, int]:
    path = folder / "disk.vmdk"
    create_disk(path, 4 * 2048, kind="monolithicFlat")
    (folder / "disk-flat.vmdk").write_bytes(random.Random(1).randbytes(4 * 2**20))
    return path, 2**21


def a_sparse(folder: Path) -> tuple[Path, int]:
    plan = SparsePlan(2048, grains=dict.fromkeys((1, 4, 9), b"s" * SIZE))
    path = handmade.sparse_link(folder / "disk.vmdk", plan)
    return path, plan.overhead * SECTOR + SIZE + 8192


def a_cowd(folder: Path) -> tuple[Path, int]:
    path = cowd_link(folder / "disk.vmdk", CowdPlan(2048, grains={5: b"c" * SECTOR}))
    with Chain.open(path) as chain:
        areas = chain.links[0].stored
        return path, int(areas.offset[0])


def an_sesparse(folder: Path) -> tuple[Path, int]:
    path = sesparse_link(folder / "disk.vmdk", SeSparsePlan(2048, {1: b"e" * 4096, 7: b"f" * 4096}))
    with Chain.open(path) as chain:
        areas = chain.links[0].stored
        return path, int(areas.offset[1])


@pytest.mark.parametrize("make", [a_flat, a_sparse, a_cowd, an_sesparse])
def test_what_the_system_cannot_read_is_found_in_every_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], tuple[Path, int]]
) -> None:
    path, bad = make(tmp_path)
    sound = checked(path)
    assert not any(finding.is_fault for finding in sound.findings)
    real = os.preadv

    def preadv(descriptor: int, buffers: Sequence[memoryview], offset: int) -> int:
        length = sum(map(len, buffers))
        if offset <= bad < offset + length and length > 64:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(descriptor, buffers, offset)

    monkeypatch.setattr(os, "preadv", preadv)
    found = [finding for finding in checked(path).findings if finding.is_fault]
    finding = only(found, Kind.UNREADABLE_DATA)
    (spot,) = finding.spots
    assert isinstance(spot, RunSpot)
    assert spot.why is Why.SYSTEM
    assert spot.offset <= bad < spot.offset + spot.sectors * SECTOR
    assert finding.fact("sectors") == spot.sectors
    assert spot.sectors <= 8
    monkeypatch.setattr(os, "preadv", real)
    with Chain.open(path) as chain:
        assert chain.owner(spot.sector).steps[-1].data_offset == spot.offset


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**30), kind=st.sampled_from(["ours", "hand", "sparse", "cowd", "ese"]))
def test_nothing_is_found_in_a_sound_disk(seed: int, kind: str) -> None:
    chance = random.Random(seed)
    numbers = chance.sample(range(16), chance.randrange(1, 9))
    with TemporaryDirectory() as name:
        path = Path(name, "disk.vmdk")
        if kind in {"ours", "hand"}:
            path = (by_ours if kind == "ours" else by_hand)(Path(name), seed)
        elif kind == "sparse":
            plan = SparsePlan(16 * GRAIN, grains={n: content(chance) for n in numbers})
            handmade.sparse_link(path, plan)
        elif kind == "cowd":
            cowd_link(path, CowdPlan(2048, grains={n: chance.randbytes(SECTOR) for n in numbers}))
        else:
            grains = {n: chance.randbytes(4096) for n in numbers}
            sesparse_link(path, SeSparsePlan(2048, grains))
        found = checked(path)
        assert [finding for finding in found.findings if finding.is_fault] == []
        assert found.looked.grains + found.looked.bytes > 0
