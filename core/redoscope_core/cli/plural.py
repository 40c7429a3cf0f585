"""Plural: a count with its noun, as people say it."""

from __future__ import annotations

__all__ = ["counted"]


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return *count* and *noun*: ``1 sector``, ``2 sectors``, ``0 matches``.

    *plural* is the noun for all counts but one, where an s alone does not make it.
    """
    return f"{count} {noun if count == 1 else plural or noun + 's'}"
