"""Writes that were stopped between a table and its redundant copy: gone on from, or refused."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Chain, CorruptVmdk, Disk, Kind, Link, create_disk
from redoscope_core.extents.sparse import places
from redoscope_core.format.sparse import UNCLEAN_OFFSET, SparseHeader
from redoscope_core.operations.examining.check import check
from tests.core.finished import finished
from tests.core.links import make_child
from tests.core.operations.consolidating.merges import content, merge

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
GRAIN = 16
CAPACITY = 2 * 512 * GRAIN
SPARE = 3
"""A grain that is stored, whose entries the tests change."""
OTHER = 5
"""Another one that is stored."""


@dataclass(frozen=True)
class Tables:
    """Where a disk of two tables has its entries, and how they are changed."""

    path: Path

    @property
    def header(self) -> SparseHeader:
        """The header in the file."""
        return SparseHeader.unpack(
            self.path.read_bytes()[:SECTOR], file_bytes=self.path.stat().st_size
        )

    def directory(self, *, redundant: bool) -> int:
        """Return the byte offset of a directory."""
        return (self.header.rgd_offset if redundant else self.header.gd_offset) * SECTOR

    def place(self, grain: int, *, redundant: bool) -> int:
        """Return the byte offset of the entry of *grain* in a table."""
        at = self.directory(redundant=redundant) + grain // 512 * 4
        (table,) = struct.unpack_from("<I", self.path.read_bytes(), at)
        return int(table) * SECTOR + grain % 512 * 4

    def entry(self, grain: int, *, redundant: bool) -> int:
        """Return the entry of *grain*."""
        found = struct.unpack_from(
            "<I", self.path.read_bytes(), self.place(grain, redundant=redundant)
        )
        return int(found[0])

    def put(self, at: int, value: int) -> None:
        """Write a number to byte *at*."""
        with self.path.open("r+b") as file:
            file.seek(at)
            file.write(struct.pack("<I", value))

    def set(self, grain: int, value: int, *, redundant: bool) -> None:
        """Change the entry of *grain* in one copy alone."""
        self.put(self.place(grain, redundant=redundant), value)

    def leave_open(self) -> None:
        """Set the mark of a disk that was not closed."""
        with self.path.open("r+b") as file:
            file.seek(UNCLEAN_OFFSET)
            file.write(b"\1")

    def agree(self) -> bool:
        """Tell whether all entries of both copies are the same."""
        return all(
            self.entry(grain, redundant=True) == self.entry(grain, redundant=False)
            for grain in (0, SPARE, OTHER, 511, 512, 600)
        )


def make(path: Path, *, zeroed: bool = False) -> Tables:
    """Make a disk with a few stored grains, that was left open."""
    create_disk(path, CAPACITY, grain_size=GRAIN, zeroed_grains=zeroed)
    with Disk.open(path, access=Access.WRITE) as disk:
        for grain in (SPARE, OTHER, 600):
            disk.write(grain * GRAIN, bytes([grain % 256]) * SECTOR * GRAIN)
    tables = Tables(path)
    tables.leave_open()
    return tables


def write_somewhere(path: Path) -> None:
    """Write into a grain that nothing is said of."""
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(100 * GRAIN, b"w" * SECTOR)


def write_to_both_tables(path: Path) -> None:
    """Write a sector into a grain of each table."""
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(SPARE * GRAIN, b"w" * SECTOR)
        disk.write(600 * GRAIN, b"w" * SECTOR)


def grain_of(path: Path, grain: int) -> bytes:
    """Return the bytes of a grain."""
    with Chain.open(path) as chain:
        return chain.read(grain * GRAIN, GRAIN)


@pytest.mark.parametrize("redundant", [True, False])
def test_an_entry_that_one_copy_has_is_taken_up(tmp_path: Path, *, redundant: bool) -> None:
    tables = make(tmp_path / "d.vmdk")
    before = grain_of(tables.path, SPARE)
    tables.set(SPARE, 0, redundant=not redundant)
    write_somewhere(tables.path)
    assert tables.agree()
    assert grain_of(tables.path, SPARE) == before
    assert not any(finding.is_fault for finding in finished(check(tables.path)))


@pytest.mark.parametrize("redundant", [True, False])
def test_a_table_that_one_directory_has_is_taken_up(tmp_path: Path, *, redundant: bool) -> None:
    tables = make(tmp_path / "d.vmdk")
    expected = content(tables.path)
    tables.put(tables.directory(redundant=not redundant) + 4, 0)
    write_somewhere(tables.path)
    assert tables.agree()
    assert grain_of(tables.path, 600) == expected[600 * GRAIN * SECTOR :][: GRAIN * SECTOR]


@pytest.mark.parametrize("redundant", [True, False])
@pytest.mark.parametrize("was", [0, None])
def test_the_mark_of_a_zero_grain_in_one_copy_leaves_what_is_read(
    tmp_path: Path, was: int | None, *, redundant: bool
) -> None:
    tables = make(tmp_path / "d.vmdk", zeroed=True)
    if was is not None:
        tables.set(SPARE, was, redundant=not redundant)
    tables.set(SPARE, 1, redundant=redundant)
    before = content(tables.path)
    write_somewhere(tables.path)
    assert tables.agree()
    after = content(tables.path)
    assert after[: 100 * GRAIN * SECTOR] == before[: 100 * GRAIN * SECTOR]


def test_what_nothing_leads_to_stays_as_it_reads_in_a_link_that_others_were_made_from(
    tmp_path: Path,
) -> None:
    tables = make(tmp_path / "d.vmdk")
    tables.set(SPARE, 0, redundant=False)
    make_child(tables.path, tmp_path / "child.vmdk")
    with Disk.open(tmp_path / "child.vmdk", access=Access.WRITE) as disk:
        disk.write(7, b"c" * SECTOR)
    expected = content(tmp_path / "child.vmdk")
    merge(tmp_path / "child.vmdk")
    assert content(tables.path) == expected
    assert tables.agree()


def test_a_check_calls_it_interrupted_and_no_fault(tmp_path: Path) -> None:
    tables = make(tmp_path / "d.vmdk")
    tables.set(SPARE, 0, redundant=False)
    findings = finished(check(tables.path))
    (told,) = (finding for finding in findings if finding.kind is Kind.HALF_WRITTEN)
    assert told.fact("entries") == 1
    assert not any(finding.is_fault for finding in findings)


def without_mark(tables: Tables) -> None:
    """Say that the disk was closed."""
    tables.set(SPARE, 0, redundant=False)
    with tables.path.open("r+b") as file:
        file.seek(UNCLEAN_OFFSET)
        file.write(b"\0")


def two_places(tables: Tables) -> None:
    """Let the copies lead to two places, both of which nothing else uses."""
    free = tables.entry(OTHER, redundant=False)
    for redundant in (True, False):
        tables.set(OTHER, 0, redundant=redundant)
    tables.set(SPARE, free, redundant=True)


def shared(tables: Tables) -> None:
    """Let one copy lead to the grain of another entry."""
    tables.set(SPARE, 0, redundant=False)
    tables.set(SPARE, tables.entry(OTHER, redundant=False), redundant=True)


def overlapping(tables: Tables) -> None:
    """Let one copy lead into the middle of the grain of another entry."""
    tables.set(SPARE, 0, redundant=False)
    tables.set(SPARE, tables.entry(OTHER, redundant=False) + 1, redundant=True)


def shared_far_off(tables: Tables) -> None:
    """Let one copy lead to the grain of another entry, where a part of the file begins."""
    with tables.path.open("r+b") as file:
        file.truncate((2**16 + GRAIN) * SECTOR)
    for redundant in (True, False):
        tables.set(OTHER, 2**16, redundant=redundant)
    tables.set(SPARE, 0, redundant=False)
    tables.set(SPARE, 2**16, redundant=True)


def outside(tables: Tables) -> None:
    """Let one copy lead past the end of the file."""
    tables.set(SPARE, 0, redundant=False)
    tables.set(SPARE, tables.path.stat().st_size // SECTOR, redundant=True)


def into_metadata(tables: Tables) -> None:
    """Let one copy lead to a table."""
    tables.set(SPARE, 0, redundant=False)
    tables.set(SPARE, 30, redundant=True)


def not_a_zero_grain(tables: Tables) -> None:
    """Let one copy have the mark of a zero grain, which the header does not know."""
    tables.set(SPARE, 1, redundant=True)


def lost_directory(tables: Tables) -> None:
    """Let a directory lead past the end of the file."""
    tables.set(SPARE, 0, redundant=False)
    tables.put(tables.directory(redundant=True) + 4, tables.path.stat().st_size // SECTOR)


@pytest.mark.parametrize(
    "damage",
    [
        without_mark,
        two_places,
        shared,
        overlapping,
        shared_far_off,
        outside,
        into_metadata,
        not_a_zero_grain,
        lost_directory,
    ],
    ids=lambda damage: damage.__name__,
)
def test_all_else_is_damage_and_stays_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: object
) -> None:
    assert callable(damage)
    monkeypatch.setattr(
        places, "_AT_ONCE", 1
    )  # so each 32 MiB of the file are judged by themselves
    tables = make(tmp_path / "d.vmdk")
    damage(tables)
    before = tables.path.read_bytes()
    with pytest.raises(CorruptVmdk):
        write_to_both_tables(tables.path)
    assert tables.path.read_bytes()[SECTOR * 21 :] == before[SECTOR * 21 :]
    with Link.open(tables.path) as link:
        assert link.descriptor.cid
