"""Disks and a report that several tests look at; nothing is to change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import ReportHead
from tests.core.operations.attributing.worlds import needs
from tests.core.operations.reporting.reports import made_report, plain_disks

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import ReportMade


@pytest.fixture(scope="session")
def disks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two generations of a disk with an ext4 volume."""
    if lacking := needs("mke2fs", "debugfs"):
        pytest.skip(lacking)
    return plain_disks(tmp_path_factory.mktemp("evidence"))


@pytest.fixture(scope="session")
def made(disks: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> ReportMade:
    """A report of them in all formats."""
    return made_report(
        *disks, tmp_path_factory.mktemp("reports") / "made", said=ReportHead(who="examiner")
    )
