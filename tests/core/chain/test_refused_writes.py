"""Who may not open a disk for writing: it has children, or another program has it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Disk, HasChildren, InUse
from tests.core.links import make_chain, write_sector

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def chain(tmp_path: Path) -> list[Path]:
    """A base disk and a child."""
    return make_chain(tmp_path, 2)


def content(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("single_link", [False, True])
@pytest.mark.parametrize("access", [Access.STRICT, Access.WRITE])
def test_a_disk_with_children_is_opened_for_looking_only(
    chain: list[Path], access: Access, *, single_link: bool
) -> None:
    base, kid = chain
    before = content(base.parent)
    with pytest.raises(HasChildren) as caught:
        Disk.open(base, access=access, single_link=single_link)
    assert kid.name in str(caught.value)
    with Disk.open(base, access=Access.INSPECT, single_link=single_link) as disk:
        assert not disk.writable
        assert len(disk.read(0, 1)) == 512
    assert content(base.parent) == before


@pytest.mark.parametrize("single_link", [False, True])
@pytest.mark.parametrize("folder", [False, True])
def test_a_disk_that_another_program_marks_as_its_own_is_not_written(
    chain: list[Path], *, folder: bool, single_link: bool
) -> None:
    kid = chain[1]
    lock = kid.with_name(f"{kid.name}.lck")
    if folder:
        lock.mkdir()
        (lock / "M12345.lck").write_bytes(b"host")
    else:
        lock.write_bytes(b"host")
    before = content(kid.parent)
    with pytest.raises(InUse) as caught:
        Disk.open(kid, access=Access.WRITE, single_link=single_link)
    assert lock.name in str(caught.value)
    assert content(kid.parent) == before
    with Disk.open(kid, access=Access.STRICT, single_link=single_link) as disk:
        assert disk.chain.tip.path == kid
    (shutil.rmtree if folder else type(lock).unlink)(lock)
    write_sector(kid, 0, b"x")


@pytest.mark.parametrize("single_link", [False, True])
def test_a_disk_that_is_being_written_is_not_written_by_a_second_one(
    chain: list[Path], *, single_link: bool
) -> None:
    with (
        Disk.open(chain[1], access=Access.WRITE) as first,
        pytest.raises(InUse),
    ):
        Disk.open(chain[1], access=Access.WRITE, single_link=single_link)
    assert first.writable
    Disk.open(chain[1], access=Access.WRITE, single_link=single_link).close()


def test_a_chain_that_nobody_wrote_since_is_the_same_one(chain: list[Path]) -> None:
    with Disk.open(chain[1], access=Access.WRITE) as disk:
        before = disk.chain
        disk.write(3, b"x" * 512)
        after = disk.chain
        assert after is not before
        assert disk.chain is after
