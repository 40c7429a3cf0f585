"""The trail on the disk: appended whole, proved, and not lost by a kill or by company."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from redoscope_core.errors import DiskFull, FileRefused, InUse, MalformedDocument, VmdkError
from redoscope_core.files import append
from redoscope_core.format.trail import TrailFaultKind
from redoscope_core.operations.reporting.trail import note_event, trail_records, verify_trail

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """A trail of three records."""
    path = tmp_path / "audit.jsonl"
    for number in range(3):
        note_event(path, "note", {"text": f"number {number}"}, who="me")
    return path


def test_events_are_records_of_one_line_each_with_what_was_done(three: Path) -> None:
    lines = [json.loads(line) for line in three.read_text("ascii").splitlines()]
    assert [line["n"] for line in lines] == [0, 1, 2]
    assert lines[1]["args"] == {"text": "number 1"}
    assert lines[1]["who"] == "me"
    assert lines[1]["when"].endswith("+00:00")
    assert three.stat().st_mode & 0o777 == 0o600
    verdict = verify_trail(three)
    assert verdict.is_sound
    assert verdict.head is not None
    assert verdict.head.number == 2


def test_killed_at_each_byte_of_a_write_it_verifies_up_to_the_last_whole_record(
    three: Path,
) -> None:
    whole = three.read_bytes()
    begins = whole.rindex(b"\n", 0, -1) + 1
    kept = verify_trail(three).head
    for end in range(begins + 1, len(whole)):
        three.write_bytes(whole[:end])
        verdict = verify_trail(three)
        assert [(each.kind, each.first) for each in verdict.faults] == [(TrailFaultKind.TORN, 3)]
        assert verdict.head is not None
        assert verdict.head.number == 1
    three.write_bytes(whole)
    assert verify_trail(three, kept).is_sound


def test_a_torn_line_is_closed_told_and_gone_on_from_wherever_that_is_killed(three: Path) -> None:
    whole = three.read_bytes()
    torn = whole[:-40]
    three.write_bytes(torn)
    note_event(three, "note", {"text": "again"})
    healed = three.read_bytes()
    assert healed.startswith(torn)
    for end in range(len(torn), len(healed), 7):
        three.write_bytes(healed[:end])
        head = note_event(three, "note", {"text": "once more"})
        assert three.read_bytes().startswith(healed[:end])
        verdict = verify_trail(three, head)
        assert verdict.is_sound, (end, verdict.faults)
        assert {each.kind for each in verdict.faults} == {TrailFaultKind.TORN}


def test_a_first_line_that_was_torn_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_bytes(b'{"ac')
    head = note_event(path, "note", {})
    assert verify_trail(path, head).is_sound
    assert [each.told for each in verify_trail(path).faults] == [True]


def test_full_disk_leaves_what_was_there(three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = three.read_bytes()
    real = os.write

    def write(descriptor: int, data: bytes) -> int:
        if len(data) < 20:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(descriptor, data[: len(data) // 2])

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(DiskFull):
        note_event(three, "note", {})
    assert three.read_bytes() == whole


def test_two_programs_at_once_lose_no_line(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    code = (
        "import sys; from pathlib import Path\n"
        "from redoscope_core.operations.reporting.trail import note_event\n"
        "for number in range(60): note_event(Path(sys.argv[1]), 'note', {'at': number})"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(2)]
    assert [each.wait(60) for each in started] == [0, 0]
    verdict = verify_trail(path)
    assert verdict.is_sound
    assert verdict.lines == 120


def test_a_trail_that_another_program_keeps_locked_is_told_and_by_whom(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(append, "_WAIT", 0.01)
    with three.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(InUse, match=rf"works on it, found process {os.getpid()}"):
            note_event(three, "note", {})
    note_event(three, "note", {})


@pytest.mark.parametrize("content", [b"hello\n", b"hello", b"\n\n", b"KDMV" + bytes(9000)])
def test_nothing_is_put_behind_what_is_no_trail(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(MalformedDocument, match="does not end as a trail does"):
        note_event(path, "note", {})
    assert path.read_bytes() == content


def test_disks_links_fifos_and_folders_are_refused(tmp_path: Path, three: Path) -> None:
    with pytest.raises(FileRefused, match="named as a disk"):
        note_event(tmp_path / "new.vmdk", "note", {})
    (tmp_path / "link").symlink_to(three)
    os.mkfifo(tmp_path / "fifo")
    for name in ("link", "fifo"):
        with pytest.raises(FileRefused):
            note_event(tmp_path / name, "note", {})
    for path in (tmp_path, tmp_path / "absent" / "audit.jsonl"):
        with pytest.raises(VmdkError):
            note_event(path, "note", {})


def test_hostile_texts_stay_one_line_of_ascii(three: Path) -> None:
    hostile = "a\nb\u202ec\0\ud800</script>" + "x" * 4096
    note_event(three, hostile, {hostile: hostile}, {"found": [hostile]}, who=hostile)
    assert three.read_bytes().isascii()
    assert verify_trail(three).is_sound
    assert verify_trail(three).lines == 4


def test_the_last_records_are_told_newest_last_with_the_digest_of_their_lines(three: Path) -> None:
    lines = three.read_bytes().splitlines()
    told = trail_records(three, 2)
    assert [each.head.number for each in told] == [1, 2]
    assert [each.args for each in told] == [{"text": "number 1"}, {"text": "number 2"}]
    assert told[-1].head == verify_trail(three).head
    assert told[0].head.sha256 == hashlib.sha256(lines[1]).hexdigest()
    assert (told[0].act, told[0].who, told[0].result) == ("note", "me", {})


def test_what_is_no_record_is_passed_over_and_a_torn_end_too(three: Path) -> None:
    lines = three.read_bytes().splitlines(keepends=True)
    three.write_bytes(lines[0] + b"no record\n" + b'{"act":"x"}\n' + lines[1] + lines[2][:-9])
    assert [each.head.number for each in trail_records(three)] == [0, 1]
    three.write_bytes(b"")
    assert trail_records(three) == []
