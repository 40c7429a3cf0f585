"""Finders: wherever the pieces end that they are given, they find what is in all of them."""

from __future__ import annotations

import re
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redoscope_core.operations.examining.finders import finder_of
from redoscope_core.operations.examining.needle import Needle

NEEDLES = {
    "bytes": (Needle.of_bytes(b"aba"), rb"(?=aba)"),
    "holes": (Needle.of_hex("61 ?? 61"), rb"(?s)(?=a.a)"),
    "case": (Needle.of_text("aBa", fold_case=True), rb"(?i)(?=aba)"),
    "in turn": (Needle.of_regex(re.compile(rb"ab+")), rb"ab+"),
}
pieces = st.lists(st.text("abA\0", max_size=9).map(str.encode), max_size=9)


@given(pieces, st.sampled_from(sorted(NEEDLES)))
@example([b"abcaba", b"ba"], "holes")
def test_each_match_is_found_once_wherever_the_pieces_end(parts: list[bytes], kind: str) -> None:
    needle, plainly = NEEDLES[kind]
    finder, at = finder_of(needle.spellings[0], 10**6), 0
    finder.begin(0)
    for part in parts:
        if any(part):
            finder.over(at, part, len(part))
        else:
            finder.over_zeros(at, len(part))
        at += len(part)
    finder.cut(at)
    offsets, _ = finder.take()
    assert offsets.tolist() == [each.start() for each in re.finditer(plainly, b"".join(parts))]


@pytest.mark.parametrize("letter", ["a", "A"])
@pytest.mark.parametrize("fold_case", [False, True])
def test_letters_are_alike_in_an_expression_only_if_that_is_asked_for(
    letter: str, *, fold_case: bool
) -> None:
    def matches(needle: Needle) -> bool:
        pattern = needle.spellings[0].pattern
        assert pattern is not None
        return pattern.match(b"a") is not None

    assert matches(Needle.of_expression(letter)) == (letter == "a")
    assert matches(Needle.of_expression(letter, fold_case=fold_case)) == (
        fold_case or letter == "a"
    )


@pytest.mark.parametrize(
    ("needle", "step"),
    [(Needle.of_bytes(b"\0\0"), 1), (Needle.of_regex(re.compile(rb"\0\0")), 2)],
)
def test_a_million_places_in_zeros_take_the_room_of_their_numbers(
    needle: Needle, step: int
) -> None:
    size, count = 16, 10**6
    finder, length = finder_of(needle.spellings[0], count), count * step
    finder.begin(0)
    tracemalloc.start()
    try:
        finder.over_zeros(0, length)
        finder.cut(length)
        offsets, _ = finder.take()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert np.array_equal(offsets, np.arange(0, length - 1, step))
    assert peak < 3 * size * count
    assert not len(finder.take()[0]), "what was taken is forgotten"
