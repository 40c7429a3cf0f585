"""A document that was asked for by a name: it appears whole or not at all, and replaces no disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.chain.outputs import chosen_output
from redoscope_core.files.new_file import NewFiles

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from redoscope_core.chain.chain import Chain

__all__ = ["save_document"]


def save_document(
    path: Path, data: bytes, *, force: bool = False, chains: Iterable[Chain] = ()
) -> None:
    """Save *data* as *path*.

    Raises:
        AlreadyExists: The name is taken, and *force* does not say that it may be replaced.
        FileRefused: It is a disk, a piece of one, or nothing that a file could replace.
        VmdkError: It can't be written.
    """
    target = chosen_output(path, force=force, chains=chains)
    with NewFiles([target], replace=force) as (file,):
        file.write_at(0, data)
