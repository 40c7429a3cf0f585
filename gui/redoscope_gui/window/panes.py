"""The panes of the window: which there are, where they stand, and their views when needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import (
    QMainWindow,
    QStackedWidget,
    QTabBar,
    QTabWidget,
    QWidget,
)
from shiboken6 import isValid

from redoscope_gui import plain, theme
from redoscope_gui.commands import Commands
from redoscope_gui.session import Session
from redoscope_gui.views.chain import ChainView
from redoscope_gui.views.jobs import JobsView
from redoscope_gui.views.problems import ProblemsView
from redoscope_gui.window.guests import Guests
from redoscope_gui.window.layouts import NARROW, Layout, share
from redoscope_gui.window.pane import Pane

if TYPE_CHECKING:
    from redoscope_gui.views.hex import HexView
    from redoscope_gui.views.inspector import InspectorView

__all__ = ["Pane", "Panes"]

_MOST = 0.66
_LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea


class Panes:
    """The docks around the map. Hex and inspector are made when something is opened."""

    def __init__(self, window: QMainWindow, session: Session, commands: Commands) -> None:
        self._window = window
        self._session = session
        self.layout = Layout.OVERVIEW
        self._took_turns = False
        self.chain = Pane("chain", window.tr("Chain"), window)
        self.problems = Pane("problems", window.tr("Problems"), window)
        self.jobs = Pane("jobs", window.tr("Jobs"), window)
        self.hex = Pane("hex", window.tr("Bytes"), window)
        self.inspector = Pane("inspector", window.tr("Inspector"), window)
        self.guests = Guests(window, session, commands, self.show_bytes)
        self.chain_view = ChainView(session, self.chain)
        self.problems_view = ProblemsView(session, self.problems)
        self.jobs_view = JobsView(session, self.jobs)
        self.hex_view: HexView | None = None
        self.inspector_view: InspectorView | None = None
        self.chain.setWidget(self.chain_view)
        self.problems.setWidget(self.problems_view)
        self.jobs.setWidget(self.jobs_view)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        for pane in self:
            pane.hide()
            for moved in (pane.dockLocationChanged, pane.visibilityChanged, pane.topLevelChanged):
                moved.connect(self._pane_moved)
        self.reset()
        self.hide()

    def __iter__(self) -> Iterator[Pane]:
        shown = (self.chain, self.problems, self.jobs, self.hex, self.inspector)
        yield from (*shown, *self.guests)

    def build(self) -> None:
        """Make the views that need arrays; until now nothing imported numpy."""
        if self.hex_view is not None:
            return
        from redoscope_gui.views.hex import HexView  # noqa: PLC0415  imports numpy
        from redoscope_gui.views.inspector import InspectorView  # noqa: PLC0415  as above

        self.hex_view = HexView(self._session, self.hex)
        self.inspector_view = InspectorView(self._session, self.inspector)
        self.hex.setWidget(self.hex_view)
        self.inspector.setWidget(self.inspector_view)

    def reset(self) -> None:
        """Put every pane where it belongs."""
        self.arrange(Layout.OVERVIEW)
        self.jobs.setVisible(any(not job.over for job in self._session.jobs))
        self.problems.raise_()

    def arrange(self, layout: Layout) -> None:
        """Take on *layout*: every pane of it is shown, in its place."""
        self.layout = layout
        window = self._window
        focus = window.focusWidget()
        for pane in self:
            pane.setFloating(False)
        window.addDockWidget(_LEFT, self.chain)
        window.addDockWidget(_LEFT, self.problems)
        window.splitDockWidget(self.chain, self.problems, Qt.Orientation.Vertical)
        window.tabifyDockWidget(self.problems, self.jobs)
        # What shares a place with another is taken out first: split does not part tabs.
        window.removeDockWidget(self.inspector)
        window.addDockWidget(_RIGHT, self.hex)
        window.addDockWidget(_RIGHT, self.inspector)
        for pane in (self.chain, self.problems, self.hex, self.inspector):
            pane.show()
        for pane in self.guests:
            pane.hide()
        self._part()
        self.share_room()
        _give_back(focus)

    def restore(self, saved: QByteArray) -> None:
        """Take on places that were saved, maybe in a window of another width."""
        self._window.restoreState(saved)
        beside = self._window.tabifiedDockWidgets(self.hex)
        self._took_turns = any(pane is self.inspector for pane in beside)
        self.fit()

    def fit(self) -> None:
        """Have bytes and inspector take turns in one place while the window is narrow."""
        narrow = self._window.width() < NARROW
        if self.hex.isFloating() or self.inspector.isFloating() or narrow == self._took_turns:
            return
        if not narrow:
            self._window.removeDockWidget(self.inspector)
            self._window.addDockWidget(_RIGHT, self.inspector)
            self.inspector.show()
        self._part()
        self.share_room()

    def _part(self) -> None:
        """Place the inspector: behind, below or beside the bytes."""
        window, room = self._window, share(self.layout, self._window.width(), theme.zoom())
        guests = [pane for pane in self.guests if not pane.isHidden()]
        for pane in self.guests:
            window.removeDockWidget(pane)  # split does not part tabs
        self._took_turns = window.width() < NARROW
        if self._took_turns:
            window.tabifyDockWidget(self.hex, self.inspector)
            self.hex.raise_()
        elif room.side_by_side:
            window.splitDockWidget(self.hex, self.inspector, Qt.Orientation.Horizontal)
        else:
            window.splitDockWidget(self.hex, self.inspector, Qt.Orientation.Vertical)

        for pane in guests:
            self.place(pane)
            pane.show()

    def place(self, pane: Pane) -> None:
        """Give a pane that has no place yet that of the bytes, to take turns with them.

        Lists take turns with the inspector: what they lead to is looked at in the bytes.
        """
        beside = self.inspector if pane in self.guests.lists else self.hex
        nowhere = Qt.DockWidgetArea.NoDockWidgetArea
        if self._window.dockWidgetArea(pane) == nowhere and not pane.isFloating():
            self._window.addDockWidget(_RIGHT, pane)
            self._window.tabifyDockWidget(beside, pane)

    def show_bytes(self) -> None:
        """Show the bytes and give them the focus."""
        self.hex.show()
        self.hex.raise_()
        if self.hex_view is not None:
            self.hex_view.setFocus(Qt.FocusReason.OtherFocusReason)

    def name_tabs(self) -> None:
        """Name the bars that Qt makes where panes share a place, which show the titles then."""
        if not isValid(self._window):
            return  # panes are hidden while the window goes
        self._title_panes()
        for bar in self._window.findChildren(QTabBar, options=_DIRECT):
            plain.set_name(bar, self._window.tr("Panes in this place"))
            # Those that Qt keeps for later hold nothing to come to.
            used = Qt.FocusPolicy.TabFocus if bar.count() > 1 else Qt.FocusPolicy.NoFocus
            bar.setFocusPolicy(used)

    def _pane_moved(self, _how: object) -> None:
        self.name_tabs()

    def _title_panes(self) -> None:
        for pane in self:
            beside = self._window.tabifiedDockWidgets(pane)
            shared = any(not other.isHidden() for other in beside) and not pane.isFloating()
            pane.share_place(shared=shared)

    def share_room(self) -> None:
        """Give each pane its part of the window."""
        window, height = self._window, self._window.height()
        room = share(self.layout, window.width(), theme.zoom())
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        if room.side_by_side:
            docks = [self.chain, self.hex, self.inspector]
            window.resizeDocks(docks, [room.chain, room.hex, room.inspector], across)
        else:
            window.resizeDocks([self.chain, self.hex], [room.chain, room.hex], across)
            part = round(height * (0.46 if self.layout is Layout.OVERVIEW else 0.34))
            window.resizeDocks([self.hex, self.inspector], [height - part, part], down)
        self.share_left()
        layout = window.layout()
        if layout is not None:
            layout.activate()
        self.name_tabs()

    def give_room(self, pane: Pane) -> None:
        """Give *pane*, which stands above the inspector, most of the height of both."""
        if self.inspector in self._window.tabifiedDockWidgets(pane) or pane.isFloating():
            return
        height = self._window.height()
        parts = [round(height * _MOST), round(height * (1 - _MOST))]
        self._window.resizeDocks([pane, self.inspector], parts, Qt.Orientation.Vertical)

    def share_left(self) -> None:
        """Give problems and jobs the room they need below the chain."""
        height = self._window.height()
        wanted = self._session.problems or self.jobs.in_front
        low = max(round(height * (0.36 if wanted else 0.16)), 120)
        docks = [self.chain, self.problems]
        self._window.resizeDocks(docks, [height - low, low], Qt.Orientation.Vertical)

    def hide(self) -> None:
        """Hide all panes: nothing is open."""
        for pane in self:
            pane.hide()

    def focus_next(self, step: int) -> None:
        """Give the focus to the next pane, or with -1 to the one before; the map is one of them."""
        pages = self._window.centralWidget()
        centre = pages.currentWidget() if isinstance(pages, QStackedWidget) else None
        around = [pane.widget() for pane in self if pane.in_front]
        entries = [
            (stop, entry)
            for stop in (*around[:1], centre, *around[1:])
            if stop is not None and (entry := _entry(stop)) is not None
        ]
        if not entries:
            return
        current = self._window.focusWidget()
        inside = [n for n, (stop, _) in enumerate(entries) if stop.isAncestorOf(current)]
        now = inside[0] if inside else -step
        entries[(now + step) % len(entries)][1].setFocus(Qt.FocusReason.TabFocusReason)


def _give_back(focus: QWidget | None) -> None:
    """Let *focus* have the focus again: a dock that is moved loses it."""
    if focus is not None and focus.isVisible():
        focus.setFocus(Qt.FocusReason.OtherFocusReason)


def _entry(pane: QWidget) -> QWidget | None:
    """Return what takes the focus when one comes into *pane*: what it names, else the first."""
    named = pane.focusProxy()
    for child in (*([named] if named is not None else []), *pane.findChildren(QWidget)):
        takes = child.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes and child.isEnabledTo(pane) and child.isVisibleTo(pane):
            return child
    return None
