"""The text embedded in an extent: its header says what it is, so it may lack more than others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Chain, CorruptVmdk, Disk, Finding, Kind, NotAVmdk
from redoscope_core.format.content_id import is_long_content_id, parse_content_id
from redoscope_core.format.descriptor import Descriptor
from redoscope_core.format.encoding import codec_of
from tests.core.said import said
from tests.judges import handmade, qemu
from tests.judges.handmade import SparsePlan, descriptor_text

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
PLAN = SparsePlan(2048, grains={0: b"a" * 65536})
CANON = descriptor_text(['RW 2048 SPARSE "disk.vmdk"'])
EXPECTED = (b"a" * 65536).ljust(2048 * SECTOR, b"\0")


def disk(folder: Path, text: str) -> Path:
    """Write the disk with *text* embedded."""
    path = folder / "disk.vmdk"
    path.write_bytes(handmade.sparse_extent(PLAN, text))
    return path


@pytest.mark.judge
def test_it_needs_no_signature(tmp_path: Path) -> None:
    path = disk(tmp_path, CANON.replace("# Disk DescriptorFile\n", ""))
    with Chain.open(path) as chain:
        assert chain.read(0, 2048) == EXPECTED == qemu.read(path)
        assert any("lacks its first line" in note for note in said(chain))


@pytest.mark.parametrize("line", ['RW 2048 SPARSE ""', "RW 2048 SPARSE", 'RW 2048 SPARSE "x y" 0'])
def test_its_extent_line_needs_no_name(tmp_path: Path, line: str) -> None:
    path = disk(tmp_path, CANON.replace('RW 2048 SPARSE "disk.vmdk"', line))
    with Chain.open(path) as chain:
        assert chain.read(0, 2048) == EXPECTED
        assert said(chain) == []


@pytest.mark.judge
@pytest.mark.parametrize("old", ["# Disk DescriptorFile\n", "disk.vmdk", "# Extent description\n"])
def test_it_is_edited_all_the_same(tmp_path: Path, old: str) -> None:
    path = disk(tmp_path, CANON.replace(old, ""))
    with Disk.open(path, access=Access.WRITE) as opened:
        opened.write(0, b"z" * SECTOR)
    with Chain.open(path) as chain:
        assert chain.tip.descriptor.cid != 0x0123ABCD
        assert chain.read(0, 2048) == b"z" * SECTOR + EXPECTED[SECTOR:]
    if old != "# Extent description\n":
        # There a blank line stands before the extent: qemu would count it twice.
        assert qemu.read(path) == b"z" * SECTOR + EXPECTED[SECTOR:]


def test_it_needs_an_extent_line(tmp_path: Path) -> None:
    path = disk(tmp_path, CANON.replace('RW 2048 SPARSE "disk.vmdk"\n', ""))
    with pytest.raises(CorruptVmdk, match="lists no extents"):
        Chain.open(path)


def test_a_text_of_its_own_needs_both() -> None:
    with pytest.raises(NotAVmdk):
        Descriptor.parse(CANON.replace("# Disk DescriptorFile\n", "").encode())
    with pytest.raises(CorruptVmdk, match="without a file name"):
        Descriptor.parse(CANON.replace("disk.vmdk", "").encode())


def test_a_comment_behind_a_value_is_kept_by_an_edit() -> None:
    text = CANON + 'ddb.comment = "one"  # by hand \n'
    changed = Descriptor.parse(text.encode()).with_value("ddb.comment", "two")
    assert changed.comment == "two"
    assert changed.to_bytes().decode() == text.replace('"one"', '"two"')


@pytest.mark.parametrize(
    ("text", "number"),
    [("3874658291", 0x74658291), ("0x0badc1d0", 0xBADC1D0), ("1234567890123456", 0x90123456)],
)
def test_of_a_long_content_id_the_last_eight_digits_count(text: str, number: int) -> None:
    assert parse_content_id(text, key="CID") == number
    assert is_long_content_id(text) == (len(text.removeprefix("0x")) > 8)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("", "utf-8"), ("utf-8", "utf-8"), ("UTF8", "utf-8"), (" GBK ", "cp936"),
        ("gb2312", "cp936"), ("Big5", "cp950"), ("SHIFT_JIS", "cp932"), ("windows-31J", "cp932"),
        ("windows-1252", "cp1252"), ("windows-949", "cp949"), ("ISO-8859-15", "iso8859_15"),
        ("latin1", "latin-1"), ("US-ASCII", "ascii"), ("windows-949-2000", "cp949"),
        ("ibm-943_P15A-2003", "cp932"), ("ibm-5348_P100-1997", "cp1252"), ("x-IBM943", "cp932"),
        ("MS932", "cp932"), ("Cp1252", "cp1252"), ("x-windows-950", "cp950"), ("EUC_KR", "cp949"),
        ("ibm-850_P100-1995", "cp850"), ("windows-936-2000", "cp936"),
        ("x-MS950-HKSCS", "big5hkscs"),
    ],
)  # fmt: skip
def test_an_encoding_is_known_in_any_case(name: str, codec: str) -> None:
    assert codec_of(name, b"plain") == (codec, [])


@pytest.mark.parametrize(
    "name",
    [
        "utf-16",
        "windows-37",
        "windows-037",
        "windows-9999",
        "iso-8859-99",
        "rot13",
        "x" * 99,
        "ibm-37_P100-1995",
    ],
)
def test_an_encoding_nobody_declares_is_read_as_utf_8_and_told(name: str) -> None:
    codec, notes = codec_of(name, b"plain")
    assert codec == "utf-8"
    assert len(notes) == 1


@pytest.mark.parametrize(("name", "bad"), [("UTF-8", b"\xff"), ("GBK", b"\xff"), ("", b"\x80")])
def test_bytes_that_do_not_decode_are_told(name: str, bad: bytes) -> None:
    wanted = Finding.of(Kind.BYTES_OF_NO_CHARACTER, name=name or "UTF-8")
    assert codec_of(name, bad)[1] == [wanted]
