"""The shipped icons, drawn in the colours of the theme."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from redoscope_gui.theme.colours import colour, scheme

__all__ = ["icon", "icon_pixmap"]

_SIDES = (16, 20, 24, 32, 48)


def icon(name: str, role: str = "text") -> QIcon:
    """Return the icon called *name* in the colour of *role*; disabled ones are faint."""
    return _icon(name, role, scheme())


def icon_pixmap(name: str, side: int, role: str = "text", ratio: float = 1.0) -> QPixmap:
    """Return one picture of the icon, *side* pixels wide before scaling by *ratio*."""
    return _draw(name, colour(role).name(), side, ratio)


@lru_cache(maxsize=512)
def _icon(name: str, role: str, _scheme: str) -> QIcon:
    made = QIcon()
    for mode, shade in ((QIcon.Mode.Normal, role), (QIcon.Mode.Disabled, "line_strong")):
        for side in _SIDES:
            made.addPixmap(_draw(name, colour(shade).name(), side, 1.0), mode)
    return made


@lru_cache(maxsize=512)
def _draw(name: str, tint: str, side: int, ratio: float) -> QPixmap:
    pixels = round(side * ratio)
    picture = QPixmap(pixels, pixels)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    _drawing(name, tint).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


@lru_cache(maxsize=16)
def _drawing(name: str, tint: str) -> QSvgRenderer:
    """Return an icon to be drawn: one after the other is asked for in all its sizes."""
    return QSvgRenderer(QByteArray(_text_of(name).replace("currentColor", tint).encode()))


@lru_cache(maxsize=256)
def _text_of(name: str) -> str:
    file = resources.files("redoscope_resources") / "icons" / f"{name}.svg"
    return file.read_text(encoding="utf-8")
