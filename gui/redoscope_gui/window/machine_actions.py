"""The commands of the Machine menu: what is done to the snapshots of a machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication

from redoscope_gui.commands import Command
from redoscope_gui.requests import SnapshotVerb
from redoscope_gui.window.doings import Doings

__all__ = ["backup_commands", "machine_commands"]


def tr(text: str) -> str:
    """Translate *text* of a menu."""
    return QCoreApplication.translate("MainWindow", text)


def machine_commands(window: Doings) -> tuple[Command, ...]:
    """Return the commands about the machine that is shown."""
    is_shown = partial(_is_shown, window)
    has_snapshots = partial(_has_snapshots, window)
    no_machine = tr("no machine is shown, or it is being changed")
    no_snapshot = tr("no machine with a snapshot is shown")
    rows = (
        (
            *("take", SnapshotVerb.TAKE, tr("&Take a snapshot…"), "plus", ("Ctrl+Alt+S",)),
            *(is_shown, no_machine),
            tr("Freeze the links, and go on with children of them"),
        ),
        (
            *("revert", SnapshotVerb.REVERT, tr("&Go back to a snapshot…"), "history", ()),
            *(has_snapshots, no_snapshot),
            tr("Go on with new children of what a snapshot froze"),
        ),
        (
            *("delete", SnapshotVerb.DELETE, tr("&Delete a snapshot…"), "x", ()),
            *(has_snapshots, no_snapshot),
            tr("Merge or remove what only it needs; all others read as before"),
        ),
        (
            *("delete_all", SnapshotVerb.DELETE_ALL, tr("Delete &all snapshots…"), "", ()),
            *(has_snapshots, no_snapshot),
            tr("Keep the state of now alone"),
        ),
        (
            *("merge", SnapshotVerb.MERGE, tr("&Merge links that no snapshot names…"), "", ()),
            *(is_shown, no_machine),
            tr("What a deletion that was stopped has left, or a product"),
        ),
    )
    return tuple(
        Command(
            f"machine.{name}",
            title,
            partial(window.questions.ask_snapshots, verb),
            icon,
            keys,
            enabled,
            hint=hint,
            needs=needs,
            words="snapshot consolidate" if verb is SnapshotVerb.MERGE else "snapshot revert",
            heavy=True,
        )
        for name, verb, title, icon, keys, enabled, needs, hint in rows
    )


def backup_commands(window: Doings) -> tuple[Command, ...]:
    """Return the commands about backups, of the chain that is shown and of a folder."""
    session, ask = window.session, window.questions
    has_points, is_whole = partial(_has_points, window), partial(_is_whole, window)
    no_points = tr("no folder with backups is shown")
    rows = (
        (
            *("make", tr("&Back up…"), ask.ask_backup, "arrow-down-to-line", ("Ctrl+Shift+B",)),
            *(is_whole, tr("no whole chain is open")),
            tr("Keep a generation as a stream: all of it, or what changed"),
        ),
        (
            *("folder", tr("&Open a folder of backups…"), ask.ask_backups, "folder-open", ()),
            *(lambda: session.forest is not None, tr("nothing is open")),
            tr("List its points"),
        ),
        (
            *("restore", tr("&Restore…"), ask.ask_restore, "undo-2", ()),
            *(lambda: session.backups.point is not None, no_points),
            tr("Make a new disk of a point"),
        ),
        (
            *("prove", tr("&Verify the backups"), session.backups.prove, "circle-check", ()),
            *(has_points, no_points),
            tr("Prove every byte that is kept, without restoring anything"),
        ),
        (
            *("prune", tr("&Prune the backups…"), ask.ask_pruning, "", ()),
            *(has_points, no_points),
            tr("Remove points; what others build on stays"),
        ),
    )
    return tuple(
        Command(
            f"backup.{name}",
            title,
            partial(_call, handler),
            icon,
            keys,
            enabled,
            hint=hint,
            needs=needs,
            words="backup image incremental differential",
            heavy=True,
        )
        for name, title, handler, icon, keys, enabled, needs, hint in rows
    )


def _is_shown(window: Doings) -> bool:
    machines = window.session.machines
    return machines.shown is not None and not machines.is_changing


def _has_snapshots(window: Doings) -> bool:
    shown = window.session.machines.shown
    return _is_shown(window) and shown is not None and bool(shown.machine.snapshots)


def _has_points(window: Doings) -> bool:
    shelf = window.session.backups.shelf
    return shelf is not None and bool(shelf.points or shelf.unusable)


def _is_whole(window: Doings) -> bool:
    return window.session.chain is not None and not window.session.is_alone


def _call(handler: Callable[[], object]) -> None:
    handler()
