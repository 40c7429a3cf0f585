"""The chain pane: the forest of links as a tree with rails."""

from __future__ import annotations

from redoscope_gui.views.chain.pane import ChainView

__all__ = ["ChainView"]
