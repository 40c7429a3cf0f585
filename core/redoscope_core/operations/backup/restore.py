"""Restore: a point, with all that it builds on laid over each other, as a new disk of any kind.

full           |aaaaaaaaaaaaaaaa|
incremental    |  bb    bbbb    |       opened as links of a chain: each grain is read once,
incremental    |   cc        c  |       from the newest stream that has it
new disk       |aabccaaabbbbacaa|
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.chain.chain import Chain
from redoscope_core.chain.outputs import refuse_output
from redoscope_core.operations.backup.catalogue import Catalogue
from redoscope_core.operations.backup.part_proofs import prove_bytes
from redoscope_core.operations.backup.proving import opened_stream
from redoscope_core.operations.backup.verify import points_at
from redoscope_core.operations.making.clone import clone
from redoscope_core.operations.making.new_disk import refuse_taken
from redoscope_core.operations.making.pieces import DISK_KINDS, DiskPieces

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from redoscope_core.operations.backup.manifests import Point
    from redoscope_core.progress import Progress

__all__ = ["Restored", "restore"]


class Restored(NamedTuple):
    """What a call of `restore` led to."""

    point: Point
    already: bool
    """Whether the disk was there before, every byte of it, and nothing was written."""


def restore(
    source: Path,
    path: Path,
    kind: str = "monolithicSparse",
    *,
    point: str | None = None,
    grain_size: int = 128,
) -> Generator[Progress, None, Restored]:
    """Restore *point* of the backups at *source* to the new disk *path*.

    *source* is a folder, or a stream or manifest in one. Every manifest and stream that is needed
    is proved before the first byte is written. Closing the generator leaves nothing behind. A call
    that was killed is made again as it was: it finds out what was done.

    Raises:
        InvalidArgument: No point is meant, or more than one; or the kind is unknown.
        AlreadyExists: A name is taken, by something else than that very disk.
        VmdkError: Something that is needed is missing or damaged: it is named, and nothing was
            written.
    """
    shelf, meant = points_at(source)
    chosen = shelf.named(point or meant)
    series = shelf.series(chosen)
    capacity = chosen.head.capacity
    already = os.path.lexists(path) and _may_be_restored(path, kind, capacity, grain_size)
    if not already:
        _refuse_taken(path, kind, capacity)
    _clear(path, kind, capacity)
    with Catalogue.open(shelf.folder, kept=False) as catalogue:
        yield from catalogue.nodes(series)
    for each in series:
        yield from prove_bytes(each)
    with ExitStack() as opened:
        links = [opened.enter_context(opened_stream(each)) for each in series]
        chain = Chain(links, owner=False)
        if not already:
            yield from clone(chain, path, kind, grain_size=grain_size)
        elif not (yield from _reads_as(chain, path, kind)):
            _refuse_taken(path, kind, capacity)
    return Restored(chosen, already)


def _may_be_restored(path: Path, kind: str, capacity: int, grain_size: int) -> bool:
    from redoscope_core.operations.backup.done_before import (  # noqa: PLC0415 - seldom
        may_be_restored,
    )

    return may_be_restored(path, kind, capacity, grain_size)


def _reads_as(chain: Chain, path: Path, kind: str) -> Generator[Progress, None, bool]:
    from redoscope_core.operations.backup.done_before import reads_as  # noqa: PLC0415 - seldom

    return (yield from reads_as(chain, path, kind))


def _clear(path: Path, kind: str, capacity: int) -> None:
    """Remove what an earlier try, which was killed, left: it may be as large as the disk."""
    from redoscope_core.chain.leftovers import (  # noqa: PLC0415 - as `tidying` has it
        remove_leftovers,
        unfinished,
    )

    files = DiskPieces(path, kind, capacity).paths if kind in DISK_KINDS else (path,)
    remove_leftovers(unfinished(files))


def _refuse_taken(path: Path, kind: str, capacity: int) -> None:
    if kind in DISK_KINDS:
        refuse_taken(DiskPieces(path, kind, capacity))
    else:
        refuse_output(path)
