"""Saved plans beside a disk: which of them edit it, and how far those are made.

Most folders hold none: what reads a plan is loaded when one is there.
"""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.errors import VmdkError
from redoscope_core.files.names import real_path, same_file, typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.link.saved_plan import SavedPlan
    from redoscope_core.link.standing import Standing

__all__ = ["PlansBeside", "folders_of_plans", "plan_names", "undo_words"]

_FOLDERS_UP = 3
"""A plan that edits links of several folders is saved in the folder that they have in common."""
_MOST_PLANS = 100
_USUAL_PLAN = 2**21
"""Bytes of a saved plan that is looked at without being named."""


class PlansBeside:
    """Saved plans by the links that they edit; each folder is read once, for one question."""

    def __init__(self) -> None:
        """Nothing is read before it is asked for."""
        self._in_folder: dict[Path, tuple[SavedPlan, ...]] = {}

    def editing(self, path: Path, *, near: bool = False) -> Iterator[SavedPlan]:
        """Yield the saved plans that edit *path*: *near* in its folder, else a little above too."""
        folders = folders_of_plans(path)
        for folder in folders[:1] if near else folders:
            if folder not in self._in_folder:
                places = (folder / name for name in islice(plan_names(folder), _MOST_PLANS))
                plans = (_glanced(place) for place in places)
                self._in_folder[folder] = tuple(plan for plan in plans if plan is not None)
            for plan in self._in_folder[folder]:
                if any(same_file(edit.path, path) for edit in plan.edits):
                    yield plan

    def standing(self, path: Path, *standings: Standing, near: bool = False) -> Path | None:
        """Return a saved inverse that edits *path* and is made so far; None if there is none."""
        plans = self.editing(path, near=near)
        return next((plan.path for plan in plans if plan.standing() in standings), None)


def folders_of_plans(disk: Path) -> tuple[Path, ...]:
    """Return the folders in which a plan that edits *disk* may be saved, its own first."""
    folder = real_path(disk).parent
    return (folder, *folder.parents)[:_FOLDERS_UP]


def plan_names(folder: Path) -> list[str]:
    """Return the names in *folder* that may be saved plans; inverses before their inverses."""
    try:
        found = os.listdir(folder)  # noqa: PTH208 - names are wanted, not paths
    except OSError:
        return []
    names = (name for name in found if name.endswith(".json") and not name.startswith("."))
    return sorted(names, key=lambda name: (name.endswith(".redo.json"), name))


def _glanced(path: Path) -> SavedPlan | None:
    from redoscope_core.link.saved_plan import SavedPlan  # noqa: PLC0415 - seldom there

    try:
        if path.stat().st_size > _USUAL_PLAN:
            return None
        return SavedPlan.read(path)
    except (OSError, VmdkError):
        return None


def undo_words(saved: Path) -> str:
    """Return the command that takes back what the inverse *saved* takes back, as one types it."""
    return f"`redoscope undo {typed(saved)}`"
