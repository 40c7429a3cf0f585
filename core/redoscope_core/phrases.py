"""Phrases that the line of an error and the sentence of a finding share."""

from __future__ import annotations

__all__ = ["compared_words", "place_words", "short"]

_LONGEST = 300


def short(text: str) -> str:
    """Return *text*, cut in the middle if a hostile file made it long."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST // 2]} [...] {text[-_LONGEST // 3 :]}"


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
