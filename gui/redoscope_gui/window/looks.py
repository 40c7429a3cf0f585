"""How the window looks: the theme, or that of the desktop, and how large its texts are."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from redoscope_gui import theme
from redoscope_gui.commands import Commands
from redoscope_gui.settings import Settings

__all__ = ["Looks", "desktop_scheme"]

_HALF_GREY = 128


class Looks:
    """Dresses the window, and remembers in what."""

    def __init__(self, settings: Settings, commands: Commands, window: QWidget) -> None:
        """Dress *window*, until it is closed."""
        self._window = window
        self._settings = settings
        self._commands = commands
        self._wanted = theme.scheme(), theme.zoom()
        # To dress a large window takes a quarter of a second: one that is asked for twice at once,
        # say by a double click, does it once and then lets others have a turn.
        self._turn = QTimer(window, singleShot=True, interval=0)
        self._turn.timeout.connect(self._catch_up)

    @property
    def follows_desktop(self) -> bool:
        """Whether the theme is that of the desktop."""
        return not self._settings.scheme

    @property
    def scheme(self) -> str:
        """The theme that was asked for last."""
        return self._last[0]

    def toggle_scheme(self) -> None:
        """Go to the other theme."""
        self.use_scheme(theme.LIGHT if self.scheme == theme.DARK else theme.DARK)

    def use_scheme(self, scheme: str) -> None:
        """Dress the window in *scheme* and remember it."""
        self._settings.scheme = scheme
        self._want(scheme, self._last[1])

    def follow_desktop(self) -> None:
        """Take the theme of the desktop, now and whenever the window opens."""
        self._settings.scheme = ""
        self._want(desktop_scheme(), self._last[1])

    def step_zoom(self, step: int) -> None:
        """Make the text larger or smaller by a step."""
        zooms = theme.ZOOMS
        nearest = min(range(len(zooms)), key=lambda n: abs(zooms[n] - self._last[1]))
        self.use_zoom(zooms[min(max(nearest + step, 0), len(zooms) - 1)])

    def use_zoom(self, factor: float) -> None:
        """Show all text *factor* times as large and remember it."""
        self._settings.zoom = factor
        self._want(self._last[0], factor)

    @property
    def _last(self) -> tuple[str, float]:
        """The theme and the size of texts that were asked for last."""
        return self._wanted if self._turn.isActive() else (theme.scheme(), theme.zoom())

    def _want(self, scheme: str, zoom: float) -> None:
        self._wanted = scheme, zoom
        if not self._turn.isActive():
            self._dress()
        self._commands.refresh()

    def _catch_up(self) -> None:
        """Put on what was asked for while the turn was used up."""
        if self._window.isVisible() and self._wanted != (theme.scheme(), theme.zoom()):
            self._dress()
            self._commands.refresh()

    def _dress(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply_theme(app, *self._wanted)
        self._commands.redraw_icons()
        self._turn.start()


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
