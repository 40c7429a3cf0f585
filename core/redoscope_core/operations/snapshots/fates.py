"""What becomes of a link once nobody names it: whether it stays, is merged, or goes.

    S froze L              L has one child that is needed      that is merged into L
                           L has several                       L stays: they read through it
                           L has none                          L goes, unless it is a base disk

Links that nobody needs and that stand in the way, as a machine leaves them when it goes back to a
snapshot, go too, if they are called as a product calls its links: `web-000002.vmdk` of `web.vmdk`.
Of a link by any other name nobody knows what it is for: it stays, and so does what it needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from redoscope_core.findings import Kind
from redoscope_core.operations.snapshots.new_links import is_numbered

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from redoscope_core.machine.machine import VirtualMachine
    from redoscope_core.survey.nodes import Node

__all__ = ["Fate", "Kinship"]


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a link that a snapshot froze."""

    link: Path
    merged: Path | None = None
    """The child that is merged into it."""
    dropped: tuple[Path, ...] = ()
    """Links that go, a child before its parent; the link itself may be the last of them."""
    kept_for: tuple[Path, ...] = ()
    """Who needs the link as it is; empty if it is merged or goes, or is a base disk."""


@dataclass(frozen=True)
class Kinship:
    """The links around a machine, and who of them is needed after a change."""

    nodes: Mapping[Path, Node]
    named: frozenset[Path]
    """Links that are named then: by a machine that runs on them, by a snapshot."""
    needed: frozenset[Path]
    """All that these are read from."""
    own: frozenset[Path]
    """Links that only snapshots which are deleted name."""
    elsewhere: frozenset[Path]
    """Links that other machines name."""
    folders: frozenset[Path]
    """Where the machine keeps its links."""

    @classmethod
    def after(cls, machine: VirtualMachine, uids: Collection[int]) -> Kinship:
        """Return how it is once *machine* has no more the snapshots *uids*."""
        links = [disk.link for disk in machine.disks]
        gone: list[Path | None] = []
        for snapshot in machine.snapshots:
            frozen = [disk.link for disk in snapshot.disks]
            (gone if snapshot.entry.uid in uids else links).extend(frozen)
        named = frozenset(link for link in links if link is not None) | machine.named_by_others
        needed = frozenset(up for link in named for up in machine.forest.chain_of(link))
        own = frozenset(link for link in gone if link is not None) - named
        folders = {machine.path.parent, *(link.parent for link in machine.named)}
        elsewhere = machine.named_by_others
        return cls(machine.forest.nodes, named, needed, own, elsewhere, frozenset(folders))

    def fate_of(self, link: Path) -> Fate:
        """Return what becomes of *link*, which was frozen by a snapshot that is deleted."""
        if link in self.named:
            return Fate(link, kept_for=(link,))
        children = self.nodes[link].children
        needed = tuple(child for child in children if child in self.needed)
        others = [child for child in children if child not in self.needed]
        strangers = tuple(child for child in others if not self.may_go(child))
        if strangers or len(needed) > 1 or not self.elsewhere.isdisjoint(needed):
            return Fate(link, kept_for=(*needed, *strangers))
        dropped = tuple(gone for child in others for gone in self.with_children(child))
        if needed:
            return Fate(link, needed[0], dropped)
        itself = (link,) if self.nodes[link].is_child and not self.nodes[link].in_use else ()
        return Fate(link, None, (*dropped, *itself))

    def may_go(self, link: Path) -> bool:
        """Tell whether *link*, which nobody needs, goes if it stands in the way."""
        return link in self._going

    @cached_property
    def _going(self) -> frozenset[Path]:
        """The links that may go."""
        going: set[Path] = set()
        # A parent comes before its children: so those are known already.
        for link, node in reversed(list(self.nodes.items())):
            # Files that are not there are what a removal that was killed leaves of a split link.
            lost = all(fault.kind is Kind.MISSING_DATA for fault in node.faults)
            sound = node.is_child and lost and not node.in_use
            known = link in self.own or (link.parent in self.folders and self._is_numbered(link))
            if sound and known and link not in self.needed and going.issuperset(node.children):
                going.add(link)
        return frozenset(going)

    def with_children(self, link: Path) -> tuple[Path, ...]:
        """Return *link* and all made from it, a child before its parent."""
        found = [link]
        for each in found:  # which grows meanwhile
            found += self.nodes[each].children
        return tuple(reversed(found))

    def _is_numbered(self, link: Path) -> bool:
        parent = self.nodes[link].parent
        return parent is not None and is_numbered(link, parent)
