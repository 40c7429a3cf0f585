"""The done pane: what was done in this window, as code."""

from __future__ import annotations

from redoscope_gui.views.done.view import DoneView

__all__ = ["DoneView"]
