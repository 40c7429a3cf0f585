"""Data name: how the files are called that hold the data of a disk, after its descriptor's file.

disk-flat.vmdk   disk-000001-delta.vmdk   disk-s001.vmdk
~~~~ ~~~~        ~~~~~~~~~~~ ~~~~~        ~~~~ ~~~~
disk  role       disk        role         disk  role "s" and number
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["DataName"]

_NAMED = re.compile(
    r"(.*)-(?:(flat|delta|sesparse|rdmp?|pt)|([sf])([0-9]{3,6}))", re.IGNORECASE | re.DOTALL
)


class DataName(NamedTuple):
    """The name, without its suffix, of a file that holds data of a disk."""

    disk: str
    """The name of the descriptor, without its suffix."""
    role: str
    """In small letters; `s` and `f` are of pieces, sparse and flat."""
    number: int | None = None
    """Of the piece, the first is 1; None of what is no piece."""

    @classmethod
    def of(cls, stem: str) -> DataName | None:
        """Return how a file called *stem* belongs to a disk; None if its name does not tell."""
        named = _NAMED.fullmatch(stem)
        if named is None:
            return None
        disk, role, letter, number = named.groups()
        return cls(disk, (role or letter).lower(), int(number) if letter else None)

    @property
    def stem(self) -> str:
        """The name as programs write it."""
        return f"{self.disk}-{self.ending}"

    @property
    def ending(self) -> str:
        """What stands behind the name of the disk: the role, of pieces with the number."""
        return self.role if self.number is None else f"{self.role}{self.number:03}"
