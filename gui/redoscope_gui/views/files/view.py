"""The files pane: what the volumes of a generation hold, and what became of it since A."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.file_words import Badge, badges_of
from redoscope_gui.session import Session
from redoscope_gui.views.files.badges import Legend
from redoscope_gui.views.files.folders import Wanted
from redoscope_gui.views.files.rows import FileRows, Place
from redoscope_gui.views.files.tree import FileTreeView
from redoscope_gui.views.files.words import run_words, totals

__all__ = ["FilesView"]

_STILL = 150
"""Milliseconds that a generation stands before its files are listed: scrubbing asks for none."""
_MOST_OPENED = 500
"""Rows that a filter opens by itself."""


class FilesView(QWidget):
    """Lists the files of the generation at the cursor, once it is looked at."""

    bytes_wanted = Signal()
    """The bytes at the cursor are to be shown, and have the focus."""
    history_wanted = Signal()
    """The history of the chosen file is to be told."""
    mark_wanted = Signal()
    """The chosen file is to be bookmarked in the case that is open."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._files = session, session.files
        self._place: Place | None = None
        self._following = False
        self._awaited = ""
        plain.set_name(self, self.tr("Files"))
        self.rows = FileRows(self)
        self.tree = FileTreeView(self.rows, self)
        self._make_controls()
        self._lay_out()
        self._asking = QTimer(self, singleShot=True, interval=_STILL)
        self._asking.timeout.connect(self._ask)
        self._filtering = QTimer(self, singleShot=True, interval=0)
        self._filtering.timeout.connect(self._arrange)
        # Not the current row: the first one becomes it when the focus comes.
        self.tree.selectionModel().selectionChanged.connect(self._choose)
        self.tree.row_entered.connect(lambda _index: self.show_bytes())
        self.tree.step_wanted.connect(self.step)
        self.tree.copy_wanted.connect(self.copy_path)
        self.tree.customContextMenuRequested.connect(self._show_menu)
        self.tree.header().sortIndicatorChanged.connect(self._sort)
        self.setFocusProxy(self.tree)
        self._files.changed.connect(self._follow)
        session.cursor_changed.connect(self._dress_place)
        self._follow()

    def _make_controls(self) -> None:
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText(self.tr("Filter by name"))
        self.filter.setClearButtonEnabled(True)
        plain.set_name(self.filter, self.tr("Filter files by name"))
        self.filter.textChanged.connect(lambda _text: self._filtering.start())
        self.deleted = self._box(
            self.tr("Deleted"), self.tr("Deleted entries too, as far as they are still there")
        )
        self.changed = self._box(self.tr("Changed"), self.tr("Only what differs from generation A"))
        self.totals = plain.Label(self)
        self.totals.setWordWrap(True)
        self.totals.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.begin = theme.SwitchButton(self.tr("List"), self.tr("Stop"), self)
        self.begin.clicked.connect(self._begin_or_stop)
        self.here = theme.IconButton("crosshair", self.tr("Find the file at the cursor"), "", self)
        self.before = theme.IconButton(
            "chevron-left", self.tr("Previous run of the file"), "[", self
        )
        self.after = theme.IconButton("chevron-right", self.tr("Next run of the file"), "]", self)
        self.in_map = theme.IconButton("map", self.tr("Select this run in map and bytes"), "", self)
        self.in_bytes = theme.IconButton("binary", self.tr("Show in the bytes"), "", self)
        self.save = theme.IconButton("arrow-down-to-line", self.tr("Export to a folder"), "", self)
        self.save.clicked.connect(self.export)
        self.past = theme.IconButton("history", self.tr("History of the file"), "", self)
        self.past.clicked.connect(self.history_wanted)
        for button in (self.here, self.in_map, self.in_bytes, self.past, self.save):
            plain.set_tip(button, button.accessibleName())
        self.here.clicked.connect(self.find_cursor)
        self.before.clicked.connect(lambda: self.step(False))
        self.after.clicked.connect(lambda: self.step(True))
        self.in_map.clicked.connect(self.show_in_map)
        self.in_bytes.clicked.connect(self.show_bytes)
        self.about = plain.Label(self)
        self.about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.legend = Legend(self)

    def _box(self, text: str, hint: str) -> QCheckBox:
        box = QCheckBox(text, self)
        plain.set_name(box, text)
        plain.set_tip(box, hint)
        plain.set_description(box, hint)
        box.toggled.connect(lambda _on: self._arrange())
        return box

    def _lay_out(self) -> None:
        asked, line, below = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row in (asked, line, below):
            row.setSpacing(theme.HALF)
        asked.setSpacing(theme.STEP)
        asked.addWidget(self.filter, 1)
        asked.addWidget(self.deleted)
        asked.addWidget(self.changed)
        line.addWidget(self.totals, 1)
        line.addWidget(self.begin)
        below.addWidget(self.about, 1)
        for button in (self.here, self.before, self.after, self.in_map, self.in_bytes):
            below.addWidget(button)
        below.addWidget(self.past)
        below.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        column.setSpacing(theme.HALF)
        column.addLayout(asked)
        column.addLayout(line)
        column.addWidget(self.tree, 1)
        column.addWidget(self.legend)
        column.addLayout(below)

    # --- what is listed ----------------------------------------------------------------------

    def _ask(self) -> None:
        if self.isVisible() and not self._files.is_stopped and self._files.error is None:
            self._files.begin()

    def _begin_or_stop(self) -> None:
        if self._files.is_running:
            self._files.stop()
        else:
            self._files.begin()

    def _follow(self) -> None:
        """Show what is listed by now; ask for it, if it is looked at and nobody did."""
        files = self._files
        listed, compared = files.listed, files.compared
        if not self.rows.holds(listed, compared):
            self._show(replace(self.rows.wanted))
            counts: Counter[Badge] = Counter()
            for volume in () if compared is None else compared.volumes.values():
                for change in volume.difference.changes:
                    counts.update(badges_of(change))
            self.legend.show_counts(counts)
        if self._awaited and listed is not None:
            awaited, self._awaited = self._awaited, ""
            self.find_file(awaited)
        lacks = listed is None or (self._session.generation_a is not None and compared is None)
        if lacks and not files.is_running and self.isVisible():
            self._asking.start()
        self._dress()

    def _arrange(self) -> None:
        """Show what the controls ask for."""
        wanted = replace(
            self.rows.wanted,
            deleted=self.deleted.isChecked(),
            text=self.filter.text().strip(),
            changed=self.changed.isChecked() and self.changed.isEnabled(),
        )
        if wanted != self.rows.wanted:
            self._show(wanted)
            self._dress()

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        descending = order is Qt.SortOrder.DescendingOrder
        self._show(replace(self.rows.wanted, column=column, descending=descending))

    def _show(self, wanted: Wanted) -> None:
        """Show what is listed; what was open and chosen stays so, as far as it is still there."""
        rows, tree = self.rows, self.tree
        opened = [rows.place(each) for each in rows.opened() if tree.isExpanded(each)]
        is_first = not len(rows.folders[0])
        chosen = self._place
        self._following = True
        rows.show(self._files.listed, self._files.compared, wanted)
        if is_first or wanted.text or wanted.changed:
            self._open_volumes(wanted)
        for place in sorted(opened, key=lambda each: each.path.count("/")):
            tree.expand(rows.find(place.start, place.path))
        if chosen is not None:
            tree.choose(rows.find(chosen.start, chosen.path))
        self._following = False

    def _open_volumes(self, wanted: Wanted) -> None:
        """Open the volumes; with a filter what is in them too, as far as that is little."""
        for row in range(self.rows.rowCount()):
            self.tree.expand(self.rows.index(row, 0))
        if wanted.text or wanted.changed:
            self._open_below(QModelIndex(), [_MOST_OPENED])

    def _open_below(self, parent: QModelIndex, left: list[int]) -> None:
        for row in range(self.rows.rowCount(parent)):
            index = self.rows.index(row, 0, parent)
            left[0] -= 1
            if left[0] <= 0:
                return
            if self.rows.hasChildren(index):
                self.tree.expand(index)
                self._open_below(index, left)

    def _dress(self) -> None:
        files, session = self._files, self._session
        self.totals.setText(totals(session))
        self.begin.show_running(running=files.is_running)
        lacks = files.listed is None or (
            session.generation_a is not None and files.compared is None
        )
        self.begin.setVisible(files.can_list and (files.is_running or lacks))
        self.changed.setEnabled(files.compared is not None)
        self._dress_place()

    # --- the chosen file ---------------------------------------------------------------------

    def _choose(self, _now: object, _before: object) -> None:
        """Go to the first byte of another row."""
        if self._following:
            return
        chosen = self.tree.selectionModel().selectedRows()
        self._place = self.rows.place(chosen[0]) if chosen else None
        if self._place is not None and self._place.runs:
            self._session.go_to(self._place.runs[0][0])
        self._dress_place()

    def _dress_place(self, _cursor: object = None) -> None:
        """Say which run of the chosen file the cursor is in."""
        place, offset = self._place, self._session.cursor.offset
        self._files.chosen = None if place is None or not self._has_past else place.asked
        self.past.setEnabled(self._has_past)
        runs = [] if place is None else place.runs
        at = None if place is None else place.run_at(offset)
        count = len(runs)
        self.about.setText("" if place is None else run_words(place, at))
        self.before.setEnabled(count > 0 and at != 0)
        self.after.setEnabled(count > 0 and at != count - 1)
        for button in (self.in_map, self.in_bytes):
            button.setEnabled(count > 0)
        self.save.setEnabled(self.can_export)
        self.here.setEnabled(self._files.listed is not None)

    def step(self, forward: bool) -> None:  # noqa: FBT001 - a slot of Signal(bool)
        """Go to the next or the previous run of the chosen file."""
        runs = [] if self._place is None else self._place.runs
        at = None if self._place is None else self._place.run_at(self._session.cursor.offset)
        to = 0 if at is None else at + (1 if forward else -1)
        if 0 <= to < len(runs):
            self._session.go_to(runs[to][0])
        else:
            self._session.message.emit(self.tr("No other run of the file that way"))

    def show_in_map(self) -> None:
        """Select the run at the cursor, else the first one, in map and bytes."""
        place = self._place
        if place is None or not place.runs:
            return
        start, length = place.runs[place.run_at(self._session.cursor.offset) or 0]
        if place.run_at(self._session.cursor.offset) is None:
            self._session.go_to(start)
        self._session.marked.mark((start, start + length - 1))

    def show_bytes(self) -> None:
        """Show the bytes of the chosen file, from where the cursor is in it."""
        place = self._place
        if place is not None and place.runs and place.run_at(self._session.cursor.offset) is None:
            self._session.go_to(place.runs[0][0])
        self.bytes_wanted.emit()

    def find_file(self, asked_as: str) -> None:
        """Choose the file that is asked for as *asked_as*, once files are listed, and go to it."""
        listed = self._files.listed
        if listed is None:
            self._awaited = asked_as
            self._ask()
            return
        number, _, path = asked_as.partition(":")
        for each in listed.volumes:
            volume = each.volume
            wanted = path if number == str(volume.number) else asked_as
            is_of = volume.number is None or number == str(volume.number)
            index = self.rows.find(volume.start, wanted) if is_of else QModelIndex()
            if index.isValid():
                self.tree.choose(index)
                self.tree.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self._session.message.emit(self.tr("%s is not in this generation") % asked_as)

    def find_cursor(self) -> None:
        """Choose the file in which the cursor lies; the cursor stays."""
        import numpy as np  # noqa: PLC0415 - the window imports it when it is needed

        listed, sector = self._files.listed, self._session.cursor.sector
        owners = [] if listed is None else listed.whose(np.array([sector], np.int64))
        for owner in owners:
            if owner.volume is None or not owner.paths:
                break
            index = self.rows.find(owner.volume.volume.start, owner.paths[0])
            if index.isValid():
                self._following = True
                self.tree.choose(index)
                self._following = False
                self._place = self.rows.place(index)
                self._dress_place()
                return
        self._session.message.emit(self.tr("No file that is listed has the byte at the cursor"))

    @property
    def _has_past(self) -> bool:
        """Whether something is chosen that can be followed: no volume, no deleted entry."""
        place = self._place
        return place is not None and not (place.is_volume or place.is_deleted)

    @property
    def _can_mark(self) -> bool:
        return self._has_past and self._session.casework.can_mark

    @property
    def can_export(self) -> bool:
        """Whether something is chosen that the generation shown has."""
        place = self._place
        return place is not None and not place.is_gone and self._files.can_list

    def export(self) -> None:
        """Ask for a folder, and write the chosen file there, or all that is in a directory."""
        if self._place is not None and self.can_export:
            chosen = QFileDialog.getExistingDirectory(self, self.tr("Export to a folder"))
            if chosen:
                place = self._place
                deleted = place.is_deleted or self.deleted.isChecked()
                self._files.export(place.asked.asked_as, Path(chosen), deleted=deleted)

    def copy_path(self) -> None:
        """Copy the path of the chosen file."""
        if self._place is not None:
            QGuiApplication.clipboard().setText(self._place.path)
            self._session.message.emit(self.tr("Copied %s") % self._place.path)

    def _show_menu(self, point: QPoint) -> None:
        if self.tree.indexAt(point).isValid():
            self.menu().popup(self.tree.viewport().mapToGlobal(point))

    def menu(self) -> QMenu:
        """Return the menu of the chosen file."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        has_runs = self._place is not None and bool(self._place.runs)
        for text, handler, is_enabled in (
            (self.tr("Show in bytes"), self.show_bytes, has_runs),
            (self.tr("Select run in map and bytes"), self.show_in_map, has_runs),
            (self.tr("Next run"), lambda: self.step(True), self.after.isEnabled()),
            (self.tr("Previous run"), lambda: self.step(False), self.before.isEnabled()),
            (self.tr("History"), self.history_wanted.emit, self._has_past),
            (self.tr("Bookmark…"), self.mark_wanted.emit, self._can_mark),
            (self.tr("Export…"), self.export, self.can_export),
            (self.tr("Copy path"), self.copy_path, self._place is not None),
        ):
            action = menu.addAction(text)
            action.setEnabled(is_enabled)
            action.triggered.connect(handler)
        return menu

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._asking.stop()
