"""Candidates: files that may be the one that is named and not there, each with the reasons."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Candidate", "Reason", "instead_words"]

_MOST_NAMED = 4


class Reason(Enum):
    """Why a file may be the one that is named and not there, the weightiest first."""

    HAS_WANTED_CONTENT_ID = "has the wanted content ID"
    HAS_WANTED_UUID = "has the wanted UUID"
    IS_ITS_DATA = "is named as its data would be"
    HAS_NAME = "has its name"
    HAS_CAPACITY = "has the capacity"
    HAS_LENGTH_OF_LINE = "has the length that the extent line says"
    HAS_NUMBER_OF_PIECE = "has the number of the piece"
    SUFFIX_DIFFERS = "its name differs in the suffix"
    IS_NAMESAKE = "is a namesake with another content ID"


class Candidate(NamedTuple):
    """A file that may be the one that is named and not there."""

    path: Path
    reasons: tuple[Reason, ...]
    """The weightiest first."""


def instead_words(candidates: Sequence[Candidate], *, looked_at_all: bool) -> list[str]:
    """Return the phrases for *candidates*; that there may be more, if not *looked_at_all*."""
    named = [
        f"{one.path} ({', '.join(reason.value for reason in one.reasons)})"
        for one in candidates[:_MOST_NAMED]
    ]
    more = len(candidates) - _MOST_NAMED
    named += [f"{more} more"] if more > 0 else []
    told = [f"found instead {', '.join(named)}"] if named else []
    return told if looked_at_all else [*told, "not all folders were looked into"]
