"""What is open, selected and shown, as one value: the only state of the window."""

from __future__ import annotations

from redoscope_gui.session.cursor import Cursor
from redoscope_gui.session.job import Job, JobState
from redoscope_gui.session.problem import Problem, Remedy, Severity, from_error
from redoscope_gui.session.session import Session
from redoscope_gui.session.shown import Comparison, Part, Shown, asked_again

__all__ = [
    "Comparison",
    "Cursor",
    "Job",
    "JobState",
    "Part",
    "Problem",
    "Remedy",
    "Session",
    "Severity",
    "Shown",
    "asked_again",
    "from_error",
]
