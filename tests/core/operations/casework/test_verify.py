"""A case is verified: evidence, trail, database, signatures; what differs is told file by file."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Case,
    CaseEntry,
    CaseEntryKind,
    CaseVerdict,
    Chain,
    EvidenceState,
    FileMissing,
    FileRefused,
    SignatureState,
    TrailHead,
    VmdkError,
    create_disk,
)
from tests.core.finished import finished
from tests.core.operations.casework.conftest import add, bookmark
from tests.core.operations.casework.test_case import PLACE, told

if TYPE_CHECKING:
    from pathlib import Path

NOTE = CaseEntry(CaseEntryKind.NOTE, text="noted")


def states(verdict: CaseVerdict) -> list[EvidenceState]:
    """Return what became of each file of the evidence."""
    return [file.state for disk in verdict.disks for file in disk.files]


def verified(case: Case) -> CaseVerdict:
    """Verify *case*."""
    return finished(case.verify())


def test_a_case_in_which_nothing_changed_is_sound_and_its_trail_tells_so(case: Case) -> None:
    case.keep([bookmark(PLACE)])
    verdict = verified(case)
    assert verdict.is_sound
    assert states(verdict) == [EvidenceState.SAME, EvidenceState.SAME]
    assert verdict.unrecorded is None
    assert told(case)[-1][0] == "verify"
    assert verdict.head == case.trail_head()


def test_one_byte_of_any_file_of_the_evidence_is_found_and_its_time_alone_is_no_fault(
    case: Case, disk: Path
) -> None:
    for at, file in enumerate(case.disks()[0].files):
        whole = file.path.read_bytes()
        file.path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        verdict = verified(case)
        assert not verdict.is_sound
        assert states(verdict).index(EvidenceState.CHANGED) == at
        file.path.write_bytes(whole + b"x")
        assert states(verified(case))[at] is EvidenceState.CHANGED
        file.path.write_bytes(whole)
    assert verified(case).is_sound
    assert verified(case).disks[0].files[0].is_touched
    disk.unlink()
    assert states(verified(case)) == [EvidenceState.SAME, EvidenceState.MISSING]
    disk.mkdir()
    assert states(verified(case)) == [EvidenceState.SAME, EvidenceState.UNREADABLE]


def test_evidence_that_is_written_to_while_it_is_verified_is_changed(
    case: Case, disk: Path
) -> None:
    steps = case.verify()
    next(steps)
    os.utime(disk.parent / "base.vmdk")
    verdict = finished(steps)
    assert states(verdict) == [EvidenceState.CHANGED, EvidenceState.SAME]
    assert "was changed while it was hashed" in str(verdict.disks[0].files[0].why)


def test_a_disk_that_moved_is_verified_where_it_is_and_another_one_is_refused(
    case: Case, disk: Path, tmp_path: Path
) -> None:
    disk.parent.rename(tmp_path / "elsewhere")
    assert states(verified(case)) == [EvidenceState.MISSING, EvidenceState.MISSING]
    with Chain.open(tmp_path / "elsewhere" / disk.name) as chain:
        verdict = finished(case.verify([chain]))
        assert verdict.is_sound
        assert verdict.disks[0].path == chain.path
    create_disk(tmp_path / "elsewhere" / "other.vmdk", 2048)
    with (
        Chain.open(tmp_path / "elsewhere" / "other.vmdk") as chain,
        pytest.raises(FileMissing, match="not a disk of this case"),
    ):
        finished(case.verify([chain]))


def test_evidence_without_digests_is_said_to_have_none(tmp_path: Path, disk: Path) -> None:
    case = Case.new(tmp_path / "case")
    add(case, disk, hashed=False)
    verdict = verified(case)
    assert verdict.is_sound
    assert states(verdict) == [EvidenceState.NOT_HASHED, EvidenceState.NOT_HASHED]


def test_a_changed_case_a_cut_trail_and_a_damaged_database_are_told(case: Case) -> None:
    case.keep([NOTE])
    head = case.folder / "case.json"
    whole = head.read_bytes()
    head.write_bytes(whole.replace(b"The disk", b"The Disk"))
    assert verified(case).database == ("case.json is not the one that the case was made with",)
    head.write_bytes(whole)
    assert verified(case).is_sound
    trail = case.trail.read_bytes()
    case.trail.write_bytes(trail.replace(b'"noted"', b'"Noted"'))
    verdict = verified(case)
    assert not verdict.is_sound
    assert verdict.trail is not None
    assert [fault.kind.value for fault in verdict.trail.faults] == ["changed"]
    case.trail.write_bytes(b"".join(trail.splitlines(keepends=True)[:-3]))
    verdict = verified(case)
    assert "has not the line that the case keeps as its head" in verdict.problems[0]
    assert verdict.unrecorded is not None
    case.trail.unlink()
    assert verified(case).trail is None
    case.trail.write_bytes(trail)
    database = case.folder / "notes.sqlite"
    database.write_bytes(database.read_bytes()[:8192])
    verdict = verified(case)
    assert not verdict.is_sound
    assert "notes.sqlite" in verdict.database[0]


def test_a_head_that_was_kept_elsewhere_tells_that_all_of_the_case_was_made_anew(
    case: Case, tmp_path: Path
) -> None:
    head = case.trail_head()
    assert head is not None
    assert finished(case.verify(head=head)).is_sound
    other = Case.new(tmp_path / "other")
    for _ in range(5):
        other.keep([NOTE])
    verdict = finished(other.verify(head=head))
    assert not verdict.is_sound
    assert verdict.trail is not None
    assert [fault.kind.value for fault in verdict.trail.faults] == ["other-head"]
    assert not finished(case.verify(head=TrailHead(10**6, head.sha256))).is_sound


def test_a_case_that_can_not_be_written_is_verified_and_that_is_said(case: Case) -> None:
    if not os.getuid():
        case.trail.rename(case.folder / "kept")
        case.trail.symlink_to("kept")
    else:
        case.trail.chmod(0o400)
    verdict = verified(case)
    assert verdict.is_sound
    assert verdict.unrecorded is not None


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key that signs, and beside it a list of who may."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not there")
    for name in ("key", "other"):
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]
        subprocess.run([*words, str(tmp_path / name)], check=True)
        kind, text, _ = (tmp_path / f"{name}.pub").read_text().split()
        (tmp_path / f"{name}.allowed").write_text(f"{name}@lab {kind} {text}\n")
    return tmp_path / "key"


@pytest.mark.judge
def test_a_signed_head_is_proved_by_the_signers_list_and_by_ssh_keygen_alone(
    case: Case, key: Path
) -> None:
    signature, head = case.sign(key)
    assert signature.name == f"{head.number}.head.sig"
    assert told(case)[-1][0] == "sign"
    for allowed, state in (
        (None, SignatureState.BY_UNKNOWN),
        (key.with_name("key.allowed"), SignatureState.BY_ALLOWED),
        (key.with_name("other.allowed"), SignatureState.BY_OTHER),
    ):
        verdict = finished(case.verify(allowed_signers=allowed))
        assert [each.signed.state for each in verdict.signatures] == [state]
        assert verdict.is_sound is (state is not SignatureState.BY_OTHER)
    words = ["ssh-keygen", "-Y", "verify", "-n", "redoscope", "-I", "key@lab"]
    words += ["-f", str(key.with_name("key.allowed")), "-s", str(signature)]
    with signature.with_suffix("").open("rb") as signed:
        assert subprocess.run(words, stdin=signed, check=False).returncode == 0
    case.sign(key.with_name("other"))
    assert len(verified(case).signatures) == 2


@pytest.mark.judge
def test_a_signature_of_something_else_is_told(case: Case, key: Path) -> None:
    signature, head = case.sign(key)
    signed, whole = signature.with_suffix(""), signature.read_bytes()
    signature.write_bytes(b"")
    assert [each.signed.state for each in verified(case).signatures] == [SignatureState.BAD]
    signature.unlink()
    assert [each.signed.told for each in verified(case).signatures] == [
        "the signature is not there"
    ]
    signature.write_bytes(whole)
    signed.write_text(f"{TrailHead(head.number, '0' * 64)}\n")
    (found,) = verified(case).signatures
    assert (found.is_of_trail, found.signed.state) == (False, SignatureState.BAD)
    signed.write_bytes(b"\xff" * 1000)
    assert [each.head for each in verified(case).signatures] == [None]
    signed.write_text(f"{head}\n")
    assert verified(case).is_sound


@pytest.mark.judge
def test_a_key_that_does_not_sign_and_a_missing_ssh_keygen_are_one_line(
    case: Case, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "letter").write_text("no key")
    with pytest.raises(FileRefused, match="does not sign with this key"):
        case.sign(tmp_path / "letter")
    (case.folder / "signatures").symlink_to(tmp_path)
    with pytest.raises(FileRefused, match="symbolic link"):
        case.sign(key)
    (case.folder / "signatures").unlink()
    for absent in (tmp_path / "absent", tmp_path):
        with pytest.raises(VmdkError):
            case.sign(absent)
    assert not (case.folder / "signatures").exists()
    case.sign(key)
    monkeypatch.setenv("PATH", str(tmp_path))
    verdict = verified(case)
    assert [each.signed.state for each in verdict.signatures] == [SignatureState.UNCHECKED]
    assert verdict.is_sound
    with pytest.raises(FileMissing, match="ssh-keygen is not there"):
        finished(case.verify(allowed_signers=key.with_name("key.allowed")))
    with pytest.raises(FileMissing, match="ssh-keygen is not there"):
        case.sign(key)


def test_entries_about_what_the_case_does_not_have_are_told(case: Case) -> None:
    case.keep([bookmark(replace(PLACE, generation=1))])
    with closing(sqlite3.connect(case.folder / "notes.sqlite")) as connection:
        connection.execute("DELETE FROM links WHERE generation = 1")
        connection.commit()
    assert "entry 1 is about generation 1 of disk 1" in verified(case).database[0]


WATCHED = """
import os, sys
from pathlib import Path
from redoscope_core import Case, Chain, finished
import redoscope_core.operations.casework.case
case_folder, disk = Path(sys.argv[1]), Path(sys.argv[2])
def watch(event, args):
    if event == "open" and isinstance(args[0], str):
        name, writes = os.path.abspath(args[0]), args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        ours = name.startswith(str(case_folder)) or name == "/proc/locks"
        theirs = not writes and (name.startswith(str(disk.parent)) or ".py" in name)
        assert ours or theirs, (name, args)
    assert not event.startswith(("socket.", "subprocess.", "os.exec", "os.system")), event
case = Case.open(case_folder)
with Chain.open(disk) as chain:
    finished(case.verify([chain]))
    sys.addaudithook(watch)
    finished(case.add(chain))
    finished(case.verify([chain]))
    case.place(chain, 5, 3)
"""


def test_nothing_is_opened_but_evidence_and_case_and_no_evidence_is_written(
    case: Case, disk: Path
) -> None:
    def times() -> list[tuple[int, int, int]]:
        found = [path.stat() for path in (disk.parent, *sorted(disk.parent.iterdir()))]
        return [(each.st_size, each.st_mtime_ns, each.st_ctime_ns) for each in found]

    before = times()
    words = [sys.executable, "-c", WATCHED, str(case.folder), str(disk)]
    subprocess.run(words, check=True, timeout=60)
    assert times() == before
