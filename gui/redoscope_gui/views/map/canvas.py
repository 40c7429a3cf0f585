"""The cells of the map with their row labels: asks for what it shows and frames the cursor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QFontMetrics,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.maps import MapClass, MapDrawn, MapMode, MapScope
from redoscope_gui.requests import FindGroup
from redoscope_gui.session import Session
from redoscope_gui.speaking import install, value_spoken
from redoscope_gui.views.map.asker import MapAsker
from redoscope_gui.views.map.colours import Inks, name_of
from redoscope_gui.views.map.labels import label_font
from redoscope_gui.views.map.marks import Frame
from redoscope_gui.views.map.order import place_of, spread
from redoscope_gui.views.map.window import (
    AddressWindow,
    address_text,
    address_ticks,
    fitted,
    fitted_curve,
    fitted_row,
)

if TYPE_CHECKING:
    from redoscope_gui.views.map.plot import MapPlot

__all__ = ["MapCanvas"]

_SECTOR = 512
_NOTHING = "no disk is open"


class MapCanvas(QWidget):
    """A grid of cells over a stretch of the disk."""

    spoken_role = QAccessible.Role.Chart

    map_shown = Signal(object)
    """Other cells are on screen; carries the MapDrawn."""
    window_changed = Signal()
    """Another stretch is shown or asked for."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        install()
        self._session = session
        self.mode = MapMode.CHANGED
        self.curved = False
        """Whether the cells run along a Hilbert curve instead of in rows."""
        self.window_shown: AddressWindow | None = None
        """The stretch that is shown, or asked for."""
        self.drawn: MapDrawn | None = None
        """The cells on screen."""
        self.drawn_window: AddressWindow | None = None
        """The stretch on screen; another is wanted while the map moves."""
        self.plot: MapPlot | None = None
        """The picture; made when the map is first shown, because pyqtgraph imports slowly."""
        self._inks: Inks = b""
        self._asker = MapAsker(session, "map", self)
        self._asker.answered.connect(self._take_map)
        self._asker.failed.connect(self._failed)
        self.moving = False
        """Whether the stretch is being dragged, so that it must not follow the cursor."""
        self.words = plain.Label(self)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.addWidget(self.words, 1)
        self._drawing = QTimer(self, singleShot=True, interval=0)
        self._drawing.timeout.connect(self._draw)
        self._making = QTimer(self, singleShot=True, interval=0)
        self._making.timeout.connect(self._make_plot)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        plain.set_name(self, self.tr("Map of the disk"))
        session.chain_changed.connect(self._take_chain)
        session.generation_changed.connect(self._take_generation)
        session.cursor_changed.connect(self._take_cursor)
        session.comparison_changed.connect(self._take_comparison)
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
        return self.since_at(self._session.cursor.generation)

    def since_at(self, generation: int) -> int | None:
        """Return A if B is *generation*."""
        if self.mode is not MapMode.DIFFERENCE:
            return None
        chosen = self._session.comparison
        return min(0 if chosen is None else chosen.generation, generation - 1)

    def show_mode(self, mode: MapMode) -> None:
        """Read the map in another way; the place stays."""
        self._change_layout(mode, self.curved)

    def show_curve(self, curved: bool) -> None:  # noqa: FBT001 - a slot of Signal(bool)
        """Lay the cells along a Hilbert curve, or in rows; the place stays."""
        self._change_layout(self.mode, curved)

    def _change_layout(self, mode: MapMode, curved: bool) -> None:  # noqa: FBT001 - as above
        before, self.window_shown = self.window_shown, None
        rows_stay = MapMode.MATRIX not in (mode, self.mode) and curved == self.curved
        self.mode = mode
        self.curved = curved
        fresh = self._fitted()
        if before is not None and fresh is not None:
            held = before.cell_of(self._sector()) is not None
            after = before if rows_stay else before.resized(fresh)
            self.window_shown = after.showing(self._sector()) if held else after
        self.draw_soon()

    def dress(self, inks: Inks, *, anew: bool = False) -> None:
        """Take the colours of the classes; *anew* if the theme is another."""
        known = self._inks is inks and not anew
        self._inks = inks
        if self.plot is not None and not known:
            self.plot.dress(inks)

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
        """Go to the next or the previous group of changed cells."""
        chain, window = self._session.chain, self.window_shown
        if chain is not None and window is not None:
            generation = self._session.cursor.generation
            since = self.generation_a
            links = (generation - 1 if since is None else since, generation)
            request = FindGroup(chain, *links, self._sector(), window.per_cell, forward)
            self._session.ask("map-change", request, self._take_change)

    def _take_change(self, sector: int | None) -> None:
        if sector is None:
            self._session.message.emit(self.tr("No other group of changed cells that way"))
        else:
            self._session.go_to(sector * _SECTOR)

    def _take_chain(self) -> None:
        """Show another chain, or nothing."""
        self.window_shown = None
        self.drawn = self.drawn_window = None
        words = self.tr("Open a disk to see its map here.")
        if self._session.chain_error is not None:
            words = self.tr("This chain does not open: see Problems")
        self.say("" if self._session.chain else words)
        self.draw_soon()

    def _take_generation(self) -> None:
        """Show another generation: this very moment if its map is ready, before other panes."""
        plot = self.plot
        stands = plot is not None and plot.isVisible() and self.window_shown is not None
        scope = self._scope(self._session.cursor.generation) if stands else None
        if plot is not None and scope is not None and self._asker.want_ready(scope):
            plot.viewport().repaint()
        else:
            self.draw_soon()

    def _take_comparison(self) -> None:
        """Show the difference from another generation A."""
        if self.mode is MapMode.DIFFERENCE:
            self.draw_soon()

    def _take_cursor(self, _cursor: object = None) -> None:
        """Follow the cursor; a cell that is not shown is brought into view."""
        window = self.window_shown
        if window is not None and self._session.chain is not None and not self.moving:
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
        else:
            self.draw_soon()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._asker.ready.clear()  # what is not seen need not be at hand
        super().hideEvent(event)

    def _make_plot(self) -> None:
        from redoscope_gui.views.map.plot import MapPlot  # noqa: PLC0415 - imports pyqtgraph

        plot = MapPlot(self)
        plot.setVisible(False)
        self._column.addWidget(plot, 1)
        self._listen(plot)
        plot.resized.connect(self.draw_soon)
        self.plot = plot
        plot.dress(self._inks)
        self.draw_soon()

    def _listen(self, plot: MapPlot) -> None:
        """Follow the mouse over *plot*, once it is made."""

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
        if self.curved:
            return fitted_curve(chain.capacity, chain.grain_size, width, height)
        return fitted(chain.capacity, chain.grain_size, width, height)

    def _draw(self) -> None:
        """Ask for the cells of the present stretch."""
        session, plot = self._session, self.plot
        chain = session.chain
        if plot is None or chain is None or session.generation_chain is None:
            return
        self.words.setVisible(False)
        plot.set_axes(self._label_room(), addresses=self.mode is MapMode.MATRIX)
        plot.setVisible(True)
        fresh = self._fitted()
        if fresh is None:
            return
        before = self.window_shown
        window = fresh if before is None else before.resized(fresh)
        self.window_shown = window
        if window != before:
            self.window_changed.emit()
        self._asker.want(self._scope(session.cursor.generation))

    def _scope(self, generation: int) -> MapScope:
        """Return the scope of the present stretch at *generation*."""
        chain, window = self._session.chain, self.window_shown
        if chain is None or window is None:
            raise RuntimeError(_NOTHING)
        stretch = (window.first, window.per_cell, window.cells)
        return MapScope(chain, generation, self.mode, *stretch, self.since_at(generation))

    def _take_map(self, answer: MapDrawn) -> None:
        """Show the cells; also those of a stretch that was wanted a moment ago."""
        wanted, plot = self.window_shown, self.plot
        asked = answer.scope
        fits = wanted is not None and (asked.mode, asked.cells) == (self.mode, wanted.cells)
        if wanted is None or plot is None or not fits:
            return
        from redoscope_gui.views.map.plot import Grid  # noqa: PLC0415 - imports pyqtgraph

        window = replace(wanted, first=asked.first_sector, per_cell=asked.sectors_per_cell)
        self.drawn, self.drawn_window = answer, window
        matrix = asked.mode is MapMode.MATRIX
        rows = asked.rows if matrix else window.rows
        cells = spread(answer.classes, rows, window)
        faint = spread(answer.faintness, rows, window)
        labels = self._labels(window, rows)
        room = self._address_room() * window.columns / max(1.0, plot.picture().width())
        ticks = address_ticks(window, room) if matrix else ()
        kinds = (MapClass.UNREADABLE, MapClass.ZERO)
        plot.show_grid(Grid(cells, faint, labels, *kinds, matrix, ticks))
        self._frame()
        self._asker.ready.fetch_around(asked, self._scope)
        self.map_shown.emit(answer)

    def _failed(self, error: Exception) -> None:
        """Say why there is no map, here and in Problems."""
        self._session.report(error)
        self.say(str(error))

    # --- labels and frames -------------------------------------------------------------------

    def _labels(self, window: AddressWindow, rows: int) -> list[str]:
        """Return what stands before each row: its first address, or its generation."""
        if window.curved:
            return [""] * rows
        if self.mode is MapMode.MATRIX:
            metrics = QFontMetrics(label_font())
            room = self._label_room() - theme.STEP
            middle = Qt.TextElideMode.ElideMiddle
            return [
                plain.elided(metrics, f"{index} {name}", middle, room)
                for index, name in enumerate(self.names)
            ]
        starts = [window.sector_of(row * window.columns) for row in range(rows)]
        return [address_text(start) if start < window.capacity else "" for start in starts]

    def _label_room(self) -> int:
        """Return the pixels of the row labels: enough for the last address, or for a name."""
        metrics = QFontMetrics(label_font())
        if self.curved and self.mode is not MapMode.MATRIX:
            return 0
        if self.mode is MapMode.MATRIX:
            return metrics.horizontalAdvance("0 generation-0001.vmdk")
        return self._address_room()

    def _address_room(self) -> int:
        """Return the pixels of the last address."""
        chain = self._session.chain
        digits = len(f"{chain.capacity * _SECTOR:X}") if chain else 1
        metrics = QFontMetrics(label_font())
        return metrics.horizontalAdvance("0x" + "D" * digits) + 2 * theme.HALF

    def _frame(self) -> None:
        """Frame the cell of the cursor and say what it is."""
        window, plot, drawn = self.drawn_window, self.plot, self.drawn
        cell = None if window is None else window.cell_of(self._sector())
        if window is None or plot is None or drawn is None or cell is None:
            if plot is not None:
                plot.frame_cursor(None)
            return
        row, column = place_of(cell, window)
        if self.mode is MapMode.MATRIX:
            row = self._session.cursor.generation
        plot.frame_cursor(Frame(column, row))
        if drawn.scope.cells != window.cells:
            return
        kind = int(drawn.classes[row, column] if drawn.classes.ndim > 1 else drawn.classes[cell])
        text = self.tr("Cell at {first}, {count} sectors: {kind}")
        first = address_text(window.sector_of(cell))
        name = name_of(drawn.scope.mode, kind, self.names)
        plain.set_description(self, text.format(first=first, count=window.per_cell, kind=name))
        value_spoken(self, self.spoken_value())

    def spoken_value(self) -> str:
        """Return the cell of the cursor in words."""
        if self._session.chain is None:
            return self.words.text()
        return self.accessibleDescription()

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
            self.dress(self._inks, anew=True)
            self.draw_soon()
