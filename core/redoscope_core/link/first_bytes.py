"""What is a disk in a folder: the one rule, by the first bytes of files, whatever their names.

A folder may hold 100,000 other files: each is opened once and 512 bytes of it are read. A tree, a
check, a write and the making of a child all ask here, so they agree on who is there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.errors import FileMissing
from redoscope_core.files.file import TOO_MANY, os_error
from redoscope_core.files.names import real_path
from redoscope_core.files.new_file import target_of_part
from redoscope_core.format.descriptor import MAX_TEXT
from redoscope_core.format.magics import COWD_MAGIC, SESPARSE_MAGIC, SPARSE_MAGIC
from redoscope_core.format.signature import is_descriptor_text, stands_after_comments
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MARKS_OF_NAMES", "begins_as_link", "called_like_disk", "links_in", "named_as_disk"]

_MAGICS = (SPARSE_MAGIC, COWD_MAGIC, SESPARSE_MAGIC)
_BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n"
_ENDING = ".vmdk"
MARKS_OF_NAMES = (".vmd", ".redo")
"""What stands in the name of a disk or a redo log, in small letters, and ends what stays of it."""
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK


def named_as_disk(path: Path) -> bool:
    """Tell whether *path* has the ending that the names of disks have."""
    return path.suffix.lower() == _ENDING


def called_like_disk(name: str) -> bool:
    """Tell whether a file called *name* is called as programs call disks and redo logs."""
    return any(mark in name.lower() for mark in MARKS_OF_NAMES)


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
            if entry.is_symlink() and _leads_out(folder / entry.name, folder):
                continue
            if begins_as_link(entry):
                yield folder / entry.name


def begins_as_link(entry: os.DirEntry[str]) -> bool:
    """Tell whether *entry* of a folder is a regular file that begins as a link does.

    Not one that is being written under another name; not one that can't be read, for nobody
    could open it as a link.

    Raises:
        OSError: More files would have to be open than the system allows.
    """
    if entry.name.startswith(".") and target_of_part(Path(entry.name)) is not None:
        return False
    try:
        return entry.is_file() and _begins_as_link(entry)
    except OSError as error:
        if error.errno in TOO_MANY:
            raise
        return False  # gone meanwhile, or not to be read


def _leads_out(path: Path, folder: Path) -> bool:
    """Tell whether the symbolic link *path* leads to a file outside *folder*."""
    return not real_path(path).is_relative_to(real_path(folder))


def _begins_as_link(entry: os.DirEntry[str]) -> bool:
    descriptor = os.open(entry.path, _FLAGS)
    try:
        head = os.pread(descriptor, SECTOR, 0)
        if head.startswith(_MAGICS):
            return True
        if len(head) < SECTOR or b"\0" in head:
            return is_descriptor_text(head)
        if is_descriptor_text(head):
            return True
        # Comments may stand before the signature line, in any file; before any other text only
        # in one that is named as a disk is.
        named = entry.name.lower().endswith(_ENDING)
        if not named and not head.lstrip(_BEFORE_TEXT).startswith(b"#"):
            return False
        text = os.pread(descriptor, MAX_TEXT, 0)
        return is_descriptor_text(text) if named else stands_after_comments(text)
    finally:
        os.close(descriptor)
