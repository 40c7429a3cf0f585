"""Commands against qemu, on chains of every kind of base disk."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain
from tests.core.chains import map_of
from tests.core.trees import BASE_KINDS, Tree
from tests.judges import dissect, libvmdk, qemu
from tests.judges.qemu import MapArea, merged
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from tests.core.cli.conftest import Redoscope

pytestmark = pytest.mark.judge

SECTOR = 512
CAPACITY = 4096


@pytest.fixture(params=BASE_KINDS)
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Tree:
    """A base disk of each kind with two children, one of which has a child."""
    kind: str = request.param
    made = Tree(tmp_path, seed=BASE_KINDS.index(kind), capacity=CAPACITY)
    made.grow_base(kind, zeroed_grains=False)
    for parent in (0, 0, 1):
        made.grow_child(parent)
    return made


def test_read_gives_the_bytes_of_every_generation(
    redoscope: Redoscope, tree: Tree, tmp_path: Path
) -> None:
    for index, made in enumerate(tree.links):
        out = tmp_path / f"out{index}"
        ran = redoscope("read", made.path, "--start", 0, "--count", CAPACITY, "--out", out)
        assert (ran.status, ran.raw) == (0, b"")
        assert out.read_bytes() == qemu.read(made.path) == made.content
        ran = redoscope("read", made.path, "--start", 100, "--count", 300, "--out", "-")
        assert ran.status == 0
        assert ran.raw == made.content[100 * SECTOR : 400 * SECTOR]


def test_map_gives_the_areas_that_qemu_gives(redoscope: Redoscope, tree: Tree) -> None:
    for made in tree.links:
        ran = redoscope("map", made.path, "--json")
        assert ran.status == 0
        areas = merged(
            MapArea(area["start"], area["length"], area["depth"], area["state"])
            for area in ran.document
        )
        assert areas == qemu.map_areas(made.path)


def test_map_leads_to_the_bytes(redoscope: Redoscope, tree: Tree) -> None:
    tip = tree.links[-1]
    with Chain.open(tip.path) as chain:
        links = [str(link.path) for link in chain.links]
        for area in redoscope("map", tip.path, "--json").document:
            assert set(area) == {"start", "length", "state", "depth", "link", "file", "offset"}
            if area["state"] == "absent":
                assert (area["file"], area["offset"]) == (None, None)
                continue
            link = chain.links[links.index(area["link"])]
            assert links.index(area["link"]) == len(links) - 1 - area["depth"]
            if area["state"] == "data":
                assert Path(area["file"]) in link.files
                raw = Path(area["file"]).read_bytes()[area["offset"] :][: area["length"] * SECTOR]
                start = area["start"] * SECTOR
                assert raw == tip.content[start : start + area["length"] * SECTOR]


def test_map_of_one_link_tells_what_that_link_stores(redoscope: Redoscope, tree: Tree) -> None:
    tip = tree.links[-1]
    ran = redoscope("map", tip.path, "--link", "--json")
    with Chain.open(tip.path) as chain:
        stored = chain.tip.areas()
    found = [(area["start"], area["length"], area["state"]) for area in ran.document]
    words = {0: "absent", 1: "zero", 2: "data"}
    assert found == [
        (start, count, words[state])
        for start, count, state in zip(
            stored.start.tolist(), stored.count.tolist(), stored.state.tolist(), strict=True
        )
    ]


def test_the_lines_of_map_say_what_its_json_says(redoscope: Redoscope, tree: Tree) -> None:
    tip = tree.links[-1].path
    lines = redoscope("map", tip).out.splitlines()
    areas = redoscope("map", tip, "--json").document
    assert lines[0] == "start length state depth link offset file"
    assert len(lines) == len(areas) + 1
    for line, area in zip(lines[1:], areas, strict=True):
        assert line.split()[:3] == [str(area["start"]), str(area["length"]), area["state"]]
        offset = "-" if area["offset"] is None else str(area["offset"])
        assert line.split()[-2:] == [offset, area["file"] or "-"]
    assert redoscope("map", tip, "--no-heads").out.splitlines() == lines[1:]


def test_owner_leads_to_the_bytes(redoscope: Redoscope, tree: Tree) -> None:
    tip = tree.links[-1]
    rng = random.Random(4)
    with Chain.open(tip.path) as chain:
        areas = map_of(chain)
    for sector in rng.sample(range(CAPACITY), 20):
        found = redoscope("owner", tip.path, sector, "--json").document
        area = next(area for area in areas if area.start <= sector < area.start + area.length)
        assert (found["sector"], found["state"]) == (sector, area.state)
        if area.state == "absent":
            assert len(found["steps"]) == 3
            continue
        assert found["depth"] == area.depth
        assert len(found["steps"]) == area.depth + 1
        if area.state == "data":
            with Path(found["path"]).open("rb") as file:
                file.seek(found["offset"])
                assert file.read(SECTOR) == tip.content[sector * SECTOR :][:SECTOR]


def test_owner_explains_itself_to_people(redoscope: Redoscope, tree: Tree) -> None:
    tip = tree.links[-1].path
    ran = redoscope("owner", tip, 0)
    assert ran.status == 0
    assert tip.name in ran.out
    assert "sector 0" in ran.out


def test_write_is_read_by_all_and_changes_the_tip_alone(
    redoscope: Redoscope, tree: Tree, tmp_path: Path
) -> None:
    tip = tree.links[-1]
    own = [path for path in tmp_path.iterdir() if path.name.startswith(tip.path.stem)]
    before = fingerprints(tmp_path, leave_out=own)
    content = bytearray(tip.content)
    source = random.Random(1).randbytes(5 * SECTOR)
    (tmp_path / "source").write_bytes(source)
    ran = redoscope("write", tip.path, "--start", 126, "--in", tmp_path / "source")
    assert ran.status == 0
    content[126 * SECTOR : 131 * SECTOR] = source
    ran = redoscope("write", tip.path, "--start", 1000, "--fill", "0xab", "--count", 200)
    assert ran.status == 0
    content[1000 * SECTOR : 1200 * SECTOR] = b"\xab" * 200 * SECTOR
    ran = redoscope("write", tip.path, "--start", 1100, "--fill", 0, "--count", 3, "--json")
    assert ran.document["count"] == 3
    content[1100 * SECTOR : 1103 * SECTOR] = bytes(3 * SECTOR)
    (tmp_path / "source").unlink()
    assert fingerprints(tmp_path, leave_out=own) == before
    assert qemu.read(tip.path) == content
    assert dissect.read(tip.path) == content


def test_tree_draws_what_was_made(redoscope: Redoscope, tree: Tree, tmp_path: Path) -> None:
    document = redoscope("tree", tmp_path, "--json").document
    assert document["roots"] == [str(tree.links[0].path)]
    by_path = {link["path"]: link for link in document["links"]}
    assert set(by_path) == {str(made.path) for made in tree.links}
    for made in tree.links:
        link = by_path[str(made.path)]
        parent = None if made.parent is None else str(tree.links[made.parent].path)
        assert (link["parent"], link["capacity"], link["faults"]) == (parent, CAPACITY, [])
        assert all(by_path[child]["parent"] == link["path"] for child in link["children"])
        with Chain.open(made.path) as chain:
            assert int(link["cid"], 16) == chain.tip.descriptor.cid
            assert link["kind"] == chain.tip.descriptor.create_type
    text = redoscope("tree", tmp_path).out
    assert all(made.path.name in text for made in tree.links)


def test_a_child_made_and_written_by_commands_is_read_by_all(
    redoscope: Redoscope, tree: Tree, tmp_path: Path
) -> None:
    before = fingerprints(tmp_path)
    child = tmp_path / "ours.vmdk"
    assert redoscope("child", tree.links[0].path, child).status == 0
    assert redoscope("write", child, "--start", 7, "--fill", 0x55, "--count", 2).status == 0
    content = bytearray(tree.links[0].content)
    content[7 * SECTOR : 9 * SECTOR] = b"\x55" * 2 * SECTOR
    assert before.items() <= fingerprints(tmp_path).items()
    assert qemu.read(child) == content
    assert libvmdk.read([tree.links[0].path, child]) == content
    assert dissect.read(child) == content


def test_a_disk_made_by_commands_is_read_by_all(redoscope: Redoscope, tmp_path: Path) -> None:
    for kind in BASE_KINDS:
        disk = tmp_path / f"{kind}.vmdk"
        ran = redoscope("create", disk, "--capacity", "2M", "--type", kind, "--json")
        assert ran.status == 0
        assert ran.document["capacity"] == CAPACITY
        assert redoscope("write", disk, "--start", 9, "--fill", 1, "--count", 9).status == 0
        expected = bytes(9 * SECTOR) + b"\1" * 9 * SECTOR + bytes((CAPACITY - 18) * SECTOR)
        assert qemu.read(disk) == libvmdk.read([disk]) == dissect.read(disk) == expected
