"""The command that lists recognised structures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core import make_sample
from tests.core.finished import finished

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope


def test_structures_are_listed_with_their_fields(redoscope: Redoscope, tmp_path: Path) -> None:
    finished(make_sample(tmp_path / "office"))
    tip = tmp_path / "office" / "office-000005.vmdk"
    ran = redoscope("structures", tip)
    assert ran.status == 0
    assert ran.out.splitlines() == ["0 0 - mbr", "1048576 2048 1 fat-boot-sector"]
    lines = redoscope("structures", tip, "--fields").out.splitlines()
    assert "  1048587 BPB_BytsPerSec = 512" in lines
    assert max(map(len, lines)) < 100
    found = redoscope("structures", tip, "--at", "base", "--json").document["structures"]
    assert [(each["kind"], each["partition"]) for each in found] == [
        ("mbr", None),
        ("fat-boot-sector", 1),
    ]
    sector = redoscope("dump", tip, "--start", 2048, "--json").document["hex"]
    for field in found[1]["fields"]:
        raw = bytes.fromhex(sector)[field["offset"] :][: field["length"]]
        if isinstance(field["value"], int):
            assert int.from_bytes(raw, "little") == field["value"]


def test_a_disk_without_any_ends_with_1(redoscope: Redoscope, chain3: list[Path]) -> None:
    assert redoscope("structures", chain3[2]).status == 1
    assert redoscope("structures", chain3[2], "--all", "--json").document["structures"] == []


def test_the_headers_of_the_files_of_a_link_are_shown(
    redoscope: Redoscope, chain3: list[Path]
) -> None:
    raw = chain3[2].read_bytes()
    ran = redoscope("structures", chain3[2], "--files", "--fields")
    assert ran.out.splitlines()[0] == f"{chain3[2].name} 0 vmdk-sparse-header"
    assert f"{chain3[2].name} 512 vmdk-descriptor" in ran.out
    found = redoscope("structures", chain3[2], "--files", "--json").document["headers"]
    capacity = next(each for each in found[0]["fields"] if each["name"] == "capacity")
    assert int.from_bytes(raw[12:20], "little") == capacity["value"] == 1024
    cid = next(each for each in found[1]["fields"] if each["name"] == "CID")
    begin = 512 + cid["offset"]
    assert raw[begin : begin + cid["length"]].decode() == cid["value"]
    ran = redoscope("structures", chain3[2], "--files", "--all")
    assert ran.status == 2
