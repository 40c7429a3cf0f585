"""The pane of a file in generation A and at the cursor, side by side."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.requests import ReadStates, StatesRead
from redoscope_gui.rows_table import RowsTable
from redoscope_gui.session import Job, Session, from_error, shown_at
from redoscope_gui.two_states import Look
from redoscope_gui.views.beside.pictures import Pictures, picture_in
from redoscope_gui.views.beside.rows import BesideRows
from redoscope_gui.views.beside.words import found_words, state_head

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from redoscope_core import ContentRead
    from redoscope_gui.requests import PastTold

__all__ = ["BesideView"]

_STILL = 150
"""Milliseconds that generations stand before the file is read: scrubbing reads none."""
_NUMBER, _LINE = 68, 50
"""Pixels for the place of a byte, and for the number of a line."""


class BesideView(QWidget):
    """Shows the file whose history is told, as A and as the generation at the cursor have it.

    Without A it is held against the parent generation, as the bytes are.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._past = session, session.files.past
        self._job: Job | None = None
        self._asked: tuple[PastTold, int, int] | None = None
        self.found: StatesRead | None = None
        """What is shown."""
        plain.set_name(self, self.tr("Side by side"))
        self.name, self.totals = plain.Label(self), plain.Label(self)
        self.heads = plain.Label(self), plain.Label(self)
        for label in (self.name, self.totals, *self.heads):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.before = theme.IconButton("chevron-left", self.tr("Previous difference"), "[", self)
        self.after = theme.IconButton("chevron-right", self.tr("Next difference"), "]", self)
        self.before.clicked.connect(lambda: self.step(False))
        self.after.clicked.connect(lambda: self.step(True))
        self.rows = BesideRows(self)
        self.table = RowsTable(self.rows, self.tr("Older and newer, side by side"), (), self)
        self.table.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.step_wanted.connect(self.step)
        self.pictures = Pictures(self)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.pictures)
        self._asking = QTimer(self, singleShot=True, interval=_STILL)
        self._asking.timeout.connect(self._ask)
        self._lay_out()
        self.setFocusProxy(self.table)
        for changed in (
            self._past.changed,
            session.comparison_changed,
            session.generation_changed,
            session.chain_changed,
        ):
            changed.connect(self._follow)
        session.job_changed.connect(self._follow_job)
        self._dress()

    def _lay_out(self) -> None:
        line, heads = QHBoxLayout(), QHBoxLayout()
        line.setSpacing(theme.HALF)
        line.addWidget(self.totals, 1)
        line.addWidget(self.before)
        line.addWidget(self.after)
        heads.setSpacing(theme.STEP)
        for label in self.heads:
            heads.addWidget(label, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        column.setSpacing(theme.HALF)
        column.addWidget(self.name)
        column.addLayout(line)
        column.addLayout(heads)
        column.addWidget(self._pages, 1)

    # --- what is read --------------------------------------------------------------------------

    @property
    def _generations(self) -> tuple[int, int] | None:
        """The two generations; None if there is none that is older, or A is of another disk."""
        b, a = self._session.cursor.generation, self._session.generation_a
        if a is None:
            return (b - 1, b) if b else None
        return (a, b) if isinstance(a, int) else None

    @property
    def _wanted(self) -> tuple[PastTold, int, int] | None:
        """What is to be shown: of which history, in which generations."""
        told, both = self._past.told, self._generations
        if told is None or both is None or both[1] >= len(told.moments):
            return None
        return told, *both

    def _follow(self) -> None:
        """Read the two states, unless they are shown, once these generations stand."""
        if self._wanted != self._asked:
            self._forget()
            if self.isVisible() and self._wanted is not None:
                self._asking.start()
        self._dress()

    def _forget(self) -> None:
        job, self._job = self._job, None
        if job is not None and not job.over:
            self._session.cancel(job)
        self._asking.stop()
        self._asked, self.found = None, None
        self.rows.show(None)

    def _ask(self) -> None:
        wanted, scene, file = self._wanted, self._session.scene, self._past.file
        if wanted is None or wanted == self._asked or scene.chain is None or file is None:
            return
        shown = shown_at(scene, len(scene.chain.links) - 1)
        if shown is None:
            return
        told, a, b = wanted
        self._asked = wanted
        title = self.tr("Read %s in generations %d and %d") % (file.path, a, b)
        request = ReadStates(shown, told.moments[a], told.moments[b])
        self._job = self._session.run_job(title, request, partial(self._take, wanted))
        self._dress()

    def _take(self, wanted: tuple[PastTold, int, int], found: StatesRead) -> None:
        if wanted != self._asked:
            return
        self.found = found
        beside = found.beside
        images = (self._picture(found.older), self._picture(found.newer))
        if beside is not None and beside.look is Look.PICTURE and any(images):
            words = self._no_picture(found.older), self._no_picture(found.newer)
            self.pictures.show_pictures(images, words)
            self._pages.setCurrentWidget(self.pictures)
            self.rows.show(None)
        else:
            self._pages.setCurrentWidget(self.table)
            self.rows.show(beside)
            self._share_width()
            self.step(True)
        self._dress()

    def _picture(self, read: ContentRead | None) -> QImage | None:
        """Return a state as a picture, if it is a whole one that is to be drawn."""
        is_whole = read is not None and read.why is None and len(read.data) == read.size
        return picture_in(read.data) if read is not None and is_whole else None

    def _no_picture(self, read: ContentRead | None) -> str:
        absent = self.tr("not there")
        return absent if read is None else self.tr("damaged, or too large to be drawn")

    def _follow_job(self, job: object) -> None:
        if job is self._job and self._job is not None:
            self._dress()

    # --- showing -------------------------------------------------------------------------------

    def step(self, forward: bool) -> None:  # noqa: FBT001 - a slot of Signal(bool)
        """Go to the next or the previous group of rows that differ."""
        row = self.rows.differing(self.table.currentIndex().row(), forward=forward)
        if row is not None:
            self.table.selectRow(row)
            where = RowsTable.ScrollHint.PositionAtCenter
            self.table.scrollTo(self.rows.index(row, 0), where)

    def _dress(self) -> None:
        file, found = self._past.file, self.found
        self.name.setText("" if file is None else plain.breakable(file.path, "/"))
        plain.set_tip(self.name, "" if file is None else file.asked_as)
        self.name.setFont(theme.title_font())
        self.totals.setText(self._words())
        for way in (self.before, self.after):
            way.setEnabled(self.rows.groups > 0)
        chain, asked = self._session.chain, self._asked
        reads = (None, None) if found is None else (found.older, found.newer)
        for side, (label, letter) in enumerate(zip(self.heads, "AB", strict=True)):
            text = ""
            if chain is not None and asked is not None and found is not None:
                told, a, b = asked
                moment = told.moments[b if side else a]
                name = chain.links[moment.generation].path.name
                text = state_head(letter, moment, name, reads[side])
            label.setText(text)
            plain.set_tip(label, text)

    def _words(self) -> str:
        """Return how much differs, or what to do to see it."""
        if self._job is not None and self._job.error is not None:
            problem = from_error(self._job.error)
            return f"{problem.text}; {problem.cure}" if problem.cure else problem.text
        if self.found is not None:
            return found_words(self.found, self.rows.groups)
        return self._what_lacks()

    def _what_lacks(self) -> str:
        """Return what is to be done, or waited for."""
        if self._past.file is None:
            return self.tr("Tell the history of a file first: choose one in Files")
        if self._past.told is None:
            telling = self.tr("Its history is being told…")
            return telling if self._past.is_running else self.tr("Its history is not told")
        if self._session.generation_a is not None and self._generations is None:
            return self.tr("A is of another disk: files are followed in one chain alone")
        if self._generations is None:
            return self.tr("There is no generation before this one")
        return self.tr("Reading…")

    def _share_width(self) -> None:
        """Give both sides the same room."""
        is_text = self.rows.beside is not None and self.rows.beside.look is Look.TEXT
        number = round((_LINE if is_text else _NUMBER) * theme.zoom())
        header = self.table.horizontalHeader()
        half = max((self.table.viewport().width() - 2 * number) // 2, number)
        for section, width in enumerate((number, half, number)):
            header.resizeSection(section, width)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._share_width()
        self._follow()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._asking.stop()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._dress()
            self._share_width()
