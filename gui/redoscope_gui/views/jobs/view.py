"""The Jobs pane: every long work of this session, with progress, cancel and result."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.job_words import outcome
from redoscope_gui.session import Job, JobState, Session

__all__ = ["JobRow", "JobsView"]

_KEPT = 30
_STEPS = 1000
_ICON = 16
_THIN = 6
_PIECE = 8


class JobsView(QScrollArea):
    """One row a job, the newest above; of many that wait their turn the last have none yet."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.rows: list[JobRow] = []
        plain.set_name(self, self.tr("Jobs"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._page = page = QWidget(self)
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        self._column.setSpacing(theme.STEP)
        self._empty = plain.Label(
            self.tr("Long work, say the hash of a generation, is listed here."), page
        )
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setForegroundRole(self._empty.palette().ColorRole.PlaceholderText)
        self._waiting = plain.Label(page)
        self._waiting.setForegroundRole(self._empty.palette().ColorRole.PlaceholderText)
        self._waiting.hide()
        self._column.addWidget(self._waiting)
        self._column.addWidget(self._empty, 1)
        self._column.addStretch(0)
        self.setWidget(page)
        for job in session.jobs:
            self._follow(job)
        session.job_changed.connect(self._follow)

    @override
    def sizeHint(self) -> QSize:
        return QSize(360, 180)

    def _follow(self, job: Job) -> None:
        row = next((row for row in self.rows if row.job is job), None)
        if row is not None:
            row.show_job()
        elif job.over or job.progress is not None or self._unfinished < _KEPT:
            self._add(job)
        self._tell_waiting()

    @property
    def _unfinished(self) -> int:
        return sum(not row.job.over for row in self.rows)

    def _add(self, job: Job) -> None:
        """Give *job* a row below those of newer jobs, and the oldest that are over none."""
        place = sum(row.job.started > job.started for row in self.rows)
        row = JobRow(self._session, job, self._page)
        self.rows.insert(place, row)
        self._column.insertWidget(place, row)
        self._empty.hide()
        self._column.setStretch(self._column.count() - 1, 1)
        for old in [row for row in self.rows[_KEPT:] if row.job.over]:
            self.rows.remove(old)
            old.hide()
            old.deleteLater()

    def _tell_waiting(self) -> None:
        waiting = sum(not job.over for job in self._session.jobs) - self._unfinished
        self._waiting.setVisible(waiting > 0)
        if waiting > 0:
            self._waiting.setText(self.tr("%d more wait for their turn") % waiting)


class JobRow(QFrame):
    """Title and cancel, a bar, how far; when it is over how it ended, and the result to copy."""

    def __init__(self, session: Session, job: Job, parent: QWidget) -> None:
        super().__init__(parent)
        self.job = job
        self._session = session
        plain.set_name(self, job.title)
        self._icon = plain.Label(self)
        self._title = plain.Label(job.title, self)
        self._title.setWordWrap(True)
        self.bar = QProgressBar(self)
        plain.set_name(self.bar, self.tr("Progress of %s") % job.title)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(_THIN)
        self.state = plain.Label(self)
        self.state.setWordWrap(True)
        self.result = plain.Label(self)
        self.result.setWordWrap(True)
        self.result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.cancel = self._button(self.tr("Cancel"), self.tr("Cancel %s") % job.title)
        self.cancel.clicked.connect(lambda: session.cancel(job))
        self.copy = self._button(self.tr("Copy"), self.tr("Copy the result of %s") % job.title)
        self.copy.clicked.connect(self._copy)
        self._lay_out()
        self._dress()
        self.show_job()

    def show_job(self) -> None:
        """Show how the job stands."""
        job = self.job
        self.bar.setVisible(not job.over)
        self.cancel.setVisible(not job.over)
        self.cancel.setEnabled(job.state is JobState.RUNNING)
        share = job.share
        self.bar.setRange(0, 0 if share is None else _STEPS)
        if share is not None:
            self.bar.setValue(round(share * _STEPS))
        self.state.setText(outcome(job))
        # A long digest has no spaces to wrap at; these have no width.
        self.result.setText(plain.breakable_every(job.result, _PIECE))
        plain.set_name(self.result, job.result)
        self.result.setVisible(bool(job.result))
        self.copy.setVisible(bool(job.result))
        self._show_icon()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._dress()

    def _lay_out(self) -> None:
        top, below = QHBoxLayout(), QHBoxLayout()
        for line in (top, below):
            line.setSpacing(theme.STEP)
        top.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._title, 1)
        below.addWidget(self.state, 1)
        for button in (self.cancel, self.copy):
            below.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        column, body = QVBoxLayout(self), QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        body.setContentsMargins(_ICON + theme.STEP, 0, 0, 0)
        for part in (column, body):
            part.setSpacing(theme.HALF)
        body.addWidget(self.bar)
        body.addLayout(below)
        body.addWidget(self.result)
        column.addLayout(top)
        column.addLayout(body)

    def _button(self, words: str, name: str) -> QPushButton:
        button = QPushButton(words, self)
        plain.set_name(button, name)
        plain.set_tip(button, name)
        return button

    def _dress(self) -> None:
        self.state.setFont(theme.number_font(0.95))
        self.result.setFont(theme.hex_font(0.95))
        palette = self.state.palette()
        palette.setColor(self.state.foregroundRole(), theme.colour("dim"))
        self.state.setPalette(palette)
        self._show_icon()

    def _show_icon(self) -> None:
        icon, role = {
            JobState.DONE: ("circle-check", "good"),
            JobState.FAILED: ("circle-x", "danger"),
            JobState.CANCELLED: ("ban", "dim"),
        }.get(self.job.state, ("clock", "accent"))
        self._icon.setPixmap(theme.icon_pixmap(icon, _ICON, role, self.devicePixelRatioF()))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.job.result)
        self._session.message.emit(self.tr("Copied %s") % self.job.result)
