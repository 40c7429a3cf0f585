"""Confinement: what a process that parses gives up before it reads a byte of a file system."""

from __future__ import annotations

import ctypes
import os
import sys

__all__ = ["leave_the_network", "limit"]

_NEW_USERS, _NEW_NETWORK = 0x10000000, 0x40000000
"""Flags of unshare(2)."""


def limit(memory: int, seconds: int) -> None:
    """Let this process have no more than so many bytes of addresses and seconds of a processor.

    It writes no file and leaves no core. Where the system knows no limits there are none.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not everywhere

    for name, most in (
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", seconds + 1),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_FSIZE", 0),
    ):
        which = getattr(resource, name)
        _, hard = resource.getrlimit(which)
        lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # At the soft limit of time a signal tells why; the hard one, a second later, kills.
        soft = max(0, lowest - 1) if name == "RLIMIT_CPU" else lowest
        resource.setrlimit(which, (soft, lowest))


def leave_the_network() -> None:
    """Be in a network of one's own from here on, where nothing is; as far as the system lets."""
    if not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(_NEW_NETWORK) and os.geteuid():
        library.unshare(_NEW_USERS | _NEW_NETWORK)
