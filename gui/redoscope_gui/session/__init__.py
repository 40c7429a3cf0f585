"""What is open, selected and shown, as one value: the only state of the window."""

from __future__ import annotations

from redoscope_gui.session.backups import Backups
from redoscope_gui.session.branching import branch_numbers
from redoscope_gui.session.casework import Casework
from redoscope_gui.session.cursor import Cursor
from redoscope_gui.session.grouping import ProblemGroup, grouped, tally
from redoscope_gui.session.job import Job, JobState
from redoscope_gui.session.problem import Problem, Remedy, from_error, from_finding
from redoscope_gui.session.scene import Compared, Part, Scene, asked_again
from redoscope_gui.session.selecting import shown_at, shown_in
from redoscope_gui.session.session import Session

__all__ = [
    "Backups",
    "Casework",
    "Compared",
    "Cursor",
    "Job",
    "JobState",
    "Part",
    "Problem",
    "ProblemGroup",
    "Remedy",
    "Scene",
    "Session",
    "asked_again",
    "branch_numbers",
    "from_error",
    "from_finding",
    "grouped",
    "shown_at",
    "shown_in",
    "tally",
]
