"""Bytes on the clipboard, in every form: each is read back by another reader."""

from __future__ import annotations

import ast
import base64
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_gui.copy_forms import PIECE, CopyForm, Selected, copied, piece

BYTES = st.binary(max_size=200)


def of(data: bytes, offset: int = 4096) -> Selected:
    return Selected("/disks/office.vmdk", 2, offset, len(data))


@given(BYTES)
def test_hex_reads_back(data: bytes) -> None:
    assert bytes.fromhex(copied(data, CopyForm.HEX, of(data))) == data


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (CopyForm.C, "const unsigned char bytes[{}] = {{"),
        (CopyForm.RUST, "const BYTES: [u8; {}] = ["),
    ],
)
@given(data=BYTES)
def test_an_array_reads_back(form: CopyForm, said: str, data: bytes) -> None:
    text = copied(data, form, of(data))
    opened = said.format(len(data))
    body = text[text.index(opened) + len(opened) :]
    assert bytes(int(each, 16) for each in re.findall(r"0x([0-9a-f]{2})", body)) == data
    assert "0x1000" in text


@given(BYTES)
def test_python_reads_its_own(data: bytes) -> None:
    text = copied(data, CopyForm.PYTHON, of(data))
    value = ast.parse(text).body[0]
    assert isinstance(value, ast.Assign)
    assert ast.literal_eval(value.value) == data


@given(BYTES)
def test_base64_reads_back(data: bytes) -> None:
    text = copied(data, CopyForm.BASE64, of(data))
    assert base64.b64decode(text, validate=True) == data


@given(BYTES, st.integers(0, 2**62))
def test_json_tells_the_place_and_the_bytes(data: bytes, offset: int) -> None:
    told = json.loads(copied(data, CopyForm.JSON, of(data, offset)))
    assert bytes.fromhex(told.pop("hex")) == data
    assert told == {
        "disk": "/disks/office.vmdk",
        "generation": 2,
        "offset": offset,
        "length": len(data),
    }


@given(st.integers(0, 2**62), st.integers(1, 2**40))
def test_the_sector_range_covers_the_selection_and_no_sector_more(offset: int, length: int) -> None:
    text = copied(b"", CopyForm.SECTORS, Selected("x", 0, offset, length))
    first, last = (int(each) for each in re.findall(r"sectors (\d+) to (\d+)", text)[0])
    start, count = (int(each) for each in re.findall(r"--start (\d+) --count (\d+)", text)[0])
    assert first * 512 <= offset < (first + 1) * 512
    assert last * 512 <= offset + length - 1 < (last + 1) * 512
    assert (start, count) == (first, last - first + 1)


@given(BYTES)
def test_text_has_a_character_for_each_byte(data: bytes) -> None:
    text = copied(data, CopyForm.TEXT, of(data))
    assert len(text) == len(data)
    assert text.isascii()
    assert text.isprintable() or not text


def test_text_is_read_in_the_encoding_that_is_shown() -> None:
    data = "Grüße".encode("utf-16-le")
    assert copied(data, CopyForm.TEXT, of(data), "utf-16-le") == "Grüße"


def test_a_dump_has_offset_bytes_and_text() -> None:
    data = b"Redoscope\x00"
    assert copied(data, CopyForm.DUMP, of(data, 0x2A0000)) == (
        "0000002A0000  52 65 64 6F 73 63 6F 70 65 00                    Redoscope."
    )


ROWED = (CopyForm.DUMP, CopyForm.C, CopyForm.RUST, CopyForm.PYTHON)


@pytest.mark.parametrize("form", ROWED)
@given(
    data=st.binary(min_size=1, max_size=100),
    offset=st.integers(0, 2**60),
    encoding=st.sampled_from(("ascii", "utf-8", "cp437", "utf-16-le")),
)
def test_many_rows_are_written_as_each_is_alone(
    form: CopyForm, data: bytes, offset: int, encoding: str
) -> None:
    whole = Selected("x", 0, offset, len(data))
    alone = []
    for at in range(0, len(data), 16):
        part = data[at : at + 16]
        row = piece(part, form, Selected("x", 0, offset + at, len(part)), 0, encoding)
        alone.append(row.rstrip("\n"))
    assert piece(data, form, whole, 0, encoding).rstrip("\n").split("\n") == alone


@pytest.mark.parametrize("form", [form for form in CopyForm if form is not CopyForm.SECTORS])
def test_pieces_join_without_a_seam(form: CopyForm) -> None:
    data = bytes(range(1, 252)) * (PIECE // 200)
    assert len(data) > PIECE
    text = copied(data, form, of(data))
    if form is CopyForm.DUMP:
        rows = text.split("\n")
        assert [int(row[:12], 16) for row in rows] == list(range(4096, 4096 + len(data), 16))
        assert bytes.fromhex("".join(row[14:61] for row in rows)) == data
    elif form is CopyForm.TEXT:
        assert len(text) == len(data)
    elif form is CopyForm.HEX:
        assert text == data.hex(" ").upper()
    elif form is CopyForm.BASE64:
        assert text == base64.b64encode(data).decode()
    elif form is CopyForm.JSON:
        assert json.loads(text)["hex"] == data.hex()
    elif form is CopyForm.PYTHON:
        assert text.count("\\x") == len(data)
    else:
        body = text[text.index("=") :]
        assert len(re.findall(r"0x[0-9a-f]{2}\b", body)) == len(data)
