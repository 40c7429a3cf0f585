"""Writeback: have the system write to the device what a long copy has written, while it goes on.

Else all of it waits in memory for the flush at the end, and the copy takes as long again.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redoscope_core.files.file import DiskFile

__all__ = ["begin_writeback"]

_WRITE = 2
"""SYNC_FILE_RANGE_WRITE: begin, and do not wait."""


def begin_writeback(file: DiskFile, offset: int, length: int) -> None:
    """Have *length* bytes from byte *offset* of *file* written to the device, where that can be.

    It is no promise: whether they got there, the flush of the file tells.
    """
    call = _call()
    if call is not None:
        call(file.fileno(), offset, length, _WRITE)


@cache
def _call() -> Any:
    """Return `sync_file_range` of the C library, which Linux alone has."""
    try:
        call = ctypes.CDLL(None, use_errno=True).sync_file_range
    except (AttributeError, OSError, TypeError):
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
    return call
