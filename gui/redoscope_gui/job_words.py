"""How far a job is, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from redoscope_core import Unit
from redoscope_gui import theme
from redoscope_gui.session import Job, JobState

__all__ = ["how_fast", "outcome"]

_MINUTE = 60


def tr(text: str) -> str:
    """Translate *text* about a job."""
    return QCoreApplication.translate("Jobs", text)


def how_fast(job: Job) -> str:
    """Return the rate and the time left, as far as they are known."""
    words = []
    counts_bytes = job.progress is not None and job.progress.unit is Unit.BYTES
    if job.rate and counts_bytes:
        words.append(tr("%s/s") % theme.amount(round(job.rate)))
    left = job.seconds_left
    if left is not None:
        words.append(tr("%s left") % _span(round(left)))
    return "  ".join(words)


def outcome(job: Job) -> str:
    """Return how *job* stands: on its way, or how it ended and after how long."""
    if job.state is JobState.CANCELLING:
        return tr("Cancelling…")
    if not job.over:
        share = job.share
        percent = "" if share is None else f"{share:.0%}"
        return "  ".join(word for word in (percent, how_fast(job)) if word) or tr("Starting…")
    ended = {
        JobState.DONE: tr("Done in %s"),
        JobState.CANCELLED: tr("Cancelled after %s; nothing half-made is left"),
        JobState.FAILED: tr("Failed after %s"),
    }[job.state]
    text = ended % _duration(job.seconds)
    return f"{text}: {job.error}" if job.error is not None else text


def _duration(seconds: float) -> str:
    if seconds < _MINUTE:
        return tr("%.1f s") % seconds
    return _span(round(seconds))


def _span(seconds: int) -> str:
    """Return whole *seconds* in the two largest units that they fill."""
    if seconds < _MINUTE:
        return tr("%d s") % seconds
    minutes, rest = divmod(seconds, _MINUTE)
    if minutes < _MINUTE:
        return tr("%d min %02d s") % (minutes, rest)
    hours, minutes = divmod(minutes, _MINUTE)
    return tr("%d h %d min") % (hours, minutes)
