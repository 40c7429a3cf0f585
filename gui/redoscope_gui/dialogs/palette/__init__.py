"""The command palette: type a few letters of a command, a place or a link, and press Enter."""

from __future__ import annotations

from redoscope_gui.dialogs.palette.box import Palette
from redoscope_gui.dialogs.palette.button import PaletteButton
from redoscope_gui.dialogs.palette.offers import Offer, Source, command_offers, sorted_offers

__all__ = ["Offer", "Palette", "PaletteButton", "Source", "command_offers", "sorted_offers"]
