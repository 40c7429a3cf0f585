"""A link and its ancestors, opened: each parent once, in no circle, and not too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.chain.family.lost import tell_whose
from redoscope_core.chain.family.parents import open_parent
from redoscope_core.chain.family.pieces import open_link
from redoscope_core.chain.stopped import name_step
from redoscope_core.errors import ChainLoop, ChainTooDeep, NotAVmdk, VmdkError

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.family.neighbours import Neighbours
    from redoscope_core.link.link import Link

__all__ = ["open_links"]


def open_links(path: Path, policy: Policy, *, writable: bool, neighbours: Neighbours) -> list[Link]:
    """Open the link at *path* and its parents; return them base disk first."""
    links: list[Link] = []
    try:
        links.append(_open_first(path, policy, neighbours, writable=writable))
        while links[-1].is_child:
            parent = open_parent(links[-1], policy, neighbours)
            links.append(parent)
            _refuse_loop(links)
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
    return links[::-1]


def _open_first(path: Path, policy: Policy, neighbours: Neighbours, *, writable: bool) -> Link:
    try:
        return open_link(path, policy, neighbours, writable=writable)
    except NotAVmdk as error:
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
                found=f"{parent.path}, which is already part of the chain",
                expected="an older link",
            )


def _close(links: list[Link]) -> None:
    for link in links:
        link.close()
