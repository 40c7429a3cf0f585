"""We write, they read: disks and children that the engine made, under three other readers."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, create_disk
from tests.core.chains import map_of
from tests.core.links import make_child, write
from tests.core.trees import BASE_KINDS, CHILD_KINDS, Tree, apply, make_base, random_writes
from tests.judges import dissect, libvmdk, qemu
from tests.judges.qemu import Write
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.judge

SECTOR = 512
EVEN = 4096
"""A capacity that dissect can read to the end: a multiple of 8 KiB."""


def assert_all_read(paths: list[Path], expected: bytes, *, zero_grains: bool = False) -> None:
    """Let everybody read the chain of *paths*, base disk first, and compare."""
    tip = paths[-1]
    with Chain.open(tip) as chain:
        assert chain.read(0, chain.capacity) == expected
        assert map_of(chain) == qemu.map_areas(tip)
    assert qemu.read(tip) == expected
    if not zero_grains:
        # libvmdk takes the entry 1 for a sector number and shows the descriptor's bytes.
        assert libvmdk.read(paths) == expected
    if len(expected) % 8192 == 0:
        assert dissect.read(tip) == expected


def check_sparse(path: Path) -> None:
    """Let qemu check the link; it checks no flat ones."""
    if "Flat" not in path.read_bytes()[:1024].decode(errors="replace"):
        qemu.check(path)


@pytest.mark.parametrize("kind", BASE_KINDS)
@pytest.mark.parametrize("capacity", [EVEN, 3333])
def test_a_base_disk_of_ours_is_read_the_same_by_all(
    tmp_path: Path, kind: str, capacity: int
) -> None:
    rng = random.Random(capacity)
    base = tmp_path / "base.vmdk"
    create_disk(base, capacity, kind=kind)
    content = bytearray(capacity * SECTOR)
    assert_all_read([base], bytes(content))
    for _ in range(3):
        writes = random_writes(rng, capacity, 4)
        write(base, writes)
        apply(content, writes)
        assert_all_read([base], bytes(content))


@pytest.mark.parametrize("base_kind", BASE_KINDS)
@pytest.mark.parametrize("child_kind", CHILD_KINDS)
@pytest.mark.parametrize("capacity", [EVEN, 1001])
def test_a_child_of_ours_is_read_the_same_by_all_and_survives_qemus_writes(
    tmp_path: Path, base_kind: str, child_kind: str, capacity: int
) -> None:
    tree = Tree(tmp_path, seed=11, capacity=capacity)
    tree.grow_base(base_kind, zeroed_grains=False)
    base, content = tree.links[0].path, bytearray(tree.links[0].content)
    before = fingerprints(tmp_path)
    child = make_child(base, tmp_path / "ours.vmdk", kind=child_kind)
    assert before.items() <= fingerprints(tmp_path).items()
    assert_all_read([base, child], bytes(content))
    rng = random.Random(99)
    for writer in (write, qemu.write, write):
        writes = random_writes(rng, capacity, 5)
        writer(child, writes)
        apply(content, writes)
        assert before.items() <= fingerprints(tmp_path).items()
        assert_all_read([base, child], bytes(content))
        check_sparse(child)


@pytest.mark.parametrize("seed", range(6))
def test_children_of_ours_on_random_trees_of_qemu(tmp_path: Path, seed: int) -> None:
    tree = Tree(tmp_path, seed=1000 + seed).grow(4)
    for index, made in enumerate(tree.links):
        before = fingerprints(tmp_path)
        ours = make_child(
            made.path,
            tmp_path / f"ours{index}.vmdk",
            kind=CHILD_KINDS[(index + seed) % 2],
            zeroed_grains=bool(seed % 2),
        )
        writes = random_writes(tree.rng, tree.capacity, 5)
        write(ours, writes)
        content = bytearray(made.content)
        apply(content, writes)
        assert qemu.read(ours) == content
        assert before.items() <= fingerprints(tmp_path).items()
        with Chain.open(ours) as chain:
            assert chain.read(0, chain.capacity) == content
            assert map_of(chain) == qemu.map_areas(ours)


@pytest.mark.parametrize("grain_size", [16, 32, 64, 256, 1024])
def test_other_grain_sizes_of_ours_are_read_by_all(tmp_path: Path, grain_size: int) -> None:
    rng = random.Random(grain_size)
    base, child = tmp_path / "base.vmdk", tmp_path / "child.vmdk"
    create_disk(base, EVEN, grain_size=128)
    content = bytearray(EVEN * SECTOR)
    for path in (base, child):
        if path == child:
            make_child(base, child, grain_size=grain_size)
        writes = random_writes(rng, EVEN, 6)
        write(path, writes)
        apply(content, writes)
    assert_all_read([base, child], bytes(content))
    writes = random_writes(rng, EVEN, 6)
    qemu.write(child, writes)
    apply(content, writes)
    assert_all_read([base, child], bytes(content))


def test_zero_grains_of_ours_hide_the_parent_in_qemu_and_dissect(tmp_path: Path) -> None:
    base = make_base(tmp_path / "base.vmdk", EVEN, "monolithicFlat")
    content = bytearray(b"b" * EVEN * SECTOR)
    qemu.write(base, [Write(0, bytes(content))])
    child = make_child(base, tmp_path / "child.vmdk", zeroed_grains=True)
    before = child.stat().st_size
    writes = [Write(128, zeros=1024), Write(2000, zeros=3)]
    write(child, writes)
    apply(content, writes)
    assert_all_read([base, child], bytes(content), zero_grains=True)
    assert child.stat().st_size < before + 4 * 65536
    qemu.write(child, [Write(300, b"q" * SECTOR)])
    apply(content, [Write(300, b"q" * SECTOR)])
    assert_all_read([base, child], bytes(content), zero_grains=True)


def test_a_chain_of_ours_is_read_by_all_at_every_generation(tmp_path: Path) -> None:
    rng = random.Random(5)
    content = bytearray(EVEN * SECTOR)
    paths = [tmp_path / "base.vmdk"]
    create_disk(paths[0], EVEN)
    contents = []
    for number in range(1, 9):
        before = fingerprints(tmp_path, leave_out=[paths[-1]])
        writes = random_writes(rng, EVEN, 3)
        write(paths[-1], writes)
        apply(content, writes)
        contents.append(bytes(content))
        assert fingerprints(tmp_path, leave_out=[paths[-1]]) == before
        paths.append(make_child(paths[-1], tmp_path / f"child{number}.vmdk"))
    for count, expected in enumerate(contents, start=1):
        assert_all_read(paths[:count], expected)


def test_a_split_child_of_ours_is_written_across_the_seam_of_its_pieces(tmp_path: Path) -> None:
    seam = 4192256
    base = qemu.create(tmp_path / "base.vmdk", seam + 4096 + 5)
    qemu.write(base, [Write(seam - 300, b"b" * 600 * SECTOR)])
    child = make_child(base, tmp_path / "child.vmdk", kind="twoGbMaxExtentSparse")
    before = fingerprints(tmp_path, leave_out=[child])
    data = random.Random(2).randbytes(7 * SECTOR)
    write(child, [Write(seam - 3, data), Write(seam + 4096, b"e" * 5 * SECTOR)])
    assert before["base.vmdk"] == fingerprints(tmp_path)["base.vmdk"]
    with Chain.open(child) as chain:
        assert [path.name for path in chain.tip.files] == ["child-s001.vmdk", "child-s002.vmdk"]
        assert chain.read(seam - 3, 7) == data
        assert map_of(chain) == qemu.map_areas(child)
        for start in (seam - 300, seam - 3, seam, chain.capacity - 200):
            assert chain.read(start, 200) == qemu.read_window(child, start, 200)
    qemu.write(child, [Write(seam - 1, b"q" * 2 * SECTOR)])
    with Chain.open(child) as chain:
        assert chain.read(seam - 3, 7) == data[:1024] + b"q" * 1024 + data[2048:]


def test_a_child_in_another_folder_finds_its_parent_everywhere(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    base = tmp_path / "a" / "base.vmdk"
    create_disk(base, EVEN)
    write(base, [Write(5, b"b" * SECTOR)])
    child = make_child(base, tmp_path / "b" / "child.vmdk")
    expected = bytes(5 * SECTOR) + b"b" * SECTOR + bytes((EVEN - 6) * SECTOR)
    with Chain.open(child) as chain:
        assert chain.tip.descriptor.parent_hint == "../a/base.vmdk"
        assert chain.read(0, EVEN) == expected
    assert qemu.read(child) == expected
    assert dissect.read(child) == expected
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    (tmp_path / "a").rename(moved / "a")
    (tmp_path / "b").rename(moved / "b")
    with Chain.open(moved / "b" / "child.vmdk") as chain:
        assert chain.read(0, EVEN) == expected


@pytest.mark.parametrize("name", ["with blank.vmdk", "диск.vmdk", "it's #1=x.vmdk", "CID.vmdk"])
def test_names_of_all_sorts_are_read_by_all(tmp_path: Path, name: str) -> None:
    base = tmp_path / name
    create_disk(base, EVEN)
    write(base, [Write(9, b"b" * SECTOR)])
    child = make_child(base, tmp_path / f"child of {name}")
    write(child, [Write(700, b"c" * SECTOR)])
    expected = bytearray(EVEN * SECTOR)
    apply(expected, [Write(9, b"b" * SECTOR), Write(700, b"c" * SECTOR)])
    assert_all_read([base, child], bytes(expected))
    qemu.write(child, [Write(701, b"q" * SECTOR)])
    apply(expected, [Write(701, b"q" * SECTOR)])
    assert_all_read([base, child], bytes(expected))


def test_what_qemu_knows_of_our_child_is_what_we_said(tmp_path: Path) -> None:
    base = make_base(tmp_path / "base.vmdk", EVEN, "monolithicSparse")
    child = make_child(base, tmp_path / "child.vmdk", comment="before the upgrade")
    tip, below = qemu.chain_info(child)
    assert (tip["virtual-size"], tip["backing-filename"]) == (EVEN * SECTOR, "base.vmdk")
    assert below["filename"] == str(base)
    with Chain.open(child) as chain:
        assert chain.tip.descriptor.comment == "before the upgrade"
