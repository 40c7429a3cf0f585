"""A case goes out as a document and comes in again; what is no such document does not."""

from __future__ import annotations

import contextlib
import json
import string
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import (
    AlreadyExists,
    Case,
    CaseEntry,
    CaseEntryKind,
    FileRefused,
    InvalidArgument,
    MalformedDocument,
    MarkColour,
    MarkedPlace,
    SavedSearch,
)
from tests.core.operations.casework.conftest import add, bookmark
from tests.core.operations.casework.test_case import PLACE

if TYPE_CHECKING:
    from pathlib import Path

PLACES = st.one_of(
    st.builds(MarkedPlace, st.just(1), st.integers(0, 1)),
    st.builds(MarkedPlace, st.just(1), st.integers(0, 1), st.integers(0, 2047), st.integers(1, 9)),
    st.builds(MarkedPlace, st.just(1), st.integers(0, 1), file=st.text(min_size=1)),
)
# What a file system calls a name that is no text: bytes as U+DC80 to U+DCFF.
BYTES = st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF, categories=["Cs"])
ANY = st.text(st.characters(codec="utf-8") | BYTES, max_size=20)
NAMES = ANY.map(lambda text: f"n{text}")
ENTRIES = st.one_of(
    st.builds(
        CaseEntry, st.just(CaseEntryKind.BOOKMARK), NAMES, ANY, st.sampled_from(MarkColour), PLACES
    ),
    st.builds(CaseEntry, st.just(CaseEntryKind.NOTE), text=NAMES, place=st.none() | PLACES),
    st.builds(
        CaseEntry,
        st.just(CaseEntryKind.SEARCH),
        NAMES,
        ANY,
        search=st.builds(
            SavedSearch, NAMES, ignore_case=st.booleans(), encodings=st.lists(NAMES).map(tuple)
        ),
    ),
)
TAGGED = st.builds(
    lambda entry, tags: replace(entry, tags=tuple(tags)),
    ENTRIES,
    st.sets(st.text(string.ascii_letters + "\u202e\udcff<'\"", min_size=1), max_size=3),
)


@settings(max_examples=15)
@given(entries=st.lists(TAGGED, min_size=1, max_size=8))
def test_whatever_is_kept_comes_back_as_it_was_and_goes_out_and_in_again(
    case: Case, entries: list[CaseEntry]
) -> None:
    kept = case.keep(entries)
    wanted = [replace(each, tags=tuple(sorted(each.tags))) for each in entries]
    assert [replace(each, number=0, uid="", made="", changed="") for each in kept] == wanted
    assert list(case.entries()[-len(kept) :]) == kept
    out = case.folder.parent / "out.json"
    again = case.folder.parent / "again.json"
    case.export(out, force=True)
    other = Case.from_document(case.folder.parent / f"case{kept[-1].uid}", out)
    assert (other.head, other.entries(), other.disks()) == (
        case.head,
        case.entries(),
        case.disks(),
    )
    other.export(again, force=True)
    assert again.read_bytes().splitlines()[:-1] == out.read_bytes().splitlines()[:-1]


def test_what_another_case_has_comes_in_once_and_what_both_have_stays(
    tmp_path: Path, case: Case, disk: Path
) -> None:
    case.keep([bookmark(PLACE), CaseEntry(CaseEntryKind.NOTE, text="theirs")])
    case.export(tmp_path / "out.json")
    mine = Case.new(tmp_path / "mine")
    mine.keep([CaseEntry(CaseEntryKind.NOTE, text="mine")])
    add(mine, disk)
    brought = mine.bring_in(tmp_path / "out.json")
    assert brought == (0, 2, 0, ())
    assert [each.text for each in mine.entries()] == ["mine", "", "theirs"]
    assert [each.number for each in mine.entries()] == [1, 2, 3]
    mine.change(replace(mine.entry(3), text="changed"))
    assert mine.bring_in(tmp_path / "out.json") == (0, 0, 1, (3,))
    assert mine.entry(3).text == "changed"
    empty = Case.new(tmp_path / "empty")
    assert empty.bring_in(tmp_path / "out.json")[:2] == (1, 2)
    assert empty.disks()[0].files == case.disks()[0].files


def test_a_document_does_not_bring_a_case_beside_its_evidence(
    tmp_path: Path, case: Case, disk: Path
) -> None:
    case.export(tmp_path / "out.json")
    (disk.parent / "deep").mkdir()
    for folder in (disk.parent / "deep" / "case", disk.parent / "case"):
        with pytest.raises(FileRefused, match="beside evidence"):
            Case.from_document(folder, tmp_path / "out.json")
        assert not folder.exists()
    made = Case.new(disk.parent / "deep" / "new")
    with pytest.raises(FileRefused, match="beside evidence"):
        made.bring_in(tmp_path / "out.json")


def test_an_export_replaces_nothing_that_it_must_not(tmp_path: Path, case: Case) -> None:
    taken = tmp_path / "taken.json"
    taken.write_text("x")
    with pytest.raises(AlreadyExists):
        case.export(taken)
    for name in ("notes.sqlite", "case.json", "audit.jsonl"):
        with pytest.raises(FileRefused, match="a file of the case itself"):
            case.export(case.folder / name, force=True)
    with pytest.raises(FileRefused, match="never replaced"):
        case.export(case.disks()[0].path, force=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[" * 10**5,
        "[]",
        '{"redoscope_case": 2}',
        '{"redoscope_case": true}',
        '{"redoscope_case": 1}',
        '{"redoscope_case": 1, "case": {}, "disks": [], "entries": [], "trail_head": null}',
    ],
    ids=lambda text: text[:30],
)
def test_what_is_no_document_of_a_case_is_refused_in_one_line(
    tmp_path: Path, case: Case, text: str
) -> None:
    path = tmp_path / "out.json"
    path.write_text(text)
    (case.folder / "case.json").write_text(text)
    with pytest.raises(MalformedDocument) as refused:
        case.bring_in(path)
    assert str(refused.value).startswith(str(path))
    assert "\n" not in str(refused.value)
    with pytest.raises(MalformedDocument):
        Case.open(case.folder)


@settings(max_examples=40)
@given(data=st.data())
def test_no_value_of_a_document_that_can_not_be_comes_in(case: Case, data: st.DataObject) -> None:
    out = case.folder.parent / "damaged.json"
    if not case.entries():
        case.keep([bookmark(PLACE), CaseEntry(CaseEntryKind.SEARCH, "s", search=SavedSearch("x"))])
    before = case.entries(), case.disks()
    case.export(out, force=True)
    document = json.loads(out.read_bytes())
    at: object = document
    while isinstance(at, dict | list) and at:
        keys = sorted(at) if isinstance(at, dict) else list(range(len(at)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(at[key], dict | list) and at[key] and data.draw(st.booleans()):
            at = at[key]
            continue
        at[key] = data.draw(st.sampled_from([None, -1, 2**64, 1.5, True, "x" * 70000, [{}], {}]))
        break
    out.write_text(json.dumps(document))
    with contextlib.suppress(MalformedDocument, InvalidArgument):
        case.bring_in(out)
    entries, disks = case.entries(), case.disks()
    assert entries[: len(before[0])] == before[0]
    assert disks[: len(before[1])] == before[1]
