"""Numbers as text: every number reads as Python writes it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redoscope_core.cli.digits import digits_of

LARGEST = 2**63 - 1


def texts(values: list[int], columns: int, **words: bytes) -> list[bytes]:
    """Return the row of each of *values*."""
    return [row.tobytes() for row in digits_of(np.array(values, np.int64), columns, **words)]


@given(st.lists(st.integers(0, LARGEST)))
@example([0, 9, 10, 9_999, 10_000, 10_001, 100_000_000, 99_999_999, LARGEST])
def test_a_number_is_written_as_python_writes_it_behind_blanks(values: list[int]) -> None:
    assert texts(values, 19) == [b"%19d" % value for value in values]


@given(st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, 10**n - 1))))
def test_as_few_columns_as_the_number_has_are_enough(case: tuple[int, int]) -> None:
    columns, value = case
    assert texts([value], columns) == [str(value).rjust(columns).encode()]


@pytest.mark.parametrize(("none", "row"), [(b"null", b"  null"), (b"-", b"     -")])
def test_what_is_no_number_is_written_as_its_word(none: bytes, row: bytes) -> None:
    assert texts([-1, 7], 6, none=none) == [row, b"     7"]


def test_blanks_can_be_nuls_that_are_dropped_later() -> None:
    assert texts([40], 6, blank=b"\0") == [b"\0\0\0\x0040"]
