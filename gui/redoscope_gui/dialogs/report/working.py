"""How far the work of a dialog is, and the button that stops it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from redoscope_gui import plain, theme
from redoscope_gui.job_words import outcome
from redoscope_gui.session import Job, JobState, Session

__all__ = ["Working"]

_STEPS = 1000


class Working(QWidget):
    """Follows one job. It keeps its room while there is none, so nothing jumps."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.job: Job | None = None
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        plain.set_name(self.bar, self.tr("Progress"))
        self.words = plain.Label(self)
        self.stop_button = QPushButton(self.tr("S&top"), self)
        self.stop_button.setAutoDefault(False)
        plain.set_name(self.stop_button, self.tr("Stop the work; nothing half-made is left"))
        self.stop_button.clicked.connect(self.stop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.STEP)
        layout.addWidget(self.bar, 1)
        layout.addWidget(self.words, 2)
        layout.addWidget(self.stop_button)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.hide()
        session.job_changed.connect(self._follow)

    @property
    def is_busy(self) -> bool:
        """Whether the job still runs."""
        return self.job is not None and not self.job.over

    def follow(self, job: Job) -> None:
        """Show how far *job* is until it is over."""
        self.job = job
        self._follow(job)

    def stop(self) -> None:
        """Have the job stopped; it says itself when that is done."""
        if self.job is not None:
            self._session.cancel(self.job)

    def _follow(self, job: object) -> None:
        if job is not self.job or self.job is None:
            return
        self.setVisible(not self.job.over)
        share = self.job.share
        self.bar.setRange(0, 0 if share is None else _STEPS)
        if share is not None:
            self.bar.setValue(round(share * _STEPS))
        note = "" if self.job.progress is None else self.job.progress.note
        self.words.setText("  ".join(filter(None, (note, outcome(self.job)))))
        self.stop_button.setEnabled(self.job.state is JobState.RUNNING)
