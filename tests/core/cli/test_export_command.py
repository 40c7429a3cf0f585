"""The command that writes files of a disk to a folder."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from redoscope_core import make_sample
from tests.core.cli.test_schemas import judged as against_schema
from tests.core.finished import finished
from tests.core.operations.exporting.disks import disk_of, tree_of
from tests.core.volumes.volumes import empty, judged

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """The tip of the sample."""
    return finished(make_sample(tmp_path / "office"))


def test_what_is_written_is_told_for_people_and_for_programs(
    redoscope: Redoscope, office: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ran = redoscope("export", office, "/", "--to", out, "--json")
    assert ran.status == 0
    document = ran.document
    assert against_schema("export", document) == []
    assert document["complete"] is True
    told = {each["written"]: each["sha256"] for each in document["files"] if each["written"]}
    found = {str(out / path): hashlib.sha256(data) for path, data in tree_of(out).items()}
    assert told == {path: data.hexdigest() for path, data in found.items()}
    assert {each["left_out"] for each in document["files"]} == {None, "internal"}
    lines = redoscope("export", office, "/", "--to", tmp_path / "again").out.splitlines()
    assert lines[-1].startswith(f"{len(told)} files with ")
    assert sum(" -> " in line for line in lines) == len(told)
    # What is deleted may be broken: that says nothing of what is in use.
    ran = redoscope("export", office, "/", "--to", tmp_path / "more", "--deleted", "--json")
    assert ran.status == 0
    assert against_schema("export", ran.document) == []
    assert any(each["deleted"] for each in ran.document["files"])


def test_a_wrong_call_is_one_line(redoscope: Redoscope, office: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert "no volume has such a file" in redoscope.refused("export", office, "/no", "--to", out)
    assert "PATH" in redoscope.refused("export", office, "--to", out)
    assert "--to" in redoscope.refused("export", office, "/")
    assert "not there" in redoscope.refused("export", office, "/", "--to", out / "no" / "where")
    redoscope.refused("export", office, "/", "--to", office)
    redoscope.refused("export", office, "/", "--to", out, "--at", "9")
    assert not out.exists()
    redoscope("export", office, "/", "--to", out)
    before = tree_of(out)
    assert "the name is taken" in redoscope.refused("export", office, "/", "--to", out, "--json")
    assert tree_of(out) == before


@pytest.mark.judge
def test_what_is_left_out_is_told_and_ends_with_1_if_nothing_is_left(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "link").symlink_to("/etc/passwd")
    (source / b"odd\x1b[31m\n<b>".decode()).write_bytes(b"x")
    volume = empty(tmp_path / "ext.raw", 2**22)
    judged("mke2fs", "-q", "-t", "ext4", "-d", source, volume)
    disk = disk_of(tmp_path, volume)
    ran = redoscope("export", disk, "/link", "--to", tmp_path / "out")
    assert ran.status == 1
    assert ran.out.splitlines()[0] == "left out /link: a symbolic link, which is not made"
    ran = redoscope("export", disk, "/", "--to", tmp_path / "all")
    assert ran.status == 0
    assert "\x1b" not in ran.out
    assert tree_of(tmp_path / "all") == {"odd%1B[31m%0A%3Cb%3E": b"x"}
