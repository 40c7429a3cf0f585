"""The offers of the palette as a list, and how a line of it is painted."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.dialogs.palette.offers import Offer

__all__ = ["OfferDelegate", "OfferRole", "OfferRows"]

Index = QModelIndex | QPersistentModelIndex
_ICON = 16
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class OfferRole(IntEnum):
    """What the delegate asks for."""

    OFFER = Qt.ItemDataRole.UserRole + 1


class OfferRows(QAbstractListModel):
    """The offers, best first. Those that can't be done are there to be read, not to be chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._offers: tuple[Offer, ...] = ()

    def show_offers(self, offers: Sequence[Offer]) -> None:
        """Show these instead."""
        self.beginResetModel()
        self._offers = tuple(offers)
        self.endResetModel()

    def offer_at(self, index: Index) -> Offer | None:
        """Return the offer of *index*."""
        return self._offers[index.row()] if index.isValid() else None

    @override
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._offers)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        offer = self.offer_at(index)
        if offer is None:
            return None
        if role == OfferRole.OFFER:
            return offer
        if role == Qt.ItemDataRole.DisplayRole:
            return plain.spelled(offer.title)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain.tip(offer.obstacle or offer.detail)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = (offer.title, offer.keys, offer.obstacle or offer.detail)
            return plain.spelled(", ".join(word for word in words if word))
        return None


class OfferDelegate(QStyledItemDelegate):
    """Icon, title with the letters that were meant, dim words, and the keys at the right."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, QFontMetrics(theme.ui_font()).height() + theme.STEP + theme.HALF)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        offer = index.data(OfferRole.OFFER)
        if not isinstance(offer, Offer):
            return
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(option.rect, theme.colour("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, theme.colour("hover"))
        area = option.rect.adjusted(theme.STEP + theme.HALF, 0, -theme.STEP - theme.HALF, 0)
        usual = theme.colour("selection_text" if chosen else "text")
        dim = usual if chosen else theme.colour("dim")
        if offer.icon:
            tint = "selection_text" if chosen else "text" if offer.enabled else "faint"
            picture = theme.icon_pixmap(offer.icon, _ICON, tint)
            painter.drawPixmap(area.left(), area.center().y() - _ICON // 2 + 1, picture)
        area.setLeft(area.left() + _ICON + theme.STEP)
        keys_left = _paint_keys(painter, area, offer.keys, dim)
        room = QRect(area.topLeft(), area.bottomRight())
        room.setRight(keys_left - theme.STEP * 2)
        left = _paint_title(painter, room, offer, usual if offer.enabled else dim)
        room.setLeft(left + theme.STEP * 2)
        _paint_words(painter, room, offer, dim)
        painter.restore()


def _paint_keys(painter: QPainter, area: QRect, keys: str, tint: QColor) -> int:
    """Draw the shortcut at the right and return where it begins."""
    painter.setFont(theme.small_font())
    painter.setPen(tint)
    plain.draw(painter, area, _MIDDLE | Qt.AlignmentFlag.AlignRight, keys)
    return area.right() - painter.fontMetrics().horizontalAdvance(keys)


def _paint_title(painter: QPainter, area: QRect, offer: Offer, tint: QColor) -> int:
    """Draw the title, letters that were meant in bold, and return where it ends."""
    usual, bold = theme.ui_font(), theme.ui_font()
    bold.setWeight(QFont.Weight.Bold)
    painter.setPen(tint)
    left = area.left()
    for begin, end, meant in _runs(offer):
        painter.setFont(bold if meant else usual)
        text = offer.title[begin:end]
        room = area.right() - left
        if room <= 0:
            break
        metrics = painter.fontMetrics()
        text = plain.elided(metrics, text, Qt.TextElideMode.ElideRight, room)
        plain.draw(painter, QRect(left, area.top(), room, area.height()), _MIDDLE, text)
        left += metrics.horizontalAdvance(text)
    return left


def _runs(offer: Offer) -> list[tuple[int, int, bool]]:
    """Return the title cut into runs of letters that were meant, or were not."""
    meant = set(offer.fit.places)
    cuts = [n for n in range(1, len(offer.title)) if ((n in meant) != (n - 1 in meant))]
    ends = [*cuts, len(offer.title)]
    return [(a, b, a in meant) for a, b in zip([0, *cuts], ends, strict=True)]


def _paint_words(painter: QPainter, area: QRect, offer: Offer, tint: QColor) -> None:
    if area.width() <= area.height():
        return
    painter.setFont(theme.small_font())
    painter.setPen(tint)
    words = offer.obstacle or offer.detail
    metrics = painter.fontMetrics()
    text = plain.elided(metrics, words, Qt.TextElideMode.ElideRight, area.width())
    plain.draw(painter, area, _MIDDLE, text)
