"""Names that mean to harm whoever shows them do not, in any form, and none is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, FileChange
from redoscope_core.operations.reporting.dfxml import OURS, write_dfxml
from redoscope_core.operations.reporting.facts import gather
from redoscope_core.operations.reporting.json_text import write_json
from redoscope_core.operations.reporting.page import page
from redoscope_core.operations.reporting.run import run_document
from redoscope_core.operations.reporting.spelling import table_cell
from redoscope_core.operations.reporting.tables import write_changes
from tests.core.finished import finished
from tests.core.operations.attributing.worlds import needs
from tests.core.operations.reporting.judges_of_forms import (
    cells_of,
    elements_of,
    page_of,
    texts_of,
)
from tests.core.operations.reporting.reports import (
    against_schema,
    document_of,
    hostile_disks,
    made_report,
)

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import ReportMade

pytestmark = pytest.mark.judge
ANNEX = ("changes", "ranges")
NAMES = (
    b"<script>alert(1)</script>",
    b"<img src=x onerror=alert(1)>",
    b"\"><b onclick='x()'>",
    b"</bdi></td><h1>gone",
    b"&lt;b&gt;&amp;&#x41;",
    b"<!-- ",
    b"--><!DOCTYPE x>",
    b"]]><x/>",
    b"<![CDATA[x",
    b"<?xml version='2'?>",
    b"{{ 7 * 7 }}{% include x %}",
    b"{% raw %}{#",
    b"http:evil.example",
    b"file:etc-passwd",
    b"javascript:alert(1)",
    b"=1+1",
    b"=cmd|' C calc'!A0",
    b"+cmd|' C calc'!A0",
    b"-2+3+cmd|x!A0",
    b"@SUM(1+1)*cmd|x!A0",
    b"a;=1+1",
    b"a\t=1+1",
    b'a",=1+1,"',
    b'"";=1+1;""',
    b" =1+1",
    "\uff1d1+1".encode(),
    b"line\nend",
    b"back\rover",
    b"\x1b[31mred\x1b[0m",
    b"\x1b]0;title\x07",
    b"bell\x07\x08\x08",
    b"nul\0behind",
    b"slash/../../etc/passwd",
    b"\xff\xfe\xfd",
    b"\\xff\\xfe",
    b"half \xe2\x82",
    b"\xed\xa0\x80 surrogate",
    "\u202egpj.exe".encode(),
    "\u2066iso\u2069late".encode(),
    "zero\u200bwidth\ufeff".encode(),
    "\ufffe\uffff".encode(),
    "c1 \x85\x9b31m".encode(),
    "line\u2028paragraph\u2029".encode(),
    b"pipe|a|b",
    b"%s%n%x",
    b"$(touch x)`touch y`",
    "\u0645\u0631\u062d\u0628\u0627".encode(),
    b"x" * 251 + b"<b>",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> ReportMade:
    """A report of a disk to which files with such names came."""
    if lacking := needs("mke2fs"):
        pytest.skip(lacking)
    disks = hostile_disks(tmp_path_factory.mktemp("hostile"), NAMES)
    return made_report(*disks, tmp_path_factory.mktemp("reports") / "made")


def paths(hostile: ReportMade) -> list[bytes]:
    """Return the paths as the JSON has their bytes."""
    (volume,) = document_of(hostile.folder)["volumes"]
    return [bytes.fromhex(c["path_hex"]) for c in volume["changes"] if c["class"] == "added"]


def test_every_byte_of_them_is_in_the_json(hostile: ReportMade) -> None:
    assert len(NAMES) > 40
    # To The Sleuth Kit, which lists them, a name ends before a NUL.
    assert sorted(paths(hostile)) == sorted(b"/" + name.split(b"\0")[0] for name in NAMES)
    assert against_schema(document_of(hostile.folder)) == []
    assert (hostile.folder / "report.json").read_bytes().isascii()


def test_the_page_shows_them_as_text(hostile: ReportMade) -> None:
    shown_page = page_of(hostile.folder)
    told = list(texts_of(shown_page))
    assert all(text.isprintable() for text in told)
    assert all(
        text.isprintable() for each in shown_page.iter() for text in (each.text or "").split("\n")
    )
    for shown in (
        "/<script>alert(1)</script>",
        "/{{ 7 * 7 }}{% include x %}",
        "/\\u202egpj.exe",
        "/line\\nend",
        "/\\xff\\xfe\\xfd",
    ):
        assert shown in told


def test_no_cell_of_a_table_is_a_formula_to_anybody(hostile: ReportMade) -> None:
    file = hostile.folder / "changes.csv"
    assert file.read_bytes().decode("utf-8").replace("\r\n", "").isprintable()
    heads, *rows = cells_of(file)
    assert all(len(row) == len(heads) for row in rows)
    found = [bytes.fromhex(dict(zip(heads, row, strict=True))["path_hex"]) for row in rows]
    assert set(paths(hostile)) <= set(found)
    for delimiter in ",;\t|":
        for row in cells_of(file, delimiter):
            assert not any(cell.lstrip().startswith(("=", "+", "@")) for cell in row), row


@pytest.mark.parametrize("name", NAMES)
def test_a_cell_that_begins_as_a_formula_is_text(name: bytes) -> None:
    cell = table_cell(name.decode("utf-8", "backslashreplace"))
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))
    assert cell.isprintable()
    assert not {'"', ";"} & set(cell)


def test_the_dfxml_holds_their_bytes_and_fits_its_schema(hostile: ReportMade) -> None:
    found = elements_of(hostile.folder)
    raw = [each.attrib.get(f"{{{OURS}}}path_hex", "") for each in found.iter()]
    assert set(paths(hostile)) <= {bytes.fromhex(each) for each in raw}
    assert all((each.text or "").replace("\n", "").isprintable() for each in found.iter())


def test_the_bodyfile_has_a_line_for_each(hostile: ReportMade) -> None:
    lines = (hostile.folder / "files.bodyfile").read_text("utf-8").split("\n")
    assert all(line.isprintable() for line in lines)
    assert all(len(line.split("|")) == 11 for line in lines[:-1])
    ours = [line for line in lines if line.startswith("0|new.vmdk:1/")]
    assert len(ours) >= len(NAMES)


@pytest.mark.parametrize(
    "name", [b"nul\0behind", b"\xff<b>]]>\0" * 600, b"=\0", b"\0", b"a/" * 2048, b""]
)
def test_names_that_no_program_would_make_are_harmless_too(
    disks: tuple[Path, Path], tmp_path: Path, name: bytes
) -> None:
    """A parser that knows more would tell them: the forms do not rely on it."""
    with Chain.open(disks[0]) as old, Chain.open(disks[1]) as new:
        facts = finished(gather(list(zip(disks, (old, new), strict=True))))
        told = [FileChange.of("renamed", b"/" + name, ("note:" + "\u202e",), b"/was" + name)]
        volumes = [replace(each, changes=told) for each in facts.difference.volumes]
        facts = replace(facts, difference=replace(facts.difference, volumes=volumes))
        run = run_document(facts.evidence, datetime.now(UTC))
        files: dict[str, bytearray] = {
            each: bytearray() for each in ("report.json", "changes.csv", "report.dfxml")
        }
        finished(write_json(facts, run, files["report.json"].extend))
        finished(write_changes(facts, files["changes.csv"].extend))
        finished(write_dfxml(facts, run, files["report.dfxml"].extend))
        (tmp_path / "report.html").write_bytes(
            finished(page(facts, run, "0", dict.fromkeys(ANNEX, "x")))
        )
    for each, raw in files.items():
        (tmp_path / each).write_bytes(raw)
    (change,) = document_of(tmp_path)["volumes"][0]["changes"]
    assert bytes.fromhex(change["path_hex"]) == b"/" + name
    assert bytes.fromhex(change["old_path_hex"]) == b"/was" + name
    assert all(text.isprintable() for text in texts_of(page_of(tmp_path)))
    raws = [each.attrib.get(f"{{{OURS}}}path_hex") for each in elements_of(tmp_path).iter()]
    assert (b"/" + name).hex() in raws
    assert len(cells_of(tmp_path / "changes.csv")) == 2
