"""Candidates: files that may be the one that is named and not there, each with the reasons."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Candidate", "Reason"]


class Reason(Enum):
    """Why a file may be the one that is named and not there, the weightiest first.

    `phrases` has the words.
    """

    HAS_WANTED_CONTENT_ID = "has-wanted-content-id"
    HAS_WANTED_UUID = "has-wanted-uuid"
    IS_NEWEST_CHILD = "is-newest-child"
    NAMES_IT = "names-it"
    NEEDS_IT = "needs-it"
    IS_ITS_DATA = "is-its-data"
    HAS_NAME = "has-name"
    HAS_CAPACITY = "has-capacity"
    HAS_LENGTH_OF_LINE = "has-length-of-line"
    HAS_NUMBER_OF_PIECE = "has-number-of-piece"
    HAS_NAME_MISREAD = "has-name-misread"
    SUFFIX_DIFFERS = "suffix-differs"
    IS_NAMESAKE = "is-namesake"


class Candidate(NamedTuple):
    """A file that may be the one that is named and not there."""

    path: Path
    reasons: tuple[Reason, ...]
    """The weightiest first."""
