"""Attach: join an opened single child to an opened chain.

To get at an older generation one creates a new child on it and attaches that. After
an attach, done or refused, the parent's handle is spent; the child's is the combined
chain, and writes go to the child alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.chain.access import ADVISED_LINKS
from redoscope_core.chain.family.kinship import why_unfit
from redoscope_core.errors import (
    AttachRefused,
    CapacityMismatch,
    ChainLoop,
    ChainTooDeep,
    ContentIdMismatch,
    PartialChain,
    VixCode,
    VmdkError,
)

if TYPE_CHECKING:
    from redoscope_core.chain.disk import Disk

__all__ = ["attach", "can_attach"]


def can_attach(*, parent: Disk, child: Disk, max_links: int = ADVISED_LINKS) -> VmdkError | None:
    """Return why *child* can't be attached to *parent*, or None if it can. Changes nothing.

    Raises:
        InvalidHandle: One of the handles is closed or spent.
    """
    below, own = parent.chain, child.chain
    link = own.tip
    if any(link.identity == other.identity for other in below.links):
        return ChainLoop(
            "the child is already part of the parent's chain",
            path=link.path,
            found=f"{link.path.name} below {below.path.name}",
            expected="a link that is not its own ancestor",
        )
    if not link.is_child:
        return AttachRefused(
            "a base disk can't be attached as a child",
            path=link.path,
            where="descriptor key parentCID",
            found="ffffffff, no parent",
            expected="a child disk",
            cure=f"create a child of {below.path.name} and attach that",
            code=VixCode.DISK_ATTACH_ROOTLINK,
        )
    if not child.is_single_link:
        return AttachRefused(
            "the child is opened with its parents",
            path=link.path,
            found=f"a chain of {len(own.links)} links",
            expected="the single link",
            cure="open it as a single link",
        )
    if parent.is_single_link:
        return PartialChain(
            "the parent is opened without its own parents",
            path=below.path,
            found="a single link",
            expected="the whole chain",
        )
    return _fit(parent, child, max_links)


def _fit(parent: Disk, child: Disk, max_links: int) -> VmdkError | None:
    below, link = parent.chain, child.chain.tip
    unfit = why_unfit(link.descriptor, below.tip.descriptor)
    if unfit is not None:
        return ContentIdMismatch(
            f"the child was not made from the present content of {below.path.name}",
            path=link.path,
            where=unfit.where,
            found=unfit.found,
            expected=unfit.expected,
            cure=f"attach it to the link it was made from, or make a child of {below.path.name}",
            link_index=len(below.links) - 1,
        )
    if link.capacity != below.capacity:
        return CapacityMismatch(
            "parent and child differ in capacity",
            path=link.path,
            found=f"{link.capacity} sectors",
            expected=f"the {below.capacity} of {below.path.name}",
        )
    if len(below.links) + 1 > max_links:
        return ChainTooDeep(
            "too many links in the chain",
            path=link.path,
            found=len(below.links) + 1,
            expected=f"at most {max_links}",
        )
    return None


def attach(*, parent: Disk, child: Disk, max_links: int = ADVISED_LINKS) -> Disk:
    """Join *child* to *parent* and return *child*, which is now the combined chain.

    The handle of *parent* is spent in any case; closing it stays harmless.

    Raises:
        BrokenChain: They do not fit; `can_attach` gives the same reason beforehand.
        InvalidHandle: A handle is closed or spent.
    """
    reason: VmdkError | None
    try:
        reason = can_attach(parent=parent, child=child, max_links=max_links)
    except VmdkError as error:
        reason = error
    below = parent.surrender()
    if reason is not None:
        below.close()
        raise reason
    child.adopt(below)
    return child
