"""A small tree, told as in the vendor's guide: a base disk, C0, C1, and Child1a beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    create_disk,
)
from tests.core.links import make_child, write_sector

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
CAPACITY = 4096


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A base disk with a letter b in sector 0."""
    path = tmp_path / "base.vmdk"
    create_disk(path, CAPACITY)
    write_sector(path, 0, b"b")
    return path


@pytest.fixture
def c0(base: Path) -> Path:
    """A child of the base disk with a letter c in sector 1."""
    path = make_child(base, "c0.vmdk")
    write_sector(path, 1, b"c")
    return path


@pytest.fixture
def c1(c0: Path) -> Path:
    """A child of c0 with a letter d in sector 2."""
    path = make_child(c0, "c1.vmdk")
    write_sector(path, 2, b"d")
    return path


@pytest.fixture
def child1a(base: Path, c1: Path) -> Path:
    """A new and empty child of the base disk, which c0 and c1 have long left behind."""
    assert c1.exists()
    return make_child(base, "child1a.vmdk")
