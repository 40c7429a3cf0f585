"""Opening: strict and inspect, children that freeze a link, ranges, handles and locks."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Access,
    Chain,
    Disk,
    FileMissing,
    HasChildren,
    InUse,
    InvalidArgument,
    InvalidHandle,
    OutOfRange,
    Policy,
    ReadOnly,
    VixCode,
    create_child,
    create_disk,
)
from tests.core.links import make_child
from tests.core.outcomes import is_one_line, outcome
from tests.core.said import said
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512


@pytest.mark.parametrize("access", [Access.STRICT, Access.WRITE])
@pytest.mark.parametrize("index", [0, 1])
def test_a_link_with_children_is_refused_by_naming_them(
    chain3: list[Path], index: int, access: Access
) -> None:
    before = fingerprints(chain3[0].parent)
    with pytest.raises(HasChildren) as caught:
        Disk.open(chain3[index], access=access)
    assert caught.value.code is VixCode.OBJECT_IS_BUSY
    assert caught.value.path == chain3[index]
    assert chain3[index + 1].name in str(caught.value)
    assert "attach" in str(caught.value)
    assert is_one_line(caught.value)
    assert fingerprints(chain3[0].parent) == before


def test_every_child_is_named(chain3: list[Path]) -> None:
    make_child(chain3[0], chain3[0].with_name("branch.vmdk"))
    with pytest.raises(HasChildren) as caught:
        Chain.open(chain3[0], access=Access.STRICT)
    assert "link1.vmdk" in str(caught.value)
    assert "branch.vmdk" in str(caught.value)
    assert "link2.vmdk" not in str(caught.value)


@pytest.mark.parametrize("index", [0, 1])
def test_an_older_generation_is_inspected_with_a_note(chain3: list[Path], index: int) -> None:
    with Chain.open(chain3[index]) as chain:
        assert chain.read(0, 1) == bytes([48 + index]) * SECTOR
        assert any("read-only" in note and chain3[index + 1].name in note for note in said(chain))


def test_the_newest_link_opens_in_every_way_without_a_note(chain3: list[Path]) -> None:
    for access in Access:
        with Disk.open(chain3[2], access=access) as disk:
            assert said(disk.chain) == []
            assert disk.read(0, 1) == b"2" * SECTOR
            assert disk.writable is (access is Access.WRITE)


def test_a_single_link_with_children_is_frozen_too(chain3: list[Path]) -> None:
    with pytest.raises(HasChildren):
        Disk.open(chain3[1], access=Access.WRITE, single_link=True)


def test_a_link_with_children_is_frozen_under_any_name(chain3: list[Path]) -> None:
    (chain3[0].parent / "sub").mkdir()
    alias = chain3[0].parent / "sub" / "alias.vmdk"
    alias.symlink_to(chain3[1])
    before = fingerprints(chain3[0].parent)
    with pytest.raises(HasChildren, match=r"link2\.vmdk"):
        Disk.open(alias, access=Access.WRITE, single_link=True)
    assert fingerprints(chain3[0].parent) == before


def test_a_child_whose_cid_no_longer_fits_still_freezes_its_parent(chain3: list[Path]) -> None:
    raw = chain3[2].read_bytes()
    cid = raw.split(b"parentCID=")[1][:8]
    chain3[2].write_bytes(raw.replace(b"parentCID=" + cid, b"parentCID=00000001"))
    with pytest.raises(HasChildren, match=r"link2\.vmdk"):
        Disk.open(chain3[1], access=Access.WRITE)


def test_a_child_in_a_searched_folder_freezes_its_parent(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    base, child = tmp_path / "a" / "base.vmdk", tmp_path / "b" / "child.vmdk"
    create_disk(base, 1024)
    make_child(base, child)
    policy = Policy(search=(tmp_path / "b",))
    with pytest.raises(HasChildren, match=r"child\.vmdk"):
        Disk.open(base, access=Access.WRITE, policy=policy)


@pytest.mark.parametrize("access", [Access.INSPECT, Access.STRICT])
def test_a_handle_that_only_reads_writes_nothing(chain3: list[Path], access: Access) -> None:
    before = fingerprints(chain3[0].parent)
    with Disk.open(chain3[2], access=access) as disk:
        for found in (
            outcome(lambda: disk.write(0, bytes(SECTOR))),
            outcome(lambda: disk.write_zeros(0, 1)),
        ):
            assert isinstance(found, ReadOnly)
            assert found.code is VixCode.FILE_READ_ONLY
    assert fingerprints(chain3[0].parent) == before


def test_sectors_outside_the_disk_are_refused(chain3: list[Path]) -> None:
    with Disk.open(chain3[2], access=Access.WRITE) as disk:
        uses = [
            lambda: disk.read(1023, 2),
            lambda: disk.read(-1, 1),
            lambda: disk.read(1025, 0),
            lambda: disk.read(0, -1),
            lambda: disk.write(1023, bytes(2 * SECTOR)),
            lambda: disk.write(-1, bytes(SECTOR)),
            lambda: disk.write_zeros(1000, 25),
            lambda: disk.write_zeros(0, -1),
            lambda: disk.chain.areas(1000, 25),
            lambda: disk.chain.owner(1024),
            lambda: disk.chain.owner(-1),
        ]
        for use in uses:
            found = outcome(use)
            assert isinstance(found, OutOfRange)
            assert found.code is VixCode.DISK_OUTOFRANGE
        assert disk.read(1024, 0) == b""


@pytest.mark.parametrize("length", [1, 511, 513])
def test_data_that_is_no_whole_number_of_sectors_is_refused(
    chain3: list[Path], length: int
) -> None:
    with Disk.open(chain3[2], access=Access.WRITE) as disk:
        with pytest.raises(InvalidArgument):
            disk.write(0, bytes(length))
        with pytest.raises(InvalidArgument):
            disk.read_into(bytearray(length), 0)


def test_a_closed_handle_is_refused_and_closing_twice_is_harmless(chain3: list[Path]) -> None:
    disk = Disk.open(chain3[2])
    disk.close()
    disk.close()
    with pytest.raises(InvalidHandle):
        disk.read(0, 1)
    chain = Chain.open(chain3[2])
    older = chain.up_to(0)
    older.close()
    assert chain.read(0, 1) == b"2" * SECTOR
    chain.close()
    chain.close()
    with pytest.raises(InvalidHandle):
        chain.read(0, 1)


def test_an_older_generation_of_a_closed_chain_is_refused(chain3: list[Path]) -> None:
    with Chain.open(chain3[2]) as chain:
        older = chain.up_to(1)
        assert older.read(0, 1) == b"1" * SECTOR
    with pytest.raises(InvalidHandle):
        older.read(0, 1)


@pytest.mark.parametrize("index", [-1, 3, 99])
def test_a_generation_that_is_not_there_is_refused(chain3: list[Path], index: int) -> None:
    with Chain.open(chain3[2]) as chain, pytest.raises(InvalidArgument):
        chain.up_to(index)


def test_two_may_read_while_one_writes(chain3: list[Path]) -> None:
    with (
        Disk.open(chain3[2], access=Access.WRITE) as writer,
        Chain.open(chain3[2]) as one,
        Chain.open(chain3[2]) as two,
    ):
        writer.write(9, b"x" * SECTOR)
        assert one.read(0, 1) == two.read(0, 1) == b"2" * SECTOR


def test_a_parent_is_frozen_the_moment_a_child_is_made(chain3: list[Path]) -> None:
    tip = chain3[2]
    child = tip.with_name("child.vmdk")
    with Disk.open(tip, access=Access.WRITE) as disk:
        disk.write(9, b"x" * SECTOR)
        create_child(disk.chain, child)
        before = fingerprints(tip.parent)
        for found in (
            outcome(lambda: disk.write(9, b"y" * SECTOR)),
            outcome(lambda: disk.write_zeros(0, 1)),
        ):
            assert isinstance(found, HasChildren)
            assert "child.vmdk" in str(found)
        disk.flush()
        assert fingerprints(tip.parent) == before
    with Chain.open(child) as chain:
        assert chain.read(9, 1) == b"x" * SECTOR


def test_a_second_writer_is_refused(chain3: list[Path]) -> None:
    with Disk.open(chain3[2], access=Access.WRITE):
        with pytest.raises(InUse) as caught:
            Disk.open(chain3[2], access=Access.WRITE)
        assert caught.value.code is VixCode.FILE_ALREADY_LOCKED
        assert is_one_line(caught.value)
    Disk.open(chain3[2], access=Access.WRITE).close()


def test_a_lock_folder_of_another_program_means_in_use(chain3: list[Path]) -> None:
    lock = chain3[2].with_name(chain3[2].name + ".lck")
    lock.mkdir()
    (lock / "M12345.lck").write_text("lock")
    with pytest.raises(InUse, match="lck"):
        Disk.open(chain3[2], access=Access.WRITE)
    with Chain.open(chain3[2]) as chain:
        assert chain.read(0, 1) == b"2" * SECTOR
        assert any("in use" in note for note in said(chain))
    assert (lock / "M12345.lck").exists()


LOCKER = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX)
    print("locked", flush=True)
    sys.stdin.read()
"""
"""A program that locks a file until its input ends."""


def test_a_lock_of_another_program_on_the_file_means_in_use(chain3: list[Path]) -> None:
    command = [sys.executable, "-c", LOCKER, str(chain3[2])]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as locker:
        assert locker.stdout is not None
        assert locker.stdout.readline() == "locked\n"
        found = outcome(lambda: Disk.open(chain3[2], access=Access.WRITE))
        with Chain.open(chain3[2]) as chain:
            assert chain.read(0, 1) == b"2" * SECTOR
            assert any("in use" in note for note in said(chain))
        locker.communicate()
    assert isinstance(found, InUse)
    Disk.open(chain3[2], access=Access.WRITE).close()


def test_a_disk_that_is_not_there_is_missing(tmp_path: Path) -> None:
    for use in (Chain.open, Disk.open):
        with pytest.raises(FileMissing) as caught:
            use(tmp_path / "gone.vmdk")
        assert caught.value.code is VixCode.FILE_NOT_FOUND
        assert "gone.vmdk" in str(caught.value)
