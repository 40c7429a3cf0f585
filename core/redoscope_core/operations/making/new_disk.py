"""New disks: what one is to be, its files laid out and empty, ready to be filled.

The files appear together when the disk is complete, or not at all.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.chain.outputs import refuse_output
from redoscope_core.errors import InvalidArgument
from redoscope_core.extents.flat import FlatExtent
from redoscope_core.extents.sparse.extent import SparseExtent
from redoscope_core.files.new_file import NewFiles
from redoscope_core.format.compose import NewDescriptor, check_new_name
from redoscope_core.format.content_id import NO_PARENT, draw_content_id
from redoscope_core.format.geometry import ADAPTERS, USUAL_ADAPTER
from redoscope_core.format.sparse import MAX_GRAIN, SparseLayout
from redoscope_core.format.units import SECTOR
from redoscope_core.link.first_bytes import named_as_disk
from redoscope_core.operations.making.pieces import MAX_NEW_CAPACITY, DiskPieces

if TYPE_CHECKING:
    from collections.abc import Generator

    from redoscope_core.chain.chain import Chain
    from redoscope_core.files.file import DiskFile
    from redoscope_core.format.extent_line import ExtentLine

__all__ = [
    "NewDisk",
    "adapter_of",
    "check_disk_name",
    "laid_out",
    "refuse_taken",
]

_MIN_GRAIN = 8


@dataclass(frozen=True, slots=True)
class NewDisk:
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
    like: tuple[Path, ...] = ()
    """Files whose content the disk holds or builds on: it is no more open to others than they."""


def check_disk_name(path: Path) -> None:
    """Refuse *path* as the name of a new disk if programs could not find or name it.

    Raises:
        InvalidArgument: It does not end in ``.vmdk``, so nobody who looks for disks would see
            it; or no descriptor can hold it.
    """
    try:
        check_new_name(path.name)
    except InvalidArgument as error:
        error.path = path
        raise
    if not named_as_disk(path):
        raise InvalidArgument(
            "the name of a disk ends in .vmdk: by that programs find the children of a disk",
            path=path,
            found=repr(path.name),
            expected=repr(f"{path.name}.vmdk"),
            cure="nothing was made",
        )


def refuse_taken(pieces: DiskPieces) -> None:
    """Refuse a new disk if a name of its *pieces* is taken, but not by an earlier try to make it.

    Raises:
        AlreadyExists: A name is taken.
        FileMissing: Its folder is not there.
    """
    if not pieces.is_one_file:
        # A disk of one file leaves nothing that could be in the way.
        from redoscope_core.chain.leftovers import clear_unfinished  # noqa: PLC0415

        clear_unfinished(pieces.path)
    for target in pieces.paths:
        refuse_output(target)


def adapter_of(chain: Chain) -> str:
    """Return the adapter that a copy of *chain* is made for."""
    # Others (pvscsi) stand in some descriptors, and no program writes or wants them there.
    adapter = chain.tip.descriptor.get("ddb.adapterType")
    return adapter if adapter in ADAPTERS else USUAL_ADAPTER


@contextmanager
def laid_out(plan: NewDisk) -> Generator[tuple[SparseExtent | FlatExtent, ...]]:
    """Give the empty extents of a new disk; on leaving without an error it appears whole.

    Raises:
        InvalidArgument: A property is impossible.
        AlreadyExists: One of the names is taken.
        DiskFull: No room.
    """
    _check(plan)
    pieces = DiskPieces(plan.path, plan.kind, plan.capacity)
    lines = pieces.lines()
    apart = not pieces.is_one_file
    refuse_taken(pieces)
    with NewFiles(pieces.paths, like=plan.like) as files:
        if apart:
            files[0].write_at(0, _descriptor(plan, lines))
        extents: list[SparseExtent | FlatExtent] = []
        for line, file in zip(lines, files[1:] if apart else files, strict=True):
            if line.type == "SPARSE":
                extents.append(
                    _lay_out(file, plan, line, b"" if apart else _descriptor(plan, lines))
                )
            else:
                file.truncate(line.sectors * SECTOR)
                extents.append(FlatExtent(line, file))
        yield tuple(extents)


def _check(plan: NewDisk) -> None:
    check_disk_name(plan.path)
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


def _descriptor(plan: NewDisk, lines: tuple[ExtentLine, ...]) -> bytes:
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


def _lay_out(file: DiskFile, plan: NewDisk, line: ExtentLine, descriptor: bytes) -> SparseExtent:
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
    return SparseExtent(line, file, header)
