"""What the user made in this window, newest last, and how each of it is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from redoscope_gui.engine import Lane
from redoscope_gui.requests.changing import (
    AttachWritten,
    ChildCreated,
    ChildRemoved,
    RemoveChild,
    UndoSaved,
)
from redoscope_gui.requests.snapshots import SnapshotsChanged, SnapshotVerb
from redoscope_gui.session.asking import Asking

if TYPE_CHECKING:
    from redoscope_core import Undone

__all__ = ["Deed", "DeedKind", "Deeds"]


class DeedKind(Enum):
    """What was done."""

    MADE_CHILD = "made"
    """A new child: it is removed again, if nothing is in it."""
    ATTACHED = "attached"
    """A child was attached for now: it reads with its own parent again."""
    WRITTEN = "written"
    """A child names another parent: its text is put back."""
    TOOK_SNAPSHOT = "took"
    """A snapshot of a machine: its texts are put back, and the files made for it go."""
    WENT_BACK = "went back"
    """A machine went back to a snapshot: as above."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done, and can be taken back."""

    kind: DeedKind
    path: Path
    """The child."""
    parent: Path
    undo: Path | None = None
    """Where the inverse is saved of what was written."""
    name: str = ""
    """Of the snapshot that it is about."""

    @property
    def is_of_machine(self) -> bool:
        """Whether a machine was changed, whose .vmx `path` is."""
        return self.kind in {DeedKind.TOOK_SNAPSHOT, DeedKind.WENT_BACK}


class Deeds(QObject):
    """The deeds of this window. Only what loses nothing is taken back."""

    changed = Signal()
    """Another deed is the last one."""
    to_reread = Signal(object)
    """Everything is to be read again; carries the link to show."""

    def __init__(self, asking: Asking, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = asking
        self._done: list[Deed] = []

    @property
    def last(self) -> Deed | None:
        """What would be taken back next."""
        return self._done[-1] if self._done else None

    @property
    def words(self) -> str:
        """What that was, in a few words; empty if there is nothing to take back."""
        deed = self.last
        if deed is None:
            return ""
        named = {
            DeedKind.MADE_CHILD: self.tr("making {child}"),
            DeedKind.ATTACHED: self.tr("attaching {child}"),
            DeedKind.WRITTEN: self.tr("writing {parent} into {child}"),
            DeedKind.TOOK_SNAPSHOT: self.tr("taking snapshot {name}"),
            DeedKind.WENT_BACK: self.tr("going back to snapshot {name}"),
        }[deed.kind]
        return named.format(child=deed.path.name, parent=deed.parent.name, name=deed.name)

    def note_child(self, answer: ChildCreated) -> None:
        """Take down that a child was made."""
        self._note(Deed(DeedKind.MADE_CHILD, answer.path, answer.parent))
        self.to_reread.emit(answer.path)

    def note_attached(self, child: Path, parent: Path) -> None:
        """Take down that *child* was attached to *parent* for now."""
        self._note(Deed(DeedKind.ATTACHED, child, parent))

    def note_written(self, answer: AttachWritten) -> None:
        """Take down that a child was given another parent for good."""
        if answer.undo is not None:
            self._note(Deed(DeedKind.WRITTEN, answer.child, answer.parent, answer.undo))
        self.to_reread.emit(answer.child)

    def note_snapshots(self, answer: SnapshotsChanged) -> None:
        """Take down that a snapshot was taken or gone back to; forget what a merging spent."""
        planned = answer.planned
        if planned.deletion is not None:
            spent = planned.deletion.spent
            self._done = [deed for deed in self._done if deed.undo not in spent]
            self.changed.emit()
        elif answer.undo is not None:
            took = planned.wanted.verb is SnapshotVerb.TAKE
            kind = DeedKind.TOOK_SNAPSHOT if took else DeedKind.WENT_BACK
            vmx = planned.machine.path
            self._note(Deed(kind, vmx, vmx, answer.undo, planned.name))

    def _note(self, deed: Deed) -> None:
        self._done.append(deed)
        self.changed.emit()

    def end_attached(self, joined: tuple[Path, Path] | None) -> None:
        """Forget what was attached for now, but for the pair that is *joined* still."""
        kept = [
            deed
            for deed in self._done
            if deed.kind is not DeedKind.ATTACHED or (deed.path, deed.parent) == joined
        ]
        if kept != self._done:
            self._done = kept
            self.changed.emit()

    def undo(self) -> None:
        """Take the last deed back; what can't be taken back stays, and is told why."""
        deed = self.last
        if deed is None:
            return
        self._done.pop()
        self.changed.emit()
        if deed.kind is DeedKind.MADE_CHILD:
            self._remove(deed)
        elif deed.undo is not None:
            self._put_back(deed, deed.undo)
        else:
            self._asking.message.emit(
                self.tr("%s reads with its own parent again") % deed.path.name
            )
            self.to_reread.emit(deed.path)

    def _remove(self, deed: Deed) -> None:
        def removed(answer: ChildRemoved) -> None:
            if answer.files:
                self._asking.message.emit(self.tr("Removed %s; nothing was in it") % deed.path.name)
                self.to_reread.emit(deed.parent)
            else:
                kept = self.tr("Kept %s: something is in it, or needs it")
                self._asking.message.emit(kept % deed.path.name)

        self._asking.submit(Lane.WRITE, "undo", RemoveChild(deed.path), removed)

    def _put_back(self, deed: Deed, saved: Path) -> None:
        def put_back(answer: Undone) -> None:
            names = (deed.path.name, answer.redo)
            words = self.tr("Put back the text of %s; what was there is saved in %s") % names
            if deed.is_of_machine:
                words = self.tr("%s is as it was; files made since that went: %d")
                words %= (deed.path.name, len(answer.removed))
            self._asking.message.emit(words)
            self.to_reread.emit(None if deed.is_of_machine else deed.path)

        self._asking.submit(Lane.WRITE, "undo", UndoSaved(saved), put_back)
