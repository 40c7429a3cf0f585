"""Selecting: what is done with selected bytes, as jobs. Hash them, save them as a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from redoscope_core import SavedSelection, SelectedDigest
from redoscope_gui.requests.selected import HashSelected, SaveSelected, Shown
from redoscope_gui.session.asking import Asking
from redoscope_gui.session.job import Job
from redoscope_gui.session.scene import Scene

__all__ = ["Selecting", "shown_at", "shown_in"]


def shown_in(scene: Scene) -> Shown | None:
    """Return the disk as it is shown, for a job that opens it for itself; None if none is."""
    path = scene.cursor.path
    if scene.generation_chain is None or path is None:
        return None
    joined = scene.joined if scene.shows_joined else None
    return Shown(path, scene.cursor.generation, scene.policy, joined, scene.is_alone)


def shown_at(scene: Scene, generation: int) -> Shown | None:
    """Return another generation of the chosen chain as it would be shown, or None if none is."""
    if scene.chain is None or scene.is_alone:
        return None
    return shown_in(scene.at(scene.cursor_in(generation)))


class Selecting(QObject):
    """Has the engine do something with selected bytes."""

    def __init__(self, asking: Asking, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = asking

    def hash(self, scene: Scene, offset: int, length: int) -> Job | None:
        """Hash *length* bytes from *offset* on; the Job tells how far it is and the result."""
        shown = shown_in(scene)
        if shown is None:
            return None

        def told(answer: SelectedDigest) -> str:
            return f"{answer.algorithm} {answer.hexadecimal}"

        def done(answer: SelectedDigest) -> None:
            self._asking.message.emit(self.tr("Selection: %s") % told(answer))

        title = self.tr("Hash of 0x%X to 0x%X of %s, generation %d") % (
            *(offset, offset + length - 1, shown.path.name),
            shown.generation,
        )
        return self._asking.run_job(title, HashSelected(shown, offset, length), done, told=told)

    def save(self, scene: Scene, offset: int, length: int, target: Path) -> Job | None:
        """Save *length* bytes from *offset* on as *target*, and beside it where they come from."""
        shown = shown_in(scene)
        if shown is None:
            return None

        def told(answer: SavedSelection) -> str:
            return f"{answer.path.name}, {answer.sidecar.name}; sha256 {answer.sha256}"

        def done(answer: SavedSelection) -> None:
            self._asking.message.emit(self.tr("Saved %s") % told(answer))

        title = self.tr("Save 0x%X to 0x%X as %s") % (offset, offset + length - 1, target.name)
        request = SaveSelected(shown, offset, length, target)
        return self._asking.run_job(title, request, done, told=told)
