"""What became of each path of a world, which a module of tests makes once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.core.operations.attributing.worlds import changes

if TYPE_CHECKING:
    from redoscope_core import FileChange, FilesDifference


@pytest.fixture(scope="module")
def told(found: FilesDifference) -> dict[str, FileChange]:
    """What became of each path, by what the module *found* of its two generations."""
    return changes(found)
