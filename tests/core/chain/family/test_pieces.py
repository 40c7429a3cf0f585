"""Files of a link that are not where its descriptor says: all are named, with what they may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Chain, Disk, FileMissing, Forest, Policy, create_disk
from redoscope_core.chain.family.neighbours import Neighbours
from redoscope_core.chain.family.pieces import data_named_after
from redoscope_core.errors import MissingParent, NotAVmdk, Reason
from tests.core.links import make_child, write_sector

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
PIECE = 4_192_256


def split(tmp_path: Path) -> Path:
    """Make a disk of three pieces."""
    (tmp_path / "vm").mkdir()
    create_disk(tmp_path / "vm" / "big.vmdk", 2 * PIECE + 256, kind="twoGbMaxExtentSparse")
    write_sector(tmp_path / "vm" / "big.vmdk", 2 * PIECE, b"z")
    return tmp_path / "vm" / "big.vmdk"


def flat(path: Path) -> Path:
    """Make a flat disk of 256 sectors, full of its name's first letter."""
    create_disk(path, 256, kind="monolithicFlat")
    write_sector(path, 0, path.name[:1].encode())
    return path


def refused(path: Path, policy: Policy | None = None) -> FileMissing:
    """Return the error that files are missing."""
    with pytest.raises(FileMissing) as caught:
        Chain.open(path, policy=policy)
    return caught.value


def test_all_pieces_that_are_missing_are_named_at_once(tmp_path: Path) -> None:
    disk = split(tmp_path)
    for number in (1, 3):
        disk.with_name(f"big-s00{number}.vmdk").unlink()
    error = refused(disk)
    assert [one.name for one in error.missing] == ["big-s001.vmdk", "big-s003.vmdk"]
    assert all(one.name in str(error) for one in error.missing)
    assert error.candidates == ()


@pytest.mark.parametrize("below", ["", "a", "a/b"])
def test_pieces_in_other_folders_are_found_by_search(tmp_path: Path, below: str) -> None:
    disk = split(tmp_path)
    away = tmp_path / "away"
    (away / below).mkdir(parents=True, exist_ok=True)
    for number in (1, 3):
        piece = disk.with_name(f"big-s00{number}.vmdk")
        piece.rename(away / below / piece.name)
    policy = Policy(search=(away,))
    with Chain.open(disk, policy=policy) as chain:
        assert chain.read(2 * PIECE, 1) == b"z" * SECTOR
    assert not Forest.scan(disk, policy=policy).nodes[disk].faults
    with Disk.open(disk, access=Access.WRITE, policy=policy) as handle:
        handle.write(2 * PIECE, b"y" * SECTOR)
    (away / below / "big-s003.vmdk").unlink()
    assert [one.name for one in refused(disk, policy).missing] == ["big-s001.vmdk", "big-s003.vmdk"]


def test_a_piece_of_another_length_is_not_taken(tmp_path: Path) -> None:
    disk = split(tmp_path)
    (tmp_path / "away").mkdir()
    disk.with_name("big-s001.vmdk").unlink()
    disk.with_name("big-s003.vmdk").rename(tmp_path / "away" / "big-s001.vmdk")
    policy = Policy(search=(tmp_path / "away",))
    assert "big-s001.vmdk" in [one.name for one in refused(disk, policy).missing]


def test_a_renamed_flat_is_named_by_its_length_and_name(tmp_path: Path) -> None:
    disk = flat(tmp_path / "old.vmdk")
    other = flat(tmp_path / "other.vmdk")
    disk = disk.rename(tmp_path / "new.vmdk")
    data = (tmp_path / "old-flat.vmdk").rename(tmp_path / "new-flat.vmdk")
    stray = tmp_path / "data.bin"
    stray.write_bytes(bytes(256 * SECTOR))
    error = refused(disk)
    assert error.candidates[0] == (data, (Reason.IS_ITS_DATA, Reason.HAS_LENGTH_OF_LINE))
    assert error.candidates[1:] == ((stray, (Reason.HAS_LENGTH_OF_LINE,)),)
    assert str(data) in str(error)
    assert other.with_name("other-flat.vmdk") not in [one.path for one in error.candidates]


@pytest.mark.parametrize("place", ["renamed-s002.vmdk", "sub/big-s002.vmdk", "big-s002.vmdk.bak"])
def test_a_renamed_piece_is_the_first_candidate(tmp_path: Path, place: str) -> None:
    disk = split(tmp_path)
    (disk.parent / "sub").mkdir()
    piece = disk.with_name("big-s002.vmdk").rename(disk.parent / place)
    assert refused(disk).candidates[0].path == piece


@pytest.mark.parametrize("text", [b"", bytes(512)], ids=["empty", "zeros"])
def test_the_data_beside_a_lost_descriptor_is_named(tmp_path: Path, text: bytes) -> None:
    disk = flat(tmp_path / "db.vmdk")
    disk.write_bytes(text)
    with pytest.raises(NotAVmdk) as caught:
        Chain.open(disk)
    assert str(disk.with_name("db-flat.vmdk")) in str(caught.value)


def test_the_data_of_a_parent_that_lost_its_descriptor_is_named(tmp_path: Path) -> None:
    base = flat(tmp_path / "base.vmdk")
    child = make_child(base, "kid.vmdk")
    base.unlink()
    with pytest.raises(MissingParent) as caught:
        Chain.open(child)
    data = tmp_path / "base-flat.vmdk"
    assert caught.value.candidates == ((data, (Reason.IS_ITS_DATA,)),)


def test_only_what_is_called_as_data_is_data(tmp_path: Path) -> None:
    for name in ("a-flat.vmdk", "a-s001.vmdk", "A-DELTA.VMDK", "a-b.vmdk", "ab-flat.vmdk"):
        (tmp_path / name).touch()
    found = {one.path.name for one in data_named_after(tmp_path, {"a.vmdk"}, Neighbours())}
    assert found == {"a-flat.vmdk", "a-s001.vmdk", "A-DELTA.VMDK"}
