"""Removing files that nobody needs any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.files.file import os_error
from redoscope_core.files.new_file import sync_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["remove_files"]


def remove_files(files: Sequence[Path]) -> None:
    """Remove *files* in their order; what is gone already is no fault.

    Raises:
        VmdkError: One can't be removed; those before are.
    """
    for file in files:
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise os_error(error, file, "removing it") from None
    for folder in {file.parent for file in files}:
        sync_folder(folder)
