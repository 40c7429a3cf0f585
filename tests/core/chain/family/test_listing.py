"""What lies in folders and below, against a plain walk of drawn trees."""

from __future__ import annotations

import errno
import itertools
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import create_disk
from redoscope_core.chain.family import listing
from redoscope_core.chain.family.listing import (
    files_below,
    files_in,
    links_above,
    links_below,
    list_disks,
)
from redoscope_core.chain.family.neighbours import Neighbours
from tests.core.links import make_child
from tests.judges import handmade

if TYPE_CHECKING:
    from collections.abc import Iterator

LINK, OTHER = b"KDMV" + bytes(508), b"no disk"
PART = ".disk.vmdk.a1b2c3d4.part"
NAMES = st.sampled_from(["a", "b.vmdk", "c.VMDK", ".d.vmdk", "e.vmx", "f.log"])
FOLDERS = st.sampled_from(["k", "m.vmdk", "z"])
WHERE = st.lists(FOLDERS, max_size=3).map(lambda parts: "/".join(parts) or ".")
TREES = st.dictionaries(st.tuples(WHERE, NAMES), st.sampled_from([LINK, OTHER]), max_size=12)


def planted(tree: dict[tuple[str, str], bytes], folder: Path) -> None:
    """Write the files of *tree* below *folder*, and a symbolic link to each in the folder."""
    for number, ((where, name), data) in enumerate(tree.items()):
        (folder / where).mkdir(parents=True, exist_ok=True)
        (folder / where / name).write_bytes(data)
        if where != ".":
            (folder / f"link{number}.vmdk").symlink_to(folder / where / name)


def by_level(folder: Path) -> Iterator[list[Path]]:
    """Yield what is in *folder*, then in the folders in it, and so on; by folder and name."""
    level = [folder]
    while level:
        found = [path for at in level for path in sorted(at.iterdir())]
        yield found
        level = [path for path in found if path.is_dir() and not path.is_symlink()]


@given(TREES)
def test_links_and_files_below_a_folder_are_found_the_nearest_first(
    tree: dict[tuple[str, str], bytes],
) -> None:
    with TemporaryDirectory() as made:
        folder = Path(made)
        planted(tree, folder)
        levels = list(by_level(folder))
        files = [path for level in levels[1:] for path in level if not path.is_dir()]
        links = tuple(path for path in files if path.read_bytes() == LINK)
        assert links_below(folder) == (links, True)
        assert files_below(folder) == ({path: path.stat().st_size for path in files}, True)
        own = {p: p.stat().st_size for p in levels[0] if p.is_file() and not p.is_symlink()}
        assert files_in(folder) == own
        assert list(files_below(folder).files) == files
        # Just as many entries as there are may be looked at; with one less it is not all.
        count = sum(len(level) for level in levels)
        assert links_below(folder, most=count) == (links, True)
        few = links_below(folder, most=count - 1)
        assert not few.complete
        assert few.links == links[: len(few.links)]


@given(TREES)
def test_a_folder_lists_disks_by_name_or_first_bytes_and_machines_apart(
    tree: dict[tuple[str, str], bytes],
) -> None:
    with TemporaryDirectory() as made:
        folder = Path(made)
        planted(tree, folder)
        real = [path for path in folder.rglob("*") if path.is_file()]
        machines = {path for path in real if path.suffix == ".vmx"}
        disks = {
            path
            for path in real
            if path not in machines
            and (
                path.read_bytes() == LINK
                or (path.suffix.lower() == ".vmdk" and not path.name.startswith("."))
            )
        }
        listed = list_disks(folder)
        assert set(listed.disks) == disks
        assert len(listed.disks) == len(disks)
        assert set(listed.machines) == machines
        assert (listed.outside, listed.unseen) == ({}, [])
        near = list_disks(folder, below=False)
        assert set(near.disks) == {path for path in disks if path.parent == folder}
        assert set(near.machines) == {path for path in machines if path.parent == folder}


def test_symbolic_links_that_lead_out_are_told_and_followed_only_if_asked(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    (out / "deep").mkdir(parents=True)
    folder.mkdir()
    for name in ("disk.vmdk", "vm.vmx", "plain"):
        (out / name).write_bytes(LINK)
        (folder / name).symlink_to(out / name)
    (folder / "deep").symlink_to(out / "deep")
    listed = list_disks(folder)
    assert (listed.disks, listed.machines) == ([], [])
    assert list(listed.outside) == [folder / "disk.vmdk"]
    assert listed.outside[folder / "disk.vmdk"].outside == out / "disk.vmdk"
    assert [error.path for error in listed.unseen] == [folder / "deep", folder / "vm.vmx"]
    followed = list_disks(folder, follow=True)
    assert followed.disks == [folder / "disk.vmdk", folder / "plain"]
    assert followed.machines == [folder / "vm.vmx"]
    assert [error.path for error in followed.unseen] == [folder / "deep"]


def test_a_folder_below_that_may_not_be_listed_leaves_it_unknown_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a" / "shut").mkdir(parents=True)
    (tmp_path / "a" / "d.vmdk").write_bytes(LINK)
    listed = listing._entries
    shut: set[Path] = set()

    def entries(folder: Path, most: int | None = None) -> list[os.DirEntry[str]]:
        if folder in shut:
            raise PermissionError(errno.EACCES, "Permission denied", str(folder))
        return listed(folder, most)

    monkeypatch.setattr(listing, "_entries", entries)
    found = (tmp_path / "a" / "d.vmdk",)
    assert links_below(tmp_path) == (found, True)
    shut.add(tmp_path / "a" / "shut")
    assert links_below(tmp_path) == (found, False)
    assert files_below(tmp_path) == (dict.fromkeys(found, len(LINK)), False)
    # Of the folder itself others tell; below one that is not seen nothing is looked for.
    shut.add(tmp_path)
    assert links_below(tmp_path) == ((), True)


def test_what_is_being_made_is_not_looked_into(tmp_path: Path) -> None:
    part = tmp_path / PART
    part.mkdir()
    (part / "disk.vmdk").write_bytes(LINK)
    assert list_disks(tmp_path).disks == []
    assert links_below(tmp_path) == ((), True)


def test_links_above_are_found_the_nearest_first_and_bounded(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b" / "c"
    folder.mkdir(parents=True)
    here = [at / "d.vmdk" for at in (folder, folder.parent, folder.parent.parent)]
    for path in here:
        path.write_bytes(LINK)
    (folder.parent / "s.vmdk").symlink_to(here[0])
    (folder.parent / "note").write_bytes(OTHER)
    found = links_above(folder)
    assert found.complete
    assert [path for path in found.links if path.is_relative_to(tmp_path)] == here[1:]
    # In b lie c, d.vmdk, s.vmdk and note; in a lie b and d.vmdk.
    for most, count in ((3, 0), (4, 1), (5, 1), (6, 2)):
        assert links_above(folder, most=most) == (tuple(here[1 : 1 + count]), False)


def test_what_a_disk_says_is_read_once_and_an_error_is_told_each_time(tmp_path: Path) -> None:
    disk, text = tmp_path / "disk.vmdk", tmp_path / "text.vmdk"
    create_disk(disk, 256)
    text.write_bytes(OTHER)
    neighbours = Neighbours()
    descriptor = neighbours.descriptor(disk)
    disk.unlink()
    assert neighbours.descriptor(disk) is descriptor
    assert neighbours.is_disk(disk)
    assert not Neighbours().is_disk(disk)
    for _ in range(2):
        assert not neighbours.is_disk(text)


def test_neighbours_are_found_by_content_id_by_image_and_by_name(tmp_path: Path) -> None:
    below = tmp_path / "below"
    below.mkdir()
    base = tmp_path / "Base.vmdk"
    create_disk(base, 256)
    kid = make_child(base, "kid.vmdk")
    (below / "copy.vmd").write_bytes(base.read_bytes())
    (tmp_path / "base.REDO").write_bytes(base.read_bytes())
    (tmp_path / "base-flat.vmdk").write_bytes(OTHER)
    (tmp_path / "BASE-s001.vmdk").write_bytes(OTHER)
    image = 'ddb.uuid.image="11111111-2222-3333-4444-555555555555"'
    parent = image.replace("image", "parent")
    for name, more in (("vb.vmdk", image), ("vbkid.vmdk", parent)):
        text = handmade.descriptor_text(["RW 256 ZERO"], more=(more,))
        (tmp_path / name).write_text(text, encoding="utf-8")
    asked = Neighbours()
    child = asked.descriptor(kid)
    assert asked.fitting(tmp_path, child).links == (base, tmp_path / "base.REDO")
    assert asked.fitting(tmp_path, child, below=True).links == (below / "copy.vmd",)
    boxed = asked.descriptor(tmp_path / "vbkid.vmdk")
    assert asked.fitting(tmp_path, boxed).links == (tmp_path / "vb.vmdk",)
    assert asked.fitting(tmp_path, boxed, below=True).links == ()
    assert asked.called_alike(tmp_path, "bAse.vmdk") == [base, tmp_path / "base.REDO"]
    assert asked.called_alike(tmp_path, "bas") == []
    named = sorted(asked.data_named(tmp_path, "BAse"))
    assert named == [tmp_path / "BASE-s001.vmdk", tmp_path / "base-flat.vmdk"]
    assert asked.data_named(tmp_path, "kid") == []
    assert list(itertools.chain(asked.unlisted)) == []
