"""`--case FOLDER` at commands that read: what the trail of the case then tells."""

from __future__ import annotations

import hashlib
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from redoscope_core import Case, create_disk, verify_trail
from redoscope_core.cli import main
from redoscope_core.cli.in_case import READING
from redoscope_core.cli.words import COMMANDS
from tests.core.links import make_child

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """The newest link of the evidence."""
    (tmp_path / "evidence").mkdir()
    create_disk(tmp_path / "evidence" / "base.vmdk", 2048)
    return make_child(tmp_path / "evidence" / "base.vmdk", "kid.vmdk")


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A case of which nothing is known but that it was made."""
    return Case.new(tmp_path / "case")


def records(case: Case) -> list[Any]:
    """Return what the trail tells behind the making of the case."""
    assert verify_trail(case.trail, case.trail_head()).is_sound
    return [json.loads(line) for line in case.trail.read_bytes().splitlines()][1:]


def test_the_trail_tells_the_call_its_status_and_its_answer(
    redoscope: Redoscope, case: Case, disk: Path
) -> None:
    ran = redoscope("hash", disk, "--case", case.folder)
    (record,) = records(case)
    assert record["act"] == "hash"
    assert record["args"]["words"] == ["hash", str(disk), "--case", str(case.folder)]
    assert record["result"]["status"] == 0
    assert record["result"]["printed"]["text"] == ran.out
    assert record["result"]["printed"]["sha256"] == hashlib.sha256(ran.raw).hexdigest()


def test_of_a_long_answer_and_of_bytes_it_tells_the_digest(
    redoscope: Redoscope, case: Case, disk: Path
) -> None:
    long = redoscope("info", disk, "--json", "--case", case.folder)
    raw = redoscope("read", disk, "--start", 0, "--count", 1, "--out", "-", "--case", case.folder)
    told = [record["result"]["printed"] for record in records(case)]
    assert told == [
        {"bytes": len(ran.raw), "sha256": hashlib.sha256(ran.raw).hexdigest()}
        for ran in (long, raw)
    ]
    assert len(long.raw) > 2000
    assert len(raw.raw) == 512


def test_an_answer_that_is_bad_and_an_error_are_told_as_such(
    redoscope: Redoscope, case: Case, disk: Path
) -> None:
    other = disk.with_name("other.vmdk")
    create_disk(other, 4096)
    assert redoscope("compare", disk, other, "--case", case.folder).status == 1
    assert redoscope("check", disk, "--case", case.folder, "--json").status == 0
    line = redoscope.refused("info", disk.with_name("none.vmdk"), "--case", case.folder)
    first, second, third = records(case)
    assert (first["act"], first["result"]["status"]) == ("compare", 1)
    assert (second["act"], second["result"]["status"]) == ("check", 0)
    assert third["result"]["status"] == 2
    assert line == f"redoscope: {third['result']['error']}"


def test_where_no_case_is_nothing_is_done_and_the_output_is_as_it_was(
    redoscope: Redoscope, disk: Path, tmp_path: Path
) -> None:
    before = sys.stdout
    line = redoscope.refused("hash", disk, "--case", tmp_path / "none")
    assert "none" in line
    assert sys.stdout is before


def test_a_call_that_was_understood_wrongly_and_help_are_no_acts(
    redoscope: Redoscope, case: Case, disk: Path
) -> None:
    before = sys.stdout
    assert redoscope("hash", disk, "--case", case.folder, "--nonsense").status == 2
    assert redoscope("hash", "--case", case.folder, "--help").status == 0
    assert records(case) == []
    assert sys.stdout is before


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("cut", "does not go on from where it was left"),
        ("emptied", "does not go on from where it was left"),
        ("taken away", "put back a copy of it"),
        ("a folder", "Is a directory"),
    ],
)
def test_a_trail_that_can_not_tell_of_it_is_told_before_the_work(
    redoscope: Redoscope, case: Case, disk: Path, harm: str, told: str
) -> None:
    case.record("more", {})
    lines = case.trail.read_bytes().splitlines(keepends=True)
    case.trail.unlink()
    if harm == "a folder":
        case.trail.mkdir()
    elif harm != "taken away":
        case.trail.write_bytes(b"".join(lines[:-1]) if harm == "cut" else b"")
    ran = redoscope("hash", disk, "--case", case.folder)
    assert ran.status == 2
    assert ran.out == ""
    assert told in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_trail_that_is_cut_during_the_work_is_told_and_the_answer_is_not_lost(
    redoscope: Redoscope, case: Case, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Case, "require_trail", lambda case: case.trail.write_bytes(b""))
    ran = redoscope("hash", disk, "--case", case.folder)
    assert ran.status == 2
    assert len(ran.out.splitlines()) == 1
    assert "does not go on from where it was left" in ran.err


def test_every_command_that_reads_has_the_option_and_no_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert {"compare", "hash", "export", "search", "files-diff", "report", "read"} <= READING
    assert set(COMMANDS) >= READING
    for word in ("hash", "clone"):
        assert main([word, "--help"]) == 0
        assert ("--case FOLDER" in capsys.readouterr().out) == (word in READING)
