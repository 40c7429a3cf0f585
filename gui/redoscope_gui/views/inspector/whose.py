"""Whose byte is at the cursor: which file at which byte, or which structure of which volume."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.file_words import owner_words
from redoscope_gui.session import Session

__all__ = ["WhoseLine"]


class WhoseLine(plain.Label):
    """A line that is there once files are listed; it asks for nothing."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__("", parent)
        self._session = session
        self.setWordWrap(True)
        self.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        plain.set_name(self, self.tr("Whose byte is at the cursor"))
        session.cursor_changed.connect(self._tell)
        session.files.changed.connect(self._tell)
        self._tell()

    def _tell(self, _what: object = None) -> None:
        """Tell it, if it is known."""
        chain, offset = self._session.generation_chain, self._session.cursor.offset
        owner = None if chain is None else self._session.files.owner_at(offset)
        self.setVisible(owner is not None)
        if owner is not None:
            words = owner_words(owner, offset)
            if words != self.toolTip():
                self.setText(plain.breakable(words, "/"))
                plain.set_tip(self, words)
                plain.set_description(self, words)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFont(theme.number_font())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(theme.colour("line"))
        painter.drawLine(0, 0, self.width(), 0)
