"""Which files of a folder may be links, by their first bytes, whatever their names.

A folder may hold 100,000 other files: each is opened once and 512 bytes of it are read.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from redoscope_core.errors import FileMissing
from redoscope_core.format.descriptor import is_descriptor_text
from redoscope_core.format.magics import COWD_MAGIC, SESPARSE_MAGIC, SPARSE_MAGIC
from redoscope_core.format.units import SECTOR
from redoscope_core.link.file import TOO_MANY, os_error
from redoscope_core.link.names import real_path
from redoscope_core.link.new_file import target_of_part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["links_in", "named_as_disk"]

_MAGICS = (SPARSE_MAGIC, COWD_MAGIC, SESPARSE_MAGIC)
_BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n"
_ENDING = ".vmdk"
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK


def named_as_disk(path: Path) -> bool:
    """Tell whether *path* has the ending that the names of disks have."""
    return path.suffix.lower() == _ENDING


def links_in(folder: Path) -> list[Path]:
    """Return the files in *folder* that may be links, by name.

    Not among them is what is being written under another name, nor anything that is
    no regular file, nor symbolic links that lead out of the folder: those are not opened.
    A folder that is not there holds none.

    Raises:
        FileUnreadable: *folder* may not be listed, or more files would have to be open than
            the system allows: what is in it is not known.
    """
    try:
        return sorted(_links_in(folder))
    except ValueError:
        return []  # a name with NUL: nothing can be there
    except OSError as error:
        told = os_error(error, folder, "listing the folder")
        if isinstance(told, FileMissing):
            return []
        raise told from None


def _links_in(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = folder / entry.name if entry.name.startswith(".") else None
            if path is not None and target_of_part(path) is not None:
                continue
            try:
                found = entry.is_file() and not _leads_out(entry, folder) and _may_be_link(entry)
            except OSError as error:
                if error.errno in TOO_MANY:
                    raise
                continue  # gone meanwhile, or not to be read: nobody could open it as a link
            if found:
                yield folder / entry.name


def _leads_out(entry: os.DirEntry[str], folder: Path) -> bool:
    """Tell whether *entry* is a symbolic link to a file outside *folder*."""
    if not entry.is_symlink():
        return False
    return not real_path(folder / entry.name).is_relative_to(real_path(folder))


def _may_be_link(entry: os.DirEntry[str]) -> bool:
    descriptor = os.open(entry.path, _FLAGS)
    try:
        head = os.pread(descriptor, SECTOR, 0)
    finally:
        os.close(descriptor)
    if head.startswith(_MAGICS):
        return True
    if not head or head.isspace():
        return False
    if len(head) < SECTOR or b"\0" in head:
        return is_descriptor_text(head)
    # Comments may stand before the signature line, in any file; before any other text only in
    # one that is named as a disk is.
    return head.lstrip(_BEFORE_TEXT).startswith(b"#") or entry.name.lower().endswith(_ENDING)
