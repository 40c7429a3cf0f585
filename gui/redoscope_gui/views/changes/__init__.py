"""The changes pane: what changed since a link, a snapshot or a change id, as a list."""

from __future__ import annotations

from redoscope_gui.views.changes.view import ChangesView

__all__ = ["ChangesView"]
