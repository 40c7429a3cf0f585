"""The one selection: the bytes that are marked, wherever that was done."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

__all__ = ["Marked"]


class Marked(QObject):
    """Which bytes are selected. Views that select tell it, and follow it."""

    changed = Signal()
    """Other bytes are selected, or none."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.span: tuple[int, int] | None = None
        """First and last selected offset; None if only the cursor stands."""

    def mark(self, span: tuple[int, int] | None) -> None:
        """Select the bytes of *span*, its first and its last offset, or none."""
        if span != self.span:
            self.span = span
            self.changed.emit()
