"""allocated and audit: what they print, and how they end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from redoscope_core import SECTOR, Chain
from redoscope_core.format import change_list
from redoscope_core.operations.tracking.query import change_id_of
from tests.core.links import make_chain

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.core.cli.conftest import Redoscope


def test_our_own_list_of_changes_is_trusted_and_an_empty_one_is_not(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    tip = make_chain(tmp_path, 3)[-1]
    listed = tmp_path / "list.json"
    listed.write_text(redoscope("changes", tip, "--since", "0", "--json").out, encoding="utf-8")
    ran = redoscope("audit", tip, "--list", listed, "--since", "0")
    assert (ran.status, ran.out) == (0, "verdict: ok\n")
    exact = redoscope("audit", tip, "--list", listed, "--since", "0", "--refine", "--json")
    assert (exact.status, exact.document["verdict"]) == (0, "over")
    listed.write_text(json.dumps({"startOffset": 0, "length": 524288, "changedArea": []}))
    with Chain.open(tip) as chain:
        told = str(change_id_of(chain, 0))
    ran = redoscope("audit", tip, "--list", listed, "--since", told, "--refine")
    assert ran.status == 1
    assert ran.out.splitlines() == [
        "missed: 1 area, 512 bytes", "start_bytes length_bytes", "0 512", "verdict: missed"
    ]  # fmt: skip


def test_what_is_no_list_is_named(redoscope: Redoscope, tmp_path: Path) -> None:
    tip = make_chain(tmp_path, 2)[-1]
    words = ("audit", tip, "--list", tip, "--since", "0")
    assert f"{tip}: not a list" in redoscope.refused(*words)
    assert redoscope(*words, "--json").document["error"]["kind"] == "malformed-document"


def test_the_list_of_another_disk_is_told_as_such(redoscope: Redoscope, tmp_path: Path) -> None:
    tip = make_chain(tmp_path, 2)[-1]
    listed = tmp_path / "list.json"
    page = {"startOffset": 0, "length": 512, "changedArea": [], "capacity": 1024}
    listed.write_text(json.dumps(page))
    ran = redoscope("audit", tip, "--list", listed, "--since", "0")
    assert ran.status == 1
    assert "foreign: it is of a disk of 1024 bytes\n" in ran.out
    assert ran.out.endswith("verdict: foreign\n")


def test_a_list_that_is_too_long_to_be_read_whole_is_refused_and_not_judged_by_a_part(
    redoscope: Redoscope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tip = make_chain(tmp_path, 2)[-1]
    listed = tmp_path / "list.csv"
    listed.write_text("0,65536\n")
    monkeypatch.setattr(change_list, "MAX_LIST", 8)
    assert redoscope("audit", tip, "--list", listed, "--since", "0").status == 0
    monkeypatch.setattr(change_list, "MAX_LIST", 7)
    line = redoscope.refused("audit", tip, "--list", listed, "--since", "0")
    assert f"{listed}: a list of changed areas that is too long" in line


def test_allocated_lists_chunks_and_refuses_what_the_vendor_refuses(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    tip = make_chain(tmp_path, 2)[-1]
    assert redoscope("allocated", tip, "--chunk", "256").out == "start_sector sectors\n0 256\n"
    assert "128 or more" in redoscope.refused("allocated", tip, "--chunk", "100")


def test_the_change_id_that_changes_tells_is_taken_the_next_time(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    paths = make_chain(tmp_path, 3)
    told = redoscope("changes", paths[1], "--since", "0", "--json").document["change_id"]
    by_id = redoscope("changes", paths[2], "--since", told, "--json")
    assert by_id.document == redoscope("changes", paths[2], "--since", "1", "--json").document
    line = redoscope.refused("changes", paths[2], "--since", f"{told[:-1]}7")
    assert "not on this chain" in line


def test_a_page_of_no_areas_or_behind_the_disk_is_refused(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    tip = make_chain(tmp_path, 2)[-1]
    words = ("changes", tip, "--since", "0")
    assert "a page of no areas, found 0, expected 1 or more" in redoscope.refused(
        *words, "--limit", 0
    )
    with Chain.open(tip) as chain:
        end = chain.capacity * SECTOR
    assert f"beyond the end of the disk (InvalidArgument: startOffset), found {end}" in (
        redoscope.refused(*words, "--start-offset", end)
    )
    assert redoscope(*words, "--start-offset", end - 1).status == 0


def test_what_a_grown_child_has_behind_its_parent_counts_as_changed(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    parent, tip = make_chain(tmp_path, 2)
    with Chain.open(tip) as chain:
        capacity = chain.capacity
    text = parent.read_bytes()
    line = b"RW %d " % capacity
    parent.write_bytes(text.replace(line, (b"RW %d " % (capacity - 128)).ljust(len(line))))
    last = redoscope("changes", tip, "--since", "0", "--json").document["changed_area"][-1]
    assert last == {"start": (capacity - 128) * SECTOR, "length": 128 * SECTOR}
