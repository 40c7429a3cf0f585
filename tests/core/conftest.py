"""What holds for every test of the engine: whoever opens a file closes it."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.core.links import make_chain

if TYPE_CHECKING:
    from collections.abc import Generator

OPEN_FILES = Path("/proc/self/fd")


def open_below(folder: Path) -> list[str]:
    """Return the files below *folder* that this process has open, where the system tells."""
    names = []
    for number in OPEN_FILES.iterdir() if OPEN_FILES.is_dir() else ():
        try:
            target = number.readlink()
        except OSError:
            continue  # the one that listed the folder
        if target.is_relative_to(folder):
            names.append(str(target.relative_to(folder)))
    return sorted(names)


@pytest.fixture(autouse=True)
def every_file_is_closed(tmp_path: Path) -> Generator[None]:
    """Fail a test that leaves a file of its folder open."""
    yield
    left = open_below(tmp_path)
    if left:
        gc.collect()
    assert left == []


@pytest.fixture
def chain3(tmp_path: Path) -> list[Path]:
    """Three links: a base disk, a child, and its child."""
    return make_chain(tmp_path, 3)
