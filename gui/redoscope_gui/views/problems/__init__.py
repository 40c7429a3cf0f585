"""The Problems pane: what is wrong with what is open, each with the buttons of its cure."""

from __future__ import annotations

from redoscope_gui.views.problems.remedies import remedy_buttons
from redoscope_gui.views.problems.rows import ProblemRows
from redoscope_gui.views.problems.view import ProblemsView
from redoscope_gui.views.problems.words import LOOK, counted

__all__ = ["LOOK", "ProblemRows", "ProblemsView", "counted", "remedy_buttons"]
