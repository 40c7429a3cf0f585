"""FAT volumes that mkfs.fat and mtools make, and what mtools say of them."""

from __future__ import annotations

import os
import random
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.core.volumes.volumes import empty, judged, printed

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SHAPES", "chains_told", "made"]

SHAPES = {
    "fat12": (2 << 20, "-F 12 -s 2"),
    "fat12-one-table": (1 << 20, "-F 12 -s 1 -f 1"),
    "fat16": (8 << 20, "-F 16 -s 2"),
    "fat16-wide-sectors": (24 << 20, "-F 16 -S 2048 -s 1"),
    "fat32": (36 << 20, "-F 32 -s 1"),
}


def mtools(image: Path, name: str, *words: object) -> str:
    """Return what one of the mtools prints of the volume."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    os.environ["MTOOLS_SKIP_CHECK"] = "1"
    return judged(name, "-i", image, *words)


def made(folder: Path, shape: str) -> Path:
    """Return a FAT volume with folders, files in pieces, empty and deleted ones."""
    size, options = SHAPES[shape]
    image = empty(folder / "fat.img", size)
    judged("mkfs.fat", *options.split(), image)
    chance = random.Random(shape)
    mtools(image, "mmd", "::/d", "::/d/e", "::/long name of a folder")
    small = []
    for number in range(100):
        path = folder / f"file number {number}.txt"
        path.write_bytes(chance.randbytes(chance.choice((0, 10, 1500, 5000))))
        small.append(path)
    mtools(image, "mcopy", *small, "::/d/e")
    mtools(image, "mdel", *(f"::/d/e/{path.name}" for path in small[::2]))
    large = folder / "LARGE.BIN"
    large.write_bytes(chance.randbytes(250_000))
    mtools(image, "mcopy", large, "::/")
    mtools(image, "mcopy", large, "::/long name of a folder")
    mtools(image, "mcopy", *small[:10], "::/d")
    return image


def chains_told(image: Path) -> dict[str, list[tuple[int, int]]]:
    """Return first and last cluster of each run of every file and folder, by its path."""
    listed = printed("mdir", "-/", "-b", "-i", image, "::").decode("latin-1").split("\n")
    paths = [line.rstrip("/") for line in listed if line.startswith("::/")]
    text = mtools(image, "mshowfat", *paths)
    found = {}
    for line in text.splitlines():
        if match := re.match(r"(::/.*?)((?: <\d+(?:-\d+)?>)*) ?$", line):
            runs = re.findall(r"<(\d+)(?:-(\d+))?>", match[2])
            found[match[1]] = [(int(first), int(last or first)) for first, last in runs]
    assert len(found) == len(paths)
    return found
