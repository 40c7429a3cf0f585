"""The forest of a folder: links, parents, children, branches, orphans and faults."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Chain,
    FileMissing,
    Forest,
    NotAVmdk,
    Policy,
    VmdkError,
    create_disk,
    sentences,
)
from tests.core.bad_disks import BAD_GRAINS
from tests.core.links import make_child, write_sector
from tests.core.trees import Tree
from tests.judges import handmade, qemu
from tests.judges.handmade import SparsePlan
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path


def codes(forest: Forest, path: Path) -> list[str]:
    """Return the codes of the faults of one link."""
    return [fault.kind.value for fault in forest.nodes[path].faults]


@pytest.fixture
def family(tmp_path: Path) -> Path:
    """A folder with a base disk, its children c0 and c0b, and c1, the child of c0."""
    base = tmp_path / "base.vmdk"
    create_disk(base, 1024, comment="freshly installed")
    c0 = make_child(base, "c0.vmdk")
    make_child(base, "c0b.vmdk")
    make_child(c0, "c1.vmdk")
    for number, name in enumerate(["base.vmdk", "c0.vmdk", "c0b.vmdk", "c1.vmdk"]):
        os.utime(tmp_path / name, (1000 + number, 1000 + number))
    return tmp_path


def test_the_nodes_are_the_links_as_parents_and_children(family: Path) -> None:
    forest = Forest.scan(family)
    base, c0, c0b, c1 = (family / f"{name}.vmdk" for name in ("base", "c0", "c0b", "c1"))
    assert list(forest.nodes) == [base, c0, c1, c0b]
    assert forest.roots == (base,)
    assert forest.tips == (c1, c0b)
    assert forest.nodes[base].children == (c0, c0b)
    assert [forest.nodes[path].parent for path in (base, c0, c0b, c1)] == [None, base, base, c0]
    assert forest.chain_of(c1) == (base, c0, c1)
    assert all(node.faults == () for node in forest.nodes.values())
    assert forest.leaf is None


def test_a_node_tells_what_its_link_tells(family: Path) -> None:
    node = Forest.scan(family).nodes[family / "base.vmdk"]
    with Chain.open(family / "base.vmdk") as chain:
        assert (node.cid, node.parent_cid) == (chain.tip.descriptor.cid, 0xFFFFFFFF)
    assert (node.capacity, node.kind) == (1024, "monolithicSparse")
    assert (node.comment, node.in_use, node.modified) == ("freshly installed", False, 1000.0)
    assert 0 < node.stored_bytes <= 65536


def test_looking_changes_nothing(family: Path) -> None:
    before = fingerprints(family)
    Forest.scan(family)
    Forest.scan(family / "c1.vmdk")
    assert fingerprints(family) == before


def test_a_disk_brings_its_own_tree_only(family: Path) -> None:
    create_disk(family / "stranger.vmdk", 1024)
    assert family / "stranger.vmdk" in Forest.scan(family).nodes
    found = Forest.scan(family / "c1.vmdk").nodes
    assert set(found) == {family / f"{name}.vmdk" for name in ("base", "c0", "c0b", "c1")}


def test_links_in_folders_below_are_found(family: Path) -> None:
    (family / "below").mkdir()
    deep = family / "below" / "deep.vmdk"
    make_child(family / "c1.vmdk", deep)
    forest = Forest.scan(family)
    assert codes(forest, deep) == []
    assert forest.chain_of(deep)[-2:] == (family / "c1.vmdk", deep)


def test_extents_are_not_links_of_their_own(tmp_path: Path) -> None:
    create_disk(tmp_path / "flat.vmdk", 1024, kind="monolithicFlat")
    create_disk(tmp_path / "split.vmdk", 1024, kind="twoGbMaxExtentSparse")
    forest = Forest.scan(tmp_path)
    assert set(forest.nodes) == {tmp_path / "flat.vmdk", tmp_path / "split.vmdk"}
    assert all(node.faults == () for node in forest.nodes.values())


def test_an_orphan_says_that_its_parent_is_missing(family: Path) -> None:
    (family / "c0.vmdk").unlink()
    forest = Forest.scan(family)
    orphan = family / "c1.vmdk"
    assert codes(forest, orphan) == ["missing-parent"]
    assert "c0.vmdk" in sentences.text(forest.nodes[orphan].faults[0])
    assert sentences.cure(forest.nodes[orphan].faults[0])
    assert forest.nodes[orphan].parent is None
    assert orphan in forest.roots
    assert codes(forest, family / "c0b.vmdk") == []


def test_a_changed_parent_is_told_and_still_drawn(family: Path) -> None:
    raw = (family / "base.vmdk").read_bytes()
    cid = raw.split(b"CID=")[1][:8]
    (family / "base.vmdk").write_bytes(raw.replace(b"CID=" + cid, b"CID=0badc1d0", 1))
    forest = Forest.scan(family)
    for name in ("c0.vmdk", "c0b.vmdk"):
        assert codes(forest, family / name) == ["wrong-cid"]
        assert forest.nodes[family / name].parent == family / "base.vmdk"
    assert codes(forest, family / "c1.vmdk") == []


def test_a_parent_of_another_capacity_is_told(tmp_path: Path) -> None:
    base = handmade.sparse_link(tmp_path / "base.vmdk", SparsePlan(128), cid=5)
    child = handmade.sparse_link(
        tmp_path / "child.vmdk", SparsePlan(256), cid=6, parent_cid=5, hint=base.name
    )
    forest = Forest.scan(tmp_path)
    assert codes(forest, child) == ["capacity"]
    assert "128" in sentences.text(forest.nodes[child].faults[0])
    assert forest.nodes[child].parent == base


def test_a_circle_is_told_and_cut(tmp_path: Path) -> None:
    for cid, below in ((5, 6), (6, 7), (7, 5)):
        handmade.sparse_link(
            tmp_path / f"link{cid}.vmdk",
            SparsePlan(128),
            cid=cid,
            parent_cid=below,
            hint=f"link{below}.vmdk",
        )
    forest = Forest.scan(tmp_path)
    assert len(forest.nodes) == 3
    assert any("loop" in codes(forest, path) for path in forest.nodes)
    assert forest.roots
    for path in forest.nodes:
        assert len(forest.chain_of(path)) <= 3


def test_a_tail_that_leads_into_a_circle_is_listed(tmp_path: Path) -> None:
    for cid, below in ((5, 6), (6, 5), (7, 5), (8, 7)):
        handmade.sparse_link(
            tmp_path / f"link{cid}.vmdk",
            SparsePlan(128),
            cid=cid,
            parent_cid=below,
            hint=f"link{below}.vmdk",
        )
    forest = Forest.scan(tmp_path)
    assert set(forest.nodes) == {tmp_path / f"link{cid}.vmdk" for cid in (5, 6, 7, 8)}
    assert forest.chain_of(tmp_path / "link8.vmdk")[-1] == tmp_path / "link8.vmdk"


def test_a_file_that_is_no_disk_is_a_node_with_its_fault(family: Path) -> None:
    broken = family / "broken.vmdk"
    broken.write_bytes(b"hello")
    forest = Forest.scan(family)
    assert codes(forest, broken) == ["unreadable"]
    assert forest.nodes[broken].kind is None
    assert forest.nodes[broken].cid is None


def test_a_missing_extent_is_told(tmp_path: Path) -> None:
    create_disk(tmp_path / "flat.vmdk", 1024, kind="monolithicFlat")
    (tmp_path / "flat-flat.vmdk").unlink()
    forest = Forest.scan(tmp_path)
    assert codes(forest, tmp_path / "flat.vmdk") == ["missing-data"]
    assert "flat-flat.vmdk" in sentences.line(forest.nodes[tmp_path / "flat.vmdk"].faults[0])


@pytest.mark.parametrize("name", BAD_GRAINS)
def test_a_damaged_link_is_told_where_the_tables_are_read(tmp_path: Path, name: str) -> None:
    path = BAD_GRAINS[name].make(tmp_path)
    forest = Forest.scan(tmp_path, tables=True)
    assert codes(forest, path) == ["damaged"]


@pytest.mark.parametrize("order", [("vm-000001.vmdk", "base.vmdk"), ("base.vmdk", "other.vmdk")])
def test_the_leaf_is_the_disk_that_the_machine_names(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    base = tmp_path / "base.vmdk"
    create_disk(base, 1024)
    create_disk(tmp_path / "other.vmdk", 1024)
    make_child(base, "vm-000001.vmdk")
    lines = [
        f'scsi0:{unit}.present = "TRUE"\nscsi0:{unit}.fileName = "{name}"\n'
        for unit, name in enumerate(order)
    ]
    vmx = tmp_path / "vm.vmx"
    vmx.write_text("".join(lines))
    assert Forest.scan(tmp_path).leaf == tmp_path / order[0]
    assert Forest.scan(vmx).leaf == tmp_path / order[0]


def test_a_machine_that_names_a_missing_disk_has_no_leaf(family: Path) -> None:
    vmx = family / "vm.vmx"
    vmx.write_text('scsi0:0.present = "TRUE"\nscsi0:0.fileName = "gone.vmdk"\n')
    forest = Forest.scan(vmx)
    assert forest.leaf is None
    assert len(forest.nodes) == 4


def test_a_link_in_use_says_so(family: Path) -> None:
    lock = family / "c1.vmdk.lck"
    lock.mkdir()
    (lock / "M1.lck").touch()
    forest = Forest.scan(family)
    assert forest.nodes[family / "c1.vmdk"].in_use
    assert not forest.nodes[family / "c0.vmdk"].in_use


def test_a_parent_in_a_searched_folder_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    base = tmp_path / "a" / "base.vmdk"
    create_disk(base, 1024)
    child = make_child(base, "child.vmdk")
    child = child.rename(tmp_path / "b" / "child.vmdk")
    assert codes(Forest.scan(tmp_path / "b"), child) == ["missing-parent"]
    forest = Forest.scan(tmp_path / "b", policy=Policy(search=(tmp_path / "a",)))
    assert forest.nodes[child].parent == base
    assert forest.chain_of(child) == (base, child)


@pytest.mark.parametrize("name", ["gone", "gone.vmdk", "gone.vmx", "x" * 5000])
def test_what_is_not_there_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(VmdkError):
        Forest.scan(tmp_path / name)


def test_an_empty_folder_is_an_empty_forest(tmp_path: Path) -> None:
    forest = Forest.scan(tmp_path)
    assert (dict(forest.nodes), forest.roots, forest.tips) == ({}, (), ())


def test_a_file_that_is_no_disk_is_an_error_if_it_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "notes.vmdk").write_text("shopping list")
    with pytest.raises(NotAVmdk):
        Forest.scan(tmp_path / "notes.vmdk")
    with pytest.raises(FileMissing):
        Forest.scan(tmp_path / "gone.vmdk")


@pytest.mark.skipif(sys.platform == "darwin", reason="its file names are always UTF-8")
def test_names_that_are_no_text_are_links_too(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"d\xffsk.vmdk")
    handmade.sparse_link(tmp_path / "disk.vmdk", SparsePlan(128)).rename(path)
    assert Forest.scan(tmp_path).nodes[path].capacity == 128


def test_a_chain_of_three_hundred_links_is_drawn(tmp_path: Path) -> None:
    for number in range(300):
        handmade.sparse_link(
            tmp_path / f"link{number:03d}.vmdk",
            SparsePlan(128),
            cid=number,
            parent_cid=number - 1 if number else handmade.NO_PARENT,
            hint=f"link{number - 1:03d}.vmdk" if number else None,
        )
    forest = Forest.scan(tmp_path)
    assert len(forest.chain_of(tmp_path / "link299.vmdk")) == 300
    assert forest.tips == (tmp_path / "link299.vmdk",)


@pytest.mark.judge
@pytest.mark.parametrize("seed", range(4))
def test_a_random_tree_of_qemu_is_the_tree_that_was_made(tmp_path: Path, seed: int) -> None:
    tree = Tree(tmp_path, 500 + seed, capacity=1001).grow(8)
    forest = Forest.scan(tmp_path)
    assert set(forest.nodes) == {made.path for made in tree.links}
    for index, made in enumerate(tree.links):
        node = forest.nodes[made.path]
        expected = None if made.parent is None else tree.links[made.parent].path
        assert (node.parent, node.faults) == (expected, ())
        assert set(node.children) == {other.path for other in tree.links if other.parent == index}
        chain = [link["filename"] for link in reversed(qemu.chain_info(made.path))]
        assert [str(path) for path in forest.chain_of(made.path)] == chain


def test_the_youngest_child_is_the_last(family: Path) -> None:
    write_sector(family / "c0b.vmdk", 0, b"x")
    os.utime(family / "c0b.vmdk", (5, 5))
    forest = Forest.scan(family)
    assert forest.nodes[family / "base.vmdk"].children == (
        family / "c0b.vmdk",
        family / "c0.vmdk",
    )
