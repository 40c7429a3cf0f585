"""Extents without their descriptor: opened alone, saying so, never written."""

from __future__ import annotations

import random
import zlib
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Access,
    Chain,
    CorruptVmdk,
    Forest,
    Kind,
    NotAVmdk,
    PartialChain,
    Policy,
    UnsupportedVmdk,
    create_child,
    sentences,
)
from redoscope_core.leniency import Leniency
from tests.core.outcomes import is_one_line
from tests.core.said import said
from tests.judges import dissect, handmade
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_esx import CowdPlan, SeSparsePlan, cowd_link, sesparse_link

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECTOR = 512
PIECE = SparsePlan(2048, grains={0: b"a" * 65536, 9: b"j" * 65536}, descriptor_sectors=0)
EMPTY_AREA = SparsePlan(2048, grains={0: b"a" * 65536, 9: b"j" * 65536})
"""qemu keeps room for a descriptor in each piece, and leaves it zero."""


def piece(folder: Path, plan: SparsePlan = PIECE) -> Path:
    """Make a split disk of one piece and lose its descriptor."""
    handmade.split_link(folder / "disk.vmdk", [plan]).unlink()
    return folder / "disk-s001.vmdk"


def empty_area(folder: Path) -> Path:
    """Make such a piece with an empty descriptor area."""
    return piece(folder, EMPTY_AREA)


def delta(folder: Path) -> Path:
    """Make a COWD link and lose its descriptor."""
    grains = {**dict.fromkeys(range(128), b"a" * SECTOR), 1152: b"j" * SECTOR}
    cowd_link(folder / "vm.vmdk", CowdPlan(2048, grains)).unlink()
    return folder / "vm-delta.vmdk"


def sesparse(folder: Path) -> Path:
    """Make an SESparse link and lose its descriptor."""
    grains = {**dict.fromkeys(range(16), b"a" * 4096), 144: b"j" * 4096}
    sesparse_link(folder / "vm.vmdk", SeSparsePlan(2048, grains)).unlink()
    return folder / "vm-sesparse.vmdk"


KINDS = [
    pytest.param(piece, "monolithicSparse", id="split piece"),
    pytest.param(empty_area, "monolithicSparse", id="piece by qemu"),
    pytest.param(delta, "vmfsSparse", id="COWD"),
    pytest.param(sesparse, "seSparse", id="SESparse"),
]


@pytest.mark.parametrize(("make", "kind"), KINDS)
def test_it_opens_alone_and_says_so(
    tmp_path: Path, make: Callable[[Path], Path], kind: str
) -> None:
    path = make(tmp_path)
    with Chain.open(path) as chain:
        assert (chain.capacity, len(chain.links)) == (2048, 1)
        assert chain.read(0, 128) == b"a" * 65536
        assert chain.read(1152, 1) == b"j" * SECTOR
        assert chain.tip.is_bare
        assert chain.tip.descriptor.create_type == kind
        assert any("opened alone, without its descriptor" in note for note in said(chain))


@pytest.mark.judge
def test_dissect_reads_a_delta_alone_the_same(tmp_path: Path) -> None:
    path = delta(tmp_path)
    with Chain.open(path) as chain:
        assert chain.read(0, 2048) == dissect.read(path)


@pytest.mark.parametrize(("make", "kind"), KINDS)
def test_a_folder_shows_it_with_a_fault_and_its_cure(
    tmp_path: Path, make: Callable[[Path], Path], kind: str
) -> None:
    path = make(tmp_path)
    for forest in (Forest.scan(tmp_path), Forest.scan(path)):
        node = forest.nodes[path]
        assert (node.kind, node.capacity, node.is_child) == (kind, 2048, False)
        assert [fault.kind for fault in node.faults] == [Kind.BARE, Kind.LOST_DESCRIPTOR]
        assert "descriptor" in sentences.cure(node.faults[0])


@pytest.mark.parametrize(("make", "kind"), KINDS)
def test_it_is_never_written_nor_a_parent(
    tmp_path: Path, make: Callable[[Path], Path], kind: str
) -> None:
    del kind
    path = make(tmp_path)
    before = path.read_bytes()
    with pytest.raises(UnsupportedVmdk, match="without its descriptor") as caught:
        Chain.open(path, access=Access.WRITE)
    assert is_one_line(caught.value)
    with Chain.open(path) as chain, pytest.raises(PartialChain, match="descriptor"):
        create_child(chain, tmp_path / "child.vmdk")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_piece_with_its_descriptor_beside_it_is_not_listed_but_opens(tmp_path: Path) -> None:
    path = handmade.split_link(tmp_path / "disk.vmdk", [PIECE])
    lone = tmp_path / "disk-s001.vmdk"
    assert list(Forest.scan(tmp_path).nodes) == [path]
    assert list(Forest.scan(lone).nodes) == [lone]


def test_flat_data_opens_alone_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "disk-flat.vmdk"
    path.write_bytes(b"f" * 2048 * SECTOR + b"tail")
    with pytest.raises(NotAVmdk):
        Chain.open(path)
    with Chain.open(path, policy=Policy().allowing(Leniency.BARE_FLAT)) as chain:
        assert chain.read(0, 2048) == b"f" * 2048 * SECTOR
        assert chain.capacity == 2048
        assert any("as was asked" in note for note in said(chain))
    with pytest.raises(UnsupportedVmdk):
        Chain.open(path, access=Access.WRITE, policy=Policy().allowing(Leniency.BARE_FLAT))
    path.write_bytes(b"")
    with pytest.raises(NotAVmdk):
        Chain.open(path, policy=Policy().allowing(Leniency.BARE_FLAT))


def wiped(path: Path, instead: bytes) -> None:
    """Put *instead* where the sparse extent at *path* has its descriptor."""
    raw = path.read_bytes()
    path.write_bytes(raw[:512] + instead.ljust(20 * 512, instead[-1:]) + raw[21 * 512 :])


WIPED = {
    "zeros": b"\0",
    "what flash is erased to": b"\xff",
    "blanks": b" ",
    "line ends": b"\r\n",
    "noise": random.Random(5).randbytes(20 * 512),
    "another text": b"# backup of Monday\nroom = 7\n\0",
    "a text that begins with a NUL": b"\0version=1\nCID=00000001\n\0",
    "compressed bytes": zlib.compress(bytes(range(256)) * 60),
}


@pytest.mark.parametrize("how", WIPED)
def test_a_text_of_which_nothing_is_left_is_lost_and_the_data_is_still_read(
    tmp_path: Path, how: str
) -> None:
    plan = SparsePlan(2048, grains={1: b"d" * 128 * SECTOR})
    path = handmade.sparse_link(tmp_path / "disk.vmdk", plan)
    wiped(path, WIPED[how])
    with Chain.open(path) as chain:
        assert chain.read(120, 16) == bytes(8 * SECTOR) + b"d" * 8 * SECTOR
        assert [f.kind for f in chain.findings if f.is_fault] == [Kind.OPENED_ALONE]
    assert "embedded descriptor is lost" in sentences.text(Forest.scan(path).nodes[path].faults[0])
    with pytest.raises(UnsupportedVmdk):
        Chain.open(path, access=Access.WRITE)


@pytest.mark.parametrize(
    "left",
    [b"# Disk DescriptorFile\n", b"parentCID=0badc0de\n", b" CID = 00000001\n", b"RW 1 SPAR"],
)
def test_a_text_of_which_something_is_left_may_name_a_parent_and_is_not_passed_over(
    tmp_path: Path, left: bytes
) -> None:
    path = handmade.sparse_link(tmp_path / "disk.vmdk", SparsePlan(2048))
    wiped(path, left + b"\0")
    with pytest.raises((CorruptVmdk, UnsupportedVmdk)):
        Chain.open(path)


@pytest.mark.parametrize(
    ("name", "is_piece"),
    [
        ("disk.vmdk", False),
        ("disk-s001.vmdk", True),
        ("disk-f002.VMDK", True),
        ("disk-s1.vmdk", False),
        ("disk-000001.vmdk", False),
    ],
)
def test_a_wiped_text_is_called_lost_and_only_a_piece_a_piece(
    tmp_path: Path, name: str, *, is_piece: bool
) -> None:
    path = handmade.sparse_link(tmp_path / name, SparsePlan(2048))
    wiped(path, bytes(20 * 512))
    fault = Forest.scan(path).nodes[path].faults[0]
    assert ("piece of a split disk" in sentences.text(fault)) == is_piece
    assert ("embedded descriptor is lost" in sentences.text(fault)) != is_piece
