"""Finding parents: hints, folders to search, content IDs, and how deep a chain may be."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Access,
    Chain,
    ChainTooDeep,
    ContentIdMismatch,
    Disk,
    MissingParent,
    Policy,
    VixCode,
    VmdkError,
    create_disk,
)
from redoscope_core.chain.family.neighbours import Neighbours
from redoscope_core.chain.family.parents import parents_of
from redoscope_core.leniency import Leniency
from tests.core.links import make_chain
from tests.core.outcomes import is_one_line
from tests.core.said import said
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512


def test_a_changed_parent_is_an_error_with_both_values_that_can_be_overruled(
    chain3: list[Path],
) -> None:
    raw = chain3[0].read_bytes()
    cid = raw.split(b"CID=")[1][:8]
    chain3[0].write_bytes(raw.replace(b"CID=" + cid, b"CID=0badc1d0", 1))
    with pytest.raises(ContentIdMismatch) as caught:
        Chain.open(chain3[2])
    assert caught.value.code is VixCode.DISK_CID_MISMATCH
    assert "0badc1d0" in str(caught.value)
    assert cid.decode() in str(caught.value)
    assert caught.value.path == chain3[1]
    policy = Policy().allowing(Leniency.CID_MISMATCH)
    with Chain.open(chain3[2], policy=policy) as chain:
        assert chain.read(0, 1) == b"2" * SECTOR
        assert any("0badc1d0" in note for note in said(chain))
    with pytest.raises(VmdkError):
        Disk.open(chain3[2], access=Access.WRITE, policy=policy)


def test_of_two_bad_pairs_the_one_nearest_the_tip_is_told(tmp_path: Path) -> None:
    paths = make_chain(tmp_path, 5)
    for index in (0, 2):
        raw = paths[index].read_bytes()
        cid = raw.split(b"CID=")[1][:8]
        paths[index].write_bytes(raw.replace(b"CID=" + cid, b"CID=0badc1d%d" % index, 1))
    with pytest.raises(ContentIdMismatch) as caught:
        Chain.open(paths[4])
    assert caught.value.path == paths[3]
    assert "0badc1d2" in str(caught.value)


@pytest.mark.parametrize("instead", [None, b"", b"junk", b"KDMV" + bytes(600)])
def test_what_was_tried_is_told_without_a_cure_of_its_own(
    chain3: list[Path], instead: bytes | None
) -> None:
    chain3[-2].unlink()
    if instead is not None:
        chain3[-2].write_bytes(instead)
    with pytest.raises(MissingParent) as caught:
        Chain.open(chain3[-1])
    error = caught.value
    reason = "" if instead is None else " ("
    assert f"no disk at {chain3[-2]}{reason}" in str(error.found)
    assert ";" not in error.facts
    assert error.cure is not None
    assert str(error).count(error.cure) == 1


def test_a_missing_parent_is_named_with_all_that_was_tried(chain3: list[Path]) -> None:
    chain3[0].unlink()
    with pytest.raises(MissingParent) as caught:
        Chain.open(chain3[2])
    assert caught.value.code is VixCode.DISK_OPENPARENT
    assert caught.value.path == chain3[1]
    assert "link0.vmdk" in str(caught.value)
    assert is_one_line(caught.value)


def test_a_missing_parent_is_found_in_a_searched_folder_by_its_content_id(
    chain3: list[Path], tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a-decoy.vmdk").write_bytes(b"not a disk")
    create_disk(elsewhere / "b-decoy.vmdk", 1024)
    chain3[0].rename(elsewhere / "renamed.vmdk")
    policy = Policy(search=(elsewhere,))
    with Chain.open(chain3[2], policy=policy) as chain:
        assert chain.links[0].path == elsewhere / "renamed.vmdk"
        assert chain.up_to(0).read(0, 1) == b"0" * SECTOR


@pytest.mark.parametrize("hint", ["C:\\vms\\base.vmdk", "/gone/base.vmdk", "x/y/base.vmdk"])
def test_a_stale_hint_is_helped_by_the_name_beside_the_child(tmp_path: Path, hint: str) -> None:
    plan = SparsePlan(1024, grains={0: b"b" * 65536})
    handmade.sparse_link(tmp_path / "base.vmdk", plan, cid=5)
    child = handmade.sparse_link(
        tmp_path / "child.vmdk", SparsePlan(1024), cid=6, parent_cid=5, hint=hint
    )
    with Chain.open(child) as chain:
        assert chain.links[0].path == tmp_path / "base.vmdk"
        assert chain.read(0, 1) == b"b" * SECTOR


def test_the_exact_hint_comes_before_the_name_beside_the_child(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for path, letter in ((tmp_path / "sub" / "base.vmdk", b"r"), (tmp_path / "base.vmdk", b"w")):
        handmade.sparse_link(path, SparsePlan(1024, grains={0: letter * 65536}), cid=5)
    child = handmade.sparse_link(
        tmp_path / "child.vmdk", SparsePlan(1024), cid=6, parent_cid=5, hint="sub/base.vmdk"
    )
    with Chain.open(child) as chain:
        assert chain.read(0, 1) == b"r" * SECTOR


def test_a_decoy_with_the_wrong_content_id_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    handmade.sparse_link(tmp_path / "sub" / "base.vmdk", SparsePlan(1024), cid=99)
    right = SparsePlan(1024, grains={0: b"r" * 65536})
    handmade.sparse_link(tmp_path / "base.vmdk", right, cid=5)
    child = handmade.sparse_link(
        tmp_path / "child.vmdk", SparsePlan(1024), cid=6, parent_cid=5, hint="sub/base.vmdk"
    )
    with Chain.open(child) as chain:
        assert chain.read(0, 1) == b"r" * SECTOR


def test_more_links_than_the_policy_allows_are_refused(chain3: list[Path]) -> None:
    with pytest.raises(ChainTooDeep) as caught:
        Chain.open(chain3[2], policy=Policy(max_links=2))
    assert caught.value.code is VixCode.DISK_TOOMANYREDO
    with Chain.open(chain3[2], policy=Policy(max_links=3)) as chain:
        assert len(chain.links) == 3


def test_256_links_are_read_and_one_more_is_refused(tmp_path: Path) -> None:
    paths = [tmp_path / f"link{number}.vmdk" for number in range(257)]
    handmade.sparse_link(paths[0], SparsePlan(128, grains={0: b"0" * 65536}), cid=1)
    for number in range(1, 257):
        hint = paths[number - 1].name
        handmade.sparse_link(
            paths[number], SparsePlan(128), cid=number + 1, parent_cid=number, hint=hint
        )
    with Chain.open(paths[255]) as chain:
        assert len(chain.links) == 256
        assert chain.read(0, 1) == b"0" * SECTOR
        assert chain.owner(0).depth == 255
    with pytest.raises(ChainTooDeep):
        Chain.open(paths[256])


def test_a_hint_without_a_parent_cid_is_a_base_disk_with_a_note(tmp_path: Path) -> None:
    path = handmade.sparse_link(tmp_path / "disk.vmdk", SparsePlan(128), hint="ghost.vmdk")
    with Chain.open(path) as chain:
        assert len(chain.links) == 1
        assert any("parent" in note for note in said(chain))


def test_a_parent_cid_without_a_hint_is_an_error_and_no_base_disk(tmp_path: Path) -> None:
    path = handmade.sparse_link(tmp_path / "disk.vmdk", SparsePlan(128), parent_cid=5)
    with pytest.raises(MissingParent):
        Chain.open(path)


def test_a_parent_that_fits_where_it_is_named_is_the_only_one(tmp_path: Path) -> None:
    base, kid = make_chain(tmp_path, 2)
    asked = Neighbours()
    descriptor = asked.descriptor(kid)
    assert parents_of(kid, descriptor, Policy(), asked, below=True) == [base]
    # Whoever has its name now is broken too, beside the one that the child reads.
    moved = base.rename(tmp_path / "moved.vmdk")
    create_disk(base, 2048)
    assert parents_of(kid, descriptor, Policy(), Neighbours(), below=True) == [base, moved]
    base.write_text("no disk")
    assert parents_of(kid, descriptor, Policy(), Neighbours(), below=True) == [base, moved]
    base.unlink()
    assert parents_of(kid, descriptor, Policy(), Neighbours(), below=True) == [moved]


@pytest.mark.parametrize("copy", ["below/base.vmdk", "below/deep/other name.vmdk", "kept.vmdk"])
def test_a_parent_that_may_not_be_read_is_not_replaced_by_a_copy_of_it(
    tmp_path: Path, copy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, child = make_chain(tmp_path, 2)
    place = tmp_path / copy
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(base.read_bytes())
    opened = os.open

    def refuse_base(path: str, *arguments: int, **named: int) -> int:
        if Path(path) == base:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opened(path, *arguments, **named)

    monkeypatch.setattr(os, "open", refuse_base)
    with pytest.raises(MissingParent) as refused:
        Chain.open(child)
    assert [candidate.path for candidate in refused.value.candidates] == [place]
    assert str(base) in str(refused.value)
    assert "denied" in str(refused.value)
    # Who names the folder has decided.
    with Chain.open(child, policy=Policy(search=(place.parent,))) as chain:
        assert [link.path for link in chain.links] == [place, child]
