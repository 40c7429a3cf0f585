"""The tree of links as a widget: its columns, what is dragged over it, what is looked at in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QCursor,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHeaderView, QTreeView, QWidget
from typing_extensions import override

from redoscope_gui import theme
from redoscope_gui.views.chain.dragging import dragged_link, name_tag
from redoscope_gui.views.chain.rows import Column

__all__ = ["LinkTree"]

_NARROW = 440
_NARROWER = 250
_AMOUNT_WIDTH = 80


class LinkTree(QTreeView):
    """Gives the names all the room that the amounts leave; drops the amounts when it is narrow.

    A link can be dragged onto another one; files that are dragged over it are left to the window.
    """

    link_hovered = Signal(object, object)
    """A link is dragged over a row, or over none; carries its Path and the index."""
    link_left = Signal()
    """What was dragged is elsewhere now."""
    link_let_go = Signal(bool)
    """The drag is over; carries whether the mouse is over the tree still."""
    link_dropped = Signal()
    """It was let go over the row hovered last."""
    looked_at = Signal(object)
    """The mouse is over a row, or the focus on it; carries its index, which may be of none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setMouseTracking(True)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setDragDropMode(QTreeView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.LinkAction)
        self.setDropIndicatorShown(False)
        self.welcome = False
        self.entered.connect(self.looked_at.emit)

    def arrange(self) -> None:
        """Share the width among the columns."""
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column in (Column.CHANGED, Column.STORED):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, round(_AMOUNT_WIDTH * theme.zoom()))

    def draw_row_anew(self, index: QModelIndex) -> None:
        """Draw the row of *index* again, in all its columns, once there is time."""
        row, viewport = self.visualRect(index), self.viewport()
        viewport.update(0, row.top(), viewport.width(), row.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        width = event.size().width() / theme.zoom()
        place = self.visualRect(self.currentIndex())
        seen = place.isValid() and 0 <= place.top() < event.oldSize().height()
        self.setColumnHidden(Column.STORED, width < _NARROW)
        self.setColumnHidden(Column.CHANGED, width < _NARROWER)
        super().resizeEvent(event)
        if seen:  # the chosen link stays in sight when the pane gets lower
            self.scrollTo(self.currentIndex())

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.looked_at.emit(self.currentIndex() if self.hasFocus() else QModelIndex())
        return super().viewportEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.looked_at.emit(self.currentIndex())

    @override
    def currentChanged(
        self,
        current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().currentChanged(current, previous)
        if self.hasFocus():
            self.looked_at.emit(current)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dragged_link(event.mimeData()) is None:
            event.ignore()
            return
        super().dragEnterEvent(event)
        event.accept()

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        child = dragged_link(event.mimeData())
        if child is None:
            event.ignore()
            return
        super().dragMoveEvent(event)  # scrolls near the edges
        self.link_hovered.emit(child, self.indexAt(event.position().toPoint()))
        event.setDropAction(Qt.DropAction.LinkAction)
        event.setAccepted(self.welcome)

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self.link_left.emit()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        child = dragged_link(event.mimeData())
        if child is None:
            event.ignore()
            return
        super().dropEvent(event)  # ends the scrolling; the model takes nothing
        self.link_hovered.emit(child, self.indexAt(event.position().toPoint()))
        event.setDropAction(Qt.DropAction.LinkAction)
        event.setAccepted(self.welcome)
        self.link_dropped.emit()

    @override
    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        data = self.model().mimeData([self.currentIndex()])
        if dragged_link(data) is not None:
            drag = QDrag(self)
            drag.setMimeData(data)
            # A whole row, as Qt would carry it, hides the row it is to be dropped on.
            drag.setPixmap(name_tag(self.currentIndex().data(), self.devicePixelRatioF()))
            drag.setHotSpot(QPoint(-theme.STEP * 2, -theme.HALF))
            drag.exec(Qt.DropAction.LinkAction)
        self.link_left.emit()  # also where it was let go over nothing
        inside = self.viewport().rect().contains(self.viewport().mapFromGlobal(QCursor.pos()))
        self.link_let_go.emit(inside)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.activated.emit(self.currentIndex())
            return
        super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event) and self.model() is not None:
            self.arrange()
