"""Links that a call left half changed when it was stopped, or merged: what takes that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import ContentIdMismatch, VmdkError, WasMerged
from redoscope_core.findings import Finding, Kind
from redoscope_core.link.plans_beside import PlansBeside, undo_words
from redoscope_core.link.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from redoscope_core.link.link import Link

__all__ = ["half_changed", "name_step", "stopped", "was_merged"]


def name_step(error: VmdkError, path: Path, plans: PlansBeside | None = None) -> None:
    """If a saved inverse takes back what led to *error*, of the link *path*, let it say so."""
    if isinstance(error, WasMerged):
        return
    plans = plans or PlansBeside()
    parent = error.parent if isinstance(error, ContentIdMismatch) else None
    for place in dict.fromkeys((error.path or path, path, parent)):
        saved = plans.standing(place, Standing.PART) if place is not None else None
        if saved is not None:
            error.cure = f"a call was stopped in the middle: {undo_words(saved)} takes it back"
            return


def half_changed(links: Sequence[Link], plans: PlansBeside) -> list[tuple[Link, str]]:
    """Return those of *links*, which can be read, whose text a stopped call changed in part.

    With each comes what takes that back, as one types it.
    """
    saved = [(link, plans.standing(link.path, Standing.PART, near=True)) for link in links]
    return [(link, undo_words(place)) for link, place in saved if place is not None]


def stopped(links: Sequence[Link], plans: PlansBeside) -> list[Finding]:
    """Return which of *links* have a text that a stopped call changed in part."""
    return [
        Finding.of(Kind.INTERRUPTED, link.path, undo=undo)
        for link, undo in half_changed(links, plans)
    ]


def was_merged(path: Path, into: str, plans: PlansBeside) -> WasMerged:
    """Return the error that the link *path* was merged into the one of the name *into*."""
    saved = plans.standing(path, Standing.OLD, Standing.PART)
    back = f"{undo_words(saved)} takes it back" if saved is not None else f"open {into} instead"
    return WasMerged(f"was merged into {into}", path=path, cure=f"{back}; or delete it")
