"""The backups pane: the points of a folder, what each builds on, and whether it is sound."""

from __future__ import annotations

from redoscope_gui.views.backups.view import BackupsView

__all__ = ["BackupsView"]
