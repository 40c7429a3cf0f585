"""What can be typed in the go-to box, and what it leads to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_gui.views.hex.destination import Fault, NoDestination, Place, destination

HERE = Place(cursor=1_000_000, capacity=64 << 20, grain_size=128)


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
    assert destination(text, HERE) == offset


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.EMPTY),
        ("   ", Fault.EMPTY),
        ("sector 5", Fault.NOT_UNDERSTOOD),
        ("0x", Fault.NOT_UNDERSTOOD),
        ("s", Fault.NOT_UNDERSTOOD),
        ("5 + ", Fault.NOT_UNDERSTOOD),
        ("g42s3", Fault.NOT_UNDERSTOOD),
        ("1.5", Fault.NOT_UNDERSTOOD),
        ("--5", Fault.NOT_UNDERSTOOD),
        ("0x2AG", Fault.NOT_UNDERSTOOD),
        ("-2M", Fault.BEFORE_START),
        ("s1 - s2", Fault.BEFORE_START),
        ("1T", Fault.PAST_END),
        ("end + 1", Fault.PAST_END),
        ("101%", Fault.PAST_END),
    ],
)
def test_a_text_that_leads_nowhere_says_why(text: str, fault: Fault) -> None:
    with pytest.raises(NoDestination) as caught:
        destination(text, HERE)
    assert caught.value.fault is fault


places = st.builds(
    Place, st.integers(0, 1 << 63), st.integers(0, 1 << 63), st.sampled_from([8, 16, 128, 2048])
)


@given(st.text(max_size=30), places)
def test_any_text_leads_into_the_disk_or_says_why(text: str, place: Place) -> None:
    try:
        offset = destination(text, place)
    except NoDestination:
        return
    assert 0 <= offset < place.capacity


@given(places, st.data())
def test_every_way_to_write_an_offset_leads_to_it(place: Place, data: st.DataObject) -> None:
    if not place.capacity:
        return
    offset = data.draw(st.integers(0, place.capacity - 1))
    sector, rest = divmod(offset, 512)
    grain, within = divmod(offset, 512 * place.grain_size)
    moved = offset - place.cursor
    for text in (
        str(offset),
        f"{offset:_}",
        hex(offset),
        f"s{sector}+{rest}",
        f"g{grain} + 0x{within:X}",
        f"end-{place.capacity - offset}",
        f"{moved:+d}",
    ):
        assert destination(text, place) == offset


@given(places, st.lists(st.tuples(st.sampled_from("+-"), st.integers(0, 1 << 64)), min_size=1))
def test_a_sum_is_exact(place: Place, terms: list[tuple[str, int]]) -> None:
    text = "0" + "".join(f" {sign} {number}" for sign, number in terms)
    total = sum(number if sign == "+" else -number for sign, number in terms)
    if 0 <= total <= place.capacity and place.capacity:
        assert destination(text, place) == min(total, place.capacity - 1)
        return
    with pytest.raises(NoDestination) as caught:
        destination(text, place)
    assert caught.value.fault is (Fault.BEFORE_START if total < 0 else Fault.PAST_END)
