"""The left half of the status bar: whose byte is at the cursor, once files are listed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStatusBar, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.file_words import owner_words
from redoscope_gui.requests import NameByte
from redoscope_gui.session import Session

if TYPE_CHECKING:
    from redoscope_core import SectorOwner

__all__ = ["WhoseMark"]

_STILL = 60
"""Milliseconds that the cursor stands before anybody is asked: a pull asks for one place."""


class WhoseMark(plain.Label):
    """Says which file, at which byte, or which structure; what has no room is cut in the middle.

    The engine is asked, so nothing here waits. What is told first stands behind it.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__("", parent)
        self._session = session
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setFont(theme.number_font(0.95))
        plain.set_name(self, self.tr("Whose byte is at the cursor"))
        self._asking = QTimer(self, singleShot=True, interval=_STILL)
        self._asking.timeout.connect(self._ask)
        session.cursor_changed.connect(self._follow)
        session.files.changed.connect(self._follow)
        session.chain_changed.connect(self._follow)

    def _follow(self, _what: object = None) -> None:
        """Ask once the cursor stands; say nothing of a generation whose files are not listed."""
        if self._session.files.listed is None or self._session.is_alone:
            self._asking.stop()
            self._say("")
        else:
            self._asking.start()

    def _ask(self) -> None:
        listed, offset = self._session.files.listed, self._session.cursor.offset
        if listed is not None:
            take = partial(self._take, listed, offset)
            self._session.ask("status-file", NameByte(listed, offset), take)

    def _take(self, listed: object, offset: int, owner: SectorOwner) -> None:
        if listed is self._session.files.listed and offset == self._session.cursor.offset:
            self._say(owner_words(owner, offset))

    def _say(self, words: str) -> None:
        self.setText(words)
        plain.set_tip(self, words)
        plain.set_description(self, words)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        bar = self.parentWidget()
        if isinstance(bar, QStatusBar) and bar.currentMessage():
            return  # Qt hides this meanwhile, but shows it again when it lays the bar out anew
        painter = QPainter(self)
        painter.setPen(theme.colour("dim"))
        room = self.rect().adjusted(theme.STEP, 0, -theme.STEP, 0)
        middle = Qt.TextElideMode.ElideMiddle
        text = plain.elided(self.fontMetrics(), self.text(), middle, room.width())
        plain.draw(painter, QRect(room), int(Qt.AlignmentFlag.AlignVCenter), text)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self.setFont(theme.number_font(0.95))
