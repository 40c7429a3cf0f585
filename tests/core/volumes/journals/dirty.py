"""ext volumes whose journal holds transactions that nobody replayed, made by debugfs."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.volumes.ext.groups import read_groups
from redoscope_core.volumes.ext.superblock import read_superblock
from redoscope_core.volumes.ext.volume import journal_of
from redoscope_core.volumes.source import of_bytes
from tests.core.volumes.ext.made import debugfs
from tests.core.volumes.volumes import empty, judged

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.volumes.source import Volume

__all__ = ["SHAPES", "Dirty", "dirty", "journal_in"]

SHAPES = {
    "plain": ("-t ext4 -b 1024 -O ^metadata_csum,^64bit -J size=1", "jo"),
    "64bit": ("-t ext4 -b 1024 -O ^metadata_csum,64bit -J size=1", "jo"),
    "version-2": ("-t ext4 -b 1024 -O metadata_csum,64bit -J size=1", "jo -c -v 2"),
    "version-3": ("-t ext4 -b 1024 -O metadata_csum,64bit -J size=1", "jo -c -v 3"),
    "version-3-narrow": ("-t ext4 -b 2048 -O metadata_csum,^64bit -J size=2", "jo -c -v 3"),
    "ext3": ("-t ext3 -b 2048 -J size=2", "jo"),
}


@dataclass(frozen=True)
class Dirty:
    """A volume, and what was logged in its journal."""

    image: Path
    size: int
    """Bytes of a block."""
    transactions: list[dict[int, bytes]]
    """What each committed transaction wrote, block by block."""
    revoked: list[set[int]]

    @property
    def last(self) -> dict[int, bytes]:
        """What the next mount makes of it."""
        told: dict[int, bytes] = {}
        for written, revoked in zip(self.transactions, self.revoked, strict=True):
            told = {block: raw for block, raw in (told | written).items() if block not in revoked}
        return told


def journal_in(data: bytes) -> Volume:
    """Return the journal of the ext volume *data*."""
    volume = of_bytes(data)
    journal = journal_of(volume, read_groups(volume, read_superblock(volume)))
    assert journal is not None
    return journal


def dirty(folder: Path, shape: str) -> Dirty:
    """Return a volume in whose journal files come and go; it ends with what was not committed."""
    options, opened = SHAPES[shape]
    chance = random.Random(shape)
    image, after = folder / "before.img", folder / "after.img"
    empty(image, 8 << 20)
    judged("mke2fs", "-q", "-F", *options.split(), image)
    names = []
    for number in range(12):
        path = folder / f"f{number}"
        path.write_bytes(chance.randbytes(chance.choice((30, 5000, 40_000))))
        names.append(path)
    debugfs(image, "mkdir /d", *(f"write {path} /d/{path.name}" for path in names))
    shutil.copyfile(image, after)
    gone = [f"rm /d/{path.name}" for path in names[::3]]
    debugfs(after, *gone, "mkdir /e", *(f"write {path} /e/{path.name}" for path in names[:5]))
    size = read_superblock(of_bytes(image.read_bytes())).block_size
    old, new = (np.fromfile(path, np.uint8).reshape(-1, size) for path in (image, after))
    # The superblock itself is left out: the mark that the journal is to be replayed is in it.
    changed = [at for at in np.flatnonzero((old != new).any(axis=1)).tolist() if at * size > 1024]
    chance.shuffle(changed)
    third = len(changed) // 3
    free = [int(at) for at in np.flatnonzero(~new.any(axis=1))[-20:]]
    magic = bytes.fromhex("c03b3998")
    written = [
        {at: chance.randbytes(size) for at in [*changed[:third], *free[:6]]},
        {at: new[at].tobytes() for at in changed[: 2 * third]},
        {},
        {free[7]: magic + chance.randbytes(size - 4), free[8]: chance.randbytes(size)},
        {at: new[at].tobytes() for at in changed[2 * third :]},
        {},
        {free[0]: chance.randbytes(size)},
    ]
    revoked = [set(), set(), {*free[:3]}, set(), set(), {*free[3:5], free[8]}, set()]
    lines = [opened]
    for number, (blocks, without) in enumerate(zip(written, revoked, strict=True)):
        lines.append(_transaction(folder / f"t{number}", blocks, without))
    uncommitted = _transaction(folder / "t", {at: bytes(size) for at in changed[:5]}, set())
    debugfs(image, *lines, uncommitted.replace("jw", "jw -c"), "jc")
    return Dirty(image, size, written, revoked)


def _transaction(path: Path, blocks: dict[int, bytes], revoked: set[int]) -> str:
    if revoked:
        return f"jw -r {','.join(str(at) for at in revoked)}"
    path.write_bytes(b"".join(blocks.values()))
    return f"jw -b {','.join(str(at) for at in blocks)} {path}"
