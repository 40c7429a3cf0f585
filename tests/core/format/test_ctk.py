"""The header of a change tracking file: read as it stands, named where it is wrong."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import CorruptVmdk, NotAVmdk
from redoscope_core.format.ctk import CtkHeader
from tests.judges.handmade_ctk import IDENTITY, IDENTITY_TEXT, ctk_bytes


def test_every_field_is_told_with_its_place_and_what_it_may_be() -> None:
    header = CtkHeader.unpack(ctk_bytes())
    assert (header.version, header.header_bytes, header.identity) == (1, 512, IDENTITY)
    assert [(row.offset, row.value) for row in header.rows] == [
        (4, "1"),
        (8, "0"),
        (12, "512"),
        (16, "2048"),
        (24, "7"),
        (32, "128"),
        (36, "3"),
        (40, "9"),
        (44, IDENTITY_TEXT),
    ]
    guessed = [row for row in header.rows if row.offset in {16, 32, 36, 40, 44}]
    assert all(row.meaning.startswith("maybe") for row in guessed)


def test_the_header_survives_the_round_trip() -> None:
    assert CtkHeader.LAYOUT.size == 60
    assert CtkHeader.unpack(ctk_bytes()).pack() == ctk_bytes()[:60]


@pytest.mark.parametrize("length", [4, 5, 44, 59])
def test_a_file_that_ends_in_the_header_is_refused(length: int) -> None:
    with pytest.raises(CorruptVmdk, match="incomplete") as caught:
        CtkHeader.unpack(ctk_bytes()[:length])
    error = caught.value
    assert (error.where, error.offset) == ("the header", length)
    assert (error.found, error.expected) == (f"{length} bytes", "60 bytes")


@pytest.mark.parametrize("data", [b"", b"\xa2\x72", b"KDMV" + bytes(60)])
def test_another_signature_is_refused_by_field_and_value(data: bytes) -> None:
    with pytest.raises(NotAVmdk) as caught:
        CtkHeader.unpack(data)
    assert (caught.value.where, caught.value.offset) == ("header field signature", 0)
    assert caught.value.expected == "a2 72 19 f6"


@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    whole = len(data) >= CtkHeader.LAYOUT.size - 4
    with nullcontext() if whole else pytest.raises(CorruptVmdk):
        CtkHeader.unpack(b"\xa2\x72\x19\xf6" + data)
