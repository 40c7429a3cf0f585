"""What the map asks for: the stretch that is wanted, how it is read, and the cells that came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from redoscope_core import SECTOR
from redoscope_gui.maps import COMPARING, MapDrawn, MapMode, MapScope, Older
from redoscope_gui.requests import FindGroup
from redoscope_gui.session import Session
from redoscope_gui.views.map.source import MapSource
from redoscope_gui.views.map.stretch import Stretch, fitted, fitted_curve, fitted_row

if TYPE_CHECKING:
    from redoscope_core import Comparison, ContentRuns

__all__ = ["MapAsking"]

_NOTHING = "no disk is open"

Extent = Callable[[], tuple[int, int] | None]
"""Returns the pixels across and down that cells have room in; None while there is no picture."""


class MapAsking(QObject):
    """The stretch of the disk that is wanted, and the newest cells of it. It paints nothing."""

    wanted = Signal()
    """Other cells are wanted: call `ask` once the room for them is known."""
    map_shown = Signal(object)
    """Other cells are to be shown; carries the MapDrawn."""
    stretch_changed = Signal()
    """Another stretch is shown or asked for."""
    failed = Signal(object)
    """The cells can't be drawn; carries the error."""

    def __init__(self, session: Session, extent: Extent, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._extent = extent
        self.mode = MapMode.CHANGED
        self.curved = False
        """Whether the cells run along a Hilbert curve instead of in rows."""
        self.held = False
        """Whether the stretch is being dragged, so that it must not follow the cursor."""
        self.stretch: Stretch | None = None
        """The stretch that is shown, or asked for."""
        self.drawn: MapDrawn | None = None
        """The newest cells."""
        self.drawn_stretch: Stretch | None = None
        """The stretch of the newest cells; another is wanted while the map moves."""
        self._source = MapSource(session, "map", self)
        self._source.answered.connect(self._take)
        self._source.failed.connect(self.failed)

    # --- what is wanted ----------------------------------------------------------------------

    @property
    def names(self) -> list[str]:
        """Names of the links that the map speaks of, base disk first."""
        session = self._session
        chain = session.chain if self.mode is MapMode.MATRIX else session.generation_chain
        return [] if chain is None else [link.path.name for link in chain.links]

    @property
    def sector(self) -> int:
        """The sector of the cursor."""
        return max(0, self._session.cursor.offset) // SECTOR

    @property
    def generation_a(self) -> Older | None:
        """Generation A of the difference; -1 below the base disk."""
        return self.since_at(self._session.cursor.generation)

    def since_at(self, generation: int) -> Older | None:
        """Return A if B is *generation*."""
        if self.mode not in COMPARING:
            return None
        since = self._session.scene.generation_a_at(generation)
        return min(0, generation - 1) if since is None else since

    @property
    def found(self) -> Comparison | None:
        """In what bytes A and B really differ, if that is to be shown and was worked out."""
        found = self._session.comparing.found if self.mode is MapMode.EXACT else None
        return None if found is None else found.comparison

    @property
    def content(self) -> ContentRuns | None:
        """What sectors are for at the cursor, if that is to be shown and files were listed."""
        listed = self._session.files.listed if self.mode is MapMode.CONTENT else None
        return None if listed is None else listed.content

    @property
    def is_waiting(self) -> bool:
        """Whether what is to be shown is not known yet: what differs, or what sectors are for."""
        if self.mode is MapMode.CONTENT:
            return self.content is None
        return self.mode is MapMode.EXACT and self.found is None

    def show_mode(self, mode: MapMode) -> None:
        """Read the map in another way; the place stays."""
        self._change_layout(mode, self.curved)

    def show_curve(self, curved: bool) -> None:  # noqa: FBT001 - a slot of Signal(bool)
        """Lay the cells along a Hilbert curve, or in rows; the place stays."""
        self._change_layout(self.mode, curved)

    def _change_layout(self, mode: MapMode, curved: bool) -> None:  # noqa: FBT001 - as above
        before, self.stretch = self.stretch, None
        rows_stay = MapMode.MATRIX not in (mode, self.mode) and curved == self.curved
        self.mode = mode
        self.curved = curved
        fresh = self._fitted()
        if before is not None and fresh is not None:
            held = before.cell_of(self.sector) is not None
            after = before if rows_stay else before.resized(fresh)
            self.stretch = after.showing(self.sector) if held else after
        self.wanted.emit()

    def show_stretch(self, stretch: Stretch) -> None:
        """Show another stretch."""
        if stretch != self.stretch:
            self.stretch = stretch
            self.wanted.emit()
            self.stretch_changed.emit()

    def zoom(self, steps: int) -> None:
        """Zoom about the cursor; 0 shows the whole disk."""
        stretch, whole = self.stretch, self._fitted()
        if stretch is None or whole is None:
            return
        cell = stretch.cell_of(self.sector)
        near = stretch.cells // 2 if cell is None else cell
        self.show_stretch(stretch.zoomed(steps, near, self.sector) if steps else whole)

    def follow(self) -> None:
        """Bring the cell of the cursor into view, unless the stretch is being dragged."""
        if self.stretch is not None and self._session.chain is not None and not self.held:
            self.show_stretch(self.stretch.showing(self.sector))

    def go_to_change(self, forward: bool) -> None:  # noqa: FBT001 - a slot of Signal(bool)
        """Go to the next or the previous group of changed cells."""
        chain, stretch = self._session.chain, self.stretch
        if chain is not None and stretch is not None:
            generation = self._session.cursor.generation
            links = (self.generation_a, generation)
            request = FindGroup(chain, *links, self.sector, stretch.per_cell, forward, self.found)
            self._session.ask("map-change", request, self._take_change)

    def _take_change(self, sector: int | None) -> None:
        if sector is None:
            self._session.message.emit(self.tr("No other group of changed cells that way"))
        else:
            self._session.go_to(sector * SECTOR)

    # --- asking ------------------------------------------------------------------------------

    def forget(self) -> None:
        """Want nothing and hold nothing: another chain comes, or none."""
        self.stretch = None
        self.drawn = self.drawn_stretch = None

    def forget_ready(self) -> None:
        """Let the maps of other generations go: what is not seen need not be at hand."""
        self._source.ready.clear()

    def ask(self) -> None:
        """Ask for the cells of the wanted stretch, which is the whole disk if there is none yet."""
        fresh = self._fitted()
        if fresh is None or self._session.generation_chain is None or self.is_waiting:
            return
        before = self.stretch
        self.stretch = fresh if before is None else before.resized(fresh)
        if self.stretch != before:
            self.stretch_changed.emit()
        self._source.want(self._scope(self._session.cursor.generation))

    def ask_ready(self) -> bool:
        """Have the cells of the generation at the cursor shown if they are here; say whether."""
        if self.stretch is None or self._session.chain is None or self.is_waiting:
            return False
        return self._source.want_ready(self._scope(self._session.cursor.generation))

    def _fitted(self) -> Stretch | None:
        """Return the stretch of the whole disk for the present picture."""
        chain, extent = self._session.chain, self._extent()
        if chain is None or extent is None:
            return None
        width, height = extent
        if self.mode is MapMode.MATRIX:
            return fitted_row(chain.capacity, chain.grain_size, width)
        if self.curved:
            return fitted_curve(chain.capacity, chain.grain_size, width, height)
        return fitted(chain.capacity, chain.grain_size, width, height)

    def _scope(self, generation: int) -> MapScope:
        """Return the scope of the present stretch at *generation*."""
        chain, stretch = self._session.chain, self.stretch
        if chain is None or stretch is None:
            raise RuntimeError(_NOTHING)
        cells = (stretch.first, stretch.per_cell, stretch.cells)
        known = self.since_at(generation), self.found, self.content
        return MapScope(chain, generation, self.mode, *cells, *known)

    def _take(self, answer: MapDrawn) -> None:
        """Hold the cells; also those of a stretch that was wanted a moment ago."""
        wanted, scope = self.stretch, answer.scope
        if wanted is None or (scope.mode, scope.cells) != (self.mode, wanted.cells):
            return
        self.drawn = answer
        self.drawn_stretch = replace(
            wanted, first=scope.first_sector, per_cell=scope.sectors_per_cell
        )
        self.map_shown.emit(answer)
        self._source.ready.fetch_around(scope, self._scope)
