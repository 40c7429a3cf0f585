"""The command that tells which files changed, with the options by which reading commands open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.core.cli.test_schemas import judged as against_schema
from tests.core.links import make_child
from tests.core.operations.attributing.test_unread import disk_with_files, rewritten
from tests.core.operations.exporting.disks import break_grain

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope

pytestmark = pytest.mark.judge


def test_nothing_that_differs_beside_what_is_unread_is_not_called_equal(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    base = disk_with_files(tmp_path)
    child = make_child(base, "child.vmdk")
    grain = rewritten(child)
    said = redoscope("files-diff", base, child).out
    assert "  /large: 128 sectors written again with the same bytes\n" in said
    assert said.endswith("\nequal\n")
    break_grain(child, grain)
    assert "--salvage" in redoscope.refused("files-diff", base, child)
    ran = redoscope("files-diff", base, child, "--salvage")
    assert ran.status == 1
    assert ran.out.splitlines()[3:] == [
        "  unread /large (not_all_read)",
        "no sector differs in what could be compared",
    ]
    assert "128 sectors of it can't be read" in ran.out
    assert "128 sectors of NEW can't be read" in ran.err
    document = redoscope("files-diff", base, child, "--salvage", "--json").document
    assert against_schema("files-diff", document) == []
    (unread,) = document["not_looked_at"]
    assert (unread["disk"], unread["start"], unread["count"]) == ("NEW", grain * 128, 128)
    assert document["volumes"][0]["unread_sectors"] == 128


def test_a_parent_that_is_elsewhere_or_was_changed_is_opened_as_for_any_reading(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    case = tmp_path / "case"
    case.mkdir()
    base = disk_with_files(case)
    child = make_child(base, "child.vmdk")
    rewritten(child, flipped=7)
    away = tmp_path / "away"
    (away / "far").mkdir(parents=True)
    base = base.rename(away / "far" / base.name)
    calls = [
        ("files", child),
        ("whose", child, "5000"),
        ("files-diff", base, child),
        ("export", child, "/small", "--to", tmp_path / "out"),
    ]
    for words in calls:
        redoscope.refused(*words)
        ran = redoscope(*words, "--search", away)
        assert ran.status == (words[0] == "files-diff"), ran.err
        assert "/small" in ran.out or words[0] == "whose"
    base = base.rename(case / base.name)
    data = child.read_bytes()
    child.write_bytes(re.sub(rb"parentCID=[0-9a-f]{8}", b"parentCID=0badc0de", data))
    assert "--allow-cid-mismatch" in redoscope.refused("files-diff", base, child)
    assert redoscope("files-diff", base, child, "--allow-cid-mismatch").status == 1


def test_what_is_missing_is_told_by_the_list_of_files_too(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    base = disk_with_files(tmp_path)
    child = make_child(base, "child.vmdk")
    break_grain(child, rewritten(child))
    ran = redoscope("files", child, "--salvage")
    assert ran.status == 1
    assert "/large" in ran.out
    assert "128 sectors can't be read" in ran.err
    document = redoscope("files", child, "--salvage", "--json").document
    assert against_schema("files", document) == []
    assert [each["count"] for each in document["not_looked_at"]] == [128]
