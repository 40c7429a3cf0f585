"""The list of problems: what is wrong, where, and the buttons that cure it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

import redoscope_core as core
from redoscope_core import SECTOR
from redoscope_gui import plain, theme
from redoscope_gui.session import Problem, ProblemGroup, Session, grouped
from redoscope_gui.views.problems.delegate import ICON, ProblemDelegate, button_height
from redoscope_gui.views.problems.remedies import remedy_buttons, remedy_words
from redoscope_gui.views.problems.rows import Entry, ProblemRows
from redoscope_gui.views.problems.words import counted, sought, ticket

__all__ = ["ProblemsView"]


class ProblemsView(QWidget):
    """A list of problems; Enter or a double click goes to the place, a button cures it."""

    cure_wanted = Signal(object, object)
    """A button was pressed; carries the Remedy and the Problem."""
    folder_wanted = Signal(object)
    """The folder of a file is to be shown; carries the Path of the file."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.rows = ProblemRows(self)
        self._make_head()
        self._make_list()
        self._empty = plain.Label(self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setForegroundRole(self._empty.palette().ColorRole.PlaceholderText)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.list)
        column.addLayout(self._stack, 1)
        self.setFocusProxy(self.list)
        session.problems_changed.connect(self._show)
        self._show()

    def _make_head(self) -> None:
        """Make the line above the list: a filter, and all of them to copy."""
        self._head = QWidget(self)
        self.filter_box = QLineEdit(self._head)
        self.filter_box.setPlaceholderText(self.tr("Filter problems"))
        plain.set_name(self.filter_box, self.tr("Filter problems"))
        self.filter_box.setClearButtonEnabled(True)
        self.filter_box.textChanged.connect(self._show)
        self.copy_button = QPushButton(self.tr("Copy all"), self._head)
        hint = self.tr("Copy all that is listed as text, say for a ticket")
        plain.set_name(self.copy_button, self.tr("Copy all problems"))
        plain.set_description(self.copy_button, hint)
        plain.set_tip(self.copy_button, hint)
        self.copy_button.clicked.connect(self.copy_all)
        row = QHBoxLayout(self._head)
        row.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        row.setSpacing(theme.STEP)
        row.addWidget(self.filter_box, 1)
        row.addWidget(self.copy_button)

    def _make_list(self) -> None:
        self.list = _List(self)
        plain.set_name(self.list, self.tr("Problems"))
        self.list.setModel(self.rows)
        self.list.setItemDelegate(ProblemDelegate(self.list))
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.list.activated.connect(self._activated)
        self.list.copy_wanted.connect(self.copy_chosen)
        self.list.places_wanted.connect(self._open_places)

    @property
    def chosen(self) -> Entry | None:
        """The row that is current."""
        return self.rows.entry_at(self.list.currentIndex())

    def copy_chosen(self) -> None:
        """Copy the chosen problem as text."""
        if self.chosen is not None:
            self._copy(ticket(None, (self.chosen.group,)), self.tr("Copied the problem"))

    def copy_all(self) -> None:
        """Copy all that is listed as text, with the version of the program and what is open."""
        text = ticket(self._session.source, self.rows.groups, core.__version__)
        self._copy(text, self.tr("Copied %s") % (counted(self.rows.groups) or self.tr("nothing")))

    def step(self, delta: int) -> None:
        """Choose the next problem, or with -1 the one before, and go to its place."""
        count = self.rows.rowCount()
        if count:
            row = self.list.currentIndex().row()
            row = (row + delta) % count if row >= 0 else (0 if delta > 0 else count - 1)
            self.list.setCurrentIndex(self.rows.index(row))
            self._activated(self.rows.index(row))

    def menu(self, index: QModelIndex) -> QMenu | None:
        """Return what can be done with the problem of *index*."""
        entry = self.rows.entry_at(index)
        if entry is None:
            return None
        menu = QMenu(self)
        group, path = entry.group, entry.problem.path
        menu.addAction(self.tr("Go there"), partial(self._go, entry.problem))
        if group.places:
            menu.addAction(_places_words(group, self.rows), partial(self._toggle, group))
        menu.addSeparator()
        menu.addAction(self.tr("Copy"), self.copy_chosen)
        menu.addAction(self.tr("Copy all, for a ticket"), self.copy_all)
        if path is not None:
            menu.addSeparator()
            only = partial(self.filter_box.setText, path.name)
            menu.addAction(self.tr("Only those of this file"), only)
            menu.addAction(
                self.tr("Show in the file manager"), partial(self.folder_wanted.emit, path)
            )
        menu.addSeparator()
        for remedy in group.head.remedies:
            words, _ = remedy_words(remedy, group.head)
            cure = partial(self.cure_wanted.emit, remedy, group.head)
            menu.addAction(plain.caption(words), cure)
        return menu

    @override
    def sizeHint(self) -> QSize:
        return QSize(360, 180)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.list.scheduleDelayedItemsLayout()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self.list.scheduleDelayedItemsLayout()

    def _show(self) -> None:
        every = grouped(self._session.problems)
        needle = self.filter_box.text().casefold()
        groups = tuple(group for group in every if not needle or needle in sought(group))
        self.rows.show_groups(groups)
        self._head.setVisible(bool(every))
        if not every:
            self.filter_box.clear()
        none = self.tr("Nothing is wrong with these links.")
        self._empty.setText(self.tr("No problem holds these letters.") if every else none)
        self._stack.setCurrentWidget(self.list if groups else self._empty)
        self._lay_buttons()

    def _lay_buttons(self) -> None:
        """Lay buttons over the cards that have none yet."""
        for row in range(self.rows.rowCount()):
            index = self.rows.index(row)
            entry = self.rows.entry_at(index)
            if entry is None or entry.place is not None or self.list.indexWidget(index) is not None:
                continue
            if entry.problem.remedies or entry.group.places:
                self.list.setIndexWidget(index, self._buttons(entry.group))

    def _buttons(self, group: ProblemGroup) -> QWidget:
        """Return the buttons of *group*, to lie over the foot of its row."""
        strip = QWidget(self.list.viewport())
        layout = QVBoxLayout(strip)
        layout.setContentsMargins(theme.STEP * 2 + ICON, 0, theme.STEP, theme.STEP)
        layout.setSpacing(theme.HALF)
        layout.addStretch(1)
        buttons = remedy_buttons(group.head, strip, self.cure_wanted.emit)
        if group.places:
            buttons.insert(0, self._places_button(group, strip))
        for button in buttons:
            button.setFixedHeight(button_height())
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return strip

    def _places_button(self, group: ProblemGroup, parent: QWidget) -> QPushButton:
        words = _places_words(group, self.rows)
        opened = self.rows.is_opened(group)
        icon = theme.icon("chevron-down" if opened else "chevron-right")
        button = QPushButton(icon, words, parent)
        name = "" if group.head.path is None else group.head.path.name
        plain.set_name(button, f"{words}: {name}")
        button.clicked.connect(partial(self._toggle, group))
        return button

    def _open_places(self, opened: bool) -> None:  # noqa: FBT001  a slot of the signal
        """List the places of the chosen card, or hide them."""
        entry = self.chosen
        if entry is not None and entry.group.places:
            if self.rows.is_opened(entry.group) != opened:
                self._toggle(entry.group)
            self.list.setCurrentIndex(self.rows.index(self.rows.row_of(entry.group)))

    def _toggle(self, group: ProblemGroup, _checked: bool = False) -> None:  # noqa: FBT001, FBT002  of Qt
        self.rows.toggle(group)
        self._lay_buttons()
        self.list.doItemsLayout()

    def _show_menu(self, spot: QPoint) -> None:
        index = self.list.indexAt(spot)
        self.list.setCurrentIndex(index)
        menu = self.menu(index)
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.list.viewport().mapToGlobal(spot))

    def _copy(self, text: str, said: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._session.message.emit(said)

    def _activated(self, index: QModelIndex) -> None:
        problem = self.rows.problem_at(index)
        if problem is not None:
            self._go(problem)

    def _go(self, problem: Problem) -> None:
        """Choose the link that *problem* belongs to, at its place."""
        link = problem.link or problem.path
        if link is not None:
            offset = None if problem.sector is None else problem.sector * SECTOR
            self._session.select_link(link, offset)


class _List(QListView):
    """A list that copies by key, and opens and closes what a card has below it."""

    copy_wanted = Signal()
    places_wanted = Signal(bool)
    """The places of the chosen card are to be listed, or hidden."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif event.key() in {Qt.Key.Key_Right, Qt.Key.Key_Left}:
            self.places_wanted.emit(event.key() == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)


def _places_words(group: ProblemGroup, rows: ProblemRows) -> str:
    """Return what a button says that lists the places of *group*, or hides them."""
    words = tr("Hide %d places") if rows.is_opened(group) else tr("Show %d places")
    return words % len(group.places)


def tr(text: str) -> str:
    """Translate *text* of a button."""
    return QCoreApplication.translate("ProblemsView", text)
