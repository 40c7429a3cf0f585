"""Making new disks: base disks of every writable kind, and children.

A child starts empty: every sector is still its parent's. It keeps the parent's
content ID, so that it notices if the parent is changed. The parent is only read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.chain.access import ADVISED_LINKS
from redoscope_core.errors import AlreadyExists, ChainTooDeep, InvalidArgument, PartialChain
from redoscope_core.format.compose import NewDescriptor, check_new_name
from redoscope_core.format.content_id import NO_PARENT, draw_content_id
from redoscope_core.format.extent_line import ExtentLine
from redoscope_core.format.geometry import ADAPTERS
from redoscope_core.format.sparse import MAX_GRAIN, SparseLayout
from redoscope_core.format.units import SECTOR
from redoscope_core.link.locks import refuse_if_locked
from redoscope_core.link.new_file import NewFiles

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain
    from redoscope_core.link.file import DiskFile

__all__ = [
    "CHILD_KINDS",
    "DISK_KINDS",
    "MAX_NEW_CAPACITY",
    "create_child",
    "create_disk",
    "parent_hint",
]

CHILD_KINDS = ("monolithicSparse", "twoGbMaxExtentSparse")
"""Kinds a child may have: always sparse, whatever the parent is."""
DISK_KINDS = (*CHILD_KINDS, "monolithicFlat", "twoGbMaxExtentFlat", "vmfs")
MAX_NEW_CAPACITY = 2**37
"""Sectors (64 TiB), a little above the largest disk of any product."""
_PIECE = 4192256
"""Sectors (2047 MiB) in a piece of a split disk, as VMware has always cut them."""
_MIN_GRAIN = 8


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a new disk is to be."""

    path: Path
    capacity: int
    kind: str
    adapter: str
    comment: str
    grain_size: int
    zeroed_grains: bool
    parent_cid: int = NO_PARENT
    parent_hint: str | None = None
    hardware_version: str = "4"


def create_disk(
    path: Path,
    capacity: int,
    *,
    kind: str = "monolithicSparse",
    adapter: str = "lsilogic",
    zeroed_grains: bool = False,
    grain_size: int = 128,
    comment: str = "",
) -> None:
    """Make an empty base disk of *capacity* sectors at *path*.

    *kind* is one of `DISK_KINDS`, *grain_size* in sectors. With *zeroed_grains* a
    grain of zeros takes no room; some programs misread such grains.

    Raises:
        InvalidArgument: A property is impossible.
        AlreadyExists: *path*, or a file that belongs to it, is there already.
        DiskFull: No room.
    """
    if kind not in DISK_KINDS:
        raise InvalidArgument(
            "a kind of disk that can't be made",
            path=path,
            found=repr(kind),
            expected=", ".join(DISK_KINDS),
        )
    _make(_Plan(Path(path), capacity, kind, adapter, comment, grain_size, zeroed_grains))


def create_child(
    parent: Chain,
    path: Path,
    kind: str = "monolithicSparse",
    *,
    zeroed_grains: bool = False,
    grain_size: int = 128,
    comment: str = "",
    max_links: int = ADVISED_LINKS,
) -> None:
    """Make an empty child at *path* of the newest link of *parent*.

    The parent may be any link; on one that has children already the new child is a
    branch (the guide's Child1a).

    Raises:
        InvalidArgument: *kind* is not sparse, or a property is impossible.
        AlreadyExists: *path*, or a file that belongs to it, is there already.
        PartialChain: *parent* lacks its own parents.
        ChainTooDeep: The chain would have more than *max_links* links.
        InUse: Another program holds a lock on the parent.
    """
    path = Path(path)
    if kind not in CHILD_KINDS:
        raise InvalidArgument(
            "a child is always sparse",
            path=path,
            found=repr(kind),
            expected=" or ".join(CHILD_KINDS),
        )
    if parent.links[0].is_child:
        raise PartialChain("the parent is opened without its own parents", path=parent.path)
    # While somebody else writes the parent, its content ID does not tell of each change.
    refuse_if_locked(parent.path, list(parent.tip.disk_files))
    if len(parent.links) + 1 > max_links:
        raise ChainTooDeep(
            "too many links in the chain",
            path=path,
            found=len(parent.links) + 1,
            expected=f"at most {max_links}",
            cure="consolidate the chain, or allow more links",
        )
    _make(
        _Plan(
            path,
            parent.capacity,
            kind,
            _inherited(parent, "ddb.adapterType", "lsilogic"),
            comment,
            grain_size,
            zeroed_grains,
            parent_cid=parent.tip.descriptor.cid,
            parent_hint=parent_hint(parent.path, path),
            hardware_version=_inherited(parent, "ddb.virtualHWVersion", "4"),
        )
    )
    parent.tip.children_made.append(path)


def _inherited(parent: Chain, key: str, otherwise: str) -> str:
    for link in reversed(parent.links):
        if value := link.descriptor.get(key):
            return value
    return otherwise


def parent_hint(parent: Path, child: Path) -> str:
    """Return the hint by which the link at *child* finds *parent*: relative, so both may move.

    Raises:
        InvalidArgument: The path holds characters that a descriptor has no way to write.
    """
    folder = child.parent.resolve()
    hint = os.path.relpath(parent.parent.resolve() / parent.name, folder)
    if '"' in hint or any(ord(char) < ord(" ") for char in hint):
        raise InvalidArgument(
            "the parent's path can't be written to a descriptor", path=child, found=repr(hint)
        )
    return hint


def _make(plan: _Plan) -> None:
    _check(plan)
    lines = _extent_lines(plan)
    split = plan.kind != "monolithicSparse"
    targets = [plan.path.with_name(line.name or "") for line in lines]
    with NewFiles([plan.path, *targets] if split else [plan.path]) as files:
        if split:
            files[0].write_at(0, _descriptor(plan, lines))
        for line, file in zip(lines, files[1:] if split else files, strict=True):
            if line.type == "SPARSE":
                _lay_out(file, plan, line, b"" if split else _descriptor(plan, lines))
            else:
                file.truncate(line.sectors * SECTOR)


def _check(plan: _Plan) -> None:
    try:
        check_new_name(plan.path.name)
    except InvalidArgument as error:
        error.path = plan.path
        raise
    if os.path.lexists(plan.path):
        raise AlreadyExists(
            "the name is taken", path=plan.path, cure="choose another name; nothing was changed"
        )
    size = plan.grain_size
    checks = (
        (
            0 < plan.capacity <= MAX_NEW_CAPACITY,
            "capacity",
            plan.capacity,
            f"1 to {MAX_NEW_CAPACITY} sectors",
        ),
        (plan.adapter in ADAPTERS, "adapter", repr(plan.adapter), ", ".join(ADAPTERS)),
        (
            _MIN_GRAIN <= size <= MAX_GRAIN and size & (size - 1) == 0,
            "grain size",
            size,
            f"a power of two from {_MIN_GRAIN} to {MAX_GRAIN} sectors",
        ),
    )
    for good, what, found, expected in checks:
        inherited = what == "adapter" and plan.parent_hint is not None
        if not good and not inherited:
            raise InvalidArgument(
                f"an impossible {what}", path=plan.path, found=found, expected=expected
            )


def _extent_lines(plan: _Plan) -> tuple[ExtentLine, ...]:
    stem = plan.path.stem
    if plan.kind == "monolithicSparse":
        return (ExtentLine("RW", plan.capacity, "SPARSE", plan.path.name),)
    if plan.kind in {"monolithicFlat", "vmfs"}:
        kind = "FLAT" if plan.kind == "monolithicFlat" else "VMFS"
        return (ExtentLine("RW", plan.capacity, kind, f"{stem}-flat.vmdk"),)
    kind, letter = ("SPARSE", "s") if plan.kind == "twoGbMaxExtentSparse" else ("FLAT", "f")
    starts = range(0, plan.capacity, _PIECE)
    return tuple(
        ExtentLine(
            "RW", min(_PIECE, plan.capacity - start), kind, f"{stem}-{letter}{number:03d}.vmdk"
        )
        for number, start in enumerate(starts, start=1)
    )


def _descriptor(plan: _Plan, lines: tuple[ExtentLine, ...]) -> bytes:
    text = NewDescriptor(
        cid=draw_content_id(plan.parent_cid),
        create_type=plan.kind,
        extents=lines,
        parent_cid=plan.parent_cid,
        parent_hint=plan.parent_hint,
        adapter=plan.adapter,
        hardware_version=plan.hardware_version,
        comment=plan.comment,
    )
    try:
        return text.to_bytes()
    except InvalidArgument as error:
        error.path = plan.path
        raise


def _lay_out(file: DiskFile, plan: _Plan, line: ExtentLine, descriptor: bytes) -> None:
    header = SparseLayout(
        line.sectors, plan.grain_size, bool(descriptor), plan.zeroed_grains
    ).header()
    directory_sectors = -(-header.table_count * 4 // SECTOR)
    file.truncate(header.overhead * SECTOR)
    file.write_at(0, header.pack())
    file.write_at(SECTOR, descriptor)
    for directory in (header.rgd_offset, header.gd_offset):
        # All grain tables are there from the start, as holes: entries of 0.
        first = directory + directory_sectors
        tables = first + np.arange(header.table_count, dtype=np.int64) * header.table_sectors
        file.write_at(directory * SECTOR, tables.astype("<u4").tobytes())
