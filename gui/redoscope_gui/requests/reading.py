"""Questions that read bytes of a generation, and tell for each where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from redoscope_core import SECTOR, Finding, State, VmdkError, printable
from redoscope_gui.maps.compared import Older, OtherDisk, compared_with
from redoscope_gui.maps.generations import generation_of

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import Chain

__all__ = ["BytesRead", "ReadBytes", "ReadFault"]


@dataclass(frozen=True, slots=True)
class ReadFault:
    """Sectors that could not be read, and why."""

    sector: int
    count: int
    text: str
    error: VmdkError
    """What the engine said of the first of them."""


@dataclass(frozen=True, slots=True)
class BytesRead:
    """Whole sectors of a generation. Every tuple and mask starts at *offset*."""

    generation: int
    offset: int
    """Byte offset of the first byte; a multiple of 512."""
    data: bytes
    """The bytes; zeros where a fault says that they could not be read."""
    states: tuple[State, ...]
    """One per sector, of the link that owns it."""
    owners: tuple[int, ...]
    """One per sector: the link that owns it, -1 if no link does."""
    changed: bytes
    """One per byte: 1 if it differs from generation A, or from the parent generation."""
    faults: tuple[ReadFault, ...]
    since: Older | None = None
    """Generation A that was asked for; None for the parent generation."""
    asks_parent: bool = False
    """Whether what no link stores is asked of a parent that is not shown; else it is zeros."""

    @property
    def end(self) -> int:
        """Offset after the last byte."""
        return self.offset + len(self.data)


@dataclass(frozen=True, slots=True)
class ReadBytes:
    """Read *length* bytes from *offset* on as the disk reads at *generation*."""

    chain: Chain
    generation: int
    offset: int
    length: int
    since: Older | None = None
    """Generation A that the bytes are compared with; None for the parent generation."""

    def run(self) -> BytesRead:
        """Return the sectors that hold these bytes, clipped to the capacity."""
        chain = generation_of(self.chain, self.generation)
        first = min(self.offset // SECTOR, chain.capacity)
        end = min(-(-(self.offset + self.length) // SECTOR), chain.capacity)
        count = max(0, end - first)
        states, owners = _ownership(chain, first, count)
        faults: list[ReadFault] = []
        data = _read(chain, first, count, faults)
        for fault in faults:
            low = fault.sector - first
            states[low : low + fault.count] = [State.UNREADABLE] * fault.count
        changed = self._changed(chain, data, states, first)
        return BytesRead(
            self.generation,
            first * SECTOR,
            data,
            tuple(states),
            tuple(owners),
            changed,
            tuple(faults),
            self.since,
            chain.asks_parent,
        )

    def _older(self) -> Chain | None:
        """Return the disk as it reads at A; None if there is nothing to compare with."""
        if isinstance(self.since, OtherDisk):
            return self.since.chain
        since = compared_with(self.generation, self.since)
        if since < 0 or since == self.generation:
            return None
        return generation_of(self.chain, since)

    def _changed(self, chain: Chain, data: bytes, states: list[State], first: int) -> bytes:
        """Mark the bytes that differ; only sectors that do not have the same owner can."""
        mask = bytearray(len(data))
        older = self._older()
        if older is None:
            return bytes(mask)
        count = len(states)
        now, then = (
            _owning_files(each, _ownership(each, first, count)[1]) for each in (chain, older)
        )
        for low, high in _stretches([one != other for one, other in zip(now, then, strict=True)]):
            faults: list[ReadFault] = []
            before = _read(older, first + low, high - low, faults)
            start = low * SECTOR
            mask[start : start + len(before)] = _differing(before, data[start : high * SECTOR])
            for fault in faults:  # what cannot be compared is not called changed
                _clear(mask, fault.sector - first, fault.count)
        for index, state in enumerate(states):
            if state is State.UNREADABLE:
                _clear(mask, index, 1)
        return bytes(mask)


def _owning_files(chain: Chain, owners: list[int]) -> list[Path | None]:
    """Return the link of each owner; None where there is none, which reads as zeros."""
    return [chain.links[owner].path if owner >= 0 else None for owner in owners]


def _clear(mask: bytearray, index: int, count: int) -> None:
    """Unmark *count* sectors from the one at *index* on."""
    mask[index * SECTOR : (index + count) * SECTOR] = bytes(count * SECTOR)


def _differing(old: bytes, new: bytes) -> bytes:
    """Return 1 for each byte that differs."""
    import numpy as np  # noqa: PLC0415 - numpy only when bytes are first read

    differs = np.frombuffer(old, np.uint8) != np.frombuffer(new, np.uint8)
    return bytes(differs.tobytes())


def _ownership(chain: Chain, first: int, count: int) -> tuple[list[State], list[int]]:
    """Return the state and the owner of each sector; past the end nobody owns them."""
    states: list[State] = []
    owners: list[int] = []
    inside = max(0, min(count, chain.capacity - first))
    areas = chain.areas(first if inside else 0, inside)
    rows = zip(areas.count.tolist(), areas.state.tolist(), areas.link.tolist(), strict=True)
    for length, state, link in rows:
        states += [State(state)] * length
        owners += [link] * length
    return states + [State.ABSENT] * (count - inside), owners + [-1] * (count - inside)


def _stretches(marks: list[bool]) -> list[tuple[int, int]]:
    """Return (start, end) of each run of True."""
    edges = [i for i, (a, b) in enumerate(pairwise([False, *marks, False])) if a != b]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _read(chain: Chain, first: int, count: int, faults: list[ReadFault]) -> bytes:
    """Read sectors; where that fails, halve until the sectors that fail stand alone.

    Past the end of the disk there are zeros.
    """
    inside = max(0, min(count, chain.capacity - first))
    if inside < count:
        return _read(chain, first, inside, faults) + bytes((count - inside) * SECTOR)
    if not count:
        return b""
    data = bytearray(count * SECTOR)
    try:
        chain.read_into(data, first, fill=0)
    except VmdkError as error:
        if count == 1:
            _add_fault(faults, first, error)
            return bytes(SECTOR)
    else:
        return bytes(data)
    half = count // 2
    return _read(chain, first, half, faults) + _read(chain, first + half, count - half, faults)


def _add_fault(faults: list[ReadFault], sector: int, error: VmdkError) -> None:
    """Add one sector, joined to the fault before it if that says the same."""
    finding = Finding.of_error(error)
    if faults:
        last = faults[-1]
        if last.sector + last.count == sector and Finding.of_error(last.error) == finding:
            faults[-1] = replace(last, count=last.count + 1)
            return
    faults.append(ReadFault(sector, 1, printable(error.message), error))
