"""The map by content: each sector has the class of what it is for, and the rare is seen."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PySide6.QtGui import QColor
from tests.gui.small_chain import small

from redoscope_core import Areas, ContentRuns, SectorClass, State
from redoscope_gui import theme
from redoscope_gui.maps import MapClass, MapMode, MapScope
from redoscope_gui.maps.content import (
    CONTENT_KINDS,
    CONTENT_LINKS,
    content_areas,
    content_class,
    content_tables,
    with_metadata,
)
from redoscope_gui.maps.drawing import draw
from redoscope_gui.views.map.colours import colour_of, legend_of, name_of

CAPACITY = 4096
KINDS = list(SectorClass)


def runs_of(*parts: tuple[int, SectorClass]) -> ContentRuns:
    """Return runs end to end, each so many sectors of a class."""
    count = np.array([sectors for sectors, _ in parts], np.int64)
    end = np.cumsum(count)
    kind = np.array([KINDS.index(each) for _, each in parts], np.uint8)
    return ContentRuns(end - count, end, kind)


def scope(runs: ContentRuns | None, per_cell: int, *lost: tuple[int, int]) -> MapScope:
    """Return the whole of a small disk, of which some sectors can't be read."""
    stored = Areas.of([a for a, _ in lost], [n for _, n in lost], State.UNREADABLE)
    chain = small(CAPACITY, stored if lost else Areas.empty())
    cells = -(-CAPACITY // per_cell)
    return MapScope(chain, 0, MapMode.CONTENT, 0, per_cell, cells, content=runs)


def test_each_sector_has_its_class_and_all_amounts_are_told() -> None:
    chance = random.Random(4)
    parts: list[tuple[int, SectorClass]] = []
    while sum(count for count, _ in parts) < CAPACITY:
        parts.append((chance.randrange(1, 40), chance.choice(KINDS)))
    runs = runs_of(*parts)
    drawn = draw(scope(runs, 1))
    wanted = [CONTENT_KINDS[each] for count, each in parts for _ in range(count)][:CAPACITY]
    assert drawn.classes.tolist() == wanted
    totals = {kind: wanted.count(kind) for kind in set(wanted)}
    assert dict(drawn.totals) == totals
    for cell in range(0, CAPACITY, 97):
        assert drawn.counts(cell) == {wanted[cell]: 1}


def test_a_lone_sector_of_a_directory_is_seen_among_file_data() -> None:
    data, lone = SectorClass.FILE_DATA, SectorClass.DIRECTORY
    drawn = draw(scope(runs_of((100, data), (1, lone), (CAPACITY, data)), 64))
    assert drawn.classes[1] == CONTENT_KINDS[lone]
    assert drawn.classes[0] == CONTENT_KINDS[data]
    assert drawn.counts(1) == {CONTENT_KINDS[data]: 63, CONTENT_KINDS[lone]: 1}


def test_what_can_not_be_read_is_that_whatever_it_is_for() -> None:
    runs = runs_of((50, SectorClass.GAP), (CAPACITY, SectorClass.FREE_SPACE))
    for known in (runs, None):
        drawn = draw(scope(known, 1, (40, 20), (90, 1)))
        lost = np.flatnonzero(drawn.classes == MapClass.UNREADABLE)
        assert lost.tolist() == [*range(40, 60), 90]
    assert dict(draw(scope(None, 1)).totals) == {MapClass.ABSENT: CAPACITY}


def test_every_class_has_a_colour_of_its_own_in_both_themes_and_a_name() -> None:
    for scheme in theme.SCHEMES:
        theme.use_scheme(scheme)
        colours = {
            each: colour_of(MapMode.CONTENT, kind, CONTENT_LINKS).name()
            for each, kind in CONTENT_KINDS.items()
        }
        assert len(set(colours.values())) == len(SectorClass)
        assert QColor(colours[SectorClass.GAP]) == theme.colour("absent")
    theme.use_scheme(theme.DARK)
    assert set(CONTENT_KINDS) == set(SectorClass)
    assert all(content_class(kind) is each for each, kind in CONTENT_KINDS.items())
    entries = legend_of(MapMode.CONTENT, ["a.vmdk"], set(CONTENT_KINDS.values()))
    assert [each.name for each in entries[:3]] == ["file data", "directories", "file system"]
    assert len(entries) == len(SectorClass)
    usual = legend_of(MapMode.CONTENT, ["a.vmdk"], ())
    assert "encrypted" not in [each.name for each in usual]
    assert name_of(MapMode.CONTENT, MapClass.UNREADABLE, []) == "unreadable"


@pytest.mark.parametrize("links", [1, 40])
def test_colours_do_not_depend_on_the_links_of_the_chain_nor_on_branches(links: int) -> None:
    kind = CONTENT_KINDS[SectorClass.JOURNAL]
    before = colour_of(MapMode.CONTENT, kind, links)
    theme.use_branches([3] * 12)
    assert colour_of(MapMode.CONTENT, kind, links) == before
    theme.use_branches(())


def test_the_tables_leave_no_class_without_a_rank_but_what_lies_in_no_partition() -> None:
    ranks, by_rank, kinds = content_tables()
    unranked = [each for n, each in enumerate(KINDS) if not ranks[State.DATA, n + 1]]
    assert unranked == [SectorClass.GAP]
    told = ranks > 0
    assert np.array_equal(by_rank[ranks[told]], kinds[told])
    assert not len(content_areas(None, Areas.empty(), 10))


METADATA = {
    *(SectorClass.DIRECTORY, SectorClass.FILE_SYSTEM),
    *(SectorClass.JOURNAL, SectorClass.PARTITION_TABLE),
}


@pytest.mark.parametrize("seed", range(20))
def test_stretches_with_metadata_are_those_with_a_sector_of_it(seed: int) -> None:
    chance = random.Random(seed)
    parts = [(chance.randrange(1, 9), chance.choice(KINDS)) for _ in range(60)]
    runs = runs_of(*parts)
    sectors = [kind in METADATA for count, kind in parts for _ in range(count)]
    start = np.array([chance.randrange(len(sectors)) for _ in range(80)], np.int64)
    end = np.minimum(start + [chance.randrange(1, 12) for _ in range(80)], len(sectors))
    wanted = [any(sectors[a:b]) for a, b in zip(start.tolist(), end.tolist(), strict=True)]
    assert with_metadata(runs, start, end).tolist() == wanted


def test_where_nothing_is_metadata_no_stretch_has_some() -> None:
    runs = runs_of((CAPACITY, SectorClass.FREE_SPACE))
    assert with_metadata(runs, np.array([0, 7]), np.array([1, CAPACITY])).tolist() == [False] * 2
