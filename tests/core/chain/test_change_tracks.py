"""Change tracking files: listed with the link that names them, never trusted for data."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, Forest, Policy, UnsupportedVmdk
from redoscope_core.cli.program import main
from redoscope_core.leniency import Leniency
from tests.core.outcomes import is_one_line
from tests.judges.handmade_ctk import IDENTITY_TEXT, ctk_bytes, tracked_flat

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """A disk with its change tracking file."""
    (tmp_path / "disk-ctk.vmdk").write_bytes(ctk_bytes())
    return tracked_flat(tmp_path)


def test_it_is_tied_to_the_link_that_names_it(disk: Path) -> None:
    forest = Forest.scan(disk.parent)
    assert list(forest.nodes) == [disk]
    assert forest.loose_tracks == ()
    track = forest.nodes[disk].track
    assert track is not None
    assert track.path == disk.with_name("disk-ctk.vmdk")
    assert track.file_bytes == 1024
    assert track.header is not None
    assert track.header.identity_text == IDENTITY_TEXT
    assert forest.faults == ()


def test_the_disk_reads_the_same_whatever_is_in_it(disk: Path) -> None:
    for content in (ctk_bytes(), ctk_bytes(version=9), b"", b"KDMV", os.urandom(4096)):
        disk.with_name("disk-ctk.vmdk").write_bytes(content)
        with Chain.open(disk) as chain:
            assert chain.read(0, 2048) == b"f" * 2048 * 512


def test_one_that_no_link_names_is_listed_by_itself(tmp_path: Path) -> None:
    (tmp_path / "old-ctk.vmdk").write_bytes(ctk_bytes())
    forest = Forest.scan(tmp_path)
    assert not forest.nodes
    (track,) = forest.loose_tracks
    assert track.path == tmp_path / "old-ctk.vmdk"
    assert track.error is None


def test_one_that_is_torn_says_where(disk: Path) -> None:
    disk.with_name("disk-ctk.vmdk").write_bytes(ctk_bytes()[:20])
    forest = Forest.scan(disk.parent)
    track = forest.nodes[disk].track
    assert track is not None
    assert track.header is None
    assert "disk-ctk.vmdk: the header of a change tracking file is incomplete" in str(track.error)
    assert "(byte 20), found 20 bytes, expected 60 bytes" in str(track.error)
    assert [loose.path.name for loose in forest.loose_tracks] == ["disk-ctk.vmdk"]


def test_one_that_is_not_there_is_no_fault_of_the_disk(tmp_path: Path) -> None:
    disk = tracked_flat(tmp_path)
    forest = Forest.scan(tmp_path)
    track = forest.nodes[disk].track
    assert track is not None
    assert "file is not there" in str(track.error)
    assert forest.faults == ()


@pytest.mark.parametrize("name", ["../away-ctk.vmdk", "{away}", "linked-ctk.vmdk"])
def test_a_name_that_leads_out_of_the_folder_is_not_followed_unless_allowed(
    tmp_path: Path, name: str
) -> None:
    away = tmp_path / "away-ctk.vmdk"
    away.write_bytes(ctk_bytes())
    folder = tmp_path / "vm"
    folder.mkdir()
    (folder / "linked-ctk.vmdk").symlink_to(away)
    disk = tracked_flat(folder, name.format(away=away))
    track = Forest.scan(disk).nodes[disk].track
    assert track is not None
    assert track.header is None
    assert "outside the folder of its link" in str(track.error)
    allowed = Forest.scan(disk, policy=Policy().allowing(Leniency.OUTSIDE)).nodes[disk].track
    assert allowed is not None
    assert allowed.header is not None


def test_a_fifo_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "disk-ctk.vmdk")
    disk = tracked_flat(tmp_path)
    track = Forest.scan(disk).nodes[disk].track
    assert track is not None
    assert track.header is None


def test_a_false_name_hides_no_broken_link(tmp_path: Path) -> None:
    (tmp_path / "torn.vmdk").write_bytes(b"KDMV" + bytes(20))
    tracked_flat(tmp_path, "torn.vmdk")
    assert tmp_path / "torn.vmdk" in Forest.scan(tmp_path).nodes


def test_opening_it_is_refused_and_says_what_it_is(disk: Path) -> None:
    path = disk.with_name("disk-ctk.vmdk")
    for opened in (Chain.open, Forest.scan):
        with pytest.raises(UnsupportedVmdk, match="a change-tracking file") as caught:
            opened(path)
        assert is_one_line(caught.value)
        assert "open the link it belongs to" in str(caught.value)


def test_tree_and_info_list_what_is_known(disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tree", str(disk.parent)]) == 0
    line = f"change tracking file disk-ctk.vmdk: version 1, identity {IDENTITY_TEXT}"
    assert line in capsys.readouterr().out
    assert main(["info", str(disk)]) == 0
    shown = capsys.readouterr().out
    assert line in shown
    assert "byte 16  field at 16: 2048 (maybe the size of the disk)" in shown


def test_tree_as_json_has_the_fields_as_they_stand(
    disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    disk.with_name("old-ctk.vmdk").write_bytes(ctk_bytes(version=2))
    assert main(["tree", "--json", str(disk.parent)]) == 0
    told = json.loads(capsys.readouterr().out)
    (link,) = told["links"]
    assert link["form"] == "flat"
    assert link["change_track"]["fields"]["identity"] == {"offset": 44, "value": IDENTITY_TEXT}
    assert link["change_track"]["trouble"] is None
    (loose,) = told["loose_change_tracks"]
    assert loose["path"].endswith("old-ctk.vmdk")
    assert loose["fields"]["version"]["value"] == "2"
