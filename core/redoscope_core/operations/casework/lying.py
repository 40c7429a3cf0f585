"""Where a case may lie: never beside evidence, nor among any disks, unless that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import VmdkError
from redoscope_core.files.names import real_path
from redoscope_core.link.first_bytes import links_in
from redoscope_core.operations.reporting import beside

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["refuse_among_disks", "refuse_beside"]

_WHAT = "a case"


def refuse_beside(folder: Path, files: Iterable[Path]) -> None:
    """Refuse the *folder* of a case if it lies beside one of the *files* of the evidence.

    Raises:
        FileRefused: It does.
    """
    beside.refuse_beside(folder, files, _WHAT)


def refuse_among_disks(folder: Path) -> None:
    """Refuse to make a case as *folder* if that, or the folder that it is made in, holds disks.

    Raises:
        FileRefused: It does.
    """
    case = real_path(folder)
    for place in (case, case.parent):
        try:
            links = links_in(place)
        except VmdkError:
            continue  # what may not be listed is told once a disk of it is added
        if links:
            raise beside.lies_beside(folder, _WHAT, f"the disk {links[0]}")
