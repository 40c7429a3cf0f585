"""What is said of a machine, its snapshots and what deleting them does, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from redoscope_gui import theme

if TYPE_CHECKING:
    from redoscope_core import Deletion, Forecast, MachineSnapshot

__all__ = ["costs", "given_back", "name_of", "the_ladder", "when"]

_PER_SECOND = 10**6
_UNKNOWN = "…"
"""What is not worked out yet."""


def tr(text: str) -> str:
    """Translate *text* about a machine."""
    return QCoreApplication.translate("Machine", text)


def when(microseconds: int | None) -> str:
    """Return a time as people write it, UTC; that there is none if it is of no calendar."""
    try:
        if microseconds is not None:
            return f"{datetime.fromtimestamp(microseconds // _PER_SECOND, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        pass
    return tr("no time")


def name_of(snapshot: MachineSnapshot) -> str:
    """Return what a snapshot is called; by its uid where it has no name."""
    return snapshot.entry.name or tr("Snapshot %d") % snapshot.entry.uid


def given_back(forecast: Forecast | None) -> str:
    """Return what deleting a snapshot gives back, as storage."""
    if forecast is None:
        return _UNKNOWN
    if forecast.deletion is None:
        return "-"
    deletion = forecast.deletion
    given = deletion.freed_storage_bytes - deletion.grown_bytes
    return theme.amount(given) if given >= 0 else f"-{theme.amount(-given)}"


def costs(forecast: Forecast | None) -> str:
    """Return how much deleting a snapshot copies."""
    if forecast is None:
        return _UNKNOWN
    if forecast.deletion is None:
        return "-"
    return tr("copies %s") % theme.amount(forecast.deletion.copied_bytes)


def deleting(forecast: Forecast | None) -> str:
    """Return in a sentence what deleting a snapshot would give back and cost, or why not."""
    if forecast is None:
        return tr("What deleting it would do is being worked out…")
    if forecast.deletion is None:
        why = "" if forecast.why_not is None else str(forecast.why_not)
        return tr("It can't be deleted: %s") % why
    return tr("Deleting it: %s") % amounts(forecast.deletion)


def amounts(deletion: Deletion) -> str:
    """Return in words what *deletion* gives back and costs."""
    given = deletion.freed_storage_bytes - deletion.grown_bytes
    about = theme.amount(abs(given))
    back = tr("gives back about %s") if given >= 0 else tr("takes about %s more")
    if not deletion.merges:
        return tr("%s, copies nothing") % (back % about)
    return tr("{back}, copies {copied}, writes {written}").format(
        back=back % about,
        copied=theme.amount(deletion.copied_bytes),
        written=theme.amount(deletion.written_bytes),
    )


def the_ladder() -> tuple[tuple[str, str, str], ...]:
    """Return the three rungs: what each is called, its icon, and what it is."""
    return (
        (
            tr("Image"),
            "file",
            tr(
                "A backup image is a stream of bytes: what a disk read as at one time, kept apart "
                "from it. It opens anywhere, and knows nothing of a machine."
            ),
        ),
        (
            tr("Link"),
            "link-2",
            tr(
                "A link holds the grains that changed since its parent was frozen. A child disk is "
                "a link: it is read through its parents, and says nothing of why it was made."
            ),
        ),
        (
            tr("Snapshot"),
            "history",
            tr(
                "A snapshot is links plus the state of the machine: which link each disk stood on, "
                "the settings, maybe the memory. A bare child disk is none."
            ),
        ),
    )
