"""Large arrays go back to the system when they are no longer used.

The C library of Linux keeps what was freed for the next who asks, and after one array of 32 MiB
all smaller ones too, scattered over its heap: a window that had a 2 TiB chain open kept 150 MiB
that nobody used. Arrays above a fixed size are mapped one by one instead.
"""

from __future__ import annotations

import sys

__all__ = ["return_large_arrays"]

_MAPPED_FROM = 4 << 20
"""Bytes. Pictures of the map are smaller: to map each anew would cost more than it gives."""
_M_MMAP_THRESHOLD = -3
"""Of malloc.h of glibc."""


def return_large_arrays() -> bool:
    """Have arrays of more than 4 MiB returned once they are freed; False if nobody can."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes  # noqa: PLC0415 - for this alone, and where there is a glibc

    try:
        set_option = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False  # musl has none, and maps what is large anyway
    set_option.argtypes, set_option.restype = (ctypes.c_int, ctypes.c_int), ctypes.c_int
    return bool(set_option(_M_MMAP_THRESHOLD, _MAPPED_FROM))
