"""What the session says and does beside the disk that is shown: messages, policies, jobs, ends."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Finding, InvalidHandle, Kind, Leniency, Policy, create_disk
from redoscope_gui.requests import CreateDisk, LinkCount
from redoscope_gui.session import Cursor, JobState

if TYPE_CHECKING:
    from redoscope_gui.session import Session


def heard_by(session: Session) -> list[str]:
    """Return a list that grows by each line for the status bar."""
    lines: list[str] = []
    session.message.connect(lines.append)
    return lines


def test_another_folder_is_told_with_its_links_and_the_same_one_is_not(
    session: Session, own_sample: Path
) -> None:
    lines, begun, done = heard_by(session), list[Path](), list[Path]()
    session.opening.connect(begun.append)
    session.opened.connect(done.append)
    session.open(own_sample)
    session.reload()
    assert lines == ["Links found: 7"]
    assert begun == done == [own_sample, own_sample]
    assert session.source == own_sample


def test_reading_again_can_go_to_another_link_at_the_same_byte(
    session: Session, own_sample: Path
) -> None:
    session.reload()
    assert session.source is None
    session.open(own_sample, offset=1024)
    session.reload(own_sample / "office-000001.vmdk")
    assert session.cursor == Cursor(own_sample / "office-000001.vmdk", 1, 1024)


def test_what_is_allowed_is_added_to_what_was(session: Session, own_sample: Path) -> None:
    session.open(own_sample, Policy(search=(own_sample,)))
    session.allow(Leniency.OUTSIDE)
    session.allow(Leniency.DIRTY_JOURNAL, own_sample / "office.vmdk")
    assert session.policy == Policy(search=(own_sample,)).allowing(
        Leniency.OUTSIDE, Leniency.DIRTY_JOURNAL
    )
    assert session.cursor.path == own_sample / "office.vmdk"


def test_raw_data_of_the_folder_is_shown_in_it_and_other_data_alone(
    session: Session, tmp_path: Path
) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "raw.vmdk").write_bytes(b"r" * 4096)
    create_disk(tmp_path / "one" / "disk.vmdk", 2048)
    session.open(tmp_path / "one")
    session.open_flat(tmp_path / "two" / "raw.vmdk")
    assert session.source == session.cursor.path == tmp_path / "two" / "raw.vmdk"
    assert session.policy == Policy().allowing(Leniency.BARE_FLAT)
    assert session.chain is not None
    assert session.chain.read(0, 1) == b"r" * 512


def test_a_link_that_does_not_open_is_told_and_nothing_is_shown(
    session: Session, own_sample: Path
) -> None:
    session.open(own_sample)
    tip, branch = own_sample / "office-000005.vmdk", own_sample / "office-000002-child1a.vmdk"
    branch.write_bytes(b"")
    lines = heard_by(session)
    session.select_link(branch, 2048)
    assert session.chain is None
    assert session.cursor == Cursor(branch, 0, 2048)
    assert lines == [session.problems[0].text]
    assert session.problems[0].path == branch
    assert not session.is_older_generation
    session.select_link(tip)
    assert session.chain_error is None
    assert session.problems == ()
    assert session.cursor == Cursor(tip, 5, 2048)


def test_a_link_that_is_nowhere_is_not_gone_to(session: Session, own_sample: Path) -> None:
    session.select_link(own_sample / "office.vmdk")
    session.select_generation(1)
    session.back()
    assert session.cursor == Cursor()
    session.open(own_sample)
    place = session.cursor
    session.select_link(own_sample / "nowhere.vmdk")
    session.forward()
    session.back()
    assert session.cursor == place


def test_steps_are_no_jumps(session: Session, tip: Path) -> None:
    session.open(tip)
    session.select_generation(3)
    session.step_generation(-1)
    session.step_generation(-1)
    assert session.cursor.generation == 1
    session.back()
    assert session.cursor.generation == 5
    session.forward()
    assert session.cursor.generation == 1


def test_what_was_shown_is_closed_when_another_chain_comes_and_in_the_end(
    session: Session, sample: Path, tip: Path
) -> None:
    session.open(tip)
    first = session.chain
    session.select_link(sample / "office-000002-child1a.vmdk")
    second = session.chain
    assert first is not None
    assert second is not None
    with pytest.raises(InvalidHandle):
        first.read(0, 1)
    assert len(second.read(0, 1)) == 512
    session.close()
    with pytest.raises(InvalidHandle):
        second.read(0, 1)


def test_a_new_disk_is_told_and_opened(session: Session, tmp_path: Path) -> None:
    lines, done, failed = heard_by(session), list[str](), list[Exception]()
    request = CreateDisk(tmp_path / "new.vmdk", 4096, "monolithicSparse", "lsilogic")
    session.making.create_disk(request, done=lambda: done.append("done"), failed=failed.append)
    assert (session.source, done, failed) == (tmp_path / "new.vmdk", ["done"], [])
    assert "Created new.vmdk" in lines
    session.making.create_disk(request, done=lambda: done.append("again"), failed=failed.append)
    assert (len(done), len(failed)) == (1, 1)
    session.making.create_disk(request)
    assert (session.problems[0].path, session.problems[0].what) == (
        request.path,
        "the name is taken",
    )


def test_a_child_is_made_of_the_link_that_is_named(session: Session, own_sample: Path) -> None:
    done: list[str] = []
    session.create_child(own_sample / "c.vmdk", done=lambda: done.append("done"))
    assert not (own_sample / "c.vmdk").exists()
    session.open(own_sample)
    lines = heard_by(session)
    session.create_child(
        own_sample / "c.vmdk",
        parent=own_sample / "office-000001.vmdk",
        done=lambda: done.append("done"),
    )
    assert session.chain is not None
    assert [link.path.stem for link in session.chain.links] == ["office", "office-000001", "c"]
    assert (done, lines[0]) == (["done"], "Created c.vmdk")


def test_joining_is_told_and_shows_the_child_at_the_same_byte(
    session: Session, own_sample: Path
) -> None:
    session.open(own_sample, offset=4096)
    session.select_generation(1)
    lines, done = heard_by(session), list[str]()
    child, parent = own_sample / "office-000005.vmdk", own_sample / "office-000004.vmdk"
    session.attach(child, parent, done=lambda: done.append("done"))
    assert lines == ["Attached office-000005.vmdk to office-000004.vmdk; no file was changed"]
    assert (done, session.cursor) == (["done"], Cursor(child, 5, 4096))
    assert session.scene.shows_joined
    session.select_generation(2)
    assert not session.scene.shows_joined


def test_the_hash_is_that_of_the_generation_at_the_cursor(
    session: Session, own_sample: Path
) -> None:
    assert session.hash_generation() is None
    session.open(own_sample)
    for joined, generation in ((False, 1), (True, 5)):
        if joined:
            session.attach(own_sample / "office-000005.vmdk", own_sample / "office-000004.vmdk")
        session.select_generation(generation)
        lines = heard_by(session)
        assert session.generation_chain is not None
        flat = session.generation_chain.read(0, session.generation_chain.capacity)
        job = session.hash_generation("md5")
        name = session.generation_chain.path.name
        told = f"md5 {hashlib.md5(flat, usedforsecurity=False).hexdigest()}"
        assert job is not None
        assert (job.state, job.result) == (JobState.DONE, told)
        assert job.title == f"Hash of {name}, generation {generation}"
        assert lines == [f"{name}: {told}"]


def test_of_a_link_that_did_not_open_nothing_is_hashed_or_listed(
    session: Session, own_sample: Path
) -> None:
    (own_sample / "office.vmdk").unlink()
    session.open(own_sample / "office-000001.vmdk")
    assert session.cursor.path is not None
    assert session.generation_chain is None
    assert session.hash_generation() is None
    assert session.making.list_unreadable(session.scene, own_sample / "list.csv") is None


def test_a_link_looked_at_alone_stays_so_when_it_is_read_again_and_another_does_not(
    session: Session, tip: Path
) -> None:
    session.open(tip)
    session.look_alone()
    for select in (None, tip):
        session.reload(select)
        assert (session.scene.is_alone, session.cursor.path) == (True, tip)
    session.reload(tip.parent / "office-000003.vmdk")
    assert (session.scene.is_alone, session.cursor.generation) == (False, 3)


def test_counts_are_told_only_if_they_say_something_new(session: Session, tip: Path) -> None:
    session.open(tip)
    told: list[str] = []
    session.problems_changed.connect(lambda: told.append("changed"))
    session.note_counts({tip: LinkCount(8, 0)}, {})
    assert told == []
    session.note_counts({tip: LinkCount(8, 0, 128, more=2)}, {})
    session.note_counts({tip: LinkCount(8, 0, 128, more=2)}, {})
    assert told == ["changed"]
    assert session.problems[0].path == tip


def test_how_links_fit_together_is_told_of_the_chain_that_is_shown(
    session: Session, tip: Path
) -> None:
    odd = Finding.of(Kind.NO_CID, tip)

    def findings() -> list[Finding]:
        return [problem.finding for problem in session.problems]

    session.note_counts({}, {}, [odd])
    assert findings() == []
    session.open(tip)
    session.note_counts({}, {}, [odd])
    assert findings() == [odd]


def test_problems_are_told_anew_when_another_chain_is_shown(
    session: Session, own_sample: Path
) -> None:
    session.open(own_sample)
    told: list[object] = []
    session.problems_changed.connect(lambda: told.append("changed"))
    session.select_link(own_sample / "office-000002-child1a.vmdk")
    assert session.cursor.path == own_sample / "office-000002-child1a.vmdk"
    assert told
