"""The words above each sector of the hex view."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from redoscope_core import State
from redoscope_gui import theme
from redoscope_gui.views.hex.blocks import SectorShown
from redoscope_gui.views.hex.position import AddressUnit
from redoscope_gui.views.hex.rows import Heading

__all__ = [
    "byte_words",
    "empty_words",
    "past_end_heading",
    "ruler_title",
    "sector_heading",
    "selected_words",
]

translate = QCoreApplication.translate


def sector_heading(
    sector: int, grain_size: int, shown: SectorShown | None, generation: int, names: list[str]
) -> Heading:
    """Return where the sector stands and what supplies it, in words."""
    grain, within = divmod(sector, grain_size)
    place = translate("HexView", "sector {sector}").format(sector=theme.grouped(sector))
    if within == 0:
        opened = translate("HexView", "grain {grain}").format(grain=theme.grouped(grain))
        place = f"{opened} · {place}"
    what = "" if shown is None else _supplied(shown, generation, names)
    return Heading(place, what, within == 0)


def empty_words(*, broken: bool) -> str:
    """Tell why there are no bytes: no disk is open, or (*broken*) the chosen one does not open."""
    if broken:
        return translate("HexView", "This chain does not open: see Problems")
    return translate("HexView", "Open a disk to read its bytes here.")


def ruler_title(unit: AddressUnit) -> str:
    """Return what stands above the addresses."""
    words = {
        AddressUnit.BYTE: translate("HexView", "offset"),
        AddressUnit.SECTOR: translate("HexView", "sector+"),
        AddressUnit.GRAIN: translate("HexView", "grain+"),
    }
    return words[unit]


def past_end_heading(sector: int) -> Heading:
    """Return the words above a sector that the shown generation does not have."""
    place = translate("HexView", "sector {sector}").format(sector=theme.grouped(sector))
    return Heading(place, translate("HexView", "past the end of this generation"), False)


def _supplied(shown: SectorShown, generation: int, names: list[str]) -> str:
    """Tell the state of a sector and the link that says so."""
    if shown.state is State.UNREADABLE:
        why = shown.fault or translate("HexView", "damaged")
        return translate("HexView", "cannot be read: {fault}").format(fault=why)
    if shown.state is State.ABSENT:
        return translate("HexView", "never stored: reads as zeros")
    name = names[shown.owner] if 0 <= shown.owner < len(names) else "?"
    words = {
        (True, True): translate("HexView", "zeroed by {link}"),
        (True, False): translate("HexView", "zeros inherited from {link}"),
        (False, True): translate("HexView", "stored by {link}"),
        (False, False): translate("HexView", "inherited from {link}"),
    }
    text = words[shown.state is State.ZERO, shown.owner == generation]
    text = text.format(link=name)
    changed = shown.changed.count(1)
    if not changed:
        return text
    if changed == 1:
        return f"{text} · " + translate("HexView", "1 byte changed")
    return f"{text} · " + translate("HexView", "{count} bytes changed").format(
        count=theme.grouped(changed)
    )


def byte_words(offset: int, shown: SectorShown | None, generation: int) -> str:
    """Tell one byte: where it stands, its value, and the generation that it comes from."""
    place = translate("HexView", "offset 0x{offset:X}").format(offset=offset)
    if shown is None:
        return f"{place}, " + translate("HexView", "being read")
    if shown.state is State.UNREADABLE:
        return f"{place}, " + translate("HexView", "cannot be read")
    within = offset % len(shown.data)
    byte = translate("HexView", "byte {value:02X}").format(value=shown.data[within])
    if shown.changed[within]:
        what = translate("HexView", "changed in generation {number}").format(number=generation)
    elif shown.state is State.ABSENT:
        what = translate("HexView", "never stored")
    elif shown.state is State.ZERO:
        what = translate("HexView", "zeroed in generation {number}").format(number=shown.owner)
    else:
        what = translate("HexView", "stored in generation {number}").format(number=shown.owner)
    return f"{place}, {byte}, {what}"


def selected_words(first: int, last: int) -> str:
    """Tell how many bytes are selected, and where; nothing if only the cursor stands."""
    if first == last:
        return ""
    text = translate("HexView", "{count} bytes selected, 0x{first:X} to 0x{last:X}")
    return ", " + text.format(count=theme.grouped(last - first + 1), first=first, last=last)
