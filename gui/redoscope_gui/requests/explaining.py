"""Questions that explain: how a sector is found, what it was in each generation, what a link is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core import (
    SECTOR,
    State,
    VmdkError,
    descriptor_of,
    descriptor_text,
    file_headers,
    sentences,
)
from redoscope_gui.maps.compared import Older, OtherDisk
from redoscope_gui.maps.generations import generation_of, link_alone

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import Areas, Chain, ChangeTrack, Descriptor, Lookup, Structure

__all__ = [
    "DescribeLink",
    "DescriptorRead",
    "ExplainSector",
    "LinkDescribed",
    "ReadDescriptor",
    "SectorAt",
    "SectorExplained",
    "StoredCounts",
]


def _digits(data: bytes) -> str:
    """Return the SHA-256 of *data*."""
    return hashlib.sha256(data).hexdigest()


_ZEROS = _digits(bytes(SECTOR))


@dataclass(frozen=True, slots=True)
class SectorAt:
    """One sector as one generation reads it."""

    generation: int
    path: Path
    stored: State
    """What this link itself says: ABSENT means that it asks its parent."""
    owner: int | None
    """The link whose word holds at this generation."""
    digest: str
    """The SHA-256 of the 512 bytes; empty if they cannot be read."""
    changed: bool
    """Whether the bytes differ from the generation before."""
    fault: str
    """Why the sector cannot be read; empty if it can."""


@dataclass(frozen=True, slots=True)
class SectorExplained:
    """The look-up of a sector, and its bytes through all generations."""

    sector: int
    generation: int
    lookup: Lookup
    generations: tuple[SectorAt, ...]
    other: OtherDisk | None = None
    """Generation A, if it is one of another disk."""
    at_other: SectorAt | None = None
    """The sector there."""

    def at(self, since: Older) -> SectorAt | None:
        """Return the sector at generation A; None if that was not asked for."""
        if isinstance(since, OtherDisk):
            return self.at_other if since == self.other else None
        return self.generations[since]


@dataclass(frozen=True, slots=True)
class ExplainSector:
    """Tell how *sector* is found at *generation* of *chain*."""

    chain: Chain
    generation: int
    sector: int
    other: OtherDisk | None = None
    """Generation A, if it is one of another disk."""

    def run(self) -> SectorExplained:
        """Return the steps of the look-up and one row per generation."""
        lookup = generation_of(self.chain, self.generation).owner(self.sector)
        history = _history(self.chain, self.sector)
        there = None if self.other is None else _history(self.other.chain, self.sector)[-1]
        return SectorExplained(self.sector, self.generation, lookup, history, self.other, there)


def _history(chain: Chain, sector: int) -> tuple[SectorAt, ...]:
    """Return the sector at each generation; bytes are read only where a link decides anew."""
    rows: list[SectorAt] = []
    owner: int | None = None
    digest, fault = "", ""
    for generation, link in enumerate(chain.links):
        ended = sector >= link.capacity
        stored = State.ABSENT if ended else _state_in(link.areas(sector, 1))
        before = digest
        if ended:
            owner, digest, fault = None, "", ""
        elif stored is not State.ABSENT:
            owner = generation
            digest, fault = _digest(link_alone(chain, generation), sector, stored)
        elif owner is None:
            digest, fault = "" if chain.asks_parent else _ZEROS, ""
        changed = bool(digest and before and digest != before)
        rows.append(SectorAt(generation, link.path, stored, owner, digest, changed, fault))
    return tuple(rows)


def _state_in(areas: Areas) -> State:
    """Return the state of the one sector that *areas* covers."""
    return State(int(areas.state[0])) if len(areas) else State.ABSENT


def _digest(link: Chain, sector: int, stored: State) -> tuple[str, str]:
    """Return the digest of a sector, or why there is none."""
    if stored is State.ZERO:
        return _ZEROS, ""
    try:
        return _digits(link.read(sector, 1)), ""
    except VmdkError as error:
        return "", str(error)


@dataclass(frozen=True, slots=True)
class StoredCounts:
    """Sectors that a link decides itself."""

    data: int
    zero: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class LinkDescribed:
    """What is known about one link of a chain, or about a link looked at alone."""

    generation: int
    generations: int
    path: Path
    kind: str
    comment: str
    cid: int
    parent_cid: int
    parent_hint: str | None
    found_parent_cid: int | None
    """Content ID that the parent has now; None if this is the base disk."""
    capacity: int
    grain_size: int
    counts: StoredCounts
    stored_bytes: int
    files: tuple[Path, ...]
    descriptor: str
    notes: tuple[str, ...]
    track: ChangeTrack | None = None
    """Its change tracking file."""
    alone: bool = False
    """Whether it is looked at without its parents."""
    headers: tuple[tuple[Path, Structure], ...] = ()
    """The headers of its files, as they stand there."""


@dataclass(frozen=True, slots=True)
class DescribeLink:
    """Describe the link at *generation* of *chain*."""

    chain: Chain
    generation: int

    def run(self) -> LinkDescribed:
        """Return its properties and counts."""
        link = self.chain.links[self.generation]
        words = link.descriptor
        parent = self.chain.links[self.generation - 1] if self.generation else None
        return LinkDescribed(
            generation=self.generation,
            generations=len(self.chain.links),
            path=link.path,
            kind=words.create_type,
            comment=words.comment,
            cid=words.cid,
            parent_cid=words.parent_cid,
            parent_hint=words.parent_hint,
            found_parent_cid=None if parent is None else parent.descriptor.cid,
            capacity=link.capacity,
            headers=file_headers(link),
            grain_size=link.grain_size,
            counts=_counts(link.stored),
            stored_bytes=link.stored_bytes,
            files=link.files,
            descriptor=words.text,
            notes=tuple(sentences.line(finding) for finding in link.findings),
            track=link.change_track,
            alone=self.chain.asks_parent,
        )


@dataclass(frozen=True, slots=True)
class DescriptorRead:
    """The descriptor of a link that does not open."""

    path: Path
    text: str
    """As it stands."""
    descriptor: Descriptor | None
    """What it says; None if it can't be understood."""


@dataclass(frozen=True, slots=True)
class ReadDescriptor:
    """Read the descriptor of the link at *path*, whatever else is missing of it."""

    path: Path

    def run(self) -> DescriptorRead | None:
        """Return it; None if there is none to read."""
        try:
            found = descriptor_of(self.path)
        except VmdkError:
            return self._as_it_stands()  # why the link does not open is told already
        return DescriptorRead(self.path, found.text, found)

    def _as_it_stands(self) -> DescriptorRead | None:
        try:
            text = descriptor_text(self.path)
        except VmdkError:
            return None
        return DescriptorRead(self.path, text, None) if text else None


def _counts(areas: Areas) -> StoredCounts:
    """Return the sectors in each state."""
    data, zero, unreadable = (
        int(areas.count[areas.state == state].sum())
        for state in (State.DATA, State.ZERO, State.UNREADABLE)
    )
    return StoredCounts(data, zero, unreadable)
