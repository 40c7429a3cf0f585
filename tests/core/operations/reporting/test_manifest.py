"""Whatever becomes of a file of a report is found, and that file is named."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import (
    FileMissing,
    FileRefused,
    MalformedDocument,
    ReportState,
    verify_report,
)
from tests.core.finished import finished

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import ReportMade

NAMES = [
    *("SHA256SUMS", "changes.csv", "evidence.csv", "files.bodyfile", "manifest.json"),
    *("ranges.csv", "report.dfxml", "report.html", "report.json", "report.schema.json"),
]


@pytest.fixture
def folder(made: ReportMade, tmp_path: Path) -> Path:
    """A report of one's own."""
    shutil.copytree(made.folder, tmp_path / "report")
    return tmp_path / "report"


def wrong(folder: Path) -> dict[str, ReportState]:
    """Return what is not sound."""
    found = finished(verify_report(folder)).files
    return {each.name: each.state for each in found if each.state is not ReportState.SOUND}


def test_a_report_is_sound_to_us_and_to_sha256sum(made: ReportMade) -> None:
    found = finished(verify_report(made.folder))
    assert (found.is_sound, [each.name for each in found.files]) == (True, NAMES)
    assert found.manifest_sha256 == made.manifest_sha256
    words = ["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"]
    assert subprocess.run(words, cwd=made.folder, check=False, timeout=60).returncode == 0


@pytest.mark.parametrize("name", NAMES)
@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_one_changed_byte_is_found_in_the_file_that_has_it(
    folder: Path, name: str, place: float, change: int
) -> None:
    file = folder / name
    before = file.read_bytes()
    at = int(place * len(before))
    file.write_bytes(before[:at] + bytes([before[at] ^ change]) + before[at + 1 :])
    try:
        assert wrong(folder) == {name: ReportState.CHANGED}
    finally:
        file.write_bytes(before)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("how", ["shorter", "longer", "empty", "gone", "folder", "link", "pipe"])
def test_whatever_has_the_place_of_a_file_is_named(folder: Path, name: str, how: str) -> None:
    file = folder / name
    raw = file.read_bytes()
    if how in {"shorter", "longer", "empty"}:
        file.write_bytes({"shorter": raw[:-1], "longer": raw + b"\n", "empty": b""}[how])
    else:
        file.unlink()
        (folder.parent / "same").write_bytes(raw)
        if how == "folder":
            file.mkdir()
        elif how == "link":
            file.symlink_to(folder.parent / "same")
        elif how == "pipe":
            os.mkfifo(file)
    told = ReportState.LACKING if how == "gone" else ReportState.CHANGED
    assert wrong(folder) == {name: told}


def test_what_is_in_no_manifest_is_named(folder: Path) -> None:
    (folder / "more.txt").write_bytes(b"")
    (folder / "sub").mkdir()
    os.mkfifo(folder / "pipe")
    told = dict.fromkeys(["more.txt", "pipe", "sub"], ReportState.UNKNOWN)
    assert wrong(folder) == told


def test_a_manifest_that_leads_out_of_the_folder_is_none(folder: Path) -> None:
    raw = (folder / "manifest.json").read_bytes()
    (folder / "manifest.json").write_bytes(raw.replace(b"changes.csv", b"../ges.csv."))
    assert wrong(folder) == {"manifest.json": ReportState.CHANGED}


def test_without_manifest_and_sums_it_is_no_report(folder: Path, tmp_path: Path) -> None:
    (folder / "manifest.json").write_bytes(b"{}")
    (folder / "SHA256SUMS").write_bytes(b"x")
    with pytest.raises(MalformedDocument, match="no report"):
        finished(verify_report(folder))
    with pytest.raises(FileMissing):
        finished(verify_report(tmp_path / "absent"))
    with pytest.raises(FileRefused):
        finished(verify_report(folder / "report.json"))
