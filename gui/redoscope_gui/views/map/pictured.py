"""The map as it stands on screen, as a file: pixels or lines."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

__all__ = ["as_png", "as_svg"]


def as_png(view: QWidget) -> bytes:
    """Return *view* as a PNG, as many pixels as it has on screen."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    view.grab().save(buffer, "PNG")
    return bytes(buffer.data().data())


def as_svg(view: QWidget) -> bytes:
    """Return *view* as an SVG, which stays sharp at any size."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setSize(QSize(view.width(), view.height()))
    drawing.setViewBox(view.rect())
    view.render(drawing)
    del drawing
    return bytes(buffer.data().data())
