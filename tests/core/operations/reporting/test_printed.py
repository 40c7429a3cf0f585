"""A report for paper is handed to a printer, and what that returns is a file like the others."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Chain,
    InvalidArgument,
    Printed,
    Progress,
    ReportHead,
    VmdkError,
    make_report,
    preview_report,
    verify_report,
)
from tests.core.finished import finished
from tests.core.operations.reporting.reports import document_of, made_report

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

SAID = ReportHead("<b>The \u202eoffice</b>", "2026/17 & more", "A. N. Examiner")


class Paper:
    """A printer that keeps what it was given, and returns it as bytes."""

    def __init__(self, refusal: str = "") -> None:
        """Print everything, or refuse it for a reason."""
        self.refusal = refusal
        self.printed: list[Printed] = []
        self.closed = False

    def check(self) -> Generator[Progress, None, None]:
        """Refuse."""
        yield Progress(0, 0, "looking")
        if self.refusal == "check":
            raise InvalidArgument("no printer")

    def pages(self, printed: Printed) -> Generator[Progress, None, bytes]:
        """Return what is printed."""
        try:
            yield Progress(0, 0, "printing")
        except GeneratorExit:
            self.closed = True
            raise
        if self.refusal == "pages":
            raise VmdkError("no paper")
        self.printed.append(printed)
        return printed.html.encode()


def test_what_a_printer_returns_is_a_file_of_the_report(
    disks: tuple[Path, Path], tmp_path: Path
) -> None:
    paper = Paper()
    made = made_report(*disks, tmp_path / "out", formats=["pdf"], printer=paper, said=SAID)
    (printed,) = paper.printed
    raw = (made.folder / "report.pdf").read_bytes()
    assert raw == printed.html.encode()
    told = {each.name: each.sha256 for each in made.files}
    assert told["report.pdf"] == hashlib.sha256(raw).hexdigest()
    assert told["report.json"] in printed.html
    assert finished(verify_report(made.folder)).is_sound
    (made.folder / "report.pdf").write_bytes(raw[:-1] + b"!")
    assert not finished(verify_report(made.folder)).is_sound


def test_the_text_for_paper_has_every_change_and_loads_its_own_pictures_alone(
    disks: tuple[Path, Path], tmp_path: Path
) -> None:
    paper = Paper()
    made = made_report(*disks, tmp_path / "out", formats=["pdf"], printer=paper, said=SAID)
    (printed,) = paper.printed
    assert set(re.findall(r'src="([^"]*)"', printed.html)) == set(printed.pictures)
    assert all(each.startswith("<svg xmlns=") for each in printed.pictures.values())
    for each in document_of(made.folder)["volumes"][0]["changes"]:
        assert f"<bdi>{each['path']}</bdi>" in printed.html
    assert "&lt;b&gt;The \\u202eoffice&lt;/b&gt;" in printed.html
    assert printed.title == "<b>The \\u202eoffice</b>"
    run = document_of(made.folder)["run"]
    assert (run["title"], run["case_number"], run["who"]) == (
        SAID.title, SAID.case_number, SAID.who
    )  # fmt: skip


@pytest.mark.parametrize("refusal", ["check", "pages"])
def test_a_printer_that_refuses_leaves_nothing(
    disks: tuple[Path, Path], tmp_path: Path, refusal: str
) -> None:
    with pytest.raises(VmdkError, match="no p"):
        made_report(*disks, tmp_path / "out", formats=["pdf"], printer=Paper(refusal))
    assert list(tmp_path.iterdir()) == []


def test_without_a_printer_it_is_refused_before_anything_is_read(
    disks: tuple[Path, Path], tmp_path: Path
) -> None:
    with Chain.open(disks[0]) as old, Chain.open(disks[1]) as new:
        steps = make_report(
            list(zip(disks, (old, new), strict=True)), tmp_path / "out", formats=["pdf"]
        )
        with pytest.raises(InvalidArgument, match="leave pdf out"):
            next(steps)


def test_closing_it_while_it_prints_stops_the_printer_and_leaves_nothing(
    disks: tuple[Path, Path], tmp_path: Path
) -> None:
    paper = Paper()
    with Chain.open(disks[0]) as old, Chain.open(disks[1]) as new:
        pairs = list(zip(disks, (old, new), strict=True))
        steps = make_report(pairs, tmp_path / "out", formats=["pdf"], printer=paper)
        while next(steps).note != "printing":
            pass
        steps.close()
    assert paper.closed
    assert list(tmp_path.iterdir()) == []


def test_a_preview_hashes_nothing_and_promises_no_digest(
    disks: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Chain.open(disks[0]) as old, Chain.open(disks[1]) as new:
        steps = preview_report(list(zip(disks, (old, new), strict=True)), said=SAID)
        monkeypatch.delattr(hashlib, "sha256")
        printed = finished(steps)
    assert "A preview" in printed.html
    assert re.search("[0-9a-f]{32}", printed.html) is None
    assert "can&#39;t be read whole" not in printed.html
    assert "<bdi>/new</bdi>" in printed.html
    assert "when it is made" in printed.html
