"""A case keeps disks, bookmarks, notes and searches, and its trail tells of each."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from redoscope_core import (
    AlreadyExists,
    Case,
    CaseEntry,
    CaseEntryKind,
    Chain,
    DiskLikeness,
    FileMissing,
    FileRefused,
    InUse,
    InvalidArgument,
    MarkColour,
    MarkedPlace,
    OutOfRange,
    SavedSearch,
    VmdkError,
    note_event,
    verify_trail,
)
from redoscope_core.format.trail import record_of
from tests.core.finished import finished
from tests.core.links import make_child
from tests.core.operations.casework.conftest import add, bookmark, evidence

if TYPE_CHECKING:
    from pathlib import Path

PLACE = MarkedPlace(1, 0, 5, 3)


def told(case: Case) -> list[tuple[str, dict[str, Any]]]:
    """Return act and args of each record of the trail; a torn line is none."""
    found = [record_of(line) for line in case.trail.read_bytes().splitlines()]
    return [
        (str(each["act"]), dict(cast("dict[str, Any]", each["args"]))) for each in found if each
    ]


def test_a_new_case_is_a_folder_of_its_own_that_only_its_owner_may_look_into(
    tmp_path: Path,
) -> None:
    made = Case.new(tmp_path / "case", title="T", examiner="E", exhibit="X")
    names = sorted(path.name for path in made.folder.iterdir())
    assert names == ["audit.jsonl", "case.json", "notes.sqlite", "reports"]
    assert made.folder.stat().st_mode & 0o777 == 0o700
    assert Case.open(tmp_path / "case") == made
    assert (made.head.title, made.head.examiner, made.head.exhibit) == ("T", "E", "X")
    assert [act for act, _ in told(made)] == ["case"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case"]


def test_an_empty_folder_becomes_a_case_and_one_that_holds_something_does_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "empty").mkdir()
    Case.new(tmp_path / "empty")
    with pytest.raises(AlreadyExists, match="a case is there already"):
        Case.new(tmp_path / "empty")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").touch()
    for name in ("full", "full/letter"):
        with pytest.raises(AlreadyExists, match="the name is taken"):
            Case.new(tmp_path / name)
    for name in ("absent/case", "full/letter/case", "a\0b"):
        with pytest.raises(VmdkError):
            Case.new(tmp_path / name)
    with pytest.raises(InvalidArgument, match="title is too long"):
        Case.new(tmp_path / "new", title="x" * 1001)
    with pytest.raises(FileMissing, match="no case is here"):
        Case.open(tmp_path / "full")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "full"]


@pytest.mark.parametrize("where", ["evidence", "evidence/case", "evidence/deep/case", "."])
def test_a_case_never_lies_beside_evidence_unless_that_was_asked_for(
    tmp_path: Path, where: str
) -> None:
    disk = evidence(tmp_path / "evidence")
    (tmp_path / "evidence" / "deep").mkdir()
    folder = tmp_path / where
    if where in {"evidence", "evidence/case"}:
        with pytest.raises((FileRefused, AlreadyExists)):
            Case.new(folder)
    if where == "evidence/deep/case":
        made = Case.new(folder)
    elif where == ".":
        made = Case.new(tmp_path / "case")
        disk = evidence(made.folder / "disks")
    else:
        made = Case.new(tmp_path / "evidence/case", beside_evidence=True)
        add(made, disk)
        return
    with pytest.raises(FileRefused, match="a case does not lie beside evidence"):
        add(made, disk)
    assert made.disks() == ()


def test_evidence_that_a_symbolic_link_leads_to_counts_where_it_lies(tmp_path: Path) -> None:
    disk = evidence(tmp_path / "evidence")
    (tmp_path / "shown").symlink_to(disk.parent)
    (disk.parent / "deep").mkdir()
    made = Case.new(disk.parent / "deep" / "case")
    with pytest.raises(FileRefused, match="beside evidence"):
        add(made, tmp_path / "shown" / disk.name)


def test_every_file_of_a_disk_has_its_digests_and_no_byte_of_it_changes(
    case: Case, disk: Path
) -> None:
    (found,) = case.disks()
    assert [file.path.name for file in found.files] == ["base.vmdk", "kid.vmdk"]
    assert [file.generation for file in found.files] == [0, 1]
    for file in found.files:
        assert file.digests is not None
        assert (file.length, file.modified) == (
            file.path.stat().st_size,
            file.path.stat().st_mtime_ns,
        )
    told_of = [args for act, args in told(case) if act == "digests"]
    assert told_of == [{"disk": 1}]
    assert add(case, disk).outcome.value == "known"
    assert len(case.disks()) == 1


def test_a_disk_is_known_wherever_it_lies_and_gets_its_digests_when_they_are_taken(
    tmp_path: Path, disk: Path
) -> None:
    case = Case.new(tmp_path / "case")
    assert add(case, disk, hashed=False).disk.files[0].digests is None
    disk.parent.rename(tmp_path / "elsewhere")
    moved = tmp_path / "elsewhere" / disk.name
    with Chain.open(moved) as chain:
        known = case.known(chain)
        assert known is not None
        assert (known.disk.number, known.likeness) == (1, DiskLikeness.SAME)
        older = case.known(chain.up_to(0))
        assert older is not None
        assert older.likeness is DiskLikeness.OLDER
        assert case.place(chain.up_to(0), 5, 3) == PLACE
    assert add(case, moved, hashed=False).outcome.value == "moved"
    assert add(case, moved).outcome.value == "hashed"
    first = add(case, moved)
    assert (first.outcome.value, first.disk.path) == ("known", moved)
    assert [disk.number for disk in case.disks()] == [1]


def test_a_child_that_was_made_since_is_no_disk_of_the_case_until_it_is_added(
    case: Case, disk: Path
) -> None:
    grandchild = make_child(disk, "grandchild.vmdk")
    with Chain.open(grandchild) as chain:
        known = case.known(chain)
        assert known is not None
        assert known.likeness is DiskLikeness.NEWER
        with pytest.raises(InvalidArgument, match="not a disk of this case"):
            case.place(chain)
        assert case.place(chain.up_to(1)) == MarkedPlace(1, 1)
        assert case.place(chain, generation=1) == MarkedPlace(1, 1)
    with Chain.open(disk.parent / "base.vmdk") as chain:
        assert finished(case.add(chain)).disk.number == 2
    with Chain.open(grandchild) as chain:
        made_of = case.known(chain)
        assert made_of is not None
        assert made_of.disk.number == 1
    assert add(case, grandchild).disk.number == 3


def test_a_place_on_a_shared_base_disk_is_one_of_the_disk_that_was_named(
    case: Case, disk: Path
) -> None:
    branch = make_child(disk.parent / "base.vmdk", "branch.vmdk")
    assert add(case, branch).disk.number == 2
    with Chain.open(branch) as chain:
        assert case.place(chain, 5, 3, generation=0) == MarkedPlace(2, 0, 5, 3)
        with pytest.raises(InvalidArgument, match="not a disk of this case"):
            case.place(chain, generation=2)


def test_a_copy_with_other_bytes_is_another_disk_and_changed_evidence_is_refused(
    tmp_path: Path, case: Case, disk: Path
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    for file in disk.parent.iterdir():
        (copies / file.name).write_bytes(file.read_bytes())
    assert add(case, copies / disk.name).disk.number == 1
    base = bytearray((copies / "base.vmdk").read_bytes())
    base[-1] ^= 1
    (copies / "base.vmdk").write_bytes(base)
    assert add(case, copies / disk.name).disk.number == 2
    (disk.parent / "base.vmdk").write_bytes(base)
    with pytest.raises(FileRefused, match=r"not as it was when it was added as disk 1.*base\.vmdk"):
        add(case, disk)


def test_a_place_has_to_be_on_a_disk_of_the_case(case: Case, disk: Path) -> None:
    with Chain.open(disk) as chain:
        with pytest.raises(OutOfRange):
            case.place(chain, 2047, 2)
        assert case.place(chain, 2047) == MarkedPlace(1, 1, 2047, 1)
        assert case.place(chain, file="2:/etc/passwd").file == "2:/etc/passwd"
    for place in (MarkedPlace(2, 0), MarkedPlace(1, 2)):
        with pytest.raises(InvalidArgument, match="on no disk of the case"):
            case.keep([bookmark(place)])


@pytest.mark.parametrize(
    ("entry", "match"),
    [
        (CaseEntry(CaseEntryKind.BOOKMARK, "x", colour=MarkColour.RED), "of no disk"),
        (
            CaseEntry(CaseEntryKind.BOOKMARK, " ", colour=MarkColour.RED, place=PLACE),
            "without a name",
        ),
        (CaseEntry(CaseEntryKind.BOOKMARK, "x", place=PLACE), "has a colour"),
        (CaseEntry(CaseEntryKind.NOTE, "x"), "without a text"),
        (CaseEntry(CaseEntryKind.NOTE, text="x" * 65537), "text is too long"),
        (CaseEntry(CaseEntryKind.NOTE, text="x", tags=("",)), "a tag without a letter"),
        (CaseEntry(CaseEntryKind.NOTE, text="x", tags=tuple(map(str, range(51)))), "too many tags"),
        (CaseEntry(CaseEntryKind.NOTE, text="x", search=SavedSearch("x")), "has a pattern"),
        (CaseEntry(CaseEntryKind.SEARCH, "x"), "has a pattern"),
        (CaseEntry(CaseEntryKind.SEARCH, "x", search=SavedSearch("")), "search for nothing"),
        (CaseEntry(CaseEntryKind.SEARCH, "x", search=SavedSearch("a", True, True)), "not both"),
        (bookmark(MarkedPlace(1, 0, 5)), "a start and a count"),
        (bookmark(MarkedPlace(1, 0, 5, 0)), "sectors that no disk has"),
        (bookmark(MarkedPlace(1, 0, 5, 1, "/x")), "sectors or a file"),
    ],
)
def test_an_entry_that_is_none_is_refused_and_nothing_is_kept(
    case: Case, entry: CaseEntry, match: str
) -> None:
    before = case.trail_head()
    with pytest.raises(InvalidArgument, match=match):
        case.keep([bookmark(PLACE), entry])
    assert (case.entries(), case.trail_head()) == ((), before)


def test_entries_are_changed_tagged_and_removed_and_a_number_is_never_given_again(
    case: Case,
) -> None:
    one, two = case.keep([bookmark(PLACE), CaseEntry(CaseEntryKind.NOTE, text="two")])
    assert (one.number, two.number) == (1, 2)
    changed = case.change(replace(one, name="other", colour=MarkColour.BLUE, uid="", made=""))
    assert (changed.uid, changed.made, changed.name) == (one.uid, one.made, "other")
    assert [each.tags for each in case.tag([2, 1], ["b", " a "])] == [("a", "b")] * 2
    assert [each.tags for each in case.tag([2], ["a"], off=True)] == [("b",)]
    assert [each.tags for each in case.entries()] == [("a", "b"), ("b",)]
    assert case.entry(1).name == "other"
    case.remove([2])
    (third,) = case.keep([CaseEntry(CaseEntryKind.NOTE, text="three")])
    assert third.number == 3
    for act in (
        lambda: case.remove([1, 2]),
        lambda: case.tag([9], ["x"]),
        lambda: case.change(replace(one, number=7)),
        lambda: case.entry(2),
        lambda: case.entry(2**64),
        lambda: case.entry(-1),
        lambda: case.remove(range(1, 1000)),
    ):
        with pytest.raises(InvalidArgument, match="no entry of the case has this number"):
            act()
    acts = [act for act, _ in told(case)]
    assert acts[3:] == ["keep", "keep", "change", "tag", "tag", "tag", "remove", "keep"]
    assert verify_trail(case.trail, case.trail_head()).is_sound


def test_a_disk_is_taken_out_of_a_case_once_no_entry_is_about_it(case: Case, disk: Path) -> None:
    case.keep([bookmark(PLACE)])
    with pytest.raises(InvalidArgument, match="entries of the case are about disk 1, found 1"):
        case.remove_disk(1)
    case.remove([1])
    with pytest.raises(InvalidArgument, match="no disk of the case has this number"):
        case.remove_disk(2)
    assert case.remove_disk(1).path == disk
    assert case.disks() == ()
    assert told(case)[-1][1]["disk"] == 1
    assert finished(case.verify()).is_sound
    assert add(case, disk).disk.number == 2


def test_what_trail_notes_by_itself_is_part_of_the_trail_of_the_case(case: Case) -> None:
    note_event(case.trail, "note", {"text": "seal 1234 whole"})
    case.keep([bookmark(PLACE)])
    assert [act for act, _ in told(case)[-2:]] == ["note", "keep"]
    assert finished(case.verify()).is_sound


def test_many_entries_at_once_are_one_record_that_proves_them(case: Case) -> None:
    many = [bookmark(replace(PLACE, start=at % 2048, count=1), f"mark {at}") for at in range(3000)]
    kept = case.keep(many)
    assert case.entries() == tuple(kept)
    act, args = told(case)[-1]
    assert (act, args) == ("keep", {"first": 1, "last": 3000})


def test_anything_that_was_done_can_be_told_and_what_no_record_holds_is_refused(
    case: Case,
) -> None:
    case.record("report", {"out": "a\n\u202e"}, {"sha256": "0"})
    assert told(case)[-1] == ("report", {"out": "a\n\u202e"})
    before = case.trail.read_bytes()
    for args in ({"x": "y" * 2**20}, {"x": object()}, {"x": float("nan")}):
        with pytest.raises(InvalidArgument):
            case.record("report", args)
    assert case.trail.read_bytes() == before
    case.record("report", {})


def test_evidence_whose_hashing_is_given_up_is_not_added(tmp_path: Path, disk: Path) -> None:
    case = Case.new(tmp_path / "case")
    with Chain.open(disk) as chain:
        steps = case.add(chain)
        assert next(steps).note == "hashing base.vmdk"
        steps.close()
    assert case.disks() == ()
    assert [act for act, _ in told(case)] == ["case"]


def test_a_file_that_is_written_to_while_it_is_hashed_is_told(case: Case, disk: Path) -> None:
    with Chain.open(disk) as chain:
        steps = case.add(chain)
        next(steps)
        os.utime(disk.parent / "base.vmdk")
        with pytest.raises(InUse, match=r"base\.vmdk: the file was changed while it was hashed"):
            finished(steps)
