"""Handles around an attach: spent parents, children that stay, writers that are finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Access,
    BrokenChain,
    Chain,
    ContentIdMismatch,
    Disk,
    InvalidHandle,
    PartialChain,
    VixCode,
    attach,
    can_attach,
    create_child,
    create_disk,
)
from tests.core.chain.attaching import assert_spent, attach_pair, open_pair, refused
from tests.core.links import make_child
from tests.core.said import said

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
CAPACITY = 4096


def test_the_parent_stays_usable_for_others_after_an_attach(base: Path, child1a: Path) -> None:
    with attach_pair(base, child1a), Chain.open(base) as chain:
        assert chain.read(0, 1) == b"b" * SECTOR


def test_closing_the_child_first_and_the_parent_then_is_fine(base: Path, child1a: Path) -> None:
    below, child = open_pair(base, child1a)
    attach(parent=below, child=child)
    child.close()
    below.close()
    child.close()


def test_closing_the_spent_parent_leaves_the_child_readable(base: Path, child1a: Path) -> None:
    below, child = open_pair(base, child1a)
    attach(parent=below, child=child)
    below.close()
    with child:
        assert child.read(0, 1) == b"b" * SECTOR


def test_a_parent_that_is_being_written_is_joined_with_what_was_written(tmp_path: Path) -> None:
    base, child = tmp_path / "base.vmdk", tmp_path / "child.vmdk"
    create_disk(base, CAPACITY)
    below = Disk.open(base, access=Access.WRITE)
    below.write(7, b"w" * SECTOR)
    create_child(below.chain, child)
    above = Disk.open(child, access=Access.WRITE, single_link=True)
    with attach(parent=below, child=above) as joined:
        assert joined.read(7, 1) == b"w" * SECTOR
        # The writer of the parent is done: its file is marked as closed.
        assert base.read_bytes()[72] == 0
    assert_spent(below)
    with Chain.open(child) as chain:
        assert said(chain) == []
        assert chain.read(7, 1) == b"w" * SECTOR


def test_a_parent_that_is_being_written_is_left_clean_by_a_refusal(tmp_path: Path) -> None:
    base, other = tmp_path / "base.vmdk", tmp_path / "other.vmdk"
    create_disk(base, CAPACITY)
    create_disk(other, CAPACITY)
    below = Disk.open(base, access=Access.WRITE)
    below.write(7, b"w" * SECTOR)
    above = Disk.open(other, access=Access.WRITE, single_link=True)
    assert refused(below, above).code is VixCode.DISK_ATTACH_ROOTLINK
    assert base.read_bytes()[72] == 0
    with Disk.open(base, access=Access.WRITE) as disk:
        assert disk.read(7, 1) == b"w" * SECTOR


def test_a_second_attach_of_the_same_child_is_refused(base: Path, child1a: Path) -> None:
    with attach_pair(base, child1a) as joined:
        again = Disk.open(base, access=Access.INSPECT)
        with pytest.raises(BrokenChain):
            attach(parent=again, child=joined)
        assert_spent(again)
        assert joined.read(0, 1) == b"b" * SECTOR


def test_a_spent_parent_cannot_be_attached_again(base: Path, child1a: Path) -> None:
    below, child = open_pair(base, child1a)
    with attach(parent=below, child=child):
        other = Disk.open(make_child(base, "other.vmdk"), single_link=True)
        with other, pytest.raises(InvalidHandle):
            attach(parent=below, child=other)
        with pytest.raises(InvalidHandle):
            can_attach(parent=below, child=child)


def test_a_closed_child_spends_the_parent_all_the_same(base: Path, child1a: Path) -> None:
    below, child = open_pair(base, child1a)
    child.close()
    with pytest.raises(InvalidHandle):
        attach(parent=below, child=child)
    assert_spent(below)


def test_the_child_of_a_refused_attach_is_still_a_single_link(base: Path, child1a: Path) -> None:
    other = base.with_name("other.vmdk")
    create_disk(other, CAPACITY)
    wrong, child = open_pair(other, child1a)
    with child:
        with pytest.raises(ContentIdMismatch):
            attach(parent=wrong, child=child)
        assert child.is_single_link
        right = Disk.open(base, access=Access.INSPECT)
        attach(parent=right, child=child)
        assert child.read(0, 1) == b"b" * SECTOR


def test_a_child_without_its_parents_gives_no_bytes(child1a: Path) -> None:
    with Disk.open(child1a, access=Access.WRITE, single_link=True) as child:
        for use in (lambda: child.read(0, 1), lambda: child.write(0, bytes(SECTOR))):
            with pytest.raises(PartialChain) as caught:
                use()
            assert caught.value.code is VixCode.DISK_PARTIALCHAIN
