"""The cells of the map with their row labels: asks for what it shows, follows mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from redoscope_gui import theme
from redoscope_gui.requests import DrawMap, FindChange, MapClass, MapDrawn, MapMode
from redoscope_gui.session import Session
from redoscope_gui.views.map.card import HoverCard
from redoscope_gui.views.map.colours import name_of
from redoscope_gui.views.map.keys import cells_moved
from redoscope_gui.views.map.labels import label_font
from redoscope_gui.views.map.marks import Frame
from redoscope_gui.views.map.window import AddressWindow, address_text, fitted, fitted_row

if TYPE_CHECKING:
    from redoscope_gui.views.map.plot import MapPlot, Spot

__all__ = ["MapPicture"]

_SECTOR = 512


class MapPicture(QWidget):
    """A grid of cells over a stretch of the disk."""

    bytes_wanted = Signal(object)
    """A cell was double-clicked or Enter pressed; carries the offset of its first byte."""
    map_shown = Signal(object)
    """Other cells are on screen; carries the MapDrawn."""
    window_changed = Signal()
    """Another stretch is shown or asked for."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.mode = MapMode.CHANGED
        self.since: int | None = None
        """Generation A of the difference, if one was chosen."""
        self.window_shown: AddressWindow | None = None
        """The stretch that is shown, or asked for."""
        self.drawn: MapDrawn | None = None
        """The cells on screen."""
        self.plot: MapPlot | None = None
        """The picture; made when the map is first shown, because pyqtgraph imports slowly."""
        self._colours: list[QColor] = []
        self._dragged_from: AddressWindow | None = None
        self.words = QLabel(self)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.addWidget(self.words, 1)
        self._drawing = QTimer(self, singleShot=True, interval=0)
        self._drawing.timeout.connect(self._draw)
        self._making = QTimer(self, singleShot=True, interval=0)
        self._making.timeout.connect(self._make_plot)
        self.card = HoverCard(session, self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Map of the disk"))
        session.chain_changed.connect(self._take_chain)
        session.generation_changed.connect(self.draw_soon)
        session.cursor_changed.connect(self._take_cursor)
        self._take_chain()

    # --- what is shown -----------------------------------------------------------------------

    @property
    def names(self) -> list[str]:
        """Names of the links that the map speaks of, base disk first."""
        session = self._session
        chain = session.chain if self.mode is MapMode.MATRIX else session.generation_chain
        return [] if chain is None else [link.path.name for link in chain.links]

    @property
    def generation_a(self) -> int | None:
        """Generation A of the difference: the base disk until another is chosen."""
        if self.mode is not MapMode.DIFFERENCE:
            return None
        return min(self.since or 0, self._session.cursor.generation - 1)

    def show_mode(self, mode: MapMode) -> None:
        """Read the map in another way; the place stays."""
        before, self.window_shown = self.window_shown, None
        rows_stay = MapMode.MATRIX not in (mode, self.mode)
        self.mode = mode
        fresh = self._fitted()
        if before is not None and fresh is not None:
            self.window_shown = before if rows_stay else before.resized(fresh)
        self.draw_soon()

    def show_since(self, generation: int) -> None:
        """Make *generation* the A of the difference."""
        self.since = generation
        self.draw_soon()

    def dress(self, colours: list[QColor]) -> None:
        """Take the colours of the classes."""
        self._colours = colours
        if self.plot is not None:
            self.plot.dress(colours)

    def show_window(self, window: AddressWindow) -> None:
        """Show another stretch."""
        if window != self.window_shown:
            self.window_shown = window
            self.draw_soon()
            self.window_changed.emit()

    def zoom(self, steps: int) -> None:
        """Zoom about the cursor; 0 shows the whole disk."""
        window, whole = self.window_shown, self._fitted()
        if window is None or whole is None:
            return
        sector = self._sector()
        cell = window.cell_of(sector)
        near = window.cells // 2 if cell is None else cell
        self.show_window(window.zoomed(steps, near, sector) if steps else whole)

    def go_to_change(self, forward: bool) -> None:  # noqa: FBT001 - a slot of Signal(bool)
        """Go to the next or the previous cell that the shown link changed."""
        chain, window = self._session.chain, self.window_shown
        if chain is not None and window is not None:
            generation = self._session.cursor.generation
            request = FindChange(chain, generation, self._sector(), window.per_cell, forward)
            self._session.ask("map-change", request, self._take_change)

    def _take_change(self, sector: int | None) -> None:
        if sector is None:
            self._session.message.emit(self.tr("No other changed cell that way"))
        else:
            self._session.go_to(sector * _SECTOR)

    def _take_chain(self) -> None:
        """Show another chain, or nothing."""
        self.window_shown = None
        self.drawn = None
        self.since = None
        self.card.hide()
        self.say("" if self._session.chain else self.tr("Open a disk to see its map here."))
        self.draw_soon()

    def _take_cursor(self, _cursor: object = None) -> None:
        """Follow the cursor; a cell that is not shown is brought into view."""
        window = self.window_shown
        if window is not None and self._session.chain is not None and self._dragged_from is None:
            self.show_window(window.showing(self._sector()))
        self._frame()

    def _sector(self) -> int:
        return max(0, self._session.cursor.offset) // _SECTOR

    def say(self, text: str) -> None:
        """Show words in place of the cells."""
        self.words.setText(text)
        self.words.setVisible(True)
        if self.plot is not None:
            self.plot.setVisible(False)

    # --- making and asking -------------------------------------------------------------------

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.plot is None:
            self._making.start()  # after the first paint: the window stands before pyqtgraph

    def _make_plot(self) -> None:
        from redoscope_gui.views.map.plot import MapPlot  # noqa: PLC0415 - imports pyqtgraph

        plot = MapPlot(self)
        plot.setVisible(False)
        self._column.addWidget(plot, 1)
        plot.clicked.connect(self._clicked)
        plot.double_clicked.connect(self._double_clicked)
        plot.hovered.connect(self._hovered)
        plot.wheeled.connect(self._wheeled)
        plot.dragged.connect(self._dragged)
        plot.released.connect(self._released)
        plot.resized.connect(self.draw_soon)
        self.plot = plot
        plot.dress(self._colours)
        self.draw_soon()

    def draw_soon(self) -> None:
        """Ask for the cells once the present events are dealt with."""
        self._drawing.start()

    def _fitted(self) -> AddressWindow | None:
        """Return the window of the whole disk for the present picture."""
        chain = self._session.chain
        if chain is None or self.plot is None:
            return None
        box = self.plot.picture()
        width, height = max(1, int(box.width())), max(1, int(box.height()))
        if self.mode is MapMode.MATRIX:
            return fitted_row(chain.capacity, chain.grain_size, width)
        return fitted(chain.capacity, chain.grain_size, width, height)

    def _draw(self) -> None:
        """Ask for the cells of the present stretch."""
        session, plot = self._session, self.plot
        chain = session.chain
        if plot is None or chain is None or session.generation_chain is None:
            return
        self.words.setVisible(False)
        plot.set_axis_width(self._label_room())
        plot.setVisible(True)
        fresh = self._fitted()
        if fresh is None:
            return
        before = self.window_shown
        window = fresh if before is None else before.resized(fresh)
        self.window_shown = window
        if window != before:
            self.window_changed.emit()
        generation = session.cursor.generation
        stretch = (window.first, window.per_cell, window.cells)
        request = DrawMap(chain, generation, self.mode, *stretch, self.generation_a)
        session.ask("map", request, self._take_map, self._failed)

    def _take_map(self, answer: MapDrawn) -> None:
        """Show the cells."""
        window, plot = self.window_shown, self.plot
        asked = answer.request
        if window is None or plot is None or asked.cells != window.cells:
            return
        from redoscope_gui.views.map.plot import Grid  # noqa: PLC0415 - imports pyqtgraph

        self.drawn = answer
        matrix = asked.mode is MapMode.MATRIX
        rows = asked.rows if matrix else window.rows
        cells = answer.classes.reshape(rows, window.columns)
        labels = self._labels(window, rows)
        plot.show_grid(Grid(cells, labels, MapClass.UNREADABLE, MapClass.ZERO, matrix))
        self._frame()
        self.map_shown.emit(answer)

    def _failed(self, error: Exception) -> None:
        """Say why there is no map, here and in Problems."""
        self._session.report(error)
        self.say(str(error))

    # --- labels and frames -------------------------------------------------------------------

    def _labels(self, window: AddressWindow, rows: int) -> list[str]:
        """Return what stands before each row: its first address, or its generation."""
        if self.mode is MapMode.MATRIX:
            metrics = QFontMetrics(label_font())
            room = self._label_room() - theme.STEP
            middle = Qt.TextElideMode.ElideMiddle
            return [
                metrics.elidedText(f"{index} {name}", middle, room)
                for index, name in enumerate(self.names)
            ]
        starts = [window.sector_of(row * window.columns) for row in range(rows)]
        return [address_text(start) if start < window.capacity else "" for start in starts]

    def _label_room(self) -> int:
        """Return the pixels of the row labels: enough for the last address, or for a name."""
        metrics = QFontMetrics(label_font())
        if self.mode is MapMode.MATRIX:
            return metrics.horizontalAdvance("0 generation-0001.vmdk")
        chain = self._session.chain
        digits = len(f"{chain.capacity * _SECTOR:X}") if chain else 1
        return metrics.horizontalAdvance("0x" + "D" * digits) + 2 * theme.HALF

    def _frame(self) -> None:
        """Frame the cell of the cursor and say what it is."""
        window, plot, drawn = self.window_shown, self.plot, self.drawn
        cell = None if window is None else window.cell_of(self._sector())
        if window is None or plot is None or drawn is None or cell is None:
            if plot is not None:
                plot.frame_cursor(None)
            return
        row, column = divmod(cell, window.columns)
        if self.mode is MapMode.MATRIX:
            row = self._session.cursor.generation
        plot.frame_cursor(Frame(column, row))
        if drawn.request.cells != window.cells:
            return
        line = min(row, drawn.classes.shape[0] - 1)
        kind = int(drawn.classes[line, column] if drawn.classes.ndim > 1 else drawn.classes[cell])
        text = self.tr("Cell at {first}, {count} sectors: {kind}")
        first = address_text(window.sector_of(cell))
        name = name_of(drawn.request.mode, kind, self.names)
        self.setAccessibleDescription(text.format(first=first, count=window.per_cell, kind=name))

    # --- mouse and keys ----------------------------------------------------------------------

    def _cell_at(self, spot: Spot) -> tuple[int, int, int] | None:
        """Return the cell, the line of cells and the sector of *spot*; None past the end."""
        window = self.window_shown
        if window is None:
            return None
        column, row = int(spot.column), int(spot.row)
        matrix = self.mode is MapMode.MATRIX
        cell = column if matrix else row * window.columns + column
        inside = int((spot.column - column) * window.per_cell)
        sector = window.sector_of(cell) + inside
        return (cell, row if matrix else 0, sector) if sector < window.capacity else None

    def _clicked(self, spot: Spot) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        found = self._cell_at(spot)
        window = self.window_shown
        if found is None or window is None:
            return
        cell, line, _ = found
        if self.mode is MapMode.MATRIX:
            self._session.select_generation(line, jump=False)
        self._session.go_to(window.sector_of(cell) * _SECTOR)

    def _double_clicked(self, spot: Spot) -> None:
        if self._cell_at(spot) is not None:
            self._clicked(spot)
            self.bytes_wanted.emit(self._session.cursor.offset)

    def _hovered(self, spot: Spot | None) -> None:
        found = None if spot is None else self._cell_at(spot)
        if self.plot is None or self.drawn is None or spot is None or found is None:
            self.card.hide()
            if self.plot is not None:
                self.plot.frame_hover(None)
            return
        self.plot.frame_hover(Frame(int(spot.column), int(spot.row)))
        cell, line, _ = found
        if self.drawn.request.cells > cell:
            point = self.mapFromGlobal(self.cursor().pos())
            self.card.show_cell(self.drawn, cell, line, self.names, point)

    def _wheeled(self, spot: Spot, notches: float) -> None:
        """Zoom by one step a notch; the sector under the mouse stays there."""
        found = self._cell_at(spot)
        if self.window_shown is not None and found is not None:
            self.card.hide()
            steps = 1 if notches > 0 else -1
            self.show_window(self.window_shown.zoomed(steps, found[0], found[2]))

    def _dragged(self, columns: float, rows: float) -> None:
        """Move the stretch with the mouse."""
        if self._dragged_from is None:
            self._dragged_from = self.window_shown
        window = self._dragged_from
        if window is not None:
            down = 0 if self.mode is MapMode.MATRIX else round(rows) * window.columns
            self.show_window(window.panned(-down - round(columns)))

    def _released(self) -> None:
        self._dragged_from = None

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        window = self.window_shown
        text = event.text()
        wishes: dict[str, Callable[[], None]] = {
            "+": lambda: self.zoom(1),
            "=": lambda: self.zoom(1),
            "-": lambda: self.zoom(-1),
            "0": lambda: self.zoom(0),
            "]": lambda: self.go_to_change(True),
            "[": lambda: self.go_to_change(False),
        }
        if window is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif text in wishes:
            wishes[text]()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.bytes_wanted.emit(self._session.cursor.offset)
        elif self.mode is MapMode.MATRIX and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._session.step_generation(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            target = cells_moved(event.key(), self._sector(), window)
            if target is None:
                super().keyPressEvent(event)
            else:
                self._session.go_to(target * _SECTOR, jump=False)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.draw_soon()
