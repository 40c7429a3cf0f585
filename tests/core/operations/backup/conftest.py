"""Disks to back up, and where."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.core.links import grow_chain, write_at_random

CAPACITY = 90_000
"""Sectors: two spans, the last grain partial."""
SECTOR = 512


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chain base, c1, c2, c3 with data and zeros at the end too; nobody writes to it."""
    folder = tmp_path_factory.mktemp("source")
    chance = random.Random(7)
    for disk in grow_chain(folder, CAPACITY, 4):
        write_at_random(disk, chance, 12, [1, 8, 128, 1500])
        disk.write_zeros(chance.randrange(500) * 128, 256)
        disk.write(CAPACITY - 3, chance.randbytes(3 * SECTOR))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where backups go."""
    return tmp_path / "backups"


@pytest.fixture
def tip(tmp_path: Path) -> Path:
    """A base disk that a test may write to."""
    for disk in grow_chain(tmp_path, 4096, 1):
        disk.write(0, b"a" * SECTOR)
    return tmp_path / "base.vmdk"
