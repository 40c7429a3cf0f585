"""What is on screen, as one value, and what must be asked again when it becomes another one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_gui.maps import Older, OtherDisk
from redoscope_gui.session.branching import branch_numbers
from redoscope_gui.session.cursor import Cursor

if TYPE_CHECKING:
    from redoscope_core import Chain, Forest, Policy

__all__ = ["Compared", "Part", "Scene", "asked_again"]


class Part(Enum):
    """A part of what is on screen; each part has questions of its own."""

    LINKS = auto()
    """Which links there are: the tree, and what each link stores."""
    CHAIN = auto()
    """What the links of the chosen chain are and say: legend, matrix, notes, all that is kept."""
    GENERATION = auto()
    """The disk as it reads at one link: map, strip, bytes."""
    PLACE = auto()
    """One byte of it: its owner, its look-up, its history."""
    COMPARISON = auto()
    """What differs from generation A."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What the generation at the cursor is compared with."""

    generation: int
    """Generation A, an index in the chosen chain, or in that of another disk."""
    other: OtherDisk | None = None
    """That other disk, where A is one of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All that decides what is on screen. It never changes; another one takes its place."""

    source: Path | None = None
    """The folder, disk or .vmx that was opened."""
    forest: Forest | None = None
    """The links that were found there."""
    policy: Policy = field(default_factory=core.Policy)
    """How forgiving opening is."""
    chain: Chain | None = None
    """From the base disk through the chosen link to the tip of its branch."""
    error: Exception | None = None
    """Why there is no chain, if one was wanted."""
    joined: tuple[Path, Path] | None = None
    """Child and parent that are attached for this session only."""
    cursor: Cursor = field(default_factory=Cursor)
    comparison: Compared | None = None
    generation_chain: Chain | None = None
    """The chain up to the generation at the cursor; set by `at`."""

    @property
    def is_older_generation(self) -> bool:
        """Whether links with children are shown as they read without those."""
        if self.forest is None or self.cursor.path is None:
            return False
        node = self.forest.nodes.get(self.cursor.path)
        return node is not None and bool(node.children)

    @property
    def generation_a(self) -> Older | None:
        """Generation A that the one at the cursor is compared with, or None if there is none.

        In one chain A is always older: under a generation that is not newer than the chosen A it
        is its parent. One of another disk stays what it is.
        """
        return self.generation_a_at(self.cursor.generation)

    @property
    def disk_a(self) -> Chain | None:
        """The disk as it reads at A."""
        older = self.generation_a
        if older is None or self.chain is None:
            return None
        return self.chain.up_to(older) if isinstance(older, int) else older.chain

    def generation_a_at(self, generation: int) -> Older | None:
        """Return A as it would be with *generation* at the cursor."""
        if self.comparison is not None and self.comparison.other is not None:
            return self.comparison.other
        if self.comparison is None or generation == 0:
            return None
        return min(self.comparison.generation, generation - 1)

    @property
    def branches(self) -> list[int]:
        """The branch of each link of the chain; 0 is the main one of its family."""
        numbers = {} if self.forest is None else branch_numbers(self.forest.nodes)
        links = () if self.chain is None else self.chain.links
        return [numbers.get(link.path, 0) for link in links]

    @property
    def is_alone(self) -> bool:
        """Whether one link is looked at alone: what it does not store would ask its parent."""
        return self.chain is not None and self.chain.asks_parent

    @property
    def can_look_alone(self) -> bool:
        """Whether the chosen link is a child, which can be looked at without its parents."""
        nodes = {} if self.forest is None else self.forest.nodes
        node = None if self.cursor.path is None else nodes.get(self.cursor.path)
        return node is not None and node.is_child

    @property
    def shows_joined(self) -> bool:
        """Whether the generation at the cursor holds the child that is attached for now only."""
        links = () if self.generation_chain is None else self.generation_chain.links
        return self.joined is not None and any(link.path == self.joined[0] for link in links)

    def generation_of(self, path: Path | None) -> int | None:
        """Return where the link at *path* stands in the chain, or None if it is not in it."""
        links = () if self.chain is None else self.chain.links
        return next((index for index, link in enumerate(links) if link.path == path), None)

    def cursor_in(self, generation: int) -> Cursor:
        """Return the place of the cursor in another generation of the chain."""
        links = () if self.chain is None else self.chain.links
        return Cursor(links[generation].path, generation, self.cursor.offset)

    def at(self, cursor: Cursor) -> Scene:
        """Return the same with the cursor there, or at the nearest place within the disk."""
        chain = self.chain
        if chain is None:
            return replace(self, cursor=cursor, generation_chain=None)
        last = max(chain.capacity * core.SECTOR - 1, 0)
        cursor = cursor.at(min(max(cursor.offset, 0), last))
        same = self.generation_chain is not None and cursor.generation == self.cursor.generation
        cut = self.generation_chain if same else chain.up_to(cursor.generation)
        return replace(self, cursor=cursor, generation_chain=cut)


def asked_again(before: Scene, after: Scene) -> frozenset[Part]:
    """Return the parts whose questions have other answers now; all that is not named stays true.

    What stands on a part that is asked again is asked again with it: a chain that is read again
    has other generations, and another generation has other bytes at the same place.
    """
    found = set()
    read_again = before.forest is not after.forest or before.policy != after.policy
    if read_again or before.joined != after.joined:
        found.add(Part.LINKS)
    if read_again or before.chain is not after.chain or before.error is not after.error:
        found |= {Part.CHAIN, Part.GENERATION, Part.PLACE}
    if before.cursor.generation != after.cursor.generation:
        found |= {Part.GENERATION, Part.PLACE}
    if before.cursor != after.cursor:
        found.add(Part.PLACE)
    if before.comparison != after.comparison or Part.GENERATION in found:
        found.add(Part.COMPARISON)
    return frozenset(found)
