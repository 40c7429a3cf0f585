"""Qt prints a report as PDF/A with all that changed, and no name in it does any harm."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.core.finished import finished
from tests.core.operations.attributing.worlds import needs
from tests.core.operations.reporting.reports import document_of, hostile_disks, made_report
from tests.core.operations.reporting.test_hostile_names import NAMES

from redoscope_core import InvalidArgument, Printed, VmdkError, verify_report
from redoscope_core.operations.reporting.spelling import shown
from redoscope_gui.printing.asked import QtPrinter

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import ReportMade

pytestmark = pytest.mark.judge
STRANGE = "\u00e4\u65e5\u1b05\ua840\u0378\u0e01"
"""Characters of which a machine has some and lacks others."""


def told(*words: object) -> str:
    """Return what a program that reads PDF says."""
    run = subprocess.run([*map(str, words)], check=True, capture_output=True, timeout=60)
    assert run.stderr == b""
    return run.stdout.decode("utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ReportMade:
    """A report, printed too, of a disk to which files with hostile names came."""
    if lacking := needs("mke2fs", "pdftotext"):
        pytest.skip(lacking)
    disks = hostile_disks(tmp_path_factory.mktemp("hostile"), NAMES)
    folder = tmp_path_factory.mktemp("reports") / "made"
    return made_report(*disks, folder, formats=["pdf"], printer=QtPrinter())


def test_it_is_pdf_a_1b_with_all_fonts_in_it_and_nothing_that_runs(made: ReportMade) -> None:
    file = made.folder / "report.pdf"
    known = dict(line.split(":", 1) for line in told("pdfinfo", file).splitlines())
    assert known["JavaScript"].strip() == "no"
    assert known["Form"].strip() == "none"
    assert known["Title"].strip() == "What changed between two generations of a disk"
    meta = told("pdfinfo", "-meta", file)
    assert 'pdfaid:part="1" pdfaid:conformance="B"' in meta
    assert told("pdfinfo", "-url", file).splitlines()[1:] == []
    fonts = told("pdffonts", file).splitlines()[2:]
    assert fonts
    assert all(re.search(r"Identity-H +yes", line) for line in fonts)
    assert finished(verify_report(made.folder)).is_sound


def test_every_page_says_which_of_how_many_it_is(made: ReportMade) -> None:
    pages = told("pdftotext", "-layout", made.folder / "report.pdf", "-").split("\f")[:-1]
    assert len(pages) > 2
    for number, text in enumerate(pages, 1):
        assert text.rstrip().endswith(f"page {number} of {len(pages)}")


def test_every_changed_file_is_in_it_and_its_name_is_only_text(made: ReportMade) -> None:
    # Cells that run over several lines: in this order their lines follow each other.
    text = told("pdftotext", "-raw", made.folder / "report.pdf", "-")
    joined = re.sub(r"\s", "", text)
    (volume,) = document_of(made.folder)["volumes"]
    changes = volume["changes"]
    assert len(changes) > 40
    for change in changes:
        path = shown(change["path"])
        if path.isascii():
            assert re.sub(r"\s", "", path) in joined, path
    assert "\\u202egpj.exe" in joined
    # A reader puts Arabic between marks of its own; these two it never does.
    assert not {"\u202e", "\u2066", "\x1b"} & set(text)
    assert "\uff1d1+1" in joined or "\\uff1d1+1" in joined


def test_no_character_is_lost_what_no_font_here_has_is_spelled() -> None:
    if lacking := needs("pdftotext"):
        pytest.skip(lacking)
    printed = Printed("t\U00010380", f"<p>a\U0001f600</p><p>{STRANGE}</p>")
    raw = finished(QtPrinter().pages(printed))
    run = subprocess.run(
        ["pdftotext", "-", "-"], input=raw, check=True, capture_output=True, timeout=60
    )
    text = run.stdout.decode("utf-8")
    assert "a\\U0001f600" in text
    assert all(char in text or ascii(char)[1:-1] in text for char in STRANGE)
    assert "t\\U00010380" in text
    assert "page 1 of 1" in text


def test_pictures_are_those_that_were_given_and_no_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"><rect width="400"'
        ' height="400" fill="#ff0000"/></svg>'
    )
    place = tmp_path / "secret.svg"
    html = f'<p><img src="{place}"><img src="file://{place}"><img src="X"></p>'
    for name, drawn in (("tree", False), ("x", True)):
        pages = Printed("t", html.replace("X", name), {"x": place.read_text()})
        (tmp_path / "out.pdf").write_bytes(finished(QtPrinter().pages(pages)))
        found = told("pdfimages", "-list", tmp_path / "out.pdf").splitlines()[2:]
        # What is not given is a dot.
        assert any(int(line.split()[3]) > 100 for line in found) == drawn


def test_a_printer_that_fails_is_told_in_one_line() -> None:
    words = "import sys; sys.stderr.write('first\\nno \\x1b[31mpaper\\n'); sys.exit(3)"
    broken = QtPrinter([sys.executable, "-c", words])
    with pytest.raises(InvalidArgument, match=r"does not start here.*no \\x1b\[31mpaper") as caught:
        finished(broken.check())
    assert str(caught.value).isprintable()
    with pytest.raises(VmdkError, match="can't be made"):
        finished(broken.pages(Printed("t", "")))
    with pytest.raises(InvalidArgument, match="/nowhere/python"):
        finished(QtPrinter(["/nowhere/python"]).check())
    with pytest.raises(VmdkError, match="it says nothing"):
        finished(QtPrinter([sys.executable, "-c", ""]).pages(Printed("t", "")))


def test_who_stops_it_ends_its_process(tmp_path: Path) -> None:
    words = (
        "import os, sys, time; open(sys.argv[1] + '-', 'w').write(str(os.getpid()));"
        " os.rename(sys.argv[1] + '-', sys.argv[1]); time.sleep(600)"
    )
    begun = tmp_path / "begun"
    steps = QtPrinter([sys.executable, "-c", words, str(begun)]).pages(Printed("t", ""))
    while not begun.exists():
        next(steps)
    number = int(begun.read_text())
    steps.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_whoever_asks_loads_no_qt() -> None:
    words = (
        "import sys; import redoscope_gui.printing.asked as asked; asked.QtPrinter();"
        " sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", words], check=False, timeout=60).returncode == 0
