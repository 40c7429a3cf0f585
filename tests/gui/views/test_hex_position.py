"""The rows of the hex view, against a simple model and over any capacity."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redoscope_gui.views.hex.columns import Columns
from redoscope_gui.views.hex.position import (
    COLUMN_CHOICES,
    AddressUnit,
    DiskRows,
    ScrollRange,
    address_text,
)

MOST = (1 << 63) // 512
layouts = st.builds(DiskRows, st.integers(1, MOST), st.sampled_from(COLUMN_CHOICES))


@st.composite
def places(draw: st.DrawFn) -> tuple[DiskRows, int]:
    """A layout and a byte of its disk; the ends are likelier than the middle."""
    rows = draw(layouts)
    last = rows.capacity - 1
    near = st.integers(0, min(last, 5000))
    return rows, draw(st.one_of(near, near.map(lambda n: last - n), st.integers(0, last)))


@given(places())
def test_the_row_of_a_byte_shows_it(case: tuple[DiskRows, int]) -> None:
    rows, offset = case
    row = rows.row_of(offset)
    sector, first = rows.place(row)
    assert 0 <= row < rows.rows
    assert sector == offset // 512
    assert first is not None
    assert first <= offset < first + rows.length(first) <= first + rows.columns
    assert rows.row_start(offset) == first
    assert rows.column_of(offset) == offset - first


@given(st.builds(DiskRows, st.integers(1, 3), st.sampled_from(COLUMN_CHOICES)))
def test_all_rows_together_show_every_byte_once(rows: DiskRows) -> None:
    shown: list[int] = []
    for row in range(rows.rows):
        sector, first = rows.place(row)
        if first is None:
            assert sector * 512 == len(shown)
        else:
            shown.extend(range(first, first + rows.length(first)))
    assert shown == list(range(rows.capacity))


@given(places(), st.integers(-300, 300))
def test_a_byte_some_rows_on_is_in_that_row_and_in_its_column(
    case: tuple[DiskRows, int], lines: int
) -> None:
    rows, offset = case
    found = rows.shifted(offset, lines)
    assert 0 <= found < rows.capacity

    def line(of: int) -> int:
        """Count the rows of bytes before it, one by one of its own sector."""
        return of // 512 * (rows.rows_per_sector - 1) + of % 512 // rows.columns

    last = rows.capacity - 1
    wanted = line(offset) + lines
    assert line(found) == min(max(0, wanted), line(last))
    short = rows.length(rows.row_start(found)) - 1
    inside = wanted <= line(last)
    assert rows.column_of(found) == (min(rows.column_of(offset), short) if inside else short)


@given(places(), st.integers(1, 200), st.data())
def test_a_byte_that_is_to_show_does(
    case: tuple[DiskRows, int], visible: int, data: st.DataObject
) -> None:
    rows, offset = case
    top = data.draw(st.integers(0, rows.last_top(visible)))
    found = rows.top_showing(offset, top, max(visible, 2))
    assert 0 <= found <= rows.last_top(max(visible, 2))
    assert found <= rows.row_of(offset) < found + max(visible, 2)


@given(places(), st.integers(3, 200))
def test_what_shows_already_does_not_jump(case: tuple[DiskRows, int], visible: int) -> None:
    rows, offset = case
    top = rows.top_showing(offset, 0, visible)
    assert rows.top_showing(offset, top, visible) == top


@given(st.integers(0, MOST * 65))
def test_the_bar_is_coarse_but_its_ends_are_exact(last_top: int) -> None:
    bar = ScrollRange(last_top)
    assert 0 <= bar.maximum < 1 << 31
    assert bar.top_of(0) == 0
    assert bar.top_of(bar.maximum) == last_top
    assert bar.value_of(0) == 0
    assert bar.value_of(last_top) == bar.maximum


@given(st.integers(0, MOST * 65), st.data())
def test_the_bar_and_the_top_row_go_the_same_way(last_top: int, data: st.DataObject) -> None:
    bar = ScrollRange(last_top)
    first, second = sorted(data.draw(st.tuples(*[st.integers(0, last_top)] * 2)))
    assert bar.value_of(first) <= bar.value_of(second) <= bar.maximum
    if last_top < 1 << 20:
        assert bar.top_of(bar.value_of(first)) == first


def test_addresses_count_bytes_sectors_or_grains() -> None:
    offset = 2_752_512 + 512 * 3 + 17
    assert address_text(offset, AddressUnit.BYTE, 128, 8) == "002A0611"
    assert address_text(offset, AddressUnit.SECTOR, 128, 12).strip() == "5379+011"
    assert address_text(offset, AddressUnit.GRAIN, 128, 12).strip() == "42+0611"


@given(st.sampled_from(COLUMN_CHOICES), st.integers(4, 20), st.integers(6, 20), st.data())
def test_the_column_under_a_byte_is_its_own(
    count: int, advance: int, digits: int, data: st.DataObject
) -> None:
    columns = Columns(advance, digits, count)
    column = data.draw(st.integers(0, count - 1))
    left, width = columns.span(column, column)
    assert columns.column_at(left + width // 2) == column
    left, width = columns.text_span(column, column)
    assert columns.column_at(left + width // 2) == column
    assert columns.column_at(columns.address_x) is None
