"""Areas as text, fast: a chain of 2 TiB may have more than a million of them."""

from __future__ import annotations

import json
from contextlib import closing
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from redoscope_core.ahead import ahead
from redoscope_core.areas.areas import State
from redoscope_core.cli.digits import digits_of
from redoscope_core.errors import printable
from redoscope_core.operations.walking.reading import reading_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from numpy.typing import NDArray

    from redoscope_core.areas.areas import Areas
    from redoscope_core.chain.chain import Chain

    Former = Callable[[Areas], bytes]

__all__ = ["write_areas"]

_ROWS = 4096
"""Areas made into text at a time: their text stays in the processor's cache."""
_BETWEEN = b",\n "


def write_areas(out: BinaryIO, chain: Chain, *, json_output: bool, encoding: str = "utf-8") -> None:
    """Write every area of *chain* to *out*: one JSON list, or lines for people in *encoding*.

    The JSON has its numbers in columns: blanks before them cost less than dropping them.
    """
    form = _json_former(chain) if json_output else _line_former(chain, encoding)
    before = b"["
    with closing(_formed(chain, form)) as parts:
        for part in parts:
            if json_output:
                out.write(before + part.removesuffix(_BETWEEN))
                before = _BETWEEN
            else:
                out.write(part)
    out.write(b"]\n" if json_output else b"")
    out.flush()


def _formed(chain: Chain, form: Former) -> Generator[bytes, None, None]:
    """Yield the text of all areas in order, that of some at a time, made by two threads."""
    stored = chain.stored
    edges = [0, *stored.start[_ROWS::_ROWS].tolist(), chain.capacity]

    def text(window: tuple[int, int], slot: int) -> bytes:
        del slot
        first, stop = window
        return form(stored.complete(first, stop - first))

    windows = pairwise(edges)
    threads = reading_threads() if len(edges) > reading_threads() else 0
    if threads:
        yield from ahead(windows, text, threads=threads)
    else:
        yield from (text(window, 0) for window in windows)


class _Holders:
    """Numbers whoever may hold an area: nobody, or a link with one of its files or with none."""

    def __init__(self, chain: Chain) -> None:
        top = len(chain.links) - 1
        self.nobody = "asks the parent" if chain.asks_parent else "-"
        """What stands for a file where no link stores anything."""
        # What no link stores was asked of all of them: the depth is the base disk's.
        self.names: list[tuple[int, str | None, str | None]] = [(top, None, None)]
        """Depth, link and file by number."""
        first = []
        for index, link in enumerate(chain.links):
            first.append(len(self.names) + 1)
            files = [None, *map(str, link.files)]
            self.names += [(top - index, str(link.path), file) for file in files]
        # Link -1, nobody, is the last of them, and its file is -1 too.
        self._first = np.array([*first, 1], np.int64)

    def names_of(self, state: State) -> list[tuple[int, str | None, str | None]]:
        """Return depth, link and file of each number, for areas in *state*."""
        if state is not State.UNREADABLE:
            return self.names
        # What no link decides can't be read only by a parent of the base disk that is lost.
        (depth, link, file), *named = self.names
        return [(depth + 1, link, file), *named]

    def numbers(self, areas: Areas) -> NDArray[np.int64]:
        """Return who holds each of *areas*, as an index of all names times all states."""
        numbers = self._first[areas.link]
        numbers += areas.file
        numbers += areas.state.astype(np.int64) * len(self.names)
        return numbers


def _json_former(chain: Chain) -> Former:
    holders = _Holders(chain)
    # What is said of state, depth, link and file is one of few texts.
    alone = chain.asks_parent
    middles = []
    for state in State:
        # Only where a parent is left out there is anything to be said of who is asked.
        asks = f' "asks_parent": {json.dumps(state is State.ABSENT)},' if alone else ""
        middles += [
            f', "state": "{state.word}", "depth": {depth}, "link": {json.dumps(link)},'
            f' "file": {json.dumps(file)},{asks}'.encode()
            for depth, link, file in holders.names_of(state)
        ]
    around = (b'{"start": ', b', "length": ', b' "offset": ', b"}" + _BETWEEN)
    rows = _Rows(chain, holders, around, middles, blank=b" ", none=b"null")
    return lambda areas: rows.of(areas).tobytes()


def _line_former(chain: Chain, encoding: str) -> Former:
    holders = _Holders(chain)

    def words(text: str) -> bytes:
        return printable(text).encode(encoding, "replace")

    middles, ends = [], []
    for state in State:
        for depth, link, file in holders.names_of(state):
            middles.append(words(f" {state.word} {depth} {link or '-'}"))
            told = holders.nobody if state is State.ABSENT else "-"
            ends.append(words(f" {file or told}") + b"\n")
    around = (b"", b" ", b" ", b"")
    rows = _Rows(chain, holders, around, middles, ends, blank=b"\0", none=b"-")
    return lambda areas: rows.of(areas).tobytes().translate(None, b"\0")


class _Rows:
    """Makes areas into rows of text of one length, filled up with blanks."""

    def __init__(
        self,
        chain: Chain,
        holders: _Holders,
        around: tuple[bytes, bytes, bytes, bytes],
        middles: list[bytes],
        ends: list[bytes] | None = None,
        *,
        blank: bytes,
        none: bytes,
    ) -> None:
        """Put the numbers between the texts *around* them and one of the *middles*.

        The last text of a row is one of the *ends*, if there are any.
        """
        self._holders = holders
        self._middles = _table(middles, blank)
        self._ends = None if ends is None else _table(ends, blank)
        self._around = [_bytes(text) for text in around]
        stored = chain.stored
        until = np.append(stored.start, chain.capacity)
        gaps = until - np.concatenate(([0], stored.end))
        self._start, self._length, self._offset = (
            partial(digits_of, columns=max(len(none), len(str(most))), blank=blank, none=none)
            for most in (
                chain.capacity,
                max(int(np.max(stored.count, initial=0)), int(gaps.max())),
                int(np.max(stored.offset, initial=0)),
            )
        )

    def of(self, areas: Areas) -> NDArray[np.uint8]:
        """Return a row of bytes for each of *areas*."""
        kind = self._holders.numbers(areas)
        start, length, offset, end = self._around
        columns = (
            *(start, self._start(areas.start), length, self._length(areas.count)),
            *(_chosen(self._middles, kind), offset, self._offset(areas.offset)),
            end if self._ends is None else _chosen(self._ends, kind),
        )
        rows = np.empty((len(areas), sum(column.shape[-1] for column in columns)), np.uint8)
        at = 0
        for column in columns:
            rows[:, at : at + column.shape[-1]] = column
            at += column.shape[-1]
        return rows


def _table(texts: list[bytes], blank: bytes) -> NDArray[np.void]:
    """Return *texts*, filled up to one length with *blank*; each is one value of the array."""
    longest = max(map(len, texts))
    return np.frombuffer(b"".join(text.ljust(longest, blank) for text in texts), f"V{longest}")


def _chosen(table: NDArray[np.void], which: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return a row of bytes for each text of *table* that *which* chooses."""
    return table.take(which).view(np.uint8).reshape(len(which), -1)


def _bytes(text: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(text, np.uint8)
