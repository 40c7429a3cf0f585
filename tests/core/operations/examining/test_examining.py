"""Digest, search, changes and compare, each judged by a program that knows nothing of chains."""

from __future__ import annotations

import hashlib
import random
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pytest

from redoscope_core import (
    Access,
    Chain,
    Disk,
    InvalidArgument,
    create_disk,
)
from redoscope_core.operations.examining import changes
from redoscope_core.operations.examining.changes import changed_areas, covering_runs, used_areas
from redoscope_core.operations.examining.compare import compare, doubtful_areas
from redoscope_core.operations.examining.digest import ALGORITHMS, digest
from redoscope_core.operations.examining.search import search
from tests.core.finished import finished
from tests.core.links import grow_chain, make_child, write_at_random
from tests.judges import handmade

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redoscope_core import Link

Answer = TypeVar("Answer")

SECTOR = 512
CAPACITY = 13_000
NEEDLE = b"NEEDLE in the haystack"


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    """Four links with writes of every size, whole and part grains, and zero grains."""
    chance = random.Random(7)
    for disk in grow_chain(tmp_path, CAPACITY, 4):
        write_at_random(disk, chance, 15, [1, 5, 128, 300])
        disk.write_zeros(chance.randrange(100) * 128, 256)
    return Chain.open(disk.path)


@pytest.fixture
def generations(chain: Chain) -> list[bytes]:
    """The bytes of each generation."""
    with chain:
        pass
    with Chain.open(chain.path) as opened:
        return [opened.up_to(index).read(0, CAPACITY) for index in range(4)]


@pytest.fixture
def open_chain(chain: Chain, generations: list[bytes]) -> Chain:
    """The same chain, open."""
    assert generations
    return Chain.open(chain.path)


@pytest.mark.parametrize("algorithm", [name for name in ALGORITHMS if name != "blake3"])
def test_a_digest_is_that_of_the_flat_bytes(
    open_chain: Chain, generations: list[bytes], algorithm: str
) -> None:
    with open_chain:
        found = finished(digest(open_chain, algorithm))
    assert found.hexadecimal == hashlib.new(algorithm, generations[3]).hexdigest()
    assert found.bytes_hashed == CAPACITY * SECTOR


@pytest.mark.judge
def test_a_digest_agrees_with_sha256sum_on_what_qemu_converts(
    open_chain: Chain, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    with open_chain:
        found = finished(digest(open_chain))
        subprocess.run(["qemu-img", "convert", "-O", "raw", open_chain.path, raw], check=True)
    told = subprocess.run(["sha256sum", raw], check=True, capture_output=True, text=True)
    assert told.stdout.split()[0] == found.hexadecimal


def test_an_unknown_hash_is_refused(open_chain: Chain) -> None:
    with open_chain, pytest.raises(InvalidArgument, match="sha256"):
        finished(digest(open_chain, "crc7"))


def rows(generation: bytes) -> NDArray[np.uint8]:
    """Return the bytes of a disk, a row a sector."""
    return np.frombuffer(generation, np.uint8).reshape(-1, SECTOR)


def sectors_of(start: NDArray[np.int64], count: NDArray[np.int64]) -> list[int]:
    """Return every sector of runs, in their order."""
    runs = zip(start.tolist(), count.tolist(), strict=True)
    return [sector for first, length in runs for sector in range(first, first + length)]


def test_compare_finds_exactly_the_sectors_and_bytes_that_differ(
    open_chain: Chain, generations: list[bytes]
) -> None:
    with open_chain:
        for a in range(4):
            for b in range(4):
                found = finished(compare(open_chain.up_to(a), open_chain.up_to(b)))
                differs = rows(generations[a]) != rows(generations[b])
                told = sectors_of(found.start, found.count)
                assert told == np.flatnonzero(differs.any(axis=1)).tolist()
                assert found.sectors == len(told)
                assert (np.diff(found.start) > found.count[:-1]).all(), "two runs touch"
                assert found.differing_bytes == np.count_nonzero(differs)
                assert found.equal == (a == b)


def test_compare_reads_only_what_the_two_do_not_share(open_chain: Chain) -> None:
    with open_chain:
        same = open_chain.up_to(2)
        assert len(doubtful_areas(same, open_chain.up_to(2))) == 0
        little = finished(compare(open_chain.up_to(2), open_chain))
        much = finished(compare(open_chain.up_to(2), open_chain, all_bytes=True))
    assert little.sectors_read < much.sectors_read
    assert (little.start.tolist(), little.count.tolist()) == (
        much.start.tolist(),
        much.count.tolist(),
    )


def test_two_disks_in_one_file_are_compared_where_they_do_not_lie_in_the_same_bytes(
    tmp_path: Path,
) -> None:
    letters = b"".join(bytes([65 + sector // 3]) * SECTOR for sector in range(24))
    (tmp_path / "data").write_bytes(letters)
    for name, lines in (
        ("one.vmdk", ['RW 16 FLAT "data" 0', 'RW 4 FLAT "data" 20']),
        ("two.vmdk", ['RW 8 FLAT "data" 0', 'RW 12 FLAT "data" 12']),
    ):
        text = handmade.descriptor_text(lines, kind="twoGbMaxExtentFlat")
        (tmp_path / name).write_text(text, encoding="utf-8")
    with Chain.open(tmp_path / "one.vmdk") as one, Chain.open(tmp_path / "two.vmdk") as two:
        doubtful = doubtful_areas(one, two)
        assert sectors_of(doubtful.start, doubtful.count) == list(range(8, 16))
        found = finished(compare(one, two))
        flats = one.read(0, 20), two.read(0, 20)
    differs = (rows(flats[0]) != rows(flats[1])).any(axis=1)
    assert sectors_of(found.start, found.count) == np.flatnonzero(differs).tolist()
    assert differs.any()


def test_disks_of_different_capacity_are_compared_as_if_zeros_followed(tmp_path: Path) -> None:
    for name, capacity in (("small.vmdk", 1000), ("large.vmdk", 2000)):
        create_disk(tmp_path / name, capacity)
        with Disk.open(tmp_path / name, access=Access.WRITE) as disk:
            disk.write(10, b"x" * SECTOR)
            if capacity > 1000:
                disk.write(1500, b"y" * SECTOR)
    with Chain.open(tmp_path / "small.vmdk") as small, Chain.open(tmp_path / "large.vmdk") as large:
        for one, two in ((small, large), (large, small)):
            found = finished(compare(one, two))
            assert found.start.tolist() == [1500]
            assert found.differing_bytes == SECTOR


def test_changes_cover_every_sector_that_differs_and_nothing_the_links_did_not_touch(
    open_chain: Chain, generations: list[bytes]
) -> None:
    with open_chain:
        for since in range(4):
            start, count = covering_runs(changed_areas(open_chain, since))
            inside = set(sectors_of(start, count))
            assert (start[1:] > (start + count)[:-1]).all(), "two runs touch"
            stored: set[int] = set()
            for link in open_chain.links[since + 1 :]:
                stored.update(sectors_of(link.stored.start, link.stored.count))
            assert inside == stored
            differs = rows(generations[since]) != rows(generations[3])
            assert set(np.flatnonzero(differs.any(axis=1)).tolist()) <= inside


def test_only_the_tables_of_the_links_between_are_read(
    open_chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[list[Link]] = []
    monkeypatch.setattr(changes, "read_tables", lambda links: read.append(list(links)))
    with open_chain:
        changed_areas(open_chain, 1)
        assert read == [list(open_chain.links[2:])]


def test_all_areas_in_use_hold_every_byte_that_is_not_zero(
    open_chain: Chain, generations: list[bytes]
) -> None:
    with open_chain:
        start, count = covering_runs(used_areas(open_chain))
    rest = bytearray(generations[3])
    for first, length in zip(start.tolist(), count.tolist(), strict=True):
        rest[first * SECTOR : (first + length) * SECTOR] = bytes(length * SECTOR)
    assert not any(rest)


def test_search_finds_what_a_plain_search_of_the_flat_bytes_finds(tmp_path: Path) -> None:
    path = tmp_path / "hay.vmdk"
    create_disk(path, CAPACITY)
    places = [0, 700, 65_536 - 5, 2**20 - 3, 2**20 * 2 - len(NEEDLE), 5_000_000]
    flat = bytearray(CAPACITY * SECTOR)
    for place in places:
        flat[place : place + len(NEEDLE)] = NEEDLE
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(0, bytes(flat[:6_000_128]))
    with Chain.open(path) as chain:
        assert finished(search(chain, NEEDLE)).offsets == tuple(places)
        assert finished(search(chain, re.compile(rb"NEED+LE"))).offsets == tuple(places)
        assert finished(search(chain, NEEDLE, limit=2)).offsets == tuple(places[:2])
        assert finished(search(chain, b"not there at all")).offsets == ()


def test_search_takes_matches_across_grains_of_different_links(tmp_path: Path) -> None:
    path = tmp_path / "base.vmdk"
    create_disk(path, 1024)
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(127, b"." * (SECTOR - 4) + NEEDLE[:4])
    make_child(path, tmp_path / "child.vmdk")
    with Disk.open(tmp_path / "child.vmdk", access=Access.WRITE) as disk:
        disk.write(128, NEEDLE[4:].ljust(SECTOR, b"."))
    with Chain.open(tmp_path / "child.vmdk") as chain:
        assert finished(search(chain, NEEDLE)).offsets == (128 * SECTOR - 4,)


def test_searching_for_nothing_is_refused(open_chain: Chain) -> None:
    with open_chain, pytest.raises(InvalidArgument):
        finished(search(open_chain, b""))


@pytest.mark.parametrize("seed", range(3))
def test_bytes_are_found_as_in_a_flat_file_also_beside_zeros_that_nobody_stores(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    create_disk(tmp_path / "d.vmdk", CAPACITY)
    with Disk.open(tmp_path / "d.vmdk", access=Access.WRITE) as disk:
        for _ in range(12):
            count = chance.choice([1, 2, 128, 3000])
            few = bytes(chance.choices(b"\0\0\0aAb", k=count * SECTOR))
            disk.write(chance.randrange(CAPACITY - count), few)
    with Chain.open(tmp_path / "d.vmdk") as chain:
        flat = chain.read(0, CAPACITY)
        for length in (1, 2, 3, 7, 30, 600, 4096):
            at = chance.randrange(len(flat) - length)
            for sought in (flat[at : at + length], bytes(length), b"a" + bytes(length - 1)):
                places = _overlapping(sought, flat, 300)
                assert finished(search(chain, sought, limit=300)).offsets == tuple(places)
        for expression in (rb"ab\x00{3,40}a", rb"(?i)aa+b", rb"b[^b]{4,9}b", rb"a\x00{1,3000}b"):
            pattern = re.compile(expression)
            places = [match.start() for match in pattern.finditer(flat)]
            assert finished(search(chain, pattern, limit=len(places) + 1)).offsets == tuple(places)


@pytest.mark.parametrize("length", [1, 2, 100, 513])
def test_zeros_that_nobody_stores_are_found_at_every_place_and_nowhere_else(
    tmp_path: Path, length: int
) -> None:
    create_disk(tmp_path / "d.vmdk", 128 + 20)
    with Disk.open(tmp_path / "d.vmdk", access=Access.WRITE) as disk:
        disk.write(70, b"x" * SECTOR)
    with Chain.open(tmp_path / "d.vmdk") as chain:
        flat = chain.read(0, chain.capacity)
        found = finished(search(chain, bytes(length), limit=10**7))
        assert found.offsets == tuple(_overlapping(bytes(length), flat, 10**7))


def _overlapping(sought: bytes, flat: bytes, limit: int) -> list[int]:
    found: list[int] = []
    at = flat.find(sought)
    while at >= 0 and len(found) < limit:
        found.append(at)
        at = flat.find(sought, at + 1)
    return found


def test_a_pattern_that_matches_nothing_at_all_is_found_where_it_matches_something(
    tmp_path: Path,
) -> None:
    create_disk(tmp_path / "d.vmdk", CAPACITY)
    with Disk.open(tmp_path / "d.vmdk", access=Access.WRITE) as disk:
        disk.write(300, (bytes(100) + b"aa.a" + bytes(50) + b"a").ljust(SECTOR, b"\0"))
    first = 300 * SECTOR + 100
    with Chain.open(tmp_path / "d.vmdk") as chain:
        assert finished(search(chain, re.compile(b"a*"))).offsets == (first, first + 3, first + 54)
        assert finished(search(chain, re.compile(b"^"))).offsets == ()


def test_letters_of_both_cases_are_found_if_asked_for(tmp_path: Path) -> None:
    create_disk(tmp_path / "d.vmdk", CAPACITY)
    with Disk.open(tmp_path / "d.vmdk", access=Access.WRITE) as disk:
        disk.write(127, (b"x" * 500 + b"Secret Words").ljust(2 * SECTOR, b"."))
    with Chain.open(tmp_path / "d.vmdk") as chain:
        assert finished(search(chain, b"sEcReT wOrDs")).offsets == ()
        assert finished(search(chain, b"sEcReT wOrDs", fold_case=True)).offsets == (
            127 * SECTOR + 500,
        )
