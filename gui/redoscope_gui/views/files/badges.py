"""The signs of what became of a file, as pictures, and the legend that says what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.file_words import Badge, badge_name

__all__ = ["Legend", "badges_icon", "paint_badge"]

_SIDE = 15
_GAP = 3
_BETWEEN = 14
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
    side = round(_SIDE * zoom)
    width = len(badges) * (side + _GAP) - _GAP
    made = QPixmap(round(width * ratio), round(side * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    for number, badge in enumerate(badges):
        paint_badge(painter, badge, QRectF(number * (side + _GAP), 0, side, side))
    painter.end()
    found = QIcon(made)
    found.addPixmap(made, QIcon.Mode.Selected)  # else Qt tints it where its row is chosen
    return found


class Legend(QWidget):
    """What the signs mean and how many files have each, in as many lines as it takes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.counts: Mapping[Badge, int] = {}
        """How many files have each sign."""
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        plain.set_name(self, self.tr("What the signs mean"))
        self.hide()

    def show_counts(self, counts: Mapping[Badge, int]) -> None:
        """Show how many files have each sign; nothing if none has one."""
        if counts == self.counts:
            return
        self.counts = {badge: counts[badge] for badge in Badge if counts.get(badge)}
        self.setVisible(bool(self.counts))
        words = ", ".join(self._words(badge) for badge in self.counts)
        plain.set_description(self, words)
        plain.set_tip(self, words)
        self.updateGeometry()
        self.update()

    def _words(self, badge: Badge) -> str:
        return f"{theme.grouped(self.counts[badge])} {badge_name(badge)}"

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int, /) -> int:
        return max((box.bottom() for _, box in self._places(width)), default=0) + _GAP

    @override
    def sizeHint(self) -> QSize:
        width = max(self.width(), 1)
        return QSize(width, self.heightForWidth(width))

    def _places(self, width: int) -> Iterator[tuple[Badge, QRect]]:
        """Yield each sign with the box of it and its words."""
        metrics = QFontMetrics(theme.small_font())
        side = round(_SIDE * theme.zoom())
        height, x, y = max(side, metrics.height()), 0, _GAP
        for badge in self.counts:
            taken = side + 2 * _GAP + metrics.horizontalAdvance(self._words(badge))
            if x and x + taken > width:
                x, y = 0, y + height + theme.HALF
            yield badge, QRect(x, y, taken, height)
            x += taken + _BETWEEN

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.small_font())
        side = round(_SIDE * theme.zoom())
        for badge, box in self._places(self.width()):
            top = box.top() + (box.height() - side) / 2
            paint_badge(painter, badge, QRectF(box.left(), top, side, side))
            painter.setPen(theme.colour("dim"))
            left = box.left() + side + 2 * _GAP
            room = QRect(left, box.top(), box.right() - left + _GAP, box.height())
            plain.draw(painter, room, int(Qt.AlignmentFlag.AlignVCenter), self._words(badge))
