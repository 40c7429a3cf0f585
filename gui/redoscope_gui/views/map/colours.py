"""Colours of the map: one of each class and shade in a mode, and what each class is in words."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from redoscope_gui import theme
from redoscope_gui.maps import FIRST_OWNER, LAST_OWNER, SHADES, MapClass, MapMode, owner_class

__all__ = ["Entry", "Inks", "colour_of", "ink_table", "legend_of", "name_of"]

_ROLES = {
    MapClass.PAST_END: "window",
    MapClass.ABSENT: "absent",
    MapClass.INHERITED: "inherited",
    MapClass.ZERO: "zero",
    MapClass.DATA: "this",
    MapClass.UNREADABLE: "bad",
}
_UNSHADED = (MapClass.PAST_END, MapClass.ABSENT, MapClass.UNREADABLE)
_FAINTEST = 0.55
_FAINTEST_NEAR = 0.7
"""How much of its colour a class keeps where a single grain of the cell has it. The grey of the
base disk is near the ground, and steps of heat are near each other, so they keep more."""
_MOST_NAMES = 6
"""Links that the legend names; of a longer chain it shows the numbers."""
_MOST_AMOUNTS = 12
"""Links beside which an amount stands; those of a longer chain have it in the tool tip."""
_MOST_ENTRIES = LAST_OWNER - FIRST_OWNER + 1
_HEAT = {
    theme.DARK: ("#3f66b5", "#77819a", "#a59d7e", "#cfb95a", "#ffe945"),
    theme.LIGHT: ("#d8bf62", "#9c9570", "#6d7586", "#33568c", "#0b2352"),
}

Inks = bytes
"""Red, green, blue and alpha of each class at each of its SHADES + 1 degrees, full ones first."""

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the legend."""

    kind: int
    """Class of the cells it stands for."""
    name: str
    colour: QColor
    faintest: QColor | None = None
    """Colour of the cells that hold the least of it, if they are shaded."""
    label: str = ""
    """What stands beside the colour, if that is shorter than the name."""
    later: bool = False
    """Whether it is a link newer than the generation that is shown."""
    quiet: bool = False
    """Whether its amount stands in the tool tip alone."""


def colour_of(mode: MapMode, kind: int, links: int, faint: int = 0) -> QColor:
    """Return the colour of a class of cells in a chain of *links*; 0 is its full colour."""
    if kind < FIRST_OWNER:
        full = theme.colour(_ROLES[MapClass(kind)])
    elif mode is MapMode.HEAT:
        full = _heat(kind - FIRST_OWNER + 1, links)
    else:
        full = theme.link_colour(kind - FIRST_OWNER)
    if not faint or kind in _UNSHADED:
        return full
    grey = kind == MapClass.INHERITED or (mode is MapMode.OWNER and kind == FIRST_OWNER)
    least = _FAINTEST_NEAR if grey or mode is MapMode.HEAT else _FAINTEST
    return _mixed(theme.colour("absent"), full, 1.0 - (1.0 - least) * min(faint, SHADES) / SHADES)


def _mixed(below: QColor, above: QColor, share: float) -> QColor:
    """Return the colour *share* of the way from one to the other."""
    return QColor(
        round(below.red() + (above.red() - below.red()) * share),
        round(below.green() + (above.green() - below.green()) * share),
        round(below.blue() + (above.blue() - below.blue()) * share),
    )


def _heat(generations: int, links: int) -> QColor:
    """Return the colour of cells that *generations* of *links* links decided.

    Steps get smaller as the numbers grow: one or two is the question, not eight or nine.
    """
    ramp = [QColor(name) for name in _HEAT[theme.scheme()]]
    place = math.log(generations) / math.log(max(2, links)) * (len(ramp) - 1)
    low = min(int(place), len(ramp) - 2)
    share = min(place - low, 1.0)
    return _mixed(ramp[low], ramp[low + 1], share)


def ink_table(mode: MapMode, links: int, hidden: Collection[int] = ()) -> Inks:
    """Return the colours of all classes and shades; hidden ones look as if nothing were stored."""
    return _table(theme.scheme(), mode, links, frozenset(hidden))


@lru_cache(maxsize=64)
def _table(_scheme: str, mode: MapMode, links: int, hidden: frozenset[int]) -> Inks:
    """Return the table, which is the same until the theme changes."""
    nothing = _ink(theme.colour("absent")) * (SHADES + 1)
    last = min(FIRST_OWNER + links - 1, LAST_OWNER)
    return b"".join(
        nothing
        if kind in hidden or kind > last
        else b"".join(_ink(colour_of(mode, kind, links, faint)) for faint in range(SHADES + 1))
        for kind in range(LAST_OWNER + 1)
    )


def _ink(colour: QColor) -> bytes:
    return bytes((colour.red(), colour.green(), colour.blue(), LAST_OWNER))


def name_of(mode: MapMode, kind: int, names: list[str]) -> str:
    """Return what a class of cells is called; *names* are the links, base disk first."""
    if kind >= FIRST_OWNER:
        index = kind - FIRST_OWNER
        if mode is MapMode.HEAT:
            return _heat_name(index + 1)
        name = names[index] if index < len(names) else "?"
        return f"{index} {name}"
    words = {
        MapClass.PAST_END: translate("MapView", "past the end"),
        MapClass.ABSENT: translate("MapView", "never stored"),
        MapClass.INHERITED: translate("MapView", "inherited"),
        MapClass.ZERO: translate("MapView", "zeroed"),
        MapClass.DATA: translate("MapView", "changed"),
        MapClass.UNREADABLE: translate("MapView", "unreadable"),
    }
    if len(names) == 1 and kind == MapClass.DATA:
        return translate("MapView", "stored")
    return words[MapClass(kind)]


def _heat_name(generations: int) -> str:
    if generations == 1:
        return translate("MapView", "1 generation")
    return translate("MapView", "{count} generations").format(count=generations)


def legend_of(
    mode: MapMode, names: list[str], present: Collection[int], generation: int | None = None
) -> list[Entry]:
    """Return the entries of the legend of a chain of links *names*, seen from *generation*.

    All its links have one, so that scrubbing moves nothing; "unreadable" has one only where
    something is unreadable.
    """
    links = len(names)
    newest = links - 1 if generation is None else generation
    if mode is MapMode.OWNER:
        kinds = [owner_class(link) for link in range(min(links, _MOST_ENTRIES))]
        kinds += [MapClass.ZERO, MapClass.ABSENT]
    elif mode is MapMode.HEAT:
        kinds = [MapClass.ABSENT, *(owner_class(step) for step in range(min(links, _MOST_ENTRIES)))]
    else:
        kinds = [MapClass.DATA, MapClass.ZERO, MapClass.INHERITED, MapClass.ABSENT]
        if newest == 0 and mode is not MapMode.MATRIX:
            kinds.remove(MapClass.INHERITED)
    if MapClass.UNREADABLE in present:
        kinds.append(MapClass.UNREADABLE)
    return [_entry(mode, kind, names, newest) for kind in kinds]


def _entry(mode: MapMode, kind: int, names: list[str], newest: int) -> Entry:
    links = len(names)
    alone = newest == 0 and mode is not MapMode.MATRIX
    name = name_of(mode, kind, names[:1] if alone and kind < FIRST_OWNER else names)
    number = kind - FIRST_OWNER + (mode is MapMode.HEAT)
    many = links > (1 if mode is MapMode.HEAT else _MOST_NAMES)
    numbered = many and kind >= FIRST_OWNER and (number > 1 or mode is MapMode.OWNER)
    return Entry(
        kind,
        name,
        colour_of(mode, kind, links),
        None if kind in _UNSHADED else colour_of(mode, kind, links, SHADES),
        str(number) if numbered else "",
        later=kind > FIRST_OWNER + newest,
        quiet=kind >= FIRST_OWNER and (mode is MapMode.HEAT or links > _MOST_AMOUNTS),
    )
