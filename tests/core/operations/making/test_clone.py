"""Clones, compared byte for byte by qemu-img with what it makes of the same chain."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from redoscope_core import (
    AlreadyExists,
    Chain,
    InvalidArgument,
)
from redoscope_core.operations.making.clone import CLONE_KINDS, clone
from tests.core.links import grow_chain, write_at_random

SECTOR = 512
CAPACITY = 4_192_256 + 20_001
"""Two pieces of a split disk, the last grain partial."""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chain of three links with data on both sides of the border of two pieces."""
    folder = tmp_path_factory.mktemp("source")
    chance = random.Random(3)
    for disk in grow_chain(folder, CAPACITY, 3, kind="twoGbMaxExtentSparse"):
        write_at_random(disk, chance, 8, [1, 7, 128, 2500], starts=50_000)
        disk.write(4_192_256 - 300, chance.randbytes(600 * SECTOR))
        disk.write(CAPACITY - 5, chance.randbytes(5 * SECTOR))
        disk.write_zeros(chance.randrange(100) * 128, 256)
        disk.write(60_000, bytes(512 * SECTOR))
    return disk.path


def run(chain: Chain, path: Path, kind: str, grain_size: int = 128) -> None:
    """Clone, and drop the progress."""
    assert all(step.done <= step.total for step in clone(chain, path, kind, grain_size=grain_size))


@pytest.mark.judge
@pytest.mark.parametrize("kind", CLONE_KINDS)
def test_a_clone_of_any_kind_holds_the_bytes_of_the_generation(
    source: Path, tmp_path: Path, kind: str
) -> None:
    target = tmp_path / ("clone.raw" if kind == "raw" else "clone.vmdk")
    with Chain.open(source) as chain:
        run(chain, target, kind)
    form = "raw" if kind == "raw" else "vmdk"
    words: list[str | Path] = ["qemu-img", "compare", "-f", "vmdk", "-F", form, source, target]
    told = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "Images are identical" in told.stdout, told
    if "Sparse" in kind:
        subprocess.run(["qemu-img", "check", target], check=True, capture_output=True)


@pytest.mark.parametrize("grain_size", [8, 16, 1024])
def test_a_clone_may_have_other_grains(source: Path, tmp_path: Path, grain_size: int) -> None:
    with Chain.open(source) as chain:
        run(chain, tmp_path / "clone.vmdk", "monolithicSparse", grain_size)
        with Chain.open(tmp_path / "clone.vmdk") as copy:
            assert copy.grain_size == grain_size
            for start, count in ((0, 70_000), (4_192_256 - 1000, 21_001)):
                assert copy.read(start, count) == chain.read(start, count)


def test_a_clone_does_not_store_zeros(source: Path, tmp_path: Path) -> None:
    with Chain.open(source) as chain:
        run(chain, tmp_path / "clone.raw", "raw")
        run(chain, tmp_path / "clone.vmdk", "monolithicSparse")
    with Chain.open(tmp_path / "clone.vmdk") as copy:
        assert not len(copy.stored.window(60_032, 384))
    assert (tmp_path / "clone.raw").stat().st_blocks * 512 < 60_000 * SECTOR


def test_a_clone_that_is_given_up_leaves_nothing(source: Path, tmp_path: Path) -> None:
    for kind in ("raw", "monolithicSparse", "twoGbMaxExtentFlat"):
        with Chain.open(source) as chain:
            steps = clone(chain, tmp_path / "clone.vmdk", kind)
            next(steps)
            steps.close()
        assert list(tmp_path.iterdir()) == []


def test_a_clone_never_replaces_a_file(source: Path, tmp_path: Path) -> None:
    (tmp_path / "there.vmdk").write_bytes(b"mine")
    with Chain.open(source) as chain, pytest.raises(AlreadyExists):
        run(chain, tmp_path / "there.vmdk", "raw")
    assert (tmp_path / "there.vmdk").read_bytes() == b"mine"


def test_a_clone_of_an_unknown_kind_is_refused(source: Path, tmp_path: Path) -> None:
    with Chain.open(source) as chain, pytest.raises(InvalidArgument, match="raw"):
        run(chain, tmp_path / "x.vmdk", "qcow2")
