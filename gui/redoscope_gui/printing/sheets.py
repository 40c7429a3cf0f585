"""Sheets: texts of reports as Qt lays them out, with their own pictures and nothing else loaded.

The one place beside `plain` where text is markup: that of the engine's template, in which every
name out of a disk was spelled and escaped before.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt, QUrl
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPalette, QTextDocument, QTextOption
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QTextBrowser, QWidget
from typing_extensions import override

from redoscope_core import Printed

__all__ = ["Sheet", "SheetView"]

_WIDE = 2880
"""Pixels of a picture on paper: three for each unit of its drawing."""


class Sheet(QTextDocument):
    """A text that has the pictures it was given, and asks nobody for others."""

    def __init__(
        self, printed: Printed, font: QFont, pixels: int = _WIDE, parent: QWidget | None = None
    ) -> None:
        """*pixels* is how wide pictures are made: as they are shown, they are sharpest."""
        super().__init__(parent)
        self._pixels = pixels
        self._drawings = dict(printed.pictures)
        self._made: dict[str, QImage] = {}
        self._html = printed.html
        self.setDefaultFont(font)
        option = QTextOption()
        # A name that has no place to break is broken anywhere, and runs as the page does.
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        self.setDefaultTextOption(option)

    def fill(self) -> None:
        """Take up the text; on paper, what is painted on is known before."""
        self.setHtml(self._html)

    @override
    def loadResource(self, type: int, name: QUrl | str) -> object:
        """Return the picture called *name*; a dot for any other.

        Never nothing: without an answer Qt takes the name for that of a file, and loads it.
        """
        wanted = name.toString() if isinstance(name, QUrl) else name
        if wanted not in self._made:
            drawing = self._drawings.get(wanted)
            self._made[wanted] = _dot() if drawing is None else _drawn(drawing, self._pixels)
        return self._made[wanted]


class SheetView(QTextBrowser):
    """Shows a sheet to look at: nothing in it leads anywhere or is loaded."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setSearchPaths([])
        self.setUndoRedoEnabled(False)
        # A page is paper in every theme.
        paper = self.palette()
        paper.setColor(QPalette.ColorRole.Base, QColor("#ffffff"))
        paper.setColor(QPalette.ColorRole.Text, QColor("#1c2330"))
        self.setPalette(paper)

    def show_sheet(self, printed: Printed, font: QFont) -> None:
        """Show *printed* from its beginning."""
        wide = round(printed.broad * self.devicePixelRatioF())
        sheet = Sheet(printed, font, wide, self)
        sheet.fill()
        before = self.document()
        self.setDocument(sheet)
        if isinstance(before, Sheet):
            before.deleteLater()

    @override
    def loadResource(self, type: int, name: QUrl | str) -> object:
        """Return a dot: only sheets have pictures."""
        return _dot()


def _dot() -> QImage:
    dot = QImage(1, 1, QImage.Format.Format_RGB32)
    dot.fill(Qt.GlobalColor.white)
    return dot


def _drawn(drawing: str, pixels: int) -> QImage:
    """Return an SVG document as a picture without transparency, *pixels* wide."""
    renderer = QSvgRenderer(QByteArray(drawing.encode("utf-8")))
    size = renderer.defaultSize()
    size.scale(pixels, pixels * size.height(), Qt.AspectRatioMode.KeepAspectRatio)
    picture = QImage(size, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    renderer.render(painter)
    painter.end()
    return picture
