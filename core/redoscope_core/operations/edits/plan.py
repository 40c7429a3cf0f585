"""A plan: byte edits of existing files, shown before they are made, with their inverse saved first.

plan = Plan.of([...])
print(plan.describe())
plan.apply(undo=Path("undo.json"))

A plan that was stopped anywhere, also by a power cut in the middle of a sector's neighbours,
can be made again, and so can its inverse: see `Edit.standing`. One that fails while the
program lives takes itself back.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.chain.outputs import refuse_output
from redoscope_core.errors import CorruptVmdk, VmdkError, printable
from redoscope_core.files.file import DiskFile, os_error
from redoscope_core.files.locks import hold_write_lock, refuse_if_locked
from redoscope_core.files.names import is_there
from redoscope_core.files.new_file import NewFiles, sync_folder
from redoscope_core.link.edit import Edit
from redoscope_core.link.plans_beside import undo_words
from redoscope_core.link.saved_plan import SavedPlan, saved_text, standing_of
from redoscope_core.link.standing import Standing
from redoscope_core.operations.edits.unused import remove_unused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from redoscope_core.link.saved_plan import MergedLinks

__all__ = ["Edit", "Plan", "drop_saved"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Edits that belong together, in the order they are made."""

    edits: tuple[Edit, ...]
    kept: bool = True
    """Whether the inverse is of use once all is made; if not, it only guards the making."""
    merged: MergedLinks | None = None
    """The links that a consolidation merged whose last step this is, or takes back."""
    made: tuple[Path, ...] = ()
    """Files that were made for it: taking it back removes them."""
    removes: tuple[Path, ...] = ()
    """Files that were made for what it takes back: who has made all edits removes them with
    `remove_unused`, which keeps what somebody needs."""

    @classmethod
    def of(
        cls,
        edits: Sequence[Edit],
        *,
        kept: bool = True,
        merged: MergedLinks | None = None,
        made: tuple[Path, ...] = (),
    ) -> Plan:
        """Return the plan of *edits* without what they leave as it is."""
        narrow = (edit.narrowed() for edit in edits)
        return cls(tuple(edit for edit in narrow if edit is not None), kept, merged, made)

    @classmethod
    def read(cls, path: Path) -> Plan:
        """Return the plan saved at *path*.

        Raises:
            CorruptVmdk: It is none, or not all of it.
            FileRefused: It names a file that no plan may edit, or one outside its folder.
        """
        saved = SavedPlan.read(path)
        saved.refuse_uneditable()
        return cls(saved.edits, saved.kept, saved.merged, removes=saved.removes)

    @property
    def inverse(self) -> Plan:
        """The plan that takes this one back."""
        inverse = tuple(edit.inverse for edit in reversed(self.edits))
        return Plan(inverse, self.kept, self.merged, self.removes, self.made)

    def describe(self) -> str:
        """Return the edits as text, one line each."""
        if not self.edits:
            return "nothing to change"
        return "\n".join(
            printable(f"{e.path}: bytes {e.offset} to {e.offset + len(e.new)}: {e.why}")
            for e in self.edits
        )

    def standing(self) -> Standing:
        """Return how far the plan is made in what the files hold now."""
        return standing_of(self.edits)

    def check(self) -> None:
        """Raise `CorruptVmdk` if a file no longer holds what the plan expects there.

        What is as the plan wants it already is no fault, sector by sector: a plan that was
        stopped in the middle can be made again, and so can its inverse.
        """
        with ExitStack() as opened:
            for edit in self.edits:
                _refuse_changed(edit, opened.enter_context(DiskFile(edit.path)))

    def apply(self, *, undo: Path, locked: bool = False) -> None:
        """Save the inverse to the new file *undo*, then make the edits, durably.

        The files are locked meanwhile, unless the caller has them *locked*. If an edit fails,
        those that were made are taken back.

        Raises:
            CorruptVmdk: A file changed meanwhile; nothing was done.
            AlreadyExists: *undo* is there already, with something else in it.
            InvalidArgument: The folder of *undo* does not hold what is edited.
            InUse: Another program has one of the files.
        """
        self.inverse.text_for(undo)
        with ExitStack() as opened:
            files = self._opened(opened, locked=locked)
            for edit in self.edits:
                _refuse_changed(edit, files[edit.path])
            if not self.is_saved(undo):
                refuse_output(undo)
                self.inverse.save(undo)
            try:
                self._make(files)
            except BaseException as error:
                self._take_back(files, undo, error)
                raise

    def save(self, place: Path, *, replace: bool = False) -> None:
        """Save the plan as *place*, durably: a new file, or in the place of one that is there.

        Raises:
            AlreadyExists: *place* is there already.
            InvalidArgument: The folder of *place* does not hold what is edited.
        """
        text = self.text_for(place)
        like = [edit.path for edit in self.edits]
        with NewFiles([place], like=like, replace=replace) as (file,):
            file.write_at(0, text)

    def text_for(self, place: Path) -> bytes:
        """Return the document that saves the plan as *place*.

        Raises:
            InvalidArgument: The folder of *place* does not hold what is edited.
        """
        return saved_text(
            place, self.edits, kept=self.kept, merged=self.merged, removes=self.removes
        )

    def is_saved(self, undo: Path) -> bool:
        """Tell whether *undo* is there with the inverse in it: a call that was stopped saved it."""
        if not is_there(undo):
            return False
        text = self.inverse.text_for(undo)
        with DiskFile(undo) as file:
            length = file.file_bytes
            return length == len(text) and file.read_at(0, length, what="the saved plan") == text

    def resume(self, saved: Path) -> None:
        """Make the edits of this plan, *saved* by a call that was stopped; then remove it.

        What had been made for that call and nobody needs goes too.

        Raises:
            VmdkError: As `apply`.
        """
        with ExitStack() as opened:
            files = self._opened(opened, locked=False)
            for edit in self.edits:
                _refuse_changed(edit, files[edit.path])
            self._make(files)
        remove_unused(self.removes, self.edits)
        drop_saved(saved)

    def _opened(self, opened: ExitStack, *, locked: bool) -> dict[Path, DiskFile]:
        files: dict[Path, DiskFile] = {}
        held: set[tuple[int, int]] = set()
        for path in dict.fromkeys(edit.path for edit in self.edits):
            file = files[path] = opened.enter_context(DiskFile(path, writable=True))
            if not locked and file.identity not in held:
                refuse_if_locked(path, [file])
                hold_write_lock(file)
                held.add(file.identity)
        return files

    def _make(self, files: dict[Path, DiskFile]) -> None:
        for edit in self.edits:
            edit.make(files[edit.path])

    def _take_back(self, files: dict[Path, DiskFile], undo: Path, error: BaseException) -> None:
        """Take back what was made when *error* came; if that fails too, let it say what will."""
        try:
            self.inverse._make(files)
            drop_saved(undo)
        except VmdkError:
            if isinstance(error, VmdkError):
                first = error.cure or "see to that"
                error.cure = f"{first}; then {undo_words(undo)} takes back what was half done"


def _refuse_changed(edit: Edit, file: DiskFile) -> None:
    if edit.standing(file) is not Standing.OTHER:
        return
    there = max(0, min(len(edit.old), file.file_bytes - edit.offset))
    found = file.read_at(edit.offset, there, what="the bytes to replace")
    raise CorruptVmdk(
        "the file was changed since the plan was made",
        path=edit.path,
        offset=edit.offset,
        found=found[:32].hex(" ") or f"{file.file_bytes} bytes in the file",
        expected=edit.old[:32].hex(" "),
        cure="make the plan again",
    )


def drop_saved(saved: Path) -> None:
    """Remove the saved plan *saved*, durably."""
    try:
        saved.unlink(missing_ok=True)
    except OSError as error:
        raise os_error(error, saved, "removing it") from None
    sync_folder(saved.parent)
