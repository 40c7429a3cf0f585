"""The log of a copy that was salvaged: what could not be read, area by area, and as a map.

The log is a JSON list, each area with its cause, file, place and table entry. The map has the form
of those of GNU ddrescue (`info ddrescue`, "Mapfile structure"): bytes of the disk, `+` where they
were read and `-` where they could not be.
"""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from redoscope_core.chain.outputs import refuse_output
from redoscope_core.errors import AlreadyExists
from redoscope_core.files.new_file import NewFiles
from redoscope_core.format.units import SECTOR
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from redoscope_core.chain.unread import Unread
    from redoscope_core.files.file import DiskFile

__all__ = ["DamageLog", "log_beside", "map_lines"]

_AT_ONCE = 500
"""Areas whose causes are looked up in a step."""
_ROWS = 4096


def log_beside(copy: Path) -> Path:
    """Return the name of the log of the disk *copy*, beside it."""
    return copy.with_name(f"{copy.name}.unreadable.json")


class DamageLog:
    """The two files that tell what of a disk could not be read."""

    def __init__(self, path: Path, *, like: Iterable[Path] = ()) -> None:
        """Write the log to *path*, and the map beside it; with the rights of the files *like*."""
        stem = path.name.removesuffix(".json")
        self.path = path
        self.map_path = path.with_name(f"{stem}.map")
        self._like = tuple(like)
        self._is_written = False

    def refuse_taken(self, copy: Iterable[Path] = ()) -> None:
        """Refuse names that are taken, or that a file of the *copy* is to have.

        Raises:
            AlreadyExists: One is.
            FileMissing: Their folder is not there.
        """
        copied = {path.absolute() for path in copy}
        for path in (self.path, self.map_path):
            refuse_output(path)
            if path.absolute() in copied:
                raise AlreadyExists(
                    "the log, or the map beside it, would have the name of a file of the copy",
                    path=path,
                    cure="choose another name; nothing was changed",
                )

    @contextmanager
    def removed_on_failure(self) -> Generator[None]:
        """Let no log stay of a copy that did not appear."""
        try:
            yield
        except BaseException:
            for path in (self.path, self.map_path) if self._is_written else ():
                with suppress(OSError):
                    path.unlink()
            raise

    def write(self, unread: Unread) -> Generator[Progress, None, None]:
        """Write both files; they appear together."""
        with NewFiles([self.path, self.map_path], like=self._like) as (log, map_file):
            yield from _written(log, _log_text(unread))
            yield from _written(map_file, map_lines(unread))
        self._is_written = True


def _written(file: DiskFile, texts: Iterator[str]) -> Generator[Progress, None, None]:
    end = 0
    for text in texts:
        data = text.encode("utf-8", "surrogateescape")
        file.write_at(end, data)
        end += len(data)
        yield Progress(0, 0, "telling what can't be read")


def _log_text(unread: Unread) -> Iterator[str]:
    """Yield the JSON list, some areas at a time."""
    before = "["
    batch: list[str] = []
    for area in unread.areas():
        batch.append(json.dumps(area.document))
        if len(batch) == _AT_ONCE:
            yield before + ",\n ".join(batch)
            before, batch = ",\n ", []
    yield (before + ",\n ".join(batch) if batch or before == "[" else "") + "]\n"


def map_lines(unread: Unread) -> Iterator[str]:
    """Yield the map of ddrescue, some lines at a time; all is in bytes of the disk."""
    total = unread.capacity * SECTOR
    yield (
        "# Mapfile. Created by Redoscope\n"
        "# current_pos  current_status  current_pass\n"
        f"0x{total:08X}     +               1\n"
        "#      pos        size  status\n"
    )
    starts, counts = unread.runs
    position = 0
    for low in range(0, len(starts), _ROWS):
        lines = []
        part = slice(low, low + _ROWS)
        for start, count in zip(starts[part].tolist(), counts[part].tolist(), strict=True):
            if start * SECTOR > position:
                lines.append(f"0x{position:08X}  0x{start * SECTOR - position:08X}  +\n")
            lines.append(f"0x{start * SECTOR:08X}  0x{count * SECTOR:08X}  -\n")
            position = (start + count) * SECTOR
        yield "".join(lines)
    if position < total:
        yield f"0x{position:08X}  0x{total - position:08X}  +\n"
