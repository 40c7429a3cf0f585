"""Occurrences: the places that looking at each place gives, for every length and alignment."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core.operations.examining import occurrences
from redoscope_core.operations.examining.occurrences import Occurrences

FEW = st.sampled_from([0, 97, 98, 255])


@pytest.fixture(autouse=True)
def words_also_in_small_buffers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare words even where it does not pay."""
    monkeypatch.setattr(occurrences, "_SMALL", 0)


def one_by_one(data: bytes | bytearray, sought: bytes) -> list[int]:
    """Return every place, overlapping ones too."""
    return [at for at in range(len(data)) if data.startswith(sought, at)]


@given(
    st.binary(max_size=200),
    st.binary(min_size=1, max_size=12),
    st.lists(st.integers(0, 200), max_size=5),
)
def test_what_is_put_in_at_any_place_is_found_there(
    data: bytes, sought: bytes, places: list[int]
) -> None:
    filled = bytearray(data)
    for place in places:
        if place + len(sought) <= len(filled):
            filled[place : place + len(sought)] = sought
    assert Occurrences(sought).within(filled, len(filled)) == one_by_one(filled, sought)


@given(st.lists(FEW, max_size=60), st.lists(FEW, min_size=1, max_size=9), st.integers(0, 60))
def test_bytes_that_overlap_themselves_are_found_each_time_within_the_length(
    data: list[int], sought: list[int], length: int
) -> None:
    hay = bytes(data)
    length = min(length, len(hay))
    found = Occurrences(bytes(sought)).within(hay, length)
    assert found == one_by_one(hay[:length], bytes(sought))


def test_a_buffer_that_was_longer_before_leaves_nothing_behind() -> None:
    finder = Occurrences(b"needle")
    assert finder.within(b"." * 90 + b"needle", 96) == [90]
    assert finder.within(b"." * 50, 50) == []
    assert finder.within(b"needle" + b"." * 120, 126) == [0]


def test_a_rare_text_is_found_in_a_large_buffer() -> None:
    hay = bytearray(np.random.default_rng(7).bytes(2**20))
    places = [0, 70_001, 70_030, 2**20 - 9]
    for place in places:
        hay[place : place + 9] = b"a Needle!"
    assert Occurrences(b"a Needle!").within(hay, len(hay)) == places


def test_words_that_are_everywhere_are_left_to_the_plain_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hay = b"abab" * 30_000
    expected = list(range(0, len(hay) - 6, 2))
    plain: list[int] = []
    search = Occurrences._by_search

    def noted(self: Occurrences, data: bytes | bytearray, length: int, begin: int) -> list[int]:
        plain.append(begin)
        return search(self, data, length, begin)

    monkeypatch.setattr(Occurrences, "_by_search", noted)
    assert Occurrences(b"abababa").within(hay, len(hay)) == expected
    assert len(plain) == 1
    assert 0 < plain[0] < 2000
