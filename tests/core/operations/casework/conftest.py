"""A case of a chain of two links, in folders of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Case, CaseEntry, CaseEntryKind, Chain, MarkColour, create_disk
from tests.core.finished import finished
from tests.core.links import make_child, write_sector

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import DiskAdded, MarkedPlace

__all__ = ["add", "bookmark", "evidence"]


def evidence(folder: Path) -> Path:
    """Make a base disk and a child in *folder*, and return the child."""
    folder.mkdir()
    create_disk(folder / "base.vmdk", 2048)
    write_sector(folder / "base.vmdk", 7, b"b")
    return make_child(folder / "base.vmdk", "kid.vmdk")


def add(case: Case, disk: Path, *, hashed: bool = True) -> DiskAdded:
    """Add *disk* to *case*."""
    with Chain.open(disk) as chain:
        return finished(case.add(chain, hashed=hashed))


def bookmark(place: MarkedPlace, name: str = "found", text: str = "") -> CaseEntry:
    """Return a bookmark of *place*."""
    return CaseEntry(CaseEntryKind.BOOKMARK, name, text, MarkColour.RED, place)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """The newest link of the evidence."""
    return evidence(tmp_path / "evidence")


@pytest.fixture
def case(tmp_path: Path, disk: Path) -> Case:
    """A case that has the evidence."""
    made = Case.new(tmp_path / "case", title="The disk", examiner="me", exhibit="7/3")
    add(made, disk)
    return made
