"""A picture of the window as a file: asked for by a name, which may be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.chain.outputs import chosen_output
from redoscope_core.errors import InvalidArgument
from redoscope_core.files.file import folder_error
from redoscope_core.files.new_file import NewFiles

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from redoscope_core.chain.chain import Chain

__all__ = ["check_picture", "save_picture"]

_ENDING = ".png"


def check_picture(path: Path, *, force: bool = False, chains: Iterable[Chain] = ()) -> Path:
    """Return the file that a picture called *path* is to be; its folder may still be missing.

    Raises:
        InvalidArgument: The name does not end in ``.png``: it may be meant for something else.
        AlreadyExists: The name is taken, and *force* does not say that it may be replaced.
        FileRefused: It is a disk, a piece of one, or nothing that a file could replace.
    """
    if path.suffix.casefold() != _ENDING:
        raise InvalidArgument(
            "the name of a picture ends in .png",
            path=path,
            found=repr(path.name),
            expected=repr(f"{path.stem}.png"),
            cure="name the file that is to be made, not the disk; nothing was changed",
        )
    if not path.parent.exists():
        return path
    return chosen_output(path, force=force, chains=chains)


def save_picture(
    path: Path, data: bytes, *, force: bool = False, chains: Iterable[Chain] = ()
) -> None:
    """Save *data*, a picture, as *path*; it appears whole or not at all.

    Raises:
        VmdkError: As `check_picture`, or it can't be written.
    """
    target = check_picture(path, force=force, chains=chains)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise folder_error(error, target.parent) from None
    with NewFiles([target], replace=force) as (file,):
        file.write_at(0, data)
