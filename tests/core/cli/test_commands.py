"""Commands: what they print, what they refuse, and with which exit status."""

from __future__ import annotations

import io
import os
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain
from tests.core.bad_disks import BAD_DISKS, BAD_GRAINS
from tests.core.links import make_chain
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope

SECTOR = 512
CALLS: dict[str, list[str]] = {
    "read": ["read", "DISK", "--start", "0", "--count", "1", "--out", "-"],
    "map": ["map", "DISK", "--json"],
    "info": ["info", "DISK"],
    "owner": ["owner", "DISK", "0"],
    "dump": ["dump", "DISK", "--start", "0", "--count", "1"],
    "write": ["write", "DISK", "--start", "0", "--fill", "1", "--count", "1"],
    "child": ["child", "DISK", "FOLDER/new.vmdk"],
    "attach": ["attach", "DISK", "--to", "DISK"],
}


def call(name: str, path: Path) -> list[str]:
    """Return the words of a call on the disk at *path*."""
    words = [word.replace("DISK", str(path)) for word in CALLS[name]]
    return [word.replace("FOLDER", str(path.parent)) for word in words]


@pytest.mark.parametrize("disk", BAD_DISKS)
def test_a_bad_disk_is_one_line_and_status_2(
    redoscope: Redoscope, tmp_path: Path, disk: str
) -> None:
    path = BAD_DISKS[disk].make(tmp_path)
    before = fingerprints(tmp_path)
    for name in CALLS:
        line = redoscope.refused(*call(name, path))
        assert "Traceback" not in line
        assert len(line) > 30
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize("name", CALLS)
def test_a_disk_that_is_not_there_is_named(redoscope: Redoscope, tmp_path: Path, name: str) -> None:
    assert "gone.vmdk" in redoscope.refused(*call(name, tmp_path / "gone.vmdk"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [*CALLS, "tree"])
@pytest.mark.parametrize("path", ["x" * 5000, "a/" * 3000 + "x", "x\n\x1b[31my"])
def test_an_impossible_name_is_one_line_and_status_2(
    redoscope: Redoscope, tmp_path: Path, name: str, path: str
) -> None:
    words = ["tree", str(tmp_path / path)] if name == "tree" else call(name, tmp_path / path)
    redoscope.refused(*words)


@pytest.mark.parametrize("grain", BAD_GRAINS)
def test_a_bad_grain_is_an_error_of_read_and_owner(
    redoscope: Redoscope, tmp_path: Path, grain: str
) -> None:
    path = BAD_GRAINS[grain].make(tmp_path)
    out = tmp_path / "out"
    before = fingerprints(tmp_path)
    redoscope.refused("read", path, "--start", 200, "--count", 100, "--out", out)
    redoscope.refused("read", path, "--start", 256, "--count", 1, "--out", "-")
    redoscope.refused("write", path, "--start", 256, "--fill", 1, "--count", 1)
    assert redoscope("owner", path, 256).status == 2
    assert redoscope("map", path).status == 2
    assert redoscope("info", path).status == 2
    assert fingerprints(tmp_path) == before


def test_writing_into_a_link_with_children_names_them(
    redoscope: Redoscope, chain3: list[Path]
) -> None:
    before = fingerprints(chain3[0].parent)
    for index in (0, 1):
        line = redoscope.refused("write", chain3[index], "--start", 0, "--fill", 1, "--count", 1)
        assert chain3[index + 1].name in line
        assert "create a child" in line
    assert fingerprints(chain3[0].parent) == before


def test_reading_an_older_generation_notes_it_on_stderr(
    redoscope: Redoscope, chain3: list[Path]
) -> None:
    ran = redoscope("read", chain3[0], "--start", 0, "--count", 1, "--out", "-")
    assert (ran.status, ran.raw) == (0, b"0" * SECTOR)
    assert "read-only" in ran.err
    assert "link1.vmdk" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--no-such-option"],
        ["nonsense"],
        ["read"],
        ["read", "DISK"],
        ["read", "DISK", "--out", "-", "--start", "-1"],
        ["read", "DISK", "--out", "-", "--start", "x"],
        ["read", "DISK", "--out", "-", "--start", "9" * 5000],
        ["read", "DISK", "--out", "-", "--start", "1025"],
        ["read", "DISK", "--out", "-", "--start", "1000", "--count", "25"],
        ["read", "DISK", "--out", "DISK"],
        ["read", "DISK", "--out", "FOLDER"],
        ["read", "DISK", "--out", "FOLDER/no/such/folder/out"],
        ["owner", "DISK"],
        ["owner", "DISK", "1024"],
        ["owner", "DISK", "-1"],
        ["dump", "DISK", "--start", "1024", "--count", "1"],
        ["write", "DISK", "--start", "0"],
        ["write", "DISK", "--start", "0", "--fill", "1"],
        ["write", "DISK", "--start", "0", "--fill", "256", "--count", "1"],
        ["write", "DISK", "--start", "1024", "--fill", "1", "--count", "1"],
        ["write", "DISK", "--start", "0", "--fill", "1", "--count", "1025"],
        ["write", "DISK", "--start", "0", "--in", "FOLDER/gone"],
        ["write", "DISK", "--start", "0", "--in", "FOLDER"],
        ["write", "DISK", "--start", "0", "--in", "FOLDER/odd"],
        ["write", "DISK", "--start", "0", "--in", "DISK", "--fill", "1", "--count", "1"],
        ["create", "DISK", "--capacity", "1M"],
        ["create", "FOLDER/new.vmdk"],
        ["create", "FOLDER/new.vmdk", "--capacity", "0"],
        ["create", "FOLDER/new.vmdk", "--capacity", "1000"],
        ["create", "FOLDER/new.vmdk", "--capacity", "lots"],
        ["create", "FOLDER/new.vmdk", "--capacity", "1M", "--type", "raw"],
        ["create", "FOLDER/new.vmdk", "--capacity", "1M", "--grain", "24"],
        ["child", "DISK", "DISK"],
        ["child", "DISK", "FOLDER/new.vmdk", "--type", "monolithicFlat"],
        ["attach", "DISK"],
        ["tree", "FOLDER/gone"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_one_line_and_status_2(
    redoscope: Redoscope, tmp_path: Path, words: list[str]
) -> None:
    disk = make_chain(tmp_path, 1)[0]
    (tmp_path / "odd").write_bytes(b"x" * 700)
    before = fingerprints(tmp_path)
    filled = [word.replace("DISK", str(disk)).replace("FOLDER", str(tmp_path)) for word in words]
    if words:
        redoscope.refused(*filled)
    else:
        assert redoscope(*filled).status == 2
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize(
    "words", [["--help"], ["-h"], ["read", "--help"], ["attach", "-h"], ["--version"]]
)
def test_help_is_given(redoscope: Redoscope, words: list[str]) -> None:
    ran = redoscope(*words)
    assert ran.status == 0
    assert ran.err == ""
    assert "redoscope" in ran.out


def test_input_of_write_may_come_through_a_pipe(
    redoscope: Redoscope, chain3: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = io.BytesIO(b"p" * 3 * SECTOR)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=source))
    assert redoscope("write", chain3[2], "--start", 9, "--in", "-").status == 0
    with Chain.open(chain3[2]) as chain:
        assert chain.read(9, 3) == b"p" * 3 * SECTOR


def test_what_was_read_is_told_as_a_document_that_never_mixes_with_the_bytes(
    redoscope: Redoscope, chain3: list[Path], tmp_path: Path
) -> None:
    out = tmp_path / "bytes.bin"
    asked = ("read", chain3[2], "--at", "1", "--start", 2, "--count", 3, "--json", "--out")
    assert redoscope(*asked, out).document == {
        "disk": str(chain3[2]), "at": str(chain3[1]), "start": 2, "count": 3, "out": str(out)
    }  # fmt: skip
    assert out.read_bytes() == redoscope(*asked[:-2], "--out", "-").raw
    ran = redoscope(*asked, "-")
    assert (ran.status, ran.document["error"]["kind"]) == (2, "wrong-call")


def test_dump_shows_hex_and_text(redoscope: Redoscope, chain3: list[Path]) -> None:
    words = ["dump", chain3[2], "--start", 0, "--count", 2, "--all", "--plain"]
    out = redoscope(*words).out.splitlines()
    assert len(out) == 65
    assert out[0] == f"{0:012x}  " + "32 " * 7 + "32  " + "32 " * 7 + "32  |" + "2" * 16 + "|"
    assert out[32].startswith(f"{512:012x}  00")
    assert out[64] == f"{1024:012x}"
    found = redoscope("dump", chain3[2], "--start", 0, "--count", 1, "--json").document
    assert bytes.fromhex(found["hex"]) == b"2" * SECTOR


def test_info_tells_link_and_chain(redoscope: Redoscope, chain3: list[Path]) -> None:
    found = redoscope("info", chain3[2], "--json").document
    assert (found["capacity"], found["bytes"]) == (1024, 1024 * SECTOR)
    assert [link["path"] for link in found["links"]] == [str(path) for path in chain3]
    assert found["links"][1]["parent_cid"] == found["links"][0]["cid"]
    assert "# Disk DescriptorFile" in found["descriptor"]
    text = redoscope("info", chain3[2]).out
    assert all(path.name in text for path in chain3)


def test_json_is_one_document_and_notes_go_elsewhere(
    redoscope: Redoscope, chain3: list[Path]
) -> None:
    for words in (["map"], ["info"], ["owner"], ["tree"], ["dump"]):
        ran = redoscope(*words, chain3[0], *(["5"] if words == ["owner"] else []), "--json")
        assert ran.status == 0
        assert ran.document is not None
        # Who asks for a look-up or bytes alone need not know that the link can't be written.
        assert ("read-only" in ran.err) is (words[0] in {"map", "info"})


def test_a_changed_parent_is_read_only_if_one_insists(
    redoscope: Redoscope, chain3: list[Path]
) -> None:
    raw = chain3[0].read_bytes()
    cid = raw.split(b"CID=")[1][:8]
    chain3[0].write_bytes(raw.replace(b"CID=" + cid, b"CID=0badc1d0", 1))
    line = redoscope.refused("read", chain3[2], "--count", 1, "--out", "-")
    assert "0badc1d0" in line
    assert cid.decode() in line
    ran = redoscope("read", chain3[2], "--count", 1, "--out", "-", "--allow-cid-mismatch")
    assert (ran.status, ran.raw) == (0, b"2" * SECTOR)
    assert "0badc1d0" in ran.err


def test_a_missing_parent_is_found_in_a_named_folder(
    redoscope: Redoscope, chain3: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    chain3[0].rename(elsewhere / "renamed.vmdk")
    redoscope.refused("read", chain3[2], "--count", 1, "--out", "-")
    words = ["read", chain3[2], "--count", 1, "--out", "-", "--search", elsewhere]
    assert redoscope(*words).raw == b"2" * SECTOR


def test_what_is_read_into_a_file_replaces_it_at_once_if_that_is_asked_for(
    redoscope: Redoscope, chain3: list[Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.write_bytes(b"old")
    redoscope.refused("read", chain3[2], "--start", 2000, "--out", out, "--force")
    words = ["read", chain3[2], "--start", 0, "--count", 2, "--out", out]
    assert "the name is taken" in redoscope.refused(*words)
    assert out.read_bytes() == b"old"
    assert redoscope(*words, "--force").status == 0
    assert out.read_bytes() == b"2" * SECTOR + bytes(SECTOR)
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


def test_names_that_are_no_text_are_printed_all_the_same(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    path = tmp_path / os.fsdecode(b"d\xffsk.vmdk")
    handmade.sparse_link(tmp_path / "disk.vmdk", SparsePlan(128)).rename(path)
    for words in (["tree", tmp_path], ["map", path], ["info", path], ["owner", path, "0"]):
        assert redoscope(*words).status == 0
        assert redoscope(*words, "--json").document is not None


def test_control_characters_of_names_and_comments_do_not_reach_the_terminal(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    path = tmp_path / "a\x1b[31mb.vmdk"
    handmade.sparse_link(path, SparsePlan(128))
    for words in (["tree", tmp_path], ["map", path], ["info", path], ["owner", path, "0"]):
        assert "\x1b" not in redoscope(*words).out


@pytest.mark.parametrize("fresh", [(), ("--fresh",)], ids=["once", "fresh"])
def test_a_folder_that_cannot_be_made_is_told_as_such(
    redoscope: Redoscope, tmp_path: Path, fresh: tuple[str, ...]
) -> None:
    (tmp_path / "file").touch()
    ran = redoscope("demo", "--dir", tmp_path / "file" / "deep" / "sample", *fresh)
    assert ran.status == 2
    assert "sample: the folder can't be made, found Not a directory" in ran.err
    assert "put it back" not in ran.err


def test_demo_makes_the_sample_and_prints_its_tree(redoscope: Redoscope, tmp_path: Path) -> None:
    ran = redoscope("demo", "--dir", tmp_path / "sample")
    assert ran.status == 0
    assert ran.out.count(".vmdk") >= 6
    again = redoscope("demo", "--dir", tmp_path / "sample")
    assert again.status == 0
    assert redoscope("tree", tmp_path / "sample", "--json").document["roots"]
    assert "changed" not in again.err


def test_demo_says_that_the_sample_was_changed_and_makes_a_fresh_one_beside_it(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    sample = tmp_path / "sample"
    redoscope("demo", "--dir", sample)
    tip = sample / "office-000005.vmdk"
    redoscope("write", tip, "--start", "9000", "--fill", "0x42", "--count", "1")
    changed = redoscope("demo", "--dir", sample)
    assert changed.status == 0
    assert "changed since it was made" in changed.err
    assert "demo --fresh" in changed.err
    written = tip.read_bytes()
    fresh = redoscope("demo", "--dir", sample, "--fresh")
    assert fresh.status == 0
    assert f"{sample}-2" in fresh.err
    assert tip.read_bytes() == written
    later = redoscope("demo", "--dir", sample)
    assert "changed" not in later.err


def test_demo_says_how_to_get_a_merged_sample_back(redoscope: Redoscope, tmp_path: Path) -> None:
    sample = tmp_path / "sample"
    redoscope("demo", "--dir", sample)
    assert redoscope("consolidate", sample / "office-000005.vmdk").status == 0
    spent = redoscope("demo", "--dir", sample)
    assert spent.status == 2
    assert "demo --fresh" in spent.err
    assert redoscope("demo", "--dir", sample, "--fresh").status == 0
    assert redoscope("demo", "--dir", sample).status == 0


@pytest.mark.parametrize("option", [["--zeroed-grains"], ["--grain", "128"], ["--grain", "16"]])
@pytest.mark.parametrize("kind", ["monolithicFlat", "twoGbMaxExtentFlat", "vmfs"])
def test_an_option_that_a_kind_of_disk_has_no_use_for_is_refused_and_nothing_is_made(
    redoscope: Redoscope, tmp_path: Path, kind: str, option: list[str]
) -> None:
    words = ("create", tmp_path / "new.vmdk", "--capacity", "1M", "--type", kind)
    assert option[0] in redoscope.refused(*words, *option)
    assert list(tmp_path.iterdir()) == []
    assert redoscope(*words).status == 0


@pytest.mark.parametrize(
    ("kind", "target", "option"),
    [
        ("monolithicFlat", "copy.vmdk", ["--grain", "128"]),
        ("twoGbMaxExtentFlat", "copy.vmdk", ["--grain", "16"]),
        ("vmfs", "copy.vmdk", ["--grain", "16"]),
        ("streamOptimized", "copy.vmdk", ["--grain", "16"]),
        ("streamOptimized", "-", ["--grain", "16"]),
        ("raw", "copy.img", ["--grain", "16"]),
        ("raw", "copy.img", ["--comment", "lost"]),
    ],
)
def test_an_option_that_a_kind_of_copy_has_no_use_for_is_refused_and_nothing_is_made(
    redoscope: Redoscope, tmp_path: Path, kind: str, target: str, option: list[str]
) -> None:
    source = tmp_path / "source.vmdk"
    redoscope("create", source, "--capacity", "1M")
    copy = target if target == "-" else tmp_path / target
    line = redoscope.refused("clone", source, copy, "--type", kind, *option)
    assert option[0] in line
    assert kind in line
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize(
    ("kind", "copy", "log"),
    [
        ("monolithicSparse", "copy.vmdk", "copy.vmdk"),
        ("monolithicFlat", "copy.vmdk", "copy-flat.vmdk"),
        ("raw", "copy.map", "copy.json"),
    ],
)
def test_a_log_with_the_name_of_the_copy_is_refused_before_anything_is_copied(
    redoscope: Redoscope, tmp_path: Path, kind: str, copy: str, log: str
) -> None:
    source = tmp_path / "source.vmdk"
    redoscope("create", source, "--capacity", "1M")
    words = ("clone", source, tmp_path / copy, "--type", kind, "--salvage", "--log", tmp_path / log)
    assert "the name of a file of the copy" in redoscope.refused(*words)
    assert list(tmp_path.iterdir()) == [source]


def test_a_capacity_of_nothing_is_called_so(redoscope: Redoscope, tmp_path: Path) -> None:
    line = redoscope.refused("create", tmp_path / "new.vmdk", "--capacity", "0")
    assert "whole number" not in line
