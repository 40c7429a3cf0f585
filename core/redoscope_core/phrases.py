"""Phrases that the line of an error and the sentence of a finding share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.candidates import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

    from redoscope_core.candidates import Candidate

__all__ = [
    "Doing",
    "Naming",
    "called",
    "compared_words",
    "counted",
    "instead_words",
    "place_words",
    "quoted",
    "short",
]

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


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return *count* and *noun*: ``1 sector``, ``2 sectors``, ``0 matches``.

    *plural* is the noun for all counts but one, where an s alone does not make it.
    """
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


class Doing(str):
    """What was being done when something failed, told where else a place is."""

    __slots__ = ()


def place_words(where: str | None, offset: int | None) -> list[str]:
    """Return the words, if any, for the structure *where* or the byte *offset* of a file."""
    if where is not None:
        place = f"while {where}" if isinstance(where, Doing) else f"at {where}"
        return [place if offset is None else f"{place} (byte {offset})"]
    return [] if offset is None else [f"at byte {offset}"]


class Naming(str):
    """Words that know which files they name, so that who shows them may call those by less."""

    __slots__ = ("parts",)
    parts: tuple[str | Path, ...]

    def __new__(cls, *parts: str | Path) -> Self:
        """Return *parts* behind each other, each file as its whole path."""
        made = super().__new__(cls, "".join(map(str, parts)))
        made.parts = parts
        return made

    @classmethod
    def joined(cls, between: str, each: Iterable[Naming | Path]) -> Self:
        """Return *each* behind the other, with the words *between*."""
        parts: list[str | Path] = []
        for one in each:
            parts += [between] if parts else []
            parts += one.parts if isinstance(one, Naming) else (one,)
        return cls(*parts)


def called(fact: object, near: Path | None) -> object:
    """Return *fact* as words, if it names files; those in the folder *near* without that."""
    if isinstance(fact, Naming):
        return "".join(str(called(part, near)) for part in fact.parts)
    if not isinstance(fact, Path):
        return fact
    inside = near is not None and fact != near and fact.is_relative_to(near)
    return str(fact.relative_to(near) if near is not None and inside else fact)


def compared_words(found: object, expected: object, *, near: Path | None = None) -> list[str]:
    """Return the words for what was *found* and what was *expected*, each unless it is None."""
    pairs = (("found", found), ("expected", expected))
    told = [(word, called(value, near)) for word, value in pairs if value is not None]
    return [f"{word} {short(str(value))}" for word, value in told]


def instead_words(
    candidates: Sequence[Candidate], *, looked_at_all: bool, near: Path | None = None
) -> list[str]:
    """Return the phrases for *candidates*; that there may be more, if not *looked_at_all*."""
    named = [
        f"{called(one.path, near)} ({', '.join(_REASONS[reason] for reason in one.reasons)})"
        for one in candidates[:_MOST_NAMED]
    ]
    more = len(candidates) - _MOST_NAMED
    named += [f"{more} more"] if more > 0 else []
    told = [f"found instead {', '.join(named)}"] if named else []
    return told if looked_at_all else [*told, "not all folders were looked into"]
