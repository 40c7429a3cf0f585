"""The syntax of a machine's texts: read in any form, and written back as it came."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import InvalidArgument, Kind
from redoscope_core.format.dictionary import MAX_DICTIONARY, Dictionary

WORDS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=20)
KEYS = st.from_regex(r"[a-z][a-zA-Z0-9:.]{0,12}", fullmatch=True)
RUSSIAN = '.encoding = "windows-1251"\r\nsnapshot0.displayName = "Перед обновлением"\r\n'


@given(st.binary(max_size=500))
def test_any_bytes_are_read_and_written_back_as_they_were(data: bytes) -> None:
    text = Dictionary.parse(data)
    assert text.to_bytes() == data
    assert text.changed({}).to_bytes() == data


@given(st.dictionaries(KEYS, WORDS, max_size=5), st.dictionaries(KEYS, WORDS, min_size=1))
def test_what_is_written_is_read_back_and_the_rest_stays(
    first: dict[str, str], second: dict[str, str]
) -> None:
    text = Dictionary.parse(b"").changed(first)
    again = Dictionary.parse(text.changed(second).to_bytes())
    expected = {key.lower(): value for key, value in first.items()}
    expected |= {key.lower(): value for key, value in second.items()}
    assert dict(again.values) == expected


def test_a_change_touches_its_own_line_alone() -> None:
    before = b'# mine\r\na = "1"\r\nscsi0:0.FileName   = "x.vmdk"   # leaf\r\nodd line\r\nb="2"'
    after = Dictionary.parse(before).changed({"scsi0:0.fileName": "y.vmdk", "c": "3"}).to_bytes()
    assert after == (
        b'# mine\r\na = "1"\r\nscsi0:0.FileName   = "y.vmdk"\r\nodd line\r\nb="2"\r\nc = "3"\r\n'
    )


def test_a_key_that_is_removed_leaves_the_longer_keys_it_begins() -> None:
    text = Dictionary.parse(
        b'checkpoint.vmState = "a.vmss"\ncheckpoint.vmState.readOnly = "FALSE"\n'
    )
    assert text.get("CHECKPOINT.VMSTATE") == "a.vmss"
    left = text.changed({"checkpoint.vmState": None})
    assert left.to_bytes() == b'checkpoint.vmState.readOnly = "FALSE"\n'


def test_a_text_is_read_and_written_in_its_own_character_set() -> None:
    text = Dictionary.parse(RUSSIAN.encode("cp1251"))
    assert text.get("snapshot0.displayName") == "Перед обновлением"
    changed = text.changed({"snapshot0.displayName": "После"}).to_bytes()
    assert changed.decode("cp1251") == RUSSIAN.replace("Перед обновлением", "После")
    with pytest.raises(InvalidArgument, match="character set"):
        text.changed({"a": "日本"})


@pytest.mark.parametrize("codec", ["shift_jis", "gbk", "euc-kr"])
def test_a_byte_of_a_character_is_no_bar(codec: str) -> None:
    # The second byte of these in Shift_JIS is 7C, that of a bar.
    word = "ポ弾22" if codec == "shift_jis" else "|漢字"
    named = {"shift_jis": "Shift_JIS", "gbk": "GBK", "euc-kr": "EUC-KR"}[codec]
    text = Dictionary.parse(f'.encoding = "{named}"\n'.encode()).changed({"name": word})
    again = Dictionary.parse(text.to_bytes())
    assert again.get("name") == word
    assert again.findings == ()


def test_escapes_are_a_quote_a_bar_and_a_line_end() -> None:
    text = Dictionary.parse(b'a = "one|0Atwo |22q|22 |7C |C3|A4"\n')
    assert text.get("a") == 'one\ntwo "q" | ä'
    assert text.changed({"a": 'x"\n|'}).to_bytes() == b'a = "x|22|0A|7C"\n'


def test_a_value_without_quotes_is_read_and_told() -> None:
    text = Dictionary.parse(b'sata0.present = TRUE\nname = two words\nb = "cut\nc = "1"\n')
    assert text.is_set("sata0.present")
    assert text.get("name") == "two words"
    assert text.get("b") == "cut"
    assert [f.fact("key") for f in text.findings] == ["sata0.present", "name", "b"]
    assert {f.kind for f in text.findings} == {Kind.UNQUOTED}


def test_of_a_key_that_is_set_twice_the_last_line_counts() -> None:
    text = Dictionary.parse(b'a = "1"\nA = "2"\nb = "3"\n')
    assert text.get("a") == "2"
    assert [(f.kind, f.place.where) for f in text.findings] == [(Kind.SET_TWICE, "line 2")]
    assert text.changed({"a": "4"}).to_bytes() == b'A = "4"\nb = "3"\n'


def test_a_byte_order_mark_hides_no_character_set() -> None:
    text = Dictionary.parse(b'\xef\xbb\xbf.encoding = "windows-1252"\nname = "\xe4"\n')
    assert text.get("name") == "ä"


@pytest.mark.parametrize("filling", [b" ", b'"', b"|41", b"=", b"a=1\n", b"\t#", b'a="'])
def test_a_megabyte_of_anything_is_read_at_once(filling: bytes) -> None:
    data = (filling * (2**20 // len(filling) + 1))[: 2**20]
    begun = time.process_time()
    Dictionary.parse(b"name =" + data)
    Dictionary.parse(data)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("more", [0, 1, 40])
def test_a_text_that_is_too_long_is_read_by_whole_lines_and_says_so(more: int) -> None:
    """A line that the bound cuts has no value: half a name may be that of another file."""
    last = b'scsi0:1.fileName = "other.vmdk"\n'
    head = b'scsi0:0.fileName = "disk.vmdk"\n'
    room = MAX_DICTIONARY + more - len(head) - len(last) - 1
    data = head + b"#" * room + b"\n" + last
    text = Dictionary.parse(data)
    assert text.to_bytes() == data
    assert text.get("scsi0:0.filename") == "disk.vmdk"
    assert text.get("scsi0:1.filename") == (None if more else "other.vmdk")
    assert [finding.kind for finding in text.findings] == [Kind.LONG_TEXT] * bool(more)
    if more:
        assert text.findings[0].place.offset == (len(data) - len(last) if more < 40 else len(head))
