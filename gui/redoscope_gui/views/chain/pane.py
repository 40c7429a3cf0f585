"""The chain pane: a filter box above the tree of links."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QIcon,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.in_sight import bring_into_sight
from redoscope_gui.requests import ChangesCounted, CountChanges, CountLinks, LinksCounted
from redoscope_gui.session import Remedy, Session, from_finding
from redoscope_gui.views.chain.delegate import ChainDelegate
from redoscope_gui.views.chain.dragging import AttachDrag, DragHint
from redoscope_gui.views.chain.marks import has_words
from redoscope_gui.views.chain.rows import ChainRows, Ghost, LinkRow
from redoscope_gui.views.chain.tree import LinkTree

if TYPE_CHECKING:
    from redoscope_core import Chain, Forest

__all__ = ["ChainView"]

_SQUARE = 32
"""Pixels of a button without words, at the usual text."""
_WIDEST = 400
_AT_ONCE = 8
"""Links counted in one go, so that what is on screen need not wait long."""


class ChainView(QWidget):
    """The forest of links. Choosing a row chooses the link; Enter goes on to its bytes."""

    link_activated = Signal(object)
    """Enter or a double click on a link; carries its Path."""
    cure_wanted = Signal(object, object)
    """A missing parent is to be located; carries the Remedy and the Problem."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._following = False
        self._is_source = False
        self._counted: Forest | None = None
        self._uncounted: list[Path] = []
        self._buttons: list[QPushButton] = []
        self._rows = ChainRows(self)
        self.filter_box = QLineEdit(self)
        self.filter_box.setPlaceholderText(self.tr("Filter links"))
        plain.set_name(self.filter_box, self.tr("Filter links"))
        self.filter_box.setClearButtonEnabled(True)
        self.filter_box.textChanged.connect(self._filter)
        self.tree = LinkTree(self)
        plain.set_name(self.tree, self.tr("Links of the chain"))
        self.tree.setModel(self._rows)
        self._delegate = ChainDelegate(self._rows, self.tree)
        self.tree.setItemDelegate(self._delegate)
        self.drag = AttachDrag(session, self)
        self.hint = DragHint(self.tree)
        self.drag.changed.connect(self._show_drag)
        self.tree.link_hovered.connect(self._hover)
        self.tree.link_left.connect(self.drag.leave)
        self.tree.link_dropped.connect(self.drag.drop)
        self.tree.link_let_go.connect(lambda over: self.drag.let_go(over=over))
        self.tree.selectionModel().currentChanged.connect(self._chosen)
        self.tree.activated.connect(self._activated)
        self.tree.looked_at.connect(self._light)
        session.machines.lit_changed.connect(self._show_light)
        self.tree.arrange()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.HALF, 0, 0)
        layout.setSpacing(theme.HALF)
        edge = QVBoxLayout()
        edge.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        edge.addWidget(self.filter_box)
        layout.addLayout(edge)
        layout.addWidget(self.tree)
        self.setFocusProxy(self.tree)
        session.forest_changed.connect(self._show_forest)
        session.chain_changed.connect(self._show_chain)
        session.generation_changed.connect(self._follow)
        self._show_forest()

    @property
    def rows(self) -> ChainRows:
        """The model of the tree."""
        return self._rows

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """Offer *actions* in the context menu of a link."""
        self.tree.addActions(list(actions))
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    @override
    def sizeHint(self) -> QSize:
        return QSize(360, 420)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._dress_buttons()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self.tree.scheduleDelayedItemsLayout()

    def _filter(self, needle: str) -> None:
        self._following = True
        self._rows.filter_by(needle)
        self._following = False
        self._lay_buttons()
        self._follow()

    def _show_forest(self) -> None:
        self._following = True
        self._rows.show_forest(self._session.forest)
        self._following = False
        self._lay_buttons()
        self._follow()

    def _lay_buttons(self) -> None:
        """Lay a button over each parent that is not there, to look for it."""
        self._buttons = []
        self.tree.setUniformRowHeights(not self._rows.has_headings)
        for number in self._rows.beside:
            self.tree.setFirstColumnSpanned(number, QModelIndex(), True)
        for number, ghost in self._rows.ghosts:
            button = QPushButton()
            self._buttons.append(button)
            plain.set_name(button, self.tr("Locate the parent of %s") % ghost.child.name)
            hint = self.tr("Name a folder in which %s is looked for by its content ID")
            plain.set_tip(button, hint % (ghost.name or self.tr("the parent")))
            button.clicked.connect(partial(self._locate, ghost))
            strip = QWidget()
            row = QHBoxLayout(strip)
            row.setContentsMargins(0, 0, theme.HALF, 0)
            row.addStretch(1)
            row.addWidget(button)
            self.tree.setIndexWidget(self._rows.index(number, 0), strip)
        self._dress_buttons()

    def _dress_buttons(self) -> None:
        """Have the buttons say what they do where there is room, and else by a picture."""
        words = has_words(self.tree.viewport().width())
        for button in self._buttons:
            button.setText(self.tr("Locate…") if words else "")
            button.setIcon(QIcon() if words else theme.icon("search"))
            button.setMaximumWidth(_WIDEST if words else round(_SQUARE * theme.zoom()))

    def _locate(self, ghost: Ghost, _checked: bool = False) -> None:  # noqa: FBT001, FBT002  of Qt
        problem = from_finding(ghost.fault, ghost.child)
        self.cure_wanted.emit(Remedy.LOCATE_PARENT, problem)

    def _show_chain(self) -> None:
        self._follow()
        session = self._session
        chain, forest = session.chain, session.forest
        if forest is not self._counted:
            self._counted = forest
            self._rows.forget_counts()
        if chain is not None:
            session.ask("chain-counts", CountChanges(chain), partial(self._show_counts, chain))
        if forest is not None:
            way = () if chain is None else tuple(link.path for link in chain.links)
            known = self._rows.counted.union(way)
            self._uncounted = [path for path in forest.nodes if path not in known]
            self._count_others()

    def _show_counts(self, chain: Chain, answer: ChangesCounted) -> None:
        pairs = zip(chain.links, answer.counts, strict=True)
        counts = {link.path: count for link, count in pairs if count is not None}
        self._rows.show_counts(counts)
        self._session.note_counts(counts, answer.errors, answer.findings)

    def _show_others(self, answer: LinksCounted) -> None:
        self._rows.show_counts(answer.counts)
        self._session.note_counts(answer.counts, answer.errors)
        self._count_others()

    def _count_others(self) -> None:
        """Have the links beside the chosen chain counted, a few at a time."""
        part, self._uncounted = self._uncounted[:_AT_ONCE], self._uncounted[_AT_ONCE:]
        if part:
            request = CountLinks(tuple(part), self._session.policy)
            self._session.prefetch("link-counts", request, self._show_others)

    def _follow(self) -> None:
        """Put the current row where the cursor of the session is."""
        chain, chosen = self._session.chain, self._session.cursor.path
        way: tuple[Path, ...] = () if chain is None else tuple(link.path for link in chain.links)
        self._rows.show_way(way, chosen)
        number = -1 if chosen is None else self._rows.row_of(chosen)
        self._following = True
        index = self._rows.index(number, 0) if number >= 0 else QModelIndex()
        self.tree.setCurrentIndex(index)
        self._following = False

    def _chosen(self, index: QModelIndex, _before: QModelIndex) -> None:
        link = self._rows.link_at(index)
        if link is not None and not self._following:
            self._session.select_link(link.row.path)

    def _light(self, index: QModelIndex) -> None:
        """Light the link of a row that is looked at, for what froze it to be seen."""
        link = self._rows.link_at(index)
        lit = frozenset() if link is None else frozenset({link.row.path})
        self._is_source = True
        self._session.machines.light(lit)
        self._is_source = False

    def _show_light(self, links: frozenset[Path]) -> None:
        """Light what is looked at elsewhere; a row that is looked at here shows that itself."""
        before, now = self._delegate.lit, frozenset() if self._is_source else links
        self._delegate.lit = now
        bring_into_sight(self.tree, self._indexes_of(now))
        # Not the whole view: with each generation another row has the focus, and nothing is lit.
        for index in self._indexes_of(before ^ now):
            self.tree.draw_row_anew(index)

    def _indexes_of(self, links: frozenset[Path]) -> list[QModelIndex]:
        """Return the index of each of *links* that has a row."""
        numbers = (self._rows.row_of(link) for link in sorted(links))
        return [self._rows.index(number, 0) for number in numbers if number >= 0]

    def _hover(self, child: Path, index: QModelIndex) -> None:
        link = self._rows.link_at(index)
        self.drag.hover(child, link.row.path if link is not None else None)
        self.tree.welcome = not self.drag.refused

    def _show_drag(self) -> None:
        self._delegate.target, self._delegate.refused = self.drag.target, self.drag.refused
        self.hint.show_drag(self.drag)
        self.tree.viewport().update()

    def _activated(self, index: QModelIndex) -> None:
        item = self._rows.item_at(index)
        if isinstance(item, Ghost):
            self._locate(item)
        elif isinstance(item, LinkRow):
            self._session.select_link(item.row.path)
            self.link_activated.emit(item.row.path)
