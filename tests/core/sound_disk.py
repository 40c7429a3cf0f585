"""The sound disk that bad ones are made from, whole, with a wrong header, or cut off."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.judges import handmade
from tests.judges.handmade import SparsePlan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["EXPECTED", "PLAN", "cut", "header", "sound"]

PLAN = SparsePlan(2048, grains={0: b"a" * 65536, 2: b"c" * 65536, 9: b"j" * 65536})
"""Grains 0, 2 and 9 are at sectors 128, 256 and 384."""
EXPECTED = b"".join(PLAN.grains.get(grain, bytes(65536)) for grain in range(16))
"""What it reads as."""


def sound(folder: Path) -> Path:
    """Write the sound disk."""
    return handmade.sparse_link(folder / "disk.vmdk", PLAN)


def header(**fields: object) -> Callable[[Path], Path]:
    """Give the sound disk a header with wrong *fields*."""

    def make(folder: Path) -> Path:
        path = sound(folder)
        handmade.patch(path, 0, PLAN.header(**fields))
        return path

    return make


def cut(length: int) -> Callable[[Path], Path]:
    """Cut the sound disk off at *length* bytes."""

    def make(folder: Path) -> Path:
        path = sound(folder)
        os.truncate(path, length)
        return path

    return make
