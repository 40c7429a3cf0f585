"""The Problems pane: what is wrong with what is open, each with the buttons of its cure."""

from __future__ import annotations

from redoscope_gui.views.problems.remedies import remedy_buttons
from redoscope_gui.views.problems.view import ProblemRows, ProblemsView

__all__ = ["ProblemRows", "ProblemsView", "remedy_buttons"]
