"""The timeline: the generations of the chosen chain, to step and to play through."""

from __future__ import annotations

from redoscope_gui.views.timeline.view import TimelineView

__all__ = ["TimelineView"]
