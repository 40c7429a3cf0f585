"""The list of problems: what is wrong, where, and the buttons that cure it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QListView,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from redoscope_core import SECTOR, Severity
from redoscope_gui import plain, theme
from redoscope_gui.session import Problem, Session
from redoscope_gui.views.problems.remedies import remedy_buttons

__all__ = ["ProblemRows", "ProblemsView"]

Index = QModelIndex | QPersistentModelIndex
_ICON = 16
_LOOK = {
    Severity.LOST: ("circle-x", "danger"),
    Severity.DOUBTFUL: ("triangle-alert", "warning"),
    Severity.WORTH_KNOWING: ("info", "dim"),
}
_SPOKEN = {
    Severity.LOST: "Data lost",
    Severity.DOUBTFUL: "Bytes doubtful",
    Severity.WORTH_KNOWING: "Worth knowing",
}
_WRAP = Qt.TextFlag.TextWordWrap


class ProblemRows(QAbstractListModel):
    """The problems of the session, worst first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._problems: list[Problem] = []

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        """Show these instead; rows that stay are left alone, so that nothing jumps."""
        before, now = set(self._problems), set(problems)
        staying = [problem for problem in self._problems if problem in now]
        moved = staying != [problem for problem in problems if problem in before]
        if moved or len(now) < len(problems):
            self.beginResetModel()
            self._problems = list(problems)
            self.endResetModel()
            return
        # Whole runs: after each the list asks every row for its height.
        for first, last in reversed(_runs(self._problems, now)):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._problems[first : last + 1]
            self.endRemoveRows()
        for first, last in _runs(problems, before):
            self.beginInsertRows(QModelIndex(), first, last)
            self._problems[first:first] = problems[first : last + 1]
            self.endInsertRows()
        self._problems = list(problems)  # equal ones, which may know more of their place

    def problem_at(self, index: Index) -> Problem | None:
        """Return the problem of *index*."""
        return self._problems[index.row()] if index.isValid() else None

    @override
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._problems)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        problem = self.problem_at(index)
        if problem is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return plain.spelled(problem.text)
        if role == Qt.ItemDataRole.ToolTipRole:
            lines = (str(problem.path or ""), problem.text, problem.cure)
            return plain.tip(*(line for line in lines if line))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            name = problem.path.name if problem.path else ""
            words = (tr(_SPOKEN[problem.severity]), name, problem.text, problem.cure)
            return plain.spelled(". ".join(word for word in words if word))
        return None


class ProblemsView(QWidget):
    """A list of problems; Enter or a double click goes to the place, a button cures it."""

    cure_wanted = Signal(object, object)
    """A button was pressed; carries the Remedy and the Problem."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.rows = ProblemRows(self)
        self.list = QListView(self)
        plain.set_name(self.list, self.tr("Problems"))
        self.list.setModel(self.rows)
        self.list.setItemDelegate(_ProblemDelegate(self.list))
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.activated.connect(self._activated)
        self._empty = plain.Label(self.tr("Nothing is wrong with these links."), self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setForegroundRole(self._empty.palette().ColorRole.PlaceholderText)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.list)
        self.setFocusProxy(self.list)
        session.problems_changed.connect(self._show)
        self._show()

    @override
    def sizeHint(self) -> QSize:
        return QSize(360, 180)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.list.doItemsLayout()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.list.doItemsLayout()

    def _show(self) -> None:
        problems = self._session.problems
        self.rows.show_problems(problems)
        self._stack.setCurrentWidget(self.list if problems else self._empty)
        for row, problem in enumerate(problems):
            index = self.rows.index(row)
            if problem.remedies and self.list.indexWidget(index) is None:
                self.list.setIndexWidget(index, self._buttons(problem))

    def _buttons(self, problem: Problem) -> QWidget:
        """Return the buttons of *problem*, to lie over the foot of its row."""
        strip = QWidget(self.list.viewport())
        layout = QVBoxLayout(strip)
        layout.setContentsMargins(theme.STEP * 2 + _ICON, 0, theme.STEP, theme.STEP)
        layout.setSpacing(theme.HALF)
        layout.addStretch(1)
        for button in remedy_buttons(problem, strip, self.cure_wanted.emit):
            button.setFixedHeight(_button_height())
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return strip

    def _activated(self, index: QModelIndex) -> None:
        problem = self.rows.problem_at(index)
        link = None if problem is None else problem.link or problem.path
        if problem is not None and link is not None:
            offset = None if problem.sector is None else problem.sector * SECTOR
            self._session.select_link(link, offset)


class _ProblemDelegate(QStyledItemDelegate):
    """Name, what is wrong, and how to cure it, wrapped to the width of the list."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._heights: dict[Problem, int] = {}
        self._heights_for = (0, 0.0)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.viewport().width()
        if self._heights_for != (width, theme.zoom()):
            self._heights_for = (width, theme.zoom())
            self._heights.clear()
        model = index.model()
        problem = model.problem_at(index) if isinstance(model, ProblemRows) else None
        if problem is None:
            return QSize(width, 0)
        height = self._heights.get(problem)
        if height is None:
            height = self._lay_out(None, QRect(0, 0, width, 10_000), problem)
            self._heights[problem] = height
        return QSize(width, height)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, theme.colour("selection_idle"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, theme.colour("hover"))
        model = index.model()
        problem = model.problem_at(index) if isinstance(model, ProblemRows) else None
        if problem is not None:
            self._lay_out(painter, option.rect, problem)
        painter.restore()

    def _lay_out(self, painter: QPainter | None, rect: QRect, problem: Problem) -> int:
        """Place the lines, draw them if there is a *painter*, and return the height they take."""
        icon, role = _LOOK[problem.severity]
        if painter is not None:
            spot = rect.topLeft()
            ratio = painter.device().devicePixelRatio()
            picture = theme.icon_pixmap(icon, _ICON, role, ratio)
            painter.drawPixmap(spot.x() + theme.STEP, spot.y() + theme.STEP, picture)
        left = rect.left() + theme.STEP * 2 + _ICON
        top = rect.top() + theme.STEP - 1
        lines = [(problem.path.name, theme.title_font(), "text")] if problem.path else []
        lines.append((_capital(problem.what), theme.ui_font(), "text"))
        if problem.cure:
            lines.append((_sentence(problem.cure), theme.small_font(), "text"))
        if problem.more:
            # About two lines of it; the tool tip and a screen reader have the whole.
            room = (rect.right() - left - theme.STEP) * 2 - theme.STEP * 4
            metrics = QFontMetrics(theme.small_font())
            short = plain.elided(metrics, problem.more, Qt.TextElideMode.ElideRight, room)
            lines.append((short, theme.small_font(), "dim"))
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
        if problem.remedies:
            top += len(problem.remedies) * (_button_height() + theme.HALF) + theme.HALF
        return top - rect.top() + theme.HALF


def _runs(problems: Sequence[Problem], known: set[Problem]) -> list[tuple[int, int]]:
    """Return the first and the last row of each run of *problems* that are not *known*."""
    runs: list[tuple[int, int]] = []
    for row, problem in enumerate(problems):
        if problem in known:
            continue
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def _button_height() -> int:
    return QFontMetrics(theme.ui_font()).height() + theme.STEP + 2


def _sentence(text: str) -> str:
    return f"{_capital(text)}."


def _capital(text: str) -> str:
    """Return *text* with a capital at its head, unless that is the name of a file."""
    return text if "." in text.partition(" ")[0] else f"{text[:1].upper()}{text[1:]}"


def tr(text: str) -> str:
    """Translate *text*; a model has no context of its own."""
    return QCoreApplication.translate("ProblemRows", text)
