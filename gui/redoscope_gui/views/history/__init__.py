"""The history pane: what became of a file in each generation, and where its older bytes are."""

from __future__ import annotations

from redoscope_gui.views.history.view import HistoryView

__all__ = ["HistoryView"]
