"""Colours of the map: one table of 256 entries per mode, and what each entry means in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from redoscope_gui import theme
from redoscope_gui.requests import MapClass, MapMode
from redoscope_gui.requests.mapping import (
    FIRST_OWNER,
    FIRST_SHADE,
    LAST_OWNER,
    SHADES,
    owner_class,
)

__all__ = ["Entry", "colour_of", "colour_table", "legend_of", "name_of"]

_ROLES = {
    MapClass.PAST_END: "window",
    MapClass.ABSENT: "absent",
    MapClass.INHERITED: "inherited",
    MapClass.ZERO: "zero",
    MapClass.DATA: "this",
    MapClass.UNREADABLE: "bad",
}
_SHADED = (MapMode.CHANGED, MapMode.DIFFERENCE, MapMode.MATRIX)
_FAINTEST = 0.5
_HEAT = {
    theme.DARK: ("#2f4b7c", "#5f6a86", "#8f8a78", "#c2ac62", "#ffe945"),
    theme.LIGHT: ("#b9c9e3", "#8ea6cb", "#5f7fae", "#33568c", "#0b2352"),
}

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


def colour_of(mode: MapMode, kind: int, links: int) -> QColor:
    """Return the colour of a class of cells."""
    if kind < FIRST_OWNER:
        return theme.colour(_ROLES[MapClass(kind)])
    if mode in _SHADED:
        return _shade(kind - FIRST_SHADE + 1)
    if mode is MapMode.HEAT:
        return _heat(kind - FIRST_OWNER + 1, links)
    return theme.link_colour(kind - FIRST_OWNER)


def _shade(step: int) -> QColor:
    """Return the colour of cells that are changed in part; a single grain still stands out."""
    share = 1.0 - (1.0 - _FAINTEST) * min(step, SHADES) / SHADES
    return _mixed(theme.colour("absent"), theme.colour("this"), share)


def _mixed(below: QColor, above: QColor, share: float) -> QColor:
    """Return the colour *share* of the way from one to the other."""
    return QColor(
        round(below.red() + (above.red() - below.red()) * share),
        round(below.green() + (above.green() - below.green()) * share),
        round(below.blue() + (above.blue() - below.blue()) * share),
    )


def _heat(generations: int, links: int) -> QColor:
    """Return the colour of cells that *generations* of *links* links decided."""
    ramp = [QColor(name) for name in _HEAT[theme.scheme()]]
    place = (generations - 1) / max(1, links - 1) * (len(ramp) - 1)
    low = min(int(place), len(ramp) - 2)
    share = min(place - low, 1.0)
    return _mixed(ramp[low], ramp[low + 1], share)


def colour_table(mode: MapMode, links: int, hidden: Collection[int] = ()) -> tuple[QColor, ...]:
    """Return the colours of all 256 classes; hidden ones look as if nothing were stored."""
    return _table(theme.scheme(), mode, links, frozenset(hidden))


@lru_cache(maxsize=64)
def _table(_scheme: str, mode: MapMode, links: int, hidden: frozenset[int]) -> tuple[QColor, ...]:
    """Return the table, which is the same until the theme changes."""
    nothing = theme.colour("absent")
    if mode in _SHADED and MapClass.DATA in hidden:
        hidden = hidden | set(range(FIRST_SHADE, FIRST_SHADE + SHADES))
    return tuple(
        nothing if kind in hidden else colour_of(mode, kind, links)
        for kind in range(LAST_OWNER + 1)
    )


def name_of(mode: MapMode, kind: int, names: list[str]) -> str:
    """Return what a class of cells is called; *names* are the links, base disk first."""
    if mode in _SHADED and kind >= FIRST_SHADE:
        kind = MapClass.DATA
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


def legend_of(mode: MapMode, names: list[str], present: Collection[int]) -> list[Entry]:
    """Return the entries of the legend; unreadable only where there is something unreadable."""
    links = len(names)
    if mode is MapMode.OWNER:
        kinds = [owner_class(link) for link in range(min(links, LAST_OWNER - FIRST_OWNER))]
        kinds += [MapClass.ZERO, MapClass.ABSENT]
    elif mode is MapMode.HEAT:
        kinds = [MapClass.ABSENT, *(FIRST_OWNER + step for step in range(links))]
    else:
        kinds = [MapClass.DATA, MapClass.ZERO, MapClass.INHERITED, MapClass.ABSENT]
        if links == 1:
            kinds.remove(MapClass.INHERITED)
    if MapClass.UNREADABLE in present:
        kinds.append(MapClass.UNREADABLE)
    faintest = _shade(SHADES) if mode in _SHADED else None
    return [
        Entry(
            kind,
            name_of(mode, kind, names),
            colour_of(mode, kind, links),
            faintest if kind == MapClass.DATA else None,
        )
        for kind in kinds
    ]
