"""ext volumes that mke2fs and debugfs make, and what dumpe2fs and debugfs say of them."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from tests.core.volumes.volumes import empty, judged

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SHAPES", "debugfs", "groups_told", "made", "numbers"]

SHAPES = {
    "ext2": "-t ext2 -b 1024 -g 1024",
    "ext2-old": "-t ext2 -b 1024",
    "ext3": "-t ext3 -b 1024 -g 2048 -J size=1",
    "ext4": "-t ext4 -b 4096",
    "ext4-small-groups": "-t ext4 -b 1024 -g 1024 -G 4",
    "ext4-no-flex": "-t ext4 -b 1024 -g 1024 -O ^flex_bg",
    "ext4-32bit": "-t ext4 -b 2048 -g 1024 -O ^64bit,^metadata_csum,uninit_bg",
    "ext4-meta-bg": "-t ext4 -b 1024 -g 256 -O meta_bg,^resize_inode -N 2048",
    "ext4-sparse2": "-t ext4 -b 1024 -g 1024 -O sparse_super2",
    "ext4-all-super": "-t ext4 -b 1024 -g 1024 -O ^sparse_super,^resize_inode",
    "ext4-bigalloc": "-t ext4 -b 1024 -C 8192 -O bigalloc",
    "ext4-bigalloc-4k": "-t ext4 -b 4096 -C 16384 -O bigalloc,inline_data",
    "ext4-orphan-file": "-t ext4 -b 1024 -O orphan_file,quota,project",
    "ext4-wide-inodes": "-t ext4 -b 2048 -I 512 -g 1024 -O inline_data",
}


_REVISION_0, _REVISION_0_NOW = ("-r", "0"), ("-E", "revision=0")
"""How mke2fs is told to make what was made before 1995, until 1.47.0 and since."""


def _version() -> tuple[int, ...]:
    """Return the version of the e2fsprogs that are here."""
    told = re.search(r"^dumpe2fs ([\d.]+)", judged("sh", "-c", "dumpe2fs -V 2>&1"), re.MULTILINE)
    assert told is not None
    return tuple(map(int, told[1].split(".")))


def debugfs(image: Path, *lines: str) -> str:
    """Return what debugfs prints when it is told these *lines*; it may write."""
    return judged("debugfs", "-w", "-f", "-", image, text="\n".join(lines) + "\n")


def made(folder: Path, shape: str, mebibytes: int = 12) -> Path:
    """Return an ext volume with files in pieces, holes, long links, attributes and deleted ones."""
    image = empty(folder / "volume.img", mebibytes << 20)
    words = SHAPES[shape].split()
    if shape == "ext2-old":
        words += _REVISION_0 if _version() < (1, 47, 1) else _REVISION_0_NOW
    judged("mke2fs", "-q", "-F", *words, image)
    chance = random.Random(shape)
    source = folder / "content"
    lines = ["mkdir /d", "mkdir /d/e"]
    for number in range(60):
        small = folder / f"s{number}"
        small.write_bytes(chance.randbytes(chance.choice((40, 3000, 9000))))
        lines += [f"write {small} /d/f{number}"]
    lines += [f"rm /d/f{number}" for number in range(0, 60, 2)]
    source.write_bytes(chance.randbytes(1_500_000))
    holes = folder / "holes"
    with holes.open("wb") as file:
        for place in range(0, 5_000_000, 500_000):
            file.seek(place)
            file.write(b"x" * 5000)
    attribute = folder / "attribute"
    attribute.write_bytes(b"a" * 700)
    lines += [f"write {source} /d/e/large", f"write {holes} /holes"]
    lines += [f"symlink /link {'t' * 200}", "symlink /short t", "mknod /pipe p"]
    lines += [f"ea_set -f {attribute} /d/f1 user.long"]
    debugfs(image, *lines)
    return image


def numbers(text: str) -> list[int]:
    """Return the numbers that ``3-5, 9`` stands for."""
    found: list[int] = []
    for first, last in re.findall(r"(\d+)(?:-(\d+))?", text):
        found += range(int(first), int(last or first) + 1)
    return found


def groups_told(image: Path) -> list[dict[str, list[int]]]:
    """Return of each group what dumpe2fs says where things are, and what is free."""
    text = judged("dumpe2fs", image)
    groups = []
    text = re.sub(r"\(bg #\d+ \+ \d+\)|\(\+\d+\)|csum 0x[0-9a-f]+", "", text)
    for part in re.split(r"^Group \d+: ", text, flags=re.MULTILINE)[1:]:
        told = {}
        for name, pattern in (
            ("superblock", r"superblock at (\d+)"),
            ("descriptors", r"Group descriptors? at ([\d-]+)"),
            ("reserved", r"Reserved GDT blocks at ([\d-]+)"),
            ("block bitmap", r"Block bitmap at (\d+)"),
            ("inode bitmap", r"Inode bitmap at (\d+)"),
            ("inode table", r"Inode table at ([\d-]+)"),
            ("free blocks", r"Free blocks: ([^\n]*)"),
            ("free inodes", r"Free inodes: ([^\n]*)"),
        ):
            match = re.search(pattern, part)
            told[name] = numbers(match[1]) if match else []
        groups.append(told)
    return groups
