"""Files of a link that are not where its descriptor says: all are named, with what they may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Chain, Disk, FileMissing, Forest, Policy, create_disk
from redoscope_core.chain.family.neighbours import Neighbours
from redoscope_core.chain.family.pieces import data_named_after
from redoscope_core.errors import MissingParent, NotAVmdk, Reason
from tests.core.links import make_child, write_sector
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

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
    assert error.cure == "if it is new-flat.vmdk, call it old-flat.vmdk again"
    assert set(Forest.scan(tmp_path).nodes) == {disk, other}
    with pytest.raises(NotAVmdk) as caught:
        Chain.open(data)
    assert "lost" not in str(caught.value)
    assert disk.name in str(caught.value.cure)
    assert other.with_name("other-flat.vmdk") not in [one.path for one in error.candidates]


@pytest.mark.parametrize("place", ["renamed-s002.vmdk", "sub/big-s002.vmdk", "big-s002.vmdk.bak"])
def test_a_renamed_piece_is_the_first_candidate(tmp_path: Path, place: str) -> None:
    disk = split(tmp_path)
    (disk.parent / "sub").mkdir()
    piece = disk.with_name("big-s002.vmdk").rename(disk.parent / place)
    assert refused(disk).candidates[0].path == piece
    assert list(Forest.scan(disk.parent).nodes) == [disk]


FOREIGN = [
    r"C:\VMs\web\{name}",
    r"\\nas\vms\{name}",
    "/vmfs/volumes/4f-1/web/{name}",
    r"sub\{name}",
]


@pytest.mark.parametrize("way", FOREIGN)
@pytest.mark.parametrize("kind", ["monolithicFlat", "twoGbMaxExtentSparse"])
def test_a_file_is_found_beside_a_descriptor_that_tells_the_way_of_another_machine(
    tmp_path: Path, way: str, kind: str
) -> None:
    disk = tmp_path / "web disk.vmdk"
    create_disk(disk, 256, kind=kind)
    write_sector(disk, 3, b"w")
    (data,) = (path for path in tmp_path.iterdir() if path != disk)
    text = disk.read_text()
    disk.write_text(text.replace(data.name, way.format(name=data.name)))
    if way.startswith("sub"):
        (tmp_path / "sub").mkdir()
        data = data.rename(tmp_path / "sub" / data.name)
    with Chain.open(disk) as chain:
        assert chain.read(3, 1) == b"w" * SECTOR
    data.write_bytes(data.read_bytes() + bytes(SECTOR) if "Flat" in kind else bytes(SECTOR))
    assert refused(disk).missing


def test_pieces_of_another_disk_of_the_same_names_are_not_taken(tmp_path: Path) -> None:
    disk = split(tmp_path)
    disk.with_name("big-s002.vmdk").unlink()
    (tmp_path / "other").mkdir()
    create_disk(tmp_path / "other" / "big.vmdk", 2 * PIECE + 256, kind="twoGbMaxExtentSparse")
    error = refused(disk, Policy(search=(tmp_path / "other",)))
    assert [one.name for one in error.missing] == ["big-s002.vmdk"]
    assert error.candidates == ()


def test_the_first_candidate_of_each_missing_piece_is_named_and_where_they_are(
    tmp_path: Path,
) -> None:
    disk = split(tmp_path)
    for number, folder in ((1, "a"), (2, "b c"), (3, "a")):
        (disk.parent / folder).mkdir(exist_ok=True)
        piece = disk.with_name(f"big-s00{number}.vmdk")
        piece.rename(disk.parent / folder / piece.name)
    error = refused(disk)
    assert [one.path.name for one in error.candidates] == [f"big-s00{n}.vmdk" for n in (1, 2, 3)]
    assert all(str(disk.parent / folder) in str(error.cure) for folder in ("a", "b c"))
    assert list(Forest.scan(disk.parent).nodes) == [disk]
    with Chain.open(disk, policy=Policy(search=(disk.parent,))) as chain:
        assert chain.read(2 * PIECE, 1) == b"z" * SECTOR


@pytest.mark.parametrize(
    ("codec", "name", "encoding"),
    [
        ("cp1251", "Архив", "klingon-7"),
        ("cp949", "한글", "UTF-8"),
        ("cp932", "仮想", "x-nobody-knows"),
        ("cp1252", "Büro", None),
    ],
)
def test_the_encoding_is_told_as_the_cause_where_a_name_is_not_found(
    tmp_path: Path, codec: str, name: str, encoding: str | None
) -> None:
    disk = flat(tmp_path / "plain.vmdk")
    data = disk.with_name("plain-flat.vmdk").rename(tmp_path / f"{name}-flat.vmdk")
    disk = disk.rename(tmp_path / f"{name}.vmdk")
    text = disk.read_text().replace("plain-flat", f"{name}-flat")
    declared = "" if encoding is None else f'encoding="{encoding}"'
    disk.write_bytes(text.replace('encoding="UTF-8"', declared).encode(codec))
    error = refused(disk)
    assert "encoding" in str(error.cure)
    assert error.candidates[0].path == data
    assert Reason.HAS_NAME_MISREAD in error.candidates[0].reasons


@pytest.mark.parametrize("hint", [r"D:\VMs\alt\basis.vmdk", r"\\nas\a\b.vmdk", r"..\x\b.vmdk"])
def test_paths_are_shown_as_they_stand(tmp_path: Path, hint: str) -> None:
    child = handmade.sparse_link(
        tmp_path / "kid.vmdk", SparsePlan(256), cid=1, parent_cid=5, hint=hint
    )
    with pytest.raises(MissingParent) as caught:
        Chain.open(child)
    assert f"'{hint}'" in str(caught.value)
    if not hint.startswith("."):
        assert str(caught.value).count(hint) == 1


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
