"""Children are known by what they are: whatever their names, they protect their parent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Disk, HasChildren, create_disk
from redoscope_core.link.first_bytes import links_in
from tests.core.links import make_child, write_sector
from tests.judges import handmade

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("kid", "KID.VMD", "base.REDO", "base.vmdk.REDO_a1b2c3", ".kid", "kid.vmdk.bak", "k\udcff")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A base disk."""
    create_disk(tmp_path / "base.vmdk", 256)
    return tmp_path / "base.vmdk"


def _text(base: Path, before: str = "") -> str:
    with Disk.open(base) as disk:
        cid = disk.chain.tip.descriptor.cid
    text = handmade.descriptor_text(["RW 256 ZERO"], cid=0x12345678, parent_cid=cid, hint=base.name)
    return before + text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("is_sparse", [True, False], ids=["sparse", "text"])
def test_a_child_under_any_name_protects_its_parent(
    base: Path, name: str, *, is_sparse: bool
) -> None:
    child = base.with_name(name)
    if is_sparse:
        make_child(base, "kid.vmdk").rename(child)
    else:
        child.write_text(_text(base))
    with pytest.raises(HasChildren) as caught:
        Disk.open(base, access=Access.WRITE)
    assert name.replace("\udcff", "\\udcff") in str(caught.value)


def test_comments_before_the_first_line_hide_no_child(base: Path) -> None:
    base.with_name("kid").write_text(_text(base, "# a comment\n" * 1000))
    with pytest.raises(HasChildren):
        Disk.open(base, access=Access.WRITE)


def test_what_is_being_written_and_other_files_are_nobodys_children(base: Path) -> None:
    make_child(base, "kid.vmdk").rename(base.with_name(".kid.vmdk.0123abcd.part"))
    base.with_name("notes.txt").write_text(_text(base)[5:])
    base.with_name("empty").touch()
    base.with_name("folder.vmdk").mkdir()
    base.with_name("dangling.vmdk").symlink_to("nowhere")
    assert links_in(base.parent) == [base]
    write_sector(base, 0, b"x")
