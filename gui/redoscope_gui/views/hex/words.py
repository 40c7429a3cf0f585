"""The words above each sector of the hex view."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from redoscope_core import State
from redoscope_gui import theme
from redoscope_gui.copy_forms import CopyForm
from redoscope_gui.maps import Older
from redoscope_gui.views.hex.blocks import SectorShown
from redoscope_gui.views.hex.position import AddressUnit
from redoscope_gui.views.hex.rows import Heading

__all__ = [
    "byte_words",
    "copy_names",
    "empty_words",
    "older_words",
    "past_end_heading",
    "ruler_title",
    "sector_heading",
    "selected_words",
]

translate = QCoreApplication.translate


def sector_heading(
    place_in: tuple[int, int],
    shown: SectorShown | None,
    generation: int,
    since: Older | None,
    names: list[str],
) -> Heading:
    """Return where a sector of grains of so many stands, what supplies it, and in what it differs.

    *since* is generation A that it is compared with, None for the parent generation.
    """
    sector, grain_size = place_in
    grain, within = divmod(sector, grain_size)
    place = translate("HexView", "sector {sector}").format(sector=theme.grouped(sector))
    if within == 0:
        opened = translate("HexView", "grain {grain}").format(grain=theme.grouped(grain))
        place = f"{opened} · {place}"
    what = "" if shown is None else _told(shown, generation, since, names)
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
    if shown.asks_parent:
        return translate("HexView", "not stored here: asks the parent")
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
    return text.format(link=name)


def _told(shown: SectorShown, generation: int, since: Older | None, names: list[str]) -> str:
    """Tell what supplies a sector, and in how many bytes it differs from what."""
    text = _supplied(shown, generation, names)
    count = shown.changed.count(1)
    if not count:
        return text
    words = translate("HexView", "{count} bytes differ from {older}")
    if count == 1:
        words = translate("HexView", "1 byte differs from {older}")
    differ = words.format(count=theme.grouped(count), older=older_words(since))
    return f"{text} · {differ}"


def older_words(since: Older | None) -> str:
    """Return what bytes are compared with: generation A, or the parent generation."""
    if since is None:
        return translate("HexView", "the parent generation")
    return translate("HexView", "generation {number}").format(number=since)


def byte_words(
    offset: int, shown: SectorShown | None, generation: int | None, since: Older | None = None
) -> str:
    """Tell one byte: where it stands, its value, and the generation that it comes from.

    There is no *generation* where one link is looked at alone.
    """
    place = translate("HexView", "offset 0x{offset:X}").format(offset=offset)
    if shown is None:
        return f"{place}, " + translate("HexView", "being read")
    if shown.state is State.UNREADABLE:
        return f"{place}, " + translate("HexView", "cannot be read")
    if shown.asks_parent:
        return f"{place}, " + translate("HexView", "asks the parent")
    within = offset % len(shown.data)
    byte = translate("HexView", "byte {value:02X}").format(value=shown.data[within])
    if shown.changed[within] and since is not None:
        what = translate("HexView", "differs from {older}").format(older=older_words(since))
    elif generation is None and shown.state is State.ZERO:
        what = translate("HexView", "zeroed by this link")
    elif generation is None:
        what = translate("HexView", "stored by this link")
    elif shown.changed[within]:
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


def copy_names() -> dict[CopyForm, str]:
    """Return what copying in each form is called in a menu."""
    return {
        CopyForm.HEX: translate("HexView", "Copy as hex"),
        CopyForm.DUMP: translate("HexView", "Copy as hex and text"),
        CopyForm.TEXT: translate("HexView", "Copy as text"),
        CopyForm.C: translate("HexView", "Copy as C array"),
        CopyForm.PYTHON: translate("HexView", "Copy as Python bytes"),
        CopyForm.RUST: translate("HexView", "Copy as Rust array"),
        CopyForm.BASE64: translate("HexView", "Copy as base64"),
        CopyForm.JSON: translate("HexView", "Copy as JSON"),
        CopyForm.SECTORS: translate("HexView", "Copy the sector range"),
    }
