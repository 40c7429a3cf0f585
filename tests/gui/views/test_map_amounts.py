"""The map tells amounts: what a tenth, a thousandth and a lone grain of a large disk look like."""

from __future__ import annotations

from collections.abc import Generator
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QColor
from tests.gui.sight import SIGHTS, apart, mean_of
from tests.gui.small_chain import GRAIN, small

from redoscope_core import Areas, Chain, State
from redoscope_gui import theme
from redoscope_gui.maps import MapMode, MapScope, drawing
from redoscope_gui.views.map.inking import Held, barred, inked, striped, top_of
from redoscope_gui.views.map.inks import inks_of

PER_CELL = 4096 * GRAIN
CELLS = 256
CAPACITY = CELLS * PER_CELL
"""64 GiB in cells as large as those of a disk of 2 TiB."""
FRACTIONS = (0.0001, 0.001, 0.01, 0.1, 1.0)
TALL = 22
"""Pixels of the strip; a row of the chain matrix has more."""
STEP = 8
"""CIELAB; no eye overlooks it."""


@pytest.fixture(params=theme.SCHEMES)
def scheme(request: pytest.FixtureRequest) -> Generator[str]:
    """Each theme in turn; afterwards the dark one is in use again."""
    theme.use_scheme(request.param)
    yield request.param
    theme.use_scheme(theme.DARK)


def scattered(fraction: float) -> Areas:
    """Grains all over the disk, so many of them that *fraction* of it is changed."""
    grains = CAPACITY // GRAIN
    chance = np.random.default_rng(7)
    chosen = np.sort(chance.choice(grains, round(grains * fraction), replace=False))
    return Areas.of(chosen.astype(np.int64) * GRAIN, GRAIN, State.DATA)


def chain_of(changed: Areas, *, filled: bool) -> Chain:
    base = Areas.of([0], [CAPACITY], State.DATA) if filled else Areas.empty()
    return small(CAPACITY, base, changed)


def pixels_of(
    chain: Chain, mode: MapMode, how: str
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The pixels of the newest link, as the map, the strip or the matrix shows it."""
    drawn = drawing.draw(MapScope(chain, 1, mode, 0, PER_CELL, CELLS))
    inks = inks_of(mode, 2)
    if how == "matrix":
        held = Held(drawn.classes, drawn.kinds, drawn.shares)
        return barred(inks, held, TALL)[TALL:]
    held = Held(drawn.classes[np.newaxis], drawn.kinds, drawn.shares[:, np.newaxis])
    return barred(inks, held, TALL) if how == "strip" else inked(inks, held)


SHOWN = [("map", MapMode.CHANGED), ("strip", MapMode.CHANGED), ("matrix", MapMode.MATRIX)]


@pytest.mark.parametrize("filled", [False, True], ids=["over nothing", "over a full base disk"])
@pytest.mark.parametrize(("how", "mode"), SHOWN)
@pytest.mark.usefixtures("scheme")
def test_each_tenfold_amount_looks_like_more(how: str, mode: MapMode, filled: bool) -> None:  # noqa: FBT001
    ground = mean_of(pixels_of(chain_of(Areas.empty(), filled=filled), mode, how))
    seen = [
        mean_of(pixels_of(chain_of(scattered(fraction), filled=filled), mode, how))
        for fraction in FRACTIONS
    ]
    for sight in SIGHTS:
        inks = [apart(each, ground, sight) for each in seen]
        assert inks == sorted(inks), (sight, inks)
        for less, more in pairwise(seen):
            assert apart(less, more, sight) >= STEP, (sight, less.name(), more.name())
        assert inks[1] < inks[-1] / 3, (sight, "0.1 %", inks)
        assert inks[0] > 0


@pytest.mark.parametrize("filled", [False, True], ids=["over nothing", "over a full base disk"])
@pytest.mark.parametrize(("how", "mode"), SHOWN)
@pytest.mark.usefixtures("scheme")
def test_a_lone_grain_of_any_cell_is_seen(how: str, mode: MapMode, filled: bool) -> None:  # noqa: FBT001
    lone = Areas.of([77 * PER_CELL + 5 * GRAIN], [GRAIN], State.DATA)
    ground = mean_of(pixels_of(chain_of(Areas.empty(), filled=filled), mode, how)[:, 77:78])
    seen = mean_of(pixels_of(chain_of(lone, filled=filled), mode, how)[:, 77:78])
    assert all(apart(seen, ground, sight) >= 3 for sight in SIGHTS)


@pytest.mark.parametrize("mode", [MapMode.OWNER, MapMode.HEAT])
@pytest.mark.usefixtures("scheme")
def test_a_lone_grain_of_a_base_disk_is_seen_too(mode: MapMode) -> None:
    lone = Areas.of([77 * PER_CELL], [GRAIN], State.DATA)
    seen = pixels_of(small(CAPACITY, lone, Areas.empty()), mode, "map")
    colour = QColor(*seen[0, 77].tolist())
    assert all(apart(colour, theme.colour("absent"), sight) >= 3 for sight in SIGHTS)


@pytest.mark.usefixtures("scheme")
def test_a_cell_of_two_owners_lies_between_their_colours_by_share() -> None:
    full = Areas.of([0], [CAPACITY], State.DATA)
    one, two = theme.link_colour(0), theme.link_colour(1)
    last = 0.0
    for sixteenths in range(1, 16):
        own = Areas.of([0], [PER_CELL * sixteenths // 16], State.DATA)
        pixel = pixels_of(small(CAPACITY, full, own), MapMode.OWNER, "map")[0, 0]
        seen = QColor(*pixel.tolist())
        way = apart(one, seen)
        assert last < way < apart(one, two)
        assert apart(one, seen) + apart(seen, two) < 1.3 * apart(one, two), "on the way"
        last = way
        if sixteenths == 8:
            assert apart(one, seen) == pytest.approx(apart(seen, two), rel=0.4)


def test_a_large_cell_shows_its_owners_side_by_side() -> None:
    base = Areas.of([0], [PER_CELL * 3 // 4], State.DATA)
    child = Areas.of([0, PER_CELL], [PER_CELL // 4, PER_CELL], State.DATA)
    chain = small(2 * PER_CELL, base, child)
    drawn = drawing.draw(MapScope(chain, 1, MapMode.OWNER, 0, PER_CELL, 2))
    held = Held(drawn.classes[np.newaxis], drawn.kinds, drawn.shares[:, np.newaxis])
    row = striped(inks_of(MapMode.OWNER, 2), held, 12)[0]
    colours = [QColor(*pixel) for pixel in row.tolist()]
    first = colours[0]
    assert colours[:8] == [first] * 8
    assert colours[8:12] == [colours[8]] * 4
    assert colours[8] != first
    assert colours[12:] == [theme.link_colour(1)] * 12


@pytest.mark.parametrize("mode", [MapMode.CHANGED, MapMode.OWNER, MapMode.HEAT])
def test_a_fitted_scale_gives_the_fullest_cell_the_full_ink(mode: MapMode) -> None:
    changed = Areas.of([0, PER_CELL], [40 * GRAIN, GRAIN], State.DATA)
    drawn = drawing.draw(
        MapScope(small(CAPACITY, Areas.empty(), changed), 1, mode, 0, PER_CELL, CELLS)
    )
    held = Held(drawn.classes[np.newaxis], drawn.kinds, drawn.shares[:, np.newaxis])
    inks = inks_of(mode, 2)
    top = top_of(inks, held)
    assert top == pytest.approx(40 / 4096)
    full = {
        MapMode.CHANGED: theme.colour("this"),
        MapMode.OWNER: theme.link_colour(1),
        MapMode.HEAT: QColor("#3f66b5"),
    }[mode]
    assert QColor(*inked(inks, held, top)[0, 0].tolist()) == full
    assert apart(QColor(*inked(inks, held)[0, 0].tolist()), full) > STEP


def test_what_cannot_be_read_never_pales() -> None:
    lost = Areas.of([5], [1], State.UNREADABLE)
    for mode in MapMode:
        how = "matrix" if mode is MapMode.MATRIX else "map"
        seen = pixels_of(small(CAPACITY, Areas.empty(), lost), mode, how)
        assert QColor(*seen[0, 0].tolist()) == theme.colour("bad")
