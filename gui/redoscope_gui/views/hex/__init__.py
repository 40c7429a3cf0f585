"""The hex view: the bytes of any generation, each with the link that supplies it."""

from __future__ import annotations

from redoscope_gui.views.hex.view import HexView

__all__ = ["HexView"]
