"""Areas as text, fast: a chain of 2 TiB may have more than a million of them."""

from __future__ import annotations

import json
from itertools import chain as joined
from typing import TYPE_CHECKING, TextIO

from redoscope_core.errors import printable
from redoscope_core.link.areas import Areas, State

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain

__all__ = ["write_areas"]

_CHUNK = 8192


def write_areas(out: TextIO, chain: Chain, *, json_output: bool) -> None:
    """Write every area of *chain* to *out*: one JSON list, or lines for people."""
    areas = chain.areas()
    if not json_output:
        out.write("start length state depth link offset\n")
    for first in range(0, len(areas), _CHUNK):
        part = areas.take(slice(first, first + _CHUNK))
        text = _json(part, chain) if json_output else _lines(part, chain)
        if json_output:
            text = ("[" if first == 0 else ",\n ") + text
        out.write(text)
    out.write("]\n" if json_output else "")
    out.flush()


def _deciders(chain: Chain) -> list[tuple[int, str | None]]:
    """Return (depth, path) by link index; the last entry, index -1, is for ABSENT."""
    top = len(chain.links) - 1
    deciders: list[tuple[int, str | None]] = [
        (top - index, str(link.path)) for index, link in enumerate(chain.links)
    ]
    # What no link stores was asked of all of them: the depth is the base disk's.
    return [*deciders, (top, None)]


def _json(areas: Areas, chain: Chain) -> str:
    deciders = _deciders(chain)
    middles = {
        (
            state,
            index,
        ): f'"state": "{State(state).word}", "depth": {depth}, "link": {json.dumps(path)}'
        for state in State
        for index, (depth, path) in zip([*range(len(chain.links)), -1], deciders, strict=True)
    }
    middle = [middles[pair] for pair in zip(areas.state.tolist(), areas.link.tolist(), strict=True)]
    offset = ["null" if value < 0 else str(value) for value in areas.offset.tolist()]
    rows = zip(areas.start.tolist(), areas.count.tolist(), middle, offset, strict=True)
    # One formatting of many rows is several times faster than one each.
    template = ",\n ".join(['{"start": %d, "length": %d, %s, "offset": %s}'] * len(areas))
    return template % tuple(joined.from_iterable(rows))


def _lines(areas: Areas, chain: Chain) -> str:
    deciders = _deciders(chain)
    names = [printable(path or "-") for _, path in deciders]
    columns = (areas.start, areas.count, areas.state, areas.link, areas.offset)
    return "".join(
        f"{start} {count} {State(state).word} {deciders[link][0]}"
        f" {names[link]} {'-' if offset < 0 else offset}\n"
        for start, count, state, link, offset in zip(*(c.tolist() for c in columns), strict=True)
    )
