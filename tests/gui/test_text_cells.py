"""Bytes as characters, one cell for each byte, in every encoding that is offered."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redoscope_core import encodings_known
from redoscope_gui.text_cells import ASCII, UNSEEN, USUAL, cells, is_readable

TEXTS = st.text(
    st.characters(codec="utf-8", categories=["Lu", "Ll", "Nd", "Po", "Lo"]), max_size=40
)


@given(st.sampled_from(encodings_known()), st.binary(max_size=80))
@example("utf-16", b"\0\0")
def test_there_is_one_cell_for_each_byte_and_nothing_unseen_in_it(
    encoding: str, data: bytes
) -> None:
    shown = cells(data, encoding)
    assert len(shown) == len(data)
    assert all(len(cell) <= 1 and (not cell or cell.isprintable()) for cell in shown)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@given(text=TEXTS)
def test_a_text_stands_where_its_characters_begin(encoding: str, text: str) -> None:
    shown = cells(text.encode(encoding), encoding)
    at = 0
    for character in text:
        length = len(character.encode(encoding))
        if len(character) == 1:
            assert shown[at] == character
            assert all(cell == "" for cell in shown[at + 1 : at + length])
        at += length


@given(st.binary(max_size=80), TEXTS)
def test_what_is_no_character_hides_nothing_behind_it(junk: bytes, text: str) -> None:
    data = junk + b"\n" + text.encode()
    assert "".join(cells(data, "utf-8")).endswith(text)


def test_a_code_page_has_its_own_letters() -> None:
    assert "".join(cells("Привет".encode("cp1251"), "cp1251")) == "Привет"
    assert "".join(cells("HELLO".encode("cp037"), "cp037")) == "HELLO"
    assert cells(b"\x00\xff", ASCII) == (UNSEEN, UNSEEN)


def test_only_encodings_of_texts_are_readable() -> None:
    assert all(is_readable(name) for name in USUAL)
    assert not any(is_readable(name) for name in ("", "hex", "rot13", "nonsense", "a\0b"))
