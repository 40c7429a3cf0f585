"""We write, they read: every kind we make reads the same in every program that reads that kind."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, create_disk
from redoscope_core.operations.making.clone import clone
from redoscope_core.operations.making.pieces import CHILD_KINDS, DISK_KINDS
from tests.core.chains import map_of
from tests.core.links import make_child, write
from tests.core.said import said
from tests.core.trees import apply, random_writes
from tests.judges import dissect, libvmdk, qemu, sevenzip

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.judge

SECTOR = 512
EVEN = 128 * 64
ODD = 128 * 64 + 1001
"""No multiple of a grain, nor of the 8 KiB that dissect reads at a time."""
PIECE = 4192256
"""Sectors of a piece of a split disk."""


def all_read(path: Path, expected: bytes, *, zero_grains: bool = False) -> None:
    """Compare what the programs read of the base disk at *path* with *expected*."""
    with Chain.open(path) as chain:
        assert chain.read(0, chain.capacity) == expected
        # A grain that became zeros is left over in the file, which shows in a tiny disk.
        assert said(chain) == [] or (zero_grains and chain.capacity < 128)
        assert map_of(chain) == qemu.map_areas(path)
    assert qemu.read(path) == expected
    if not zero_grains:  # pyvmdk reads the entry 1 as a place in the file
        assert libvmdk.read([path]) == expected
    if len(expected) % 8192 == 0:
        assert dissect.read(path) == expected
    if sevenzip.PROGRAM is not None:
        assert sevenzip.read(path) == expected


def checked(path: Path) -> None:
    """Let qemu-img check the disk, if its kind has tables."""
    with Chain.open(path) as chain:
        if "Sparse" in chain.tip.descriptor.create_type:
            qemu.check(path)


@pytest.mark.parametrize("capacity", [EVEN, ODD, 1])
@pytest.mark.parametrize("zero_grains", [False, True])
@pytest.mark.parametrize("kind", DISK_KINDS)
def test_a_base_disk_is_read_by_all(
    tmp_path: Path, kind: str, capacity: int, *, zero_grains: bool
) -> None:
    zero_grains = zero_grains and "Sparse" in kind
    path = tmp_path / "disk.vmdk"
    create_disk(path, capacity, kind=kind, zeroed_grains=zero_grains)
    all_read(path, bytes(capacity * SECTOR), zero_grains=zero_grains)
    content = bytearray(capacity * SECTOR)
    for seed in range(2):
        writes = random_writes(random.Random(f"{kind} {seed}"), capacity, 8)
        write(path, writes)
        apply(content, writes)
    all_read(path, bytes(content), zero_grains=zero_grains)
    checked(path)


@pytest.mark.parametrize("grain_size", [16, 1024, 2048])
def test_other_grains_are_read_by_all(tmp_path: Path, grain_size: int) -> None:
    path = tmp_path / "disk.vmdk"
    create_disk(path, EVEN, grain_size=grain_size)
    writes = random_writes(random.Random(grain_size), EVEN, 8)
    write(path, writes)
    content = bytearray(EVEN * SECTOR)
    apply(content, writes)
    all_read(path, bytes(content))
    checked(path)


@pytest.mark.parametrize("adapter", ["ide", "buslogic", "lsilogic", "legacyESX"])
@pytest.mark.parametrize("kind", ["monolithicSparse", "monolithicFlat"])
def test_every_adapter_is_read_by_all(tmp_path: Path, kind: str, adapter: str) -> None:
    path = tmp_path / "disk.vmdk"
    create_disk(path, EVEN, kind=kind, adapter=adapter)
    write(path, [qemu.Write(700, b"w" * 900 * SECTOR)])
    content = bytearray(EVEN * SECTOR)
    content[700 * SECTOR : 1600 * SECTOR] = b"w" * 900 * SECTOR
    all_read(path, bytes(content))


@pytest.mark.parametrize("kind", [*DISK_KINDS, "streamOptimized"])
@pytest.mark.parametrize("capacity", [EVEN, ODD])
def test_a_clone_of_a_chain_is_read_by_all(tmp_path: Path, kind: str, capacity: int) -> None:
    base, child, copy = (tmp_path / f"{name}.vmdk" for name in ("base", "child", "copy"))
    content = bytearray(capacity * SECTOR)
    create_disk(base, capacity)
    for path in (base, child):
        if path is child:
            make_child(base, child, zeroed_grains=True)
        writes = random_writes(random.Random(path.name), capacity, 6)
        write(path, writes)
        apply(content, writes)
    with Chain.open(child) as chain:
        for _ in clone(chain, copy, kind):
            pass
    with Chain.open(copy) as chain:
        assert chain.read(0, capacity) == content
    assert qemu.read(copy) == libvmdk.read([copy]) == content
    if capacity == EVEN:
        assert dissect.read(copy) == content
    if sevenzip.PROGRAM is not None:
        assert sevenzip.read(copy) == content
    checked(copy)


@pytest.mark.parametrize("kind", ["twoGbMaxExtentSparse", "twoGbMaxExtentFlat"])
def test_a_disk_above_2_gib_is_read_across_its_seams_by_all(tmp_path: Path, kind: str) -> None:
    capacity = 2 * PIECE + 4096
    path = tmp_path / "disk.vmdk"
    create_disk(path, capacity, kind=kind)
    data = random.Random(kind).randbytes(40 * SECTOR)
    write(path, [qemu.Write(seam - 20, data) for seam in (PIECE, 2 * PIECE)])
    write(path, [qemu.Write(capacity - 3, b"e" * 3 * SECTOR)])
    checked(path)
    with Chain.open(path) as chain:
        assert len(chain.tip.files) == 3
        for seam in (PIECE, 2 * PIECE):
            expected = bytes(12 * SECTOR) + data + bytes(12 * SECTOR)
            window = (seam - 32, 64)
            assert chain.read(*window) == expected
            assert qemu.read_window(path, *window) == expected
            assert libvmdk.read_window([path], *window) == expected
            assert dissect.read_window(path, *window) == expected
        assert qemu.read_window(path, capacity - 3, 3) == b"e" * 3 * SECTOR


@pytest.mark.parametrize("parent_kind", DISK_KINDS)
@pytest.mark.parametrize("kind", CHILD_KINDS)
def test_a_child_of_every_kind_over_every_kind_is_read_by_all(
    tmp_path: Path, parent_kind: str, kind: str
) -> None:
    base, child = tmp_path / "base.vmdk", tmp_path / "child.vmdk"
    content = bytearray(EVEN * SECTOR)
    create_disk(base, EVEN, kind=parent_kind)
    for path in (base, child):
        if path is child:
            make_child(base, child, kind)
        writes = random_writes(random.Random(f"{kind} {path.name}"), EVEN, 6)
        write(path, writes)
        apply(content, writes)
    with Chain.open(child) as chain:
        assert chain.read(0, EVEN) == content
    assert qemu.read(child) == dissect.read(child) == libvmdk.read([base, child]) == content
    qemu.check(child)
