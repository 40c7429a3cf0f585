"""The command that verifies the trail of what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.core.cli.test_schemas import judged as against_schema

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope


def test_notes_make_a_trail_whose_head_tells_that_the_end_was_cut(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    path = tmp_path / "audit.jsonl"
    redoscope("trail", path, "--note", "one")
    ran = redoscope("trail", path, "--note", "two\x1b[2J")
    head = ran.out.splitlines()[-1].removeprefix("head ")
    assert ran.out.splitlines()[0] == "2 lines, sound"
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"\n") + 1])
    assert redoscope("trail", path).status == 0
    cut = redoscope("trail", path, "--head", head)
    assert cut.status == 1
    assert "the end was cut off" in cut.out
    path.write_bytes(whole.replace(b"one", b"One"))
    changed = redoscope("trail", path, "--head", head, "--json")
    assert changed.status == 1
    assert against_schema("trail", changed.document) == []
    assert [each["kind"] for each in changed.document["faults"]] == ["changed"]
    assert "line 1 was changed" in redoscope("trail", path).out


def test_what_can_not_be_read_and_a_head_that_is_none_are_refused(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    redoscope.refused("trail", tmp_path / "absent")
    redoscope.refused("trail", tmp_path)
    (tmp_path / "audit.jsonl").touch()
    assert "NUMBER:SHA-256" in redoscope.refused("trail", tmp_path / "audit.jsonl", "--head", "1")


def test_a_file_that_is_no_trail_is_told_in_one_line(redoscope: Redoscope, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"some\ntext\n" * 5000)
    told = redoscope.refused("trail", tmp_path / "other")
    assert "it is no trail, found 10000 lines, of which none is a record" in told


def test_of_many_faults_the_first_are_told_and_how_many_more(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    path = tmp_path / "audit.jsonl"
    redoscope("trail", path, "--note", "one")
    path.write_bytes(path.read_bytes() + b"no record\n" * 1500)
    ran = redoscope("trail", path)
    assert ran.status == 1
    lines = ran.out.splitlines()
    assert lines[0] == "line 2 is no record"
    assert lines[20] == "and 1480 more; --json lists the first 1000"
    assert lines[21] == "1501 lines, not sound"
    document = redoscope("trail", path, "--json").document
    assert against_schema("trail", document) == []
    assert (len(document["faults"]), document["more_faults"]) == (1000, 500)
