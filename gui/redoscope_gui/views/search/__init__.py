"""The search pane: bytes, texts and patterns in one generation or in all of them."""

from __future__ import annotations

from redoscope_gui.views.search.view import SearchView

__all__ = ["SearchView"]
