"""Areas as text, fast: a chain of 2 TiB may have more than a million of them."""

from __future__ import annotations

import json
from contextlib import closing
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from redoscope_core.ahead import ahead
from redoscope_core.cli.digits import digits_of
from redoscope_core.errors import printable
from redoscope_core.link.areas import State
from redoscope_core.operations.reading import reading_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from numpy.typing import NDArray

    from redoscope_core.chain.chain import Chain
    from redoscope_core.link.areas import Areas

    Former = Callable[[Areas], bytes]

__all__ = ["write_areas"]

_ROWS = 4096
"""Areas made into text at a time: their text stays in the processor's cache."""
_BETWEEN = b",\n "


def write_areas(out: BinaryIO, chain: Chain, *, json_output: bool, encoding: str = "utf-8") -> None:
    """Write every area of *chain* to *out*: one JSON list, or lines for people in *encoding*.

    The JSON has its numbers in columns: blanks before them cost less than dropping them.
    """
    if not json_output:
        out.write(b"start length state depth link offset\n")
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


def _deciders(chain: Chain) -> list[tuple[int, str | None]]:
    """Return (depth, path) by link index; the last entry, index -1, is for ABSENT."""
    top = len(chain.links) - 1
    deciders: list[tuple[int, str | None]] = [
        (top - index, str(link.path)) for index, link in enumerate(chain.links)
    ]
    # What no link stores was asked of all of them: the depth is the base disk's.
    return [*deciders, (top, None)]


def _json_former(chain: Chain) -> Former:
    # What is said of state, depth and link is one of few texts.
    middles = [
        f', "state": "{State(state).word}", "depth": {depth}, "link": {json.dumps(path)},'.encode()
        for state in State
        for depth, path in _deciders(chain)
    ]
    around = (b'{"start": ', b', "length": ', b' "offset": ', b"}" + _BETWEEN)
    rows = _Rows(chain, around, middles, blank=b" ", none=b"null")
    return lambda areas: rows.of(areas).tobytes()


def _line_former(chain: Chain, encoding: str) -> Former:
    middles = [
        f" {State(state).word} {depth} {printable(path or '-')}".encode(encoding, "replace")
        for state in State
        for depth, path in _deciders(chain)
    ]
    rows = _Rows(chain, (b"", b" ", b" ", b"\n"), middles, blank=b"\0", none=b"-")
    return lambda areas: rows.of(areas).tobytes().translate(None, b"\0")


class _Rows:
    """Makes areas into rows of text of one length, filled up with blanks."""

    def __init__(
        self,
        chain: Chain,
        around: tuple[bytes, bytes, bytes, bytes],
        middles: list[bytes],
        *,
        blank: bytes,
        none: bytes,
    ) -> None:
        """Put the numbers between the texts *around* them and one of the *middles*."""
        longest = max(map(len, middles))
        self._middles = np.array([_bytes(text.ljust(longest, blank)) for text in middles])
        self._around = [_bytes(text) for text in around]
        self._deciders = len(chain.links) + 1
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
        # Link -1, nobody, is the last of the deciders.
        link = np.where(areas.link < 0, self._deciders - 1, areas.link)
        kind = areas.state.astype(np.int64) * self._deciders + link
        start, length, offset, end = self._around
        columns = (
            *(start, self._start(areas.start), length, self._length(areas.count)),
            *(self._middles[kind], offset, self._offset(areas.offset), end),
        )
        rows = np.empty((len(areas), sum(column.shape[-1] for column in columns)), np.uint8)
        at = 0
        for column in columns:
            rows[:, at : at + column.shape[-1]] = column
            at += column.shape[-1]
        return rows


def _bytes(text: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(text, np.uint8)
