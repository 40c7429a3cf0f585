"""What is open, selected and shown: the one cursor (link, generation, offset). The only state."""

from __future__ import annotations

from redoscope_gui.session.cursor import Cursor
from redoscope_gui.session.job import Job, JobState
from redoscope_gui.session.problem import Problem, Remedy, Severity, from_error
from redoscope_gui.session.session import Session

__all__ = ["Cursor", "Job", "JobState", "Problem", "Remedy", "Session", "Severity", "from_error"]
