"""A disk written to a raw file, a window at a time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

__all__ = ["WINDOW", "write_raw"]

WINDOW = 2**20
"""Bytes."""


def write_raw(raw: Path, windows: Iterable[bytes]) -> None:
    """Write *windows* to *raw*, with holes for those of zeros."""
    zeros = bytes(WINDOW)
    with raw.open("wb", buffering=0) as file:
        for data in windows:
            if data == zeros:
                file.seek(len(data), 1)
            else:
                file.write(data)
        file.truncate(file.tell())
