"""The inspector: how a sector is found, what it was in each generation, what its bytes mean."""

from __future__ import annotations

from redoscope_gui.views.inspector.view import InspectorView

__all__ = ["InspectorView"]
