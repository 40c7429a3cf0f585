"""A tree of facts: Enter or a double click follows a row, Ctrl+C and the menu copy it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTreeView, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.views.inspector.facts import Fact, FactsModel

__all__ = ["FactsTable"]


class FactsTable(QTreeView):
    """Shows facts and hands on where they lead."""

    _widths: tuple[int, ...] = ()
    _zoom = 0.0

    sector_wanted = Signal(object)
    """A row leads to a sector; carries it."""
    offset_wanted = Signal(object)
    """A row leads to a byte; carries its offset."""
    generation_wanted = Signal(object)
    """A row leads to a generation; carries its index."""

    def __init__(
        self,
        headers: Sequence[str],
        name: str,
        widths: Sequence[int],
        parent: QWidget | None = None,
        *,
        most: int = 0,
    ) -> None:
        """Make it; a first column that may be *most* pixels wide grows with what is in it."""
        super().__init__(parent)
        self._most = most
        self._widths = tuple(widths)
        self.facts = FactsModel(headers, self)
        self.setModel(self.facts)
        plain.set_name(self, name)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setUniformRowHeights(True)
        self.setStyleSheet("QTreeView::item { padding: 3px; }")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setExpandsOnDoubleClick(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.header().setStretchLastSection(True)
        self._widen()
        self.activated.connect(self._follow)

    def _widen(self) -> None:
        """Give the columns their widths at the present text zoom."""
        if self._zoom != theme.zoom():
            self._zoom = theme.zoom()
            for section, width in enumerate(self._widths):
                self.header().resizeSection(section, round(width * self._zoom))
            self._grow()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._widen()

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show other facts; what is open and chosen stays where the rows are the same."""
        if not self.facts.show(facts):
            return
        for row, fact in enumerate(facts):
            self.setExpanded(self.facts.index(row, 0), fact.strong)
        self._grow()

    def _grow(self) -> None:
        """Widen the first column to what is in it."""
        if self._most:
            wanted = min(self.sizeHintForColumn(0) + theme.STEP, round(self._most * self._zoom))
            self.header().resizeSection(0, max(wanted, self.header().sectionSize(0)))

    def _follow(self, index: QModelIndex) -> None:
        """Go where a row leads; a row that leads nowhere is copied."""
        fact = self.facts.fact(index)
        if fact is None:
            return
        if fact.sector is not None:
            self.sector_wanted.emit(fact.sector)
        elif fact.offset is not None:
            self.offset_wanted.emit(fact.offset)
        elif fact.generation is not None:
            self.generation_wanted.emit(fact.generation)
        else:
            QGuiApplication.clipboard().setText(fact.copied)

    def copy(self) -> None:
        """Copy the value of the current row."""
        fact = self.facts.fact(self.currentIndex())
        if fact is not None:
            QGuiApplication.clipboard().setText(fact.copied)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def _show_menu(self, point: QPoint) -> None:
        index = self.indexAt(point)
        fact = self.facts.fact(index)
        if fact is not None:
            self.menu(fact).popup(self.viewport().mapToGlobal(point))

    def menu(self, fact: Fact) -> QMenu:
        """Return the menu of a row."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copying = menu.addAction(self.tr("Copy"))
        copying.triggered.connect(lambda: QGuiApplication.clipboard().setText(fact.copied))
        whole = menu.addAction(self.tr("Copy row"))
        row = "\t".join(fact.cells)
        whole.triggered.connect(lambda: QGuiApplication.clipboard().setText(row))
        if fact.sector is not None:
            going = menu.addAction(self.tr("Go to this sector"))
            going.triggered.connect(lambda: self.sector_wanted.emit(fact.sector))
        if fact.offset is not None:
            reaching = menu.addAction(self.tr("Go to this byte"))
            reaching.triggered.connect(lambda: self.offset_wanted.emit(fact.offset))
        if fact.generation is not None:
            showing = menu.addAction(self.tr("Show this generation"))
            showing.triggered.connect(lambda: self.generation_wanted.emit(fact.generation))
        return menu
