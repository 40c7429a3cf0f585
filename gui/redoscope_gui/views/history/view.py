"""The history pane: a file through all generations, and where what it was is still stored."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_gui import plain, theme
from redoscope_gui.rows_table import RowsTable
from redoscope_gui.session import Compared, Session
from redoscope_gui.views.history.parts import PartRows
from redoscope_gui.views.history.rows import MomentRows
from redoscope_gui.views.history.words import content_words, totals

if TYPE_CHECKING:
    from redoscope_core import FileContent

__all__ = ["HistoryView"]

_MOMENTS = (164, 206, 66)
_PARTS = (70, 74, 84, 150)
_ROOM = 590
"""Pixels in which these columns and the last of each table are wide enough."""
_SHARE = (3, 2)


class HistoryView(QWidget):
    """Shows the history that the session has told; a row leads to its generation."""

    bytes_wanted = Signal()
    """The bytes at the cursor are to be shown, and have the focus."""
    beside_wanted = Signal()
    """The file is to be shown in A and in this generation, side by side."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._files, self._past = session, session.files, session.files.past
        self._following = False
        plain.set_name(self, self.tr("History of a file"))
        self.moments, self.parts = MomentRows(self), PartRows(self)
        self.table = RowsTable(
            self.moments, self.tr("What became of the file in each generation"), _MOMENTS, self
        )
        self.places = RowsTable(self.parts, self.tr("Where its bytes are stored"), _PARTS, self)
        for table in (self.table, self.places):
            table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._make_controls()
        self._lay_out()
        self.table.row_chosen.connect(self._choose)
        self.table.row_entered.connect(lambda _row: self.go_there())
        self.table.step_wanted.connect(self.step)
        self.places.row_chosen.connect(self._choose_part)
        self.places.row_entered.connect(lambda _row: self.show_older())
        self.setFocusProxy(self.table)
        self._past.changed.connect(self._follow)
        self._files.changed.connect(self._dress)
        session.generation_changed.connect(self._follow_cursor)
        session.cursor_changed.connect(self._follow_place)
        self._follow()

    def _make_controls(self) -> None:
        self.name = plain.Label(self)
        self.totals, self.about = plain.Label(self), plain.Label(self)
        for label in (self.name, self.totals, self.about):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.streams = plain.ComboBox(self)
        plain.set_name(self.streams, self.tr("Stream of the file"))
        self.streams.currentIndexChanged.connect(lambda _row: self._show_rows())
        self.here = theme.IconButton("crosshair", self.tr("The file at the cursor"), "", self)
        plain.set_tip(self.here, self.tr("Tell the history of the file at the cursor"))
        self.here.clicked.connect(self._tell_here)
        self.begin = theme.SwitchButton(self.tr("Tell"), self.tr("Stop"), self)
        self.begin.clicked.connect(self._begin_or_stop)
        self.there = self._button(
            self.tr("Go there"),
            self.tr("To the bytes of the file in this generation"),
            self.go_there,
        )
        self.older = self._button(
            self.tr("Show older bytes"),
            self.tr("To the newest generation that reads what the file was before"),
            self.show_older,
        )
        self.pair = self._button(
            self.tr("Side by side"),
            self.tr("What it was before, beside what it is: text, pictures or bytes"),
            self.show_beside,
        )
        self.save = self._button(
            self.tr("Export…"), self.tr("Write this state of the file to a folder"), self.export
        )

    def _button(self, text: str, hint: str, handler: object) -> QPushButton:
        button = QPushButton(text, self)
        plain.set_name(button, text)
        plain.set_tip(button, hint)
        plain.set_description(button, hint)
        button.clicked.connect(handler)
        return button

    def _lay_out(self) -> None:
        head, below = QHBoxLayout(), QHBoxLayout()
        for row in (head, below):
            row.setSpacing(theme.HALF)
        head.addWidget(self.name, 1)
        head.addWidget(self.streams)
        head.addWidget(self.here)
        head.addWidget(self.begin)
        below.addStretch(1)
        for button in (self.there, self.older, self.pair, self.save):
            below.addWidget(button)
        lower = QWidget(self)
        places = QVBoxLayout(lower)
        places.setContentsMargins(0, theme.HALF, 0, 0)
        places.setSpacing(theme.HALF)
        places.addWidget(self.about)
        places.addWidget(self.places, 1)
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.table)
        self._split.addWidget(lower)
        for part, share in enumerate(_SHARE):
            self._split.setStretchFactor(part, share)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        column.setSpacing(theme.HALF)
        column.addLayout(head)
        column.addWidget(self.totals)
        column.addWidget(self._split, 1)
        column.addLayout(below)
        # What stands in a splitter is a circle of its own else, which Tab never leaves; and Qt
        # passes over what comes before the one that has the focus for all.
        buttons = (self.there, self.older, self.pair, self.save)
        for one, other in pairwise((self.table, self.places, *buttons, self.here, self.begin)):
            QWidget.setTabOrder(one, other)

    # --- what is told --------------------------------------------------------------------------

    def _tell_here(self) -> None:
        """Tell the history of the file at the cursor."""
        self._files.tell_past()

    def _begin_or_stop(self) -> None:
        if self._past.is_running:
            self._past.stop()
        else:
            self._past.begin()

    def _follow(self) -> None:
        """Show what is told by now."""
        told = self._past.told
        if told is not self.moments.told:
            self.streams.blockSignals(True)
            self.streams.clear()
            for name in () if told is None else told.streams:
                text = name.decode("utf-8", "backslashreplace")
                words = self.tr(":%s") % text if name else self.tr("content")
                plain.add_item(self.streams, words, name)
            self.streams.blockSignals(False)
            self._show_rows()
        self._dress()

    def _show_rows(self) -> None:
        chain = self._session.chain
        names = [] if chain is None else [link.path.name for link in chain.links]
        stream = self.streams.currentData()
        stream = stream if isinstance(stream, bytes) else b""
        self.moments.show(self._past.told, names, stream)
        self._follow_cursor()

    def _follow_cursor(self) -> None:
        """Have the row of the generation at the cursor be the current one, and show its bytes."""
        row = self._session.cursor.generation
        self._following = True
        if 0 <= row < self.moments.count() and self.table.currentIndex().row() != row:
            self.table.selectRow(row)
            self.table.scrollTo(self.moments.index(row, 0))
        self.parts.show(self.moments.content(row), self.moments.names)
        self._following = False
        self._follow_place()
        self._dress()

    def _follow_place(self, _cursor: object = None) -> None:
        """Have the part at the cursor be the current one."""
        row = self.parts.row_at(self._session.cursor.offset)
        if row is not None and row != self.places.currentIndex().row():
            self._following = True
            self.places.selectRow(row)
            self._following = False

    def _dress(self) -> None:
        past, content = self._past, self._content
        self.totals.setText(totals(self._session, self.moments.stream))
        file = past.file
        self.name.setText("" if file is None else plain.breakable(file.path, "/"))
        plain.set_tip(self.name, "" if file is None else file.asked_as)
        self.name.setFont(theme.title_font())
        self.begin.show_running(running=past.is_running)
        lacks = file is not None and past.told is None
        self.begin.setVisible(past.is_running or lacks)
        self.streams.setVisible(self.streams.count() > 1)
        generation, names = self._session.cursor.generation, self.moments.names
        told = "" if content is None else content_words(content, generation, names)
        self.about.setText(told)
        self.about.setVisible(bool(told))
        reads = content is not None and content.last >= generation
        self.there.setEnabled(reads and self.parts.count() > 0)
        self.older.setEnabled(self._older is not None)
        self.pair.setEnabled(self._older is not None)
        self.save.setEnabled(content is not None and self._files.can_list)

    # --- where rows and buttons lead -----------------------------------------------------------

    @property
    def _content(self) -> FileContent | None:
        """The bytes that are shown: of the generation at the cursor, or the last before it."""
        return self.parts.content

    @property
    def _older(self) -> FileContent | None:
        """What the file was before what the generation at the cursor reads of it."""
        content, generation = self._content, self._session.cursor.generation
        if content is None or content.last < generation:
            return content
        return self.moments.content(content.first - 1)

    def _choose(self, row: int) -> None:
        if not self._following and row != self._session.cursor.generation:
            self._session.select_generation(row)

    def _choose_part(self, row: int) -> None:
        """Go to a part, in whichever generation is shown: what is there by now is seen."""
        offset = self.parts.offset(row)
        if not self._following and offset is not None:
            self._session.go_to(offset)

    def step(self, forward: bool) -> None:  # noqa: FBT001 - a slot of Signal(bool)
        """Go to the next or the previous generation in which its bytes differ."""
        now = self._session.cursor.generation
        wanted = [n for n in range(1, self.moments.count()) if not self._is_as_before(n)]
        found = [n for n in wanted if (n > now if forward else n < now)]
        if found:
            self._session.select_generation(found[0] if forward else found[-1])
        else:
            self._session.message.emit(self.tr("Its bytes differ in no other generation that way"))

    def _is_as_before(self, generation: int) -> bool:
        """Return whether a generation and the one before have the same bytes of the file."""
        content, before = (self.moments.content(n) for n in (generation, generation - 1))
        is_there = content is not None and content.last >= generation
        was_there = before is not None and before.last >= generation - 1
        return is_there == was_there and (not is_there or content is before)

    def go_there(self) -> None:
        """Go to the bytes of the file in the generation that is shown, and show them."""
        if not self.there.isEnabled():
            return
        row = self.parts.row_at(self._session.cursor.offset)
        if row is None:
            offset = self.parts.offset(max(self.places.currentIndex().row(), 0))
            if offset is not None:
                self._session.go_to(offset)
        self.bytes_wanted.emit()

    def show_older(self) -> None:
        """Show what the file was before, in the newest generation that reads it."""
        older, now = self._older, self._session.cursor
        if older is None:
            return
        parts = older.overwritten[0].parts if older.overwritten else older.parts
        here = self.parts.row_at(now.offset)
        self._session.select_generation(older.last)
        is_at_it = older is self._content and here is not None and self.parts.is_lost(here)
        if len(parts) and not is_at_it:
            self._session.go_to(int(parts.sector[0]) * SECTOR)
        self.bytes_wanted.emit()

    def show_beside(self) -> None:
        """Compare with the newest generation that has what the file was before, and show both."""
        older = self._older
        if older is not None:
            self._session.compare(Compared(older.last))
            self.beside_wanted.emit()

    def export(self) -> None:
        """Ask for a folder, and write the bytes that are shown there, as a file."""
        content, file = self._content, self._past.file
        if content is None or file is None:
            return
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Export to a folder"))
        if chosen:
            volume, colon, _path = file.asked_as.partition(":/")
            stream = content.stream.decode("utf-8", "surrogateescape")
            path = f"{content.path}:{stream}" if stream else content.path
            path = f"{volume}:{path}" if colon else path
            generation = min(content.last, max(content.first, self._session.cursor.generation))
            self._files.export(path, Path(chosen), generation=generation)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def _share_width(self) -> None:
        """Have all columns in sight: in a narrow pane each gives way."""
        share = min(self.width() / (_ROOM * theme.zoom()), 1.0) * theme.zoom()
        for table, widths in ((self.table, _MOMENTS), (self.places, _PARTS)):
            for section, width in enumerate(widths):
                table.horizontalHeader().resizeSection(section, round(width * share))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._dress()
