"""What the pane says of a file in two generations: which they are, and how much differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from redoscope_core import WhyLeft
from redoscope_gui import theme
from redoscope_gui.two_states import Look

if TYPE_CHECKING:
    from redoscope_core import ContentRead, FileMoment
    from redoscope_gui.requests import StatesRead

__all__ = ["found_words", "state_head", "why_words"]


def tr(text: str) -> str:
    """Translate *text* of the pane."""
    return QCoreApplication.translate("BesideView", text)


def state_head(letter: str, moment: FileMoment, name: str, read: ContentRead | None) -> str:
    """Return which generation a side is, and how much the file has there."""
    told = tr("{letter}: generation {number}, {link}").format(
        letter=letter, number=moment.generation, link=name
    )
    size = tr("not there") if read is None else theme.amount(read.size)
    return f"{told}, {size}"


def why_words(read: ContentRead) -> str:
    """Return why the bytes of a state are not shown."""
    words = {
        WhyLeft.PACKED: tr("compressed or encrypted by its file system"),
        WhyLeft.UNREADABLE: tr("sectors of it can't be read"),
        WhyLeft.TOO_LARGE: tr("it claims to be larger than its volume"),
        WhyLeft.LOST: tr("nothing tells where some of its bytes are"),
    }
    why = WhyLeft.LOST if read.why is None else read.why
    told = words.get(why, why.value.replace("-", " "))
    return f"{told}: {read.detail}" if read.detail else told


def found_words(found: StatesRead, groups: int) -> str:
    """Return how much differs."""
    if found.beside is None:
        lost = [each for each in (found.older, found.newer) if each is not None and each.why]
        return tr("Not shown: %s") % "; ".join(why_words(each) for each in lost)
    if found.older is None and found.newer is None:
        return tr("The file is in neither generation")
    count = theme.grouped(found.beside.bytes_differ)
    places = tr("1 place differs") if groups == 1 else tr("%d places differ") % groups
    if found.older is None or found.newer is None:
        words = tr("It is in B alone") if found.older is None else tr("It is in A alone")
    elif not found.beside.bytes_differ:
        words = tr("The same in every byte")
    elif found.beside.look is Look.TEXT:
        words = tr("Text; {places}, {lines} lines").format(
            places=places, lines=theme.grouped(int(found.beside.differs.sum()))
        )
    elif found.beside.look is Look.PICTURE:
        words = tr("Pictures; %s bytes differ") % count
    else:
        words = tr("{places}, {bytes} bytes").format(places=places, bytes=count)
    return tr("%s; only the first 8 MiB are looked at") % words if found.is_cut else words
