"""What bytes mean as numbers, times, identifiers and text."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_gui.views.inspector.values import NEEDED, Value, values_at


def read(data: bytes, name: str) -> Value:
    return next(value for value in values_at(data) if value.name == name)


@given(st.binary(max_size=40))
def test_any_bytes_can_be_read(data: bytes) -> None:
    for value in values_at(data):
        assert isinstance(value.little + value.big, str)
        assert (value.little + value.big).isprintable() or "\u202f" in value.little + value.big


@pytest.mark.parametrize(("name", "form"), [("u16", "H"), ("i32", "i"), ("u64", "Q"), ("i64", "q")])
@given(data=st.binary(min_size=NEEDED, max_size=NEEDED))
def test_integers_read_both_ways(name: str, form: str, data: bytes) -> None:
    value = read(data, name)
    for order, text in (("<", value.little), (">", value.big)):
        (expected,) = struct.unpack_from(order + form, data)
        assert int(text.replace("\u202f", "")) == expected


@pytest.mark.parametrize(
    ("name", "data", "little"),
    [
        ("Unix time 32", struct.pack("<I", 1_700_000_000), "2023-11-14 22:13:20 UTC"),
        ("FILETIME", struct.pack("<Q", 133_444_736_000_000_000), "2023-11-14 22:13:20 UTC"),
        ("FAT time", struct.pack("<HH", 0xB1AA, 0x576E), "2023-11-14 22:13:20"),
        ("HFS+ time", struct.pack("<I", 3_782_844_800), "2023-11-14 22:13:20 UTC"),
        ("float 32", struct.pack("<f", 1.5), "1.5"),
        ("bits", b"\xa5", "1010 0101"),
        ("UTF-8", "grün\0x".encode(), "grün"),
        ("UTF-16", "grün".encode("utf-16-le"), "grün"),
        (
            "GUID",
            bytes.fromhex("28732ac11ff8d211ba4b00a0c93ec93b"),
            "C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
        ),
    ],
)
def test_a_value_reads_as_it_was_written(name: str, data: bytes, little: str) -> None:
    assert read(data, name).little == little


def test_too_few_bytes_mean_nothing() -> None:
    assert read(b"\1\2", "u32").little == ""
    assert read(b"", "u8").little == ""
    assert read(b"\xff" * 8, "FILETIME").little == ""
