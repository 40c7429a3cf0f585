"""How well a few typed letters fit a title: letters in order, best at the beginnings of words."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Fit", "fit"]

_BEGINNING = 8
_NEXT = 5
_LETTER = 1
_LEFT_OUT = 0.05


@dataclass(frozen=True, slots=True)
class Fit:
    """How well it fits, and which letters of the title were meant."""

    score: float
    places: tuple[int, ...] = ()


def fit(needle: str, title: str) -> Fit | None:
    """Return how the letters of *needle* are found in *title*, in order; None if they are not.

    Spaces in *needle* do not count. Of all ways to find the letters the best is taken: letters that
    follow each other and letters that begin a word weigh most.
    """
    wanted = "".join(needle.casefold().split())
    text = title.casefold()
    if not wanted:
        return Fit(0.0)
    # Best way that ends with the letter just looked for, by where that letter stands.
    ways: dict[int, tuple[float, tuple[int, ...]]] = {}
    for number, letter in enumerate(wanted):
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        best: tuple[float, tuple[int, ...]] | None = None if number else (0.0, ())
        for place, other in enumerate(text):
            before = ways.get(place - 1)
            if letter == other:
                worth = _LETTER + (_BEGINNING if _begins_word(text, place) else 0)
                ends = [(best[0] + worth, (*best[1], place))] if best is not None else []
                if before is not None:
                    ends.append((before[0] + worth + _NEXT, (*before[1], place)))
                if ends:
                    found[place] = max(ends, key=lambda way: way[0])
            if before is not None and (best is None or before[0] > best[0]):
                best = before
        ways = found
    if not ways:
        return None
    score, places = max(ways.values(), key=lambda way: way[0])
    return Fit(score - _LEFT_OUT * len(text), places)


def _begins_word(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()
