"""Lets an error leave a method that Qt calls as an error, where it would end the process.

Below Python 3.12 an error that C raises, say by `[][3]`, travels as bare text until somebody
catches it. Shiboken takes the text for an exception when such an error leaves an override that was
called, through Qt, from Python: a segmentation fault without a word of the error.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from typing import TypeVar
from weakref import WeakSet

from PySide6.QtCore import QObject

__all__ = ["tell_errors"]

Answer = TypeVar("Answer")
_MENDED: WeakSet[type] = WeakSet()
"""Classes that were mended, if there was anything to mend."""


def tell_errors(*packages: str) -> int:
    """Mend every override of the loaded classes of *packages*; return how many these were.

    For good: Shiboken keeps what it found to call, so nothing of it may be taken out again.
    """
    found = 0
    if sys.version_info < (3, 12):
        for kind in set(_below(QObject)) - set(_MENDED):
            if kind.__module__.startswith(packages):
                _MENDED.add(kind)
                for name in list(_overrides(kind)):
                    setattr(kind, name, _caught(vars(kind)[name]))
                    found += 1
    return found


def _below(kind: type) -> Iterator[type]:
    each: type
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _overrides(kind: type) -> Iterator[str]:
    """Yield the names of methods of *kind* that stand in for one of Qt."""
    of_qt = [each for each in kind.__mro__[1:] if each.__module__.startswith("PySide6")]
    for name, what in vars(kind).items():
        mended = not hasattr(what, "__code__") or hasattr(what, "__wrapped__")
        if not mended and any(name in vars(each) for each in of_qt):
            yield name


def _caught(method: Callable[..., Answer]) -> Callable[..., Answer]:
    @functools.wraps(method)
    def call(*words: object, **named: object) -> Answer:
        try:
            return method(*words, **named)
        except BaseException:  # noqa: TRY203  to be caught makes an exception of the text
            raise

    return call
