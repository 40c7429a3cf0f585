"""Two states of a file side by side: what is text, which lines are whose, which bytes differ."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest

from redoscope_gui.two_states import ACROSS, NOTHING, Beside, Look, beside, picture_format


def rows(found: Beside) -> list[tuple[str, str, bool]]:
    """Return what stands in each row of two texts; nothing where a side has no line."""
    assert not isinstance(found.older, bytes)
    assert not isinstance(found.newer, bytes)
    return [
        ("" if a == NOTHING else found.older[a], "" if b == NOTHING else found.newer[b], differs)
        for a, b, differs in zip(
            found.a.tolist(), found.b.tolist(), found.differs.tolist(), strict=True
        )
    ]


def test_lines_of_both_are_found_again_and_what_one_has_alone_stands_alone() -> None:
    found = beside(b"a\nb\nc\nd\n", b"a\nx\nd\ne\n")
    assert found.look is Look.TEXT
    assert rows(found) == [
        *(("a", "a", False), ("b", "x", True), ("c", "", True)),
        *(("d", "d", False), ("", "e", True)),
    ]


def test_every_line_of_both_is_there_once_and_in_order_and_pairs_are_as_they_say() -> None:
    chance = random.Random(33)
    for size in (0, 1, 7, 60, 3000):
        older = [str(chance.randrange(max(2, size // 2))) for _ in range(size)]
        newer = list(older)
        for _ in range(chance.randrange(1, 6)):
            newer.insert(chance.randrange(len(newer) + 1), str(chance.random()))
        found = beside("\n".join(older).encode(), "\n".join(newer).encode())
        told = rows(found)
        assert [n for n in found.a.tolist() if n != NOTHING] == list(range(len(found.older)))
        assert [n for n in found.b.tolist() if n != NOTHING] == list(range(len(found.newer)))
        assert all(differs == (a != b) for a, b, differs in told if a and b)
        assert found.differs.any()


@pytest.mark.parametrize(
    ("older", "newer", "look"),
    [
        ("Grüße\n".encode(), b"Gruesse\n", Look.TEXT),
        ("Grüße\n".encode()[:3], b"Gr", Look.TEXT),  # cut within a letter
        ("Grüße\n".encode("utf-16"), "Grüß\n".encode("utf-16"), Look.TEXT),
        (b"caf\xe9 au lait\n", b"", Look.TEXT),
        (b"a\x00b", b"ab", Look.BYTES),
        (bytes(range(128, 256)), b"ab", Look.BYTES),
        (b"\x89PNG\r\n\x1a\n...", b"", Look.PICTURE),
        (b"\x89PNG\r\n\x1a\n...", b"BM\x00", Look.PICTURE),
        (b"\x89PNG\r\n\x1a\n\0", b"text", Look.BYTES),
        (b"", b"", Look.BYTES),
    ],
)
def test_what_two_states_are_shown_as(older: bytes, newer: bytes, look: Look) -> None:
    assert beside(older, newer).look is look


def test_bytes_stand_at_their_places_and_those_of_one_side_alone_differ() -> None:
    older, newer = bytes(40), bytes(20) + b"\x01" + bytes(9)
    found = beside(older, newer)
    assert found.a.tolist() == [0, 1, 2, 3, 4]
    assert found.b.tolist() == [0, 1, 2, 3, NOTHING]
    assert found.differs.tolist() == [False, False, True, True, True]
    assert found.bytes_differ == 11
    assert len(older) == ACROSS * 5
    assert not beside(older, older).differs.any()


def test_ends_of_lines_are_told_only_where_they_differ() -> None:
    assert rows(beside(b"a\r\nb\r\n", b"a\r\nc\r\n"))[1] == ("b", "c", True)
    assert rows(beside(b"a\r\nb\r\n", b"a\nb\n"))[0] == ("a\r", "a", True)
    assert rows(beside(b"a\n", b"a"))[-1][2], "one has an end of its last line, and one has none"


def test_long_texts_are_held_together_place_by_place_and_take_no_time() -> None:
    chance = random.Random(5)
    lines = [b"%d" % chance.randrange(9) for _ in range(200_000)]
    other = list(lines)
    for place in (10, 150_000, 199_990):
        other[place] = b"x"
    begun = time.process_time()
    found = beside(b"\n".join(lines), b"\n".join(other))
    assert np.flatnonzero(found.differs).tolist() == [10, 150_000, 199_990]
    worst = [b"%d" % chance.randrange(40) for _ in range(2000)]
    shuffled = chance.sample(worst, len(worst))
    beside(b"\n".join(worst), b"\n".join(shuffled))
    assert time.process_time() - begun < 2


def test_a_picture_is_known_by_its_first_bytes_and_no_other_kind_is() -> None:
    assert picture_format(b"GIF89a") == "gif"
    assert picture_format(b"<svg xmlns='http://www.w3.org/2000/svg'/>") is None
    assert picture_format(b"") is None
