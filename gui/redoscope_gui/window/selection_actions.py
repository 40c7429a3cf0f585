"""The commands for selected bytes: hash them, save them as a file."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from redoscope_gui.commands import Command
from redoscope_gui.window.doings import Doings

__all__ = ["save_selection", "selection_commands"]


def tr(text: str) -> str:
    """Translate *text* of a menu."""
    return QCoreApplication.translate("MainWindow", text)


def _selected(window: Doings) -> tuple[int, int] | None:
    """Return offset and length of what is selected, else of the byte at the cursor."""
    view = window.panes.hex_view
    if view is None:
        return None
    first, last = view.surface.hand.selection
    return first, last - first + 1


def save_selection(window: Doings) -> None:
    """Ask for a name, and save the selected bytes under it, as a job."""
    session, selected = window.session, _selected(window)
    path = session.cursor.path
    if selected is None or path is None:
        return
    target = window.questions.name_for_selection(path, selected[0])
    if target is not None:
        window.show_job(session.selecting.save(session.scene, *selected, target))


def _hash_selection(window: Doings) -> None:
    session, selected = window.session, _selected(window)
    if selected is not None:
        window.show_job(session.selecting.hash(session.scene, *selected))


def _measure(window: Doings) -> None:
    """Show the entropy pane, and count the selected bytes in it."""
    panes = window.panes
    if not panes.guests.entropy.in_front:
        window.toggle_pane(panes.guests.entropy)
    panes.guests.entropy_view.choose_selection()
    panes.guests.entropy_view.count()


def selection_commands(window: Doings) -> tuple[Command, ...]:
    """Return the commands for selected bytes."""
    session = window.session

    def is_open() -> bool:
        return session.chain is not None

    return (
        Command(
            "edit.entropy",
            tr("&Entropy of the selection"),
            lambda: _measure(window),
            "",
            ("Ctrl+Shift+Y",),
            is_open,
            hint=tr("How disordered the selected bytes are, and how often each value occurs"),
            needs=tr("no chain is open"),
            words="histogram statistics encrypted packed",
        ),
        Command(
            "edit.save_selection",
            tr("Sa&ve selection…"),
            lambda: save_selection(window),
            "",
            ("Ctrl+Shift+S",),
            is_open,
            hint=tr("The selected bytes as a file, and beside it where they come from"),
            needs=tr("no chain is open"),
            words="extract export carve",
            heavy=True,
        ),
        Command(
            "edit.hash_selection",
            tr("SHA-256 o&f the selection"),
            lambda: _hash_selection(window),
            "",
            ("Ctrl+Shift+H",),
            is_open,
            hint=tr("The SHA-256 of the selected bytes, however many"),
            needs=tr("no chain is open"),
            words="hash digest checksum",
            heavy=True,
        ),
    )
