"""New disks and new children: what is made, what is refused, and that nothing is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    DISK_KINDS,
    Access,
    AlreadyExists,
    Chain,
    Disk,
    DiskPieces,
    InvalidArgument,
    PartialChain,
    VixCode,
    VmdkError,
    create_child,
    create_disk,
)
from tests.core.outcomes import is_one_line
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512


@pytest.mark.parametrize("kind", ["monolithicFlat", "twoGbMaxExtentFlat", "vmfs", "nonsense", ""])
def test_a_child_is_always_sparse(chain3: list[Path], kind: str) -> None:
    path = chain3[2].with_name("new.vmdk")
    with Chain.open(chain3[2]) as chain, pytest.raises(InvalidArgument) as caught:
        create_child(chain, path, kind)
    assert caught.value.code is VixCode.INVALID_ARG
    assert not path.exists()


def test_a_name_that_is_taken_is_refused(chain3: list[Path]) -> None:
    before = fingerprints(chain3[0].parent)
    with Chain.open(chain3[1]) as chain, pytest.raises(AlreadyExists) as caught:
        create_child(chain, chain3[2])
    assert caught.value.code is VixCode.FILE_ALREADY_EXISTS
    assert fingerprints(chain3[0].parent) == before


def test_a_name_taken_by_a_piece_is_refused_and_nothing_is_left(chain3: list[Path]) -> None:
    (chain3[0].parent / "new-s001.vmdk").write_bytes(b"mine")
    before = fingerprints(chain3[0].parent)
    with Chain.open(chain3[2]) as chain, pytest.raises(AlreadyExists, match="new-s001"):
        create_child(chain, chain3[0].with_name("new.vmdk"), "twoGbMaxExtentSparse")
    assert fingerprints(chain3[0].parent) == before


def test_a_child_of_a_chain_without_its_parents_is_refused(chain3: list[Path]) -> None:
    path = chain3[2].with_name("new.vmdk")
    with Disk.open(chain3[2], single_link=True) as disk, pytest.raises(PartialChain) as caught:
        create_child(disk.chain, path)
    assert caught.value.code is VixCode.DISK_PARTIALCHAIN
    assert not path.exists()


def test_a_child_of_an_older_link_is_a_branch_and_the_others_stay(chain3: list[Path]) -> None:
    before = fingerprints(chain3[0].parent)
    branch = chain3[0].with_name("branch.vmdk")
    with Chain.open(chain3[0]) as chain:
        create_child(chain, branch)
    assert before.items() <= fingerprints(chain3[0].parent).items()
    with Disk.open(branch, access=Access.WRITE) as disk:
        assert disk.read(0, 1) == b"0" * SECTOR
        disk.write(0, b"B" * SECTOR)
    assert before.items() <= fingerprints(chain3[0].parent).items()
    with Chain.open(chain3[2]) as chain:
        assert chain.read(0, 1) == b"2" * SECTOR


def test_a_child_keeps_the_parents_content_id_and_capacity(chain3: list[Path]) -> None:
    with Chain.open(chain3[2]) as chain:
        for parent, child in zip(chain.links, chain.links[1:], strict=False):
            assert child.descriptor.parent_cid == parent.descriptor.cid
            assert child.descriptor.cid != parent.descriptor.cid
            assert child.capacity == parent.capacity


def test_no_part_file_is_left_where_the_folder_is_missing(tmp_path: Path) -> None:
    with pytest.raises(VmdkError) as caught:
        create_disk(tmp_path / "no" / "such" / "disk.vmdk", 1024)
    assert is_one_line(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("capacity", "options"),
    [
        (0, {}),
        (-1, {}),
        (2**60, {}),
        (1024, {"kind": "streamOptimized"}),
        (1024, {"adapter": "pvscsi"}),
        (1024, {"grain_size": 24}),
        (1024, {"grain_size": 0}),
        (1024, {"grain_size": 2**22}),
        (1024, {"comment": 'a "quoted" word'}),
    ],
)
def test_an_impossible_disk_is_refused_and_nothing_is_left(
    tmp_path: Path, capacity: int, options: dict[str, object]
) -> None:
    with pytest.raises(InvalidArgument) as caught:
        create_disk(tmp_path / "disk.vmdk", capacity, **options)  # type: ignore[arg-type]
    assert is_one_line(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", DISK_KINDS)
@pytest.mark.parametrize("capacity", [1, 4192256, 4192257, 3 * 4192256 + 5])
def test_the_pieces_of_a_new_disk_are_told_before_it_is_made(
    tmp_path: Path, kind: str, capacity: int
) -> None:
    pieces = DiskPieces(tmp_path / "a.VMDK", kind, capacity)
    create_disk(pieces.path, capacity, kind=kind)
    told = {pieces.name(number) for number in range(1, pieces.count + 1)}
    assert pieces.is_one_file == (told == {"a.VMDK"})
    assert pieces.count == 1 or pieces.is_split
    assert {path.name for path in tmp_path.iterdir()} == {*told, "a.VMDK"}
    with Chain.open(pieces.path) as chain:
        assert chain.capacity == capacity
        lines = chain.tip.descriptor.extents
        assert [line.name for line in lines] == [pieces.name(1 + at) for at in range(len(lines))]
