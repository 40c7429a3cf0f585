"""The fonts that come with the program, and text zoom."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

__all__ = [
    "ZOOMS",
    "hex_font",
    "load_fonts",
    "number_font",
    "small_font",
    "title_font",
    "ui_font",
    "use_zoom",
    "zoom",
]

ZOOMS = (0.75, 0.85, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
"""Steps of the text zoom."""

_UI = "Inter"
_HEX = "JetBrains Mono"
_POINTS = 9.5
_HEX_POINTS = 9.75

_state = {"zoom": 1.0, "loaded": 0.0}


def load_fonts() -> None:
    """Load the shipped fonts once, so that pictures do not depend on the machine."""
    if _state["loaded"]:
        return
    folder = resources.files("redoscope_resources") / "fonts"
    for entry in sorted(folder.iterdir(), key=lambda file: file.name):
        if entry.name.endswith((".ttf", ".otf")):
            QFontDatabase.addApplicationFontFromData(entry.read_bytes())
    _state["loaded"] = 1.0


def zoom() -> float:
    """Return the text zoom; 1.0 is the usual text."""
    return _state["zoom"]


def use_zoom(factor: float) -> None:
    """Make *factor* the text zoom of every font asked for from now on."""
    _state["zoom"] = min(max(factor, ZOOMS[0]), ZOOMS[-1])


def ui_font(scale: float = 1.0) -> QFont:
    """Return the font of texts and controls, *scale* times the usual."""
    return QFont(_ui_font(_POINTS * scale * zoom()))


@lru_cache(maxsize=64)
def _ui_font(points: float) -> QFont:
    """Return the font of texts, to be copied: lists ask for it row by row."""
    font = QFont(_UI)
    font.setStyleHint(QFont.StyleHint.SansSerif)
    # Else the font makes a multiplication sign of the x in 0x110000.
    font.setFeature(QFont.Tag("calt"), 0)
    font.setPointSizeF(points)
    return font


def small_font() -> QFont:
    """Return the font of secondary text."""
    return ui_font(0.9)


def title_font(scale: float = 1.0) -> QFont:
    """Return the font of headings."""
    font = ui_font(scale)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def number_font(scale: float = 1.0) -> QFont:
    """Return the font of numbers in columns: all figures are equally wide."""
    font = ui_font(scale)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def hex_font(scale: float = 1.0) -> QFont:
    """Return the fixed-pitch font of bytes: no ligatures, cells of a whole number of pixels."""
    return QFont(_hex_font(_HEX_POINTS * scale * zoom()))


@lru_cache(maxsize=64)
def _hex_font(points: float) -> QFont:
    font = QFont(_HEX)
    font.setStyleHint(QFont.StyleHint.TypeWriter)
    font.setFixedPitch(True)
    font.setKerning(False)
    font.setFeature(QFont.Tag("calt"), 0)
    font.setPointSizeF(points)
    advance = QFontMetricsF(font).horizontalAdvance("0" * 64) / 64
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, round(advance) - advance)
    return font
