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
    for side in _SIDES:
        made.addPixmap(_draw(name, colour(role).name(), side, 1.0), QIcon.Mode.Normal)
        made.addPixmap(_draw(name, colour("line_strong").name(), side, 1.0), QIcon.Mode.Disabled)
    return made


@lru_cache(maxsize=512)
def _draw(name: str, tint: str, side: int, ratio: float) -> QPixmap:
    file = resources.files("redoscope_resources") / "icons" / f"{name}.svg"
    drawing = file.read_text(encoding="utf-8").replace("currentColor", tint)
    pixels = round(side * ratio)
    picture = QPixmap(pixels, pixels)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
