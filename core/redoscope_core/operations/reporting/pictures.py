"""Pictures of a report: the tree, who stores what, and what differs where, as SVG.

They are drawings of rectangles and short texts, made of numbers and of names that are spelled and
escaped: no script, no link, nothing that is loaded. The disk lies from left to right, cut into
columns of equal length:

    base.vmdk   |####  ##      ###         |     a row for each link: how much of a column it stores
    c0.vmdk     |   #                 #    |
    file-data   |   #                      |     a row for each class: how much of a column differs
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.operations.attributing.sector_classes import SectorClass
from redoscope_core.operations.reporting.spelling import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from redoscope_core.operations.reporting.facts import ReportFacts

    Numbers = NDArray[np.int64]
    Names = dict[int, tuple[str, ...]]

__all__ = ["FAMILY", "PICTURES", "pictures_of", "shares"]

PICTURES = ("tree", "map", "differences")
"""What there are pictures of, in the order in which they are shown."""
FAMILY = "Inter, system-ui, sans-serif"
"""Fonts of the words in a picture."""
_WIDTH, _LABEL, _ROW = 960, 230, 18
"""Of a picture, of the words at the left of it, and the height of a row: units of the drawing."""
_COLUMNS = _WIDTH - _LABEL
_MOST = 40
"""Rows of a picture; of more links the first and the last are drawn."""
_DEEPEST = 16
"""Steps to the right in the tree: children of children stand below each other behind it."""
_LONGEST = 34
"""Characters of a name; the pictures stand beside tables that have all of it."""
_LEVELS = 8
"""Strengths of a colour. A column of which anything is stored has the first at least."""
_LEAST = 0.25
"""Share of the colour that none is below: on paper, too, it is to be told from the ground."""
_LINK, _DIFFERS, _GROUND, _LINE = "#0072b2", "#d55e00", "#eef1f6", "#5b6577"
_STORES = (State.DATA, State.ZERO)
_SIDES = ("OLD", "NEW")


def pictures_of(facts: ReportFacts) -> dict[str, str]:
    """Return the picture of each of PICTURES as an SVG element; fewer where nothing is to draw."""
    made = {"tree": _tree(facts)}
    if facts.generations[1].chain.capacity:
        made["map"] = _map(facts)
        if len(facts.ranges):
            made["differences"] = _differences(facts)
    return made


def shares(start: Numbers, count: Numbers, edges: Numbers) -> NDArray[np.float64]:
    """Return which share of each column runs of sectors take, 0 to 1.

    *start* is in order and no run overlaps another. Columns lie between two of *edges* each.
    """
    length = np.maximum(np.diff(edges), 1)
    if not len(start):
        return np.zeros(len(length))
    before = np.cumsum(count) - count
    row = np.searchsorted(start, edges, side="right") - 1
    known = np.maximum(row, 0)
    taken = before[known] + np.clip(edges - start[known], 0, count[known])
    found: NDArray[np.float64] = np.diff(np.where(row < 0, 0, taken)) / length
    return found


def _edges(facts: ReportFacts) -> Numbers:
    """Return the sectors at which columns begin, and the end of the longer disk."""
    capacity = max(each.chain.capacity for each in facts.generations)
    columns = min(_COLUMNS, capacity)
    # Products of both may be beyond 2^63.
    return np.array([capacity * at // columns for at in range(columns + 1)], np.int64)


def _map(facts: ReportFacts) -> str:
    edges = _edges(facts)
    rows: list[tuple[str, NDArray[np.float64], str]] = []
    names = _named(facts)
    for index in _drawn(len(facts.evidence.links)):
        if index is None:
            rows.append(("…", np.zeros(len(edges) - 1), _LINK))
            continue
        stored = facts.evidence.links[index].stored
        has = np.isin(stored.state, [int(each) for each in _STORES])
        told = shares(stored.start[has], stored.count[has], edges)
        rows.append((_label(index, names[index]), told, _LINK))
    ranges = facts.ranges
    rows.append(("differs", shares(ranges.start, ranges.count, edges), _DIFFERS))
    title = "Which sectors each link stores, and which differ between OLD and NEW"
    return _strips(title, rows)


def _differences(facts: ReportFacts) -> str:
    edges, ranges = _edges(facts), facts.ranges
    rows = []
    for code, each in enumerate(SectorClass):
        own = ranges.code == code
        if own.any():
            told = shares(ranges.start[own], ranges.count[own], edges)
            rows.append((f"{each.value}  {int(ranges.count[own].sum())}", told, _DIFFERS))
    return _strips("Sectors that differ, by what they are for; how many beside each class", rows)


def _strips(title: str, rows: Sequence[tuple[str, NDArray[np.float64], str]]) -> str:
    parts = []
    for number, (label, told, colour) in enumerate(rows):
        top = number * _ROW
        parts.append(_text(4, top + 13, label))
        parts.append(_rectangle((_LABEL, top + 2, _COLUMNS, _ROW - 4), _GROUND))
        parts += _cells(told, top + 2, colour)
    return _picture(title, len(rows) * _ROW, parts)


def _cells(told: NDArray[np.float64], top: int, colour: str) -> Iterator[str]:
    """Yield a rectangle for each run of columns of one strength."""
    # The square root: a tenth of a column looks like a third, a lone grain is seen.
    level = np.ceil(np.sqrt(np.clip(told, 0, 1)) * _LEVELS).astype(np.int64)
    edge = np.flatnonzero(np.diff(level)) + 1
    first, last = np.append(0, edge), np.append(edge, len(level))
    wide = _COLUMNS / len(level)
    for low, high in zip(first.tolist(), last.tolist(), strict=True):
        if strength := int(level[low]):
            place = (_LABEL + low * wide, top, (high - low) * wide, _ROW - 4)
            yield _rectangle(place, _mixed(colour, _LEAST + (1 - _LEAST) * strength / _LEVELS))


def _mixed(colour: str, share: float) -> str:
    """Return *colour* over the ground: no form of a page needs to know transparency."""
    pairs = zip(bytes.fromhex(_GROUND[1:]), bytes.fromhex(colour[1:]), strict=True)
    return "#" + bytes(round(below + (above - below) * share) for below, above in pairs).hex()


def _tree(facts: ReportFacts) -> str:
    links, names = facts.evidence.links, _named(facts)
    parents = _parents(facts)
    depth: list[int] = []
    for parent in parents:
        depth.append(0 if parent is None else depth[parent] + 1)
    parts: list[str] = []
    rows: dict[int, int] = {}
    drawn = _drawn(len(links))
    for row, index in enumerate(drawn):
        middle = row * _ROW + _ROW // 2
        if index is None:
            parts.append(_text(40, middle + 4, f"… {len(links) - len(drawn) + 1} links …"))
            continue
        rows[index] = middle
        left = 12 + min(depth[index], _DEEPEST) * 22
        above = parents[index]
        if above in rows:
            start = 12 + min(depth[above], _DEEPEST) * 22
            bend = f"M{start} {rows[above] + 5}V{middle}H{left}"
            parts.append(f'<path d="{bend}" fill="none" stroke="{_LINE}"></path>')
        sides = [each for each in names[index] if each in _SIDES]
        colour = _DIFFERS if "NEW" in sides else _LINK
        parts.append(_rectangle((left - 5, middle - 5, 10, 10), colour if sides else _LINE))
        words = "  ".join(names[index][::-1])
        parts.append(_text(left + 12, middle + 4, f"{index}  {words}", bold=bool(sides)))
    return _picture("Links of both disks, each below its parent", len(drawn) * _ROW, parts)


def _parents(facts: ReportFacts) -> list[int | None]:
    found: list[int | None] = [None] * len(facts.evidence.links)
    for chain in facts.evidence.chains:
        for below, above in pairwise(chain):
            found[above] = below
    return found


def _named(facts: ReportFacts) -> Names:
    """Return of each link which of the two disks it is, if any, and its name."""
    tips = [chain[-1] for chain in facts.evidence.chains]
    return {
        index: (
            *(side for side, tip in zip(_SIDES, tips, strict=True) if tip == index),
            _short(link.path.name),
        )
        for index, link in enumerate(facts.evidence.links)
    }


def _short(name: str) -> str:
    told = shown(name)
    half = _LONGEST // 2
    return told if len(told) <= _LONGEST else f"{told[:half]}…{told[1 - half :]}"


def _label(index: int, names: tuple[str, ...]) -> str:
    told = f"{index}  {names[-1]}"
    return told if len(names) == 1 else f"{told}  {' '.join(names[:-1])}"


def _drawn(total: int) -> list[int | None]:
    """Return which links are drawn; None where some are left out."""
    if total <= _MOST:
        return list(range(total))
    half = _MOST // 2
    return [*range(half), None, *range(total - half, total)]


def _picture(title: str, height: int, parts: Sequence[str]) -> str:
    head = f'<svg viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" role="img"'
    return f"{head}><title>{escape(title)}</title>{''.join(parts)}</svg>"


def _rectangle(place: tuple[float, float, float, float], colour: str) -> str:
    x, y, width, height = (f"{each:.2f}".rstrip("0").rstrip(".") for each in place)
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}"></rect>'


def _text(x: int, y: int, words: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    head = f'<text x="{x}" y="{y}" font-family="{FAMILY}" font-size="12"{weight}>'
    return f"{head}{escape(words)}</text>"
