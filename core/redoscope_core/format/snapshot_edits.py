"""Changes of a ``.vmsd`` text: a snapshot taken, gone back to, deleted.

Each returns the text with only the lines of its own keys changed. Source: SNAPSHOTS A1 and A4 of
the project's notes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.format.dictionary import Dictionary
from redoscope_core.format.vmsd import MRU, FrozenDisk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from redoscope_core.format.vmsd import Snapshot, SnapshotText

__all__ = [
    "NewSnapshot",
    "renamed",
    "with_current",
    "with_pending",
    "with_snapshot",
    "without_all",
    "without_snapshot",
]

_CURRENT = "snapshot.current"
_COUNT = "snapshot.numSnapshots"
_LAST_UID = "snapshot.lastUID"
_PENDING = "snapshot.needConsolidate"
_MOST_RECENT = 4
"""Entries that the list of those used last is let grow to."""
_LOW_BITS, _SIGN = 32, 2**31
_INDICES = 10**9
"""Numbers of entries have nine digits at most."""
_PLAIN_TEXT = b'.encoding = "UTF-8"\n'

Changes = dict[str, str | None]


class NewSnapshot(NamedTuple):
    """What is written of a new snapshot."""

    uid: int
    file_name: str
    """Its checkpoint file, from the folder of the text."""
    name: str
    description: str
    created: int
    """Microseconds since 1970, UTC."""
    disks: tuple[FrozenDisk, ...]


def with_snapshot(text: SnapshotText, new: NewSnapshot, *, like: Dictionary) -> Dictionary:
    """Return *text* with *new* below the current snapshot, as the current one.

    A text that is empty gets the encoding and the line ends of *like*, the machine's own text.

    Raises:
        InvalidArgument: The text's character set lacks a character.
    """
    index = _free_index(text)
    key = f"snapshot{index}"
    high, low = _halves(new.created)
    changes: Changes = {
        _LAST_UID: str(max(new.uid, text.last_uid)),
        _CURRENT: str(new.uid),
        f"{key}.uid": str(new.uid),
        f"{key}.filename": new.file_name,
        f"{key}.parent": None if text.current is None else str(text.current),
        f"{key}.displayName": new.name,
        f"{key}.description": new.description or None,
        f"{key}.createTimeHigh": str(high),
        f"{key}.createTimeLow": str(low),
        f"{key}.numDisks": str(len(new.disks)),
    }
    for number, disk in enumerate(new.disks):
        changes[f"{key}.disk{number}.fileName"] = disk.file_name
        changes[f"{key}.disk{number}.node"] = disk.node
    changes[_COUNT] = str(len(text.snapshots) + 1)
    changes |= _recent(text, new.uid)
    return _begun(text, like).changed(changes)


def with_current(text: SnapshotText, uid: int) -> Dictionary:
    """Return *text* with the snapshot *uid* as the one that the machine's state descends from."""
    return text.text.changed({_CURRENT: str(uid), **_recent(text, uid)})


def without_snapshot(text: SnapshotText, uid: int, *, pending: bool) -> Dictionary:
    """Return *text* without the snapshot *uid*; those that descend from it do so from its parent.

    With *pending* it says that links are to be merged yet. The places of the others stay.
    """
    gone = text.by_uid[uid]
    above = None if gone.parent is None else str(gone.parent)
    changes = _entry(text, gone)
    changes |= {f"snapshot{child.index}.parent": above for child in text.children.get(uid, ())}
    if text.current == uid:
        changes[_CURRENT] = above
    changes |= {_COUNT: str(len(text.snapshots) - 1), _LAST_UID: str(text.last_uid)}
    changes |= _listed(text, [other for other in text.used_lately if other != uid])
    changes[_PENDING] = "TRUE" if pending else text.text.get(_PENDING)
    return text.text.changed(changes)


def without_all(text: SnapshotText, *, pending: bool) -> Dictionary:
    """Return *text* without any snapshot, and what it says of their past: the highest uid."""
    changes: Changes = {}
    for gone in text.snapshots:
        changes |= _entry(text, gone)
    changes |= _listed(text, [])
    changes |= {_CURRENT: None, _COUNT: "0", _LAST_UID: str(text.last_uid)}
    changes[_PENDING] = "TRUE" if pending else None
    return text.text.changed(changes)


def renamed(
    text: SnapshotText, names: Mapping[tuple[int, str], str], *, pending: bool
) -> Dictionary:
    """Return *text* in which snapshots name other links: by (uid, the name so far).

    Unless *pending* links are to be merged yet, it does not say so any more.
    """
    changes: Changes = {} if pending else {_PENDING: None}
    for (uid, name), other in names.items():
        pattern = re.compile(rf"snapshot{text.by_uid[uid].index}\.disk[0-9]{{1,9}}\.filename")
        for key, value in text.text.values.items():
            if value == name and pattern.fullmatch(key):
                changes[key] = other
    return text.text.changed(changes)


def with_pending(text: SnapshotText, *, pending: bool) -> Dictionary:
    """Return *text* that says, or does not say any more, that links are to be merged yet."""
    return text.text.changed({_PENDING: "TRUE" if pending else None})


def _free_index(text: SnapshotText) -> int:
    """Return the number of a new entry: behind all that are there, unless that is too long."""
    taken = {each.index for each in text.snapshots}
    behind = max([len(taken), *(index + 1 for index in taken)])
    return behind if behind < _INDICES else next(n for n in range(len(taken) + 1) if n not in taken)


def _begun(text: SnapshotText, like: Dictionary) -> Dictionary:
    """Return the text, or if it is empty a new one in the encoding of *like*."""
    if text.text.lines:
        return text.text
    named = (line.raw for line in like.lines if line.key.lower() in {".encoding", "encoding"})
    return Dictionary.parse(next(named, _PLAIN_TEXT))


def _entry(text: SnapshotText, gone: Snapshot) -> Changes:
    """Return the changes that take the keys of *gone* away."""
    return dict.fromkeys(k for k in text.text.values if k.startswith(f"snapshot{gone.index}."))


def _recent(text: SnapshotText, uid: int) -> Changes:
    """Return the changes that put *uid* in front of the list of those used last."""
    others = [other for other in text.used_lately if other != uid]
    return _listed(text, [uid, *others][: max(_MOST_RECENT, len(text.used_lately))])


def _listed(text: SnapshotText, uids: Sequence[int]) -> Changes:
    """Return the changes that make *uids* the list of those used last."""
    changes: Changes = dict.fromkeys(_recent_keys(text.text.values))
    return changes | {f"snapshot.mru{at}.uid": str(uid) for at, uid in enumerate(uids)}


def _recent_keys(keys: Iterable[str]) -> list[str]:
    return [key for key in keys if MRU.fullmatch(key)]


def _halves(microseconds: int) -> tuple[int, int]:
    """Return a time as the two signed halves of 32 bits that the text has."""
    high, low = divmod(microseconds, 2**_LOW_BITS)
    return high, low - 2**_LOW_BITS if low >= _SIGN else low
