"""Restore: a point, with all that it builds on laid over each other, as a new disk of any kind.

full           |aaaaaaaaaaaaaaaa|
incremental    |  bb    bbbb    |       opened as links of a chain: each grain is read once,
incremental    |   cc        c  |       from the newest stream that has it
new disk       |aabccaaabbbbacaa|
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

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

__all__ = ["restore"]


def restore(
    source: Path,
    path: Path,
    kind: str = "monolithicSparse",
    *,
    point: str | None = None,
    grain_size: int = 128,
) -> Generator[Progress, None, Point]:
    """Restore *point* of the backups at *source* to the new disk *path*; return the point.

    *source* is a folder, or a stream or manifest in one. Every manifest and stream that is needed
    is proved before the first byte is written. Closing the generator leaves nothing behind.

    Raises:
        InvalidArgument: No point is meant, or more than one; or the kind is unknown.
        AlreadyExists: A name is taken.
        VmdkError: Something that is needed is missing or damaged: it is named, and nothing was
            written.
    """
    shelf, meant = points_at(source)
    chosen = shelf.named(point or meant)
    series = shelf.series(chosen)
    if kind in DISK_KINDS:
        refuse_taken(DiskPieces(path, kind, chosen.head.capacity))
    else:
        refuse_output(path)
    with Catalogue.open(shelf.folder, kept=False) as catalogue:
        yield from catalogue.nodes(series)
    for each in series:
        yield from prove_bytes(each)
    with ExitStack() as opened:
        links = [opened.enter_context(opened_stream(each)) for each in series]
        yield from clone(Chain(links, owner=False), path, kind, grain_size=grain_size)
    return chosen
