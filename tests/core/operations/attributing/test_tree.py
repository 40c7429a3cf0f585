"""The names of a volume, directory by directory, and the places of a file."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core import (
    Chain,
    FileTree,
    disk_volumes,
    examine,
    list_files,
    make_sample,
    paths_of,
    whose,
)
from redoscope_core.areas.runs import Runs
from redoscope_core.volumes.index import NOTHING, NodeKind, StreamKind, VolumeIndex
from redoscope_core.volumes.parsing.building import IndexBuilding
from redoscope_core.volumes.parsing.kept import Kept
from redoscope_core.volumes.regions import RegionKind, Regions
from tests.core.finished import finished

if TYPE_CHECKING:
    from redoscope_core import Examining

TIMES = {"mtime": 0, "atime": 0, "ctime": 0, "crtime": 0}
MANY = 20_000


def node(building: IndexBuilding, number: int, kind: NodeKind = NodeKind.FILE) -> int:
    """Add a node that has nothing but its number."""
    told = {"sequence": 0, "mode": 0, "user": 0, "group": 0, "links": 1, "attributes": 0}
    return building.node(number=number, kind=kind, allocated=1, **told, **TIMES)


def built(building: IndexBuilding) -> VolumeIndex:
    """Return the index; records 5 and further lie from sector 10 on, 1,024 bytes each."""
    table = Regions.of(RegionKind.MFT, 10, 8, owner=0, first=5, unit=8192, count=4)
    return building.built("uuid", Kept.nothing(100, 8)._replace(regions=table))


def small() -> VolumeIndex:
    """Return an index of a few names, hostile ones among them."""
    building = IndexBuilding()
    root = building.entry(NOTHING, b"", node(building, 5, NodeKind.DIRECTORY))
    inner = building.entry(root, b"b", node(building, 6, NodeKind.DIRECTORY))
    file = node(building, 7)
    stream = building.stream(file, StreamKind.NAMED, 100, name=b"ads")
    building.extent(stream, 90, 1, 0)
    data = building.stream(file, StreamKind.DATA, 5000)
    building.extent(data, 60, 8, 4096)
    building.extent(data, 40, 8, 0)
    building.entry(root, b"\xff<b>Zz", file)
    building.entry(root, b"gone", NOTHING, deleted=True)
    lost = building.entry(root, b"$OrphanFiles", node(building, 900, NodeKind.MADE_UP))
    kept = node(building, 8)
    building.stream(kept, StreamKind.DATA, 3, inside=b"abc")
    building.entry(lost, b"orphan", kept, deleted=True)
    building.entry(inner, b"A", kept)
    return built(building)


def names(tree: FileTree, entry: int, *, deleted: bool = False) -> list[bytes]:
    return [tree.index.name(each) for each in tree.children(entry, deleted=deleted).tolist()]


def test_a_directory_has_its_directories_first_and_what_is_deleted_if_asked_for() -> None:
    tree = FileTree.of(small())
    assert names(tree, 0) == [b"b", b"\xff<b>Zz"]
    assert names(tree, 0, deleted=True) == [b"$OrphanFiles", b"b", b"gone", b"\xff<b>Zz"]
    assert names(tree, 1) == [b"A"]
    assert names(tree, 4, deleted=True) == [b"orphan"]
    assert tree.files == 2


def test_a_file_is_stored_in_the_order_of_its_bytes_and_streams_come_behind() -> None:
    tree = FileTree.of(small())
    extents = tree.extents(2)
    assert extents.start.tolist() == [40, 60, 90]
    assert tree.file(2).streams == (("ads", 100),)
    assert (tree.file(2).path, tree.file(2).size) == ("/\\xff<b>Zz", 5000)
    assert not len(tree.extents(3))


def test_what_is_kept_in_its_record_leads_to_that() -> None:
    tree = FileTree.of(small())
    assert tree.record_sector(6) == 10 + 3 * 2
    assert tree.record_sector(4) is None, "its number is in no table"
    assert tree.record_sector(3) is None, "it has no node"


def test_a_record_has_the_names_that_are_in_use() -> None:
    assert paths_of(small(), 7) == ("/\\xff<b>Zz",)
    assert paths_of(small(), 8) == ("/b/A",), "the other name of it is deleted"
    assert paths_of(small(), 4711) == ()


def test_names_are_found_whatever_their_case_with_the_way_to_them() -> None:
    tree = FileTree.of(small())
    assert np.flatnonzero(tree.matching("a")).tolist() == [6]
    assert np.flatnonzero(tree.with_ways(tree.matching("a"))).tolist() == [0, 1, 6]
    assert np.flatnonzero(tree.matching("RPH", deleted=True)).tolist() == [4, 5]
    assert not tree.matching("ä").any()


def test_an_empty_index_is_a_root_alone() -> None:
    building = IndexBuilding()
    building.entry(NOTHING, b"", node(building, 5, NodeKind.DIRECTORY))
    tree = FileTree.of(built(building))
    assert names(tree, 0, deleted=True) == []
    assert not tree.matching("x").any()


def test_a_directory_of_20_000_files_is_listed_in_a_moment() -> None:
    building = IndexBuilding()
    root = building.entry(NOTHING, b"", node(building, 5, NodeKind.DIRECTORY))
    for number in range(MANY):
        building.entry(root, b"file-%05d" % (MANY - number), node(building, 100 + number))
    index = built(building)
    begun = time.process_time()
    tree = FileTree.of(index)
    below = tree.children(0)
    found = tree.matching("-0123")
    spent = time.process_time() - begun
    assert index.name(int(below[0])) == b"file-00001"
    assert (len(below), int(found.sum())) == (MANY, 10)
    assert spent < 1, "far below: what is slow here is a quarter of a second at most"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Examining:
    """The volume of the sample, examined."""
    folder = tmp_path_factory.mktemp("tree") / "office"
    finished(make_sample(folder))
    with Chain.open(folder / "office-000005.vmdk") as chain:
        volumes = disk_volumes(chain).volumes
        (found,) = finished(examine([(chain, each) for each in volumes]))
    return found


def test_the_tree_has_the_files_that_the_list_has(sample: Examining) -> None:
    assert sample.index is not None
    tree = FileTree.of(sample.index)
    for deleted in (False, True):
        found, waiting = [], [0]
        while waiting:
            below = tree.children(waiting.pop(), deleted=deleted).tolist()
            found += [tree.file(entry) for entry in below]
            waiting += below
        made_up = {each for each in found if each.path.startswith("/$Orphan")}
        listed = list_files(sample.index, deleted=deleted)
        assert sorted(set(found) - made_up, key=str) == sorted(listed, key=str)


def test_each_place_of_a_file_is_its_own(sample: Examining) -> None:
    assert sample.index is not None
    tree = FileTree.of(sample.index)
    entry = next(each for each in tree.children(0).tolist() if tree.file(each).path == "/MAIL.MBX")
    extents = tree.extents(entry)
    (told,) = whose(extents.start[:1] + sample.volume.start, Runs.joined([], []), (sample,))
    assert (told.paths, told.offset) == (("/MAIL.MBX",), 0)
