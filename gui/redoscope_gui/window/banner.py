"""A strip that stays while something about the chain must not be forgotten."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from redoscope_core import VmdkError
from redoscope_gui import plain, theme
from redoscope_gui.session import Problem, Session, from_error
from redoscope_gui.views.problems import remedy_buttons
from redoscope_gui.window.cautions import cautions

__all__ = ["Banner"]

_ICON = 16


class Banner(QWidget):
    """Tells that the chain does not open, with its cures; or how far it can be trusted."""

    problems_wanted = Signal()
    """The user wants to see the Problems pane."""
    cure_wanted = Signal(object, object)
    """A button was pressed; carries the Remedy and the Problem."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._icon = plain.Label(self)
        self.label = plain.Label(self)
        self.label.setWordWrap(True)
        self.problems = QPushButton(self.tr("Show problems"), self)
        self.problems.clicked.connect(self.problems_wanted)
        self.to_chain = QPushButton(self.tr("Show the whole chain"), self)
        plain.set_tip(self.to_chain, self.tr("Read the link with its parents again"))
        self.to_chain.clicked.connect(session.look_at_chain)
        self._problem: Problem | None = None
        self.cures: list[QPushButton] = []
        """A button for each thing that can be done."""
        self._row = QHBoxLayout()
        self._row.setContentsMargins(_ICON + theme.STEP, 0, 0, 0)
        self._row.setSpacing(theme.STEP)
        self._row.addStretch(1)
        words = QHBoxLayout()
        words.setSpacing(theme.STEP)
        words.addWidget(self._icon)
        words.addWidget(self.label, 1)
        words.addWidget(self.to_chain)
        words.addWidget(self.problems)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.STEP * 2, theme.HALF, theme.STEP, theme.HALF)
        layout.setSpacing(theme.HALF)
        layout.addLayout(words)
        layout.addLayout(self._row)
        self.setAutoFillBackground(True)
        session.chain_changed.connect(self._follow)
        session.problems_changed.connect(self._follow)
        session.generation_changed.connect(self._follow)
        self._follow()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._dress()

    def _dress(self) -> None:
        palette = self.palette()
        palette.setColor(self.backgroundRole(), theme.colour("banner"))
        self.setPalette(palette)
        text = self.label.palette()
        text.setColor(self.label.foregroundRole(), theme.colour("banner_text"))
        self.label.setPalette(text)
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(theme.icon_pixmap("triangle-alert", _ICON, "warning", ratio))

    def _follow(self) -> None:
        session = self._session
        shut = session.chain is None and session.forest is not None
        told = [self.tr("This chain does not open: %s.") % _reason(session)] if shut else []
        told += cautions(session)
        self.to_chain.setVisible(session.is_alone)
        text = " ".join(told)
        error = session.chain_error if shut else None
        self._offer(from_error(error, session.cursor.path) if error is not None else None)
        if text != self.label.text():
            self.label.setText(text)
            plain.set_name(self.label, text)
        self._dress()
        self.setVisible(bool(text))

    def _offer(self, problem: Problem | None) -> None:
        """Show a button for each remedy of *problem*."""
        if problem == self._problem:
            return
        self._problem = problem
        for button in self.cures:
            self._row.removeWidget(button)
            button.deleteLater()
        self.cures = []
        if problem is not None:
            self.cures = remedy_buttons(problem, self, self.cure_wanted.emit)
        for place, button in enumerate(self.cures):
            self._row.insertWidget(place, button)


def _reason(session: Session) -> str:
    """Return in a few words why there is no chain; Problems tells the rest."""
    error = session.chain_error
    if not isinstance(error, VmdkError):
        return str(error) if error is not None else session.tr("there is no link in it")
    return from_error(error).what
