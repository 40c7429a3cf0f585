"""The view in which file systems are read, `--view`, and what is said of it and of journals."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from redoscope_core.operations.attributing.indexing import Examining
    from redoscope_core.volumes.views import View

__all__ = ["is_worth_telling", "seen_document", "seen_words", "view_named", "with_view"]

Command = TypeVar("Command", bound="Callable[..., object]")


def with_view(command: Command) -> Command:
    """Add ``--view`` to *command*, which takes it as *view*."""
    return click.option(
        "--view",
        type=click.Choice(["stored", "replayed"]),
        default="stored",
        show_default=True,
        help="As file systems are stored, or as the next mount makes them read: an ext3 or ext4"
        " volume that was not unmounted with its journal replayed, in memory.",
    )(command)


def view_named(word: str) -> View:
    """Return the view that *word* names."""
    from redoscope_core.volumes.views import View

    return View(word)


def seen_document(each: Examining) -> dict[str, object]:
    """Return what JSON says of the view in which a volume was read, and of its journal."""
    index = each.index
    if index is None:
        return {"view": None, "journal": None}
    journal = {
        "state": index.journal,
        "transactions_replayed": index.transactions,
        "fast_commits_left": index.fast_commits,
    }
    return {"view": index.view, "journal": journal}


def is_worth_telling(each: Examining) -> bool:
    """Tell whether the stored and the replayed view of a volume may be two."""
    return each.index is not None and each.index.journal not in {"none", "clean"}


def seen_words(each: Examining, *, offering: bool = True) -> str:
    """Return how a volume was read, for behind what was looked at of it; empty if it was not.

    With *offering* the other view is named, as it is to be asked for.
    """
    from redoscope_core.phrases import counted
    from redoscope_core.volumes.holding import Holding
    from redoscope_core.volumes.views import JournalState, View

    index = each.index
    if index is None:
        return ""
    state, view = JournalState(index.journal), View(index.view)
    if view is View.REPLAYED and state is JournalState.DIRTY:
        left = ", but not its fast commits" if index.fast_commits else ""
        told = counted(index.transactions, "transaction")
        return f", replayed: {told} of its dirty journal{left}"
    if state is JournalState.DIRTY and each.volume.holding is Holding.NTFS:
        return ", shown as stored: its $LogFile is dirty, and is not replayed"
    other = ": --view replayed shows it as after a mount" if offering else ", and not replayed"
    more = {
        JournalState.NONE: "",
        JournalState.CLEAN: ", its journal is clean",
        JournalState.DIRTY: f", its journal is dirty{other}",
        JournalState.ELSEWHERE: ", its journal is dirty, and on another device",
        JournalState.DAMAGED: ", its journal is damaged",
        JournalState.UNKNOWN: ", a journal of it would not be read",
    }
    return f", {'as stored' if view is View.STORED else 'replayed'}{more[state]}"
