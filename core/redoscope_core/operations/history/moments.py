"""Moments: what became of a file in each generation of its volume."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.operations.attributing.listing import shown_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.operations.attributing.file_changes import Comparing
    from redoscope_core.operations.attributing.indexing import Examining
    from redoscope_core.operations.history.following import Following
    from redoscope_core.operations.history.older_content import FileContent

__all__ = ["FileMoment", "WhatBecame", "moments_of", "spans_of", "with_shreds"]


class WhatBecame(Enum):
    """What became of a file in a generation; the value is its word for programs."""

    FIRST = "first"
    """It is there, and nothing is known of it in an older generation."""
    ADDED = "added"
    SAME = "same"
    MODIFIED = "modified"
    """Bytes differ."""
    METADATA = "metadata"
    """Only what is said of it differs; of a directory, also what is in it."""
    RENAMED = "renamed"
    """Or moved; its bytes may differ too."""
    DELETED = "deleted"
    ABSENT = "absent"
    """Not there yet, or no more."""
    UNREAD = "unread"
    """All that could be read is the same."""
    UNKNOWN = "unknown"
    """The volume is not there, or could not be parsed."""


_Became = tuple[WhatBecame, "str | None", bool, tuple[str, ...]]


class FileMoment(NamedTuple):
    """A file in a generation."""

    generation: int
    what: WhatBecame
    path: str | None
    """Where it is; None where it is not."""
    old_path: str | None
    """What it was called before, where it was renamed or deleted."""
    number: int | None
    """Inode or file record."""
    bytes_differ: bool
    """Whether its bytes differ from those in the generation before."""
    notes: tuple[str, ...]
    """As a difference of files has them; and `shredded` or `shredded_in_part` where all or some
    bytes of a file that is gone were overwritten here, and belong to no file now."""
    examined: Examining | None
    """How the volume was read there; None if it is not there."""


def moments_of(
    following: Following, names: Sequence[bytes | None], examined: Sequence[Examining | None]
) -> list[FileMoment]:
    """Return what became of the file that has *names* in the generations that are followed."""
    found = []
    for number, name in enumerate(names):
        side = following.sides[number]
        shown = None if name is None else shown_name(name)
        node = (
            None if name is None or side is None else int(side.index.nodes.number[side.node(name)])
        )
        before = names[number - 1] if number else None
        what: _Became = WhatBecame.UNKNOWN, None, False, ()
        if side is not None:
            what = _became(following.comparing(number), before, name)
        became, old, differs, notes = what
        found.append(FileMoment(number, became, shown, old, node, differs, notes, examined[number]))
    return found


def _became(step: Comparing | None, before: bytes | None, name: bytes | None) -> _Became:
    if step is None:
        return (WhatBecame.ABSENT if name is None else WhatBecame.FIRST), None, False, ()
    if name is None and before is None:
        return WhatBecame.ABSENT, None, False, ()
    if name is None and before is not None:
        return WhatBecame.DELETED, shown_name(before), False, step.deleted(before).notes
    if name is not None and before is None:
        return WhatBecame.ADDED, None, False, step.added(name).notes
    return _kept(step, before or b"", name or b"")


def _kept(step: Comparing, before: bytes, name: bytes) -> _Became:
    change = step.kept(before, name)
    if change is None:
        return WhatBecame.SAME, None, False, ()
    if change.kind == "unread":
        return WhatBecame.UNREAD, None, False, change.notes
    differs = step.differs(before, name)
    if change.kind == "renamed":
        return WhatBecame.RENAMED, shown_name(before), differs, change.notes
    what = WhatBecame.MODIFIED if differs else WhatBecame.METADATA
    return what, None, differs, change.notes


def spans_of(moments: Sequence[FileMoment]) -> list[tuple[int, int]]:
    """Return the first and the last generation of each state of the bytes of a file."""
    found: list[tuple[int, int]] = []
    for each in moments:
        if each.path is None:
            continue
        number = each.generation
        goes_on = found and found[-1][1] == number - 1 and not each.bytes_differ
        if goes_on and each.what not in {WhatBecame.FIRST, WhatBecame.ADDED}:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def with_shreds(moment: FileMoment, contents: Sequence[FileContent]) -> FileMoment:
    """Return *moment* with a note that says how much of a file that is gone was shredded there."""
    if moment.path is not None:
        return moment
    last = max((each.last for each in contents if each.last < moment.generation), default=-1)
    shredded = total = 0
    for each in contents:
        if each.last == last:
            total += each.parts.total
            here = (o for o in each.overwritten if o.generation == moment.generation)
            shredded += sum(o.free or 0 for o in here)
    if not shredded:
        return moment
    note = "shredded" if shredded == total else "shredded_in_part"
    return moment._replace(notes=(*moment.notes, note))
