"""Places as people write them, in commands and in the go-to box, and what they lead to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import NoPlace, PlaceFault, Standpoint, place_of

HERE = Standpoint(cursor=1_000_000, capacity=64 << 20, grain_size=128)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("0x2A0000", 2_752_512),
        ("0X2a0000", 2_752_512),
        ("2752512", 2_752_512),
        ("2 752 512", 2_752_512),
        ("2_752_512", 2_752_512),
        ("2\u202f752\u202f512", 2_752_512),
        ("s5376", 5376 * 512),
        ("S5376", 5376 * 512),
        ("g42", 42 * 65536),
        ("50%", 32 << 20),
        ("0.5%", (64 << 20) // 200),
        ("100%", (64 << 20) - 1),
        ("end", (64 << 20) - 1),
        ("end-512", (64 << 20) - 512),
        ("end - s2", (64 << 20) - 1024),
        ("+512", 1_000_512),
        ("-0x10", 999_984),
        ("+g1", 1_065_536),
        ("g42 + s3 + 16", 42 * 65536 + 1536 + 16),
        ("1M", 1 << 20),
        ("1MiB+1k", (1 << 20) + 1024),
        ("0", 0),
    ],
)
def test_a_text_leads_to_its_offset(text: str, offset: int) -> None:
    assert place_of(text, HERE) == offset


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", PlaceFault.EMPTY),
        ("   ", PlaceFault.EMPTY),
        ("sector 5", PlaceFault.NOT_UNDERSTOOD),
        ("0x", PlaceFault.NOT_UNDERSTOOD),
        ("s", PlaceFault.NOT_UNDERSTOOD),
        ("5 + ", PlaceFault.NOT_UNDERSTOOD),
        ("g42s3", PlaceFault.NOT_UNDERSTOOD),
        ("1.5", PlaceFault.NOT_UNDERSTOOD),
        ("--5", PlaceFault.NOT_UNDERSTOOD),
        ("0x2AG", PlaceFault.NOT_UNDERSTOOD),
        ("-2M", PlaceFault.BEFORE_START),
        ("s1 - s2", PlaceFault.BEFORE_START),
        ("1T", PlaceFault.PAST_END),
        ("end + 1", PlaceFault.PAST_END),
        ("101%", PlaceFault.PAST_END),
    ],
)
def test_a_text_that_leads_nowhere_says_why(text: str, fault: PlaceFault) -> None:
    with pytest.raises(NoPlace) as caught:
        place_of(text, HERE)
    assert caught.value.fault is fault


places = st.builds(
    Standpoint,
    st.integers(0, 1 << 63),
    st.integers(0, 1 << 63),
    st.sampled_from([8, 16, 128, 2048]),
)


@given(st.text(max_size=30), places)
def test_any_text_leads_into_the_disk_or_says_why(text: str, place: Standpoint) -> None:
    try:
        offset = place_of(text, place)
    except NoPlace:
        return
    assert 0 <= offset < place.capacity


@given(places, st.data())
def test_every_way_to_write_an_offset_leads_to_it(place: Standpoint, data: st.DataObject) -> None:
    if not place.capacity:
        return
    offset = data.draw(st.integers(0, place.capacity - 1))
    sector, rest = divmod(offset, 512)
    grain, within = divmod(offset, 512 * place.grain_size)
    moved = offset - (place.cursor or 0)
    for text in (
        str(offset),
        f"{offset:_}",
        hex(offset),
        f"s{sector}+{rest}",
        f"g{grain} + 0x{within:X}",
        f"end-{place.capacity - offset}",
        f"{moved:+d}",
    ):
        assert place_of(text, place) == offset


@given(places, st.lists(st.tuples(st.sampled_from("+-"), st.integers(0, 1 << 64)), min_size=1))
def test_a_sum_is_exact(place: Standpoint, terms: list[tuple[str, int]]) -> None:
    text = "0" + "".join(f" {sign} {number}" for sign, number in terms)
    total = sum(number if sign == "+" else -number for sign, number in terms)
    if 0 <= total <= place.capacity and place.capacity:
        assert place_of(text, place) == min(total, place.capacity - 1)
        return
    with pytest.raises(NoPlace) as caught:
        place_of(text, place)
    assert caught.value.fault is (PlaceFault.BEFORE_START if total < 0 else PlaceFault.PAST_END)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("1.5K", 1536),
        ("0.5M", 1 << 19),
        ("5376", 5376 * 512),
        ("0x200", 512),
        ("64K", 65536),
        ("g1", 65536),
        ("end-1", (64 << 20) - 512),
        ("33.3%", (64 << 20) * 333 // 1000 // 512 * 512),
    ],
)
def test_where_sectors_are_counted_only_a_bare_number_means_them(text: str, offset: int) -> None:
    assert place_of(text, Standpoint(None, 64 << 20, 128, bare=512)) == offset


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("+1", PlaceFault.NOT_UNDERSTOOD),
        ("-s1", PlaceFault.NOT_UNDERSTOOD),
        ("9" * 5000, PlaceFault.NOT_UNDERSTOOD),
        ("s" + "9" * 5000, PlaceFault.NOT_UNDERSTOOD),
        ("\u0665", PlaceFault.NOT_UNDERSTOOD),
        ("1.0001K", PlaceFault.NOT_WHOLE),
        ("9" * 30 + "T", PlaceFault.PAST_END),
    ],
)
def test_without_a_cursor_nothing_is_relative_and_no_number_is_too_long(
    text: str, fault: PlaceFault
) -> None:
    with pytest.raises(NoPlace) as caught:
        place_of(text, Standpoint(None, 64 << 20, 128, bare=512))
    assert caught.value.fault is fault
