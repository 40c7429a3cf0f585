"""What stands on the buttons of panes that have commands: the command has more words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction

from redoscope_gui.commands import Commands

__all__ = ["backup_buttons", "case_buttons", "machine_buttons"]


def tr(text: str) -> str:
    """Translate *text* of a button."""
    return QCoreApplication.translate("MainWindow", text)


def machine_buttons(commands: Commands) -> dict[str, QAction]:
    """Return what the machine pane has buttons for, each with what stands on it."""
    named = (
        ("take", tr("Take…")),
        ("revert", tr("Go back…")),
        ("delete", tr("Delete…")),
        ("delete_all", tr("Delete all…")),
        ("merge", tr("Merge…")),
    )
    return {words: commands.action(f"machine.{name}") for name, words in named}


def backup_buttons(commands: Commands) -> dict[str, QAction]:
    """Return what the backups pane has buttons for, each with what stands on it."""
    named = (
        ("make", tr("Back up…")),
        ("folder", tr("Open folder…")),
        ("restore", tr("Restore…")),
        ("prove", tr("Verify")),
        ("prune", tr("Prune…")),
    )
    return {words: commands.action(f"backup.{name}") for name, words in named}


def case_buttons(commands: Commands) -> tuple[dict[str, QAction], ...]:
    """Return the buttons of the case pane without a case, within one, and those of an entry."""
    without = (("new", tr("New case…")), ("open", tr("Open case…")))
    within = (
        *(("bookmark", tr("Bookmark…")), ("note", tr("Note…"))),
        *(("save_search", tr("Save search…")), ("digests", tr("Digests"))),
        *(("verify", tr("Verify")), ("sign", tr("Sign…"))),
    )
    entry = (
        *(("go", tr("Go there")), ("edit", tr("Edit…"))),
        *(("tag", tr("Tag…")), ("remove", tr("Remove"))),
    )
    return tuple(
        {words: commands.action(f"case.{name}") for name, words in rows}
        for rows in (without, within, entry)
    )
