"""Edits that a user asked for by name, made to last and taken back: one way for every front."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.chain.access import Policy
from redoscope_core.chain.family.children import refuse_if_parent
from redoscope_core.chain.family.record import lies_elsewhere, record_child
from redoscope_core.files.names import is_there
from redoscope_core.link.link import Link
from redoscope_core.operations.edits.interrupted import free_name, undo_name
from redoscope_core.operations.edits.plan import Plan, drop_saved
from redoscope_core.operations.edits.unused import remove_unused

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.chain.chain import Chain

__all__ = ["Undone", "make_attach_last", "undo_saved"]


class Undone(NamedTuple):
    """A saved inverse that was made."""

    plan: Plan
    removed: tuple[Path, ...]
    """Files that were made for what is taken back, and went with it."""
    redo: Path | None
    """Where the inverse of the undo is saved; None if there is none."""


def make_attach_last(child: Path, parent: Chain, plan: Plan, undo: Path | None = None) -> Path:
    """Make the edits of *plan*, which `plan_reparent` made; return where the inverse is saved.

    A child in another folder than *parent* is recorded for this user, as one that is made there.

    Raises:
        HasChildren: Links were made from *child*, which would read other bytes then.
        VmdkError: As `Plan.apply`; nothing was done.
    """
    with Link.open(child) as link:
        refuse_if_parent(link, Policy())
    undo = undo or undo_name(child, [child])
    plan.apply(undo=undo)
    if lies_elsewhere(parent.path, child):
        record_child(parent.path, child)
    return undo


def undo_saved(saved: Path, redo: Path | None = None) -> Undone:
    """Make the inverse saved at *saved*, and remove it; its own inverse is saved first.

    That goes to *redo*, else to a free name with redo for undo in it.

    Raises:
        CorruptVmdk: *saved* is none, or a file holds something else by now; nothing was done.
        VmdkError: As `Plan.apply`.
    """
    plan = Plan.read(saved)
    plan.check()
    redo = redo or free_name(_redo_name(saved), plan)
    plan.apply(undo=redo)
    removed = remove_unused(plan.removes, plan.edits)
    kept: Path | None = redo
    if plan.removes and not any(is_there(path) for path in plan.removes):
        drop_saved(redo)  # it would name files that are gone
        kept = None
    drop_saved(saved)
    return Undone(plan, removed, kept)


def _redo_name(saved: Path) -> Path:
    stem = saved.name.removesuffix(".json")
    if stem.endswith(".redo"):
        return saved.with_name(f"{stem.removesuffix('.redo')}.undo.json")
    return saved.with_name(f"{stem.removesuffix('.undo')}.redo.json")
