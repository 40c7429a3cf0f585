"""Beside: what is made about evidence never lies with it, unless that was asked for.

What is written beside evidence changes the folder that is to be kept as it was, and is copied,
moved or lost with it. Three ways to be beside a file of a disk:

    it is in the file's folder           evidence/disk.vmdk   evidence/case.json
    or somewhere below it                evidence/disk.vmdk   evidence/notes/case.json
    or the file is below it              case/case.json       case/evidence/disk.vmdk
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import FileRefused
from redoscope_core.files.names import real_path
from redoscope_core.leniency import Leniency

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["lies_beside", "refuse_beside"]


def refuse_beside(folder: Path, files: Iterable[Path], what: str) -> None:
    """Refuse *folder*, which is to become *what*, if it lies beside one of the *files* of disks.

    Raises:
        FileRefused: It does.
    """
    ours = real_path(folder)
    # A symbolic link leads to a file, and lies somewhere itself.
    places = {each for path in files for each in (real_path(path).parent, real_path(path.parent))}
    for place in sorted(places):
        if place == ours or place in ours.parents or ours in place.parents:
            raise lies_beside(folder, what, f"evidence in {place}")


def lies_beside(folder: Path, what: str, found: str) -> FileRefused:
    """Return the refusal of *folder* as *what*, beside what was *found*."""
    refused = FileRefused(
        f"{what} does not lie beside evidence",
        path=folder,
        found=found,
        expected="a folder apart from the disks: neither theirs, nor above, nor below it",
        cure=f"make {what.replace('a ', 'the ', 1)} elsewhere",
    )
    refused.leniency = Leniency.BESIDE_EVIDENCE
    return refused
