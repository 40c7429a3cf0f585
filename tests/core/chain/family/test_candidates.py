"""What a parent that is not where its child says may be instead; never a wrong one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from redoscope_core import (
    Chain,
    ContentIdMismatch,
    Forest,
    Leniency,
    MissingParent,
    Policy,
)
from redoscope_core.errors import Reason
from tests.core.said import said
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

CAPACITY = 1024
VAGUE = (0, 0xFFFFFFFE)


def disk(
    path: Path,
    letter: str,
    cid: int,
    parent: int | None = None,
    hint: str | None = None,
    **more: int,
) -> Path:
    """Make a link whose first grain is full of *letter*."""
    path.parent.mkdir(exist_ok=True, parents=True)
    plan = SparsePlan(more.get("capacity", CAPACITY), grains={0: letter.encode() * 65536})
    ids = {} if parent is None else {"parent_cid": parent}
    return handmade.sparse_link(path, plan, cid=cid, hint=hint, **ids)


def opened(path: Path, policy: Policy | None = None) -> list[Path]:
    """Return the links of the chain of *path*, base disk first."""
    with Chain.open(path, policy=policy) as chain:
        return [link.path for link in chain.links]


@pytest.mark.parametrize("place", ["moved/base.vmdk", "renamed.vmdk", "a/b/old", ".base.vmdk"])
def test_a_parent_below_the_folder_is_found_by_its_content_id_and_told(
    tmp_path: Path, place: str
) -> None:
    base = disk(tmp_path / place, "b", 0x1234)
    kid = disk(tmp_path / "kid.vmdk", "k", 0x5678, 0x1234, "base.vmdk")
    with Chain.open(kid) as chain:
        assert [link.path for link in chain.links] == [base, kid]
        assert any(str(base) in note for note in said(chain))
    assert Forest.scan(tmp_path).nodes[base].children == (kid,)


@pytest.mark.parametrize("folders", [("kids", "bases"), ("a/b", "c")])
def test_the_folder_that_is_open_is_looked_through(
    tmp_path: Path, folders: tuple[str, str]
) -> None:
    kid = disk(tmp_path / folders[0] / "kid.vmdk", "k", 0x5678, 0x1234, "base.vmdk")
    base = disk(tmp_path / folders[1] / "x.vmdk", "b", 0x1234)
    assert Forest.scan(tmp_path).nodes[kid].parent == base
    assert opened(kid, Policy(opened=tmp_path)) == [base, kid]
    assert opened(kid, Policy(search=(tmp_path,))) == [base, kid]
    with pytest.raises(MissingParent):
        opened(kid)


def test_a_namesake_with_another_content_id_hides_nothing_and_is_called_one(tmp_path: Path) -> None:
    namesake = disk(tmp_path / "base.vmdk", "n", 0x9999)
    base = disk(tmp_path / "backup" / "base.vmdk", "b", 0x1234)
    kid = disk(tmp_path / "kid.vmdk", "k", 0x5678, 0x1234, "base.vmdk")
    with Chain.open(kid) as chain:
        assert chain.links[0].path == base
        assert any(str(namesake) in note and "another disk" in note for note in said(chain))
    base.unlink()
    with pytest.raises(ContentIdMismatch) as caught:
        opened(kid)
    assert (caught.value.parent, caught.value.candidates) == (namesake, ())


@pytest.mark.parametrize("cid", VAGUE)
def test_a_content_id_that_many_disks_have_proves_nothing_alone(tmp_path: Path, cid: int) -> None:
    kid = disk(tmp_path / "kid.vmdk", "k", 0x5678, cid, "base.vmdk")
    other = disk(tmp_path / "other.vmdk", "o", cid)
    with pytest.raises(MissingParent) as caught:
        opened(kid)
    (only,) = caught.value.candidates
    assert only.path == other
    assert only.reasons == (Reason.HAS_WANTED_CONTENT_ID, Reason.HAS_CAPACITY)
    base = disk(tmp_path / "moved" / "base.vmdk", "b", cid)
    disk(tmp_path / "small" / "base.vmdk", "s", cid, capacity=512)
    assert opened(kid) == [base, kid]


@pytest.mark.parametrize("cid", VAGUE)
def test_a_namesake_of_another_capacity_is_no_parent_though_it_has_such_a_content_id(
    tmp_path: Path, cid: int
) -> None:
    kid = disk(tmp_path / "kid.vmdk", "k", 0x5678, cid, "base.vmdk")
    namesake = disk(tmp_path / "base.vmdk", "n", cid, capacity=512)
    with pytest.raises(ContentIdMismatch) as caught:
        opened(kid)
    assert "another disk" in str(caught.value)
    assert Forest.scan(tmp_path).nodes[kid].parent is None
    assert opened(kid, Policy(frozenset({Leniency.CID_MISMATCH}))) == [namesake, kid]
    base = disk(tmp_path / "moved" / "base.vmdk", "b", cid)
    assert opened(kid) == [base, kid]


@pytest.mark.parametrize("cid", VAGUE)
def test_the_uuid_decides_between_disks_of_one_name_and_capacity(tmp_path: Path, cid: int) -> None:
    def text(path: Path, uuid: str, own: int, parent: int = 0xFFFFFFFF) -> Path:
        path.parent.mkdir(exist_ok=True)
        hint = "base.vmdk" if parent != 0xFFFFFFFF else None
        path.write_text(
            handmade.descriptor_text(["RW 256 ZERO"], cid=own, parent_cid=parent, hint=hint)
            + f'ddb.uuid = "60 00 C2 9{uuid}"\n'
        )
        return path

    kid = text(tmp_path / "kid.vmdk", "1", 0x5678, cid)
    namesake = text(tmp_path / "base.vmdk", "2", cid)
    assert opened(kid) == [namesake, kid]
    base = text(tmp_path / "old" / "base.vmdk", "1", cid)
    assert opened(kid) == [base, kid]


def test_copies_of_one_disk_are_all_named_and_none_is_taken(tmp_path: Path) -> None:
    kid = disk(tmp_path / "kid.vmdk", "k", 0x5678, 0x1234, "base.vmdk")
    first = disk(tmp_path / "a" / "x.vmdk", "b", 0x1234)
    (tmp_path / "b").mkdir()
    second = Path(shutil.copy(first, tmp_path / "b" / "y.vmdk"))
    with pytest.raises(MissingParent) as caught:
        opened(kid)
    assert {one.path for one in caught.value.candidates} == {first, second}
    assert all(str(one) in str(caught.value) for one in (first, second))
    named = Path(shutil.copy(first, tmp_path / "b" / "base.vmdk"))
    assert opened(kid) == [named, kid]


def test_a_child_that_nobody_has_written_is_not_taken_for_its_parent(tmp_path: Path) -> None:
    for name in ("kid.vmdk", "brother.vmdk"):
        disk(tmp_path / name, "k", 0x1234, 0x1234, "base.vmdk")
    with pytest.raises(MissingParent):
        opened(tmp_path / "kid.vmdk")


def test_a_name_that_differs_in_the_suffix_is_a_candidate(tmp_path: Path) -> None:
    kid = disk(tmp_path / "kid.vmdk", "k", 0x5678, 0x1234, "base.vmdk")
    other = disk(tmp_path / "base.vmdk.bak", "n", 0x9999)
    with pytest.raises(MissingParent) as caught:
        opened(kid)
    assert caught.value.candidates == ((other, (Reason.SUFFIX_DIFFERS,)),)
