"""Tidying a backup folder: what a call that was killed left is finished or taken away."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from redoscope_core.chain.leftovers import LeftoverKind, leftovers, remove_leftovers
from redoscope_core.errors import VmdkError
from redoscope_core.files.file import os_error
from redoscope_core.files.new_file import sync_folder
from redoscope_core.operations.backup.manifests import MANIFEST_ENDING, read_point, stream_beside

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.operations.backup.catalogue import Catalogue

__all__ = ["remove_point", "tidy"]

_PART = ".part"


def tidy(catalogue: Catalogue) -> None:
    """Finish what was begun in the folder of *catalogue*, which nobody else works on.

    Raises:
        FileUnreadable: The operating system refuses to remove something.
    """
    for name in catalogue.removing():
        # The names are from a file that anybody may have written.
        if name == os.path.basename(name) and name.endswith(MANIFEST_ENDING):  # noqa: PTH119
            remove_point(catalogue, catalogue.folder / name)
        else:
            catalogue.end_removing(name)
    clear_unfinished(catalogue.folder)


def clear_unfinished(folder: Path) -> None:
    """Remove the files of backups that were being made in *folder* when a program was killed.

    A stream gets its name just before its manifest. One whose manifest is whole and has not got
    its own is such a stream; a stream without a manifest is no proof of anything and stays.
    """
    if not any(name.endswith(_PART) for name in os.listdir(folder)):  # noqa: PTH208
        return
    mine = [
        each
        for each in leftovers(folder)
        if each.path.parent == folder and each.kind is LeftoverKind.PART
    ]
    for each in mine:
        stream = stream_beside(each.target)
        is_manifest = each.target.name.endswith(MANIFEST_ENDING)
        if is_manifest and not os.path.lexists(each.target) and _is_its_stream(each.path, stream):
            _remove(stream)
    remove_leftovers(mine)


def _is_its_stream(manifest: Path, stream: Path) -> bool:
    try:
        return stream.lstat().st_size == read_point(manifest).end.stream_bytes
    except (OSError, VmdkError):
        return False


def remove_point(catalogue: Catalogue, manifest: Path) -> int:
    """Remove a point, first its *manifest*; return the bytes that were given back.

    A call that is killed meanwhile is finished by the next.

    Raises:
        FileUnreadable: The operating system refuses.
    """
    catalogue.begin_removing(manifest.name)
    freed = _remove(manifest)
    sync_folder(manifest.parent)
    freed += _remove(stream_beside(manifest))
    sync_folder(manifest.parent)
    catalogue.end_removing(manifest.name)
    return freed


def _remove(path: Path) -> int:
    try:
        length = path.lstat().st_size
        path.unlink()
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise os_error(error, path, "removing it") from None
    return length
