"""What is on screen now: it holds the one value, keeps the way it took, and tells what changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from redoscope_gui.engine import Lane
from redoscope_gui.maps.shelf import OVERLAY_BYTES, SHELF
from redoscope_gui.requests.opening import CloseChain
from redoscope_gui.session.asking import Asking
from redoscope_gui.session.cursor import Cursor, History
from redoscope_gui.session.scene import Compared, Scene, asked_again

if TYPE_CHECKING:
    from redoscope_core import Chain
    from redoscope_gui.requests.changing import Attached

__all__ = ["Screen"]


class Screen(QObject):
    """The place and its history, the comparison, and all else that is shown."""

    changed = Signal(object)
    """Something else is shown; carries the parts to ask again, a frozenset of Part."""

    def __init__(self, asking: Asking, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = asking
        self._scene = Scene()
        self._owner: Chain | Attached | None = None
        self._kept: list[Chain] = []
        self.history = History()

    @property
    def scene(self) -> Scene:
        """What is on screen."""
        return self._scene

    def show(
        self, scene: Scene, owner: Chain | Attached | None, cursor: Cursor, *, jump: bool = True
    ) -> None:
        """Show another chain, or none, at *cursor*, whose generation may count from the tip.

        *owner* is what has to be closed when the next one comes; the one before is closed now.
        """
        self.let_go()
        self._owner = owner
        if scene.chain is not None:
            scene.chain.keep_generations(OVERLAY_BYTES)
            links = scene.chain.links
            index = cursor.generation % len(links)
            cursor = Cursor(links[index].path, index, cursor.offset)
        scene = replace(scene, generation_chain=None, comparison=None)
        self._become(scene.at(cursor), jump=jump)

    def go(self, cursor: Cursor, *, jump: bool) -> None:
        """Move the cursor within what is shown; with *jump* the old place can be gone back to."""
        self._become(self._scene.at(cursor), jump=jump)

    def compare(self, comparison: Compared | None) -> None:
        """Compare the generation at the cursor with another one, or with none."""
        self._tell(replace(self._scene, comparison=comparison))

    def keep(self, disk: Chain) -> None:
        """Close *disk*, which is looked at beside the chain, when that is let go."""
        self._kept.append(disk)

    def let_go(self) -> None:
        """Close the chain once nothing reads it, and drop the answers that are still to come."""
        self._asking.drop_answers()
        if self._scene.chain is not None:
            SHELF.forget(self._scene.chain)
        owners = [*self._kept, *([] if self._owner is None else [self._owner])]
        self._owner, self._kept = None, []
        for owner in owners:
            self._asking.submit(Lane.WRITE, "close", CloseChain(owner), lambda _closed: None)

    def _become(self, after: Scene, *, jump: bool) -> None:
        (self.history.jump if jump else self.history.move)(after.cursor)
        self._tell(after)

    def _tell(self, after: Scene) -> None:
        before, self._scene = self._scene, after
        parts = asked_again(before, after)
        if parts:
            self.changed.emit(parts)
