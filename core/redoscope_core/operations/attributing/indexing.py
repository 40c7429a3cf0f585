"""Indexing: every volume of a generation, parsed side by side, each in a process of its own."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from redoscope_core.chain.access import Policy
from redoscope_core.operations.walking.reading import cores
from redoscope_core.progress import Progress, Unit
from redoscope_core.volumes.parse import PARSED, ParserFailed, parse
from redoscope_core.volumes.parsing.request import Request
from redoscope_core.volumes.views import View

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from redoscope_core.chain.chain import Chain
    from redoscope_core.volumes.disk_volumes import DiskVolume
    from redoscope_core.volumes.index import VolumeIndex

__all__ = ["Examined", "Examining", "examine"]

_MEMORY = 3 * 2**30
_SECONDS = 300


class Examined(Enum):
    """What was looked at of a volume; the value is its word for programs."""

    EXAMINED = "examined"
    ENCRYPTED = "encrypted"
    NOT_EXAMINED = "not examined"
    FAILED = "parser failed"


@dataclass(frozen=True, slots=True)
class Examining:
    """A volume, and what a parser made of it."""

    volume: DiskVolume
    state: Examined
    index: VolumeIndex | None
    failed: ParserFailed | None


def examine(
    wanted: Sequence[tuple[Chain, DiskVolume]],
    policy: Policy | None = None,
    view: View = View.STORED,
    *,
    with_names: bool = False,
) -> Generator[Progress, None, tuple[Examining, ...]]:
    """Parse volumes of generations that were opened by *policy*, and return them in that order.

    As *view* has it: in the replayed one an ext volume is as the next mount makes it read. Of NTFS
    *with_names* also the times beside names.
    A file system that can't be parsed costs nobody else's; no more are parsed at once than there
    are processors, however many a disk claims to have.
    """
    tasks = {}
    done: dict[int, VolumeIndex | ParserFailed] = {}
    with ExitStack() as opened:
        for number, (chain, volume) in enumerate(wanted):
            if volume.holding in PARSED:
                request = _request(chain, volume, policy or Policy(), view)
                task = parse(replace(request, with_names=with_names))
                tasks[number] = opened.enter_context(closing(task))
        total = len(tasks)
        while tasks:
            for number, task in list(tasks.items())[: cores()]:
                try:
                    next(task)
                except StopIteration as end:
                    done[number] = end.value
                    del tasks[number]
            yield Progress(total - len(tasks), total, "parsing file systems", Unit.STEPS)
    return tuple(_examined(volume, done.get(n)) for n, (_, volume) in enumerate(wanted))


def _request(chain: Chain, volume: DiskVolume, policy: Policy, view: View) -> Request:
    holding = volume.holding
    place = (volume.start, volume.sectors, holding)
    return Request(chain.path, policy, *place, memory=_MEMORY, seconds=_SECONDS, view=view)


def _examined(volume: DiskVolume, found: VolumeIndex | ParserFailed | None) -> Examining:
    if isinstance(found, ParserFailed):
        return Examining(volume, Examined.FAILED, None, found)
    if found is not None:
        return Examining(volume, Examined.EXAMINED, found, None)
    state = Examined.ENCRYPTED if volume.holding.is_encrypted else Examined.NOT_EXAMINED
    return Examining(volume, state, None, None)
