"""Saved plans: reading them, what they may touch, and whether one is needed.

A document that lies in a folder is no authority. It edits files of that folder and below it
alone, and of these only virtual disks and the texts of virtual machines.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from redoscope_core.errors import FileRefused, InvalidArgument, MalformedDocument, VmdkError
from redoscope_core.extents.recognise import FileKind, recognise
from redoscope_core.files.file import DiskFile
from redoscope_core.files.names import is_there, real_path
from redoscope_core.format.descriptor import MAX_TEXT
from redoscope_core.format.plan_text import MAX_PLAN_TEXT, EditText, MergedText, PlanText
from redoscope_core.format.units import SECTOR
from redoscope_core.link.edit import Edit
from redoscope_core.link.standing import Standing, together
from redoscope_core.phrases import Naming

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "MergedLinks",
    "SavedPlan",
    "saved_text",
    "standing_of",
]

_NEVER_TEXT = frozenset((*range(9), *range(14, 32), 127))
"""Bytes that no text of a machine has, in whatever code page it is written."""
_MACHINE_TEXTS = {".vmx", ".vmxf", ".vmsd", ".vmtx"}
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class MergedLinks:
    """Links that a consolidation merged; each of their texts has to say so too."""

    into: Path
    cid: int
    """The content ID that *into* has got by that."""
    links: tuple[Path, ...]
    """The oldest first; the last is the one that the call named."""


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A saved plan, its names followed."""

    path: Path
    edits: tuple[Edit, ...]
    kept: bool
    """Whether it is of use once its edits are made; if not, it only guards their making."""
    merged: MergedLinks | None = None
    removes: tuple[Path, ...] = ()
    """Files that are removed once the edits are made, if nobody needs them."""

    @classmethod
    def read(cls, path: Path) -> SavedPlan:
        """Read the plan saved at *path*.

        Raises:
            MalformedDocument: It is none, or not all of it.
            FileRefused: It names a file that it may not edit.
            FileMissing: It is not there.
        """
        with DiskFile(path) as file:
            if file.file_bytes > MAX_PLAN_TEXT:
                raise MalformedDocument(
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
            Edit(_followed(path, edit.name), edit.offset, edit.old, edit.new, edit.why, edit.longer)
            for edit in text.edits
        )
        merged = _followed_links(path, text.merged)
        removes = tuple(_followed(path, name) for name in text.removes)
        return cls(path, _edits_left(edits, merged), text.kept, merged, removes)

    def standing(self) -> Standing:
        """Return how far the plan is made; raises nothing, as `standing_of`."""
        return standing_of(self.edits)

    def refuse_uneditable(self) -> None:
        """Refuse a plan that edits anything but virtual disks and texts of virtual machines.

        Nothing but a text becomes longer or shorter, and none longer than a text may be.

        Raises:
            FileRefused: It does.
        """
        ends: dict[Path, int] = {}
        for edit in self.edits:
            end = edit.offset + len(edit.old) if edit.longer else 0
            ends[edit.path] = max(end, ends.get(edit.path, 0))
        for path, end in ends.items():
            with DiskFile(path) as file:
                if not _is_editable(file):
                    raise FileRefused(
                        "a file that no plan may edit",
                        path=self.path,
                        where="the path of an edit",
                        found=path,
                        expected="a virtual disk, or the text of a virtual machine",
                    )
                if end and (end > MAX_TEXT or not _is_text(file)):
                    raise FileRefused(
                        "a saved plan that changes the length of a file",
                        path=self.path,
                        where="the length of an edit",
                        found=Naming(path, f", {end} bytes long before or after"),
                        expected=f"a text of at most {MAX_TEXT} bytes",
                    )


def _followed_links(saved: Path, merged: MergedText | None) -> MergedLinks | None:
    if merged is None:
        return None
    links = tuple(_followed(saved, name) for name in merged.links)
    return MergedLinks(_followed(saved, merged.into), merged.cid, links)


def _edits_left(edits: tuple[Edit, ...], merged: MergedLinks | None) -> tuple[Edit, ...]:
    """Return the *edits* without those of *merged* links that are removed, the newest first.

    Only if nothing else is edited: a child must not get back a parent that is removed.
    """
    links = () if merged is None else merged.links
    there = [link for link in links if is_there(link)]
    newest_gone = there and list(links[: len(there)]) == there
    if not newest_gone or any(edit.path not in links for edit in edits):
        return edits
    return tuple(edit for edit in edits if edit.path in there)


def _followed(saved: Path, named: str) -> Path:
    """Return where the name *named* leads; not out of the folder of the plan *saved*."""
    name, folder = PurePosixPath(named), real_path(saved).parent
    # The first release wrote absolute names: they are followed where the folder still is.
    if ".." not in name.parts and real_path(folder / name).is_relative_to(folder):
        return folder / name
    raise FileRefused(
        "a saved plan that names a file outside its folder",
        path=saved,
        where="the path of an edit",
        found=named,
        expected=f"a file in {folder}",
        cure="if its folder was moved or copied, put it back where the file is; nothing was changed"
        if name.is_absolute()
        else None,
    )


def _is_editable(file: DiskFile) -> bool:
    if file.path.suffix.lower() in _MACHINE_TEXTS:
        head = file.read_at(0, min(_HEAD, file.file_bytes), what="the first bytes")
        # A text that became shorter is overwritten with NULs before it is cut. A power cut may
        # leave any sector as it was: behind one that ends in NULs the old text may go on.
        sectors = (head[at : at + SECTOR] for at in range(0, len(head), SECTOR))
        return not any(_NEVER_TEXT.intersection(sector.rstrip(b"\0")) for sector in sectors)
    try:
        recognise(file)
    except VmdkError:
        return False
    return True


def _is_text(file: DiskFile) -> bool:
    """Tell whether *file*, which may be edited, is nothing but a text."""
    if file.path.suffix.lower() in _MACHINE_TEXTS:
        return True
    return recognise(file) is FileKind.DESCRIPTOR


def saved_text(
    undo: Path,
    edits: Sequence[Edit],
    *,
    kept: bool,
    merged: MergedLinks | None = None,
    removes: Sequence[Path] = (),
) -> bytes:
    """Return the document that saves *edits* as *undo*, whose folder has to hold all files.

    Raises:
        InvalidArgument: A file that is edited is elsewhere.
    """
    texts = tuple(
        EditText(_name_for(undo, e.path), e.offset, e.old, e.new, e.longer, e.why) for e in edits
    )
    named = None
    if merged is not None:
        links = tuple(_name_for(undo, link) for link in merged.links)
        named = MergedText(_name_for(undo, merged.into), merged.cid, links)
    files = tuple(_name_for(undo, path) for path in removes)
    return PlanText(texts, kept, named, files).to_json().encode()


def _name_for(undo: Path, path: Path) -> str:
    """Return how the document *undo* names the file *path*."""
    folder, place = real_path(undo.parent), real_path(path)
    if not place.is_relative_to(folder):
        raise InvalidArgument(
            "the inverse can't be saved there: it may edit files of its own folder alone",
            path=undo,
            found=f"{place.name} in {place.parent}",
            expected=f"a file in {folder}",
            cure="save it in a folder that holds all that is edited; nothing was changed",
        )
    return str(place.relative_to(folder))


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
