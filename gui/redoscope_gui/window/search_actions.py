"""The commands that search: to the pane, and from hit to hit wherever the focus is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt

from redoscope_gui.commands import Command
from redoscope_gui.window.doings import Doings

__all__ = ["search_commands"]


def tr(text: str) -> str:
    """Translate *text* of a menu."""
    return QCoreApplication.translate("MainWindow", text)


def _list(window: Doings) -> None:
    """Show the list of recognised structures, and give it the focus."""
    panes = window.panes
    if not panes.guests.structures.in_front:
        window.toggle_pane(panes.guests.structures)
    panes.guests.structures_view.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _list_files(window: Doings) -> None:
    """Show the tree of files, and give it the focus."""
    panes = window.panes
    if not panes.guests.files.in_front:
        window.toggle_pane(panes.guests.files)
    panes.guests.files_view.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _sort(window: Doings) -> None:
    """Show the tree of files, and sort it by what became of them since A."""
    _list_files(window)
    window.panes.guests.files_view.tree.sort_by_change()


def _tell_history(window: Doings) -> None:
    """Tell the history of the file that is chosen in the list, else of that at the cursor."""
    panes, files = window.panes, window.session.files
    is_listed = panes.guests.files.in_front
    if not panes.guests.history.in_front:
        window.toggle_pane(panes.guests.history)
    panes.guests.history_view.setFocus(Qt.FocusReason.ShortcutFocusReason)
    files.tell_past(files.chosen if is_listed else None)


def _show_beside(window: Doings) -> None:
    """Show the file whose history is told in A and here; else tell that of the one chosen."""
    panes, files = window.panes, window.session.files
    if files.past.file is None:
        files.tell_past(files.chosen if panes.guests.files.in_front else None)
    if not panes.guests.beside.in_front:
        window.toggle_pane(panes.guests.beside)
    panes.guests.beside_view.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _list_strings(window: Doings) -> None:
    """Bring the search pane to list texts, and list them."""
    panes = window.panes
    if not panes.guests.search.in_front:
        window.toggle_pane(panes.guests.search)
    view = panes.guests.search_view
    view.form.choose_strings()
    view.form.begin.setFocus(Qt.FocusReason.ShortcutFocusReason)
    view.search()


def search_commands(window: Doings) -> tuple[Command, ...]:
    """Return the commands of the search pane."""
    session, panes = window.session, window.panes

    def is_open() -> bool:
        return session.chain is not None

    def find() -> None:
        if not panes.guests.search.in_front:
            window.toggle_pane(panes.guests.search)
        pattern = panes.guests.search_view.form.pattern
        pattern.setFocus(Qt.FocusReason.ShortcutFocusReason)
        pattern.selectAll()

    def step(*, forward: bool) -> Callable[[], None]:
        def call() -> None:
            panes.guests.search_view.step(forward=forward)

        return call

    rows = (
        ("find", tr("Find…"), find, "search", "Ctrl+F", tr("Bytes, a text or a pattern")),
        ("next_hit", tr("Next h&it"), step(forward=True), "", "F3", tr("Behind the cursor")),
        (
            *("previous_hit", tr("Previous hit"), step(forward=False)),
            *("", "Shift+F3", tr("Before the cursor")),
        ),
        (
            *("strings", tr("List &strings"), partial(_list_strings, window), ""),
            *("Ctrl+Shift+F", tr("All that looks like text, in this generation or in all")),
        ),
        (
            *("structures", tr("Recognised st&ructures"), partial(_list, window), "list-tree"),
            *("Ctrl+Shift+R", tr("Partition tables, boot sectors, superblocks, VMDK headers")),
        ),
        (
            *("files", tr("Files and volumes"), partial(_list_files, window), "folder"),
            *("Ctrl+Shift+L", tr("Volumes, directories and files of this generation")),
        ),
        (
            *("sort_files", tr("Sort files by what became of them"), partial(_sort, window), ""),
            *("", tr("What was added, deleted, renamed, modified since A stands first")),
        ),
        (
            *("history", tr("History of the file"), partial(_tell_history, window), "history"),
            *("Ctrl+Shift+I", tr("What became of it in each generation, and its older bytes")),
        ),
        (
            *("beside", tr("File side by side"), partial(_show_beside, window), "history"),
            *("Ctrl+Shift+J", tr("Older and newer: text, pictures or bytes")),
        ),
    )
    return tuple(
        Command(
            f"go.{name}",
            title,
            handler,
            icon,
            (key,) if key else (),
            is_open,
            hint=hint,
            needs=tr("no chain is open"),
        )
        for name, title, handler, icon, key, hint in rows
    )
