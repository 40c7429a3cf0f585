"""Worker: the process that lays a report out; `python -m` runs it, and nobody imports it.

The question is JSON on the standard input, the answer is the PDF on the standard output. Nothing
else is read: pictures are those of the question, and no name in the text loads anything.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import replace

os.environ["QT_QPA_PLATFORM"] = "offscreen"

try:
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
    from PySide6.QtGui import (
        QAbstractTextDocumentLayout,
        QColor,
        QFont,
        QGuiApplication,
        QPagedPaintDevice,
        QPageLayout,
        QPageSize,
        QPainter,
        QPalette,
        QPdfWriter,
        QTextLayout,
    )

    from redoscope_core import Printed
    from redoscope_gui import plain
    from redoscope_gui.printing.sheets import Sheet
    from redoscope_gui.theme.fonts import load_fonts
except ImportError as error:
    sys.stderr.write(f"Qt does not load: {error}\n")
    sys.exit(2)

__all__ = ["main", "pdf_of", "spelled"]

_DOTS = 300
"""Of an inch of the paper: where a letter stands is rounded to one."""
_MARGIN = 15.0
"""Millimetres."""
_FOOT = 0.35
"""Inches for the line at the foot of a page."""
_POINTS = 8.0
_SMALL = 7.0
_PLAIN = 0x7F
"""Every font has the characters before it."""
_SHORT = 0xFFFF
"""Of characters behind it the text of the PDF would have nothing: Qt writes none of them."""
_COLOURED = ("CBDT", "COLR", "sbix", "SVG ")
"""Tables of fonts that draw pictures, which PDF/A-1 has no place for."""


def _font(points: float = _POINTS) -> QFont:
    """Return the font of the text, without signs made of several characters.

    They would look better, and nobody could search for the characters.
    """
    font = QFont("Inter")
    font.setPointSizeF(points)
    for feature in ("calt", "liga", "clig", "dlig"):
        font.setFeature(QFont.Tag(feature), 0)
    return font


def spelled(text: str) -> str:
    """Return *text* with each character that no font here has as the escape for it."""
    strange = {char for char in text if ord(char) > _PLAIN}
    lacking = {ord(char): ascii(char)[1:-1] for char in strange if not _can_be_shown(char)}
    return text.translate(lacking)


def _can_be_shown(char: str) -> bool:
    if ord(char) > _SHORT:
        return False
    layout = QTextLayout(char, _font())
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns()
    return bool(runs) and not any(
        0 in run.glyphIndexes() or any(run.rawFont().fontTable(name) for name in _COLOURED)
        for run in runs
    )


def pdf_of(printed: Printed) -> bytes:
    """Return *printed* as PDF/A-1b: pages with a foot that counts them."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPdfVersion(QPagedPaintDevice.PdfVersion.PdfVersion_A1b)
    writer.setTitle(printed.title)
    writer.setCreator("Redoscope")
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    paper = QPageSize(QPageSize.PageSizeId.A4)
    landscape = QPageLayout.Orientation.Landscape
    writer.setPageLayout(QPageLayout(paper, landscape, margins, QPageLayout.Unit.Millimeter))
    writer.setResolution(_DOTS)
    sheet = Sheet(replace(printed, html=spelled(printed.html)), _font())
    sheet.documentLayout().setPaintDevice(writer)
    sheet.setDocumentMargin(0)
    sheet.fill()
    sheet.setPageSize(QSizeF(writer.width(), writer.height() - _FOOT * _DOTS))
    painter = QPainter(writer)
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    for number in range(sheet.pageCount()):
        if number:
            writer.newPage()
        _paint(painter, sheet, number)
        _paint_foot(painter, sheet, number, spelled(printed.title))
    painter.end()
    buffer.close()
    return bytes(data.data())


def _paint(painter: QPainter, sheet: Sheet, number: int) -> None:
    size = sheet.pageSize()
    room = QRectF(0, number * size.height(), size.width(), size.height())
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = room
    context.palette.setColor(QPalette.ColorRole.Text, QColor("black"))
    painter.save()
    painter.translate(0, -room.top())
    painter.setClipRect(room)
    sheet.documentLayout().draw(painter, context)
    painter.restore()


def _paint_foot(painter: QPainter, sheet: Sheet, number: int, title: str) -> None:
    size = sheet.pageSize()
    foot = QRectF(0, size.height(), size.width(), _FOOT * _DOTS)
    painter.setFont(_font(_SMALL))
    painter.setPen(QColor("black"))
    metrics = painter.fontMetrics()
    counted = f"page {number + 1} of {sheet.pageCount()}"
    left = foot.adjusted(0, 0, -metrics.horizontalAdvance(counted) - _DOTS // 4, 0)
    short = plain.elided(metrics, title, Qt.TextElideMode.ElideRight, int(left.width()))
    bottom, flags = Qt.AlignmentFlag.AlignBottom, Qt.AlignmentFlag
    plain.draw(painter, left, int(bottom | flags.AlignLeft), short)
    plain.draw(painter, foot, int(bottom | flags.AlignRight), counted)


def main(arguments: Iterable[str]) -> int:
    """Answer the question on the standard input; with an argument only see that Qt is there."""
    app = QGuiApplication([])
    load_fonts()
    if list(arguments):
        return 0
    question = Printed(**json.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(pdf_of(question))
    sys.stdout.buffer.flush()
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
