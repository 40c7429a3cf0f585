"""Paints the rows of the chain tree that are no links: headings, and parents that are not there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle

from redoscope_gui import plain, theme
from redoscope_gui.views.chain.rows import Ghost, Heading, ghost_words, heading_counts, heading_name

__all__ = ["NODE", "dashed", "has_words", "paint_ghost", "paint_heading", "paint_row_ground"]

NODE = 6.0
"""Half a node, in pixels."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_BUTTON, _BRIEF = 92, 40
"""Room for the button that looks for what is missing, in pixels at the usual text."""
_NARROW = 250
_RAIL = 18
_DASHES = (2.0, 2.0)


def dashed(role: str) -> QPen:
    """Return the pen of a line between links that do not fit, or are not all there."""
    pen = QPen(theme.colour(role), 2)
    pen.setDashPattern(_DASHES)
    return pen


def has_words(width: float) -> bool:
    """Return whether a row *width* pixels wide has room for words on its button."""
    return width / theme.zoom() > _NARROW


def paint_row_ground(painter: QPainter, rect: QRectF, state: QStyle.StateFlag) -> None:
    """Fill the ground of a row that is not chosen."""
    if state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(rect, theme.colour("hover"))
    elif state & QStyle.StateFlag.State_Selected:
        painter.fillRect(rect, theme.colour("selection_idle"))


def paint_heading(painter: QPainter, rect: QRectF, heading: Heading) -> None:
    """Draw the name of a chain with what it holds; its total at the right."""
    painter.fillRect(rect, theme.colour("window"))
    painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 1), theme.colour("line"))
    bold, small = theme.title_font(0.95), theme.small_font()
    box = rect.adjusted(theme.STEP, 0, -theme.STEP, 0)
    total = theme.amount(heading.stored_bytes)
    _draw(painter, box, total, small, "dim", flags=_RIGHT)
    box.setRight(box.right() - QFontMetrics(small).horizontalAdvance(total) - theme.STEP)
    name = _draw(painter, box, heading_name(heading), bold, "text")
    box.setLeft(box.left() + QFontMetrics(bold).horizontalAdvance(name) + theme.STEP)
    _draw(painter, box, ", ".join(heading_counts(heading)), small, "dim")


def _draw(
    painter: QPainter,
    box: QRectF,
    words: str,
    font: QFont,
    role: str,
    *,
    flags: Qt.AlignmentFlag = _LEFT,
) -> str:
    """Draw *words* in *box*, cut to its width, and return what is left of them."""
    room = max(int(box.width()), 0)
    text = plain.elided(QFontMetrics(font), words, Qt.TextElideMode.ElideMiddle, room)
    painter.setFont(font)
    painter.setPen(theme.colour(role))
    plain.draw(painter, box, flags, text)
    return text


def paint_ghost(painter: QPainter, rect: QRectF, ghost: Ghost, rails: float) -> None:
    """Draw a dashed ring with the name of what is missing, and the line down to its child."""
    middle = rect.center().y()
    own = rect.left() + theme.STEP + _RAIL / 2
    painter.setPen(dashed("danger"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawLine(QPointF(own, middle + NODE), QPointF(own, rect.bottom()))
    painter.drawEllipse(QPointF(own, middle), NODE, NODE)
    name, wanted = ghost_words(ghost)
    font, small = theme.ui_font(), theme.small_font()
    font.setItalic(True)
    high, low = QFontMetrics(font).height(), QFontMetrics(small).height()
    button = _BUTTON if has_words(rect.width()) else _BRIEF
    box = rect.adjusted(rails + theme.HALF, 0, -round(button * theme.zoom()), 0)
    top = box.top() + (box.height() - high - low - 2) / 2
    _draw(painter, QRectF(box.left(), top, box.width(), high), name, font, "text")
    below = QRectF(box.left(), top + high + 2, box.width(), low)
    _draw(painter, below, wanted, small, "danger")
