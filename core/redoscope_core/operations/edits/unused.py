"""Files that a call made, and nobody needs once that call is taken back: removed again.

What a saved plan says is no evidence. A file goes only if that loses nothing, by what it holds
itself: a child in which nothing is stored and from which nothing was made, a checkpoint file
that this program wrote, a list of snapshots with nothing in it; and only if no text of a machine
names it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from redoscope_core.chain.access import Policy
from redoscope_core.chain.family.children import children_of
from redoscope_core.errors import FileMissing, VmdkError
from redoscope_core.files.file import DiskFile
from redoscope_core.files.locks import in_use_by
from redoscope_core.files.names import is_there
from redoscope_core.files.removal import remove_files
from redoscope_core.format.dictionary import MAX_DICTIONARY
from redoscope_core.link.link import Link
from redoscope_core.link.opening import describe, extents_beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from redoscope_core.link.edit import Edit

__all__ = ["remove_unused"]

_TEXTS = (".vmx", ".vmsd", ".vmxf", ".vmtx")


def remove_unused(paths: Sequence[Path], edits: Iterable[Edit] = ()) -> tuple[Path, ...]:
    """Remove the files *paths* and return all that went; none if somebody needs one of them.

    The texts of machines beside them, and beside what *edits* change, are asked whether they
    name one.

    Raises:
        VmdkError: One can't be removed.
    """
    there = [path for path in paths if is_there(path)]
    folders = dict.fromkeys([*(path.parent for path in there), *(e.path.parent for e in edits)])
    texts = list(_texts_in(folders)) if there else []
    if any(os.fsencode(path.name) in text for path in there for text in texts):
        return ()
    try:
        each = [_unused_files(path) for path in there]
    except VmdkError:
        return ()
    if not all(each):
        return ()
    files = [file for own in reversed(each) for file in reversed(own)]
    # A list that was made goes last: without it the call could not be made again.
    files.sort(key=lambda file: file.suffix.lower() in _TEXTS)
    remove_files(files)
    return tuple(files)


def _unused_files(path: Path) -> tuple[Path, ...]:
    """Return the files that go with *path*, itself first; none if something is in them."""
    kind = path.suffix.lower()
    if kind == ".vmsd":
        return (path,) if path.stat().st_size == 0 else ()
    if kind == ".vmsn":
        return (path,) if _is_our_checkpoint(path) else ()
    try:
        with Link.open(path) as link:
            used = in_use_by(path, [link.descriptor_file, *link.disk_files])
            if not link.is_child or len(link.stored) or used or children_of(path, Policy()):
                return ()
            return link.all_files
    except FileMissing:
        # A removal that was killed goes on: the text of a link goes last.
        return (path,) if _is_text_alone(path) else ()


def _is_text_alone(path: Path) -> bool:
    """Tell whether *path* is the text of a child of which no extent is left."""
    with DiskFile(path) as file:
        descriptor, header = describe(file)
        if header is not None or not descriptor.is_child or extents_beside(file):
            return False
        return not in_use_by(path, [file]) and not children_of(path, Policy())


def _is_our_checkpoint(path: Path) -> bool:
    from redoscope_core.format.new_checkpoint import is_ours  # noqa: PLC0415 - only machines have
    from redoscope_core.machine.state import open_checkpoint  # noqa: PLC0415 - a state

    with open_checkpoint(path) as checkpoint:
        return is_ours(checkpoint)


def _texts_in(folders: Iterable[Path]) -> Iterator[bytes]:
    """Yield what the texts of machines in *folders* say."""
    for folder in folders:
        with suppress(OSError):
            for place in sorted(folder.iterdir()):
                if place.suffix.lower() not in _TEXTS:
                    continue
                with suppress(VmdkError), DiskFile(place) as file:
                    length = min(file.file_bytes, MAX_DICTIONARY)
                    yield file.read_at(0, length, what="the text of a machine")
