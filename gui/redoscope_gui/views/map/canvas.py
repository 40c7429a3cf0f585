"""The map itself: the picture of the cells, what asks for them, and the hand that moves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.maps import COMPARING, MapClass, MapDrawn, MapMode
from redoscope_gui.session import Session
from redoscope_gui.speaking import install, value_spoken
from redoscope_gui.views.map.asking import MapAsking
from redoscope_gui.views.map.card import HoverCard
from redoscope_gui.views.map.colours import name_of
from redoscope_gui.views.map.hand import Hover, MapHand
from redoscope_gui.views.map.inking import Held
from redoscope_gui.views.map.inks import Inks, inks_of
from redoscope_gui.views.map.labels import (
    address_labels,
    address_room,
    name_labels,
    name_room,
    total_labels,
    total_room,
)
from redoscope_gui.views.map.marks import Frame
from redoscope_gui.views.map.order import marked_places, place_of, spread
from redoscope_gui.views.map.selection import Selection, SelectionChip
from redoscope_gui.views.map.stretch import Stretch, address_text, address_ticks
from redoscope_gui.views.map.table import CellTable
from redoscope_gui.views.map.waiting import waiting_words

if TYPE_CHECKING:
    from redoscope_gui.views.map.picture import MapPicture

__all__ = ["MapCanvas"]


class MapCanvas(QWidget):
    """Shows in its picture what `asking` holds and what `hand` does; says it in words too."""

    scale_changed = Signal(object)
    """Another share has the full ink; carries it."""

    menu_wanted = Signal(object)
    """The menu of the cell at the cursor is wanted; carries the place on the screen."""

    spoken_role = QAccessible.Role.Chart

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        install()
        self._session = session
        self.asking = MapAsking(session, self._extent, self)
        self.hand = MapHand(session, self.asking, self)
        self.picture: MapPicture | None = None
        """The pixels; made when the map is first shown, because pyqtgraph imports slowly."""
        self._hidden: frozenset[int] = frozenset()
        self._fitted = False
        self.words = plain.Label(self)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.addWidget(self.words, 1)
        self.card = HoverCard(session, self)
        self.chip = SelectionChip(self)
        self._drawing = QTimer(self, singleShot=True, interval=0)
        self._drawing.timeout.connect(self._draw)
        self._making = QTimer(self, singleShot=True, interval=0)
        self._making.timeout.connect(self._make_picture)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        plain.set_name(self, self.tr("Map of the disk"))
        self._wire()
        self._take_chain()

    def _wire(self) -> None:
        session, asking, hand = self._session, self.asking, self.hand
        asking.wanted.connect(self.draw_soon)
        asking.map_shown.connect(self._show_map)
        asking.failed.connect(self._failed)
        hand.focus_wanted.connect(lambda: self.setFocus(Qt.FocusReason.MouseFocusReason))
        hand.hovered.connect(self._show_hover)
        hand.selection_changed.connect(self._show_selection)
        hand.copy_wanted.connect(self.chip.copy)
        self.chip.dismissed.connect(hand.select_nothing)
        self.chip.copied.connect(lambda words: session.message.emit(self.tr("Copied: ") + words))
        session.chain_changed.connect(self._take_chain)
        session.generation_to_draw.connect(self._take_generation)
        session.cursor_changed.connect(self._take_cursor)
        session.comparison_changed.connect(self._take_comparison)
        session.comparing.changed.connect(self._take_comparison)
        session.files.changed.connect(self._take_files)

    # --- what is shown -----------------------------------------------------------------------

    def dress(self, hidden: frozenset[int]) -> None:
        """Take the colours of the theme; classes that are *hidden* look like what nobody stored."""
        self._hidden = hidden
        picture, drawn = self.picture, self.asking.drawn
        if picture is not None:
            picture.dress(None if drawn is None else self._inks_of(drawn))
            self.scale_changed.emit(picture.top)

    def _inks_of(self, drawn: MapDrawn) -> Inks:
        """Return the inks of what was drawn, whichever mode is wanted by now."""
        return inks_of(drawn.scope.mode, len(drawn.scope.chain.links), self._hidden)

    def fit(self, fitted: bool) -> None:  # noqa: FBT001 - a slot of Signal(bool)
        """Let the fullest cell of the picture have the full ink, or a full cell alone."""
        self._fitted = fitted
        if self.picture is not None:
            self.picture.fit(fitted=fitted)
            self.scale_changed.emit(self.picture.top)

    def say(self, text: str) -> None:
        """Show words in place of the cells."""
        self.words.setText(text)
        self.words.setVisible(True)
        if self.picture is not None:
            self.picture.setVisible(False)

    def _take_chain(self) -> None:
        """Show another chain, or nothing."""
        self.asking.forget()
        self.card.hide()
        self.hand.select_nothing()
        words = self.tr("Open a disk to see its map here.")
        if self._session.chain_error is not None:
            words = self.tr("This chain does not open: see Problems")
        self.say("" if self._session.chain else words)
        self.draw_soon()

    def _take_generation(self) -> None:
        """Show another generation: this very moment if its map is ready, before other panes."""
        picture = self.picture
        if picture is not None and picture.isVisible() and self.asking.ask_ready():
            picture.viewport().repaint()
        else:
            self.draw_soon()

    def _take_comparison(self) -> None:
        """Show the difference from another generation A."""
        if self.asking.mode in COMPARING:
            self.draw_soon()

    def _take_files(self) -> None:
        """Show what sectors are for, once that is known, or why it is not."""
        if self.asking.mode is MapMode.CONTENT:
            self.draw_soon()

    def _take_cursor(self, _cursor: object = None) -> None:
        """Follow the cursor; a cell that is not shown is brought into view."""
        self.asking.follow()
        self._frame()

    # --- the picture -------------------------------------------------------------------------

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.picture is None:
            self._making.start()  # after the first paint: the window stands before pyqtgraph
        else:
            self.draw_soon()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self.asking.forget_ready()
        super().hideEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.chip.place()

    def _make_picture(self) -> None:
        from redoscope_gui.views.map.picture import (  # noqa: PLC0415 - imports pyqtgraph
            MapPicture,
        )

        picture = MapPicture(self)
        picture.setVisible(False)
        self._column.addWidget(picture, 1)
        self.hand.listen(picture)
        picture.wheeled.connect(self.card.hide)
        picture.resized.connect(self.draw_soon)
        picture.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        picture.customContextMenuRequested.connect(self._point)
        self.picture = picture
        picture.fit(fitted=self._fitted)
        self.draw_soon()

    def _point(self, place: QPoint) -> None:
        """Go to the cell under the mouse, and ask for its menu."""
        spot = None if self.picture is None else self.picture.spot_at(QPointF(place))
        if spot is not None and self.picture is not None:
            self.hand.point_at(spot)
            self.menu_wanted.emit(self.picture.viewport().mapToGlobal(place))

    def copy_range(self) -> None:
        """Copy where the selected sectors are; without any, select the cell of the cursor."""
        if self.hand.selection is None:
            self.hand.select_cell()
        self.chip.copy()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu by its key: it stands in the middle of the map."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit(self.mapToGlobal(self.rect().center()))

    def draw_soon(self) -> None:
        """Ask for the cells once the present events are dealt with."""
        self._drawing.start()

    def _extent(self) -> tuple[int, int] | None:
        """Return the pixels across and down that cells have room in."""
        if self.picture is None:
            return None
        box = self.picture.cells_box()
        return max(1, int(box.width())), max(1, int(box.height()))

    def _draw(self) -> None:
        """Make room for the labels, and ask for the cells of the present stretch."""
        chain, picture = self._session.chain, self.picture
        if picture is None or chain is None:
            return
        if self.asking.is_waiting:
            self.say(waiting_words(self._session, self.asking.mode))
            return
        self.words.setVisible(False)
        matrix = self.asking.mode is MapMode.MATRIX
        curved = self.asking.curved and not matrix
        room = name_room() if matrix else address_room(chain.capacity)
        totals = total_room() if matrix else 0
        picture.set_axes(0 if curved else room, addresses=matrix, totals=totals)
        picture.setVisible(True)
        self.asking.ask()

    def _show_map(self, answer: MapDrawn) -> None:
        """Show the cells that came."""
        stretch, picture = self.asking.drawn_stretch, self.picture
        if stretch is None or picture is None:
            return
        table = self._table_of(answer, stretch, picture.cells_box().width())
        picture.show_table(table, self._inks_of(answer))
        self.scale_changed.emit(picture.top)
        self._frame()
        self._mark(self.hand.selection)

    def _table_of(self, answer: MapDrawn, stretch: Stretch, wide: float) -> CellTable:
        """Return what the picture is to show of *answer*."""
        mode = answer.scope.mode
        kinds = (MapClass.UNREADABLE, MapClass.ZERO)
        if mode is MapMode.MATRIX:
            held = Held(answer.classes, answer.kinds, answer.shares)
            room = address_room(stretch.capacity) * stretch.columns / max(1.0, wide)
            return CellTable(
                held,
                name_labels(self.asking.names),
                *kinds,
                bars=True,
                addresses=address_ticks(stretch, room),
                totals=total_labels(answer.decided, answer.scope.capacity),
            )
        held = Held(spread(answer.classes, stretch), answer.kinds, spread(answer.shares, stretch))
        if mode is MapMode.CONTENT:  # no zero grain is one of these
            kinds = (MapClass.UNREADABLE, MapClass.UNREADABLE)
        stripes = mode in {MapMode.OWNER, MapMode.CONTENT}
        return CellTable(held, address_labels(stretch), *kinds, stripes=stripes)

    def _failed(self, error: Exception) -> None:
        """Say why there is no map, here and in Problems."""
        self._session.report(error)
        self.say(str(error))

    # --- frames and marks --------------------------------------------------------------------

    def _show_hover(self, hover: Hover | None) -> None:
        """Frame the cell under the mouse, and tell of it on the card."""
        if self.picture is not None:
            self.picture.frame_hover(None if hover is None else hover.frame)
        drawn = self.asking.drawn
        if hover is None or drawn is None:
            self.card.hide()
        # The picture may still be that of another mode, with fewer lines and cells.
        elif drawn.scope.cells > hover.cell and hover.line < len(drawn.sources):
            point = self.mapFromGlobal(self.cursor().pos())
            self.card.show_cell(drawn, hover.cell, hover.line, self.asking.names, point)

    def _show_selection(self, selection: Selection | None) -> None:
        self.chip.show_selection(selection)
        self._mark(selection)
        value_spoken(self, self.spoken_value())

    def _mark(self, selection: Selection | None) -> None:
        """Mark the selected cells of the stretch on screen."""
        stretch, picture, drawn = self.asking.drawn_stretch, self.picture, self.asking.drawn
        if picture is None or stretch is None or drawn is None:
            return
        if selection is None:
            picture.mark_cells(None)
        else:
            rows = drawn.scope.rows if self.asking.mode is MapMode.MATRIX else stretch.rows
            picture.mark_cells(marked_places(selection.cells(stretch), rows, stretch))

    def _frame(self) -> None:
        """Frame the cell of the cursor and say what it is."""
        stretch, picture, drawn = self.asking.drawn_stretch, self.picture, self.asking.drawn
        cell = None if stretch is None else stretch.cell_of(self.asking.sector)
        if stretch is None or picture is None or drawn is None or cell is None:
            if picture is not None:
                picture.frame_cursor(None)
            return
        row, column = place_of(cell, stretch)
        if self.asking.mode is MapMode.MATRIX:
            row = self._session.cursor.generation
        picture.frame_cursor(Frame(column, row))
        if drawn.scope.cells == stretch.cells:
            kind = drawn.classes[row, column] if drawn.classes.ndim > 1 else drawn.classes[cell]
            self._describe(drawn, stretch.sector_of(cell), int(kind))

    def _describe(self, drawn: MapDrawn, sector: int, kind: int) -> None:
        """Tell a screen reader what the cell of the cursor holds."""
        text = self.tr("Cell at {first}, {count} sectors: {kind}")
        scope = drawn.scope
        name = name_of(scope.mode, kind, self.asking.names, alone=scope.chain.asks_parent)
        first, count = address_text(sector), scope.sectors_per_cell
        plain.set_description(self, text.format(first=first, count=count, kind=name))
        value_spoken(self, self.spoken_value())

    def spoken_value(self) -> str:
        """Return the cell of the cursor in words, and how much is selected."""
        if self._session.chain is None:
            return self.words.text()
        words, selection = self.accessibleDescription(), self.hand.selection
        if selection is None:
            return words
        count = theme.grouped(selection.count)
        return f"{words}, " + self.tr("{count} sectors selected").format(count=count)

    # --- events ------------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.hand.press(event):
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self.dress(self._hidden)
            self.draw_soon()
