"""Saved plans beside disks: reading them, what they may touch, and whether one is needed.

A document that lies in a folder is no authority. It edits files of that folder and below it
alone, and of these only virtual disks and the texts of virtual machines.
"""

from __future__ import annotations

import contextlib
import os
import shlex
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from redoscope_core.errors import CorruptVmdk, FileRefused, InvalidArgument, VmdkError
from redoscope_core.format.plan_text import MAX_PLAN_TEXT, EditText, PlanText
from redoscope_core.link.edit import Edit, Standing, together
from redoscope_core.link.file import DiskFile
from redoscope_core.link.names import real_path, same_file
from redoscope_core.link.recognise import recognise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = [
    "PlansBeside",
    "SavedPlan",
    "folders_of_plans",
    "plan_names",
    "saved_text",
    "standing_of",
    "undo_words",
]

_MACHINE_TEXTS = {".vmx", ".vmxf", ".vmsd", ".vmtx"}
_HEAD = 4096
_FOLDERS_UP = 3
"""A plan that edits links of several folders is saved in the folder that they have in common."""
_MOST_PLANS = 100
_USUAL_PLAN = 2**21
"""Bytes of a saved plan that is looked at without being named."""


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A saved plan, its names followed."""

    path: Path
    edits: tuple[Edit, ...]
    kept: bool
    """Whether it is of use once its edits are made; if not, it only guards their making."""

    @classmethod
    def read(cls, path: Path) -> SavedPlan:
        """Read the plan saved at *path*.

        Raises:
            CorruptVmdk: It is none, or not all of it.
            FileRefused: It names a file that it may not edit.
            FileMissing: It is not there.
        """
        with DiskFile(path) as file:
            if file.file_bytes > MAX_PLAN_TEXT:
                raise CorruptVmdk(
                    "not a saved plan",
                    path=path,
                    found=f"{file.file_bytes} bytes",
                    expected=f"at most {MAX_PLAN_TEXT}",
                )
            data = file.read_at(0, file.file_bytes, what="the saved plan")
        try:
            text = PlanText.parse(data)
        except VmdkError as error:
            error.path = path
            raise
        edits = tuple(
            Edit(_followed(path, edit), edit.offset, edit.old, edit.new, edit.why, edit.longer)
            for edit in text.edits
        )
        return cls(path, edits, text.kept)

    def refuse_uneditable(self) -> None:
        """Refuse a plan that edits anything but virtual disks and texts of virtual machines.

        Raises:
            FileRefused: It does.
        """
        for path in dict.fromkeys(edit.path for edit in self.edits):
            with DiskFile(path) as file:
                if not _is_editable(file):
                    raise FileRefused(
                        "a file that no plan may edit",
                        path=self.path,
                        where="the path of an edit",
                        found=str(path),
                        expected="a virtual disk, or the text of a virtual machine",
                    )


def _followed(saved: Path, edit: EditText) -> Path:
    """Return where the name in *edit* leads; not out of the folder of the plan *saved*."""
    name, folder = PurePosixPath(edit.name), real_path(saved).parent
    # The first release wrote absolute names: they are followed where the folder still is.
    if ".." not in name.parts and real_path(folder / name).is_relative_to(folder):
        return folder / name
    raise FileRefused(
        "a saved plan that names a file outside its folder",
        path=saved,
        where="the path of an edit",
        found=edit.name,
        expected=f"a file in {folder}",
        cure="if its folder was moved or copied, put it back where the file is; nothing was changed"
        if name.is_absolute()
        else None,
    )


def _is_editable(file: DiskFile) -> bool:
    if file.path.suffix.lower() in _MACHINE_TEXTS:
        head = file.read_at(0, min(_HEAD, file.file_bytes), what="the first bytes")
        return b"\0" not in head
    try:
        recognise(file)
    except VmdkError:
        return False
    return True


def saved_text(undo: Path, edits: Sequence[Edit], *, kept: bool) -> bytes:
    """Return the document that saves *edits* as *undo*, whose folder has to hold all files.

    Raises:
        InvalidArgument: A file that is edited is elsewhere.
    """
    folder = real_path(undo.parent)
    texts = []
    for edit in edits:
        place = real_path(edit.path)
        if not place.is_relative_to(folder):
            raise InvalidArgument(
                "the inverse can't be saved there: it may edit files of its own folder alone",
                path=undo,
                found=f"{place.name} in {place.parent}",
                expected=f"a file in {folder}",
                cure="save it in a folder that holds all that is edited; nothing was changed",
            )
        name = str(place.relative_to(folder))
        texts.append(EditText(name, edit.offset, edit.old, edit.new, edit.longer, edit.why))
    return PlanText(tuple(texts), kept).to_json().encode()


def standing_of(edits: Iterable[Edit]) -> Standing:
    """Return how far *edits* are made in their files; OTHER if one can't be read."""
    standings = []
    try:
        for edit in edits:
            with DiskFile(edit.path) as file:
                standings.append(edit.standing(file))
    except VmdkError:
        return Standing.OTHER
    return together(standings)


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
        return next((plan.path for plan in plans if standing_of(plan.edits) in standings), None)


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
    try:
        if path.stat().st_size > _USUAL_PLAN:
            return None
        return SavedPlan.read(path)
    except (OSError, VmdkError):
        return None


def undo_words(saved: Path) -> str:
    """Return the command that takes back what the inverse *saved* takes back, as one types it."""
    with contextlib.suppress(OSError, ValueError):
        saved = saved.relative_to(Path.cwd())
    return f"`redoscope undo {shlex.quote(str(saved))}`"
