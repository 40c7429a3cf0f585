"""Colours of the map: the full one of each class in a mode, and what each class is in words."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from redoscope_core import SectorClass
from redoscope_gui import theme
from redoscope_gui.file_words import class_name
from redoscope_gui.maps import COMPARING, FIRST_OWNER, LAST_OWNER, MapClass, MapMode, owner_class
from redoscope_gui.maps.content import CONTENT_KINDS, CONTENT_LINKS, content_class
from redoscope_gui.views.map.oklab import mixed
from redoscope_gui.views.map.ramp import LEAST_INK

__all__ = ["Entry", "colour_of", "legend_of", "name_of"]

_ROLES = {
    MapClass.PAST_END: "window",
    MapClass.ABSENT: "absent",
    MapClass.INHERITED: "inherited",
    MapClass.ZERO: "zero",
    MapClass.DATA: "this",
    MapClass.UNREADABLE: "bad",
}
_FAULTS = (MapClass.PAST_END, MapClass.UNREADABLE)
_SINCE = (MapClass.INHERITED, MapClass.ZERO, MapClass.DATA)
_USUAL = frozenset(
    CONTENT_KINDS[each]
    for each in (
        *(SectorClass.FILE_DATA, SectorClass.DIRECTORY, SectorClass.FILE_SYSTEM),
        *(SectorClass.JOURNAL, SectorClass.SLACK, SectorClass.PARTITION_TABLE),
        *(SectorClass.FREE_SPACE, SectorClass.GAP),
    )
)
"""What has an entry on every disk; the rest where it is there."""
_UNSHADED = (MapClass.PAST_END, MapClass.ABSENT, MapClass.UNREADABLE)
_MOST_NAMES = 6
"""Links that the legend names; of a longer chain it shows the numbers."""
_MOST_AMOUNTS = 12
"""Links beside which an amount stands; those of a longer chain have it in the tool tip."""
_TINTS = 4
_MOST_ENTRIES = LAST_OWNER - FIRST_OWNER + 1
_HEAT = {
    theme.DARK: ("#3f66b5", "#77819a", "#a59d7e", "#cfb95a", "#ffe945"),
    theme.LIGHT: ("#d8bf62", "#9c9570", "#6d7586", "#33568c", "#0b2352"),
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
    label: str = ""
    """What stands beside the colour, if that is shorter than the name."""
    brief: str = ""
    """What stands there where there is no room for more, if there is anything shorter."""
    later: bool = False
    """Whether it is a link newer than the generation that is shown."""
    quiet: bool = False
    """Whether its amount stands in the tool tip alone."""
    tints: tuple[QColor, ...] = ()
    """Some of its colours, where each row has its own."""


def colour_of(mode: MapMode, kind: int, links: int) -> QColor:
    """Return the full colour of a class of cells in a chain of *links*."""
    if kind < FIRST_OWNER:
        return theme.colour(_ROLES[MapClass(kind)])
    if mode is MapMode.CONTENT:  # whatever branch the links of that number are on
        return theme.link_colour(kind - FIRST_OWNER, 0)
    if mode is MapMode.HEAT:
        return _heat(kind - FIRST_OWNER + 1, links)
    return theme.link_colour(kind - FIRST_OWNER)


def _heat(generations: int, links: int) -> QColor:
    """Return the colour of cells that *generations* of *links* links decided.

    Steps get smaller as the numbers grow: one or two is the question, not eight or nine.
    """
    ramp = [QColor(name) for name in _HEAT[theme.scheme()]]
    place = math.log(generations) / math.log(max(2, links)) * (len(ramp) - 1)
    low = min(int(place), len(ramp) - 2)
    share = min(place - low, 1.0)
    return mixed(ramp[low], ramp[low + 1], share)


def name_of(mode: MapMode, kind: int, names: list[str], *, alone: bool = False) -> str:
    """Return what a class of cells is called; *names* are the links, base disk first.

    *alone* is one link without its parents: what it does not store is asked of them.
    """
    if mode is MapMode.CONTENT and kind not in _FAULTS:
        return class_name(content_class(kind))
    if kind >= FIRST_OWNER:
        return _link_name(mode, kind - FIRST_OWNER, names)
    absent = translate("MapView", "never stored")
    if alone:
        absent = translate("MapView", "asks the parent")
    elif mode is MapMode.MATRIX:
        absent = translate("MapView", "not stored here")
    words = {
        MapClass.PAST_END: translate("MapView", "past the end"),
        MapClass.ABSENT: absent,
        MapClass.INHERITED: translate("MapView", "inherited"),
        MapClass.ZERO: translate("MapView", "zeroed"),
        MapClass.DATA: translate("MapView", "changed"),
        MapClass.UNREADABLE: translate("MapView", "unreadable"),
    }
    if mode in COMPARING and kind in _SINCE:
        return _compared_name(MapClass(kind), exact=mode is MapMode.EXACT)
    if kind == MapClass.ABSENT and (alone or mode is MapMode.MATRIX):
        asked, rows = (
            translate("MapView", "asks the parent"),
            translate("MapView", "not stored here"),
        )
        return asked if alone else rows
    if len(names) == 1 and kind == MapClass.DATA:
        return translate("MapView", "stored")
    return words[MapClass(kind)]


def _link_name(mode: MapMode, index: int, names: list[str]) -> str:
    if mode is MapMode.HEAT:
        return _heat_name(index + 1)
    return f"{index} {names[index] if index < len(names) else '?'}"


def _compared_name(kind: MapClass, *, exact: bool) -> str:
    """Tell how A and B compare: byte by byte if *exact*, else by who decided."""
    if exact:
        return {
            MapClass.DATA: translate("MapView", "bytes differ"),
            MapClass.ZERO: translate("MapView", "differ: zeros now"),
            MapClass.INHERITED: translate("MapView", "the same bytes"),
        }[kind]
    return {
        MapClass.DATA: translate("MapView", "decided since A"),
        MapClass.ZERO: translate("MapView", "zeroed since A"),
        MapClass.INHERITED: translate("MapView", "the same since A"),
    }[kind]


def _heat_name(generations: int) -> str:
    if generations == 1:
        return translate("MapView", "1 generation")
    return translate("MapView", "{count} generations").format(count=generations)


def legend_of(
    mode: MapMode,
    names: list[str],
    present: Collection[int],
    generation: int | None = None,
    *,
    alone: bool = False,
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
    elif mode is MapMode.CONTENT:
        kinds = [kind for kind in CONTENT_KINDS.values() if kind in _USUAL or kind in present]
    elif mode is MapMode.HEAT:
        kinds = [MapClass.ABSENT, *(owner_class(step) for step in range(min(links, _MOST_ENTRIES)))]
    else:
        kinds = [MapClass.DATA, MapClass.ZERO, MapClass.INHERITED, MapClass.ABSENT]
        if newest == 0 or mode is MapMode.MATRIX:
            kinds.remove(MapClass.INHERITED)
    if MapClass.UNREADABLE in present:
        kinds.append(MapClass.UNREADABLE)
    return [_entry(mode, kind, names, newest, asking=alone) for kind in kinds]


def _entry(
    mode: MapMode, kind: int, names: list[str], newest: int, *, asking: bool = False
) -> Entry:
    if mode is MapMode.CONTENT:
        return _content_entry(kind)
    links = len(names)
    alone = newest == 0 and mode is not MapMode.MATRIX
    shown = names[:1] if alone and kind < FIRST_OWNER else names
    name = name_of(mode, kind, shown, alone=asking)
    number = kind - FIRST_OWNER + (mode is MapMode.HEAT)
    many = links > (1 if mode is MapMode.HEAT else _MOST_NAMES)
    numbered = many and kind >= FIRST_OWNER and (number > 1 or mode is MapMode.OWNER)
    full, ground = colour_of(mode, kind, links), theme.colour("absent")
    by_row = mode is MapMode.MATRIX and kind == MapClass.DATA
    return Entry(
        kind,
        name,
        full,
        None if kind in _UNSHADED else mixed(ground, full, LEAST_INK),
        str(number) if numbered else "",
        str(number) if kind >= FIRST_OWNER else "",
        later=kind > FIRST_OWNER + newest,
        quiet=kind >= FIRST_OWNER and (mode is MapMode.HEAT or links > _MOST_AMOUNTS),
        tints=tuple(theme.link_colour(link) for link in range(min(links, _TINTS)) if by_row),
    )


def _content_entry(kind: int) -> Entry:
    """Return the entry of what sectors are for."""
    full, ground = colour_of(MapMode.CONTENT, kind, CONTENT_LINKS), theme.colour("absent")
    faintest = None if kind in _UNSHADED else mixed(ground, full, LEAST_INK)
    return Entry(kind, name_of(MapMode.CONTENT, kind, []), full, faintest)
