"""Calls that were stopped: what they left half made is taken back before they are made again.

The inverse that such a call saved tells how far it came: each of its edits is made, not made,
or made in part. See `Standing`, which here is that of the inverse: OLD means that the call had
made all its edits.
"""

from __future__ import annotations

import os
import re
from itertools import chain, count
from typing import TYPE_CHECKING

from redoscope_core.errors import VmdkError
from redoscope_core.files.names import is_there, real_path
from redoscope_core.link.plans_beside import folders_of_plans, plan_names
from redoscope_core.link.standing import Standing
from redoscope_core.operations.edits.plan import Plan, drop_saved
from redoscope_core.operations.edits.unused import remove_unused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["free_name", "saved_for", "take_back", "undo_name"]


def undo_name(disk: Path, edited: Sequence[Path]) -> Path:
    """Return where the inverse of a plan for *disk* is saved that edits the files *edited*.

    That is ``DISK.undo.json``, or a name with a number if another plan has that, in the
    folder of *disk*, or the nearest one above it that holds all of them.
    """
    folder = real_path(disk).parent
    while not all(real_path(path).is_relative_to(folder) for path in edited):
        folder = folder.parent
    beside = disk.parent if real_path(disk.parent) == folder else folder
    return free_name(beside / f"{disk.name}.undo.json")


def free_name(wanted: Path, plan: Plan | None = None) -> Path:
    """Return *wanted*, or if that is taken the next name with a number in it that is free.

    A name is as good as free that a call that was stopped saved the inverse of *plan* under.
    """
    stem, kind = wanted.name.removesuffix(".json").rsplit(".", 1)
    numbered = (wanted.with_name(f"{stem}.{number}.{kind}.json") for number in count(2))
    return next(
        name
        for name in chain([wanted], numbered)
        if not os.path.lexists(name) or (plan is not None and plan.is_saved(name))
    )


def take_back(disk: Path, undo: Path | None = None) -> Path | None:
    """Take back what a call on *disk* that was stopped left half made; return its saved inverse.

    Of an inverse that only guarded edits (`Plan.kept`), or of edits none of which was made,
    nothing is left to take back: it is removed. *undo* is where that call was told to save it.

    Raises:
        VmdkError: It can't be taken back, as `Plan.apply`.
    """
    for path in saved_for(disk, undo):
        try:
            plan = Plan.read(path)
        except VmdkError:
            continue  # a file of somebody else
        if not any(real_path(edit.path).parent == real_path(disk).parent for edit in plan.edits):
            continue  # it is of a disk of the same name in another folder
        standing = plan.standing()
        if standing is Standing.PART:
            plan.resume(path)
            return path
        if standing is Standing.NEW:
            remove_unused(plan.removes, plan.edits)
        if standing is Standing.NEW or (standing is Standing.OLD and not plan.kept):
            drop_saved(path)
    return None


def saved_for(disk: Path, undo: Path | None = None) -> list[Path]:
    """Return the saved inverses that calls on *disk* may have left, and *undo* if it is there."""
    name = re.compile(re.escape(disk.name) + r"(\.[0-9]+)?\.undo\.json")
    found = [
        folder / plan
        for folder in folders_of_plans(disk)
        for plan in plan_names(folder)
        if name.fullmatch(plan)
    ]
    return [*found, *([undo] if undo is not None and is_there(undo) else [])]
