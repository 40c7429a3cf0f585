"""The structures pane: what of the disk is recognised, as a list to jump from."""

from __future__ import annotations

from redoscope_gui.views.structures.view import StructuresView

__all__ = ["StructuresView"]
