"""Finds by geometry what a user could not read: parts that are cut off, out of sight or collide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTabBar,
    QToolButton,
    QWidget,
)

__all__ = ["clipped"]

_SPARE = 2
"""Pixels that a font may differ from its measure."""


def clipped(window: QWidget) -> list[str]:
    """Return a line for each part of *window* that is cut off or covers another."""
    shown = list(_shown(window))
    found = [*_too_small(shown), *_outside(window, shown), *_colliding(shown)]
    found += [*_squeezed(shown), *_dots_alone(shown), *_tabs(shown), *_cells(shown)]
    return sorted(set(found))


def _shown(window: QWidget) -> Iterator[QWidget]:
    for part in window.findChildren(QWidget):
        # A pane behind another tab is visible to Qt, but nothing of it is.
        seen = part.isVisible() and not part.visibleRegion().isEmpty()
        if seen and part.window() is window:
            yield part


def _name(part: QWidget) -> str:
    text = part.text() if isinstance(part, (QLabel, QAbstractButton)) else ""
    named = part.accessibleName() or text or part.objectName()
    parent = part.parentWidget()
    return f"{type(parent).__name__}/{type(part).__name__} {named!r}"


def _too_small(shown: list[QWidget]) -> Iterator[str]:
    """Yield what has less room than its words need, unless it says so with dots."""
    for part in shown:
        text = _words(part)
        # One that paints itself shortens with dots.
        draws_itself = type(part).__module__.startswith("redoscope") and "paintEvent" in vars(
            type(part)
        )
        if not text or "…" in text or draws_itself:
            continue
        lines = text.splitlines()
        metrics = QFontMetrics(part.font())
        room = part.contentsRect()
        if isinstance(part, QLabel) and part.wordWrap():
            if part.heightForWidth(part.width()) > part.height() + _SPARE:
                yield f"{_name(part)}: {part.height()} px high, needs more for its lines"
            continue
        needed = max(metrics.horizontalAdvance(line) for line in lines)
        if needed > room.width() + _SPARE:
            yield f"{_name(part)}: {room.width()} px for {needed} px of words"
        if metrics.height() * len(lines) > part.height() + _SPARE:
            yield f"{_name(part)}: {part.height()} px high for {metrics.height()} px of words"


def _words(part: QWidget) -> str:
    """Return the plain words that *part* shows by itself."""
    if isinstance(part, QComboBox):
        return part.currentText()
    if isinstance(part, QToolButton):
        return part.text() if part.icon().isNull() else ""
    if isinstance(part, (QLabel, QPushButton)):
        text = part.text()
        return "" if text.startswith("<") else text.replace("&", "")
    return ""


def _outside(window: QWidget, shown: list[QWidget]) -> Iterator[str]:
    """Yield controls and labels that lie partly outside what they are in."""
    for part in shown:
        if not isinstance(part, (QLabel, QAbstractButton, QComboBox)):
            continue
        parent = part.parentWidget()
        if parent is None or _scrolls(part):
            continue
        frame = QRect(QPoint(), window.size())
        spot = QRect(part.mapTo(window, QPoint()), part.size())
        if not frame.contains(spot) or not parent.rect().contains(part.geometry()):
            yield f"{_name(part)}: at {part.geometry().getRect()}, outside its parent"


def _scrolls(part: QWidget) -> bool:
    """Return whether *part* is in something that can be scrolled to show it."""
    above = part.parentWidget()
    while above is not None:
        if isinstance(above, (QScrollArea, QAbstractScrollArea)):
            return True
        above = above.parentWidget()
    return False


def _colliding(shown: list[QWidget]) -> Iterator[str]:
    """Yield labels and controls of one parent that lie on each other."""
    beside = defaultdict[QWidget | None, list[QWidget]](list)
    for part in shown:
        if isinstance(part, (QLabel, QAbstractButton, QComboBox)):
            beside[part.parentWidget()].append(part)
    for parts in beside.values():
        for one, other in combinations(parts, 2):
            if one.geometry().intersects(other.geometry()):
                yield f"{_name(one)} lies on {_name(other)}"


_CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QTabBar)


def _squeezed(shown: list[QWidget]) -> Iterator[str]:
    """Yield controls that have less room than they say they need at least."""
    for part in shown:
        if not isinstance(part, _CONTROLS) or isinstance(part.parentWidget(), QAbstractSpinBox):
            continue
        needed = part.minimumSizeHint().boundedTo(part.maximumSize())
        short = needed - part.size()
        if short.width() > _SPARE or short.height() > _SPARE:
            yield f"{_name(part)}: {part.size().toTuple()} of the {needed.toTuple()} it needs"


def _dots_alone(shown: list[QWidget]) -> Iterator[str]:
    """Yield labels that were shortened with dots, and whose tool tip has not the whole."""
    for part in shown:
        if isinstance(part, QLabel) and "…" in part.text()[:-1] and not part.toolTip():
            yield f"{_name(part)}: shortened, without a tool tip"


def _tabs(shown: list[QWidget]) -> Iterator[str]:
    """Yield tabs that have no room for their words, and no tool tip that has them."""
    for bar in shown:
        if not isinstance(bar, QTabBar):
            continue
        for tab in range(bar.count()):
            needed = bar.fontMetrics().horizontalAdvance(bar.tabText(tab).replace("&", ""))
            cut = needed > bar.tabRect(tab).width() + _SPARE
            if cut and bar.isTabVisible(tab) and not bar.tabToolTip(tab):
                yield f"{_name(bar)}: tab {bar.tabText(tab)!r} is cut, without a tool tip"


def _cells(shown: list[QWidget]) -> Iterator[str]:
    """Yield cells and heads of tables that are cut, and have no tool tip with the whole."""
    for view in shown:
        model = view.model() if isinstance(view, QAbstractItemView) else None
        if not isinstance(view, QAbstractItemView) or model is None:
            continue
        if isinstance(view, QHeaderView):
            yield from _heads(view)
            continue
        for row in range(min(model.rowCount(), 40)):
            for column in range(model.columnCount()):
                index = model.index(row, column)
                if _is_cut(view, index) and not index.data(Qt.ItemDataRole.ToolTipRole):
                    yield f"{_name(view)}: {index.data()!r} is cut, without a tool tip"


def _is_cut(view: QAbstractItemView, index: QModelIndex) -> bool:
    """Return whether the words of a cell in sight have more need of room than it has."""
    room = view.visualRect(index)
    words = index.data()
    if not isinstance(words, str) or not view.viewport().rect().intersects(room):
        return False
    lines = words.splitlines() or [""]
    font = index.data(Qt.ItemDataRole.FontRole) or view.font()
    return max(QFontMetrics(font).horizontalAdvance(line) for line in lines) > room.width() + _SPARE


def _heads(head: QHeaderView) -> Iterator[str]:
    model = head.model()
    if head.orientation() is not Qt.Orientation.Horizontal:
        return
    for section in range(head.count()):
        if head.isSectionHidden(section):
            continue
        words = str(model.headerData(section, head.orientation()) or "")
        told = model.headerData(section, head.orientation(), Qt.ItemDataRole.ToolTipRole)
        needed = head.fontMetrics().horizontalAdvance(words)
        if needed > head.sectionSize(section) + _SPARE and not told:
            yield f"{_name(head)}: head {words!r} is cut, without a tool tip"
