"""Where the cursor is, as a way: folder, link, grain, sector."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.session import Cursor, Session

__all__ = ["Breadcrumb"]


class Breadcrumb(QWidget):
    """Each part can be pressed: the link offers its chain, grain and sector ask for another."""

    place_wanted = Signal()
    """Grain or sector was pressed: the user wants to go somewhere else."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._folder = self._crumb(self.tr("Folder"))
        self.link = self._crumb(self.tr("Link"))
        self._grain = self._crumb(self.tr("Grain"))
        self._sector = self._crumb(self.tr("Sector"))
        self._chain_menu = QMenu(self)
        self._chain_menu.aboutToShow.connect(self._fill_menu)
        self.link.setMenu(self._chain_menu)
        self.link.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._grain.clicked.connect(self.place_wanted)
        self._sector.clicked.connect(self.place_wanted)
        self._folder.clicked.connect(session.reload)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.STEP, 0, theme.STEP, 0)
        layout.setSpacing(0)
        self._marks: list[plain.Label] = []
        for part in (self._folder, self.link, self._grain, self._sector):
            if layout.count():
                mark = plain.Label("\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}", self)
                self._marks.append(mark)
                layout.addWidget(mark)
            layout.addWidget(part)
        layout.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        session.cursor_changed.connect(self._follow)
        session.forest_changed.connect(self._follow_session)
        session.chain_changed.connect(self._follow_session)
        self._follow(session.cursor)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._follow(self._session.cursor)

    def _crumb(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        plain.set_name(button, name)
        button.setObjectName(f"crumb {name}")
        return button

    def _follow_session(self) -> None:
        self._follow(self._session.cursor)

    def _follow(self, cursor: Cursor) -> None:
        session = self._session
        for part in (*self._marks, self._folder, self.link, self._grain, self._sector):
            part.setVisible(session.forest is not None)
        if session.forest is None:
            return
        folder = session.forest.folder
        _say(self._folder, folder.name or str(folder), self.tr("%s: read again") % folder)
        name = cursor.path.name if cursor.path is not None else self.tr("no link")
        _say(self.link, name, self.tr("Link shown: %s. Choose another of its chain") % cursor.path)
        chain = session.chain
        grain = cursor.sector // chain.grain_size if chain is not None else 0
        shown = chain is not None
        for part in (*self._marks[1:], self._grain, self._sector):
            part.setVisible(shown)
        grain_words = self.tr("grain %s") % theme.grouped(grain)
        _say(self._grain, grain_words, self.tr("%s; press to go elsewhere") % grain_words)
        sector_words = self.tr("sector %s") % theme.grouped(cursor.sector)
        _say(self._sector, sector_words, self.tr("%s; press to go elsewhere") % sector_words)

    def _fill_menu(self) -> None:
        self._chain_menu.clear()
        chain = self._session.chain
        if chain is None:
            return
        for index, link in enumerate(chain.links):
            action = QAction(plain.caption(f"{index}   {link.path.name}"), self._chain_menu)
            action.setCheckable(True)
            action.setChecked(index == self._session.cursor.generation)
            action.triggered.connect(partial(self._choose, index))
            self._chain_menu.addAction(action)

    def _choose(self, index: int, _checked: bool = False) -> None:  # noqa: FBT001, FBT002  of Qt
        self._session.select_generation(index)


def _say(button: QToolButton, text: str, hint: str) -> None:
    button.setText(plain.caption(plain.shortened(text)))
    plain.set_tip(button, hint)
    plain.set_name(button, text)
    plain.set_description(button, hint)
