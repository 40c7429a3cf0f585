"""Volumes on disks, and generations of them: what tests of whose a sector is are made of."""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
from typing import TYPE_CHECKING

from redoscope_core import (
    Access,
    Chain,
    Disk,
    compare,
    create_child,
    files_difference,
)
from tests.core.finished import finished
from tests.judges.handmade import descriptor_text

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import FileChange, FilesDifference

__all__ = [
    "LATER",
    "START",
    "WHEN",
    "blob",
    "changes",
    "child_with",
    "debugfs",
    "difference",
    "disk_of",
    "flipped",
    "mtool",
    "needs",
]

START = 2048
WHEN, LATER = 1709542800, 1709629200
"""Times at which the older and the newer generation of a volume are made."""


def needs(*programs: str) -> str:
    """Return why tests that need *programs* are skipped; nothing if all are here."""
    return ", ".join(f"no {each}" for each in programs if shutil.which(each) is None)


def mtool(volume: Path, name: str, *words: object) -> None:
    """Have one of the mtools change *volume*."""
    environment = {**os.environ, "TZ": "UTC", "MTOOLS_SKIP_CHECK": "1"}
    run = [name, "-i", str(volume), *map(str, words)]
    subprocess.run(run, check=True, capture_output=True, env=environment, timeout=60)


def blob(name: str, length: int) -> bytes:
    """Return bytes that nothing else has, the same on every run."""
    return random.Random(name).randbytes(length)


def disk_of(folder: Path, name: str, volume: Path, gap: bytes = b"", *, start: int = START) -> Path:
    """Return a disk with *volume* in a partition at sector *start*, and *gap* at sector 40."""
    count = -(-volume.stat().st_size // 512)
    data = bytearray((start + count) * 512)
    entry = struct.pack("<B3sB3sII", 0, bytes(3), 0x83, bytes(3), start, count)
    data[446:512] = entry.ljust(64, b"\0") + b"\x55\xaa"
    data[40 * 512 : 40 * 512 + len(gap)] = gap
    data[start * 512 :] = volume.read_bytes()
    (folder / f"{name}-flat.vmdk").write_bytes(data)
    lines = [f'RW {start + count} FLAT "{name}-flat.vmdk" 0']
    (folder / f"{name}.vmdk").write_text(descriptor_text(lines, kind="monolithicFlat"), "utf-8")
    return folder / f"{name}.vmdk"


def child_with(parent: Path, name: str, **writes: bytes) -> Path:
    """Return a child of *parent* with bytes at sectors, named ``at2048`` and so on."""
    path = parent.with_name(f"{name}.vmdk")
    with Chain.open(parent) as chain:
        create_child(chain, path, zeroed_grains=True)
    with Disk.open(path, access=Access.WRITE) as disk:
        for place, data in writes.items():
            disk.write(int(place.removeprefix("at")), data)
    return path


def difference(old: Path, new: Path) -> FilesDifference:
    """Return what became of files, which adds up to what `compare` tells."""
    with Chain.open(old) as one, Chain.open(new) as other:
        found = finished(files_difference(one, other))
        assert found.sectors == finished(compare(one, other)).sectors
    assert sum(found.classes.values()) == found.sectors
    return found


def changes(found: FilesDifference) -> dict[str, FileChange]:
    """Return what became of the files of the first volume, by path; what is its own is left out."""
    told = [each for each in found.volumes[0].changes if each.kind != "internal"]
    return {each.path: each for each in told}


def debugfs(volume: Path, *requests: str, when: int = LATER) -> str:
    """Have debugfs change *volume* at a time, and return what it says."""
    environment = {**os.environ, "E2FSPROGS_FAKE_TIME": str(when), "DEBUGFS_PAGER": "__none__"}
    done = subprocess.run(
        ["debugfs", "-w", "-f", "-", str(volume)],
        input="\n".join(requests).encode("utf-8", "surrogateescape") + b"\n",
        check=True,
        capture_output=True,
        timeout=60,
        env=environment,
    )
    return done.stdout.decode("utf-8", "replace")


def flipped(volume: Path, *edits: tuple[bytes, int, bytes]) -> None:
    """Put bytes at an offset from the one place where *volume* has others, for each of *edits*."""
    before = volume.read_bytes()
    data = bytearray(before)
    for known, offset, new in edits:
        place = before.index(known) + offset
        data[place : place + len(new)] = new
    volume.write_bytes(data)
