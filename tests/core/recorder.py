"""What the engine does to files, recorded, and what is left of it after a crash."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING
from unittest.mock import patch

if TYPE_CHECKING:
    import random
    from collections.abc import Generator
    from pathlib import Path

__all__ = ["Event", "Recorder"]

SECTOR = 512


@dataclass(frozen=True, slots=True)
class Event:
    """One call: a write of *data* at *offset*, a new length, or a flush."""

    kind: str
    """"write", "length" or "flush"."""
    path: str
    offset: int = 0
    data: bytes = b""

    def pieces(self) -> list[Event]:
        """Return the event as the parts a crash may tear it into: single sectors."""
        if self.kind != "write":
            return [self]
        edges = [0, *range(SECTOR - self.offset % SECTOR, len(self.data), SECTOR), len(self.data)]
        return [
            Event("write", self.path, self.offset + start, self.data[start:end])
            for start, end in pairwise(edges)
        ]

    def apply(self, file: bytearray) -> None:
        """Do it to the bytes of its file."""
        if self.kind == "length":
            del file[self.offset :]
            file.extend(bytes(self.offset - len(file)))
        elif self.kind == "write":
            file.extend(bytes(max(0, self.offset + len(self.data) - len(file))))
            file[self.offset : self.offset + len(self.data)] = self.data


@dataclass(slots=True)
class Recorder:
    """The events on the files of one folder, in their order."""

    folder: Path
    events: list[Event] = field(default_factory=list)

    def note(self, kind: str, descriptor: int, offset: int = 0, data: bytes = b"") -> None:
        """Record a call on the open file *descriptor*, if its file is in the folder."""
        seen = os.fstat(descriptor)
        for path in self.folder.iterdir():
            status = path.stat()
            if (status.st_dev, status.st_ino) == (seen.st_dev, seen.st_ino):
                self.events.append(Event(kind, path.name, offset, data))

    @contextmanager
    def recording(self) -> Generator[None]:
        """Record what is done meanwhile."""
        pwrite, ftruncate, fdatasync, fsync = os.pwrite, os.ftruncate, os.fdatasync, os.fsync
        copy_file_range = os.copy_file_range

        def spied_pwrite(descriptor: int, data: bytes, offset: int) -> int:
            done = pwrite(descriptor, data, offset)
            self.note("write", descriptor, offset, bytes(data[:done]))
            return done

        def spied_copy(source: int, into: int, count: int, offset_src: int, offset_dst: int) -> int:
            done = copy_file_range(source, into, count, offset_src, offset_dst)
            self.note("write", into, offset_dst, os.pread(into, done, offset_dst))
            return done

        def spied_ftruncate(descriptor: int, length: int) -> None:
            ftruncate(descriptor, length)
            self.note("length", descriptor, length)

        def spied_fdatasync(descriptor: int) -> None:
            fdatasync(descriptor)
            self.note("flush", descriptor)

        def spied_fsync(descriptor: int) -> None:
            fsync(descriptor)
            self.note("flush", descriptor)

        with (
            patch.object(os, "pwrite", spied_pwrite),
            patch.object(os, "copy_file_range", spied_copy),
            patch.object(os, "ftruncate", spied_ftruncate),
            patch.object(os, "fdatasync", spied_fdatasync),
            patch.object(os, "fsync", spied_fsync),
        ):
            yield

    def survivors(self, count: int, rng: random.Random) -> list[Event]:
        """Return what a crash after *count* events may leave.

        Writes before the last flush of their file are there; of the later ones each
        sector may be there or not.
        """
        left: list[Event] = []
        for index, event in enumerate(self.events[:count]):
            flushed = any(
                later.kind == "flush" and later.path == event.path
                for later in self.events[index:count]
            )
            left += [piece for piece in event.pieces() if flushed or rng.random() < 0.5]
        return left
