"""The map: what each stretch of the disk holds, at any zoom, in several readings."""

from __future__ import annotations

from redoscope_gui.views.map.view import MapView

__all__ = ["MapView"]
