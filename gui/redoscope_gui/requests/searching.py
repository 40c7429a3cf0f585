"""Search a chain, read what is around each hit, and save what was found."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import SECTOR, Progress, VmdkError
from redoscope_gui.requests.own_chain import own_chain

if TYPE_CHECKING:
    from redoscope_core import Chain, Hits, Matches, Needle, Policy

__all__ = ["HitAround", "ReadAround", "SaveHits", "SearchChain"]

_ROWS = 20_000
"""Rows that are written in one step."""


@dataclass(frozen=True, slots=True)
class SearchChain:
    """Search the disk as it reads at link *path*; *hits* takes what is found, as it is found."""

    path: Path
    generation: int
    policy: Policy
    joined: tuple[Path, Path] | None
    needle: Needle
    hits: Hits
    everywhere: bool
    """Whether the older generations are searched too."""
    since: int | None
    """The generation above which something must have been decided where it is found."""
    limit: int

    def run(self) -> Generator[Progress, None, Matches]:
        """Yield the progress in bytes; return what was found, and what could not be looked at.

        Raises:
            VmdkError: The chain does not open.
        """
        with own_chain(self.path, self.generation, self.policy, self.joined) as chain:
            return (
                yield from core.search(
                    chain,
                    self.needle,
                    limit=self.limit,
                    all_generations=self.everywhere,
                    since=self.since,
                    hits=self.hits,
                )
            )


@dataclass(frozen=True, slots=True)
class HitAround:
    """Where the bytes of a row are."""

    row: int
    generation: int
    offset: int


@dataclass(frozen=True, slots=True)
class ReadAround:
    """Read the bytes from *before* a hit on, *count* in all, of the rows in view."""

    chain: Chain
    rows: tuple[HitAround, ...]
    before: int
    count: int

    def run(self) -> dict[int, tuple[int, bytes]]:
        """Return of each row that can be read the first offset, and the bytes."""
        found = {}
        for each in self.rows:
            low = max(0, each.offset - self.before)
            end = min(low + self.count, self.chain.capacity * SECTOR)
            first, behind = low // SECTOR, -(-end // SECTOR)
            try:
                data = self.chain.up_to(each.generation).read(first, behind - first)
            except VmdkError:
                continue  # found before, and unreadable now: the bytes say so when one goes there
            found[each.row] = (low, data[low - first * SECTOR : end - first * SECTOR])
        return found


@dataclass(frozen=True, slots=True)
class SaveHits:
    """Save hits as *target*, a file that the user named; in the order of the disk."""

    hits: Hits
    needle: Needle
    target: Path
    as_json: bool

    def run(self) -> Generator[Progress, None, Path]:
        """Yield the progress in rows; return where it is.

        Raises:
            VmdkError: It is a disk or a piece of one, or it can't be written.
        """
        order = self.hits.ascending()
        parts = []
        for low in range(0, len(order), _ROWS):
            parts.append(self._text(order[low : low + _ROWS].tolist(), first=not low))
            yield Progress(low, len(order), "saving")
        text = "".join(parts)
        if self.as_json:
            text = '{"matches": [\n' + text + "\n]}\n"
        elif not parts:
            text = self._text([], first=True)
        core.save_document(self.target, text.encode(), force=True)
        return self.target

    def _rows(self, rows: list[int]) -> Iterator[tuple[int, int, str, tuple[int, ...]]]:
        hits, spellings = self.hits, self.needle.spellings
        for row in rows:
            name = spellings[hits.spelling[row]].name
            yield int(hits.offset[row]), int(hits.length[row]), name, hits.held_by(row)

    def _text(self, rows: list[int], *, first: bool) -> str:
        if self.as_json:
            told = [
                json.dumps(
                    {
                        "offset": offset,
                        "sector": offset // SECTOR,
                        "length": length,
                        "as": name,
                        "generations": held,
                    }
                )
                for offset, length, name, held in self._rows(rows)
            ]
            return ("" if first else ",\n") + ",\n".join(told)
        text = io.StringIO(newline="")
        lines = csv.writer(text)
        if first:
            lines.writerow(("offset", "sector", "length", "as", "generations"))
        for offset, length, name, held in self._rows(rows):
            lines.writerow((offset, offset // SECTOR, length, name, " ".join(map(str, held))))
        return text.getvalue()
