"""Traps of ext: what looks like another change than it is, or like none."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from redoscope_core import SectorClass
from tests.core.operations.attributing.worlds import (
    LATER,
    WHEN,
    blob,
    changes,
    debugfs,
    difference,
    disk_of,
    flipped,
    needs,
)

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import FileChange, FilesDifference

pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(bool(needs("mke2fs", "debugfs")), reason=needs("mke2fs", "debugfs")),
]
Told = dict[str, "FileChange"]
FILES = {
    "stealth": blob("stealth", 9000),
    "slack": blob("slack", 7680),
    "end": blob("end", 5000),
    "hard": blob("hard", 6000),
    "inline": b"PIN is 0000, change it",
    "grown": b"small",
    "replaced": blob("replaced", 6000),
    "rewritten": blob("rewritten", 6000),
    "looked-at": b"x",
    "reused": blob("reused", 5000),
    "gone": blob("gone", 12000),
    "attached": b"a" * 5000,
    "immutable": b"i" * 5000,
    "stomped": blob("stomped", 8192),
    "never-written": blob("never", 4096),
    "Twin": blob("Twin", 4000),
    "twin": blob("twin", 4000),
    "caf\u00e9": b"1" * 4000,
    "cafe\u0301": b"2" * 4000,
    "odd\udcff": b"3" * 4000,
    "emptied": blob("emptied", 600),
    "quiet": b"q" * 100,
}


class World:
    """An ext4 volume that keeps small files inside inodes, and what became of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        old, new = folder / "before.raw", folder / "after.raw"
        make = [
            "mke2fs",
            "-q",
            "-t",
            "ext4",
            "-b",
            "4096",
            "-I",
            "256",
            "-O",
            "inline_data",
            "-E",
            "root_owner=0:0",
        ]
        environment = {**os.environ, "E2FSPROGS_FAKE_TIME": str(WHEN)}
        subprocess.run([*make, old, "4M"], check=True, capture_output=True, env=environment)
        holes = folder / "holes"
        with holes.open("wb") as file:
            file.write(blob("before the hole", 5000))
            file.seek(2**30)
            file.write(blob("behind the hole", 9000))
        debugfs(
            old,
            *(f'write {self._put(data)} "{name}"' for name, data in FILES.items()),
            f"write {holes} sparse",
            "ln hard twice",
            "set_inode_field hard links_count 2",
            "mkdir folder",
            f"write {self._put(b'inside' * 900)} folder/inside",
            "symlink link target-one",
            "fallocate never-written 1 3",
            "set_inode_field never-written size 16384",
            "mknod device c 1 3",
            when=WHEN,
        )
        shutil.copy(old, new)
        self._change(new)
        self.old = disk_of(folder, "old", old)
        self.new = disk_of(folder, "new", new)

    def _put(self, data: bytes) -> Path:
        self._count += 1
        path = self._folder / f"content{self._count}"
        path.write_bytes(data)
        return path

    def _change(self, volume: Path) -> None:
        debugfs(
            volume,
            "rm replaced",
            f"write {self._put(FILES['replaced'])} replaced",
            "rm rewritten",
            f"write {self._put(blob('other', 6000))} rewritten",
            f"set_inode_field looked-at atime @{LATER}",
            "rm reused",
            f"write {self._put(blob('newcomer', 4500))} newcomer",
            "ea_set attached user.x evil",
            "set_inode_field immutable flags 0x80010",
            f"set_inode_field stomped ctime @{LATER}",
            "ln folder renamed",
            "unlink folder",
            "rm grown",
            f"write {self._put(b'g' * 9000)} grown",
            f"write {self._put(b'unpacked' * 99)} unpacked",
            "set_inode_field unpacked mtime @1000000000",
            f"write {self._put(b'')} empty",
            "rm emptied",
            f"write {self._put(b'')} emptied",
            "rm gone",
        )
        said = debugfs(volume, "blocks never-written").split()
        never = [int(each) for each in said if each.isdigit()]
        data = volume.read_bytes()
        flipped(
            volume,
            (FILES["stealth"], 100, b"!"),
            (FILES["slack"], 7685, b"HIDDEN"),
            (FILES["end"], 4999, b"\0BEHIND"),
            (FILES["hard"], 10, b"!"),
            (FILES["stomped"], 4096, b"!"),
            (blob("behind the hole", 9000), 300, b"!"),
            (b"target-one", 0, b"target-two"),
            (FILES["inline"], 7, b"1337"),
            (FILES["twin"], 3, b"!"),
            (FILES["caf\u00e9"], 7, b"!"),
            (FILES["odd\udcff"], 7, b"!"),
            (data[:4096], never[1] * 4096, b"never written"),
        )


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> FilesDifference:
    """What became of the world."""
    world = World(tmp_path_factory.mktemp("ext"))
    return difference(world.old, world.new)


def test_bytes_that_changed_without_a_trace_in_metadata_are_told(told: Told) -> None:
    assert told["/stealth"][:3] == ("modified", "/stealth", ("no_metadata_trace",))


def test_bytes_behind_the_end_of_a_file_are_no_change_of_it(told: Told) -> None:
    assert told["/slack"][:3] == ("metadata", "/slack", ("slack_written",))


def test_a_sector_that_changed_before_and_behind_the_end_is_both(told: Told) -> None:
    assert told["/end"].kind == "modified"
    assert told["/end"].notes == ("slack_written", "no_metadata_trace")


def test_each_name_of_an_inode_is_told(told: Told) -> None:
    assert {told[path].kind for path in ("/hard", "/twice")} == {"modified"}
    assert all("hard_link" in told[path].notes for path in ("/hard", "/twice"))


def test_data_inside_of_inodes_changes_without_a_block(told: Told) -> None:
    assert (told["/inline"].kind, told["/grown"].kind) == ("modified", "modified")


def test_the_target_of_a_link_is_its_content(told: Told) -> None:
    assert told["/link"].kind == "modified"


def test_the_same_bytes_in_another_inode_are_no_other_bytes(told: Told) -> None:
    assert told["/replaced"][:3] == ("metadata", "/replaced", ("same_bytes_new_inode",))
    assert told["/rewritten"].kind == "modified"


def test_what_was_only_looked_at_is_told_apart(told: Told) -> None:
    assert told["/looked-at"][:3] == ("metadata", "/looked-at", ("atime_only",))


def test_an_inode_that_is_used_again_is_another_file(told: Told) -> None:
    assert (told["/reused"].kind, told["/newcomer"].kind) == ("deleted", "added")


def test_of_a_deleted_file_it_is_told_whether_its_bytes_are_still_there(told: Told) -> None:
    assert told["/gone"][:3] == ("deleted", "/gone", ("content_remains",))
    assert told["/reused"][:3] == ("deleted", "/reused", ())


def test_what_is_attached_to_an_inode_and_its_flags_are_metadata(told: Told) -> None:
    assert (told["/attached"].kind, told["/immutable"].kind) == ("metadata", "metadata")


def test_times_that_are_older_than_the_bytes_are_told(told: Told) -> None:
    assert told["/stomped"][:3] == ("modified", "/stomped", ("timestomped",))
    assert told["/unpacked"][:3] == ("added", "/unpacked", ("timestomped",))


def test_a_file_without_bytes_yet_is_no_tampering(told: Told) -> None:
    assert told["/empty"][:3] == ("added", "/empty", ())


def test_a_file_that_was_emptied_was_modified(told: Told) -> None:
    assert told["/emptied"].kind == "modified"


def test_what_is_in_a_renamed_folder_was_renamed_too(told: Told) -> None:
    assert told["/renamed"].old_path == "/folder"
    assert told["/renamed/inside"].old_path == "/folder/inside"


def test_names_that_look_the_same_are_different_files(told: Told) -> None:
    assert "/twin" in told
    assert "/Twin" not in told
    assert "/caf\u00e9" in told
    assert "/cafe\u0301" not in told
    assert told["/odd\\xff"].kind == "modified"


def test_a_file_with_holes_is_compared_where_it_is_stored(told: Told) -> None:
    assert told["/sparse"].kind == "modified"


def test_bytes_in_blocks_that_were_given_and_never_written_are_hidden(
    told: Told, found: FilesDifference
) -> None:
    assert told["/never-written"][:3] == ("metadata", "/never-written", ("slack_written",))
    assert found.classes[SectorClass.SLACK] >= 2


def test_numbers_of_a_device_are_no_blocks_of_it(found: FilesDifference) -> None:
    index = found.volumes[0].examined.index
    assert index is not None
    assert index.is_whole
    device = index.paths().index(b"/device")
    assert index.entries.node[device] not in set(index.streams.node.tolist())


def test_nothing_else_is_told(told: Told) -> None:
    quiet = {"/quiet", "/Twin", "/cafe\u0301", "/device"}
    assert not quiet & set(told)
    assert len([each for each in told.values() if each.kind != "directory"]) == 27


def test_a_short_inode_that_is_used_again_is_another_file(tmp_path: Path) -> None:
    old, new = tmp_path / "old.raw", tmp_path / "new.raw"
    make = ["mke2fs", "-q", "-t", "ext2", "-b", "1024", "-I", "128"]
    subprocess.run([*make, old, "2M"], check=True, capture_output=True)
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(blob(name, 3000))
    debugfs(old, f"write {tmp_path / 'a'} a", f"write {tmp_path / 'c'} c", when=WHEN)
    shutil.copy(old, new)
    debugfs(new, "rm a", f"write {tmp_path / 'b'} b", "ln c d", "unlink c")
    told = changes(difference(disk_of(tmp_path, "one", old), disk_of(tmp_path, "two", new)))
    kinds = {each.path: each.kind for each in told.values() if each.kind != "directory"}
    assert kinds == {"/a": "deleted", "/b": "added", "/d": "renamed"}
