"""Change ids: the name of a state of a disk, as change tracking writes it.

    52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63/81
    16 bytes that say which line of states it is               /  which of its states

The shape is the vendor's; that the bytes are the line and the number the state is inferred.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.errors import InvalidArgument
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from typing import Self


__all__ = ["ALL_IN_USE", "ChangeId"]

ALL_IN_USE = "*"
"""In place of an id: all areas in use."""
_SHAPE = re.compile(r"((?:[0-9a-f]{2}[ -]){15}[0-9a-f]{2})/([0-9]{1,18})", re.IGNORECASE)
_EXAMPLE = "52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63/81"
_HALF = 8


@dataclass(frozen=True, slots=True)
class ChangeId:
    """A state of a disk."""

    line: bytes
    """16 bytes."""
    generation: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read *text*.

        Raises:
            InvalidArgument: It is not of the shape that change ids have.
        """
        match = _SHAPE.fullmatch(text.strip())
        if match is None:
            raise InvalidArgument("not a change id", found=repr(text), expected=repr(_EXAMPLE))
        return cls(bytes.fromhex(re.sub("[ -]", "", match[1])), int(match[2]))

    @staticmethod
    def is_like(text: str) -> bool:
        """Tell whether *text* has the shape of one."""
        return _SHAPE.fullmatch(text.strip()) is not None

    @override
    def __str__(self) -> str:
        """Return the id as it is written."""
        halves = (self.line[:_HALF].hex(" "), self.line[_HALF:].hex(" "))
        return f"{'-'.join(halves)}/{self.generation}"
