"""A link and its ancestors, opened: each parent once, in no circle, and not too many.

Also what is to be noted of them: how they fail to fit together, and who else uses them.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.chain.family.kinship import why_unfit
from redoscope_core.chain.family.parents import open_parent
from redoscope_core.chain.family.pieces import open_link
from redoscope_core.chain.stopped import name_step
from redoscope_core.errors import (
    ChainLoop,
    ChainTooDeep,
    NotAVmdk,
    TooManyFiles,
    VmdkError,
)
from redoscope_core.files.locks import in_use_by
from redoscope_core.findings import Finding, Kind, Place, Severity
from redoscope_core.leniency import Leniency
from redoscope_core.phrases import Naming

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.family.neighbours import Neighbours
    from redoscope_core.format.descriptor import Descriptor
    from redoscope_core.link.link import Link

__all__ = ["Lineage", "misfit", "misfits", "open_links", "uses"]


class Lineage(NamedTuple):
    """A link and its ancestors, open."""

    links: list[Link]
    """The base disk first, or the oldest that could be opened."""
    lost_parent: VmdkError | None = None
    """Why the parent of the first link can't be used; None if it needs none."""


def open_links(path: Path, policy: Policy, *, writable: bool, neighbours: Neighbours) -> Lineage:
    """Open the link at *path* and its parents; by salvage those above a parent that is lost."""
    links: list[Link] = []
    lost_parent = None
    try:
        links.append(_open_first(path, policy, neighbours, writable=writable))
        while links[-1].is_child:
            try:
                _open_next(links, policy, neighbours)
            except TooManyFiles:
                raise  # nothing is said by that of the parent
            except VmdkError as error:
                if not policy.allows(Leniency.SALVAGE):
                    raise
                lost_parent = error
                break
            if len(links) > policy.max_links:
                raise ChainTooDeep(
                    "too many links in the chain",
                    path=path,
                    found=f"more than {policy.max_links}",
                    expected=f"at most {policy.max_links}",
                )
    except VmdkError as error:
        name_step(error, links[-1].path if links else path, neighbours.plans)
        _close(links)
        raise
    except BaseException:
        _close(links)
        raise
    return Lineage(links[::-1], lost_parent)


def _open_next(links: list[Link], policy: Policy, neighbours: Neighbours) -> None:
    """Open the parent of the last of *links* and append it."""
    parent = open_parent(links[-1], policy, neighbours)
    try:
        _refuse_loop([*links, parent])
    except BaseException:
        parent.close()
        raise
    links.append(parent)


def _open_first(path: Path, policy: Policy, neighbours: Neighbours, *, writable: bool) -> Link:
    try:
        return open_link(path, policy, neighbours, writable=writable)
    except NotAVmdk as error:
        from redoscope_core.chain.family.lost import tell_whose  # noqa: PLC0415 - seldom

        tell_whose(error, path, policy, neighbours)
        raise


def _refuse_loop(links: list[Link]) -> None:
    parent = links[-1]
    for link in links[:-1]:
        if link.identity == parent.identity:
            raise ChainLoop(
                "the chain is a circle: a link is its own ancestor",
                path=links[-2].path,
                where="descriptor key parentFileNameHint",
                found=Naming(parent.path, ", which is already part of the chain"),
                expected="an older link",
            )


def _close(links: list[Link]) -> None:
    for link in links:
        link.close()


def uses(links: Sequence[Link]) -> list[Finding]:
    """Return which of *links* other programs have open."""
    users = ((link, in_use_by(link.path, list(link.disk_files))) for link in links)
    return [Finding.of(Kind.IN_USE, link.path, user=user) for link, user in users if user]


def misfit(path: Path, child: Descriptor, parent_path: Path, parent: Descriptor) -> Finding | None:
    """Return that the child at *path* is read with a *parent* it was not made from, if it is not.

    That was allowed: its bytes can be read, and may be wrong.
    """
    unfit = why_unfit(child, parent)
    if unfit is None:
        return None
    place, facts = Place(unfit.where), unfit._asdict()
    found = Finding.of(Kind.WRONG_CID, path, place, parent=parent_path.name, **facts)
    return replace(found, severity=Severity.DOUBTFUL)


def misfits(links: Sequence[Link]) -> list[Finding]:
    """Return how *links*, base disk first, fail to fit together."""
    found = []
    for parent, child in pairwise(links):
        unfit = misfit(child.path, child.descriptor, parent.path, parent.descriptor)
        if unfit is not None:
            found.append(unfit)
        if parent.capacity != child.capacity:
            sizes = {"sectors": child.capacity, "of_parent": parent.capacity}
            found.append(Finding.of(Kind.CAPACITY, child.path, parent=parent.path.name, **sizes))
    base = links[0]
    if base.descriptor.parent_hint and not base.is_child:
        found.append(Finding.of(Kind.NAMES_PARENT, base.path))
    return found
