"""What a kill leaves: told, removed on request, and no hindrance; nothing else is taken for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, create_disk, make_sample
from redoscope_core.chain.leftovers import (
    Leftover,
    LeftoverKind,
    leftovers,
    remove_leftovers,
)
from redoscope_core.files.file import DiskFile
from redoscope_core.files.locks import hold_write_lock
from redoscope_core.files.new_file import NewFiles
from redoscope_core.sample.machine import MACHINE_FILES
from redoscope_core.sample.story import LINKS
from tests.core.finished import finished
from tests.core.links import write_sector
from tests.processes import python

if TYPE_CHECKING:
    from pathlib import Path

FILES = {*(link.name for link in LINKS), *MACHINE_FILES}
KINDS = ("twoGbMaxExtentSparse", "monolithicFlat", "twoGbMaxExtentFlat", "vmfs")
_TWO_PIECES = 5_000_000


_KILLING = """
import os
from pathlib import Path
from redoscope_core import create_disk
from tests.core.links import make_child
from tests.core.finished import finished
from tests.core.links import write_sector
from tests.processes import python

def make(folder, step):
    counted = 0
    def counting(real):
        def call(*given, **named):
            nonlocal counted
            counted += 1
            if counted == step:
                os._exit(9)
            return real(*given, **named)
        return call
    for name in ("link", "unlink", "replace", "rename"):
        setattr(os, name, counting(getattr(os, name)))
    {make}
    os._exit(0)

for step in {steps}:
    folder = Path({folder!r}) / str(step)
    folder.mkdir(exist_ok=True)
    process = os.fork()
    if process == 0:
        make(folder, step)
    if os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0:
        break
print(step)
"""


def kill_at(folder: Path, steps: range | tuple[int, ...], make: str) -> int:
    """Run *make* in processes that are killed before their n-th change of a name.

    Each has a *folder* of its own, called n. Return the last n.
    """
    done = python(_KILLING.format(folder=str(folder), steps=tuple(steps), make=make))
    assert (done.returncode, done.stderr) == (0, "")
    return int(done.stdout)


def create(kind: str, capacity: int = _TWO_PIECES) -> str:
    """Return the code that makes the disk x.vmdk."""
    return f"create_disk(folder / 'x.vmdk', {capacity}, kind={kind!r})"


@pytest.mark.parametrize("kind", KINDS)
def test_after_a_kill_anywhere_the_same_call_works_and_the_rest_can_be_removed(
    tmp_path: Path, kind: str
) -> None:
    last = kill_at(tmp_path, range(1, 20), create(kind))
    assert 4 < last < 19
    for step in range(1, last):
        folder = tmp_path / str(step)
        disk = folder / "x.vmdk"
        told = {each.path for each in leftovers(folder)}
        if not disk.exists():
            assert told == set(folder.iterdir())
            create_disk(disk, _TWO_PIECES, kind=kind)
        remove_leftovers(leftovers(folder))
        with Chain.open(disk) as chain:
            assert set(folder.iterdir()) == {disk, *chain.all_files}


def test_what_is_left_can_be_removed_without_making_it_again(tmp_path: Path) -> None:
    kill_at(tmp_path, (4,), create("twoGbMaxExtentSparse"))
    left = leftovers(tmp_path)
    assert {each.kind for each in left} == {LeftoverKind.PART, LeftoverKind.EXTENT}
    assert remove_leftovers(left) == left
    assert not list((tmp_path / "4").iterdir())


def test_an_extent_that_came_into_use_meanwhile_is_kept(tmp_path: Path) -> None:
    kill_at(tmp_path, (4,), create("twoGbMaxExtentSparse"))
    left = leftovers(tmp_path)
    extents = [each.path for each in left if each.kind is LeftoverKind.EXTENT]
    (part,) = (each for each in left if each.target.name == "x.vmdk" and each.path not in extents)
    part.path.rename(part.target)
    assert extents
    assert not {each.path for each in remove_leftovers(left)} & {*extents, part.target}
    assert all(path.is_file() for path in extents)


def test_leftovers_are_told_with_what_they_were_to_be_and_their_bytes(tmp_path: Path) -> None:
    (tmp_path / ".x.vmdk.0123abcd.part").write_bytes(bytes(700))
    folder = tmp_path / "in" / ".sample.89abcdef.part"
    (folder / "deep" / ".y.vmdk.0123abcd.part").mkdir(parents=True)
    (folder / "one").write_bytes(bytes(1000))
    (folder / "deep" / "two").write_bytes(bytes(24))
    (folder / "deep" / "three").symlink_to("two")
    links = sum(path.lstat().st_size for path in folder.rglob("three"))
    (tmp_path / "kept.vmdk").write_bytes(b"notes")
    os.mkfifo(tmp_path / ".pipe.0123abcd.part")
    found = leftovers(tmp_path)
    assert found == (
        Leftover(tmp_path / ".x.vmdk.0123abcd.part", LeftoverKind.PART, tmp_path / "x.vmdk", 700),
        Leftover(folder, LeftoverKind.FOLDER, tmp_path / "in" / "sample", 1024 + links),
    )
    # Who fills a folder holds it; what came into use meanwhile stays.
    with DiskFile(found[0].path, writable=True) as file:
        hold_write_lock(file)
        assert remove_leftovers(found) == found[1:]
    assert remove_leftovers(found) == found[:1]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".pipe.0123abcd.part",
        "in",
        "kept.vmdk",
    ]


def test_what_is_being_written_is_no_leftover(tmp_path: Path) -> None:
    with NewFiles([tmp_path / "x.vmdk"]):
        assert not leftovers(tmp_path)
        assert list(tmp_path.iterdir())
    assert not leftovers(tmp_path)


def test_an_extent_whose_descriptor_is_lost_is_no_leftover(tmp_path: Path) -> None:
    # An early kill leaves an unfinished descriptor; the next try is used, and its own is lost.
    kill_at(tmp_path, (1,), create("monolithicFlat", 8))
    folder = tmp_path / "1"
    create_disk(folder / "x.vmdk", 8, kind="monolithicFlat")
    (folder / "x-flat.vmdk").write_bytes(b"data" * 1024)
    (folder / "x.vmdk").unlink()
    assert [each.kind for each in leftovers(tmp_path)] == [LeftoverKind.PART] * 2
    remove_leftovers(leftovers(tmp_path))
    assert [path.name for path in folder.iterdir()] == ["x-flat.vmdk"]


def test_an_unfinished_descriptor_leads_to_no_file_of_another_name(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_bytes(b"case notes")
    create_disk(tmp_path / "x.vmdk", 8, kind="monolithicFlat")
    text = (tmp_path / "x.vmdk").read_bytes().replace(b"x-flat.vmdk", b"notes.txt")
    (tmp_path / ".y.vmdk.0123abcd.part").write_bytes(text)
    assert [each.path.name for each in leftovers(tmp_path)] == [".y.vmdk.0123abcd.part"]


def test_an_unfinished_child_does_not_keep_its_parent_from_being_written(tmp_path: Path) -> None:
    base = tmp_path / "1" / "base.vmdk"
    base.parent.mkdir()
    create_disk(base, 256)
    kill_at(tmp_path, (1,), "make_child(folder / 'base.vmdk', 'kid.vmdk')")
    assert [each.target.name for each in leftovers(tmp_path)] == ["kid.vmdk"]
    write_sector(base, 0, b"x")


def test_a_sample_that_was_killed_can_be_made_in_the_same_folder(tmp_path: Path) -> None:
    make = "from redoscope_core import make_sample; list(make_sample(folder))"
    # Before any link is there, between two that get their names, and before the last one.
    for step in (1, 18, 21):
        (tmp_path / str(step)).mkdir()
        kill_at(tmp_path, (step,), make)
        assert finished(make_sample(tmp_path / str(step))).is_file()
        assert {path.name for path in (tmp_path / str(step)).iterdir()} == FILES
        assert not leftovers(tmp_path)
