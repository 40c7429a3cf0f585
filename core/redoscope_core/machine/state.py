"""The state of a machine in a checkpoint file: opened, and a block of it saved."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from redoscope_core.chain.outputs import refuse_output
from redoscope_core.errors import VmdkError
from redoscope_core.files.file import DiskFile
from redoscope_core.files.new_file import NewFiles
from redoscope_core.format.checkpoint import Checkpoint

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from redoscope_core.format.checkpoint import Tag

__all__ = ["open_checkpoint", "save_block"]


@contextmanager
def open_checkpoint(path: Path) -> Generator[Checkpoint]:
    """Give what the checkpoint file *path* holds; its blocks can be read as long as it is open.

    Raises:
        CorruptVmdk: It is no checkpoint file.
        FileMissing: It is not there.
    """
    with DiskFile(path) as file:

        def read(offset: int, length: int) -> bytes:
            return file.read_at(offset, length, what="the checkpoint file")

        try:
            yield Checkpoint.parse(read, file.file_bytes)
        except VmdkError as error:
            error.path = error.path or path
            raise


def save_block(checkpoint: Checkpoint, tag: Tag, place: Path, *, like: Path) -> None:
    """Save the value of *tag* as the new file *place*; who may read *like* may read that.

    Raises:
        AlreadyExists: *place* is there already.
        UnsupportedVmdk: The block is compressed, or too large.
    """
    refuse_output(place)
    data = checkpoint.bytes_of(tag)
    with NewFiles([place], like=[like]) as (file,):
        file.write_at(0, data)
