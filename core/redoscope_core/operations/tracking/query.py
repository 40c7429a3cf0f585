"""Changed areas with the vendor's promise: none that changed is ever left out.

As QueryChangedDiskAreas answers: areas in bytes, with how far the answer reaches; the next page
begins there. Our change ids are derived from the chain, so no file beside the disk has to be
kept, and an id of a line that is gone is known to be of another.

    id of link n = BLAKE3(capacity, CIDs of links 0 to n) / n
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.areas.runs import Runs
from redoscope_core.errors import InvalidArgument
from redoscope_core.format.change_id import ALL_IN_USE, ChangeId
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.examining.changes import changed_areas, covering_runs, used_areas

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from redoscope_core.areas.areas import Areas
    from redoscope_core.chain.chain import Chain
    from redoscope_core.progress import Progress

__all__ = [
    "ChangedPage",
    "change_id_of",
    "changed_runs",
    "changes_since",
    "link_of_id",
    "query_changes",
    "refined_runs",
]

_LINE_BYTES = 16


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """A part of the answer; all numbers in bytes."""

    start_offset: int
    length: int
    """How far this page reaches: the next one begins at `start_offset` + `length`."""
    areas: Runs
    change_id: str
    """The id of the generation that was asked: with it one asks next time."""


def change_id_of(chain: Chain, index: int | None = None) -> ChangeId:
    """Return the change id of link *index* of *chain*, by default the newest."""
    last = len(chain.links) - 1 if index is None else index
    chain.up_to(last)
    cids = [link.descriptor.cid for link in chain.links[: last + 1]]
    return _derived(chain.links[last].capacity, cids)


def _derived(capacity: int, cids: Sequence[int]) -> ChangeId:
    from blake3 import blake3  # noqa: PLC0415 - a compiled package that few need

    told = struct.pack(f"<Q{len(cids)}I", capacity, *cids)
    return ChangeId(blake3(told).digest()[:_LINE_BYTES], len(cids) - 1)


def link_of_id(chain: Chain, text: str) -> int:
    """Return the index of the link of *chain* whose change id *text* is.

    Raises:
        InvalidArgument: It is no change id, or one of another line of states; if links in the
            folder tell of which, the nearest common link is named.
    """
    wanted = ChangeId.parse(text)
    here = wanted.generation < len(chain.links)
    if here and change_id_of(chain, wanted.generation) == wanted:
        return wanted.generation
    common = _nearest_common(chain, wanted)
    raise InvalidArgument(
        "a change id that is not on this chain (InvalidArgument: changeId)",
        path=chain.path,
        found=str(wanted),
        expected="the id of one of its links"
        if common is None
        else f"one of this line; the nearest link that both have is {common.name}",
        cure="ask for all areas in use ('*') and make a full backup, or name a link"
        if common is None
        else f"ask for what changed since {common.name}, which covers both lines",
    )


def _nearest_common(chain: Chain, wanted: ChangeId) -> Path | None:
    """Return the newest link of *chain* that the line of *wanted* has too, if that is here."""
    from redoscope_core.survey.forest import Forest  # noqa: PLC0415 - for an error alone

    forest = Forest.scan(chain.path)
    own = {link.path for link in chain.links}
    for path in forest.nodes:
        line = forest.chain_of(path)
        nodes = [forest.nodes[link] for link in line]
        cids = [node.cid for node in nodes if node.cid is not None]
        if len(cids) != len(line) or nodes[-1].capacity is None:
            continue
        if _derived(nodes[-1].capacity, cids) == wanted:
            return next((link for link in reversed(line) if link in own), None)
    return None


def _runs_of(areas: Areas) -> Runs:
    start, count = covering_runs(areas)
    return Runs(start, start + count)


def changed_runs(chain: Chain, since: int) -> Runs:
    """Return the sectors that changed after link *since*, exact to the grain.

    Also those that it does not have, or that a smaller link between hides.
    """
    changed = _runs_of(changed_areas(chain, since))
    least = min(link.capacity for link in chain.links[since:])
    return changed.plus(Runs.joined(least, chain.capacity)) if least < chain.capacity else changed


def refined_runs(chain: Chain, since: int) -> Generator[Progress, None, Runs]:
    """Return the sectors whose bytes differ from those at link *since*."""
    from redoscope_core.operations.examining.compare import compare  # noqa: PLC0415 - on request

    found = yield from compare(chain.up_to(since), chain)
    return Runs(found.start, found.start + found.count).within(Runs.joined(0, chain.capacity))


def query_changes(
    chain: Chain, change_id: str, start_offset: int = 0, *, limit: int | None = None
) -> ChangedPage:
    """Return what changed since *change_id*, or ``*`` for what is in use, from a byte on.

    Raises:
        InvalidArgument: The id is none of this chain; or as `changes_since` does.
    """
    since = None if change_id == ALL_IN_USE else link_of_id(chain, change_id)
    return changes_since(chain, since, start_offset, limit=limit)


def changes_since(
    chain: Chain, since: int | None, start_offset: int = 0, *, limit: int | None = None
) -> ChangedPage:
    """Return what changed after link *since*, or what is in use if that is None, from a byte on.

    *limit* is the most areas of a page. Only tables are read.

    Raises:
        InvalidArgument: *start_offset* is at the end of the disk or beyond it, or there is no
            such link; or no area is allowed, so that no page would ever follow.
    """
    if limit is not None and limit < 1:
        raise InvalidArgument(
            "a page of no areas", path=chain.path, found=limit, expected="1 or more"
        )
    end = chain.capacity * SECTOR
    if start_offset and not 0 <= start_offset < end:
        raise InvalidArgument(
            "beyond the end of the disk (InvalidArgument: startOffset)",
            path=chain.path,
            found=start_offset,
            expected=f"0 to {max(0, end - 1)}",
        )
    runs = _runs_of(used_areas(chain)) if since is None else changed_runs(chain, since)
    bytes_of = runs.times(SECTOR).within(Runs.joined(start_offset, end))
    until = end
    if limit is not None and len(bytes_of.start) > limit:
        until = int(bytes_of.start[limit])
        bytes_of = Runs(bytes_of.start[:limit], bytes_of.end[:limit])
    return ChangedPage(start_offset, until - start_offset, bytes_of, str(change_id_of(chain)))
