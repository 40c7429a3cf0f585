"""The checkpoint file of a snapshot: texts and settings of the machine as they are then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core import __version__
from redoscope_core.errors import UnsupportedVmdk
from redoscope_core.files.file import DiskFile
from redoscope_core.files.names import is_there
from redoscope_core.format.checkpoint import MAX_BLOCK
from redoscope_core.format.new_checkpoint import NewCheckpoint

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.machine.machine import VirtualMachine

__all__ = ["StateFile", "state_file"]


class StateFile:
    """A new file: its content, and whose rights it has."""

    def __init__(self, data: bytes, like: tuple[Path, ...]) -> None:
        """Hold *data*, which is out of the files *like*."""
        self.data = data
        self.like = like


def state_file(machine: VirtualMachine) -> StateFile:
    """Return what the checkpoint file of *machine* as it is now is to hold.

    Its text, and, where they are there, its NVRAM and its .vmxf.

    Raises:
        UnsupportedVmdk: One of these is larger than any that is read again.
        VmdkError: One can't be read.
    """
    folder, text = machine.path.parent, machine.text.text
    named = text.get("nvram"), text.get("extendedConfigFile")
    places = [_beside(folder, name) for name in named]
    held = [None if place is None else _whole(place) for place in places]
    data = NewCheckpoint(__version__, text.to_bytes(), *held).to_bytes()
    return StateFile(data, (machine.path, *(place for place in places if place is not None)))


def _beside(folder: Path, name: str | None) -> Path | None:
    """Return the file *name* of *folder*; None if it is not there. Nothing else is followed."""
    if not name or "\0" in name or "/" in name or "\\" in name:
        return None
    place = folder / name
    return place if is_there(place) and place.is_file() else None


def _whole(place: Path) -> bytes:
    with DiskFile(place) as file:
        if file.file_bytes > MAX_BLOCK:
            raise UnsupportedVmdk(
                "a file of the machine too large to be kept in a checkpoint file",
                path=place,
                found=f"{file.file_bytes} bytes",
                expected=f"at most {MAX_BLOCK}",
            )
        return file.read_at(0, file.file_bytes, what="a file of the machine")
