"""Traps of FAT, which knows a file by nothing but its name and its place."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.core.operations.attributing.worlds import (
    LATER,
    WHEN,
    blob,
    difference,
    disk_of,
    flipped,
    mtool,
    needs,
)

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import FileChange, FilesDifference

pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(bool(needs("mkfs.fat", "mcopy")), reason=needs("mkfs.fat", "mcopy")),
]
Told = dict[str, "FileChange"]
FILES = {
    "STEALTH.BIN": blob("stealth", 9000),
    "SLACK.BIN": blob("slack", 7680),
    "END.BIN": blob("end", 5000),
    "GONE.BIN": blob("gone", 5000),
    "MOVED.BIN": blob("moved", 5001),
    "HIDDEN.TXT": b"h" * 3000,
    "SYSTEM.TXT": b"s" * 3000,
    "SAVED.TXT": b"a" * 3000,
    "A long name.txt": b"l" * 3000,
    "SAME.TXT": blob("same", 3000),
    "EMPTY": b"",
    "QUIET.TXT": b"q" * 3000,
    "LAST.BIN": blob("last", 5000),
}


class World:
    """A FAT16 volume, and what became of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        old, new = folder / "before.raw", folder / "after.raw"
        with old.open("wb") as file:
            file.truncate(5 << 20)
        make = ["mkfs.fat", "--invariant", "-F", "16", "-s", "2", str(old)]
        subprocess.run(make, check=True, capture_output=True)
        for name, data in FILES.items():
            mtool(old, "mcopy", "-m", self._put(data, WHEN), f"::/{name}")
        mtool(old, "mmd", "::/FOLDER", "::/FOLDER/SUB", "::/OTHER")
        mtool(old, "mcopy", "-m", self._put(blob("inside", 3000), WHEN), "::/FOLDER/SUB/INSIDE")
        shutil.copy(old, new)
        self._change(new)
        self.old = disk_of(folder, "old", old)
        self.new = disk_of(folder, "new", new)

    def _put(self, data: bytes, when: int) -> Path:
        self._count += 1
        path = self._folder / f"content{self._count}"
        path.write_bytes(data)
        os.utime(path, (when, when))
        return path

    def _change(self, volume: Path) -> None:
        mtool(volume, "mdel", "::/GONE.BIN")
        # At the same place, of the same length, with the same times.
        mtool(volume, "mcopy", "-m", self._put(blob("newcomer", 5000), WHEN), "::/NEW.BIN")
        mtool(volume, "mmove", "::/MOVED.BIN", "::/OTHER/MOVED.BIN")
        mtool(volume, "mmove", "::/EMPTY", "::/OTHER/EMPTY")
        mtool(volume, "mmove", "::/FOLDER", "::/RENAMED")
        mtool(volume, "mattrib", "+h", "::/HIDDEN.TXT")
        mtool(volume, "mattrib", "+s", "::/SYSTEM.TXT")
        mtool(volume, "mattrib", "-a", "::/SAVED.TXT")
        mtool(volume, "mcopy", "-m", "-o", self._put(FILES["SAME.TXT"], LATER), "::/SAME.TXT")
        mtool(volume, "mdel", "::/LAST.BIN")
        flipped(
            volume,
            (FILES["STEALTH.BIN"], 100, b"!"),
            (FILES["SLACK.BIN"], 7685, b"HIDDEN"),
            (FILES["END.BIN"], 4999, b"\0BEHIND"),
            (FILES["A long name.txt"], 5, b"!"),
        )


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> FilesDifference:
    """What became of the world."""
    world = World(tmp_path_factory.mktemp("fat"))
    return difference(world.old, world.new)


def test_bytes_and_what_is_behind_the_end_are_told_apart(told: Told) -> None:
    assert told["/STEALTH.BIN"][:3] == ("modified", "/STEALTH.BIN", ("no_metadata_trace",))
    assert told["/SLACK.BIN"][:3] == ("metadata", "/SLACK.BIN", ("slack_written",))
    assert told["/END.BIN"].notes == ("slack_written", "no_metadata_trace")
    assert told["/A long name.txt"].kind == "modified"


def test_another_file_in_the_place_of_a_deleted_one_is_no_renaming(told: Told) -> None:
    assert (told["/GONE.BIN"].kind, told["/NEW.BIN"].kind) == ("deleted", "added")


def test_a_moved_file_is_known_by_its_place_and_an_empty_one_by_nothing(told: Told) -> None:
    assert told["/OTHER/MOVED.BIN"].old_path == "/MOVED.BIN"
    assert (told["/EMPTY"].kind, told["/OTHER/EMPTY"].kind) == ("deleted", "added")


def test_a_renamed_folder_is_followed(told: Told) -> None:
    paths = {path: told[path].old_path for path in told if told[path].kind == "renamed"}
    assert (
        paths.items()
        >= {
            "/RENAMED": "/FOLDER",
            "/RENAMED/SUB": "/FOLDER/SUB",
            "/RENAMED/SUB/INSIDE": "/FOLDER/SUB/INSIDE",
        }.items()
    )


def test_each_attribute_of_an_entry_is_metadata(told: Told) -> None:
    names = ("/HIDDEN.TXT", "/SYSTEM.TXT", "/SAVED.TXT")
    assert {told[path].kind for path in names} == {"metadata"}


def test_the_same_bytes_written_again_elsewhere_are_no_other_bytes(told: Told) -> None:
    assert told["/SAME.TXT"].kind == "metadata"
    assert told["/SAME.TXT"].notes == ("same_bytes_new_inode",)


def test_bytes_of_a_deleted_file_are_still_there(told: Told) -> None:
    assert told["/LAST.BIN"].notes == ("content_remains",)


def test_nothing_else_is_told(told: Told) -> None:
    assert "/QUIET.TXT" not in told
    assert len([each for each in told.values() if each.kind != "directory"]) == 17
