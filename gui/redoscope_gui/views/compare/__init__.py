"""The compare pane: generations A and B side by side, and the list of what differs."""

from __future__ import annotations

from redoscope_gui.views.compare.view import CompareView

__all__ = ["CompareView"]
