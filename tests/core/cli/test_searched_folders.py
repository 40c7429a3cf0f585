"""Folders to search: whoever names one that is none would believe that it was searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import create_disk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope


@pytest.mark.parametrize("word", ["info", "map", "check", "tree", "hash"])
def test_a_folder_to_search_has_to_be_one(redoscope: Redoscope, tmp_path: Path, word: str) -> None:
    disk = tmp_path / "disk.vmdk"
    create_disk(disk, 2048)
    line = redoscope.refused(word, disk, "--search", tmp_path / "gone")
    assert f"{tmp_path / 'gone'}: the file is not there" in line
    assert "not a folder" in redoscope.refused(word, disk, "--search", disk)
