"""Folders of very many links: the work grows with their number, and no faster."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Chain, Forest, HasChildren
from tests.judges.handmade import NO_PARENT, descriptor_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FEW, MANY = 250, 1500


def orphan(number: int) -> str:
    """Return a child of a disk that is not there."""
    return descriptor_text(
        ["RW 8 ZERO"], kind="custom", cid=number + 10, parent_cid=5, hint="gone.vmdk"
    )


def sibling(number: int) -> str:
    """Return the base disk, or a child of it."""
    parent = 10 if number else NO_PARENT
    hint = "link0.vmdk" if number else None
    return descriptor_text(
        ["RW 8 ZERO"], kind="custom", cid=number + 10, parent_cid=parent, hint=hint
    )


def descendant(number: int) -> str:
    """Return a link that VirtualBox made from the one before it."""
    more = [f'ddb.uuid.image="{number + 1:032x}"', f'ddb.uuid.parent="{number:032x}"']
    return descriptor_text(["RW 8 ZERO"], kind="custom", cid=number + 10, more=more)


def folder_of(folder: Path, text: Callable[[int], str], count: int) -> Path:
    """Write *count* links of that kind and return their folder."""
    folder.mkdir()
    for number in range(count):
        (folder / f"link{number}.vmdk").write_text(text(number))
    return folder


def taken(call: Callable[[], object]) -> float:
    """Return the processor time of *call*."""
    start = time.process_time()
    call()
    return time.process_time() - start


@pytest.mark.parametrize("text", [orphan, sibling, descendant])
def test_a_folder_is_listed_in_a_time_that_grows_with_its_links(
    tmp_path: Path, text: Callable[[int], str]
) -> None:
    few = folder_of(tmp_path / "few", text, FEW)
    many = folder_of(tmp_path / "many", text, MANY)
    one = min(taken(lambda: Forest.scan(few)) for _ in range(2))
    assert taken(lambda: Forest.scan(many)) < 3 * MANY / FEW * one + 0.2
    assert len(Forest.scan(many).nodes) == MANY


def test_opening_a_disk_with_very_many_children_looks_at_each_once(tmp_path: Path) -> None:
    many = folder_of(tmp_path / "many", sibling, MANY)

    def refused() -> None:
        with pytest.raises(HasChildren):
            Chain.open(many / "link0.vmdk", access=Access.STRICT)

    assert taken(refused) < 2.0
