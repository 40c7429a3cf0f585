"""The commands of the Edit menu: what is taken back and copied, and the ways through the bytes."""

from __future__ import annotations

from collections.abc import Callable
from operator import methodcaller
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from redoscope_gui.commands import Command
from redoscope_gui.window.doings import Doings

if TYPE_CHECKING:
    from redoscope_gui.views.hex import HexView

__all__ = ["byte_commands", "edit_commands", "problem_commands"]

_PANE = "hex"


def tr(text: str) -> str:
    """Translate *text* of a menu."""
    return QCoreApplication.translate("MainWindow", text)


def _do(window: Doings, deed: Callable[[HexView], object]) -> Callable[[], None]:
    """Return what does *deed* to the bytes, once they are shown."""

    def call() -> None:
        if window.panes.hex_view is not None:
            deed(window.panes.hex_view)

    return call


def edit_commands(window: Doings) -> tuple[Command, ...]:
    """Return the commands that take back and copy."""
    deeds = window.session.deeds
    undo = Command(
        "edit.undo",
        tr("&Undo"),
        deeds.undo,
        "undo-2",
        ("Ctrl+Z",),
        lambda: deeds.last is not None,
        hint=tr("Take back what was made in this window last, if nothing is lost by it"),
        needs=tr("nothing was made in this window"),
        title_now=lambda: f"{tr('&Undo')}: {deeds.words}" if deeds.last else tr("&Undo"),
    )
    return (undo, _copy_done(window), *_copies(window), *_selections(window), _text_column(window))


def _copy_done(window: Doings) -> Command:
    def copy() -> None:
        window.panes.guests.done_view.tabs.copy()

    return Command(
        "edit.copy_done",
        tr("Copy what was done, as code"),
        copy,
        "",
        (),
        lambda: bool(window.session.asking.done),
        hint=tr("All of it, in the language that the pane Done, as code has in front"),
        needs=tr("nothing was done in this window"),
        words="script python shell bash vendor",
    )


def _text_column(window: Doings) -> Command:
    return Command(
        "view.text_column",
        tr("Text column of the &bytes as…"),
        lambda: window.ask_command(tr("Text column") + ":"),
        "",
        (),
        lambda: window.session.chain is not None,
        hint=tr("The encoding that bytes are shown and copied in: UTF-8, UTF-16, a code page"),
        needs=tr("no chain is open"),
        words="encoding charset code page utf ebcdic",
    )


def _copies(window: Doings) -> tuple[Command, ...]:
    session = window.session
    forms = (
        ("hex", tr("Copy bytes as &hex"), "copy", ("Ctrl+C",)),
        ("dump", tr("Copy bytes as hex and &text"), "dump", ()),
        ("text", tr("Copy bytes as te&xt"), "", ()),
        ("c", tr("Copy bytes as &C array"), "", ()),
        ("python", tr("Copy bytes as P&ython"), "literal", ()),
        ("rust", tr("Copy bytes as &Rust array"), "literal", ()),
        ("base64", tr("Copy bytes as &base64"), "", ()),
        ("json", tr("Copy bytes as &JSON"), "", ()),
        ("sectors", tr("Copy the sector ra&nge"), "address", ()),
    )
    return tuple(
        Command(
            f"edit.copy_{form}",
            title,
            _do(window, methodcaller("copy_as", form)),
            "copy",
            (),
            lambda: session.chain is not None,
            hint=tr("The selected bytes, or the one at the cursor"),
            needs=tr("no chain is open"),
            words=words,
            pane=_PANE,
            pane_keys=keys,
        )
        for form, title, words, keys in forms
    )


def _selections(window: Doings) -> tuple[Command, ...]:
    session = window.session

    def is_open() -> bool:
        return session.chain is not None

    def grain() -> int:
        return session.chain.grain_size if session.chain is not None else 1

    return (
        Command(
            "edit.select_all",
            tr("Select &all bytes"),
            _do(window, lambda view: view.select_all()),
            "",
            (),
            is_open,
            hint=tr("Every byte of the disk, however large: nothing is read for it"),
            needs=tr("no chain is open"),
            pane=_PANE,
            pane_keys=("Ctrl+A",),
        ),
        Command(
            "edit.select_sector",
            tr("Select the &sector"),
            _do(window, lambda view: view.select_whole(1)),
            "",
            (),
            is_open,
            hint=tr("The 512 bytes that the cursor is in"),
            needs=tr("no chain is open"),
        ),
        Command(
            "edit.select_grain",
            tr("Select the &grain"),
            _do(window, lambda view: view.select_whole(grain())),
            "",
            (),
            is_open,
            hint=tr("The grain that the cursor is in"),
            needs=tr("no chain is open"),
        ),
    )


def byte_commands(window: Doings) -> tuple[Command, ...]:
    """Return the ways through the bytes."""
    session = window.session

    def change(*, forward: bool) -> Callable[[], None]:
        return _do(window, lambda view: view.go_to_change(forward))

    def stored(*, newer: bool) -> Callable[[], None]:
        return _do(window, lambda view: view.go_to_generation(newer=newer))

    rows = (
        ("next_change", tr("Next c&hanged grain"), change(forward=True), "]"),
        ("previous_change", tr("Pr&evious changed grain"), change(forward=False), "["),
        ("newer_store", tr("Ne&wer generation of this grain"), stored(newer=True), "}"),
        ("older_store", tr("Ol&der generation of this grain"), stored(newer=False), "{"),
    )
    return tuple(
        Command(
            f"go.{name}",
            title,
            handler,
            "",
            (),
            lambda: session.chain is not None,
            hint=tr("From the place of the cursor"),
            needs=tr("no chain is open"),
            pane=_PANE,
            pane_keys=(key,),
        )
        for name, title, handler, key in rows
    )


def problem_commands(window: Doings) -> tuple[Command, ...]:
    """Return the ways through the problems, and their copying."""
    view = window.panes.problems_view

    def are_there() -> bool:
        return bool(window.session.problems)

    nothing = tr("nothing is wrong")
    return (
        Command(
            "problems.next",
            tr("Next &problem"),
            lambda: view.step(1),
            "triangle-alert",
            ("F8",),
            are_there,
            hint=tr("Go to the place of the next problem"),
            needs=nothing,
            words="error",
        ),
        Command(
            "problems.previous",
            tr("Previo&us problem"),
            lambda: view.step(-1),
            "triangle-alert",
            ("Shift+F8",),
            are_there,
            needs=nothing,
            words="error",
        ),
        Command(
            "problems.copy_all",
            tr("Copy all &problems"),
            view.copy_all,
            "copy",
            (),
            are_there,
            hint=tr("As text, say for a ticket"),
            needs=nothing,
            words="ticket report",
        ),
    )
