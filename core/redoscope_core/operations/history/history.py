"""History: what became of a file in each generation of a chain, and where its older bytes are.

compare each generation with the one before -> changed sectors -> volumes that may be meant ->
index of each generation in which a sector of its file system changed -> path, verdict, parts

A generation in which no sector of a volume differs is not parsed: the index before tells of it. All
but the last step is the same for every file: who asks for several hands over what is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.areas.runs import Runs
from redoscope_core.errors import InvalidArgument
from redoscope_core.operations.attributing.indexing import Examining, examine_several
from redoscope_core.operations.attributing.listing import shown_name
from redoscope_core.operations.attributing.side import Side
from redoscope_core.operations.examining.compare import compare
from redoscope_core.operations.exporting.choosing import path_meant
from redoscope_core.operations.history.following import Following
from redoscope_core.operations.history.moments import (
    FileMoment,
    moments_of,
    spans_of,
    with_shreds,
)
from redoscope_core.operations.history.older_content import (
    FileContent,
    contents_of_node,
    followed_up,
)
from redoscope_core.volumes.disk_volumes import DiskVolume, disk_volumes

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.chain import Chain
    from redoscope_core.progress import Progress

__all__ = ["FileHistory", "GenerationsKnown", "HistoryFound", "file_history"]


@dataclass(frozen=True, slots=True)
class FileHistory:
    """What became of one file of one volume."""

    volume: DiskVolume
    """As the newest generation has it in which the file is."""
    path: str
    """As it was asked for, without the volume."""
    moments: list[FileMoment]
    """One for each generation, the oldest first."""
    contents: list[FileContent]
    """Each state of its bytes, the oldest first, stream by stream."""


@dataclass(frozen=True, slots=True)
class HistoryFound:
    """What `file_history` found."""

    files: list[FileHistory]
    """One for each volume that has such a path in any generation."""
    examined: list[Examining]
    """Each generation of each volume that was parsed for it."""
    unread: tuple[int, ...]
    """For each generation the sectors that could not be compared with the one before."""


@dataclass(slots=True, eq=False)
class GenerationsKnown:
    """What was found out of the generations of a chain: the next file needs it again.

    It holds for as long as no link of the chain is written to.
    """

    changed: list[Runs] = field(default_factory=list)
    """For each generation the sectors of the disk that differ from the one before."""
    unread: list[Runs] = field(default_factory=list)
    """Those that could not be read in one or the other."""
    examined: dict[int, list[Examining | None]] = field(default_factory=dict)
    """By its first sector: a volume in each generation, as it was parsed."""
    entries: dict[int, dict[bytes, int]] = field(default_factory=dict)
    """By its identity, of each index among these: the entry of each path in use."""

    def of(self, chain: Chain, examined: Examining) -> Side | None:
        """Return a volume of *chain* as it was *examined*; None if it could not be parsed."""
        index = examined.index
        if index is None:
            return None
        side = Side(chain, examined.volume, index, self.entries.get(id(index), {}))
        self.entries[id(index)] = side.entries
        return side


class _Steps(NamedTuple):
    """The generations of a chain, and what is known of them."""

    chains: list[Chain]
    known: GenerationsKnown

    @property
    def changed(self) -> list[Runs]:
        """For each generation what of the disk differs from the one before."""
        return self.known.changed

    @property
    def unread(self) -> list[Runs]:
        """What could not be read in one or the other."""
        return self.known.unread


def file_history(
    chain: Chain,
    path: str,
    policy: Policy | None = None,
    known: GenerationsKnown | None = None,
) -> Generator[Progress, None, HistoryFound]:
    """Tell the history of *path* in all generations of *chain*, which was opened by *policy*.

    `/path` is a file of every volume that has it, `2:/path` one of volume 2. What is stored is
    told: no journal is replayed. All that links changed is read, twice, but for what is *known* of
    the same generations by an earlier call; to that is added what is found.

    Raises:
        InvalidArgument: It is the path of no file, or of no volume that any generation has.
        VmdkError: Something that has to be compared can't be read, and the chain does not salvage.
    """
    chains = [chain.up_to(number) for number in range(len(chain.links))]
    disks = [disk_volumes(each).volumes for each in chains]
    _refuse_no_file(path, disks)
    steps = _Steps(chains, GenerationsKnown() if known is None else known)
    yield from _compare(steps)
    files: list[FileHistory] = []
    examined: list[Examining] = []
    for start in sorted({each.start for volumes in disks for each in volumes}):
        places = [next((v for v in volumes if v.start == start), None) for volumes in disks]
        wanted = {path_meant(path, each.number) for each in places if each is not None} - {None}
        if not wanted:
            continue
        told = yield from _indexed(steps, start, places, policy)
        examined += {id(each): each for each in told if each is not None}.values()
        files += [_told(steps, told, each) for each in sorted(filter(None, wanted))]
    unread = tuple(each.total for each in steps.unread)
    met = [each for each in files if any(m.path is not None for m in each.moments)]
    return HistoryFound(met, examined, unread)


def _refuse_no_file(path: str, disks: Sequence[Sequence[DiskVolume]]) -> None:
    meant = [path_meant(path, each.number) for volumes in disks for each in volumes]
    if meant and not set(meant) - {None, "/"}:
        raise InvalidArgument(
            "not the path of a file of any volume here",
            found=path,
            expected="/PATH as `files` lists it, or 2:/PATH of volume 2",
        )


def _compare(steps: _Steps) -> Generator[Progress, None, None]:
    """Compare what is not known yet: each generation with the one before."""
    if not steps.changed:
        steps.changed.append(Runs.joined([], []))
        steps.unread.append(Runs.joined([], []))
    while (number := len(steps.changed)) < len(steps.chains):
        found = yield from compare(*steps.chains[number - 1 : number + 1])
        if found.stopped is not None:
            raise found.stopped
        if number < len(steps.changed):
            continue  # another call with the same knowledge was faster
        steps.changed.append(Runs(found.start, found.start + found.count))
        lost = [Runs(s, s + c) for s, c in (each.runs for each in found.unread)]
        steps.unread.append(lost[0].plus(lost[1]))


def _indexed(
    steps: _Steps, start: int, places: Sequence[DiskVolume | None], policy: Policy | None
) -> Generator[Progress, None, list[Examining | None]]:
    """Return what is known of a volume in each generation; what is alike is parsed once."""
    if start in steps.known.examined:
        return steps.known.examined[start]
    alike = [_is_untouched(steps, places, number) for number in range(len(places))]
    asked = {
        number: (steps.chains[number], place, policy)
        for number, place in enumerate(places)
        if place is not None and not alike[number]
    }
    parsed = yield from examine_several(list(asked.values()))
    by_number = dict(zip(asked, parsed, strict=True))
    found: list[Examining | None] = []
    for number in range(len(places)):
        found.append(found[-1] if alike[number] else by_number.get(number))
    if not any(each.failed for each in found if each is not None):
        steps.known.examined[start] = found  # what failed is tried again the next time
    return found


def _is_untouched(steps: _Steps, places: Sequence[DiskVolume | None], number: int) -> bool:
    """Return whether no sector of a volume differs from the generation before *number*."""
    place = places[number]
    if not number or place is None or place != places[number - 1]:
        return False
    touched = steps.changed[number].plus(steps.unread[number])
    return not _inside(touched, place).total


def _inside(runs: Runs, volume: DiskVolume) -> Runs:
    """Return what of *runs* of the disk lies in a volume, as sectors of that."""
    place = Runs.joined([volume.start], [volume.start + volume.sectors])
    return runs.within(place).moved(-volume.start)


def _told(steps: _Steps, examined: Sequence[Examining | None], path: str) -> FileHistory:
    """Return the history of *path* of one volume."""
    sides = [
        None if each is None else steps.known.of(chain, each)
        for chain, each in zip(steps.chains, examined, strict=True)
    ]
    nothing = Runs.joined([], [])
    places = [
        (nothing, nothing) if each is None else (_inside(a, each.volume), _inside(b, each.volume))
        for each, a, b in zip(examined, steps.changed, steps.unread, strict=True)
    ]
    following = Following(sides, places)
    names = following.names(path)
    moments = moments_of(following, names, examined)
    contents: list[FileContent] = []
    for first, last in spans_of(moments):
        side, name = sides[last], names[last]
        if side is not None and name is not None:
            node, shown = side.node(name), shown_name(name)
            contents += contents_of_node(steps.chains[last], side, node, shown, (first, last))
    for each in contents:
        followed_up(each, steps.chains, sides, steps.changed)
    newest = next((n for n in reversed(range(len(names))) if names[n] is not None), 0)
    known = [examined[newest], *(each for each in reversed(examined) if each is not None)]
    volume = next(each.volume for each in known if each is not None)
    moments = [with_shreds(each, contents) for each in moments]
    return FileHistory(volume, path, moments, contents)
