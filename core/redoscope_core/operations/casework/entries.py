"""Entries of a case that is being changed: found by number, judged, told of in the trail."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from redoscope_core.errors import InvalidArgument
from redoscope_core.format.case_document import entry_document
from redoscope_core.format.trail import told_text
from redoscope_core.operations.casework.rows import disks_in, entries_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from redoscope_core.format.case_values import CaseDisk, CaseEntry
    from redoscope_core.operations.casework.recording import Changing
    from redoscope_core.operations.casework.store import Store

__all__ = ["disk_to_drop", "entries_called", "refuse_unknown_places", "tell_entries"]

_MOST_NAMED = 10
_MOST_TOLD = 50
"""Entries of which the trail tells one by one."""


def entries_called(store: Store, numbers: Iterable[int]) -> list[CaseEntry]:
    """Return the entries of these *numbers*, in their order, each once."""
    wanted = list(dict.fromkeys(numbers))
    have = {entry.number: entry for entry in entries_in(store, wanted)}
    lacking = [number for number in wanted if number not in have]
    if lacking:
        raise InvalidArgument(
            "no entry of the case has this number",
            found=lacking[0],
            cure="`redoscope case list` tells the numbers; nothing was changed",
        )
    return [have[number] for number in wanted]


def disk_to_drop(store: Store, number: int) -> CaseDisk:
    """Return the disk of that *number*, about which no entry is.

    Raises:
        InvalidArgument: There is no such disk, or entries are about it.
    """
    disk = next((each for each in disks_in(store) if each.number == number), None)
    if disk is None:
        raise InvalidArgument(
            "no disk of the case has this number",
            found=number,
            cure="`redoscope case list` tells the numbers; nothing was changed",
        )
    about = [e.number for e in entries_in(store) if e.place and e.place.disk == number]
    if about:
        raise InvalidArgument(
            f"entries of the case are about disk {number}",
            found=", ".join(map(str, about[:_MOST_NAMED])),
            cure="remove them first; nothing was changed",
        )
    return disk


def refuse_unknown_places(entries: Iterable[CaseEntry], disks: Iterable[CaseDisk]) -> None:
    """Refuse *entries* about generations that none of *disks* has.

    Raises:
        InvalidArgument: One is.
    """
    links = {disk.number: len(disk.links) for disk in disks}
    for entry in entries:
        place = entry.place
        if place is not None and place.generation >= links.get(place.disk, 0):
            raise InvalidArgument(
                "a place on no disk of the case",
                found=f"generation {place.generation} of disk {place.disk}",
                cure="add the disk first: `redoscope case add`",
            )


def tell_entries(change: Changing, act: str, entries: Sequence[CaseEntry]) -> None:
    """Let the trail tell of *entries*: each of a few, of many the numbers and one digest."""
    if len(entries) > _MOST_TOLD:
        numbers = [entry.number for entry in entries]
        spell = json.JSONEncoder(sort_keys=True).encode
        digest = hashlib.sha256("\n".join(spell(entry_document(e)) for e in entries).encode())
        told = {"entries": len(numbers), "sha256": digest.hexdigest()}
        change.event(act, {"first": min(numbers), "last": max(numbers)}, told)
        return
    for entry in entries:
        told = entry_document(entry)
        told |= {key: told_text(str(told[key])) for key in ("name", "text")}
        if entry.search is not None:
            told["search"] = {"pattern": told_text(entry.search.pattern)}
        if entry.place is not None and entry.place.file is not None:
            told["place"] = {"disk": entry.place.disk, "file": told_text(entry.place.file)}
        change.event(act, told, {"number": entry.number})
