"""The growth pane: what each generation adds, as a chart and in figures."""

from __future__ import annotations

from redoscope_gui.views.growth.view import GrowthView

__all__ = ["GrowthView"]
