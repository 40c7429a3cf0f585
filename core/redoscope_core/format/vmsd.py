"""The ``.vmsd`` text: the snapshots of a virtual machine as a tree, and the links that each froze.

    snapshot0.uid = "3"                 N in snapshotN is a place in the text, with gaps; the uid
    snapshot0.parent = "1"              is what a snapshot is, and what `parent` names
    snapshot0.createTimeHigh = "310880"
    snapshot0.createTimeLow = "-365210110"
    snapshot0.disk0.fileName = "vm.vmdk"    the link that was current then: frozen by it

A text of 0 bytes is that of a machine that never had one. Source: SNAPSHOTS A1 of the project's
notes: what Workstation and ESXi write, two time stamps compared with the files beside them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from redoscope_core.findings import Finding, Kind, Place
from redoscope_core.format.dictionary import Dictionary, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

__all__ = ["MRU", "FrozenDisk", "Snapshot", "SnapshotText"]

_KEY = re.compile(r"snapshot([0-9]{1,9})\.(.+)")
_DISK = re.compile(r"disk([0-9]{1,9})\.(filename|node)")
_CLONE = re.compile(r"clone([0-9]{1,9})")
MRU = re.compile(r"snapshot\.mru([0-9]{1,9})\.uid")
"""A key of the list of those used last, in lower case."""
_MEMORY = "1"
_LOW_BITS = 32
_LOW = 2**_LOW_BITS - 1


@dataclass(frozen=True, slots=True)
class FrozenDisk:
    """A disk of a snapshot: the link that was current when it was taken."""

    node: str
    """Where it is plugged in: ``scsi0:0``; empty if the text does not say."""
    file_name: str
    """From the folder of the text, or absolute."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One entry of the text."""

    index: int
    """The N of its keys ``snapshotN``: its place in the text, which says nothing else."""
    uid: int
    """What it is: no other snapshot of the machine ever has it."""
    parent: int | None
    """The uid of the snapshot that it descends from; None for a root."""
    file_name: str
    """Its checkpoint file."""
    name: str
    description: str
    kind: str | None
    """The key ``type``; "1" is with memory, absent is without, and no other was seen."""
    created: int | None
    """Microseconds since 1970, UTC; None if the text does not say."""
    disks: tuple[FrozenDisk, ...]
    clones: tuple[str, ...]
    """Texts of the machines that are linked clones of it."""

    @property
    def has_memory(self) -> bool:
        """Whether it holds the memory of a running machine."""
        return self.kind == _MEMORY


@dataclass(frozen=True)
class SnapshotText:
    """All that the text says."""

    text: Dictionary
    snapshots: tuple[Snapshot, ...]
    """In the order of their indices."""
    findings: tuple[Finding, ...] = ()
    """What contradicts itself; the file is not known here."""

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read *data*; any bytes are such a text, if need be one without snapshots."""
        text = Dictionary.parse(data)
        keys: dict[int, dict[str, str]] = defaultdict(dict)
        for key, value in text.values.items():
            if match := _KEY.fullmatch(key):
                keys[int(match[1])][match[2]] = value
        found: list[Finding] = list(text.findings)
        snapshots = []
        for index in sorted(keys):
            snapshot = _snapshot(index, whole_number(keys[index].get("uid")), keys[index])
            if snapshot is None:
                place = Place(f"snapshot{index}.uid")
                found.append(Finding.of(Kind.SNAPSHOT_WITHOUT_UID, None, place, index=index))
            else:
                snapshots.append(snapshot)
        parsed = cls(text, tuple(snapshots))
        return cls(text, parsed.snapshots, (*found, *_contradictions(parsed)))

    @property
    def last_uid(self) -> int:
        """The highest uid ever given: what the text says, or the highest in it if that is more."""
        said = self.text.number("snapshot.lastUID") or 0
        return max([said, *(snapshot.uid for snapshot in self.snapshots)])

    @property
    def current(self) -> int | None:
        """The uid of the snapshot that the machine's state now descends from."""
        said = self.text.number("snapshot.current")
        # The products write 0 where there is none, and give uids from 1 on.
        return said if said or any(snapshot.uid == 0 for snapshot in self.snapshots) else None

    @property
    def said_count(self) -> int | None:
        """How many snapshots the text says there are."""
        return self.text.number("snapshot.numSnapshots")

    @property
    def needs_consolidation(self) -> bool:
        """Whether a product noted that links are there which no snapshot needs."""
        return self.text.is_set("snapshot.needConsolidate")

    @property
    def used_lately(self) -> tuple[int, ...]:
        """The uids of the list of those used last, the last one first."""
        found = {}
        for key in self.text.values:
            match, uid = MRU.fullmatch(key), self.text.number(key)
            if match and uid is not None:
                found[int(match[1])] = uid
        return tuple(found[index] for index in sorted(found))

    @cached_property
    def by_uid(self) -> Mapping[int, Snapshot]:
        """The snapshots by what they are; of two with one uid the first."""
        return {snapshot.uid: snapshot for snapshot in reversed(self.snapshots)}

    @cached_property
    def children(self) -> Mapping[int, tuple[Snapshot, ...]]:
        """The snapshots that descend from each, by its uid."""
        found: dict[int, tuple[Snapshot, ...]] = {}
        for snapshot in self.snapshots:
            if snapshot.parent is not None:
                found[snapshot.parent] = (*found.get(snapshot.parent, ()), snapshot)
        return found


def _snapshot(index: int, uid: int | None, keys: Mapping[str, str]) -> Snapshot | None:
    if uid is None:
        return None
    return Snapshot(
        index=index,
        uid=uid,
        parent=whole_number(keys.get("parent")),
        file_name=keys.get("filename", ""),
        name=keys.get("displayname", ""),
        description=keys.get("description", ""),
        kind=keys.get("type"),
        created=_created(keys),
        disks=_disks(keys),
        clones=tuple(value for _, value in sorted(_numbered(keys))),
    )


def _numbered(keys: Mapping[str, str]) -> Iterable[tuple[int, str]]:
    for key, value in keys.items():
        if match := _CLONE.fullmatch(key):
            yield int(match[1]), value


def _created(keys: Mapping[str, str]) -> int | None:
    """Return the time that two signed halves of 32 bits tell; None unless both are there.

    Scripts that make a text for a clone write two zeros: they say nothing either.
    """
    high = whole_number(keys.get("createtimehigh"))
    low = whole_number(keys.get("createtimelow"))
    if high is None or low is None:
        return None
    return (high << _LOW_BITS) + (low & _LOW) or None


def _disks(keys: Mapping[str, str]) -> tuple[FrozenDisk, ...]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for key, value in keys.items():
        if match := _DISK.fullmatch(key):
            found[int(match[1])][match[2]] = value
    named = (found[number] for number in sorted(found))
    return tuple(FrozenDisk(d.get("node", ""), d["filename"]) for d in named if "filename" in d)


def _contradictions(text: SnapshotText) -> list[Finding]:
    """Return in what the text contradicts itself."""
    found = []
    times = Counter(snapshot.uid for snapshot in text.snapshots)
    circles = _in_circles(text)
    for snapshot in text.snapshots:
        place = Place(f"snapshot{snapshot.index}.uid")
        if times[snapshot.uid] > 1 and text.by_uid[snapshot.uid] is not snapshot:
            found.append(Finding.of(Kind.UID_TWICE, None, place, uid=snapshot.uid))
        place = Place(f"snapshot{snapshot.index}.parent")
        if snapshot.parent and snapshot.parent not in times:
            facts = {"uid": snapshot.uid, "parent": snapshot.parent}
            found.append(Finding.of(Kind.NO_PARENT_SNAPSHOT, None, place, **facts))
        elif snapshot.uid in circles:
            found.append(Finding.of(Kind.SNAPSHOT_LOOP, None, place, uid=snapshot.uid))
    said, there = text.said_count, len(text.snapshots)
    if said is not None and said != there:
        place = Place("snapshot.numSnapshots")
        found.append(Finding.of(Kind.SNAPSHOT_COUNT, None, place, said=said, there=there))
    if text.current is not None and text.current not in times:
        place = Place("snapshot.current")
        found.append(Finding.of(Kind.NO_CURRENT_SNAPSHOT, None, place, uid=text.current))
    return found


def _in_circles(text: SnapshotText) -> set[int]:
    """Return the uids that are their own ancestors; each is passed once."""
    circles: set[int] = set()
    passed: dict[int, int] = {}
    for start in text.by_uid:
        uid: int | None = start
        while uid is not None and uid in text.by_uid and uid not in passed:
            passed[uid] = start
            uid = text.by_uid[uid].parent
        # Only a way that meets itself, and not an older one, has come upon a circle.
        while uid is not None and passed.get(uid) == start and uid not in circles:
            circles.add(uid)
            uid = text.by_uid[uid].parent
    return circles
