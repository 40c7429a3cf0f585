"""What a large array took goes back to the system, however many there were before."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

from redoscope_gui.engine.allocation import return_large_arrays

FRESH = """
import ctypes
import numpy as np
from redoscope_gui.engine.allocation import return_large_arrays

LARGE = 16 << 20
NAMES = "arena ordblks smblks hblks mapped usmblks fsmblks uordblks fordblks keepcost".split()

class MallocInfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in NAMES]

def mapped_bytes():
    library = ctypes.CDLL(None)
    library.mallinfo2.restype = MallocInfo
    return library.mallinfo2().mapped

assert return_large_arrays()
before = mapped_bytes()
for _ in range(3):
    array = np.ones(LARGE, np.uint8)
    assert mapped_bytes() >= before + LARGE, "it lies on the heap"
    del array
    assert mapped_bytes() < before + LARGE, "it was kept"
print("returned")
"""
"""For a process of its own: on a heap that was used before a large array may find room."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc has mallopt")
def test_every_large_array_is_mapped_and_goes_when_it_is_freed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FRESH], check=False, capture_output=True, text=True
    )
    assert done.stdout == "returned\n", done.stderr


def test_where_there_is_no_such_option_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert not return_large_arrays()
    monkeypatch.setattr(sys, "platform", "win32")
    assert not return_large_arrays()
