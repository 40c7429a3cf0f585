"""Bytes on the clipboard, in every form."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from redoscope_gui.views.hex.copying import CopyForm, copied


@given(st.binary(max_size=200))
def test_hex_reads_back(data: bytes) -> None:
    assert bytes.fromhex(copied(data, CopyForm.HEX)) == data


@given(st.binary(max_size=200))
def test_a_c_array_reads_back(data: bytes) -> None:
    text = copied(data, CopyForm.C, 4096)
    body = text[text.index("{") + 1 :]
    assert bytes(int(each, 16) for each in re.findall(r"0x([0-9a-f]{2})", body)) == data
    assert f"bytes[{len(data)}]" in text
    assert "0x1000" in text


@given(st.binary(max_size=200))
def test_text_has_a_character_for_each_byte(data: bytes) -> None:
    text = copied(data, CopyForm.TEXT)
    assert len(text) == len(data)
    assert text.isascii()
    assert text.isprintable() or not text


def test_a_dump_has_offset_bytes_and_text() -> None:
    assert copied(b"Redoscope\x00", CopyForm.DUMP, 0x2A0000) == (
        "0000002A0000  52 65 64 6F 73 63 6F 70 65 00                    Redoscope."
    )
