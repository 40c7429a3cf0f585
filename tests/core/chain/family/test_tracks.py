"""Change tracking files that are named and not there: told, with what they may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Candidate, Forest, Kind, Policy, Reason
from redoscope_core.format.magics import CTK_MAGIC
from redoscope_core.operations.examining.check import check
from tests.core.finished import finished
from tests.judges import handmade

if TYPE_CHECKING:
    from pathlib import Path


def disk(path: Path, track: str, cid: int = 7) -> Path:
    """Write a disk that names the tracking file *track*."""
    text = handmade.descriptor_text(["RW 256 ZERO"], cid=cid)
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(f'{text}\nchangeTrackPath="{track}"\n')
    return path


def tracking(path: Path, sectors: int = 0) -> Path:
    """Write a tracking file; a field of its header may be the size of the disk."""
    path.parent.mkdir(exist_ok=True, parents=True)
    head = CTK_MAGIC + (1).to_bytes(4, "little") + bytes(4) + (512).to_bytes(4, "little")
    path.write_bytes(head + sectors.to_bytes(8, "little") + bytes(1000))
    return path


def instead(path: Path, policy: Policy | None = None) -> tuple[Candidate, ...]:
    """Return what the tracking file of the disk *path*, which is not there, may be."""
    track = Forest.scan(path, policy=policy).nodes[path].track
    assert track is not None
    assert track.error is not None
    return track.error.candidates


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("old/web srv-ctk.vmdk", Reason.HAS_NAME),
        ("a/b/web srv-ctk.vmdk", Reason.HAS_NAME),
        ("web srv-ctk.vmdk.bak", Reason.SUFFIX_DIFFERS),
        ("neu-ctk.vmdk", Reason.IS_ITS_DATA),
    ],
)
def test_a_tracking_file_that_was_moved_or_renamed_is_named(
    tmp_path: Path, place: str, reason: Reason
) -> None:
    name = "neu" if reason is Reason.IS_ITS_DATA else "web srv"
    path = disk(tmp_path / f"{name}.vmdk", "web srv-ctk.vmdk")
    there = tracking(tmp_path / place)
    tracking(tmp_path / "other-ctk.vmdk")
    (tmp_path / "web srv-ctk.vmdk.txt").write_text("no tracking file")
    (only,) = instead(path)
    assert only.path == there
    assert reason in only.reasons
    (note,) = (one for one in finished(check(path)) if one.kind is Kind.TRACK_UNREADABLE)
    assert there.name in str(note.fact("why"))
    assert not note.is_fault


def test_one_for_a_disk_of_the_same_size_is_a_candidate(tmp_path: Path) -> None:
    path = disk(tmp_path / "web.vmdk", "web-ctk.vmdk")
    there = tracking(tmp_path / "xyz-ctk.vmdk", 256)
    assert instead(path) == ((there, (Reason.HAS_CAPACITY,)),)


def test_one_that_another_disk_names_is_no_candidate(tmp_path: Path) -> None:
    path = disk(tmp_path / "web.vmdk", "web-ctk.vmdk")
    disk(tmp_path / "b" / "web.vmdk", "web-ctk.vmdk", cid=8)
    tracking(tmp_path / "b" / "web-ctk.vmdk")
    assert instead(path) == ()


def test_searched_folders_are_looked_through(tmp_path: Path) -> None:
    path = disk(tmp_path / "vm" / "web.vmdk", "web-ctk.vmdk")
    there = tracking(tmp_path / "far" / "off" / "web-ctk.vmdk")
    assert instead(path) == ()
    assert [one.path for one in instead(path, Policy(search=(tmp_path / "far",)))] == [there]


@pytest.mark.parametrize(
    "name", [r"D:\VMs\web-ctk.vmdk", "[ds 1] web/web-ctk.vmdk", "/vmfs/volumes/4f/web-ctk.vmdk"]
)
def test_the_way_there_on_another_machine_ends_beside_the_disk(tmp_path: Path, name: str) -> None:
    path = disk(tmp_path / "web.vmdk", name)
    assert instead(path) == ()
    there = tracking(tmp_path / "web-ctk.vmdk")
    track = Forest.scan(path).nodes[path].track
    assert track is not None
    assert (track.path, track.error) == (there, None)
