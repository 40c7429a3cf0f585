"""A tree, a check and whatever writes agree on who is a child."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Disk, Forest, HasChildren, Policy, create_child, create_disk
from redoscope_core.chain.family.children import children_of
from redoscope_core.chain.family.listing import links_above, links_below
from redoscope_core.operations.examining.check import check_folder
from tests.core.finished import finished
from tests.core.links import make_child
from tests.judges import handmade

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("base.REDO", "base.vmdk.REDO_a1b2c3", "KID.VMD", ".kid.vmdk", "kid", "KID.VMDK", "kid.log")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A base disk in a folder of its own."""
    (tmp_path / "vm").mkdir()
    create_disk(tmp_path / "vm" / "base.vmdk", 256)
    return tmp_path / "vm" / "base.vmdk"


def agreed(base: Path, asked: Path, policy: Policy | None = None) -> tuple[Path, ...]:
    """Return the children of *base*, on which the tree of *asked* and a write must agree."""
    policy = policy or Policy()
    in_tree = Forest.scan(asked, policy=policy).nodes[base].children
    assert set(in_tree) == set(children_of(base, policy))
    if in_tree:
        with pytest.raises(HasChildren) as caught:
            Disk.open(base, access=Access.WRITE, policy=policy)
        assert all(child.name in str(caught.value) for child in in_tree)
    return in_tree


def _text(base: Path, hint: str) -> str:
    with Disk.open(base, access=Access.INSPECT) as disk:
        cid = disk.chain.tip.descriptor.cid
    return handmade.descriptor_text(["RW 256 ZERO"], cid=0x12345678, parent_cid=cid, hint=hint)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("comments", [0, 400], ids=["plain", "after comments"])
def test_a_child_under_any_name_is_in_the_tree(base: Path, name: str, comments: int) -> None:
    child = base.with_name(name)
    if comments:
        child.write_text("# a comment\n" * comments + _text(base, base.name))
    else:
        make_child(base, "kid_.vmdk").rename(child)
    assert agreed(base, base.parent) == (child,)
    assert agreed(base, base) == (child,)
    assert [one.tip for one in finished(check_folder(base.parent)).chains] == [child]


@pytest.mark.parametrize("asked", ["vm", "vm/base.vmdk"])
def test_a_child_that_was_recorded_elsewhere_is_in_the_tree(
    base: Path, tmp_path: Path, asked: str
) -> None:
    (tmp_path / "case").mkdir()
    child = tmp_path / "case" / "kid.vmdk"
    with Disk.open(base, access=Access.INSPECT) as parent:
        create_child(parent.chain, child)
    assert agreed(base, tmp_path / asked) == (child,)


def test_a_child_of_another_program_below_the_folder_protects_its_parent(base: Path) -> None:
    (base.parent / "a" / "b").mkdir(parents=True)
    child = base.parent / "a" / "b" / "kid.vmdk"
    child.write_text(_text(base, "../../base.vmdk"))
    assert agreed(base, base.parent) == (child,)


@pytest.mark.parametrize("moved", ["old", "old/very old", "a/b/c/d"])
@pytest.mark.parametrize("named", ["base.vmdk", "gone.vmdk", "C:\\VMs\\base.vmdk"])
def test_a_parent_below_its_child_that_is_found_by_content_id_is_protected(
    base: Path, moved: str, named: str
) -> None:
    child = base.with_name("kid.vmdk")
    child.write_text(_text(base, named))
    (base.parent / moved).mkdir(parents=True)
    parent = base.rename(base.parent / moved / "renamed.vmdk")
    assert agreed(parent, child.parent) == (child,)
    assert agreed(parent, parent) == (child,)
    assert agreed(parent, parent.parent) == (child,)


def test_a_child_beside_it_in_the_folder_that_is_open_protects_its_parent(base: Path) -> None:
    other = base.parent.with_name("other")
    other.mkdir()
    child = other / "kid.vmdk"
    child.write_text(_text(base, "base.vmdk"))
    assert agreed(base, base.parent.parent, Policy(opened=base.parent.parent)) == (child,)
    assert children_of(base, Policy()) == ()


def test_a_link_above_that_has_its_own_parent_protects_no_other(base: Path) -> None:
    child = make_child(base, "kid.vmdk")
    (base.parent / "copies").mkdir()
    copy = base.parent / "copies" / "base.vmdk"
    copy.write_bytes(base.read_bytes())
    assert agreed(copy, base.parent) == ()
    assert agreed(base, base.parent) == (child,)


def test_a_child_in_a_searched_folder_is_in_the_tree(base: Path, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    child = tmp_path / "more" / "kid.REDO"
    child.write_text(_text(base, "base.vmdk"))
    policy = Policy(search=(tmp_path / "more", base.parent))
    assert agreed(base, base, policy) == (child,)


def test_a_page_that_quotes_a_descriptor_is_no_disk(base: Path) -> None:
    page = "# The format\n\nA text looks so:\n\n" + "# more\n" * 100 + _text(base, "base.vmdk")
    base.with_name("FORMATS.md").write_text(page)
    (base.with_name("script")).write_text("#!/bin/sh\n" * 100)
    assert agreed(base, base.parent) == ()
    assert set(Forest.scan(base.parent).nodes) == {base}


def test_what_is_looked_at_below_a_folder_is_bounded_and_links_are_not_followed(
    tmp_path: Path,
) -> None:
    near, far = tmp_path / "in" / "a", tmp_path / "in" / "a" / "b"
    far.mkdir(parents=True)
    for folder in (near, far):
        create_disk(folder / "disk.vmdk", 256)
    (tmp_path / "in" / "loop").symlink_to(tmp_path)
    (tmp_path / "out").mkdir()
    create_disk(tmp_path / "out" / "secret.vmdk", 256)
    assert links_below(tmp_path / "in") == ((near / "disk.vmdk", far / "disk.vmdk"), True)
    assert links_below(tmp_path / "in", most=4) == ((near / "disk.vmdk",), False)
    assert links_below(tmp_path / "nowhere").links == ()
    (far / "c").mkdir()
    above = links_above(far / "c", most=10_000).links
    assert above[:2] == (far / "disk.vmdk", near / "disk.vmdk")
    assert links_above(far / "c", most=2) == ((far / "disk.vmdk",), False)
