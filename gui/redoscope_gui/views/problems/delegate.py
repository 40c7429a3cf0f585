"""Paints a row of the Problems pane: a card of a group, or one of its places."""

from __future__ import annotations

import os

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.session import Problem
from redoscope_gui.views.problems.rows import Entry, EntryRole
from redoscope_gui.views.problems.words import LOOK, place_words

__all__ = ["ICON", "ProblemDelegate", "button_height"]

Index = QModelIndex | QPersistentModelIndex
ICON = 16
"""Side of the picture of a severity, in pixels."""
_WRAP = Qt.TextFlag.TextWordWrap
_Line = tuple[str, QFont, str]


class ProblemDelegate(QStyledItemDelegate):
    """Name, what is wrong, and how to cure it, wrapped to the width of the list."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._heights: dict[Entry, int] = {}
        self._heights_for = (0, 0.0)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.viewport().width()
        if theme.is_dressing():  # the list is laid out anew when the theme is whole
            return QSize(width, self._heights.get(index.data(EntryRole.ENTRY), 0))
        if self._heights_for != (width, theme.zoom()):
            self._heights_for = (width, theme.zoom())
            self._heights.clear()
        entry = index.data(EntryRole.ENTRY)
        if not isinstance(entry, Entry):
            return QSize(width, 0)
        height = self._heights.get(entry)
        if height is None:
            height = self._lay_out(None, QRect(0, 0, width, 10_000), entry)
            self._heights[entry] = height
        return QSize(width, height)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, theme.colour("selection_idle"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, theme.colour("hover"))
        entry = index.data(EntryRole.ENTRY)
        if isinstance(entry, Entry):
            self._lay_out(painter, option.rect, entry)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme.colour("accent"))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        painter.restore()

    def _lay_out(self, painter: QPainter | None, rect: QRect, entry: Entry) -> int:
        """Place the lines, draw them if there is a *painter*, and return the height they take."""
        left = rect.left() + theme.STEP * 2 + ICON
        if entry.place is not None:
            return _place_lines(painter, rect, left + theme.STEP, _of_place(entry.place))
        if painter is not None:
            icon, role = LOOK[entry.group.severity]
            spot = rect.topLeft()
            ratio = painter.device().devicePixelRatio()
            picture = theme.icon_pixmap(icon, ICON, role, ratio)
            painter.drawPixmap(spot.x() + theme.STEP, spot.y() + theme.STEP, picture)
        room = rect.right() - left - theme.STEP
        height = _place_lines(painter, rect, left, _of_card(entry, room))
        problem = entry.problem
        buttons = len(problem.remedies) + bool(entry.group.places)
        if buttons:
            height += buttons * (button_height() + theme.HALF) + theme.HALF
        return height


def _of_card(entry: Entry, room: int) -> list[_Line]:
    """Return the lines of a card that is *room* pixels wide."""
    problem = entry.problem
    lines: list[_Line] = []
    if problem.path:
        lines.append((problem.path.name, theme.title_font(), "text"))
    lines.append((_capital(problem.what), theme.ui_font(), "text"))
    if problem.is_allowed:
        lines.append((_allowed_words(), theme.small_font(), "warning"))
    if problem.cure:
        lines.append((_sentence(problem.cure), theme.small_font(), "text"))
    if problem.more and not entry.group.places:
        # About two lines of it; the tool tip and a screen reader have the whole.
        metrics = QFontMetrics(theme.small_font())
        most = room * 2 - theme.STEP * 4
        short = plain.elided(metrics, problem.more, Qt.TextElideMode.ElideRight, most)
        lines.append((short, theme.small_font(), "dim"))
    return lines


def _allowed_words() -> str:
    return QCoreApplication.translate("Problems", "You allowed this.")


def _of_place(place: Problem) -> list[_Line]:
    return [(_capital(place_words(place)), theme.small_font(), "dim")]


def _place_lines(painter: QPainter | None, rect: QRect, left: int, lines: list[_Line]) -> int:
    """Place *lines* below each other, draw them if there is a *painter*; return the height."""
    top = rect.top() + theme.STEP - 1
    for words, font, tint in lines:
        metrics = QFontMetrics(font)
        box = QRect(left, top, rect.right() - left - theme.STEP, 10_000)
        text = plain.breakable(words, os.sep)  # a long path may be wrapped there
        taken = metrics.boundingRect(box, _WRAP, text)
        if painter is not None:
            painter.setFont(font)
            painter.setPen(theme.colour(tint))
            plain.draw(painter, taken.adjusted(0, 0, 2, 0), _WRAP, text)
        top = taken.bottom() + theme.HALF
    return top - rect.top() + theme.HALF


def button_height() -> int:
    """Return how high the buttons of a card are, in pixels."""
    return QFontMetrics(theme.ui_font()).height() + theme.STEP + 2


def _sentence(text: str) -> str:
    return f"{_capital(text)}."


def _capital(text: str) -> str:
    """Return *text* with a capital at its head, unless that is the name of a file."""
    return text if "." in text.partition(" ")[0] else f"{text[:1].upper()}{text[1:]}"
