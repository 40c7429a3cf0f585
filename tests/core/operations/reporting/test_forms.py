"""Each form of a report is what other programs take it for, and says what the JSON says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from redoscope_core import Leniency
from redoscope_core.operations.reporting import page as pages
from redoscope_core.operations.reporting.dfxml import DELTA, DFXML, OURS
from tests.core.operations.reporting.judges_of_forms import (
    cells_of,
    elements_of,
    page_of,
    texts_of,
)
from tests.core.operations.reporting.reports import document_of, made_report, rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import ReportMade

pytestmark = pytest.mark.judge


def changes_of(folder: Path) -> list[dict[str, Any]]:
    """Return all changes of a report."""
    return [each for volume in document_of(folder)["volumes"] for each in volume["changes"]]


def test_the_page_is_sound_html_and_shows_what_changed(made: ReportMade) -> None:
    page = page_of(made.folder)
    told = set(texts_of(page))
    assert {each["path"] for each in changes_of(made.folder)} <= told
    raw = (made.folder / "report.html").read_text("utf-8")
    assert "default-src 'none'" in raw
    for row in rows_of(document_of(made.folder)):
        assert row["new_sha256"] in raw
    proof = next(each.sha256 for each in made.files if each.name == "report.json")
    assert proof in raw


def test_the_page_names_the_table_that_has_the_rest(
    disks: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST", 2)
    for formats, annex in ((["html", "csv"], "ranges.csv"), (["html"], "report.json")):
        made = made_report(*disks, tmp_path / annex, formats=formats)
        raw = (made.folder / "report.html").read_text("utf-8")
        page_of(made.folder)
        assert re.search(rf"The first 2 follow; all are in <code>{annex}</code>", raw)
        rows = rows_of(document_of(made.folder))
        assert rows[1]["new_sha256"] in raw
        assert rows[2]["new_sha256"] not in raw


def test_the_page_has_words_for_every_word_of_the_document(made: ReportMade) -> None:
    schema = json.loads((made.folder / "report.schema.json").read_bytes())
    what = schema["properties"]["not_examined"]["items"]["properties"]["what"]["enum"]
    assert set(pages._OF_UNSEEN) == set(what)
    classes = schema["$defs"]["by_class"]["properties"]
    assert set(pages._OF_CLASS) == set(classes)
    allowed = {each.value for each in Leniency} - {"fill", "force", "beside_evidence"}
    assert set(pages._OF_ALLOWED) == allowed


def test_the_tables_have_what_the_document_has(made: ReportMade) -> None:
    heads, *rows = cells_of(made.folder / "ranges.csv")
    told = rows_of(document_of(made.folder))
    assert [dict(zip(heads, row, strict=True)) for row in rows] == [
        {name: "" if value is None else str(value) for name, value in each.items()} for each in told
    ]
    heads, *rows = cells_of(made.folder / "changes.csv")
    paths = [bytes.fromhex(dict(zip(heads, row, strict=True))["path_hex"]) for row in rows]
    assert paths == [bytes.fromhex(each["path_hex"]) for each in changes_of(made.folder)]
    heads, *rows = cells_of(made.folder / "evidence.csv")
    named = [dict(zip(heads, row, strict=True)) for row in rows]
    evidence = document_of(made.folder)["evidence"]
    assert [each["path"] for each in named] == [each["path"] for each in evidence]
    assert [each["sha1"] for each in named] == [each["before"]["sha1"] for each in evidence]


def test_the_dfxml_fits_its_schema_and_marks_what_changed(made: ReportMade) -> None:
    found = elements_of(made.folder)
    marks = {}
    for each in found.iter(f"{{{DFXML}}}fileobject"):
        path = bytes.fromhex(each.attrib[f"{{{OURS}}}path_hex"]).decode()
        marks[path] = next(key for key in each.attrib if key.startswith(f"{{{DELTA}}}"))
    wanted = {"/new": "new_file", "/gone": "deleted_file", "/kept": "changed_file"}
    assert {path: marks[path] for path in wanted} == {
        path: f"{{{DELTA}}}{mark}" for path, mark in wanted.items()
    }
    kept = next(
        each
        for each in found.iter(f"{{{DFXML}}}fileobject")
        if each.findtext(f"{{{DFXML}}}filename") == "kept"
    )
    before = kept.find(f"{{{DELTA}}}original_fileobject")
    assert before is not None
    changed = [each.tag for each in kept if each.attrib.get(f"{{{DELTA}}}changed_property")]
    assert f"{{{DFXML}}}mode" in changed
    assert f"{{{DFXML}}}filesize" not in changed
    assert before.findtext(f"{{{DFXML}}}mode") != kept.findtext(f"{{{DFXML}}}mode")


def test_the_bodyfile_has_both_generations(made: ReportMade) -> None:
    lines = (made.folder / "files.bodyfile").read_text("utf-8").splitlines()
    names = {line.split("|")[1] for line in lines}
    assert {"old.vmdk:1/gone", "old.vmdk:1/kept", "new.vmdk:1/kept", "new.vmdk:1/new"} <= names
    assert all(len(line.split("|")) == 11 for line in lines)
