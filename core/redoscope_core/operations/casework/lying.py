"""Where a case may lie: never beside the evidence, unless it was asked for.

What is written beside evidence changes the folder that is to be kept as it was, and is copied,
moved or lost with it. Three ways to be beside a file of a disk:

    the case is in the file's folder     evidence/disk.vmdk   evidence/case.json
    or somewhere below it                evidence/disk.vmdk   evidence/notes/case.json
    or the file is below the case        case/case.json       case/evidence/disk.vmdk
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import FileRefused, VmdkError
from redoscope_core.files.names import real_path
from redoscope_core.leniency import Leniency
from redoscope_core.link.first_bytes import links_in

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["refuse_among_disks", "refuse_beside"]


def refuse_beside(folder: Path, files: Iterable[Path]) -> None:
    """Refuse the *folder* of a case if it lies beside one of the *files* of the evidence.

    Raises:
        FileRefused: It does.
    """
    case = real_path(folder)
    # A symbolic link leads to a file, and lies somewhere itself.
    places = {each for path in files for each in (real_path(path).parent, real_path(path.parent))}
    for place in sorted(places):
        if place == case or place in case.parents or case in place.parents:
            raise _refused(folder, f"evidence in {place}")


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
            raise _refused(folder, f"the disk {links[0]}")


def _refused(folder: Path, found: str) -> FileRefused:
    refused = FileRefused(
        "a case does not lie beside evidence",
        path=folder,
        found=found,
        expected="a folder apart from the disks: neither theirs, nor above, nor below it",
        cure="make the case elsewhere",
    )
    refused.leniency = Leniency.BESIDE_EVIDENCE
    return refused
