"""One link of every kind, each made by hand in a folder, for the window to open."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.judges.handmade import (
    SparsePlan,
    descriptor_text,
    flat_link,
    sparse_extent,
    sparse_link,
    split_link,
)
from tests.judges.handmade_esx import CowdPlan, SeSparsePlan, cowd_link, sesparse_link
from tests.judges.handmade_stream import StreamPlan, stream_link

from redoscope_core import Form

__all__ = [
    "KINDS",
    "SECTORS",
    "bare_delta",
    "bare_flat",
    "cut_stream",
    "dirty_sesparse",
    "encrypted",
    "mapped_device",
    "virtualbox_child",
    "virtualbox_pair",
]

SECTOR = 512
SECTORS = 2048
"""Capacity of every one."""
_GRAINS = {0: b"a" * 65536, 9: b"j" * 65536}
_PARENT = "7c5c1d20-0000-4000-8000-00000000000a"


def _descriptor(path: Path, line: str, *, kind: str, more: tuple[str, ...] = ()) -> Path:
    path.write_text(descriptor_text([line], kind=kind, more=more), encoding="utf-8")
    return path


def sparse(folder: Path) -> Path:
    """Make a monolithicSparse disk."""
    return sparse_link(folder / "sparse.vmdk", SparsePlan(SECTORS, grains=_GRAINS))


def split_sparse(folder: Path) -> Path:
    """Make a twoGbMaxExtentSparse disk of two pieces."""
    piece = SparsePlan(SECTORS // 2, grains={0: b"a" * 65536})
    return split_link(folder / "pieces.vmdk", [piece, piece])


def flat(folder: Path) -> Path:
    """Make a vmfs disk."""
    return flat_link(folder / "flat.vmdk", b"f" * SECTORS * SECTOR, kind="vmfs")


def split_flat(folder: Path) -> Path:
    """Make a twoGbMaxExtentFlat disk of two pieces."""
    for number in (1, 2):
        (folder / f"halves-f00{number}.vmdk").write_bytes(b"f" * (SECTORS // 2 * SECTOR))
    lines = [f'RW {SECTORS // 2} FLAT "halves-f00{number}.vmdk" 0' for number in (1, 2)]
    path = folder / "halves.vmdk"
    path.write_text(descriptor_text(lines, kind="twoGbMaxExtentFlat"))
    return path


def stream(folder: Path) -> Path:
    """Make a streamOptimized disk."""
    return stream_link(folder / "export.vmdk", StreamPlan(SECTORS, _GRAINS))


def cut_stream(folder: Path) -> Path:
    """Make a stream that is cut off: its directory, at the end, is lost."""
    path = stream_link(folder / "export.vmdk", StreamPlan(SECTORS, _GRAINS))
    os.truncate(path, path.stat().st_size - 5 * SECTOR)
    return path


def cowd(folder: Path) -> Path:
    """Make a vmfsSparse disk."""
    return cowd_link(folder / "redo.vmdk", CowdPlan(SECTORS, {0: b"a" * SECTOR}))


def bare_delta(folder: Path) -> Path:
    """Make the extent of such a disk, without a descriptor."""
    cowd_link(folder / "lost.vmdk", CowdPlan(SECTORS, {0: b"a" * SECTOR})).unlink()
    return folder / "lost-delta.vmdk"


def bare_flat(folder: Path) -> Path:
    """Make the data of a flat disk, without a descriptor."""
    path = folder / "lost-flat.vmdk"
    path.write_bytes(b"f" * SECTORS * SECTOR)
    return path


def sesparse(folder: Path) -> Path:
    """Make a seSparse disk."""
    return sesparse_link(folder / "space.vmdk", SeSparsePlan(SECTORS, {0: b"a" * 4096}))


def dirty_sesparse(folder: Path) -> Path:
    """Make one whose journal was never replayed."""
    return sesparse_link(folder / "space.vmdk", SeSparsePlan(SECTORS, {0: b"a" * 4096}, dirty=1))


def _of_virtualbox(path: Path, *keys: str, grains: dict[int, bytes]) -> Path:
    text = descriptor_text([f'RW {SECTORS} SPARSE "{path.name}"'], more=keys)
    path.write_bytes(sparse_extent(SparsePlan(SECTORS, grains=grains), text))
    return path


def virtualbox_child(folder: Path) -> Path:
    """Make a child of VirtualBox whose parent is not there."""
    return _of_virtualbox(
        folder / "snapshot.vmdk", f'ddb.uuid.parent="{_PARENT}"', grains={9: b"j" * 65536}
    )


def virtualbox_pair(folder: Path) -> tuple[Path, Path]:
    """Make such a child and its parent."""
    base = _of_virtualbox(
        folder / "machine.vmdk", f'ddb.uuid.image="{_PARENT}"', grains={0: b"a" * 65536}
    )
    return base, virtualbox_child(folder)


def mapped_device(folder: Path) -> Path:
    """Make a raw device mapping."""
    (folder / "lun-rdm.vmdk").write_bytes(bytes(SECTOR))
    line = f'RW {SECTORS} VMFSRDM "lun-rdm.vmdk"'
    return _descriptor(folder / "lun.vmdk", line, kind="vmfsRawDeviceMap")


def encrypted(folder: Path) -> Path:
    """Make a disk whose bytes nobody can read without a key."""
    (folder / "secret-flat.vmdk").write_bytes(os.urandom(SECTORS * SECTOR))
    line = f'RW {SECTORS} FLAT "secret-flat.vmdk" 0'
    more = ('encryptionKeys = "vmware:key"',)
    return _descriptor(folder / "secret.vmdk", line, kind="monolithicFlat", more=more)


def mixed(folder: Path) -> Path:
    """Make a custom disk of a flat extent and one of zeros."""
    (folder / "custom-flat.vmdk").write_bytes(b"f" * (SECTORS // 2 * SECTOR))
    half = SECTORS // 2
    lines = f'RW {half} FLAT "custom-flat.vmdk" 0\nRW {half} ZERO'
    return _descriptor(folder / "custom.vmdk", lines, kind="custom")


KINDS: dict[Form, Callable[[Path], Path]] = {
    Form.SPARSE: sparse,
    Form.SPLIT_SPARSE: split_sparse,
    Form.FLAT: flat,
    Form.SPLIT_FLAT: split_flat,
    Form.STREAM: stream,
    Form.COWD: cowd,
    Form.SESPARSE: sesparse,
    Form.FOREIGN_CHILD: virtualbox_child,
    Form.ELSEWHERE: mapped_device,
    Form.ENCRYPTED: encrypted,
    Form.BARE: bare_delta,
    Form.MIXED: mixed,
}
"""A maker of each kind."""
