"""The signs of what became of a file, as pictures."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap

from redoscope_gui import plain, theme
from redoscope_gui.file_words import Badge

__all__ = ["BADGE_GAP", "BADGE_SIDE", "badges_icon", "paint_badge"]

BADGE_SIDE = 15
"""Pixels of a sign, at the usual text."""
BADGE_GAP = 3
_ROUND = 4.0
_ROLES = {
    Badge.ADDED: "good",
    Badge.DELETED: "danger",
    Badge.RENAMED: "accent",
    Badge.MODIFIED: "warning",
    Badge.METADATA: "dim",
    Badge.STREAM: "accent",
    Badge.SLACK: "warning",
}
_FULL = frozenset({Badge.ADDED, Badge.DELETED, Badge.RENAMED, Badge.MODIFIED})
"""The others have an edge only: they say more of a file that is there as before."""


def paint_badge(painter: QPainter, badge: Badge, box: QRectF) -> None:
    """Paint the sign of *badge* in *box*: told by its shape, not by its colour alone."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    tint = theme.colour(_ROLES[badge])
    is_full = badge in _FULL
    painter.setPen(QPen(tint, 1.2))
    painter.setBrush(tint if is_full else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(0.6, 0.6, -0.6, -0.6), _ROUND, _ROUND)
    font = theme.title_font()
    font.setPixelSize(max(1, round(box.height() * 0.78)))
    painter.setFont(font)
    painter.setPen(theme.colour("field") if is_full else tint)
    plain.draw(painter, box, int(Qt.AlignmentFlag.AlignCenter), badge.value)
    painter.restore()


def badges_icon(badges: tuple[Badge, ...], ratio: float) -> QIcon:
    """Return *badges* side by side, for a screen of *ratio* pixels each."""
    return _icon(badges, ratio, theme.scheme(), theme.zoom())


@lru_cache(maxsize=64)
def _icon(badges: tuple[Badge, ...], ratio: float, _scheme: str, zoom: float) -> QIcon:
    side = round(BADGE_SIDE * zoom)
    width = len(badges) * (side + BADGE_GAP) - BADGE_GAP
    made = QPixmap(round(width * ratio), round(side * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    for number, badge in enumerate(badges):
        paint_badge(painter, badge, QRectF(number * (side + BADGE_GAP), 0, side, side))
    painter.end()
    found = QIcon(made)
    found.addPixmap(made, QIcon.Mode.Selected)  # else Qt tints it where its row is chosen
    return found
