"""The machine pane: disks and snapshots beside the links that they froze."""

from __future__ import annotations

from redoscope_gui.views.machine.view import MachineView

__all__ = ["MachineView"]
