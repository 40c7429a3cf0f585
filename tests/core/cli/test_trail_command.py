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
