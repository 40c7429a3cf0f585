"""Attach: every row of the rule table, with the vendor's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Access,
    AttachRefused,
    CapacityMismatch,
    Chain,
    ChainLoop,
    ChainTooDeep,
    ContentIdMismatch,
    Disk,
    PartialChain,
    VixCode,
    attach,
    can_attach,
    create_child,
    create_disk,
)
from tests.core.chain.attaching import assert_spent, attach_pair, open_pair, refused
from tests.core.links import make_child, write_sector
from tests.judges import qemu
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
CAPACITY = 4096


def test_an_attached_child_shows_the_older_generation(base: Path, child1a: Path) -> None:
    below, child = open_pair(base, child1a)
    assert can_attach(parent=below, child=child) is None
    joined = attach(parent=below, child=child)
    assert joined is child
    with joined:
        assert [link.path for link in joined.chain.links] == [base, child1a]
        assert joined.read(0, 3) == b"b" * SECTOR + bytes(2 * SECTOR)
    assert_spent(below)


def test_writes_on_the_attached_chain_go_to_the_child_alone(
    base: Path, c0: Path, child1a: Path
) -> None:
    before = fingerprints(base.parent, leave_out=[child1a])
    with attach_pair(base, child1a) as joined:
        joined.write(0, b"n" * SECTOR)
        assert joined.read(0, 1) == b"n" * SECTOR
    assert fingerprints(base.parent, leave_out=[child1a]) == before
    with Chain.open(child1a) as chain:
        assert chain.read(0, 2) == b"n" * SECTOR + bytes(SECTOR)
    with Chain.open(c0) as chain:
        assert chain.read(0, 2) == b"b" * SECTOR + b"c" * SECTOR


@pytest.mark.judge
def test_what_was_written_through_an_attached_chain_is_what_qemu_reads(
    base: Path, c0: Path
) -> None:
    branch = make_child(c0, "branch.vmdk")
    with attach_pair(c0, branch) as joined:
        joined.write(5, b"n" * SECTOR)
        expected = joined.read(0, CAPACITY)
    assert base.exists()
    assert qemu.read(branch) == expected


def test_a_wrong_cid_is_refused_with_both_values(base: Path, child1a: Path) -> None:
    other = base.with_name("other.vmdk")
    create_disk(other, CAPACITY)
    below, child = open_pair(other, child1a)
    reason = refused(below, child)
    assert isinstance(reason, ContentIdMismatch)
    assert reason.code is VixCode.DISK_CID_MISMATCH
    with Chain.open(base) as chain, Chain.open(other) as wrong:
        assert f"{chain.tip.descriptor.cid:08x}" in str(reason)
        assert f"{wrong.tip.descriptor.cid:08x}" in str(reason)


def test_a_parent_that_was_written_meanwhile_is_refused(
    base: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    child_path = make_child(base, "child.vmdk")
    away = child_path.rename(tmp_path_factory.mktemp("away") / "child.vmdk")
    write_sector(base, 9, b"z")
    away.rename(child_path)
    below, child = open_pair(base, child_path)
    assert refused(below, child).code is VixCode.DISK_CID_MISMATCH


def test_a_wrong_capacity_is_refused_with_both_values(base: Path, child1a: Path) -> None:
    raw = child1a.read_bytes()
    larger = base.with_name("larger.vmdk")
    create_disk(larger, CAPACITY + 8)
    cid = raw.split(b"parentCID=")[1][:8]
    text = larger.read_bytes()
    larger_cid = text.split(b"CID=")[1][:8]
    larger.write_bytes(text.replace(larger_cid, cid))
    below, child = open_pair(larger, child1a)
    reason = refused(below, child)
    assert isinstance(reason, CapacityMismatch)
    assert reason.code is VixCode.DISK_CAPACITY_MISMATCH
    assert str(CAPACITY) in str(reason)
    assert str(CAPACITY + 8) in str(reason)


def test_a_base_disk_is_no_child(base: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.vmdk"
    create_disk(other, CAPACITY)
    below, child = open_pair(base, other)
    reason = refused(below, child)
    assert isinstance(reason, AttachRefused)
    assert reason.code is VixCode.DISK_ATTACH_ROOTLINK


def test_a_child_opened_with_its_parents_is_refused(base: Path, child1a: Path) -> None:
    below = Disk.open(base, access=Access.INSPECT)
    child = Disk.open(child1a, access=Access.WRITE)
    reason = refused(below, child)
    assert isinstance(reason, AttachRefused)
    assert reason.code is VixCode.DISK_PARENT_NOTALLOWED


def test_a_disk_is_not_its_own_parent(child1a: Path) -> None:
    below, child = open_pair(child1a, child1a, access=Access.STRICT)
    reason = refused(below, child)
    assert isinstance(reason, ChainLoop)
    assert reason.code is VixCode.DISK_INVALIDCHAIN


def test_a_link_of_the_parents_own_chain_is_refused(c0: Path, c1: Path) -> None:
    below = Disk.open(c1)
    child = Disk.open(c0, access=Access.INSPECT, single_link=True)
    reason = refused(below, child)
    assert isinstance(reason, ChainLoop)
    assert reason.code is VixCode.DISK_INVALIDCHAIN


def test_the_same_file_under_another_name_is_still_the_same(c0: Path, c1: Path) -> None:
    alias = c0.with_name("alias.vmdk")
    alias.hardlink_to(c0)
    below = Disk.open(c1)
    child = Disk.open(alias, access=Access.INSPECT, single_link=True)
    assert isinstance(refused(below, child), ChainLoop)


def test_a_parent_opened_without_its_own_parents_is_refused(c0: Path) -> None:
    branch = make_child(c0, "branch.vmdk")
    below = Disk.open(c0, access=Access.INSPECT, single_link=True)
    child = Disk.open(branch, access=Access.WRITE, single_link=True)
    assert can_attach(parent=below, child=child) is not None
    with pytest.raises(PartialChain) as caught:
        attach(parent=below, child=child)
    assert caught.value.code is VixCode.DISK_PARTIALCHAIN
    assert_spent(below)
    child.close()


def test_a_chain_of_more_than_32_links_is_refused_unless_told_otherwise(base: Path) -> None:
    tip = base
    for number in range(31):
        tip = make_child(tip, f"link{number:02d}.vmdk")
    deepest = tip.with_name("deepest.vmdk")
    with Chain.open(tip) as chain:
        assert len(chain.links) == 32
        with pytest.raises(ChainTooDeep) as caught:
            create_child(chain, deepest)
        assert caught.value.code is VixCode.DISK_TOOMANYREDO
        assert not deepest.exists()
        create_child(chain, deepest, max_links=33)
    below, child = open_pair(tip, deepest)
    reason = refused(below, child)
    assert isinstance(reason, ChainTooDeep)
    assert reason.code is VixCode.DISK_TOOMANYREDO
    assert (reason.path, reason.found, reason.expected) == (deepest, 33, "at most 32")
    with Chain.open(deepest) as chain:
        assert len(chain.links) == 33


def test_asking_changes_nothing(base: Path, child1a: Path) -> None:
    before = fingerprints(base.parent)
    below, child = open_pair(base, child1a)
    for _ in range(2):
        assert can_attach(parent=below, child=child) is None
    assert below.read(0, 1) == b"b" * SECTOR
    assert child.is_single_link
    below.close()
    child.close()
    assert fingerprints(base.parent) == before


def test_an_attach_changes_no_file(base: Path, child1a: Path) -> None:
    before = fingerprints(base.parent)
    attach_pair(base, child1a).close()
    assert fingerprints(base.parent) == before


def test_a_child_opened_for_reading_is_attached_for_reading(base: Path, child1a: Path) -> None:
    below, child = open_pair(base, child1a, access=Access.STRICT)
    with attach(parent=below, child=child) as joined:
        assert joined.read(0, 1) == b"b" * SECTOR
        assert not joined.writable
