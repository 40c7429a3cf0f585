"""The command that keeps a case: what it prints, what its schema says, what it refuses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from redoscope_core import create_disk
from tests.core.cli.test_schemas import judged as against_schema
from tests.core.links import make_child

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Ran, Redoscope


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """The newest link of the evidence."""
    (tmp_path / "evidence").mkdir()
    create_disk(tmp_path / "evidence" / "base.vmdk", 2048)
    return make_child(tmp_path / "evidence" / "base.vmdk", "kid.vmdk")


@pytest.fixture
def folder(tmp_path: Path, redoscope: Redoscope, disk: Path) -> Path:
    """A case that has the evidence."""
    folder = tmp_path / "case"
    assert redoscope("case", "new", folder, "--title", "T", "--examiner", "E").status == 0
    assert redoscope("case", "add", folder, disk).status == 0
    return folder


def key(folder: Path) -> Path:
    """Make a key that signs."""
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "key")]
    subprocess.run(words, check=True)
    return folder / "key"


def test_each_word_prints_what_its_schema_says(
    redoscope: Redoscope, folder: Path, disk: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    calls: list[list[object]] = [
        ["new", tmp_path / "other"],
        ["add", folder, disk],
        ["new", tmp_path / "with"],
        ["add", tmp_path / "with", disk],
        ["bookmark", folder, "one", "--disk", disk, "--start", "5", "--count", "3", "--tag", "x"],
        ["bookmark", folder, "two", "--disk", disk, "--at", "0", "--file", "1:/a", "--text", "t"],
        ["note", folder, "three"],
        ["note", folder, "four", "--disk", disk, "--at", "base"],
        ["search", folder, "five", "ab", "--encoding", "utf-16", "-i"],
        ["change", folder, 1, "--name", "other", "--colour", "teal"],
        ["tag", folder, 1, 2, "--tag", "z"],
        ["tag", folder, 1, "--tag", "x", "--off"],
        ["remove", folder, 3],
        ["remove", tmp_path / "with", "--disk", 1],
        ["list", folder],
        ["list", folder, "--kind", "note", "--disk", 1, "--tag", "x"],
        ["export", folder, out],
        ["import", tmp_path / "third", out],
        ["import", tmp_path / "third", out],
        *([] if shutil.which("ssh-keygen") is None else [["sign", folder, "--key", key(tmp_path)]]),
        ["verify", folder],
        ["verify", folder, disk],
    ]
    for words in calls:
        ran = redoscope("case", *words, "--json")
        assert ran.status == 0, (words, ran.err)
        assert against_schema("case", ran.document) == [], words
        assert ran.document["operation"] == words[0]
    assert against_schema("case-document", json.loads(out.read_text())) == []
    assert redoscope("case", "list", folder, "--json").document["head"] == (
        redoscope("case", "list", folder).out.splitlines()[-1].removeprefix("head ")
    )


def test_a_list_tells_each_entry_and_no_text_of_it_looks_like_ours(
    redoscope: Redoscope, folder: Path, disk: Path
) -> None:
    hostile = "a\x1b[2J\u202eb\nhead 7:0"
    redoscope(
        "case", "bookmark", folder, hostile, "--disk", disk, "--start", "s5", "--text", hostile
    )
    redoscope("case", "search", folder, "s", "it's", "--regex", "--tag", hostile)
    lines = redoscope("case", "list", folder).out.splitlines()
    assert all(line.isprintable() for line in lines)
    assert [line for line in lines if line.startswith("head ")] == lines[-1:]
    assert "disk 1 at link 1, sector 5" in "\n".join(lines)
    assert "    redoscope search --regex -- DISK 'it'\"'\"'s'" in lines


def test_verify_ends_with_1_if_a_byte_of_the_evidence_differs_and_names_the_file(
    redoscope: Redoscope, folder: Path, disk: Path
) -> None:
    assert redoscope("case", "verify", folder).status == 0
    with disk.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\xff")
    ran = redoscope("case", "verify", folder)
    assert ran.status == 1
    assert f"  changed     {disk}" in ran.out
    assert "2 files of evidence; NOT sound" in ran.out
    (disk.parent / "base.vmdk").unlink()
    document = redoscope("case", "verify", folder, "--json").document
    assert against_schema("case", document) == []
    assert [file["state"] for file in document["disks"][0]["files"]] == ["missing", "changed"]


def test_what_is_wrong_with_a_call_is_one_line_that_tells_the_way_out(
    redoscope: Redoscope, folder: Path, disk: Path, tmp_path: Path
) -> None:
    def refused(*words: object) -> str:
        return redoscope.refused("case", *words)

    beside = refused("new", disk.parent / "case")
    assert "case does not lie beside evidence" in beside
    assert "--beside-evidence lets it lie there" in beside
    assert redoscope("case", "new", disk.parent / "case", "--beside-evidence").status == 0
    assert "a word is missing: new, add" in refused()
    assert "No such command" in refused("open", folder)
    assert "no case is here" in refused("list", tmp_path)
    assert "--disk" in refused("bookmark", folder, "x")
    assert "add it first" in refused("note", folder, "x", "--disk", _other(tmp_path))
    assert "not both" in refused(
        "note", folder, "x", "--disk", disk, "--start", "1", "--file", "/a"
    )
    assert "--disk says" in refused("note", folder, "x", "--start", "1")
    assert "--count says" in refused("note", folder, "x", "--disk", disk, "--count", "1")
    assert "outside" in refused("note", folder, "x", "--disk", disk, "--start", "9999")
    assert "no entry of the case" in refused("remove", folder, 9)
    assert "--disk is missing" in refused("remove", folder)
    assert "--tag is missing" in refused("tag", folder, 1)
    # A tag that stands where the numbers do.
    assert "NUMBER: 'gap' is no whole number" in refused("tag", folder, 1, "gap")
    assert "NUMBER: 'gap' is no whole number" in refused("change", folder, "gap")
    assert "NUMBER:SHA-256" in refused("verify", folder, "--head", "7")
    assert "not both" in refused("search", folder, "x", "aa", "--hex", "--regex")
    # A search that could never be made is not kept for whoever would make it.
    assert "no regular expression" in refused("search", folder, "x", "[0-9{4", "--regex")
    assert "not bytes in hex" in refused("search", folder, "x", "abc", "--hex")
    assert "encoding" in refused("search", folder, "x", "abc", "--encoding", "klingon")
    assert "the file is not there" in refused("sign", folder, "--key", tmp_path / "absent")
    assert "the file is not there" in refused("import", folder, tmp_path / "absent")
    assert "not a file to write to" in refused("export", folder, folder / "reports")


def _other(folder: Path) -> Path:
    create_disk(folder / "evidence" / "other.vmdk", 2048)
    return folder / "evidence" / "other.vmdk"


def test_digests_may_come_later_and_a_moved_disk_is_found_again(
    redoscope: Redoscope, tmp_path: Path, disk: Path
) -> None:
    folder = tmp_path / "case"
    redoscope("case", "new", folder)
    redoscope("case", "add", folder, disk, "--no-hash")
    assert "2 without digests" in redoscope("case", "list", folder).out

    def added(ran: Ran) -> str:
        return ran.out.splitlines()[0]

    assert "has its digests now" in added(redoscope("case", "add", folder, disk))
    disk.parent.rename(tmp_path / "moved")
    moved = tmp_path / "moved" / disk.name
    assert redoscope("case", "verify", folder).status == 1
    assert redoscope("case", "verify", folder, moved).status == 0
    assert "lies here now" in added(redoscope("case", "add", folder, moved))
    assert redoscope("case", "verify", folder).status == 0
