"""The map pane: bar, legend, cells and the address strip, all of one generation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QAction, QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_gui import plain, theme
from redoscope_gui.maps import COMPARING, MapClass, MapDrawn, MapMode, MapScope
from redoscope_gui.session import Compared, Session
from redoscope_gui.views.map.bar import MapBar
from redoscope_gui.views.map.canvas import MapCanvas
from redoscope_gui.views.map.colours import Entry, legend_of, name_of
from redoscope_gui.views.map.legend import Legend
from redoscope_gui.views.map.pictured import as_png, as_svg
from redoscope_gui.views.map.scale import MapScale
from redoscope_gui.views.map.source import MapSource
from redoscope_gui.views.map.strip import AddressStrip

if TYPE_CHECKING:
    from redoscope_core import Chain

__all__ = ["MapView"]

_STILL = 150
"""Milliseconds that a generation stands before its files are listed: scrubbing asks for none."""
_NOTHING = "no disk is open"


class MapView(QWidget):
    """What each stretch of the disk holds at the generation of the cursor."""

    bytes_wanted = Signal(object)
    """The bytes of a cell are wanted; carries the offset of the first."""
    reading_changed = Signal()
    """The map is read in another way: its mode, the way of its cells, or its scale."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: MapScope | None = None
        self._mode_before = MapMode.CHANGED
        self._compared: Chain | None = None
        self.strip_drawn: MapDrawn | None = None
        """What the strip shows."""
        self._source = MapSource(session, "map-strip", self)
        self._source.answered.connect(self._take_strip)
        self._source.failed.connect(session.report)
        self.bar = MapBar(self)
        self.scale = MapScale(self)
        self.legend = Legend(self)
        self.canvas = MapCanvas(session, self)
        self.strip = AddressStrip(self)
        plain.set_name(self, self.tr("Map"))
        self.setFocusProxy(self.canvas)
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._ask_strip)
        self._listing = QTimer(self, singleShot=True, interval=_STILL)
        self._listing.timeout.connect(self._list_files)
        self._lay_out()
        self.bar.mode_chosen.connect(self.show_mode)
        self.bar.since_chosen.connect(self._show_since)
        self.bar.curve_chosen.connect(self.canvas.asking.show_curve)
        self.canvas.hand.curve_wanted.connect(self.bar.curve.toggle)
        self.bar.zoom_wanted.connect(self.canvas.asking.zoom)
        self.bar.change_wanted.connect(self.canvas.asking.go_to_change)
        self.scale.fitted.toggled.connect(self.canvas.fit)
        for switch in (self.scale.fitted, self.bar.curve):
            switch.toggled.connect(self.reading_changed)
        self.canvas.scale_changed.connect(self._show_scale)
        self.legend.hidden_changed.connect(self._dress)
        self.strip.pressed.connect(self._strip_pressed)
        self.strip.resized.connect(self._asking.start)
        self.canvas.hand.bytes_wanted.connect(self.bytes_wanted)
        self.canvas.asking.map_shown.connect(self._map_shown)
        self.canvas.asking.stretch_changed.connect(self._mark_strip)
        session.chain_changed.connect(self._take_chain)
        session.generation_changed.connect(self._asking.start)
        session.cursor_changed.connect(self._mark_strip)
        session.comparison_changed.connect(self._take_comparison)
        session.comparing.changed.connect(self._asking.start)
        session.files.changed.connect(self._take_files)
        self.menu = QMenu(self)
        self.canvas.menu_wanted.connect(self.menu.popup)
        self._dress()
        self._take_chain()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme.STEP)
        column.setSpacing(theme.HALF)
        column.addWidget(self.bar)
        for widget, stretch in (
            (self.scale, 0),
            (self.legend, 0),
            (self.canvas, 1),
            (self.strip, 0),
        ):
            line = QHBoxLayout()
            line.setContentsMargins(theme.STEP, 0, theme.STEP, 0)
            line.addWidget(widget)
            column.addLayout(line, stretch)

    def set_actions(self, actions: Sequence[QAction | None]) -> None:
        """Offer *actions* in the menu of a cell; None parts them."""
        self.menu.clear()
        for action in actions:
            if action is None:
                self.menu.addSeparator()
            else:
                self.menu.addAction(action)

    def picture_as(self, target: Path) -> bytes:
        """Return the map as it stands, in the form that the name of *target* asks for."""
        return as_svg(self) if target.suffix.casefold() == ".svg" else as_png(self)

    def data_as(self, target: Path) -> bytes:
        """Return how much each class has of each cell, as *target* asks for."""
        drawn, chain = self.canvas.asking.drawn, self._session.chain
        if drawn is None or chain is None:
            raise RuntimeError(_NOTHING)
        from redoscope_gui.maps import exported  # noqa: PLC0415 - brings numpy

        alone, mode = self._session.is_alone, drawn.scope.mode
        mode = MapMode.OWNER if mode is MapMode.HEAT else mode
        named = partial(name_of, mode, names=self._names(), alone=alone)
        form = exported.as_json if target.suffix.casefold() == ".json" else exported.as_csv
        return form(drawn, named)

    @property
    def mode(self) -> MapMode:
        """How the map reads."""
        return self.canvas.asking.mode

    def read_as(self, name: str) -> None:
        """Read the map in the way whose value is *name*."""
        self.show_mode(MapMode(name))

    def show_mode(self, mode: MapMode) -> None:
        """Read the map in another way; the place stays. A difference needs a comparison."""
        if mode in COMPARING and self.mode not in COMPARING:
            self._mode_before = self.mode
        self.canvas.asking.show_mode(mode)
        self.bar.show_mode(mode)
        self._begin_comparison()
        comparing = self._session.comparing
        if mode is MapMode.CONTENT:
            self._list_files()
        elif self.canvas.asking.is_waiting and not comparing.is_running:
            comparing.begin()
        self._show_legend()
        self._asking.start()
        self.reading_changed.emit()

    def _list_files(self) -> None:
        """Have files listed if what sectors are for is to be shown, and nobody did."""
        files = self._session.files
        is_wanted = self.mode is MapMode.CONTENT and self.canvas.asking.is_waiting
        if is_wanted and files.error is None and not files.is_stopped and self.isVisible():
            files.begin()

    def _take_files(self) -> None:
        """Show what sectors are for, once that is known; list the files of another generation."""
        if self.mode is MapMode.CONTENT:
            self._asking.start()
            if not self._session.files.is_running:
                self._listing.start()

    def _begin_comparison(self) -> None:
        """Compare with the base disk if a difference is to be shown and nothing is compared."""
        session = self._session
        if self.mode in COMPARING and session.chain and session.comparison is None:
            session.compare(Compared(0))

    def _take_comparison(self) -> None:
        """Read the map as before once nothing is compared any more."""
        session = self._session
        ended = session.comparison is None and session.chain is self._compared
        self._compared = None if session.comparison is None else session.chain
        if ended and session.chain is not None and self.mode in COMPARING:
            self.show_mode(self._mode_before)
        self._asking.start()

    def show_difference(self, since: int | None) -> None:
        """Compare with generation *since* and show it; None for what was shown before that."""
        if since is not None:
            self._session.compare(Compared(since))
            if self.mode not in COMPARING:
                self.show_mode(MapMode.DIFFERENCE)
            return
        self._session.compare(None)
        if self.mode in COMPARING:
            self.show_mode(self._mode_before)

    def _show_since(self, generation: int) -> None:
        if generation >= 0:
            self._session.compare(Compared(generation))

    def _take_chain(self) -> None:
        """Show another chain, or nothing."""
        self._asked = None
        self.strip_drawn = None
        self.strip.clear()
        empty = self._session.chain is None
        self._show_legend()
        if empty:
            self.bar.show_cell(None)
        for widget in (self.bar, self.scale, self.legend, self.strip):
            widget.setEnabled(not empty)
        self._asking.start()

    def _ask_strip(self) -> None:
        """Ask for the whole disk in one line, if anything in it may be another."""
        if self._session.chain is None or self._session.generation_chain is None:
            return
        self._begin_comparison()
        if self.canvas.asking.is_waiting:
            self._asked = None
            self.strip.clear()
            return
        scope = self._strip_scope(self._session.cursor.generation)
        if scope == self._asked:
            self._show_amounts()
            return
        self._asked = scope
        self._source.want(scope)

    def _strip_scope(self, generation: int) -> MapScope:
        """Return the scope of the whole disk at *generation* in one line."""
        chain = self._session.chain
        if chain is None:
            raise RuntimeError(_NOTHING)
        mode = MapMode.CHANGED if self.mode is MapMode.MATRIX else self.mode
        per_cell = max(1, -(-chain.capacity // max(1, self.strip.width())))
        cells = -(-chain.capacity // per_cell)
        since = self.canvas.asking.since_at(generation)
        found = self.canvas.asking.found
        content = self.canvas.asking.content
        return MapScope(chain, generation, mode, 0, per_cell, cells, since, found, content)

    def _take_strip(self, answer: MapDrawn) -> None:
        """Show the whole disk in the strip and its amounts in the legend."""
        asked = answer.scope
        if self._asked is None or asked.mode is not self._asked.mode:
            return
        links = self._names()[: asked.generation + 1]
        self.bar.show_generations(links, self.canvas.asking.generation_a)
        self.strip.show_map(answer)
        self.strip_drawn = answer
        self._show_legend()
        self._show_amounts()
        self._source.ready.fetch_around(asked, self._strip_scope)
        self._mark_strip()

    def _names(self) -> list[str]:
        """Return the names of all links, those newer than the shown generation too."""
        chain = self._session.chain
        return [] if chain is None else [link.path.name for link in chain.links]

    def _show_amounts(self) -> None:
        """Say how much of the disk has each class, as the strip counted it."""
        if self.strip_drawn is not None:
            drawn = self.strip_drawn
            self.legend.show_amounts(dict(drawn.totals), drawn.scope.capacity)

    def _show_legend(self) -> None:
        """Say what the colours mean, before it is known how much of each there is."""
        names = self._names()
        matrix = self.mode is MapMode.MATRIX
        shown = self.canvas.asking.drawn if matrix else self.strip_drawn
        known = [] if shown is None else [kind for kind, _ in shown.totals]
        generation = self._session.cursor.generation
        alone = self._session.is_alone
        entries = legend_of(self.mode, names, known, generation, alone=alone) if names else []
        every = _longest_legends(tuple(names), alone=alone) if names else ()
        self.legend.show_entries(entries, every, amounts=not matrix)
        self._show_scale()

    def _show_scale(self, _top: object = None) -> None:
        """Say which share has how much ink, and which of it is a single grain."""
        chain, drawn, picture = self._session.chain, self.canvas.asking.drawn, self.canvas.picture
        if chain is None or drawn is None or picture is None:
            self.scale.show_scale(None)
            return
        lone = min(1.0, chain.grain_size / drawn.scope.sectors_per_cell)
        self.scale.show_scale(self.mode, lone, picture.top, len(chain.links))

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._source.ready.clear()
        self._listing.stop()
        super().hideEvent(event)

    def _map_shown(self, answer: MapDrawn) -> None:
        self.bar.show_cell(answer.scope.sectors_per_cell)
        if answer.scope.mode is MapMode.MATRIX:
            self._show_legend()
        self._mark_strip()

    def _dress(self, _hidden: object = None) -> None:
        """Give the colours of the theme, but for hidden classes, to cells and strip."""
        self.canvas.dress(self.legend.hidden)
        self.strip.dress(self.legend.hidden)

    def _mark_strip(self, _cursor: object = None) -> None:
        stretch = self.canvas.asking.stretch
        if stretch is not None and self._session.chain is not None:
            sector = max(0, self._session.cursor.offset) // SECTOR
            self.strip.mark(stretch.first, stretch.count, sector)

    def _strip_pressed(self, sector: int) -> None:
        """Go to a place of the strip."""
        self._session.go_to(sector * SECTOR)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._asked = None
            self._dress()
            self._show_legend()
            self._asking.start()


@lru_cache(maxsize=2)
def _longest_legends(names: tuple[str, ...], *, alone: bool) -> list[list[Entry]]:
    """Return the legend of each mode with all that may be in it: room is kept for that."""
    worst = (MapClass.UNREADABLE,)
    return [legend_of(mode, list(names), worst, alone=alone) for mode in MapMode]
