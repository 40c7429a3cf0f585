"""Tidying a backup folder: what a call that was killed left is finished or taken away."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from redoscope_core.errors import VmdkError
from redoscope_core.files.file import DiskFile
from redoscope_core.files.removal import remove_files
from redoscope_core.link.link import read_descriptor
from redoscope_core.operations.backup.manifests import MANIFEST_ENDING, read_point, stream_beside

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.chain.leftovers import Leftover
    from redoscope_core.operations.backup.catalogue import Catalogue, Removing

__all__ = ["clear_backup", "clear_manifest", "remove_point", "tidy"]

_PART = ".part"


def tidy(catalogue: Catalogue) -> tuple[str, ...]:
    """Finish what was begun in the folder of *catalogue*, which nobody else works on.

    Returns the names of points that a call of earlier was to remove, and that are gone now.

    Raises:
        FileUnreadable: The operating system refuses to remove something.
    """
    begun = catalogue.removing()
    for each in begun:
        remove_point(catalogue.folder, each)
    if begun:
        catalogue.end_removing()
    clear_unfinished(catalogue.folder)
    return tuple(each.name for each in begun)


def clear_unfinished(folder: Path) -> None:
    """Remove the files of backups that were being made in *folder* when a program was killed.

    A stream gets its name just before its manifest. One whose manifest is whole and has not got
    its own is such a stream; a stream without a manifest is no proof of anything and stays.
    """
    if not any(name.endswith(_PART) for name in os.listdir(folder)):  # noqa: PTH208
        return
    from redoscope_core.chain.leftovers import (  # noqa: PLC0415 - after a kill alone
        LeftoverKind,
        leftovers,
        remove_leftovers,
    )

    mine = [
        each
        for each in leftovers(folder)
        if each.path.parent == folder and each.kind is LeftoverKind.PART
    ]
    for each in mine:
        if each.target.name.endswith(MANIFEST_ENDING):
            _remove_unnamed(each, stream_beside(each.target))
    remove_leftovers(mine)


def clear_backup(stream: Path, manifest: Path) -> None:
    """Remove what a program that was killed left of a backup as those two files.

    Raises:
        FileUnreadable: The operating system refuses.
    """
    from redoscope_core.chain.leftovers import (  # noqa: PLC0415 - as above
        remove_leftovers,
        unfinished,
    )

    mine = unfinished((manifest, stream))
    for each in mine:
        if each.target == manifest:
            _remove_unnamed(each, stream)
    remove_leftovers(mine)


def clear_manifest(manifest: Path) -> None:
    """Remove what a program that was killed left of that *manifest* of a stream in a pipe.

    Raises:
        FileUnreadable: The operating system refuses.
    """
    from redoscope_core.chain.leftovers import (  # noqa: PLC0415 - as above
        remove_leftovers,
        unfinished,
    )

    remove_leftovers(unfinished((manifest,)))


def _remove_unnamed(part: Leftover, stream: Path) -> None:
    """Remove *stream* if *part* is its manifest, whole, and has not got its name."""
    if not os.path.lexists(part.target) and _is_its_stream(part.path, stream):
        remove_files([stream])


def _is_its_stream(manifest: Path, stream: Path) -> bool:
    try:
        return stream.lstat().st_size == read_point(manifest).end.stream_bytes
    except (OSError, VmdkError):
        return False


def remove_point(folder: Path, each: Removing) -> None:
    """Remove the files of a point in *folder*, first its manifest.

    Nothing happens if another has got the name since.

    Raises:
        FileUnreadable: The operating system refuses.
    """
    manifest = folder / each.manifest
    stream = stream_beside(manifest)
    if os.path.lexists(manifest):
        try:
            if read_point(manifest).sha256 != each.sha256:
                return
        except VmdkError:
            return
        remove_files([manifest])
    if _content_id(stream) == each.cid:
        remove_files([stream])


def _content_id(stream: Path) -> int | None:
    try:
        with DiskFile(stream) as file:
            return read_descriptor(file).cid
    except VmdkError:
        return None
