"""Writing into a COWD extent: as into any sparse extent, with its own marks in the header.

Tables are made when a grain needs one. freeSector tells other programs where the next
grain may go; a file that was cut short of a crash may have grown past it, so new grains
never start before the end of the file.
"""

from __future__ import annotations

import struct

from redoscope_core.extents.sparse.writer import SparseWriter
from redoscope_core.format.cowd import COWD_FREE_OFFSET, COWD_UNCLEAN_OFFSET
from redoscope_core.format.units import SECTOR, ceil_div
from redoscope_core.overriding import override

__all__ = ["CowdWriter"]


class CowdWriter(SparseWriter):
    """The one writer of a COWD extent."""

    @override
    def _refuse_kind(self) -> None:
        """Refuse nothing: the header opened, so its version is the known one."""

    @override
    def _first_free(self) -> int:
        # Not freeSector: inside the file it may be taken, and past the end it is damage.
        return max(ceil_div(self._file.file_bytes, SECTOR), self._header.overhead)

    @override
    def _mark(self, *, unclean: bool) -> None:
        self._file.write_at(COWD_UNCLEAN_OFFSET, struct.pack("<I", unclean))

    @override
    def flush(self) -> None:
        """Make all writes durable: data, then tables, then where the next grain goes."""
        super().flush()
        free = struct.pack("<I", ceil_div(self._file.file_bytes, SECTOR))
        if self._begun and self._file.read_at(COWD_FREE_OFFSET, 4, what="freeSector") != free:
            self._file.write_at(COWD_FREE_OFFSET, free)
            self._file.sync()
