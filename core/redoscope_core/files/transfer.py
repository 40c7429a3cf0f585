"""Transfer: bytes from one file to another inside the kernel, through memory only if need be."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redoscope_core.files.file import DiskFile

__all__ = ["Transfer"]

_THROUGH_MEMORY = 2**18


class Transfer:
    """Copies parts of files into one that is written. Any thread may use it."""

    def __init__(self, target: DiskFile) -> None:
        """Copy into *target*."""
        self._target = target
        self._by_range = hasattr(os, "copy_file_range")
        self._own = threading.local()

    def copy(self, source: DiskFile, offset: int, length: int, place: int) -> None:
        """Copy *length* bytes from byte *offset* of *source* to byte *place*.

        Raises:
            CorruptVmdk: *source* ends before.
            DiskFull: The file system has no room.
            FileUnreadable: The operating system failed.
        """
        done = 0
        while done < length:
            rest = length - done
            # Nothing copied is the end of the file or a fault: the way through memory tells.
            done += self._in_kernel(source, offset + done, rest, place + done) or (
                self._through_memory(source, offset + done, rest, place + done)
            )

    def _in_kernel(self, source: DiskFile, offset: int, length: int, place: int) -> int:
        """Return the bytes that were copied; 0 where the system can't."""
        if not self._by_range:
            return 0
        into = self._target.fileno()
        try:
            return os.copy_file_range(source.fileno(), into, length, offset, place)
        except OSError:
            # Between file systems, and on some that have no such call.
            self._by_range = False
            return 0

    def _through_memory(self, source: DiskFile, offset: int, length: int, place: int) -> int:
        if not hasattr(self._own, "buffer"):
            self._own.buffer = memoryview(bytearray(_THROUGH_MEMORY))
        piece: memoryview = self._own.buffer[: min(length, _THROUGH_MEMORY)]
        source.read_into(piece, offset, what="stored sectors")
        self._target.write_at(place, piece)
        return len(piece)
