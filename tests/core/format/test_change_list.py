"""Lists of a million areas are read by arrays, and never otherwise than one by one."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redoscope_core.format import change_list
from redoscope_core.format.area_columns import columns_of_lines, split_areas
from redoscope_core.format.change_list import ChangeList
from tests.core.outcomes import outcome

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

END = 2**40
STYLES = [(", ", ": "), (",", ":"), (",\n  ", ": ")]
NUMBERS = st.one_of(st.integers(0, 2**40), st.integers(-5, 5), st.sampled_from([10**18, 2**63]))
PIECES = [*'0123456789{}[],:\\" -.eE\n', "start", "changedArea", "1e5", "true", "\\u0031", "\u0663"]


@st.composite
def lists(draw: DrawFn) -> bytes:
    """A list in one of the shapes that programs write."""
    names = draw(st.permutations(["start", "length"]))
    as_text = draw(st.booleans())
    kind = draw(st.sampled_from([st.integers(0, 2**40), NUMBERS]))
    pages = []
    for _ in range(draw(st.integers(1, 3))):
        numbers = draw(st.lists(st.tuples(kind, kind), max_size=4))
        areas = [
            {name: str(n) if as_text else n for name, n in zip(names, pair, strict=True)}
            for pair in numbers
        ]
        pages.append({"startOffset": 0, "length": END, "changedArea": areas})
    separators = draw(st.sampled_from(STYLES))
    document = pages[0] if len(pages) == 1 and draw(st.booleans()) else pages
    text = json.dumps(document, separators=separators, indent=draw(st.sampled_from([None, 1])))
    if draw(st.booleans()):
        text = text.replace("start", "Start").replace("length", "Length")
    if draw(st.integers(0, 3)) == 0:
        ending = draw(st.sampled_from(["\n", "\r\n"]))
        rows = [f"{a},{b}" for a, b in draw(st.lists(st.tuples(kind, kind), max_size=4))]
        text = ending.join(draw(st.sampled_from([[], ["start,length"]])) + rows)
    return (draw(st.sampled_from(["", "\ufeff", " \n"])) + text).encode()


@st.composite
def changed_lists(draw: DrawFn) -> bytes:
    """Such a list, into which something was put, or out of which something was taken."""
    text = draw(lists()).decode()
    for _ in range(draw(st.integers(0, 2))):
        at, taken = draw(st.integers(0, len(text))), draw(st.integers(0, 2))
        text = text[:at] + draw(st.sampled_from(["", *PIECES])) + text[at + taken :]
    return text.encode()


@given(changed_lists())
@example(b'{"length": 1, "changedArea": [{"start": 1e5, "length": true}]}')
@example(b'{"length": 1, "changedArea": [{"start": -1, "length": 2}, {"start": -7, "length": 2}]}')
@example(b'{"length": 1, "changedArea": [{"st7art": , "length": 2}]}')
@example(b'{"length": 1, "x": {"changedArea": [{"start": 1, "length": 2}]}}')
@example(b'{"length": 1, "changedArea": [], "changedArea": [{"start": 1, "length": 2}]}')
@example(b"-5,6\n7,8")
@example(b"start,length\r0\n1,2\r\n3,4")
@example("\u0663,4\n7,8".encode())
def test_read_by_arrays_a_list_is_what_it_is_one_by_one(data: bytes) -> None:
    assert told(data, 0) == told(data, 2**40)


def told(data: bytes, many: int) -> object:
    """Return all that a list of *data* says, or the error; by arrays from *many* bytes on."""
    with patch.object(change_list, "_MANY", many):
        found = outcome(lambda: ChangeList.parse(data, END))
    if not isinstance(found, ChangeList):
        return str(found)
    arrays = (found.start, found.length, found.page_start, found.page_length)
    return [array.tolist() for array in arrays], found.change_id, found.capacity


@pytest.mark.parametrize("indent", [None, 1])
def test_the_lists_of_programs_are_read_by_arrays(indent: int | None) -> None:
    areas = [{"start": 65536 * at, "length": 512} for at in range(3)]
    data = json.dumps({"length": END, "changedArea": areas}, indent=indent).encode()
    assert split_areas(data) is not None
    for text in (b"start,length\r\n1,2\r\n3,4\r\n", b"1,2\n3,4"):
        lines = columns_of_lines(text)
        assert lines is not None
        assert [column.tolist() for column in lines] == [[1, 3], [2, 4]]


def test_two_hundred_thousand_areas_are_read_in_a_moment() -> None:
    start = np.arange(200_000) * 131072
    areas = ", ".join(f'{{"start": {at}, "length": 65536}}' for at in start.tolist())
    data = f'{{"startOffset": 0, "length": {END}, "changedArea": [{areas}]}}'.encode()
    begun = time.process_time()
    found = ChangeList.parse(data, END)
    assert time.process_time() - begun < 1
    assert np.array_equal(found.start, start)
