"""`--link`: one link looked at alone, its parent there or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import create_disk
from tests.core.cli.test_schemas import judged
from tests.core.links import make_chain, make_child, write_sector

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope

SECTOR = 512
STORED = 256
"""First sector of the one grain of data that the child stores."""


@pytest.fixture
def orphan(tmp_path: Path) -> Path:
    """A child that stores one grain, and whose parent is gone."""
    base = tmp_path / "base.vmdk"
    create_disk(base, 8192)
    write_sector(base, 0, b"b")
    child = make_child(base, "child.vmdk")
    for sector in (STORED, STORED + 127):
        write_sector(child, sector, b"c")
    base.unlink()
    return child


@pytest.mark.parametrize("words", [("info",), ("map",), ("owner", 0), ("dump",)])
def test_the_parent_need_not_be_there(
    redoscope: Redoscope, orphan: Path, words: tuple[object, ...]
) -> None:
    word, *more = words
    assert redoscope(word, orphan, *more).status == 2
    ran = redoscope(word, orphan, *more, "--link")
    assert ran.status == 0
    assert "asks the parent" in ran.out


def test_the_map_tells_each_area_that_asks_the_parent(redoscope: Redoscope, orphan: Path) -> None:
    rows = [row.split(maxsplit=6) for row in redoscope("map", orphan, "--link").out.splitlines()]
    told = [row for row in rows[1:] if row[2] == "absent"]
    assert told
    assert {row[6] for row in told} == {"asks the parent"}
    areas = redoscope("map", orphan, "--link", "--json").document
    assert [area["asks_parent"] for area in areas] == [a["state"] == "absent" for a in areas]
    assert {area["state"] for area in areas} >= {"absent", "data"}


def test_the_rest_that_is_asked_of_the_parent_is_counted(
    redoscope: Redoscope, orphan: Path
) -> None:
    told = redoscope("info", orphan, "--link", "--json").document
    (link,) = told["links"]
    stored = link["data_sectors"] + link["zero_sectors"]
    assert told["asks_parent_sectors"] == told["capacity"] - stored > 0
    assert "parentCID" in told["descriptor"]


def test_the_owner_is_the_link_or_the_parent_that_it_asks(
    redoscope: Redoscope, orphan: Path
) -> None:
    for sector, asks in ((0, True), (STORED, False), (STORED + 128, True)):
        told = redoscope("owner", orphan, sector, "--link", "--json").document
        assert told["asks_parent"] is asks
        assert len(told["steps"]) == 1


def test_a_dump_folds_what_asks_the_parent_over_any_length(
    redoscope: Redoscope, orphan: Path
) -> None:
    ran = redoscope("dump", orphan, "--link", "--count", "end")
    rows = ran.out.splitlines()
    assert [row for row in rows if "|asks the parent |" in row] == [
        f"{byte:012x}  {'  '.join([' '.join(['--'] * 8)] * 2)}  |asks the parent |"
        for byte in (0, (STORED + 128) * SECTOR)
    ]
    assert rows.count("*") == 5  # after each of those, and in the grain: c, zeros, c
    all_rows = redoscope("dump", orphan, "--link", "--count", 2, "--all").out.splitlines()
    assert sum("|asks the parent |" in row for row in all_rows) == 2 * SECTOR // 16
    areas = redoscope("dump", orphan, "--link", "--start", STORED - 1, "--count", 2, "--json")
    asked, stored = areas.document["areas"]
    assert (asked["hex"], asked["asks_parent"]) == (None, True)
    assert (stored["hex"], stored["asks_parent"]) == ((b"c" * SECTOR).hex(), False)


def test_a_read_refuses_what_the_link_does_not_store_and_leaves_no_file(
    redoscope: Redoscope, orphan: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.bin"
    for start, count, first in ((0, 8, 0), (STORED, 129, STORED + 128), (STORED - 3, 9, 253)):
        words = ("read", orphan, "--link", "--start", start, "--count", count, "--out", out)
        line = redoscope.refused(*words)
        assert f"sector {first}" in line
        assert "--fill" in line
        assert not out.exists()
    assert redoscope("read", orphan, "--link", "--out", "-", "--force").raw == b""


def test_a_read_puts_what_is_chosen_where_the_link_asks_its_parent(
    redoscope: Redoscope, orphan: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.bin"
    words = ("read", orphan, "--link", "--start", STORED - 1, "--count", 130)
    for fill in (0, 0xEE):
        out.unlink(missing_ok=True)
        assert redoscope(*words, "--fill", fill, "--out", out).status == 0
        told, edge = out.read_bytes(), bytes([fill]) * SECTOR
        assert told[:SECTOR] == told[-SECTOR:] == edge
        assert told[SECTOR : 2 * SECTOR] == b"c" * SECTOR
        assert redoscope(*words, "--fill", fill, "--out", "-", "--force").raw == told


def test_a_fill_without_a_link_is_a_wrong_call(redoscope: Redoscope, orphan: Path) -> None:
    assert "--fill" in redoscope.refused("read", orphan, "--fill", 0, "--out", "-")


def test_a_link_of_the_middle_is_looked_at_alone_by_its_name(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    paths = make_chain(tmp_path, 3)
    write_sector(paths[-1], 0, b"t")
    told = redoscope("map", paths[-1], "--at", 1, "--link", "--json").document
    with_itself = redoscope("map", paths[1], "--link", "--json").document
    assert told == with_itself


@pytest.fixture(params=["twoGbMaxExtentFlat", "monolithicFlat", "twoGbMaxExtentSparse"])
def without_data(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Path, Path]:
    """A disk one of whose files is gone, and that file."""
    disk = tmp_path / "disk.vmdk"
    create_disk(disk, 5 * 2**21, kind=request.param)
    gone = max(tmp_path.glob("disk-*"))
    gone.unlink()
    return disk, gone


def test_the_descriptor_is_told_of_a_disk_whose_data_is_missing(
    redoscope: Redoscope, without_data: tuple[Path, Path]
) -> None:
    disk, gone = without_data
    ran = redoscope("info", disk)
    assert ran.status == 2
    text = disk.read_text()
    told = [line for line in text.splitlines() if line.startswith("RW")]
    assert all(line in ran.out for line in told)
    assert ran.out.endswith(text)
    assert [row for row in ran.out.splitlines() if row.endswith(f"missing, {gone}")]
    assert gone.name in ran.err
    document = redoscope("info", disk, "--json").document
    assert judged("info", document) == []
    assert document["descriptor"] == text
    assert [each["line"] for each in document["described"]["extents"]] == told
    lost = [each["missing"] for each in document["described"]["extents"] if each["missing"]]
    assert lost == [str(gone)]
    assert document["error"]["kind"] == "file-missing"


def test_the_descriptor_is_told_of_a_child_whose_parent_is_missing(
    redoscope: Redoscope, orphan: Path
) -> None:
    document = redoscope("info", orphan, "--json").document
    assert judged("info", document) == []
    assert document["described"]["parent_hint"] == "base.vmdk"
    assert document["error"]["kind"] == "missing-parent"


def test_of_a_file_that_is_no_disk_no_descriptor_is_told(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    stranger = tmp_path / "letter.vmdk"
    stranger.write_text("Dear reader")
    redoscope.refused("info", stranger)
    redoscope.refused("info", stranger, "--json")
