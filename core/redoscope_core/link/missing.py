"""Files of a disk that are not there, told all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import FileMissing, Readable
from redoscope_core.leniency import Leniency
from redoscope_core.phrases import Doing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from redoscope_core.errors import Wanted
    from redoscope_core.format.descriptor import Descriptor

__all__ = ["files_missing"]


def files_missing(path: Path, descriptor: Descriptor, missing: Sequence[Wanted]) -> FileMissing:
    """Return the error that the files *missing*, one or more, of the disk at *path* are not there.

    It tells how many sectors of *descriptor* can be read without them.
    """
    first = missing[0]
    several = len(missing) > 1
    error = FileMissing(
        f"{len(missing)} files of the disk are not there" if several else "the file is not there",
        path=path if several else first.path,
        where="the extent description" if several else Doing("opening the file"),
        found=", ".join(wanted.path.name for wanted in missing) if several else None,
        cure="put them back, or name the folder they are in"
        if several
        else "put it back, or open it where it is now",
    )
    error.missing = tuple(missing)
    lost = sum(wanted.sectors for wanted in missing)
    error.readable = Readable(max(0, descriptor.capacity - lost), descriptor.capacity)
    error.leniency = Leniency.SALVAGE
    return error
