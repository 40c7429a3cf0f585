"""The entropy pane: how disordered bytes are, block by block, and how often each value occurs."""

from __future__ import annotations

from redoscope_gui.views.entropy.view import EntropyView

__all__ = ["EntropyView"]
