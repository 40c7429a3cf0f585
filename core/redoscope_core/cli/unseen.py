"""What an answer does not cover, since the system or a name that leads out kept it from sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redoscope_core.errors import VmdkError

__all__ = ["is_unlisted", "unseen_documents"]


def is_unlisted(error: VmdkError) -> bool:
    """Tell whether *error* says that something may not be listed or read."""
    return error.outside is None


def unseen_documents(errors: Iterable[VmdkError]) -> list[dict[str, object]]:
    """Return *errors* as JSON says what was not looked at."""
    return [
        {"what": "unlisted" if is_unlisted(error) else "leads-out", "path": str(error.path)}
        for error in errors
    ]
