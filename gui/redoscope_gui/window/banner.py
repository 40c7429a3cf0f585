"""A strip that stays while something about the chain must not be forgotten."""

from __future__ import annotations

import os

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget
from typing_extensions import override

from redoscope_core import ContentIdMismatch, VmdkError
from redoscope_gui import theme
from redoscope_gui.session import Session

__all__ = ["Banner"]


class Banner(QWidget):
    """Tells that the chain does not open, or was opened although content IDs differ."""

    problems_wanted = Signal()
    """The user wants to see the Problems pane."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._icon = QLabel(self)
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.anyway = QPushButton(self.tr("Open anyway"), self)
        self.anyway.setToolTip(self.tr("Read the chain although the content IDs differ"))
        self.anyway.clicked.connect(session.open_anyway)
        self.problems = QPushButton(self.tr("Show problems"), self)
        self.problems.clicked.connect(self.problems_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.STEP * 2, theme.HALF, theme.STEP, theme.HALF)
        layout.setSpacing(theme.STEP)
        layout.addWidget(self._icon)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.anyway)
        layout.addWidget(self.problems)
        self.setAutoFillBackground(True)
        session.chain_changed.connect(self._follow)
        session.problems_changed.connect(self._follow)
        self._follow()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._dress()

    def _dress(self) -> None:
        palette = self.palette()
        palette.setColor(self.backgroundRole(), theme.colour("banner"))
        self.setPalette(palette)
        text = self.label.palette()
        text.setColor(self.label.foregroundRole(), theme.colour("banner_text"))
        self.label.setPalette(text)
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(theme.icon_pixmap("triangle-alert", 16, "warning", ratio))

    def _follow(self) -> None:
        session = self._session
        self._dress()
        if session.chain is None and session.forest is not None:
            mismatch = isinstance(session.chain_error, ContentIdMismatch)
            self.anyway.setVisible(mismatch)
            self.label.setText(self.tr("This chain does not open: %s.") % _reason(session))
            self.setVisible(True)
        elif session.mismatch_allowed and session.chain is not None:
            self.anyway.setVisible(False)
            self.label.setText(
                self.tr(
                    "Opened although content IDs differ: a parent may have been written after its "
                    "child was made, so what you read may never have been on a disk."
                )
            )
            self.setVisible(True)
        else:
            self.setVisible(False)


def _reason(session: Session) -> str:
    """Return in a few words why there is no chain; Problems tells the rest."""
    error = session.chain_error
    if isinstance(error, VmdkError):
        folder = f"{error.path.parent}{os.sep}" if error.path is not None else ""
        return error.what.replace(folder, "") if folder else error.what
    return str(error) if error is not None else session.tr("there is no link in it")
