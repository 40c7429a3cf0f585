"""The pane that shows a file in two generations side by side: text, pictures, or bytes."""

from __future__ import annotations

from redoscope_gui.views.beside.view import BesideView

__all__ = ["BesideView"]
