"""The command that makes a report of two generations, and verifies one."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from tests.command import run
from tests.core.cli.test_schemas import judged as against_schema
from tests.core.links import make_chain, write_sector

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope


@pytest.fixture
def disks(tmp_path: Path) -> tuple[Path, Path]:
    """Two generations, which differ in two sectors."""
    (tmp_path / "evidence").mkdir()
    old, new = make_chain(tmp_path / "evidence", 2)
    write_sector(new, 77, b"z")
    return old, new


def test_a_report_is_made_and_verified_and_a_changed_file_is_named(
    redoscope: Redoscope, disks: tuple[Path, Path], tmp_path: Path
) -> None:
    out, trail = tmp_path / "out", tmp_path / "audit.jsonl"
    made = redoscope("report", *disks, "--out", out, "--trail", trail)
    assert (made.status, made.err) == (0, "")
    proof = hashlib.sha256((out / "manifest.json").read_bytes()).hexdigest()
    *_, sectors, folder, manifest, head = made.out.splitlines()
    assert (sectors, folder) == ("2 sectors changed, in 2 ranges", f"report in {out}")
    assert manifest == f"manifest {proof}"
    assert redoscope("trail", trail).out.splitlines()[-1] == head
    record = json.loads(trail.read_bytes())
    assert (record["act"], record["result"]) == ("report", {"manifest_sha256": proof})
    sound = redoscope("report", "verify", out)
    assert (sound.status, sound.out) == (0, f"10 files, sound\nmanifest {proof}\n")
    (out / "report.html").write_bytes(b"other")
    (out / "more").mkdir()
    ran = redoscope("report", "verify", out)
    assert ran.status == 1
    assert ran.out.splitlines()[:3] == [
        "unknown more", "changed report.html", "11 files, not sound"
    ]  # fmt: skip
    document = redoscope("report", "verify", out, "--json").document
    assert against_schema("report", document) == []
    assert not document["sound"]


def test_the_head_of_a_trail_is_in_the_next_report(
    redoscope: Redoscope, disks: tuple[Path, Path], tmp_path: Path
) -> None:
    trail = tmp_path / "audit.jsonl"
    head = redoscope("trail", trail, "--note", "begun").out.splitlines()[-1]
    made = redoscope("report", *disks, "--out", tmp_path / "out", "--trail", trail, "--json")
    assert (made.status, against_schema("report", made.document)) == (0, [])
    run = json.loads((tmp_path / "out" / "report.json").read_bytes())["run"]
    assert f"head {run['trail_head']}" == head
    assert made.document["trail_head"].startswith("1:")


def test_what_lies_beside_the_evidence_is_made_only_if_it_is_asked_for(
    redoscope: Redoscope, disks: tuple[Path, Path]
) -> None:
    out = disks[0].parent / "out"
    line = redoscope.refused("report", *disks, "--out", out)
    assert line.endswith("make the report elsewhere; --beside-evidence lets it lie there")
    ran = redoscope("report", *disks, "--out", out, "--beside-evidence", "--formats", "json")
    assert ran.status == 0
    assert len(list(out.iterdir())) == 4


def test_a_call_that_is_wrong_is_one_line(
    redoscope: Redoscope, disks: tuple[Path, Path], tmp_path: Path
) -> None:
    assert "OLD and NEW" in redoscope.refused("report")
    assert "OLD and NEW" in redoscope.refused("report", disks[0], "--out", tmp_path / "out")
    assert "--out FOLDER" in redoscope.refused("report", *disks)
    told = redoscope.refused("report", *disks, "--out", tmp_path / "out", "--formats", "json,pdf")
    assert "pdf" in told
    redoscope.refused("report", disks[0], tmp_path / "absent", "--out", tmp_path / "out")
    redoscope.refused("report", "verify", tmp_path / "absent")
    assert "no report" in redoscope.refused("report", "verify", tmp_path)
    assert not (tmp_path / "out").exists()


def test_names_in_a_folder_that_is_verified_do_no_harm(
    redoscope: Redoscope, disks: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    redoscope("report", *disks, "--out", out, "--formats", "")
    (out / "\x1b[2J\n").write_bytes(b"")
    (out / "caf\udce9").write_bytes(b"")
    ran = redoscope("report", "verify", out)
    assert ran.status == 1
    assert all(line.isprintable() for line in ran.out.splitlines())
    assert against_schema("report", redoscope("report", "verify", out, "--json").document) == []


def said_by(folder: Path) -> dict[str, object]:
    """Return what a report says, but for the run."""
    told: dict[str, object] = json.loads((folder / "report.json").read_bytes())
    del told["run"]
    return told


def test_two_runs_in_two_places_two_locales_and_two_zones_say_the_same(
    disks: tuple[Path, Path], tmp_path: Path
) -> None:
    """Two processes: in one, the order of sets and hashes would be the same by itself."""
    places = (
        {"LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
        {"LC_ALL": "de_DE.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "77"},
    )
    for number, env in enumerate(places):
        out = tmp_path / f"out-{number}"
        ran = run("report", *disks, "--out", out, "--title", f"run {number}", env=env)
        assert (ran.returncode, ran.stderr) == (0, "")
    assert said_by(tmp_path / "out-0") == said_by(tmp_path / "out-1")
    for name in ("ranges.csv", "changes.csv", "evidence.csv", "files.bodyfile"):
        one, other = ((tmp_path / f"out-{number}" / name).read_bytes() for number in (0, 1))
        assert one == other


def test_a_report_is_printed_by_the_command_and_without_qt_one_line_says_so(
    disks: tuple[Path, Path], tmp_path: Path
) -> None:
    words = ("report", *disks, "--formats", "pdf", "--out")
    ran = run(*words, tmp_path / "out")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF-1.4")
    assert run("report", "verify", tmp_path / "out").returncode == 0
    lacking = tmp_path / "lacking" / "PySide6"
    lacking.mkdir(parents=True)
    (lacking / "__init__.py").write_text("raise ImportError('no Qt here')\n")
    ran = run(*words, tmp_path / "other", env={"PYTHONPATH": str(lacking.parent)})
    assert (ran.returncode, ran.stdout) == (2, "")
    (line,) = ran.stderr.splitlines()
    assert "Qt does not load: no Qt here" in line
    assert not (tmp_path / "other").exists()
