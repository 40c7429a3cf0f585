"""Areas as text, fast: a chain of 2 TiB may have more than a million of them."""

from __future__ import annotations

import json
from itertools import chain as joined
from typing import TYPE_CHECKING, TextIO

import numpy as np

from redoscope_core.errors import printable
from redoscope_core.link.areas import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redoscope_core.chain.chain import Chain
    from redoscope_core.link.areas import Areas

__all__ = ["write_areas"]

_CHUNK = 8192


def write_areas(out: TextIO, chain: Chain, *, json_output: bool) -> None:
    """Write every area of *chain* to *out*: one JSON list, or lines for people."""
    if not json_output:
        out.write("start length state depth link offset\n")
    form = _json_former(chain) if json_output else _line_former(chain)
    before = "["
    for part in _parts(chain):
        out.write(before + form(part) if json_output else form(part))
        before = ",\n "
    out.write("]\n" if json_output else "")
    out.flush()


def _parts(chain: Chain) -> Iterator[Areas]:
    """Yield all areas in order, some at a time: those of a large disk together are large, too."""
    stored, first = chain.stored, 0
    for index in range(_CHUNK, len(stored), _CHUNK):
        stop = int(stored.start[index])
        yield stored.complete(first, stop - first)
        first = stop
    yield stored.complete(first, chain.capacity - first)


def _deciders(chain: Chain) -> list[tuple[int, str | None]]:
    """Return (depth, path) by link index; the last entry, index -1, is for ABSENT."""
    top = len(chain.links) - 1
    deciders: list[tuple[int, str | None]] = [
        (top - index, str(link.path)) for index, link in enumerate(chain.links)
    ]
    # What no link stores was asked of all of them: the depth is the base disk's.
    return [*deciders, (top, None)]


def _json_former(chain: Chain) -> Callable[[Areas], str]:
    # What is said of state, depth and link is one of few texts.
    middles = [
        f'"state": "{State(state).word}", "depth": {depth}, "link": {json.dumps(path)}'
        for state in State
        for depth, path in _deciders(chain)
    ]
    deciders = len(chain.links) + 1

    def form(areas: Areas) -> str:
        # Link -1, nobody, is the last of the deciders.
        link = np.where(areas.link < 0, deciders - 1, areas.link)
        kind = areas.state.astype(np.int64) * deciders + link
        middle = map(middles.__getitem__, kind.tolist())
        offset = ["null" if value < 0 else value for value in areas.offset.tolist()]
        rows = zip(areas.start.tolist(), areas.count.tolist(), middle, offset, strict=True)
        # One formatting of many rows is several times faster than one each.
        template = ",\n ".join(['{"start": %s, "length": %s, %s, "offset": %s}'] * len(areas))
        return template % tuple(joined.from_iterable(rows))

    return form


def _line_former(chain: Chain) -> Callable[[Areas], str]:
    deciders = [(depth, printable(path or "-")) for depth, path in _deciders(chain)]

    def form(areas: Areas) -> str:
        columns = (areas.start, areas.count, areas.state, areas.link, areas.offset)
        return "".join(
            f"{start} {count} {State(state).word} {deciders[link][0]}"
            f" {deciders[link][1]} {'-' if offset < 0 else offset}\n"
            for start, count, state, link, offset in zip(
                *(c.tolist() for c in columns), strict=True
            )
        )

    return form
