"""The descriptor text: dialects that are read, edits that change one value, bad texts."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import CorruptVmdk, NotAVmdk, UnsupportedVmdk, VmdkError
from redoscope_core.format.descriptor import Descriptor
from redoscope_core.format.signature import is_descriptor_text
from tests.core.outcomes import is_one_line, outcome
from tests.core.said import said
from tests.judges.handmade import NO_PARENT, descriptor_text

if TYPE_CHECKING:
    from collections.abc import Callable

EXTENT = 'RW 20480 FLAT "disk-flat.vmdk" 0'
CANON = descriptor_text([EXTENT], kind="monolithicFlat")
CHILD = descriptor_text(
    ['RW 20480 SPARSE "child.vmdk"'], cid=0xFEED, parent_cid=0x00BEEF00, hint="base.vmdk"
)

DIALECTS: dict[str, Callable[[str], str | bytes]] = {
    "canonical": lambda text: text,
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "cr only": lambda text: text.replace("\n", "\r"),
    "no final newline": lambda text: text.rstrip("\n"),
    "byte order mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "leading blank line": lambda text: "\n" + text,
    "leading comment": lambda text: "# by hand\n" + text,
    "lower-case signature": lambda text: text.replace("# Disk D", "# disk d"),
    "signature spelled apart": lambda text: text.replace("DescriptorFile", "Descriptor File"),
    "signature without blank": lambda text: text.replace("# Disk", "#Disk"),
    "nul padding": lambda text: text.encode() + bytes(300),
    "junk behind a nul": lambda text: text.encode() + b"\0CID=ffffffff\nRW 5 ZERO\n",
    "encoding ahead of version": lambda text: text.replace(
        'version=1\nencoding="UTF-8"', 'encoding="UTF-8"\nversion=1'
    ),
    "no encoding": lambda text: text.replace('encoding="UTF-8"\n', ""),
    "lower-case encoding": lambda text: text.replace("UTF-8", "utf-8"),
    "unknown encoding": lambda text: text.replace("UTF-8", "KLINGON-1"),
    "version 3": lambda text: text.replace("version=1", "version=3"),
    "blank behind version": lambda text: text.replace("version=1", "version=1 "),
    "trailing blanks": lambda text: text.replace("\n", "  \n"),
    "blanks around equals": lambda text: text.replace("createType=", "createType = "),
    "upper-case keys": lambda text: text.replace("createType", "CREATETYPE").replace(
        "parentCID", "PARENTcid"
    ),
    "lower-case createType value": lambda text: text.replace("monolithicFlat", "monolithicflat"),
    "unquoted createType": lambda text: text.replace('"monolithicFlat"', "monolithicFlat"),
    "unknown bare line": lambda text: text.replace("isNative", "blah blah\nisNative"),
    "no extent comment": lambda text: text.replace("# Extent description\n", ""),
    "no data base": lambda text: text[: text.index("# The Disk Data Base")],
    "other case of the data base": lambda text: text.replace("# The Disk Data", "# The disk Data"),
    "upper-case parentCID": lambda text: text.replace("ffffffff", "FFFFFFFF"),
    "no parentCID": lambda text: text.replace("parentCID=ffffffff\n", ""),
    "comment with CID": lambda text: text.replace("CID=0", "# the CID=99 is next\nCID=0", 1),
    "long comments ahead": lambda text: text.replace("version", "# x\n" * 5000 + "version", 1),
    "doubled CID line": lambda text: text.replace("parentCID", "CID=0123abcd\nparentCID", 1),
    "tabs in the extent": lambda text: text.replace("RW 20480 FLAT", "RW\t20480\tFLAT"),
    "two blanks in the extent": lambda text: text.replace("RW 20480 FLAT", "RW  20480  FLAT"),
    "leading blanks": lambda text: text.replace("RW 20480", "   RW 20480"),
    "blank line before the extent": lambda text: text.replace("RW 20480", "\n\nRW 20480"),
    "lower-case access": lambda text: text.replace("RW 20480", "rw 20480"),
    "lower-case extent type": lambda text: text.replace("FLAT", "flat"),
    "flat without offset": lambda text: text.replace('vmdk" 0', 'vmdk"'),
    "more extent fields": lambda text: text.replace('vmdk" 0', 'vmdk" 0 some-uuid device'),
    "change tracking": lambda text: text.replace(
        "# The Disk", '# Change Tracking File\nchangeTrackPath="disk-ctk.vmdk"\n\n# The Disk'
    ),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_says_the_same(dialect: str) -> None:
    spoken = DIALECTS[dialect](CANON)
    data = spoken if isinstance(spoken, bytes) else spoken.encode()
    assert is_descriptor_text(data)
    descriptor = Descriptor.parse(data)
    assert (descriptor.cid, descriptor.parent_cid) == (0x0123ABCD, NO_PARENT)
    assert (descriptor.create_type, descriptor.capacity) == ("monolithicFlat", 20480)
    assert descriptor.is_child is False
    extent = descriptor.extents[0]
    assert len(descriptor.extents) == 1
    assert (extent.access, extent.type, extent.offset) == ("RW", "FLAT", 0)
    assert extent.name == "disk-flat.vmdk"
    assert descriptor.to_bytes() == data.split(b"\0")[0]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_new_content_id_changes_nothing_else_in_any_dialect(dialect: str) -> None:
    spoken = DIALECTS[dialect](CANON)
    data = (spoken if isinstance(spoken, bytes) else spoken.encode()).split(b"\0")[0]
    changed = Descriptor.parse(data).with_content_id(0xFEEDFACE)
    assert changed.cid == 0xFEEDFACE
    assert changed.to_bytes() == data.replace(b"CID=0123abcd", b"CID=feedface", 1)


@pytest.mark.parametrize(
    ("written", "number"),
    [("855f2f", 0x855F2F), ("0", 0), ("FEEDFACE", 0xFEEDFACE), ("00000001", 1)],
)
def test_content_ids_are_numbers_however_they_are_spelled(written: str, number: int) -> None:
    text = CANON.replace("CID=0123abcd", f"CID={written}", 1)
    assert Descriptor.parse(text.encode()).cid == number


@pytest.mark.parametrize("written", ["", "xyz", "12345678901234567", "-1", "12 34"])
def test_a_content_id_that_is_no_number_is_corrupt(written: str) -> None:
    text = CANON.replace("CID=0123abcd", f"CID={written}", 1)
    with pytest.raises(CorruptVmdk, match="CID"):
        Descriptor.parse(text.encode())


def test_a_child_names_its_parent() -> None:
    descriptor = Descriptor.parse(CHILD.encode())
    assert (descriptor.cid, descriptor.parent_cid) == (0xFEED, 0xBEEF00)
    assert (descriptor.parent_hint, descriptor.is_child) == ("base.vmdk", True)


@pytest.mark.parametrize(
    ("encoding", "codec", "name"),
    [
        ("GBK", "cp936", "磁盘-平面.vmdk"),
        ("Shift_JIS", "cp932", "ソ表能-ディスク.vmdk"),
        ("Big5", "cp950", "許功蓋.vmdk"),
        ("windows-1252", "cp1252", "Größe-€.vmdk"),
        ("windows-1251", "cp1251", "диск.vmdk"),
        ("UTF-8", "utf-8", "диск-磁盘.vmdk"),
        ("gbk", "cp936", "磁盘.vmdk"),
    ],
)
def test_names_are_read_in_the_encoding_the_text_declares(
    encoding: str, codec: str, name: str
) -> None:
    text = descriptor_text([f'RW 8 FLAT "{name}" 0'], kind="monolithicFlat", encoding=encoding)
    data = text.encode(codec)
    descriptor = Descriptor.parse(data)
    assert descriptor.extents[0].name == name
    assert descriptor.to_bytes() == data


def test_bytes_that_do_not_decode_keep_their_name() -> None:
    data = CANON.encode().replace(b"disk-flat", b"d\xffsk-flat")
    descriptor = Descriptor.parse(data)
    assert descriptor.extents[0].name == "d\udcffsk-flat.vmdk"
    assert descriptor.to_bytes() == data
    assert descriptor.with_content_id(1).to_bytes() == data.replace(b"0123abcd", b"00000001")


def test_an_unknown_encoding_is_noted() -> None:
    text = CANON.replace("UTF-8", "KLINGON-1")
    assert any("KLINGON-1" in note for note in said(Descriptor.parse(text.encode())))


def test_keys_are_found_in_any_case_and_without_quotes() -> None:
    descriptor = Descriptor.parse(CANON.encode())
    assert descriptor.get("DDB.adaptertype") == "lsilogic"
    assert descriptor.get("ddb.nosuch") is None


def test_the_comment_is_what_people_said_of_the_link() -> None:
    text = CANON + 'ddb.comment = "before the upgrade; a=b # c"\n'
    assert Descriptor.parse(text.encode()).comment == "before the upgrade; a=b # c"
    assert Descriptor.parse(CANON.encode()).comment == ""


@pytest.mark.parametrize(
    ("lines", "capacity"),
    [
        (['RW 100 FLAT "a" 0', "RW 50 ZERO"], 150),
        (["RW 50 ZERO ", 'RDONLY 100 FLAT "a" 7'], 150),
        (['NOACCESS 1 FLAT "a" 0', 'RW 2 VMFS "b"', 'RW 3 SPARSE "c"'], 6),
    ],
)
def test_extents_are_joined_whatever_their_access_or_type(lines: list[str], capacity: int) -> None:
    descriptor = Descriptor.parse(descriptor_text(lines, kind="custom").encode())
    assert [extent.text.strip() for extent in descriptor.extents] == [
        line.strip() for line in lines
    ]
    assert descriptor.capacity == capacity


def test_old_spellings_of_split_kinds_are_known() -> None:
    text = descriptor_text(['RW 8 SPARSE "a-s001.vmdk"'], kind="2GbMaxExtentSparse")
    assert Descriptor.parse(text.encode()).create_type == "twoGbMaxExtentSparse"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ('RW 0 FLAT "a" 0', CorruptVmdk),
        ('RW -1 FLAT "a" 0', CorruptVmdk),
        (f'RW {2**55} FLAT "a" 0', CorruptVmdk),
        (f'RW {2**64 - 1} FLAT "a" 0', CorruptVmdk),
        (f'RW {"9" * 5000} FLAT "a" 0', CorruptVmdk),
        (f'RW 8 FLAT "a" {"9" * 5000}', CorruptVmdk),
        (f'RW 8 FLAT "a" {2**63}', CorruptVmdk),
        ('RW x FLAT "a" 0', CorruptVmdk),
        ("RW 8 FLAT disk-flat.vmdk 0", CorruptVmdk),
        ("RW 8 FLAT", CorruptVmdk),
        ('RW 8 FLAT ""', CorruptVmdk),
        ('RW 8 FLAT "a\x01b" 0', CorruptVmdk),
        ('RW 8 VMFSTHIN "a"', UnsupportedVmdk),
        ('RW 8 NOVELTY "a"', UnsupportedVmdk),
    ],
)
def test_a_bad_extent_line_is_told_in_one_line(line: str, error: type[VmdkError]) -> None:
    text = CANON.replace(EXTENT, line)
    with pytest.raises(error) as caught:
        Descriptor.parse(text.encode())
    assert is_one_line(caught.value)


def test_a_descriptor_without_extents_is_corrupt() -> None:
    with pytest.raises(CorruptVmdk, match="extent"):
        Descriptor.parse(CANON.replace(EXTENT + "\n", "").encode())


def test_the_sum_of_the_extents_is_bounded() -> None:
    lines = [f'RW {2**54 - 1} FLAT "a" 0'] * 3
    with pytest.raises(CorruptVmdk):
        Descriptor.parse(descriptor_text(lines).encode())


@pytest.mark.parametrize("text", ["", "hello\n", "#!/bin/sh\n", "CID=1\n", "RW 8 ZERO\n"])
def test_other_texts_are_no_descriptors(text: str) -> None:
    assert not is_descriptor_text(text.encode())
    with pytest.raises(NotAVmdk):
        Descriptor.parse(text.encode())


def test_a_text_above_one_mebibyte_is_refused() -> None:
    with pytest.raises(CorruptVmdk, match="long"):
        Descriptor.parse(CANON.encode() + b"# x\n" * 2**18)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "data",
    [
        b"\n" * 2**20,
        b"#" * 2**20,
        b"# " * 2**19,
        b" " * 2**20,
        CANON.encode() + b'a="' + b" " * 2**19 + b'"x',
        CANON.encode() + b"a" * 2**19,
        CANON.encode() + b"RW" + b" " * 2**19 + b"x",
        CANON.encode() + b'RW 8 FLAT "a" 0' + b" " * 2**19 + b"\x01",
        CANON.encode() + b"RW 8 FLAT " + b'"' * 2**19,
    ],
    ids=["lines", "hashes", "hash and blank", "blanks", "value", "key", "extent", "tail", "quotes"],
)
def test_a_long_hostile_text_takes_no_long_time(data: bytes) -> None:
    is_descriptor_text(data)
    found = outcome(lambda: Descriptor.parse(data))
    assert isinstance(found, Descriptor) or is_one_line(found)


def test_values_are_replaced_where_they_stand() -> None:
    changed = Descriptor.parse(CHILD.encode()).with_value("parentFileNameHint", "other.vmdk")
    assert changed.text == CHILD.replace("base.vmdk", "other.vmdk")


def test_a_missing_parent_cid_is_put_behind_the_cid_where_qemu_keeps_it() -> None:
    text = CANON.replace("parentCID=ffffffff\n", "")
    changed = Descriptor.parse(text.encode()).with_value("parentCID", "00000007")
    lines = changed.text.splitlines()
    assert lines[lines.index("CID=0123abcd") + 1] == "parentCID=00000007"
    assert changed.parent_cid == 7


def test_a_missing_hint_is_put_ahead_of_the_extents() -> None:
    changed = Descriptor.parse(CANON.encode()).with_value("parentFileNameHint", "p.vmdk")
    assert changed.parent_hint == "p.vmdk"
    assert changed.text.index("parentFileNameHint") < changed.text.index("# Extent")


@pytest.mark.parametrize("value", ['a"b', "a\nb", "a\rb", "a\0b"])
def test_a_value_that_would_break_the_text_is_refused(value: str) -> None:
    with pytest.raises(VmdkError):
        Descriptor.parse(CANON.encode()).with_value("ddb.comment", value)


@pytest.mark.parametrize("encoding", ["windows-1252", "us-ascii", "Shift_JIS", "UTF-8"])
@pytest.mark.parametrize("hint", ["диск-磁盘.vmdk", "d\udcffsk.vmdk"])
def test_a_value_outside_the_encoding_turns_the_text_into_utf_8(encoding: str, hint: str) -> None:
    comment = 'ddb.comment = "plain"'
    text = descriptor_text(['RW 8 FLAT "a" 0'], encoding=encoding, more=[comment])
    changed = Descriptor.parse(text.encode("ascii")).with_value("parentFileNameHint", hint)
    again = Descriptor.parse(changed.to_bytes())
    assert again.parent_hint == hint
    assert (again.comment, again.extents[0].name) == ("plain", "a")
    assert (again.get("encoding") or "").lower() == "utf-8"


def test_other_names_survive_the_turn_into_utf_8() -> None:
    line = 'RW 8 FLAT "Größe.vmdk" 0'
    text = descriptor_text([line], kind="monolithicFlat", encoding="windows-1252")
    changed = Descriptor.parse(text.encode("cp1252")).with_value("ddb.comment", "диск")
    again = Descriptor.parse(changed.to_bytes())
    assert (again.comment, again.extents[0].name) == ("диск", "Größe.vmdk")


def test_the_long_content_id_keeps_ending_in_the_content_id() -> None:
    text = CANON + 'ddb.longContentID = "aaaaaaaaaaaaaaaaaaaaaaaa0123abcd"\n'
    changed = Descriptor.parse(text.encode()).with_content_id(0x10)
    assert changed.get("ddb.longContentID") == "aaaaaaaaaaaaaaaaaaaaaaaa00000010"


NAMES = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=10).map(
    lambda name: "x" + name
)
VALUES = st.text(
    st.characters(exclude_characters='"\n\r\0', exclude_categories=["Cs"]), max_size=30
)
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@given(st.lists(st.tuples(NAMES, VALUES), max_size=8), LINE_ENDS, st.integers(0, 2**32 - 3))
def test_unknown_keys_are_kept_byte_for_byte(
    pairs: list[tuple[str, str]], line_end: str, cid: int
) -> None:
    unknown = [f'{name} ="{value}"' for name, value in pairs]
    text = descriptor_text([EXTENT], kind="monolithicFlat", more=unknown).replace("\n", line_end)
    descriptor = Descriptor.parse(text.encode())
    assert descriptor.to_bytes() == text.encode()
    changed = descriptor.with_content_id(cid).with_value("parentFileNameHint", "p.vmdk")
    assert all(line.encode() in changed.to_bytes() for line in unknown)
    assert (changed.cid, changed.parent_hint) == (cid, "p.vmdk")


@given(position=st.integers(0, len(CHILD) - 1), value=st.integers(0, 255))
def test_any_changed_byte_is_an_answer_or_a_vmdk_error(position: int, value: int) -> None:
    raw = bytearray(CHILD.encode())
    raw[position] = value
    found = outcome(lambda: Descriptor.parse(bytes(raw)))
    if isinstance(found, VmdkError):
        assert is_one_line(found)
    else:
        assert found.to_bytes() == bytes(raw).split(b"\0")[0]
        assert found.capacity > 0


@given(st.binary(max_size=300))
def test_random_bytes_behind_the_signature_are_an_answer_or_a_vmdk_error(body: bytes) -> None:
    found = outcome(lambda: Descriptor.parse(b"# Disk DescriptorFile\n" + body))
    assert isinstance(found, Descriptor) or is_one_line(found)
