"""Later: a package that is loaded when something of it is first used, not when it is imported."""

from __future__ import annotations

import sys
from importlib import import_module
from threading import RLock
from types import ModuleType

from redoscope_core.overriding import override

__all__ = ["load_later"]

_LOADING = RLock()
_ROOM = 96 * 2**20
"""Bytes of memory that loading a package may need: numpy 2 takes some 80 MiB."""


class _Later(ModuleType):
    """Stands for a package until something of it is asked for, and has all of it from then on."""

    @override
    def __getattr__(self, name: str) -> object:
        """Load the package, and return what it has of that name."""
        with _LOADING:
            if sys.modules.get(self.__name__) is self:
                _have_room()
                del sys.modules[self.__name__]
            package = import_module(self.__name__)
            # Whoever imported it before finds its names here, as fast as there.
            vars(self).update(vars(package))
        return getattr(package, name)


def _have_room() -> None:
    """Raise `MemoryError` if no package can be loaded: OpenBLAS would end the process."""
    import mmap

    try:
        mmap.mmap(-1, _ROOM, prot=0).close()
    except OSError:
        raise MemoryError from None


def load_later(name: str) -> None:
    """Let `import` of the package *name* take no time, and its first use all of it.

    Numpy takes longer to load than most commands to answer, and a look-up needs no array.
    The standard LazyLoader does not do here: in Python 3.11 any `import` counts as a use.
    """
    if name not in sys.modules:
        sys.modules[name] = _Later(name)
