"""They write, we read: chains made by qemu, of every kind, at every generation."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from redoscope_core import Chain, Leniency, Link, MissingParent, Policy
from tests.core.chains import map_of
from tests.core.said import said
from tests.core.trees import BASE_KINDS, CHILD_KINDS, Tree, make_base
from tests.judges import qemu
from tests.judges.handmade import descriptor_text
from tests.judges.qemu import MapArea, Write
from tests.judges.trees import fingerprints

pytestmark = pytest.mark.judge

SECTOR = 512
MEBIBYTE = 2048
"""Sectors in a MiB."""


def assert_read_as_qemu_reads(path: Path) -> None:
    """Compare bytes and map of one generation with qemu's."""
    with Chain.open(path) as chain:
        assert chain.read(0, chain.capacity) == qemu.read(path)
        assert map_of(chain) == qemu.map_areas(path)


@pytest.mark.parametrize("seed", range(24))
def test_every_generation_of_a_random_tree_reads_as_in_qemu(tmp_path: Path, seed: int) -> None:
    tree = Tree(tmp_path, seed).grow(1 + seed % 7)
    before = fingerprints(tmp_path)
    for made in tree.links:
        assert qemu.read(made.path) == made.content
        assert_read_as_qemu_reads(made.path)
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize("kind", BASE_KINDS)
@pytest.mark.parametrize("capacity", [1, 1001, 4096])
def test_a_child_of_every_kind_of_base_reads_as_in_qemu(
    tmp_path: Path, kind: str, capacity: int
) -> None:
    tree = Tree(tmp_path, seed=capacity, capacity=capacity)
    tree.grow_base(kind)
    tree.grow_child(0)
    assert_read_as_qemu_reads(tree.links[0].path)
    assert_read_as_qemu_reads(tree.links[1].path)


def test_a_chain_of_forty_links_reads_as_in_qemu_at_every_generation(tmp_path: Path) -> None:
    tree = Tree(tmp_path, seed=40, capacity=2048).grow(40, branches=False)
    with Chain.open(tree.links[-1].path) as chain:
        assert len(chain.links) == 40
        for index, made in enumerate(tree.links):
            generation = chain.up_to(index)
            assert generation.read(0, generation.capacity) == made.content == qemu.read(made.path)
            assert map_of(generation) == qemu.map_areas(made.path)


def test_older_generations_of_an_open_chain_are_what_was_written_then(tmp_path: Path) -> None:
    tree = Tree(tmp_path, seed=7, capacity=3000).grow(6)
    for index in range(len(tree.links)):
        path = tree.path_to(index)
        with Chain.open(tree.links[index].path) as chain:
            for generation, link in enumerate(path):
                assert chain.up_to(generation).read(0, 3000) == tree.links[link].content


@pytest.mark.parametrize("kind", ["twoGbMaxExtentSparse", "twoGbMaxExtentFlat"])
def test_a_disk_in_two_pieces_is_read_across_the_seam(tmp_path: Path, kind: str) -> None:
    seam = 2048 * MEBIBYTE
    base = qemu.create(tmp_path / "base.vmdk", seam + 3 * MEBIBYTE + 1, kind=kind)
    qemu.write(base, [Write(seam - 3, random.Random(1).randbytes(6 * SECTOR))])
    child = qemu.create(tmp_path / "child.vmdk", kind=CHILD_KINDS[1], parent=base)
    qemu.write(child, [Write(seam - 1, b"c" * SECTOR), Write(seam + MEBIBYTE, b"d" * 99 * SECTOR)])
    with Chain.open(child) as chain:
        assert len(chain.links[1].files) == 2
        assert map_of(chain) == qemu.map_areas(child)
        for start in (seam - 200, seam - 1, seam, seam + MEBIBYTE - 7, chain.capacity - 300):
            assert chain.read(start, 300) == qemu.read_window(child, start, 300)


def test_many_small_pieces_are_read_as_one_disk(tmp_path: Path) -> None:
    rng = random.Random(3)
    lines = []
    for number in range(1, 6):
        piece = qemu.create(tmp_path / f"piece{number}.vmdk", 128 * number)
        qemu.write(piece, [Write(rng.randrange(100), rng.randbytes(10 * SECTOR))])
        lines.append(f'RW {128 * number} SPARSE "{piece.name}"')
    disk = tmp_path / "disk.vmdk"
    disk.write_text(descriptor_text(lines, kind="twoGbMaxExtentSparse"))
    assert_read_as_qemu_reads(disk)


def test_a_flat_extent_that_starts_inside_its_file_is_read_from_there(tmp_path: Path) -> None:
    data = random.Random(5).randbytes(24 * SECTOR)
    (tmp_path / "flat.bin").write_bytes(data)
    disk = tmp_path / "disk.vmdk"
    lines = ['RW 10 FLAT "flat.bin" 14', 'RW 14 FLAT "flat.bin" 0']
    disk.write_text(descriptor_text(lines, kind="twoGbMaxExtentFlat"))
    assert_read_as_qemu_reads(disk)
    with Chain.open(disk) as chain:
        assert chain.read(0, 24) == data[14 * SECTOR :] + data[: 14 * SECTOR]


def test_the_cid_that_qemu_shortens_is_still_the_parents(tmp_path: Path) -> None:
    base = make_base(tmp_path / "base.vmdk", 2048, "monolithicFlat")
    text = base.read_text()
    cid = text.split("CID=")[1].split("\n")[0]
    base.write_text(text.replace(f"CID={cid}", "CID=00c0ffee", 1))
    child = qemu.create(tmp_path / "child.vmdk", parent=base)
    assert "parentCID=c0ffee\n" in child.read_bytes()[:2048].decode(errors="replace")
    assert_read_as_qemu_reads(child)


def test_an_absolute_parent_outside_the_folder_is_followed_only_if_allowed(
    tmp_path: Path,
) -> None:
    (tmp_path / "bases").mkdir()
    (tmp_path / "children").mkdir()
    base = qemu.create(tmp_path / "bases" / "base.vmdk", 2048)
    qemu.write(base, [Write(1, b"b" * SECTOR)])
    child = qemu.create(tmp_path / "children" / "child.vmdk", parent=base)
    with pytest.raises(MissingParent, match="outside the folder") as caught:
        Chain.open(child)
    assert caught.value.leniency is Leniency.OUTSIDE
    for policy in (Policy().allowing(Leniency.OUTSIDE), Policy(search=(tmp_path / "bases",))):
        with Chain.open(child, policy=policy) as chain:
            assert chain.read(0, 2048) == qemu.read(child)
            assert map_of(chain) == qemu.map_areas(child)


def test_a_relative_parent_in_another_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "bases").mkdir()
    (tmp_path / "children").mkdir()
    base = qemu.create(tmp_path / "bases" / "base.vmdk", 2048)
    qemu.write(base, [Write(1, b"b" * SECTOR)])
    child = tmp_path / "children" / "child.vmdk"
    qemu.create(child, parent=Path("..", "bases", "base.vmdk"))
    assert_read_as_qemu_reads(child)


def test_a_child_larger_than_its_parent_shows_zeros_past_the_parents_end(tmp_path: Path) -> None:
    base = qemu.create(tmp_path / "base.vmdk", 200, kind="monolithicFlat")
    qemu.write(base, [Write(0, b"b" * 200 * SECTOR)])
    child = qemu.create(tmp_path / "child.vmdk", 1000, parent=base)
    qemu.write(child, [Write(150, b"c" * SECTOR), Write(700, b"d" * SECTOR)])
    with Chain.open(child) as chain:
        assert chain.read(0, 1000) == qemu.read(child)
        assert any("200" in note and "1000" in note for note in said(chain))


def test_a_child_smaller_than_its_parent_cuts_it(tmp_path: Path) -> None:
    base = qemu.create(tmp_path / "base.vmdk", 1000, kind="monolithicFlat")
    qemu.write(base, [Write(0, b"b" * 1000 * SECTOR)])
    small = qemu.create(tmp_path / "small.vmdk", 300, parent=base)
    large = qemu.create(tmp_path / "large.vmdk", 900, parent=small)
    for path in (small, large):
        with Chain.open(path) as chain:
            assert chain.read(0, chain.capacity) == qemu.read(path)


def test_a_single_link_alone_says_what_it_stores_and_nothing_of_its_parents(
    tmp_path: Path,
) -> None:
    base = qemu.create(tmp_path / "base.vmdk", 1000)
    qemu.write(base, [Write(0, b"b" * 1000 * SECTOR)])
    child = qemu.create(tmp_path / "child.vmdk", parent=base)
    qemu.write(child, [Write(130, b"c" * SECTOR)])
    with Link.open(child) as link:
        stored = link.stored
        assert list(zip(stored.start.tolist(), stored.count.tolist(), strict=True)) == [(128, 128)]
        assert (link.is_child, link.capacity, link.grain_size) == (True, 1000, 128)


def test_a_map_agrees_where_a_child_holds_part_of_a_zero_grain(tmp_path: Path) -> None:
    base = qemu.create(tmp_path / "base.vmdk", 512, zeroed_grains=True)
    qemu.write(base, [Write(0, b"b" * 512 * SECTOR), Write(128, zeros=256)])
    child = qemu.create(tmp_path / "child.vmdk", parent=base)
    qemu.write(child, [Write(200, b"c" * SECTOR)])
    assert_read_as_qemu_reads(child)
    with Chain.open(child) as chain:
        assert map_of(chain) == [
            MapArea(0, 128, 1, "data"),
            MapArea(128, 128, 0, "data"),
            MapArea(256, 128, 1, "zero"),
            MapArea(384, 128, 1, "data"),
        ]
