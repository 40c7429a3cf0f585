"""The case pane: what is marked and noted, the evidence with its digests, the trail."""

from __future__ import annotations

from redoscope_gui.views.case.view import CaseView

__all__ = ["CaseView"]
