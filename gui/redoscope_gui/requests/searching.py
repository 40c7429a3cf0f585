"""Search a chain, read what is around each hit, and save what was found."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Generator, Iterator
from contextlib import ExitStack
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
    texts_of: SearchChain | None = None
    """The search that found texts: each is read again, and saved too."""

    def run(self) -> Generator[Progress, None, Path]:
        """Yield the progress in rows; return where it is.

        Raises:
            VmdkError: It is a disk or a piece of one, or it can't be written; a text can't be read.
        """
        order = self.hits.ascending()
        parts: list[str] = []
        with ExitStack() as stack:
            asked = self.texts_of
            generations: list[Chain] = []
            if asked is not None:
                place = (asked.path, asked.generation, asked.policy, asked.joined)
                chain = stack.enter_context(own_chain(*place))
                generations = [chain.up_to(index) for index in range(len(chain.links))]
            for low in range(0, len(order), _ROWS):
                rows = order[low : low + _ROWS].tolist()
                texts = None if not generations else [self._read(generations, row) for row in rows]
                parts.append(self._text(rows, texts, first=not low))
                yield Progress(low, len(order), "saving")
        text = "".join(parts)
        if self.as_json:
            text = '{"matches": [\n' + text + "\n]}\n"
        elif not parts:
            text = self._text([], None, first=True)
        core.save_document(self.target, text.encode(), force=True)
        return self.target

    def _rows(self, rows: list[int]) -> Iterator[tuple[int, int, str, tuple[int, ...]]]:
        hits, spellings = self.hits, self.needle.spellings
        for row in rows:
            name = spellings[hits.spelling[row]].name
            yield int(hits.offset[row]), int(hits.length[row]), name, hits.held_by(row)

    def _read(self, generations: list[Chain], row: int) -> str:
        """Return the text in *row*, as the newest generation that holds it has it."""
        offset, length = int(self.hits.offset[row]), int(self.hits.length[row])
        first, behind = offset // SECTOR, -(-(offset + length) // SECTOR)
        data = generations[self.hits.held_by(row)[-1]].read(first, behind - first)
        name = self.needle.spellings[self.hits.spelling[row]].name
        return data[offset - first * SECTOR :][:length].decode(name, "replace")

    def _text(self, rows: list[int], texts: list[str] | None, *, first: bool) -> str:
        if self.as_json:
            told = []
            for number, (offset, length, name, held) in enumerate(self._rows(rows)):
                one: dict[str, object] = {"offset": offset, "sector": offset // SECTOR}
                one |= {"length": length, "as": name, "generations": held}
                told.append(json.dumps(one if texts is None else one | {"text": texts[number]}))
            return ("" if first else ",\n") + ",\n".join(told)
        text = io.StringIO(newline="")
        lines = csv.writer(text)
        if first:
            text_too = () if self.texts_of is None else ("text",)
            lines.writerow(("offset", "sector", "length", "as", "generations", *text_too))
        for number, (offset, length, name, held) in enumerate(self._rows(rows)):
            cells = (offset, offset // SECTOR, length, name, " ".join(map(str, held)))
            lines.writerow(cells if texts is None else (*cells, texts[number]))
        return text.getvalue()
