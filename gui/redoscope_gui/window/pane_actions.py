"""The commands of the Window menu: panes, layouts, and the way from pane to pane."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication

from redoscope_gui.commands import Command
from redoscope_gui.window.doings import Doings
from redoscope_gui.window.layouts import Layout
from redoscope_gui.window.panes import Pane

__all__ = ["pane_commands"]

_DIGITS = 10
"""Panes that have a key of their own."""

_KEYS = 10
"""Panes from this one on have no key of their own: there are ten digits."""


def tr(text: str) -> str:
    """Translate *text* of a menu."""
    return QCoreApplication.translate("MainWindow", text)


def pane_commands(window: Doings) -> tuple[Command, ...]:
    """Return the commands that show, hide and arrange panes."""
    panes = window.panes

    def is_open() -> bool:
        return window.session.forest is not None

    return (
        *(_pane_command(window, pane, n) for n, pane in enumerate(panes, start=1)),
        *_layout_commands(window),
        Command(
            "window.next",
            tr("&Next pane"),
            lambda: panes.focus_next(1),
            "",
            ("F6",),
            is_open,
            needs=tr("nothing is open"),
        ),
        Command(
            "window.previous",
            tr("&Previous pane"),
            lambda: panes.focus_next(-1),
            "",
            ("Shift+F6",),
            is_open,
            needs=tr("nothing is open"),
        ),
    )


def _layout_commands(window: Doings) -> tuple[Command, ...]:
    panes = window.panes
    named = (
        (Layout.OVERVIEW, tr("&Overview"), tr("The map has the most room")),
        (Layout.BYTES, tr("&Bytes in front"), tr("The bytes have the most room")),
        (Layout.INSPECT, tr("In&spect"), tr("Bytes and inspector side by side")),
    )

    def is_open() -> bool:
        return window.session.forest is not None

    def is_arranged(layout: Layout) -> bool:
        return panes.layout is layout

    made = [
        Command(
            f"window.layout_{layout.value}",
            title,
            partial(panes.arrange, layout),
            "",
            (f"Ctrl+{number}",),
            is_open,
            partial(is_arranged, layout),
            hint,
            tr("nothing is open"),
        )
        for number, (layout, title, hint) in enumerate(named, start=1)
    ]
    reset = Command(
        "window.reset",
        tr("&Reset layout"),
        panes.reset,
        "",
        (),
        is_open,
        hint=tr("Put every pane where it belongs"),
        needs=tr("nothing is open"),
    )
    return (*made, reset)


def _pane_command(window: Doings, pane: Pane, number: int) -> Command:
    return Command(
        f"window.{pane.name}",
        pane.windowTitle(),
        partial(window.toggle_pane, pane),
        "",
        (f"Ctrl+Alt+{number}",) if number < _KEYS else (),
        lambda: window.session.forest is not None,
        lambda: not pane.isHidden(),
        tr("Show or hide this pane"),
        tr("nothing is open"),
    )
