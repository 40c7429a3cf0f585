"""The case that is open: what it knows of the disk shown, what is kept, what its trail tells."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from redoscope_core import SECTOR, Case, CaseEntry, CaseEntryKind, MarkColour, Progress, SavedSearch
from redoscope_gui.requests import AddEvidence, MakeCase
from redoscope_gui.session import Compared, JobState, Session
from redoscope_gui.session.casework import Casework


@pytest.fixture
def work(session: Session, tip: Path, tmp_path: Path) -> Casework:
    """A case that is open, and the tip of the sample shown."""
    session.open(tip)
    session.casework.make(MakeCase(tmp_path / "cases" / "7", "Office"))
    assert not is_open(session.casework)
    (tmp_path / "cases").mkdir()
    session.casework.make(MakeCase(tmp_path / "cases" / "7", "Office"))
    assert is_open(session.casework)
    return session.casework


def mark(work: Casework, session: Session, name: str, start: int, count: int) -> CaseEntry:
    """Bookmark sectors of the generation shown, as a person does."""
    session.marked.mark((start * SECTOR, (start + count) * SECTOR - 1))
    entry = CaseEntry(CaseEntryKind.BOOKMARK, name, colour=MarkColour.RED)
    work.keep(entry, work.sectors_here())
    assert work.entry is not None
    assert work.entry.name == name
    return work.entry


def acts(work: Casework) -> list[str]:
    assert work.state is not None
    return [each.act for each in work.state.records]


def names(work: Casework) -> list[str]:
    return [each.name for each in work.marks]


def is_open(work: Casework) -> bool:
    return work.state is not None


def trail_faults(work: Casework) -> list[int]:
    assert work.trail_verdict is not None
    return [each.first for each in work.trail_verdict.faults]


def test_a_bookmark_is_of_the_selected_sectors_and_leads_back_to_them(
    session: Session, work: Casework
) -> None:
    session.select_generation(2)
    entry = mark(work, session, "b", 34, 8)
    assert entry.place is not None
    assert (entry.place.generation, entry.place.start, entry.place.count) == (2, 34, 8)
    assert names(work) == ["b"]
    session.select_generation(5)
    session.go_to(0x900000)
    session.marked.mark(None)
    work.go(entry)
    assert (session.cursor.generation, session.cursor.sector) == (2, 34)
    assert session.marked.span == (34 * SECTOR, 42 * SECTOR - 1)
    session.back()
    assert session.cursor.offset == 0x900000


def test_without_a_selection_it_is_of_the_sector_at_the_cursor(
    session: Session, work: Casework
) -> None:
    session.go_to(77 * SECTOR + 3)
    wanted = work.sectors_here()
    assert wanted is not None
    assert (wanted.start, wanted.count) == (77, 1)


def test_a_disk_opened_again_elsewhere_shows_its_bookmarks_again(
    session: Session, work: Casework, sample: Path, tmp_path: Path
) -> None:
    mark(work, session, "b", 34, 8)
    session.leave()
    assert names(work) == []
    moved = shutil.copytree(sample, tmp_path / "moved")
    session.open(moved / "office-000005.vmdk")
    assert work.known is not None
    assert names(work) == ["b"]
    assert acts(work)[-1] == "open"


def test_a_case_that_knows_the_disk_opens_with_it_unless_the_user_closed_one(
    session: Session, work: Casework, tip: Path
) -> None:
    mark(work, session, "b", 34, 8)
    assert work.state is not None
    folder = work.state.case.folder
    work.recent = lambda: [folder]
    work.close()
    session.reload()
    assert not is_open(work)
    work.open(folder)
    session.leave()
    work.state = None  # as in a window that was started anew
    session.open(tip)
    assert is_open(work)
    assert names(work) == ["b"]


def test_a_bookmark_of_a_disk_that_is_not_shown_opens_it(session: Session, work: Casework) -> None:
    entry = mark(work, session, "b", 34, 8)
    session.leave()
    work.go(entry)
    assert session.chain is not None
    assert session.cursor.sector == 34


def test_what_is_done_while_a_case_is_open_is_told_by_its_trail(
    session: Session, work: Casework, tmp_path: Path
) -> None:
    session.compare(Compared(4))
    session.comparing.begin()
    session.hash_generation()
    session.selecting.save(session.scene, 0, 512, tmp_path / "sector.bin")
    assert acts(work)[-3:] == ["compare", "hash", "save"]
    session.selecting.save(session.scene, 0, 512, tmp_path / "sector.bin")
    assert work.state is not None
    assert "error" in work.state.records[-1].result
    work.close()
    lines = len((tmp_path / "cases" / "7" / "audit.jsonl").read_bytes().splitlines())
    session.hash_generation()
    assert len((tmp_path / "cases" / "7" / "audit.jsonl").read_bytes().splitlines()) == lines


def test_digests_are_taken_before_and_compared_after(work: Casework) -> None:
    job = work.hash_evidence()
    assert job is not None
    assert job.state is JobState.DONE
    assert work.state is not None
    (disk,) = work.state.disks
    assert all(file.digests for file in disk.files)
    work.verify()
    assert work.verdict is not None
    assert work.verdict.is_sound
    assert acts(work)[-1] == "verify"


def test_a_changed_byte_of_the_evidence_is_found(
    session: Session, own_sample: Path, tmp_path: Path
) -> None:
    session.open(own_sample / "office-000005.vmdk")
    session.casework.make(MakeCase(tmp_path / "case"))
    session.casework.hash_evidence()
    session.leave()
    with (own_sample / "office.vmdk").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\xff")
    session.casework.verify()
    assert session.casework.verdict is not None
    assert not session.casework.verdict.is_sound


def test_taking_digests_can_be_cancelled_and_leaves_the_case_as_it_was(
    qtbot: QtBot,
    threaded_session: Session,
    tip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session, work = threaded_session, threaded_session.casework
    session.open(tip)
    work.make(MakeCase(tmp_path / "case"))
    qtbot.waitUntil(lambda: work.state is not None and acts(work)[-1] == "open")

    def endless(_request: object) -> Generator[Progress, None, None]:
        while True:
            yield Progress(1, 2, "hashing")

    monkeypatch.setattr(AddEvidence, "run", endless)
    before = acts(work)
    job = work.hash_evidence()
    assert job is not None
    qtbot.waitUntil(lambda: job.progress is not None)
    session.cancel(job)
    qtbot.waitUntil(lambda: job.over)
    assert job.state is JobState.CANCELLED
    assert acts(work) == before


def test_what_another_program_put_into_the_case_is_shown_when_it_is_read_again(
    qtbot: QtBot, session: Session, work: Casework
) -> None:
    mark(work, session, "mine", 34, 8)
    assert work.state is not None
    told: list[None] = []
    work.changed.connect(lambda: told.append(None))
    work.read_again()
    assert not told  # nothing is new: no list is laid out again
    Case.open(work.state.case.folder).keep([CaseEntry(CaseEntryKind.NOTE, text="theirs")])
    with qtbot.waitSignal(work.changed):
        work.read_again()
    assert [each.name or each.text for each in work.state.entries] == ["mine", "theirs"]
    assert work.entry is not None
    assert work.entry.name == "mine"
    shutil.rmtree(work.state.case.folder)
    work.read_again()
    assert len(work.state.entries) == 2
    work.close()
    work.read_again()
    assert not is_open(work)


def test_an_edited_trail_is_found_and_where(work: Casework) -> None:
    work.judge_trail()
    assert trail_faults(work) == []
    assert work.state is not None
    trail = work.state.case.trail
    lines = trail.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b'"open"', b'"oben"')
    trail.write_bytes(b"".join(lines))
    work.judge_trail()
    assert trail_faults(work) == [2]


def test_entries_are_changed_and_removed_and_the_trail_tells_both(
    work: Casework,
) -> None:
    search = CaseEntry(CaseEntryKind.SEARCH, "s", search=SavedSearch("ab", is_hex=True))
    work.keep(search, None)
    assert work.entry is not None
    work.change(replace(work.entry, name="t"))
    assert work.entry.name == "t"
    work.remove(work.entry)
    assert work.state is not None
    assert work.state.entries == ()
    assert acts(work)[-3:] == ["keep", "change", "remove"]


def test_what_one_link_alone_or_an_attached_child_shows_is_not_marked(
    session: Session, work: Casework
) -> None:
    assert work.sectors_here() is not None
    session.look_alone()
    assert not work.can_mark
    assert [work.sectors_here(), work.link_here(), work.file_here("1:/a")] == [None] * 3


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")
def test_the_head_is_signed_by_a_key_of_ssh_keygen(
    session: Session, work: Casework, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)]
    subprocess.run(words, check=True)
    assert work.state is not None
    head = work.state.head
    work.sign(key)
    (signed,) = (work.state.case.folder / "signatures").glob("*.head")
    assert signed.read_text().strip() == str(head)
    work.sign(tmp_path / "none")
    assert session.problems[0].path == tmp_path / "none"


def test_records_are_whole_json_and_in_order_after_all_of_it(
    session: Session, work: Casework
) -> None:
    session.hash_generation()
    assert work.state is not None
    lines = work.state.case.trail.read_text().splitlines()
    assert [json.loads(line)["n"] for line in lines] == list(range(len(lines)))
    assert work.state.head is not None
    assert work.state.head.number == len(lines) - 1
