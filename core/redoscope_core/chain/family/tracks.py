"""Change tracking files that are named and not there: which files they may be instead.

A tracking file says nothing of whose it is; its name does, and a field of its header seems to hold
the size of the disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.chain.family.candidates import rank
from redoscope_core.chain.family.listing import files_below, files_in
from redoscope_core.chain.family.neighbours import without_suffix
from redoscope_core.errors import Candidate, FileMissing, Reason, TooManyFiles, VmdkError
from redoscope_core.files.names import real_path
from redoscope_core.format.units import SECTOR
from redoscope_core.leniency import Leniency
from redoscope_core.link.change_track import find_track, loose_track, track_path

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.family.neighbours import Neighbours
    from redoscope_core.format.descriptor import Descriptor
    from redoscope_core.link.change_track import ChangeTrack

__all__ = ["track_of"]


def track_of(
    link: Path, descriptor: Descriptor, policy: Policy, neighbours: Neighbours
) -> ChangeTrack | None:
    """Return the change tracking file that the link at *link* names; None if it names none.

    If it is not there its error names the files that it may be.
    """
    track = find_track(link, descriptor, outside=policy.allows(Leniency.OUTSIDE))
    if track is None or not isinstance(track.error, FileMissing):
        return track
    error, complete = track.error, True
    found: dict[Path, Candidate] = {}
    folders = dict.fromkeys((link.parent, policy.opened or link.parent, *policy.search))
    claimed = _claimed(folders, link, neighbours)
    for folder in folders:
        below = files_below(folder)
        complete = complete and below.complete
        for path in (*files_in(folder), *below.files):
            reasons = _reasons(path, track.path.name, link, descriptor)
            if reasons and real_path(path) not in claimed:
                found.setdefault(real_path(path), Candidate(path, reasons))
    error.what = "the change tracking file is not there"
    error.cure = "put it back; without it the next incremental backup has to read the whole disk"
    error.candidates = tuple(sorted(found.values(), key=rank))
    error.looked_at_all = complete
    return track


def _claimed(folders: Iterable[Path], link: Path, neighbours: Neighbours) -> set[Path]:
    """Return the tracking files that other links in *folders* name."""
    named = set()
    for folder in folders:
        for other in (*neighbours.links_in(folder), *neighbours.links_below(folder).links):
            try:
                place = track_path(other, neighbours.descriptor(other))
            except TooManyFiles:
                raise
            except VmdkError:
                continue
            if place is not None and real_path(other) != real_path(link):
                named.add(real_path(place))
    return named


def _reasons(path: Path, wanted: str, link: Path, descriptor: Descriptor) -> tuple[Reason, ...]:
    """Return what speaks for *path* being the tracking file *wanted* of *link*."""
    alike = path.name == wanted or without_suffix(path.name) == without_suffix(wanted)
    own = path.name.lower().startswith(f"{link.stem}-ctk.".lower())
    if not (alike or own or "ctk" in path.name.lower()):
        return ()  # whatever it is, nobody would take it for one
    track = loose_track(path)
    if track is None:
        return ()
    reasons = [Reason.IS_ITS_DATA] if own else []
    if path.name == wanted:
        reasons.append(Reason.HAS_NAME)
    elif alike:
        reasons.append(Reason.SUFFIX_DIFFERS)
    sizes = {descriptor.capacity, descriptor.capacity * SECTOR}
    if track.header is not None and track.header.field_16 in sizes:
        reasons.append(Reason.HAS_CAPACITY)
    return tuple(reasons)
