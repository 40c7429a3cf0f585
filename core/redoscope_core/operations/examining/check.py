"""Check: what is wrong with a disk and its chain, without changing or raising anything.

Findings come in the order a repair would take them: text, files, headers, tables,
grains, redundant tables, chain. What judges one link is in `judging`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.chain.access import ADVISED_LINKS, Policy
from redoscope_core.chain.chain import Chain
from redoscope_core.chain.family.lineage import misfits, open_links
from redoscope_core.chain.family.neighbours import Neighbours
from redoscope_core.chain.stopped import half_changed
from redoscope_core.errors import TooManyFiles, VmdkError
from redoscope_core.findings import Finding, Kind
from redoscope_core.leniency import Leniency
from redoscope_core.link.plans_beside import PlansBeside
from redoscope_core.operations.examining.judging import judge_link, work_in
from redoscope_core.operations.examining.tally import Looked
from redoscope_core.progress import Progress, Unit
from redoscope_core.survey.forest import Forest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

__all__ = ["ChainChecked", "check", "check_chain", "check_folder"]


@dataclass(frozen=True, slots=True)
class ChainChecked:
    """One chain, and what was found in it."""

    tip: Path
    links: int
    """Links of the chain; 1 where it does not open."""
    findings: tuple[Finding, ...]
    looked: Looked = field(default_factory=Looked)
    """What was looked at."""

    @property
    def sound(self) -> bool:
        """Whether there is no fault among the findings."""
        return not any(finding.is_fault for finding in self.findings)


@dataclass(frozen=True, slots=True)
class FolderChecked:
    """The chains of a folder, and what of the folder could not be checked."""

    chains: tuple[ChainChecked, ...]
    machines: tuple[Finding, ...]
    """What is wrong with the machines there, or odd about them."""
    unseen: tuple[VmdkError, ...]
    """Why something was not looked at: it may not be listed, or leads out."""
    looked: Looked
    """What was looked at in all of them, each link once."""


def check(
    path: Path, *, policy: Policy | None = None, data: bool = False
) -> Generator[Progress, None, list[Finding]]:
    """Check the disk at *path* with all its parents; return the findings alone.

    Raises as `check_chain` does.
    """
    checked = yield from check_chain(path, policy=policy, data=data)
    return list(checked.findings)


def check_chain(
    path: Path, *, policy: Policy | None = None, data: bool = False
) -> Generator[Progress, None, ChainChecked]:
    """Check the disk at *path* with all its parents; return what was found and looked at.

    With *data* every byte that is stored is read, and what is compressed is inflated. A content
    ID that does not fit is a finding, not an error; so is whatever keeps the chain from opening.

    Raises:
        TooManyFiles: The system allows no more open files, so that nobody knows.
    """
    path, looked = Path(path), Looked(data=data)
    policy = (policy or Policy()).allowing(Leniency.CID_MISMATCH)
    try:
        chain = _opened(path, policy, Neighbours())
    except TooManyFiles:
        raise  # nothing is said by that of the disk
    except VmdkError as error:
        return ChainChecked(path, 1, (Finding.of_error(error, path),), looked)
    findings: list[Finding] = []
    with chain:
        total = sum(work_in(link, data=data) for link in chain.links)
        done = 0
        for link in reversed(chain.links):
            judging = judge_link(link, Progress(done, total, link.path.name), looked)
            findings += yield from judging
            done += work_in(link, data=data)
        findings += _check_chain(chain)
    return ChainChecked(path, len(chain.links), tuple(findings), looked)


def check_folder(
    folder: Path, *, policy: Policy | None = None, data: bool = False
) -> Generator[Progress, None, FolderChecked]:
    """Check every chain of which a link is under *folder*; return them by their tips.

    What may not be listed below it is told, and does not keep the rest from being checked.

    A link that several chains share is looked at once, and what is wrong with it is a
    finding of each. Progress counts links.

    Raises:
        VmdkError: The folder itself can't be listed, or too many files would have to be open.
    """
    policy = (policy or Policy()).allowing(Leniency.CID_MISMATCH)
    forest, neighbours = Forest.scan(folder, policy=policy), Neighbours()
    known: dict[tuple[int, int], tuple[tuple[Finding, ...], Looked]] = {}
    checked = []
    for tip in forest.tips:
        findings: list[Finding] = []
        looked = Looked(data=data)
        links = 1
        try:
            with _opened(tip, policy, neighbours) as chain:
                links = len(chain.links)
                for link in reversed(chain.links):
                    if link.identity not in known:
                        here = Progress(len(known), len(forest.nodes), link.path.name, Unit.LINKS)
                        own = Looked(data=data)
                        found = yield from judge_link(link, here, own)
                        known[link.identity] = tuple(found), own
                    findings += known[link.identity][0]
                    looked.add(known[link.identity][1])
                findings += _check_chain(chain)
        except TooManyFiles:
            raise
        except VmdkError as error:
            findings.append(Finding.of_error(error, tip))
        checked.append(ChainChecked(tip, links, tuple(dict.fromkeys(findings)), looked))
    total = Looked(data=data)
    for _, own in known.values():
        total.add(own)
    return FolderChecked(tuple(checked), forest.about_machines, forest.unseen, total)


def _opened(path: Path, policy: Policy, neighbours: Neighbours) -> Chain:
    """Open the disk at *path*; who is made from it is no matter of a check."""
    policy = replace(policy, opened=policy.opened or path.parent)
    links, lost = open_links(path, policy, writable=False, neighbours=neighbours)
    return Chain(links, lost_parent=lost)


def _check_chain(chain: Chain) -> Iterator[Finding]:
    yield from misfits(chain.links)
    if len(chain.links) > ADVISED_LINKS:
        facts = {"links": len(chain.links), "advised": ADVISED_LINKS}
        yield Finding.of(Kind.TOO_DEEP, chain.path, **facts)
    for link, undo in half_changed(chain.links, PlansBeside()):
        yield Finding.of(Kind.INTERRUPTED, link.path, undo=undo)
