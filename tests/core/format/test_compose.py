"""The text of a new descriptor: canonical, and readable for everybody."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import InvalidArgument
from redoscope_core.format.compose import NewDescriptor, check_new_name
from redoscope_core.format.content_id import draw_content_id, format_content_id
from redoscope_core.format.descriptor import Descriptor
from redoscope_core.format.extent_line import ExtentLine

LINE = ExtentLine("RW", 20480, "SPARSE", "disk.vmdk")


def child(**changes: str) -> NewDescriptor:
    """Describe a child of base.vmdk."""
    return NewDescriptor(
        cid=0xAB,
        create_type="monolithicSparse",
        extents=(LINE,),
        parent_cid=0xCD,
        parent_hint="base.vmdk",
        identity=None,
        **changes,
    )


def test_the_text_is_the_canonical_one_line_by_line() -> None:
    patterns = [
        "# Disk DescriptorFile",
        "version=1",
        'encoding="UTF-8"',
        "CID=000000ab",
        "parentCID=000000cd",
        'isNativeSnapshot="no"',
        'createType="monolithicSparse"',
        'parentFileNameHint="base.vmdk"',
        "",
        "# Extent description",
        'RW 20480 SPARSE "disk.vmdk"',
        "",
        "# The Disk Data Base ",
        "#DDB",
        "",
        'ddb.adapterType = "lsilogic"',
        r'ddb.geometry.cylinders = "\d+"',
        'ddb.geometry.heads = "255"',
        'ddb.geometry.sectors = "63"',
        r'ddb.longContentID = "[0-9a-f]{24}000000ab"',
        r'ddb.uuid = "60 00 [Cc]2 9[0-9a-f]( [0-9a-f]{2}){4}-[0-9a-f]{2}( [0-9a-f]{2}){7}"',
        r'ddb.virtualHWVersion = "\d+"',
        "",
    ]
    lines = child().to_bytes().decode().split("\n")
    assert len(lines) == len(patterns)
    odd = [
        line
        for line, pattern in zip(lines, patterns, strict=True)
        if line != pattern and not re.fullmatch(pattern, line)
    ]
    assert odd == []


def test_a_base_disk_has_no_hint() -> None:
    text = NewDescriptor(cid=1, create_type="monolithicSparse", extents=(LINE,)).to_bytes()
    assert b"Hint" not in text
    assert b"parentCID=ffffffff" in text


def test_what_was_said_comes_back() -> None:
    descriptor = Descriptor.parse(child(comment="before the upgrade").to_bytes())
    assert (descriptor.cid, descriptor.parent_cid) == (0xAB, 0xCD)
    assert (descriptor.comment, descriptor.parent_hint) == ("before the upgrade", "base.vmdk")
    assert descriptor.extents == (LINE,)


def test_the_cid_lies_in_the_first_sector_where_qemu_looks() -> None:
    assert child().to_bytes().index(b"parentCID=") < 500


@pytest.mark.parametrize("comment", ['say "hi"', "two\nlines", "nul\0"])
def test_a_comment_that_would_break_the_text_is_refused(comment: str) -> None:
    with pytest.raises(InvalidArgument):
        child(comment=comment).to_bytes()


def test_a_text_that_does_not_fit_the_embedded_area_is_refused() -> None:
    with pytest.raises(InvalidArgument):
        child(comment="x" * 10240).to_bytes()


@pytest.mark.parametrize("name", ["", 'a"b.vmdk', "a/b.vmdk", "a\\b.vmdk", "a\nb", "a\0b", "\x1f"])
def test_a_name_no_program_could_read_is_refused(name: str) -> None:
    with pytest.raises(InvalidArgument):
        check_new_name(name)


@pytest.mark.parametrize("name", ["disk 1.vmdk", "диск.vmdk", "it's #1 = best.vmdk", "x" * 204])
def test_a_name_everybody_reads_is_taken(name: str) -> None:
    check_new_name(name)


@given(st.none() | st.integers(0, 2**32 - 1))
def test_a_drawn_content_id_is_new_and_not_reserved(present: int | None) -> None:
    drawn = draw_content_id(present)
    assert 0 <= drawn < 0xFFFFFFFE
    assert drawn != present


def test_content_ids_are_written_with_eight_digits() -> None:
    assert format_content_id(0x855F2F) == "00855f2f"
