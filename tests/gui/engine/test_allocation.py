"""What a large array took goes back to the system, however many there were before."""

from __future__ import annotations

import ctypes
import sys

import numpy as np
import pytest

from redoscope_gui.engine.allocation import return_large_arrays

LARGE = 16 << 20


class MallocInfo(ctypes.Structure):
    """`struct mallinfo2` of malloc.h."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    ]


def mapped_bytes() -> int:
    """Return how many bytes are mapped one by one."""
    library = ctypes.CDLL(None)
    library.mallinfo2.restype = MallocInfo
    info = library.mallinfo2()
    found: int = info.hblkhd
    return found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc has mallopt")
def test_every_large_array_is_mapped_and_goes_when_it_is_freed() -> None:
    assert return_large_arrays()
    before = mapped_bytes()
    for _ in range(3):  # after the first the C library would keep the others on its heap
        array = np.ones(LARGE, np.uint8)
        assert mapped_bytes() >= before + LARGE
        del array
        assert mapped_bytes() < before + LARGE


def test_where_there_is_no_such_option_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert not return_large_arrays()
    monkeypatch.setattr(sys, "platform", "win32")
    assert not return_large_arrays()
