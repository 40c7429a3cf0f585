"""All that the window shows in words, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

__all__ = ["captions", "guessing_labels", "shown", "tips"]

_ROLE = Qt.ItemDataRole
_SAID = (_ROLE.DisplayRole, _ROLE.AccessibleTextRole, _ROLE.AccessibleDescriptionRole)
_TIPS = (_ROLE.ToolTipRole, _ROLE.StatusTipRole, _ROLE.WhatsThisRole)


def _widgets() -> list[QWidget]:
    return list(QApplication.allWidgets())


def _actions() -> list[QAction]:
    return [action for widget in _widgets() for action in widget.actions()]


def _cells(model: QAbstractItemModel, roles: tuple[Qt.ItemDataRole, ...]) -> Iterator[str]:
    # A list has one column, and does not let itself be asked.
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())
    left = [QModelIndex()]
    while left:
        parent = left.pop()
        for row in range(model.rowCount(parent)):
            for column in range(columns):
                index = model.index(row, column, parent)
                yield from (str(index.data(role)) for role in roles if index.data(role))
            left.append(model.index(row, 0, parent))


def _models() -> Iterator[QAbstractItemModel]:
    for widget in _widgets():
        if isinstance(widget, QAbstractItemView | QComboBox):
            model = widget.model()
            if isinstance(model, QAbstractItemModel):
                yield model


def tips() -> Iterator[str]:
    """Return all that Qt may show as a tool tip."""
    for widget in _widgets():
        yield from (widget.toolTip(), widget.statusTip(), widget.whatsThis())
    for action in _actions():
        yield from (action.toolTip(), action.statusTip(), action.whatsThis())
    for model in _models():
        yield from _cells(model, _TIPS)


def captions() -> Iterator[str]:
    """Return what stands on buttons and in menus, where a single & underlines a letter."""
    for widget in _widgets():
        if isinstance(widget, QAbstractButton):
            yield widget.text()
        if isinstance(widget, QTabBar):
            yield from (widget.tabText(number) for number in range(widget.count()))
    for action in _actions():
        yield action.text()


def shown() -> Iterator[str]:
    """Return every text: of labels, titles, names for a screen reader, buttons, cells, tips."""
    yield from tips()
    yield from captions()
    for widget in _widgets():
        yield from (widget.windowTitle(), widget.accessibleName(), widget.accessibleDescription())
        if isinstance(widget, QLabel):
            yield widget.text()
        if isinstance(widget, QPlainTextEdit | QTextEdit):
            yield widget.toPlainText()
    for model in _models():
        yield from _cells(model, _SAID)


def guessing_labels() -> list[str]:
    """Return the labels that may take a text for markup, but for Qt's own tool tip."""
    return [
        f"{type(widget).__name__} {widget.text()!r}"
        for widget in _widgets()
        if isinstance(widget, QLabel)
        and widget.text()
        and widget.textFormat() is not Qt.TextFormat.PlainText
        and not widget.inherits("QTipLabel")
    ]
