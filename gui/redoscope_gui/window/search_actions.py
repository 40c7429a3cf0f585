"""The commands that search: to the pane, and from hit to hit wherever the focus is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt

from redoscope_gui.commands import Command
from redoscope_gui.window.doings import Doings

__all__ = ["search_commands"]


def tr(text: str) -> str:
    """Translate *text* of a menu."""
    return QCoreApplication.translate("MainWindow", text)


def search_commands(window: Doings) -> tuple[Command, ...]:
    """Return the commands of the search pane."""
    session, panes = window.session, window.panes

    def is_open() -> bool:
        return session.chain is not None

    def find() -> None:
        if not panes.search.in_front:
            window.toggle_pane(panes.search)
        if panes.search_view is not None:
            panes.search_view.form.pattern.setFocus(Qt.FocusReason.ShortcutFocusReason)
            panes.search_view.form.pattern.selectAll()

    def step(*, forward: bool) -> Callable[[], None]:
        def call() -> None:
            if panes.search_view is not None:
                panes.search_view.step(forward=forward)

        return call

    rows = (
        ("find", tr("Find…"), find, "search", "Ctrl+F", tr("Bytes, a text or a pattern")),
        ("next_hit", tr("Next h&it"), step(forward=True), "", "F3", tr("Behind the cursor")),
        (
            *("previous_hit", tr("Previous hit"), step(forward=False)),
            *("", "Shift+F3", tr("Before the cursor")),
        ),
    )
    return tuple(
        Command(
            f"go.{name}",
            title,
            handler,
            icon,
            (key,),
            is_open,
            hint=hint,
            needs=tr("no chain is open"),
        )
        for name, title, handler, icon, key, hint in rows
    )
