"""What the history pane says of a file: what became of it, who has its bytes, what was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from redoscope_core import WhatBecame
from redoscope_gui import theme
from redoscope_gui.file_words import Badge, note_words
from redoscope_gui.session import Session, from_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core import FileContent, FileMoment, StreamParts
    from redoscope_gui.requests import PastTold

__all__ = [
    "became_words",
    "content_words",
    "overwriting_words",
    "sign_of",
    "suppliers",
    "totals",
]

_EXACT = 1024
"""Bytes from which an amount is no exact figure."""
_SIGNS = {
    WhatBecame.ADDED: Badge.ADDED,
    WhatBecame.MODIFIED: Badge.MODIFIED,
    WhatBecame.METADATA: Badge.METADATA,
    WhatBecame.RENAMED: Badge.RENAMED,
    WhatBecame.DELETED: Badge.DELETED,
}


def tr(text: str) -> str:
    """Translate *text* of the pane."""
    return QCoreApplication.translate("HistoryView", text)


def sign_of(moment: FileMoment) -> tuple[Badge, ...]:
    """Return the signs of what became of a file in a generation."""
    found = [_SIGNS[moment.what]] if moment.what in _SIGNS else []
    if moment.what is WhatBecame.RENAMED and moment.bytes_differ:
        found.append(Badge.MODIFIED)
    return tuple(found)


def became_words(moment: FileMoment) -> str:
    """Return what became of a file in a generation."""
    told = {
        WhatBecame.FIRST: tr("there; nothing older is known"),
        WhatBecame.ADDED: tr("added"),
        WhatBecame.SAME: tr("the same"),
        WhatBecame.MODIFIED: tr("other bytes"),
        WhatBecame.METADATA: tr("the same bytes, other metadata"),
        WhatBecame.RENAMED: tr("renamed"),
        WhatBecame.DELETED: tr("deleted"),
        WhatBecame.ABSENT: tr("not there"),
        WhatBecame.UNREAD: tr("the same, as far as it can be read"),
        WhatBecame.UNKNOWN: tr("nothing is known of its volume"),
    }[moment.what]
    if moment.what is WhatBecame.RENAMED and moment.old_path is not None:
        told = tr("renamed from {path}").format(path=moment.old_path)
        told = tr("{renamed}, other bytes").format(renamed=told) if moment.bytes_differ else told
    return ", ".join((told, *(note_words(note) for note in moment.notes)))


def suppliers(parts: StreamParts, names: Sequence[str]) -> str:
    """Return which links have how much of *parts*, the newest link first; *names* are theirs."""
    told = []
    for link, count in sorted(parts.by_link().items(), reverse=True):
        name = names[link] if 0 <= link < len(names) else tr("no link, zeros")
        told.append((name, theme.amount(count)))
    if len(told) == 1:  # how much it is stands beside it
        return told[0][0]
    several = tr("{amount} in {link}")
    return ", ".join(several.format(amount=count, link=name) for name, count in told)


def overwriting_words(content: FileContent, names: Sequence[str]) -> str:
    """Return which generations overwrote *content*, and with what; empty if none did."""
    told = []
    for each in content.overwritten:
        notes = []
        if each.zeros:
            zeros = each.zeros == each.parts.total
            notes.append(
                tr("with zeros") if zeros else tr("%s with zeros") % theme.amount(each.zeros)
            )
        if each.unread:
            notes.append(tr("%s can't be read there") % theme.amount(each.unread))
        if each.files:
            notes.append(tr("now of %s") % ", ".join(each.files))
        words = tr("{amount} overwritten by {generation}, {link}").format(
            amount=theme.amount(each.parts.total),
            generation=each.generation,
            link=names[each.generation],
        )
        told.append(", ".join((words, *notes)))
    return "; ".join(told)


def content_words(content: FileContent, generation: int, names: Sequence[str]) -> str:
    """Return what is known of the bytes that the list of parts shows, at a *generation*."""
    small = content.size < _EXACT
    size = theme.amount(content.size) if small else theme.exact_amount(content.size)
    if generation > content.last:
        begin = tr("Gone; its bytes as generation {last} has them: {size}")
    elif content.first == content.last:
        begin = tr("Its bytes in generation {last}: {size}")
    else:
        begin = tr("Its bytes in generations {first} to {last}: {size}")
    told = [begin.format(first=content.first, last=content.last, size=size)]
    if content.inside:
        told.append(tr("%s kept in its inode or record") % theme.amount(content.inside))
    if content.holes:
        told.append(tr("%s in holes, which are zeros") % theme.amount(content.holes))
    lost = overwriting_words(content, names)
    if lost:
        told.append(tr("%s. The older link still stores what was there") % lost)
    elif content.parts.total and content.last < len(names) - 1:
        told.append(tr("none of them was overwritten since"))
    return "; ".join(told)


def totals(session: Session, stream: bytes) -> str:
    """Return how much is told of a *stream* of the file, or why nothing is."""
    past, why = session.files.past, _refusal(session)
    if why:
        return why
    if past.file is None:
        listing = tr("Reading file systems to find the file at the cursor…")
        choose = tr("Choose a file in Files, or the one at the cursor")
        return listing if session.files.awaits_past else choose
    if past.told is not None:
        return _told_words(past.told, stream)
    return tr("Comparing all generations…") if past.is_running else tr("Not told yet")


def _refusal(session: Session) -> str:
    """Return why no file is followed; empty if nothing stands against it."""
    files = session.files
    error = files.past.error
    if files.past.file is None:  # the one at the cursor may be what was wanted
        error = files.error
    if session.chain is None:
        return tr("No chain is open")
    if session.is_alone:
        return tr("One link is looked at alone; look at its chain to follow a file")
    if not files.can_list:
        return tr("Its parent is attached for now only; write that to follow a file")
    if error is None:
        return ""
    problem = from_error(error)
    return f"{problem.text}; {problem.cure}" if problem.cure else problem.text


def _told_words(told: PastTold, stream: bytes) -> str:
    """Return how many states there are, and how much of the older ones is still stored."""
    if told.history is None:
        return tr("No generation has such a file")
    contents = [each for each in told.history.contents if each.stream == stream]
    parts = [each.parts for content in contents for each in content.overwritten]
    lost = sum(count for each in parts for link, count in each.by_link().items() if link >= 0)
    count = len(contents)
    states = tr("1 state of its bytes") if count == 1 else tr("%d states of its bytes") % count
    words = tr("{states} in {count} generations").format(states=states, count=len(told.moments))
    if lost:
        survives = tr("{words}; {lost} were overwritten, and are still stored")
        words = survives.format(words=words, lost=theme.amount(lost))
    if told.unread:
        unread = tr("%s sectors could not be compared") % theme.grouped(told.unread)
        words = f"{words}; {unread}"
    return words
