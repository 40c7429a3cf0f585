"""How well a few typed letters fit a title: the beginnings of its words, or a piece of it.

Letters that merely occur in order somewhere are no fit: "heat" is not meant by "Hash this
generation".
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Fit", "fit", "fit_any"]

_BEGINNING = 8
_NEXT = 5
_LETTER = 1
_LEFT_OUT = 0.05
_LEAST_PIECE = 2
"""Letters of a piece from within a word."""
_WHOLE = 100.0
"""What it is worth that the letters stand in the title as they were typed, from a word on."""
_MEANT = 5.0
"""What it is worth that a word is also one of the others for the same."""
_BY_OTHER_WORDS = 2.0
"""What a fit of other words than the title is worth less."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well it fits, and which letters of the title were meant."""

    score: float
    places: tuple[int, ...] = ()


def fit(needle: str, title: str) -> Fit | None:
    """Return how *needle* is found in *title*; None if it is not.

    It is found as a run of letters from the beginning of a word, then from that of a later word,
    and so on, or as one piece from anywhere. Spaces in it do not count. Of all ways the best is
    taken: letters that follow each other and letters that begin a word weigh most.
    """
    wanted = "".join(needle.casefold().split())
    text = title.casefold()
    if not wanted:
        return Fit(0.0)
    typed = needle.casefold().strip()
    ways = _as_words(typed, text) or _by_beginnings(wanted, text) or _as_piece(typed, text)
    if ways is None:
        return None
    score, places = ways
    return Fit(score - _LEFT_OUT * len(text), places)


def fit_any(needle: str, title: str, words: str) -> Fit | None:
    """Return how *needle* fits *title*, or else one of the other *words* for the same."""
    found = fit(needle, title)
    others = [other for word in words.split() if (other := fit(needle, word)) is not None]
    best = max(others, key=lambda other: other.score, default=None)
    if found is not None and needle.casefold().strip() in words.split():
        return Fit(found.score + _MEANT, found.places)
    if best is None or (found is not None and found.score >= best.score - _BY_OTHER_WORDS):
        return found
    return Fit(best.score - _BY_OTHER_WORDS)


def _as_words(typed: str, text: str) -> tuple[float, tuple[int, ...]] | None:
    """Return *typed* as it stands in *text*, from the beginning of a word on."""
    begin = text.find(typed)
    while begin >= 0 and not _begins_word(text, begin):
        begin = text.find(typed, begin + 1)
    if begin < 0:
        return None
    first = _BEGINNING if begin == 0 else 0
    places = range(begin, begin + len(typed))
    return _WHOLE + first + len(typed), tuple(at for at in places if text[at] != " ")


def _by_beginnings(wanted: str, text: str) -> tuple[float, tuple[int, ...]] | None:
    """Return the best way in which each run of letters begins a word."""
    # Best way that ends with the letter just looked for, by where that letter stands.
    ways: dict[int, tuple[float, tuple[int, ...]]] = {}
    for number, letter in enumerate(wanted):
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        best: tuple[float, tuple[int, ...]] | None = None if number else (0.0, ())
        for place, other in enumerate(text):
            before = ways.get(_last_letter(text, place))
            if letter == other:
                begins = _begins_word(text, place)
                worth = _LETTER + (_BEGINNING if begins else 0)
                ends = []
                if best is not None and begins:
                    ends.append((best[0] + worth, (*best[1], place)))
                if before is not None:
                    ends.append((before[0] + worth + _NEXT, (*before[1], place)))
                if ends:
                    found[place] = max(ends, key=lambda way: way[0])
            passed = ways.get(place - 1)
            if passed is not None and (best is None or passed[0] > best[0]):
                best = passed
        ways = found
    return max(ways.values(), key=lambda way: way[0]) if ways else None


def _last_letter(text: str, place: int) -> int:
    """Return where the letter before *place* stands; a space between two does not count."""
    before = place - 1
    while before > 0 and text[before] == " ":
        before -= 1
    return before


def _as_piece(needle: str, text: str) -> tuple[float, tuple[int, ...]] | None:
    """Return *needle* as one piece of *text* from anywhere."""
    begin = text.find(needle)
    if len(needle) < _LEAST_PIECE or begin < 0:
        return None
    places = tuple(range(begin, begin + len(needle)))
    return len(needle) * _LETTER + (len(needle) - 1) * float(_NEXT), places


def _begins_word(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()
