"""The commands of the Map menu: how the map is read, how far it is zoomed, and what it compares."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import methodcaller
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from redoscope_gui.commands import Command
from redoscope_gui.window.doings import Doings

if TYPE_CHECKING:
    from redoscope_gui.views.map import MapView

__all__ = ["map_commands"]

_PANE = "map"
_COMPARING = {"difference", "exact"}


def tr(text: str) -> str:
    """Translate *text* of a menu."""
    return QCoreApplication.translate("MainWindow", text)


def map_commands(window: Doings) -> tuple[Command, ...]:
    """Return the commands of the map and of the timeline below it."""
    return (*_modes(window), *_switches(window), *_zooms(window), *_timeline(window))


def _do(window: Doings, deed: Callable[[MapView], object]) -> Callable[[], None]:
    """Return what does *deed* to the map, once there is one."""

    def call() -> None:
        if window.explorer.map_view is not None:
            deed(window.explorer.map_view)

    return call


def _is_open(window: Doings) -> bool:
    return window.session.chain is not None and window.explorer.map_view is not None


def _modes(window: Doings) -> tuple[Command, ...]:
    named = (
        ("changed", tr("&Changed by this link"), tr("What the chosen link decided"), ""),
        ("owner", tr("&Owner of each cell"), tr("Which generations own a part of it"), ""),
        ("heat", tr("Rewrite &heat"), tr("How many generations decided the same place"), "heat"),
        ("difference", tr("&Difference from A"), tr("What was decided since generation A"), ""),
        ("exact", tr("Byt&es that differ from A"), tr("Compares A and B byte by byte"), "exact"),
        ("matrix", tr("Chain &matrix"), tr("One row a generation, addresses across"), "matrix"),
        (
            *(
                "content",
                tr("Con&tent"),
                tr("What sectors are for: files, free space, …"),
            ),
            "content files directories free space",
        ),
    )

    def is_shown(name: str) -> bool:
        view = window.explorer.map_view
        return view is not None and view.mode.value == name

    def can_be_shown(name: str) -> bool:
        chain = window.session.chain
        return _is_open(window) and (
            name not in _COMPARING or len(chain.links if chain else ()) > 1
        )

    return tuple(
        Command(
            f"map.{name}",
            title,
            _do(window, methodcaller("read_as", name)),
            "map",
            (),
            partial(can_be_shown, name),
            partial(is_shown, name),
            hint,
            tr("no chain of several generations is open")
            if name in _COMPARING
            else tr("no chain is open"),
            words=f"map {words}",
        )
        for name, title, hint, words in named
    )


def _switches(window: Doings) -> tuple[Command, ...]:
    def is_on(name: str) -> bool:
        view = window.explorer.map_view
        if view is None:
            return False
        return (view.bar.curve if name == "curve" else view.scale.fitted).isChecked()

    return (
        Command(
            "map.hilbert",
            tr("Hil&bert curve"),
            _do(window, lambda view: view.bar.curve.toggle()),
            "map",
            (),
            lambda: _is_open(window) and not _is_matrix(window),
            partial(is_on, "curve"),
            tr("Lay the cells along a curve, so that runs become patches"),
            tr("the chain matrix has rows"),
            pane=_PANE,
            pane_keys=("H",),
        ),
        Command(
            "map.fitted",
            tr("&Fit the scale to this picture"),
            _do(window, lambda view: view.scale.fitted.toggle()),
            "map",
            (),
            partial(_is_open, window),
            partial(is_on, "scale"),
            tr("The fullest cell has full ink"),
            tr("no chain is open"),
        ),
    )


def _is_matrix(window: Doings) -> bool:
    view = window.explorer.map_view
    return view is not None and view.mode.value == "matrix"


def _zooms(window: Doings) -> tuple[Command, ...]:
    def zoom(step: int) -> Callable[[], None]:
        return _do(window, lambda view: view.canvas.asking.zoom(step))

    def change(*, forward: bool) -> Callable[[], None]:
        return _do(window, lambda view: view.canvas.asking.go_to_change(forward))

    rows = (
        ("zoom_in", tr("Map: zoom &in"), zoom(1), "zoom-in", "+"),
        ("zoom_out", tr("Map: &zoom out"), zoom(-1), "zoom-out", "-"),
        ("whole", tr("Map: &whole disk"), zoom(0), "maximize", "0"),
        (
            "next",
            tr("&Next group of changed cells"),
            change(forward=True),
            "chevron-right",
            "]",
        ),
        (
            "previous",
            tr("&Previous group of changed cells"),
            change(forward=False),
            "chevron-left",
            "[",
        ),
    )
    return tuple(
        Command(
            f"map.{name}",
            title,
            handler,
            icon,
            (),
            partial(_is_open, window),
            needs=tr("no chain is open"),
            pane=_PANE,
            pane_keys=(key,),
        )
        for name, title, handler, icon, key in rows
    )


def _timeline(window: Doings) -> tuple[Command, ...]:
    session = window.session

    def play() -> None:
        view = window.explorer.timeline_view
        if view is not None:
            view.play.click()

    def compare() -> None:
        view = window.explorer.timeline_view
        if view is not None:
            view.compare.click()

    def several() -> bool:
        return _is_open(window) and session.chain is not None and len(session.chain.links) > 1

    def is_playing() -> bool:
        view = window.explorer.timeline_view
        return view is not None and view.playing

    return (
        Command(
            "timeline.play",
            tr("Pla&y the generations"),
            play,
            "play",
            ("Ctrl+Space",),
            several,
            is_playing,
            tr("From the base disk to the tip, one after the other"),
            tr("no chain of several generations is open"),
        ),
        Command(
            "timeline.compare",
            tr("Compare &A and B"),
            compare,
            "",
            (),
            several,
            lambda: session.comparison is not None,
            tr("Everything shows what differs from generation A"),
            tr("no chain of several generations is open"),
            words="A|B difference",
            pane="timeline",
            pane_keys=("D",),
        ),
    )
