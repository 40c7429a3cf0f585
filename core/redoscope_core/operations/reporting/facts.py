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
    sized,
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
    is_draft: bool = False
    """Whether nothing was hashed: all digests are left for later."""


def gather(
    disks: Sequence[tuple[Path, Chain]], policy: Policy | None = None, *, draft: bool = False
) -> Generator[Progress, None, ReportFacts]:
    """Return the facts about two generations, each with what the call named; the older one first.

    *policy* is what both were opened by. File systems are seen as they are stored. A *draft* is
    without digests: only what may differ is read for it.

    Raises:
        VmdkError: Something that has to be read can't be, and not both salvage.
    """
    (_, old), (_, new) = disks
    evidence = evidence_of(old, new)
    if draft:
        evidence = sized(evidence)
    else:
        evidence = yield from hashed_before(evidence, salvages=old.salvages and new.salvages)
    difference = yield from files_difference(old, new, (policy, policy))
    volumes = [each.volume for each in difference.volumes]
    ranges = yield from changed_ranges(old, new, difference.changed, volumes, hashed=not draft)
    generations = []
    for named, chain in disks:
        found = Digest.of_nothing(chain) if draft else (yield from digest(chain))
        generations.append(Generation(str(named), chain, found))
    if not draft:
        evidence = yield from hashed_again(evidence)
    allowed = () if policy is None else tuple(sorted(each.value for each in policy.allowed))
    search = () if policy is None else tuple(map(str, policy.search))
    pair = generations[0], generations[1]
    apart = disk_volumes(old).scattered, disk_volumes(new).scattered
    return ReportFacts(pair, evidence, difference, ranges, allowed, search, apart, draft)
