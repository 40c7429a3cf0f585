"""The edit that puts a new text in the place of a whole one: a .vmx, a .vmsd."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import InvalidArgument
from redoscope_core.format.descriptor import MAX_TEXT
from redoscope_core.link.edit import Edit

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["text_edit"]


def text_edit(path: Path, old: bytes, new: bytes, why: str) -> Edit:
    """Return the edit after which *path*, that holds *old* and nothing else, holds *new*.

    Raises:
        InvalidArgument: The text would be longer than any that is read.
    """
    if len(new) > MAX_TEXT:
        raise InvalidArgument(
            "a text that would become too long",
            path=path,
            found=f"{len(new)} bytes",
            expected=f"at most {MAX_TEXT}",
        )
    length = max(len(old), len(new))
    longer = len(new) - len(old)
    return Edit(path, 0, old.ljust(length, b"\0"), new.ljust(length, b"\0"), why, longer)
