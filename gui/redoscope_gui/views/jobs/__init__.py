"""Long work: a strip for the status bar, and the pane that lists all of it with its results."""

from __future__ import annotations

from redoscope_gui.views.jobs.strip import JobStrip
from redoscope_gui.views.jobs.view import JobsView

__all__ = ["JobStrip", "JobsView"]
