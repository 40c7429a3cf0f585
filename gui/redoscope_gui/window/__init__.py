"""The window: wires session, views, commands and dialogs."""

from __future__ import annotations

from redoscope_gui.window.main import MainWindow

__all__ = ["MainWindow"]
