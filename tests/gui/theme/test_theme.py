"""Colours that can be told apart and texts that can be read, in both themes."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF
from PySide6.QtWidgets import QCheckBox, QWidget
from tests.gui.sight import SIGHTS, lab, linear

from redoscope_core import ADVISED_LINKS
from redoscope_gui import theme
from redoscope_gui.maps import MapClass, MapMode, owner_class
from redoscope_gui.views.map.colours import colour_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

MAP_ROLES = ("absent", "inherited", "this", "other", "zero", "bad")
TEXTS = [
    ("text", "panel"),
    ("text", "field"),
    ("text", "window"),
    ("text", "raised"),
    ("dim", "panel"),
    ("dim", "field"),
    ("dim", "window"),
    ("selection_text", "selection"),
    ("banner_text", "banner"),
    ("changed_text", "changed"),
    ("danger", "panel"),
    ("warning", "panel"),
    ("good", "field"),
    ("accent", "field"),
    ("text", "hover"),
    ("text", "selection_idle"),
    ("dim", "raised"),
    ("accent", "panel"),
    ("good", "panel"),
    ("accent_text", "accent"),
    ("hatch", "bad"),
]


@pytest.fixture(params=theme.SCHEMES)
def scheme(request: pytest.FixtureRequest) -> Generator[str]:
    """Each theme in turn; afterwards the dark one is in use again."""
    theme.use_scheme(request.param)
    yield request.param
    theme.use_scheme(theme.DARK)


def contrast(one: QColor, other: QColor) -> float:
    weights = np.array([0.2126, 0.7152, 0.0722])
    light = sorted(float(weights @ linear(tint)) for tint in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


@pytest.mark.parametrize("sight", SIGHTS)
def test_any_two_classes_of_the_map_can_be_told_apart(scheme: str, sight: str) -> None:
    for one, other in combinations(MAP_ROLES, 2):
        apart = np.linalg.norm(lab(theme.colour(one), sight) - lab(theme.colour(other), sight))
        assert apart >= 15, (scheme, sight, one, other)


@pytest.mark.parametrize("sight", SIGHTS)
def test_any_two_links_of_a_chain_of_eight_can_be_told_apart(scheme: str, sight: str) -> None:
    for one, other in combinations(range(8), 2):
        apart = np.linalg.norm(
            lab(theme.link_colour(one), sight) - lab(theme.link_colour(other), sight)
        )
        assert apart >= 15, (scheme, sight, one, other)


@pytest.mark.parametrize("sight", SIGHTS)
def test_a_chain_of_the_advised_length_shows_no_colour_twice(scheme: str, sight: str) -> None:
    seen = [lab(theme.link_colour(index), sight) for index in range(ADVISED_LINKS)]
    beside = [lab(theme.colour(role), sight) for role in ("absent", "zero", "bad")]
    for one, other in combinations(range(ADVISED_LINKS), 2):
        apart = np.linalg.norm(seen[one] - seen[other])
        assert apart >= (15 if other - one <= 3 else 9.9), (scheme, sight, one, other)
    for link, colour in enumerate(seen):
        for other_class in beside:
            assert np.linalg.norm(colour - other_class) >= 15, (scheme, sight, link)


@pytest.mark.parametrize("mode", list(MapMode))
@pytest.mark.parametrize("sight", SIGHTS)
def test_every_class_of_every_mode_differs_from_the_classes_beside_it(
    scheme: str, sight: str, mode: MapMode
) -> None:
    """Steps of heat are degrees: they differ from all else. Past the end the ground shows."""
    alone = [MapClass.ABSENT, MapClass.UNREADABLE]
    if mode is not MapMode.HEAT:
        alone.append(MapClass.ZERO)
    if mode in {MapMode.CHANGED, MapMode.DIFFERENCE, MapMode.MATRIX}:
        alone.append(MapClass.INHERITED)
        degrees: list[int] = [MapClass.DATA]
    elif mode is MapMode.HEAT:
        degrees = [owner_class(step) for step in range(9)]
    else:
        degrees = []
    tints = {kind: lab(colour_of(mode, kind, 9), sight) for kind in (*alone, *degrees)}
    pairs = [*combinations(alone, 2), *((one, two) for one in alone for two in degrees)]
    for one, two in pairs:
        assert np.linalg.norm(tints[one] - tints[two]) >= 15, (scheme, sight, mode, one, two)


@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_texts_stand_out_from_their_ground(scheme: str, text: str, ground: str) -> None:
    ratio = contrast(theme.colour(text), theme.colour(ground))
    assert ratio >= 4.5, (scheme, text, ground)


def test_the_shipped_fonts_are_the_ones_in_use(dressed: QApplication) -> None:
    assert QFontInfo(dressed.font()).family() == "Inter"
    assert QFontInfo(theme.hex_font()).family() == "JetBrains Mono"


@pytest.mark.parametrize("factor", theme.ZOOMS)
def test_a_cell_of_the_hex_font_is_a_whole_number_of_pixels(factor: float) -> None:
    theme.use_zoom(factor)
    try:
        wide = QFontMetricsF(theme.hex_font()).horizontalAdvance("0" * 64) / 64
    finally:
        theme.use_zoom(1.0)
    assert wide == pytest.approx(round(wide), abs=0.02)


def test_amounts_have_three_figures_and_a_unit() -> None:
    given = (0, 999, 1024, 1536, 10 * 1024**2, 1024**4 * 2, 123_456_789)
    assert [theme.amount(count) for count in given] == [
        "0 B",
        "999 B",
        "1 KiB",
        "1.5 KiB",
        "10 MiB",
        "2 TiB",
        "118 MiB",
    ]
    assert theme.grouped(1_234_567) == "1\u202f234\u202f567"


@pytest.mark.parametrize("name", theme.SCHEMES)
def test_a_checked_box_shows_a_tick(qtbot: QtBot, dressed: QApplication, name: str) -> None:
    theme.apply_theme(dressed, name)
    box = QCheckBox()
    qtbot.addWidget(box)
    box.setChecked(True)
    picture = box.grab().toImage()
    tones = {picture.pixelColor(x, picture.height() // 2).lightness() for x in range(14)}
    theme.apply_theme(dressed, theme.DARK)
    assert min(tones) < theme.colour("ticked").lightness() - 60


def test_the_icon_of_a_button_takes_the_colours_of_the_theme(
    qtbot: QtBot, dressed: QApplication
) -> None:
    bar = QWidget()
    qtbot.addWidget(bar)
    button = theme.IconButton("zoom-in", "Zoom in", "+", bar)
    bar.show()
    dark = button.icon().cacheKey()
    theme.apply_theme(dressed, theme.LIGHT)
    light = button.icon().cacheKey()
    assert light == theme.icon("zoom-in").cacheKey() != dark
    theme.apply_theme(dressed, theme.DARK)
    assert button.icon().cacheKey() == dark
