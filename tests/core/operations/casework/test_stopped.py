"""A case that is killed, or refused by the system, at any change: as before, or as after."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from redoscope_core import (
    Case,
    CaseEntry,
    CaseEntryKind,
    VmdkError,
    leftovers,
    remove_leftovers,
    verify_trail,
)
from redoscope_core.format.trail import TrailFaultKind
from redoscope_core.operations.casework import store
from tests.core.cli.kills import CHANGING, Killed
from tests.core.finished import finished
from tests.core.operations.casework.conftest import add, bookmark
from tests.core.operations.casework.test_case import PLACE, told

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

NOTE = CaseEntry(CaseEntryKind.NOTE, text="noted")
CHANGES = (
    *((os, name) for name in (*CHANGING, "write", "fsync", "mkdir", "rename", "rmdir")),
    *((store.Store, name) for name in ("tell", "tell_many")),
)


@contextmanager
def stopped(before: int, error: OSError | None = None) -> Generator[list[str]]:
    """Let the change of number *before*, and all later ones, not happen: the program is killed.

    Half of what was to be written in that moment is. With an *error* that one alone fails, if it is
    one of the system, and the program lives. Yields the changes so far.
    """
    done: list[str] = []

    def spied(owner: object, name: str) -> Callable[..., object]:
        call = getattr(owner, name)

        def change(*arguments: object, **named: object) -> object:
            done.append(name)
            if error is not None and len(done) == before and owner is os:
                raise error
            if error is None and len(done) >= before:
                if name == "write" and len(done) == before:
                    descriptor, data = arguments
                    assert isinstance(data, bytes)
                    call(descriptor, data[: len(data) // 2])
                raise Killed
            return call(*arguments, **named)

        return change

    with ExitStack() as patched:
        for owner, name in CHANGES:
            patched.enter_context(patch.object(owner, name, spied(owner, name)))
        yield done


def records(case: Case) -> list[object]:
    """Return the numbers of the entries of whose keeping the trail tells."""
    return [args["number"] for act, args in told(case) if act == "keep"]


def whole(case: Case, before: int) -> None:
    """Hold that *case* has *before* entries or one more, and goes on with all records there."""
    entries = case.entries()
    assert len(entries) in {before, before + 1}
    faults = verify_trail(case.trail).faults
    assert {fault.kind for fault in faults} <= {TrailFaultKind.TORN}
    (more,) = case.keep([NOTE])
    verdict = verify_trail(case.trail, case.trail_head())
    assert verdict.is_sound, verdict.faults
    assert [entry.number for entry in case.entries()] == records(case)
    assert case.entries() == (*entries, more)


def test_killed_at_each_change_a_case_is_as_before_or_after_and_no_record_is_lost(
    tmp_path: Path, case: Case
) -> None:
    case.keep([bookmark(PLACE)])
    point, killed = 0, True
    while killed:
        point += 1
        copy = Case(tmp_path / f"copy{point}", case.head)
        shutil.copytree(case.folder, copy.folder)
        try:
            with stopped(point):
                copy.keep([bookmark(PLACE, "second")])
        except Killed:
            pass
        else:
            killed = False
            assert len(copy.entries()) == 2
        whole(copy, 1)
    assert point > 10


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_change_that_the_system_refuses_is_told_and_its_record_follows(
    tmp_path: Path, case: Case, number: int
) -> None:
    point, reached = 0, 1
    while reached > point:
        point += 1
        copy = Case(tmp_path / f"copy{point}", case.head)
        shutil.copytree(case.folder, copy.folder)
        with stopped(point, OSError(number, os.strerror(number))) as done:
            try:
                copy.keep([NOTE])
            except VmdkError as error:
                assert "the trail can't tell of it yet" in str(error)  # noqa: PT017 - not always
        reached = len(done)
        whole(copy, 0 if not copy.entries() else 1)


def test_a_case_that_is_killed_while_it_is_made_is_not_there_or_whole(tmp_path: Path) -> None:
    point, killed = 0, True
    while killed:
        point += 1
        folder = tmp_path / f"case{point}"
        try:
            with stopped(point):
                Case.new(folder, title="T")
        except Killed:
            if not folder.exists():
                remove_leftovers(leftovers(tmp_path))
                assert not any(".part" in path.name for path in tmp_path.iterdir())
                continue
        else:
            killed = False
        whole(Case.open(folder), 0)
    assert point > 10


def test_a_case_that_can_not_be_made_leaves_nothing(tmp_path: Path) -> None:
    point, reached = 0, 1
    while reached > point:
        point += 1
        home = tmp_path / f"home{point}"
        home.mkdir()
        failed = False
        with stopped(point, OSError(errno.EACCES, "no")) as done:
            try:
                Case.new(home / "case")
            except VmdkError:
                failed = True
        reached = len(done)
        assert os.listdir(home) == ([] if failed else ["case"]), (point, done)  # noqa: PTH208


def test_evidence_that_is_added_when_the_program_is_killed_is_there_with_all_digests_or_not(
    tmp_path: Path, disk: Path
) -> None:
    new = Case.new(tmp_path / "new")
    point, killed = 0, True
    while killed:
        point += 1
        copy = Case(tmp_path / f"copy{point}", new.head)
        shutil.copytree(new.folder, copy.folder)
        try:
            with stopped(point):
                add(copy, disk)
        except Killed:
            pass
        else:
            killed = False
        hashed = [file.digests for each in copy.disks() for file in each.files]
        assert None not in hashed
        assert len(hashed) in {0, 2}
        copy.keep([NOTE])
        acts = [act for act, _ in told(copy) if act != "torn"]
        assert acts == ["case", *(["add", "digests"] if hashed else []), "keep"]
        assert verify_trail(copy.trail, copy.trail_head()).is_sound


AT_ANY_MOMENT = """
import os, random, signal, sys
from pathlib import Path
from redoscope_core import Case, CaseEntry, CaseEntryKind, verify_trail
case = Case.open(Path(sys.argv[1]))
note = CaseEntry(CaseEntryKind.NOTE, text="noted")
case.keep([note])
for turn in range(40):
    before = len(case.entries())
    child = os.fork()
    if not child:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, random.uniform(1e-4, 8e-3))
        try:
            case.keep([note])
            case.keep([note])
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    entries = case.entries()
    assert before <= len(entries) <= before + 2, (before, len(entries))
    assert {each.kind.value for each in verify_trail(case.trail).faults} <= {"torn"}
case.keep([note])
assert verify_trail(case.trail, case.trail_head()).is_sound
"""


def test_killed_by_the_system_at_any_moment_a_case_stays_whole(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "case")
    subprocess.run([sys.executable, "-c", AT_ANY_MOMENT, str(case.folder)], check=True, timeout=60)
    assert [entry.number for entry in case.entries()] == records(case)


AT_ONCE = """
import sys, threading
from pathlib import Path
from redoscope_core import Case, CaseEntry, CaseEntryKind
case = Case.open(Path(sys.argv[1]))
def work(name):
    for at in range(12):
        case.keep([CaseEntry(CaseEntryKind.NOTE, text=f"{name} {at}")])
        case.entries()
threads = [threading.Thread(target=work, args=[sys.argv[2] + name]) for name in "xy"]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def test_two_programs_and_their_threads_at_once_lose_nothing(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "case")
    started = [
        subprocess.Popen([sys.executable, "-c", AT_ONCE, str(case.folder), name]) for name in "ab"
    ]
    assert [each.wait(60) for each in started] == [0, 0]
    texts = [entry.text for entry in case.entries()]
    for name in ("ax", "ay", "bx", "by"):
        assert [text for text in texts if text[:2] == name] == [f"{name} {at}" for at in range(12)]
    assert records(case) == list(range(1, 49))
    assert verify_trail(case.trail, case.trail_head()).is_sound


def test_an_older_copy_of_the_notes_loses_no_record_and_is_told(case: Case) -> None:
    notes = case.folder / store.NOTES
    older = notes.read_bytes()
    case.keep([NOTE])
    case.keep([NOTE])
    notes.write_bytes(older)
    verdict = finished(case.verify())
    assert verdict.database == (
        "notes.sqlite is an older copy: the trail tells of 2 later records",
    )
    case.keep([NOTE])
    assert [act for act, _ in told(case)][-4:] == ["keep", "older-notes", "verify", "keep"]
    assert finished(case.verify()).is_sound


def test_a_trail_that_was_cut_exchanged_or_taken_away_is_noticed_before_anything_is_changed(
    case: Case,
) -> None:
    case.keep([NOTE])
    kept = case.trail.read_bytes()
    lines = kept.splitlines(keepends=True)
    for damaged in (b"".join(lines[:-1]), b"", kept.replace(b"noted", b"Noted"), b"hello\n"):
        case.trail.write_bytes(damaged)
        with pytest.raises(VmdkError) as refused:
            case.keep([NOTE])
        assert str(case.trail) in str(refused.value)
        assert case.trail.read_bytes() == damaged
    case.trail.unlink()
    with pytest.raises(VmdkError, match="put back a copy"):
        case.keep([NOTE])
    assert not case.trail.exists()
    assert len(case.entries()) == 1
    case.trail.write_bytes(kept)
    case.keep([NOTE])
