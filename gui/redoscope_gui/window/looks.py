"""How the window looks: the theme, or that of the desktop, and how large its texts are."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from redoscope_gui import theme
from redoscope_gui.commands import Commands
from redoscope_gui.settings import Settings

__all__ = ["Looks", "desktop_scheme"]

_HALF_GREY = 128


class Looks:
    """Dresses the window, and remembers in what."""

    def __init__(self, settings: Settings, commands: Commands) -> None:
        self._settings = settings
        self._commands = commands

    @property
    def follows_desktop(self) -> bool:
        """Whether the theme is that of the desktop."""
        return not self._settings.scheme

    def toggle_scheme(self) -> None:
        """Go to the other theme."""
        self.use_scheme(theme.LIGHT if theme.scheme() == theme.DARK else theme.DARK)

    def use_scheme(self, scheme: str) -> None:
        """Dress the window in *scheme* and remember it."""
        self._settings.scheme = scheme
        self._dress(scheme, theme.zoom())

    def follow_desktop(self) -> None:
        """Take the theme of the desktop, now and whenever the window opens."""
        self._settings.scheme = ""
        self._dress(desktop_scheme(), theme.zoom())

    def step_zoom(self, step: int) -> None:
        """Make the text larger or smaller by a step."""
        zooms = theme.ZOOMS
        nearest = min(range(len(zooms)), key=lambda n: abs(zooms[n] - theme.zoom()))
        self.use_zoom(zooms[min(max(nearest + step, 0), len(zooms) - 1)])

    def use_zoom(self, factor: float) -> None:
        """Show all text *factor* times as large and remember it."""
        self._settings.zoom = factor
        self._dress(theme.scheme(), factor)

    def _dress(self, scheme: str, zoom: float) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply_theme(app, scheme, zoom)
        self._commands.redraw_icons()
        self._commands.refresh()


def desktop_scheme() -> str:
    """Return the theme that fits the desktop, as far as it tells."""
    told = QGuiApplication.styleHints().colorScheme()
    if told is Qt.ColorScheme.Light:
        return theme.LIGHT
    if told is Qt.ColorScheme.Unknown:
        named = os.environ.get("XDG_CURRENT_DESKTOP")
        ground = QGuiApplication.palette().color(QPalette.ColorRole.Window)
        return theme.LIGHT if named and ground.lightness() > _HALF_GREY else theme.DARK
    return theme.DARK
