"""Data without its descriptor: whose it is, what belongs to it, who needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, FileMissing, Forest, Kind, NotAVmdk, create_disk, sentences
from redoscope_core.errors import Reason
from redoscope_core.operations.examining.check import check_folder
from tests.core.finished import finished
from tests.core.links import make_child
from tests.core.said import said
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ["srv", "Große Platte", "DATA 2", "a-b"]


def flat(path: Path) -> Path:
    """Make a flat disk of 256 sectors."""
    create_disk(path, 256, kind="monolithicFlat")
    return path


def split(path: Path, pieces: int = 4) -> Path:
    """Make a disk of pieces."""
    handmade.split_link(path, [SparsePlan(256, descriptor_sectors=0)] * pieces, cid=7)
    return path


def refused(path: Path) -> NotAVmdk:
    """Return the error that *path* is no disk."""
    with pytest.raises(NotAVmdk) as caught:
        Chain.open(path)
    return caught.value


@pytest.mark.parametrize("name", NAMES)
def test_pieces_without_a_descriptor_are_the_one_disk_that_they_were(
    tmp_path: Path, name: str
) -> None:
    disk = split(tmp_path / f"{name}.vmdk")
    disk.unlink()
    disk.with_name(f"{name}-s002.vmdk").unlink()
    forest = Forest.scan(tmp_path, tables=True)
    assert list(forest.nodes) == [disk]
    (fault,) = forest.nodes[disk].faults
    assert fault.kind is Kind.LOST_DESCRIPTOR
    told = sentences.text(fault)
    assert [f"s00{number}" in told for number in (1, 2, 3, 4, 5)] == [True] * 4 + [False]
    assert "not there: s002" in told
    assert not finished(check_folder(tmp_path)).chains[0].sound
    with Chain.open(disk.with_name(f"{name}-s003.vmdk")) as piece:
        assert any(disk.name in note and "s004" in note for note in said(piece))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", [None, b"", bytes(1), bytes(700), bytes(1 << 16)])
def test_a_lost_descriptor_is_told_with_its_data(
    tmp_path: Path, name: str, text: bytes | None
) -> None:
    disk = flat(tmp_path / f"{name}.vmdk")
    data = disk.with_name(f"{name}-flat.vmdk")
    disk.unlink()
    if text is not None:
        disk.write_bytes(text)
    with pytest.raises(FileMissing if text is None else NotAVmdk) as caught:
        Chain.open(disk)
    assert [one.path for one in caught.value.candidates] == [data]
    forest = Forest.scan(tmp_path)
    assert set(forest.nodes) == ({data} if text is None else {data, disk})
    for node in forest.nodes.values():
        assert node.faults[-1].kind is Kind.LOST_DESCRIPTOR
        assert data.name in sentences.text(node.faults[-1])
    assert disk.name in str(refused(data))


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_data_that_is_opened_beside_its_descriptor_names_that_and_the_newest_link(
    tmp_path: Path, depth: int
) -> None:
    links = [flat(tmp_path / "base.vmdk")]
    for number in range(depth):
        links.append(make_child(links[-1], f"c{number}.vmdk"))
    error = refused(tmp_path / "base-flat.vmdk")
    reasons = [(Reason.IS_NEWEST_CHILD,)] if depth else []
    assert error.candidates[0].path == links[-1]
    assert [one.reasons for one in error.candidates] == [*reasons, (Reason.NAMES_IT,)]
    assert links[-1].name in str(error.cure)


@pytest.mark.parametrize("role", ["s001", "f001", "delta", "anything"])
def test_an_extent_opened_alone_tells_who_names_it(tmp_path: Path, role: str) -> None:
    handmade.split_link(tmp_path / "x.vmdk", [SparsePlan(256, descriptor_sectors=0)] * 2, cid=7)
    piece = (tmp_path / "x-s001.vmdk").rename(tmp_path / f"x-{role}.vmdk")
    text = (tmp_path / "x.vmdk").read_text()
    (tmp_path / "x.vmdk").write_text(text.replace("x-s001.vmdk", piece.name))
    with Chain.open(piece) as chain:
        assert any("x.vmdk" in note and "names it" in note for note in said(chain))


def test_data_whose_descriptor_names_other_files_is_told_by_its_name(tmp_path: Path) -> None:
    disk = flat(tmp_path / "srv.vmdk")
    (tmp_path / "srv-flat.vmdk").rename(tmp_path / "kept.bin")
    disk.write_text(disk.read_text().replace("srv-flat.vmdk", "kept.bin"))
    (tmp_path / "srv-flat.vmdk").write_bytes(b"f" * 4096)
    error = refused(tmp_path / "srv-flat.vmdk")
    assert error.what == "not a virtual disk itself; by its name data of srv.vmdk"
    assert error.cure == "open srv.vmdk, which names other files, and says which"
    disk.unlink()
    error = refused(tmp_path / "srv-flat.vmdk")
    assert error.what == "not a virtual disk itself; by its name data of srv.vmdk"
    assert error.cure == "its descriptor is lost: put that back from a copy"


def test_a_delta_without_its_text_tells_who_needs_it(tmp_path: Path) -> None:
    base = flat(tmp_path / "base.vmdk")
    middle = make_child(base, "c1.vmdk", kind="twoGbMaxExtentSparse")
    tip = make_child(middle, "c2.vmdk")
    middle.unlink()
    with Chain.open(tmp_path / "c1-s001.vmdk") as chain:
        assert any(middle.name in note and tip.name in note for note in said(chain))
    fault = Forest.scan(tmp_path).nodes[tmp_path / "c1-s001.vmdk"].faults[-1]
    assert middle.name in sentences.text(fault)
    assert tip.name in sentences.text(fault)


def test_files_of_other_kinds_and_of_healthy_disks_are_no_data_of_a_lost_one(
    tmp_path: Path,
) -> None:
    flat(tmp_path / "a.vmdk")
    (tmp_path / "b-flat.vmdk").write_bytes(b"QFI\xfb".ljust(1024, b"\0"))
    (tmp_path / "a-s001.vmdk").write_bytes(bytes(1024))
    nodes = Forest.scan(tmp_path).nodes
    assert set(nodes) == {tmp_path / name for name in ("a.vmdk", "b-flat.vmdk", "a-s001.vmdk")}
    assert "qcow2" in str(refused(tmp_path / "b-flat.vmdk"))


def test_of_data_that_many_links_are_made_from_the_newest_is_named(tmp_path: Path) -> None:
    disk = flat(tmp_path / "base.vmdk")
    data = disk.with_name("base-flat.vmdk")
    parent, cid = disk, 0x1000
    handmade.patch(disk, disk.read_bytes().index(b"CID=") + 4, b"00001000")
    for number in range(62):
        text = handmade.descriptor_text(
            ["RW 256 ZERO"], kind="custom", cid=cid + 1, parent_cid=cid, hint=parent.name
        )
        parent, cid = tmp_path / f"kid{number}.vmdk", cid + 1
        parent.write_text(text)
    assert refused(data).cure == f"open {parent.name}"
