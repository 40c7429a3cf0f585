"""Traps of NTFS: streams, bytes inside of records, records that are used again, names."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from redoscope_core import SectorClass
from tests.core.operations.attributing.worlds import (
    WHEN,
    blob,
    changes,
    difference,
    disk_of,
    flipped,
    needs,
)
from tests.core.volumes.ntfs.made import Made
from tests.core.volumes.volumes import empty, judged

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import FileChange, FilesDifference

pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(bool(needs("mkntfs")), reason=needs("mkntfs")),
]
Told = dict[str, "FileChange"]
ONE_HALF, OTHER_HALF = f"half{chr(0xD800)}", f"half{chr(0xD801)}"
"""Names that are no UTF-16: halves of pairs."""
FILES = {
    "stealth": blob("stealth", 9000),
    "slack": blob("slack", 7680),
    "end": blob("end", 5000),
    "inside": b"PIN is 0000, change it please",
    "grown": b"small",
    "shrunk": blob("shrunk", 5000),
    "reused": blob("reused", 5000),
    "moved": blob("moved", 5001),
    "dated": blob("dated", 4000),
    "gone": blob("gone", 12000),
    "replaced": blob("replaced", 6000),
    "report": blob("report", 3000),
    "letter": blob("letter", 3000),
    "Twin": blob("Twin", 4000),
    "twin": blob("twin", 4000),
    ONE_HALF: blob("half one", 4000),
    OTHER_HALF: blob("half two", 4000),
    "rlo\u202egnp.exe": blob("rlo", 3000),
    "long": blob("long", 4096),
    "quiet": b"q" * 100,
}
OLD_STREAM = blob("old stream", 3000)


class World:
    """An NTFS volume, and what became of it."""

    def __init__(self, folder: Path) -> None:
        old, new = empty(folder / "before.raw", 4 << 20), folder / "after.raw"
        judged("mkntfs", "-F", "-Q", "-q", "-c", 4096, old)
        volume = Made(old)
        volume.new("/", "folder", 0o040000)
        volume.new("/", "other", 0o040000)
        for name, data in FILES.items():
            volume.new("/", name)
            volume.write(f"/{name}", 0, data)
        volume.new("/folder", "inside")
        volume.write("/folder/inside", 0, blob("in a folder", 3000))
        volume.write("/letter", 0, OLD_STREAM, "old")
        volume.write("/report", 0, b"in the record", "small")
        volume.close()
        shutil.copy(old, new)
        self._change(new)
        self.old = disk_of(folder, "old", old)
        self.new = disk_of(folder, "new", new)

    def _change(self, image: Path) -> None:
        volume = Made(image)
        volume.write("/stealth", 100, b"!")
        volume.write("/inside", 7, b"1337")
        volume.write("/grown", 0, blob("grown", 9000))
        volume.truncate("/shrunk", 10)
        volume.delete("", "reused")
        volume.new("/", "newcomer")
        volume.write("/newcomer", 0, blob("newcomer", 4500))
        volume.rename(("", "moved"), ("/other", "moved"))
        volume.rename(("", "folder"), ("/", "renamed"))
        volume.set_times("/dated", WHEN)
        volume.delete("", "replaced")
        volume.new("/", "replaced")
        volume.write("/replaced", 0, FILES["replaced"])
        volume.write("/report", 0, blob("evil", 4000), "evil")
        volume.new("/", "unpacked")
        volume.write("/unpacked", 0, blob("unpacked", 1500))
        volume.set_times("/unpacked", WHEN)
        volume.delete("", "gone")
        volume.close()
        flipped(
            image,
            (FILES["slack"], 7685, b"HIDDEN"),
            (FILES["end"], 4999, b"\0BEHIND"),
            (FILES["twin"], 3, b"!"),
            (FILES[OTHER_HALF], 3, b"!"),
            (FILES["rlo\u202egnp.exe"], 3, b"!"),
            (OLD_STREAM, 5, b"new"),
            (b"in the record", 0, b"IN"),
        )


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> FilesDifference:
    """What became of the world."""
    world = World(tmp_path_factory.mktemp("ntfs"))
    return difference(world.old, world.new)


def test_bytes_and_what_is_behind_the_end_are_told_apart(told: Told) -> None:
    assert told["/stealth"][:3] == ("modified", "/stealth", ("no_metadata_trace",))
    assert told["/slack"][:3] == ("metadata", "/slack", ("slack_written",))
    assert told["/end"].notes == ("slack_written", "no_metadata_trace")


def test_data_inside_of_records_changes_without_a_cluster(told: Told) -> None:
    assert told["/inside"].notes == ("resident", "no_metadata_trace")
    assert "resident_to_nonresident" in told["/grown"].notes
    assert told["/shrunk"].kind == "modified"


def test_streams_that_came_and_that_changed_are_told(told: Told, found: FilesDifference) -> None:
    assert set(told["/report"].notes) >= {"stream_added:evil", "stream_changed:small"}
    assert "stream_changed:old" in told["/letter"].notes
    assert found.classes[SectorClass.STREAM] == 8 + 1


def test_a_record_that_is_used_again_is_another_file(told: Told) -> None:
    assert (told["/reused"].kind, told["/newcomer"].kind) == ("deleted", "added")


def test_renamed_files_and_folders_are_followed(told: Told) -> None:
    paths = {path: told[path].old_path for path in told if told[path].kind == "renamed"}
    assert paths == {
        "/other/moved": "/moved",
        "/renamed": "/folder",
        "/renamed/inside": "/folder/inside",
    }


def test_the_same_bytes_in_another_record_are_no_other_bytes(told: Told) -> None:
    assert told["/replaced"].kind == "metadata"
    assert "same_bytes_new_inode" in told["/replaced"].notes


def test_times_that_are_older_than_the_bytes_are_told(told: Told) -> None:
    assert told["/unpacked"][:3] == ("added", "/unpacked", ("timestomped",))
    assert told["/dated"].kind == "metadata"


def test_bytes_of_a_deleted_file_are_still_there(told: Told) -> None:
    assert told["/gone"].notes == ("content_remains",)


def test_names_that_look_the_same_or_are_no_text_are_different_files(told: Told) -> None:
    assert told["/half\\xed\\xa0\\x81"].kind == "modified"
    assert told["/twin"].kind == "modified"
    assert told["/rlo\u202egnp.exe"].kind == "modified"
    assert not {"/half\\xed\\xa0\\x80", "/half", "/Twin"} & set(told)


def test_nothing_else_is_told(told: Told) -> None:
    assert not {"/quiet", "/long"} & set(told)
    assert len([each for each in told.values() if each.kind != "directory"]) == 20


def test_bytes_behind_what_was_ever_written_are_hidden_and_read_as_zeros(tmp_path: Path) -> None:
    old, new = empty(tmp_path / "old.raw", 4 << 20), tmp_path / "new.raw"
    judged("mkntfs", "-F", "-Q", "-q", "-c", 4096, old)
    volume = Made(old)
    volume.new("/", "f")
    volume.write("/f", 0, blob("all of it", 12000))
    volume.close()
    data = old.read_bytes()
    header = (12288).to_bytes(8, "little") + 2 * (12000).to_bytes(8, "little")
    assert data.count(header) == 1
    flipped(old, (header, 16, (3000).to_bytes(8, "little")))
    shutil.copy(old, new)
    flipped(new, (blob("all of it", 12000), 9000, b"behind"))
    found = difference(disk_of(tmp_path, "one", old), disk_of(tmp_path, "two", new))
    assert changes(found)["/f"][:3] == ("metadata", "/f", ("slack_written",))
    assert found.classes[SectorClass.SLACK] == 1
