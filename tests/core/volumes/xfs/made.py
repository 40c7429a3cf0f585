"""XFS volumes that mkfs.xfs fills, and what xfs_db says of them."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from tests.core.volumes.volumes import empty, judged, printed

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FILES", "made", "names_in", "uses_of"]

FILES = {
    "stealth": random.Random("stealth").randbytes(9000),
    "slack": random.Random("slack").randbytes(7680),
    "quiet": b"q" * 100,
    "odd\udcff": random.Random("odd").randbytes(3000),
    **{f"a longer name of file {number:03d}": b"x" * number for number in range(100)},
}


def made(folder: Path, *options: str) -> Path:
    """Return a volume with FILES in its folder d, a link, an empty folder."""
    image = empty(folder / "xfs.raw", 36 << 20)
    lines = [b"none", b"0 0", b"d--755 0 0", b"empty d--755 0 0", b"$", b"d d--755 0 0"]
    for number, (name, data) in enumerate(FILES.items()):
        path = folder / f"content{number}"
        path.write_bytes(data)
        # A blank ends a name there.
        raw = name.replace(" ", "_").encode("utf-8", "surrogateescape")
        lines.append(raw + b" ---644 1000 100 " + str(path).encode())
    lines += [b"$", b"link l--777 0 0 d/quiet", b"$", b"$"]
    (folder / "proto").write_bytes(b"\n".join(lines) + b"\n")
    words = ["mkfs.xfs", "--unsupported", "-q", "-f", *options, "-p", folder / "proto", image]
    judged(*words)
    return image


def names_in(image: Path, folder: str) -> dict[bytes, int]:
    """Return the names in a folder, and their inodes, as xfs_db lists them."""
    text = printed("xfs_db", "-r", "-c", f"ls {folder}", image)
    rows = re.findall(rb"^\d+\s+(\d+)\s+\S+\s+0x\S+\s+\d+ (.*) \(good\)$", text, re.MULTILINE)
    return {name: int(inode) for inode, name in rows if name not in {b".", b".."}}


def uses_of(image: Path, groups: int, blocks: int, bits: int) -> dict[int, str]:
    """Return what xfs_db says that each block is for; *blocks* are those of a group."""
    words = ["xfs_db", "-r", "-c", "blockget -n"]
    for group in range(groups):
        words += ["-c", f"fsblock {group << bits}", "-c", f"blockuse -n -c {blocks}"]
    text = printed(*words, image).decode("utf-8", "replace")
    rows = re.findall(r"\((\d+)/(\d+)\) type (\w+)", text)
    return {int(group) * blocks + int(block): use for group, block, use in rows}
