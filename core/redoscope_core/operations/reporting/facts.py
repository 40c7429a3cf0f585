"""Facts: all that a report tells of two generations, gathered once.

    evidence hashed -> difference of files -> changed ranges -> both disks hashed -> hashed again

Each form of the report is made of these facts, and reads no disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.operations.attributing.difference import FilesDifference, files_difference
from redoscope_core.operations.examining.digest import Digest, digest
from redoscope_core.operations.reporting.evidence import (
    Evidence,
    evidence_of,
    hashed_again,
    hashed_before,
)
from redoscope_core.operations.reporting.ranges import ChangedRanges, changed_ranges
from redoscope_core.volumes.disk_volumes import disk_volumes

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.chain import Chain
    from redoscope_core.progress import Progress

__all__ = ["Generation", "ReportFacts", "gather"]


@dataclass(frozen=True, slots=True)
class Generation:
    """One of the two disks that a report is about."""

    named: str
    """As the call named it."""
    chain: Chain
    digest: Digest
    """SHA-256 of all that can be read."""


@dataclass(frozen=True, slots=True, eq=False)
class ReportFacts:
    """What a report tells; the same whenever and wherever it is gathered from the same files."""

    generations: tuple[Generation, Generation]
    """The older and the newer one."""
    evidence: Evidence
    difference: FilesDifference
    ranges: ChangedRanges
    allowed: tuple[str, ...]
    """What was allowed that is refused otherwise."""
    search: tuple[str, ...]
    """Folders in which missing parents were looked for, too."""
    scattered: tuple[tuple[str, ...], tuple[str, ...]]
    """Names of logical volumes of each generation that nothing here puts together."""


def gather(
    disks: Sequence[tuple[Path, Chain]], policy: Policy | None = None
) -> Generator[Progress, None, ReportFacts]:
    """Return the facts about two generations, each with what the call named; the older one first.

    *policy* is what both were opened by. File systems are seen as they are stored.

    Raises:
        VmdkError: Something that has to be read can't be, and not both salvage.
    """
    (_, old), (_, new) = disks
    evidence = yield from hashed_before(
        evidence_of(old, new), salvages=old.salvages and new.salvages
    )
    difference = yield from files_difference(old, new, (policy, policy))
    volumes = [each.volume for each in difference.volumes]
    ranges = yield from changed_ranges(old, new, difference.changed, volumes)
    generations = []
    for named, chain in disks:
        found = yield from digest(chain)
        generations.append(Generation(str(named), chain, found))
    evidence = yield from hashed_again(evidence)
    allowed = () if policy is None else tuple(sorted(each.value for each in policy.allowed))
    search = () if policy is None else tuple(map(str, policy.search))
    pair = generations[0], generations[1]
    apart = disk_volumes(old).scattered, disk_volumes(new).scattered
    return ReportFacts(pair, evidence, difference, ranges, allowed, search, apart)
