"""Long work in the status bar: what, how far, how fast, how long still, and a real cancel."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget

from redoscope_gui import plain, theme
from redoscope_gui.job_words import how_fast
from redoscope_gui.session import Job, JobState, Session

__all__ = ["JobStrip"]

_PATIENCE = 300
"""Milliseconds; a job that is over by then is never shown."""
_STEPS = 1000


class JobStrip(QWidget):
    """The newest running job; it is hidden while there is none."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._title = plain.Label(self)
        self.bar = QProgressBar(self)
        plain.set_name(self.bar, self.tr("Progress"))
        self.bar.setFixedWidth(140)
        self.bar.setTextVisible(False)
        self._rest = plain.Label(self)
        self.cancel_button = QToolButton(self)
        self.cancel_button.setAutoRaise(True)
        self.cancel_button.setText(self.tr("Cancel"))
        plain.set_name(self.cancel_button, self.tr("Cancel the job"))
        plain.set_tip(self.cancel_button, self.tr("Cancel the job; nothing half-made is left"))
        self.cancel_button.clicked.connect(self._cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.HALF, 0, theme.HALF, 0)
        layout.setSpacing(theme.STEP)
        for part in (self._title, self.bar, self._rest, self.cancel_button):
            layout.addWidget(part)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE)
        self._patience.timeout.connect(self._show_late)
        session.job_changed.connect(self._follow)
        self.hide()

    def _follow(self, job: Job) -> None:
        if self._job is None and not job.over:
            self._job = job
            self._patience.start()
        if job is self._job:
            if job.over:
                self._take_next()
            else:
                self._fill(job)

    def _take_next(self) -> None:
        running = [job for job in self._session.jobs if not job.over]
        self._job = running[-1] if running else None
        if self._job is None:
            self._patience.stop()
            self.hide()
        else:
            self._fill(self._job)

    def _show_late(self) -> None:
        if self._job is not None:
            self._fill(self._job)
            self.show()

    def _fill(self, job: Job) -> None:
        cancelling = job.state is JobState.CANCELLING
        self._title.setText(self.tr("Cancelling…") if cancelling else job.title)
        self.cancel_button.setEnabled(not cancelling)
        share = job.share
        self.bar.setRange(0, 0 if share is None else _STEPS)
        if share is not None:
            self.bar.setValue(round(share * _STEPS))
        self._rest.setText(how_fast(job))
        plain.set_tip(self.bar, job.progress.note if job.progress is not None else "")

    def _cancel(self) -> None:
        if self._job is not None:
            self._session.cancel(self._job)
