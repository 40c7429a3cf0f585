"""Paints a row of the chain tree: rails and node, name, badges, how much changed."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from redoscope_core import Severity
from redoscope_gui import plain, theme
from redoscope_gui.views.chain.families import ghost_of
from redoscope_gui.views.chain.kinds import glyph_of
from redoscope_gui.views.chain.marks import (
    NODE,
    dashed,
    paint_ghost,
    paint_heading,
    paint_row_ground,
)
from redoscope_gui.views.chain.rows import (
    Badge,
    ChainRows,
    Column,
    Ghost,
    Heading,
    LinkRow,
    Role,
)

__all__ = ["GLYPH", "RAIL", "ChainDelegate", "rails_width"]

RAIL = 18
"""Pixels between two rails."""
_MOST_RAILS = 8
_BAR = 6
_LEAST_BADGE = 40
"""Pixels below which a badge is left out rather than cut."""
_LIGHT = 70
"""Of 255: how strong the ground of a link is that is lit."""
GLYPH = 16
"""Side of the picture of the kind, in pixels."""


class ChainDelegate(QStyledItemDelegate):
    """Draws what a row holds; nothing here asks anyone."""

    def __init__(self, rows: ChainRows, parent: QObject) -> None:
        super().__init__(parent)
        self._rows = rows
        self.target: Path | None = None
        """The link under what is dragged."""
        self.refused = False
        self.lit: frozenset[Path] = frozenset()
        """Links that are looked at elsewhere, say as those that a snapshot froze."""

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        small, both = _line_heights(theme.zoom())
        lines = small if isinstance(index.data(Role.ROW), Heading) else both
        return QSize(80, lines + theme.STEP + theme.HALF)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        link = index.data(Role.ROW)
        rect = QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        if not isinstance(link, LinkRow):
            self._paint_beside(painter, rect, index, state)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, rect, link, state)
        if link.row.path in self.lit:
            _paint_light(painter, rect)
        if index.column() == Column.NAME:
            rails = rails_width(self._rows)
            area = QRectF(rect.left(), rect.top(), rails, rect.height())
            self._paint_lanes(painter, area, link)
            _paint_name(painter, rect.adjusted(rails + theme.HALF, 0, -theme.HALF, 0), link)
        else:
            _paint_amount(painter, rect, link, Column(index.column()))
        if link.row.path == self.target:
            _paint_target(painter, rect, refused=self.refused)
        if state & QStyle.StateFlag.State_HasFocus and index.column() == Column.NAME:
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0.5, 0.5, 0, -0.5))
        painter.restore()

    def _paint_beside(
        self,
        painter: QPainter,
        rect: QRectF,
        index: QModelIndex | QPersistentModelIndex,
        state: QStyle.StateFlag,
    ) -> None:
        """Draw a row that is no link: a heading, or a parent that is not there."""
        item = index.data(Role.ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(item, Heading):
            paint_heading(painter, rect, item)
        elif isinstance(item, Ghost):
            paint_row_ground(painter, rect, state)
            paint_ghost(painter, rect, item, rails_width(self._rows))
        painter.restore()

    def _paint_lanes(self, painter: QPainter, area: QRectF, link: LinkRow) -> None:
        painter.setClipRect(area.adjusted(0, 0, theme.HALF, 0))  # the ring of the cursor is wider
        row = link.row
        middle = area.center().y()
        own = _rail_x(area, row.rail)
        if not self._rows.filtered:
            for edge in row.through:
                self._pen_line(painter, edge.child, on_path=self._rows.on_path(edge.child))
                x = _rail_x(area, edge.rail)
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            if row.above is not None:
                self._pen_line(painter, row.path, on_path=link.on_path)
                _draw_edge(painter, QPointF(_rail_x(area, row.above.rail), area.top()), own, middle)
            if row.below is not None:
                onward = any(self._rows.on_path(child) for child in link.node.children)
                self._pen_line(painter, row.below.child, on_path=link.on_path and onward)
                painter.drawLine(QPointF(own, middle), QPointF(own, area.bottom()))
            if ghost_of(link.node) is not None:
                painter.setPen(dashed("danger"))
                painter.drawLine(QPointF(own, area.top()), QPointF(own, middle))
        _paint_node(painter, QPointF(own, middle), link)
        painter.setClipping(False)

    def _pen_line(self, painter: QPainter, child: Path, *, on_path: bool) -> None:
        """Take the pen for the line to *child*: dashed where that was not made from its parent."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        misfit = self._rows.is_misfit(child)
        if misfit is not None:
            painter.setPen(dashed("danger" if misfit is Severity.LOST else "warning"))
        else:
            painter.setPen(QPen(theme.colour("dim" if on_path else "line_strong"), 2))


def rails_width(rows: ChainRows) -> float:
    """Return how many pixels the rails take."""
    return min(rows.rails, _MOST_RAILS) * RAIL + theme.STEP


def _paint_light(painter: QPainter, rect: QRectF) -> None:
    """Light a row whose link is looked at elsewhere."""
    colour = theme.colour("this")
    colour.setAlpha(_LIGHT)
    painter.fillRect(rect, colour)


def _paint_target(painter: QPainter, rect: QRectF, *, refused: bool) -> None:
    """Mark the row that something is dragged over."""
    tint = theme.colour("danger" if refused else "good")
    painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 2), tint)
    painter.fillRect(QRectF(rect.left(), rect.bottom() - 2, rect.width(), 2), tint)


def _rail_x(area: QRectF, rail: int) -> float:
    return area.left() + theme.STEP + RAIL / 2 + min(rail, _MOST_RAILS - 1) * RAIL


def _draw_edge(painter: QPainter, top: QPointF, own: float, middle: float) -> None:
    """Draw the line from the row above to the node: straight, or one soft bend into its rail."""
    path = QPainterPath(top)
    if top.x() == own:
        path.lineTo(own, middle)
    else:
        half = (top.y() + middle) / 2
        path.cubicTo(QPointF(top.x(), half), QPointF(own, half), QPointF(own, middle))
    painter.drawPath(path)


def _paint_ground(painter: QPainter, rect: QRectF, link: LinkRow, state: QStyle.StateFlag) -> None:
    if state & QStyle.StateFlag.State_Selected or link.chosen:
        active = state & QStyle.StateFlag.State_Active
        painter.fillRect(rect, theme.colour("selection" if active else "selection_idle"))
    else:
        paint_row_ground(painter, rect, state)


def _paint_node(painter: QPainter, centre: QPointF, link: LinkRow) -> None:
    tint = link.tint
    broken = link.is_broken
    outline = theme.colour("danger") if broken else tint
    outline = theme.colour("warning") if link.node.faults and not broken else outline
    style = Qt.PenStyle.DashLine if link.node.faults else Qt.PenStyle.SolidLine
    pen = QPen(outline, 2, style)
    painter.setPen(pen)
    painter.setBrush(tint if link.on_path and not broken else theme.colour("panel"))
    box = QRectF(centre.x() - NODE, centre.y() - NODE, 2 * NODE, 2 * NODE)
    if not link.node.is_child and not broken:
        painter.drawRoundedRect(box, 2, 2)
    elif link.branch:
        painter.drawPolygon(theme.diamond(centre, NODE))
    else:
        painter.drawEllipse(box)
    if link.chosen:
        painter.setPen(QPen(theme.colour("cursor"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box.adjusted(-3, -3, 3, 3))


def _paint_glyph(painter: QPainter, line: QRectF, link: LinkRow) -> None:
    """Draw the picture of the kind at the left of the second line."""
    role = "selection_text" if link.chosen else "danger" if link.node.form is None else "dim"
    ratio = painter.device().devicePixelRatio()
    picture = theme.icon_pixmap(glyph_of(link.node), GLYPH, role, ratio)
    painter.drawPixmap(QPointF(line.left(), round(line.center().y() - GLYPH / 2)), picture)


def _paint_name(painter: QPainter, rect: QRectF, link: LinkRow) -> None:
    name_font = theme.title_font() if link.chosen else theme.ui_font()
    small = theme.small_font()
    high, low = QFontMetrics(name_font).height(), QFontMetrics(small).height()
    top = rect.top() + (rect.height() - high - low - 2) / 2
    painter.setFont(name_font)
    painter.setPen(_text_colour(link))
    name = plain.elided(
        QFontMetrics(name_font),
        link.row.path.name,
        Qt.TextElideMode.ElideMiddle,
        max(int(rect.width()), 0),
    )
    plain.draw(painter, QRectF(rect.left(), top, rect.width(), high), _LEFT, name)
    line = QRectF(rect.left(), top + high + 2, rect.width(), low)
    _paint_glyph(painter, line, link)
    left = line.left() + GLYPH + theme.HALF
    for badge in link.badges:
        left = _paint_badge(painter, left, line, badge, small, chosen=link.chosen)
        if left > line.right():
            return
    room = line.right() - left
    if link.node.comment and room > low * 2:
        painter.setFont(small)
        painter.setPen(theme.colour("selection_text" if link.chosen else "dim"))
        text = plain.elided(
            QFontMetrics(small), link.node.comment, Qt.TextElideMode.ElideRight, int(room)
        )
        plain.draw(painter, QRectF(left, line.top(), room, low), _LEFT, text)


def _paint_badge(
    painter: QPainter, left: float, line: QRectF, badge: Badge, small: QFont, *, chosen: bool
) -> float:
    """Draw *badge* at *left* if it fits; return where the next one begins."""
    font = QFont(small)
    font.setPointSizeF(small.pointSizeF() * 0.88)
    metrics, room = QFontMetrics(font), int(line.right() - left) - 10
    text = plain.elided(metrics, badge.text, Qt.TextElideMode.ElideRight, room)
    if room < _LEAST_BADGE and text != badge.text:
        return line.right() + 1
    wide = metrics.horizontalAdvance(text) + 10
    box = QRectF(left, line.top() + 0.5, wide, line.height() - 1)
    tint = theme.colour(badge.role)
    ground = QColor(tint)
    ground.setAlphaF(0.16)
    if chosen:  # on the colour of the chosen row its own would hardly be read
        ground = theme.colour("panel")
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 3, 3)
    painter.setFont(font)
    painter.setPen(tint)
    plain.draw(painter, box, Qt.AlignmentFlag.AlignCenter, text)
    return left + wide + theme.HALF


def _paint_amount(painter: QPainter, rect: QRectF, link: LinkRow, column: Column) -> None:
    """Draw an amount at the right, and below it in the column of changes its share as a bar."""
    inner = rect.adjusted(theme.HALF, 0, -theme.STEP, 0)
    font = theme.number_font(0.95)
    metrics = QFontMetrics(font)
    if column is Column.STORED:
        text = "" if link.stored_bytes is None else theme.amount(link.stored_bytes)
        painter.setPen(theme.colour("selection_text" if link.chosen else "dim"))
        top = inner
    else:
        changed = link.changed_bytes
        text = "" if changed is None else theme.amount(changed)
        painter.setPen(_text_colour(link))
        gap = (rect.height() - metrics.height() - _BAR - theme.HALF) / 2
        top = QRectF(inner.left(), inner.top() + gap, inner.width(), metrics.height())
        bar = QRectF(inner.left(), top.bottom() + theme.HALF, inner.width(), _BAR)
        _paint_bar(painter, bar, link)
        painter.setPen(_text_colour(link))
    painter.setFont(font)
    text = plain.elided(metrics, text, Qt.TextElideMode.ElideLeft, int(inner.width()))
    plain.draw(painter, top, _RIGHT, text)


def _paint_bar(painter: QPainter, bar: QRectF, link: LinkRow) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("line"))
    painter.drawRoundedRect(bar, 2, 2)
    length = bar_length(link.share) * bar.width()
    if length > 0:
        painter.setBrush(link.tint)
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(length, 2.0), bar.height()), 2, 2)


def bar_length(share: float) -> float:
    """Return how much of the bar *share* fills: by its logarithm, so that little is still seen."""
    if share <= 0:
        return 0.0
    return min(1.0, math.log1p(share * 1000) / math.log1p(1000))


def _text_colour(link: LinkRow) -> QColor:
    if link.chosen:
        return theme.colour("selection_text")
    return theme.colour("text" if link.on_path else "dim")


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@lru_cache(maxsize=4)
def _line_heights(_zoom: float) -> tuple[int, int]:
    """Return how high a small line is, and a usual and a small one; every row asks for it."""
    small = QFontMetrics(theme.small_font()).height()
    return small, QFontMetrics(theme.ui_font()).height() + small
