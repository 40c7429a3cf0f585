"""Two pictures side by side: bytes of a stranger, decoded with care, and nothing else loaded."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.two_states import picture_format

__all__ = ["Pictures", "picture_in"]

_MOST_SIDE = 16384
_MOST_PIXELS = 6_000_000
"""Pixels that are decoded: more would hold up the window."""


def picture_in(data: bytes) -> QImage | None:
    """Return the picture; None if it is none, damaged, or too large to be drawn here.

    It is decoded by the one format that its first bytes have.
    """
    form = picture_format(data)
    if form is None:
        return None
    held = QByteArray(data)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(form.encode()))
    reader.setDecideFormatFromContent(False)
    size = reader.size()
    width, height = size.width(), size.height()
    if not (0 < width <= _MOST_SIDE and 0 < height <= _MOST_SIDE):
        return None
    if width * height > _MOST_PIXELS:
        return None
    image = reader.read()
    return None if image.isNull() else image


class Pictures(QWidget):
    """Shows the older picture at the left, the newer one at the right, each as large as it fits."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.images: tuple[QImage | None, QImage | None] = (None, None)
        """What is shown."""
        self._words = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(80)

    def show_pictures(
        self, images: tuple[QImage | None, QImage | None], words: tuple[str, str]
    ) -> None:
        """Show two others; *words* stand in place of one that can't be shown."""
        self.images, self._words = images, words
        told = [
            _measures(image) if image is not None else text
            for image, text in zip(images, words, strict=True)
        ]
        plain.set_name(self, self.tr("Older picture %s, newer picture %s") % tuple(told))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(400, 240)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        half = (self.width() - theme.STEP) // 2
        line = painter.fontMetrics().height() + theme.HALF
        for side, (image, words) in enumerate(zip(self.images, self._words, strict=True)):
            left = side * (half + theme.STEP)
            room = QRect(left, 0, half, self.height() - line)
            below = QRect(left, room.bottom() + 1, half, line)
            centre = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.setPen(theme.colour("dim"))
            if image is None:
                plain.draw(painter, room, centre, words)
                continue
            size = image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
            if size.width() > image.width() * 4:  # a tiny one is not blown up to a blur
                size = image.size() * 4
            box = QRect(room.center().x() - size.width() // 2, 0, size.width(), size.height())
            box.moveTop(room.center().y() - size.height() // 2)
            painter.drawImage(box, image)
            painter.drawRect(box.adjusted(-1, -1, 0, 0))
            plain.draw(painter, below, centre, _measures(image))


def _measures(image: QImage) -> str:
    return f"{image.width()} \N{MULTIPLICATION SIGN} {image.height()}"
