"""Phrases that the line of an error and the sentence of a finding share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.candidates import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.candidates import Candidate

__all__ = ["compared_words", "instead_words", "place_words", "quoted", "short"]

_LONGEST = 300
_MOST_NAMED = 4
_REASONS = {
    Reason.HAS_WANTED_CONTENT_ID: "has the wanted content ID",
    Reason.HAS_WANTED_UUID: "has the wanted UUID",
    Reason.IS_NEWEST_CHILD: "is the newest link that was made from its disk",
    Reason.NAMES_IT: "names it as its data",
    Reason.NEEDS_IT: "names its disk as its parent",
    Reason.IS_ITS_DATA: "is named as its data would be",
    Reason.HAS_NAME: "has its name",
    Reason.HAS_CAPACITY: "has the capacity",
    Reason.HAS_LENGTH_OF_LINE: "has the length that the extent line says",
    Reason.HAS_NUMBER_OF_PIECE: "has the number of the piece",
    Reason.HAS_NAME_MISREAD: "has its name, in another encoding",
    Reason.SUFFIX_DIFFERS: "its name differs in the suffix",
    Reason.IS_NAMESAKE: "is a namesake with another content ID",
}


def short(text: str) -> str:
    """Return *text*, cut in the middle if a hostile file made it long."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST // 2]} [...] {text[-_LONGEST // 3 :]}"


def quoted(text: str) -> str:
    """Return *text* in quotes, as it stands: a path keeps each of its strokes single."""
    return f"'{short(text)}'"


def place_words(where: str | None, offset: int | None) -> list[str]:
    """Return the words, if any, for the structure *where* or the byte *offset* of a file."""
    if where is not None and offset is not None:
        return [f"at {where} (byte {offset})"]
    if where is not None:
        return [f"at {where}"]
    return [] if offset is None else [f"at byte {offset}"]


def compared_words(found: object, expected: object) -> list[str]:
    """Return the words for what was *found* and what was *expected*, each unless it is None."""
    pairs = (("found", found), ("expected", expected))
    return [f"{word} {short(str(value))}" for word, value in pairs if value is not None]


def instead_words(candidates: Sequence[Candidate], *, looked_at_all: bool) -> list[str]:
    """Return the phrases for *candidates*; that there may be more, if not *looked_at_all*."""
    named = [
        f"{one.path} ({', '.join(_REASONS[reason] for reason in one.reasons)})"
        for one in candidates[:_MOST_NAMED]
    ]
    more = len(candidates) - _MOST_NAMED
    named += [f"{more} more"] if more > 0 else []
    told = [f"found instead {', '.join(named)}"] if named else []
    return told if looked_at_all else [*told, "not all folders were looked into"]
