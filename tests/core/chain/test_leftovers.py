"""What a kill leaves: told, removed on request, and no hindrance; nothing else is taken for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, create_disk, make_sample
from redoscope_core.chain.leftovers import LeftoverKind, leftovers, remove_leftovers
from redoscope_core.files.new_file import NewFiles
from redoscope_core.sample.story import SAMPLE
from tests.core.finished import finished
from tests.core.links import write_sector
from tests.processes import python

if TYPE_CHECKING:
    from pathlib import Path

LINKS = {link.name for link in SAMPLE}
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
        assert {path.name for path in (tmp_path / str(step)).iterdir()} == LINKS
        assert not leftovers(tmp_path)
