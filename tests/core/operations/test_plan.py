"""Plans: shown, checked, made, saved and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import AlreadyExists, CorruptVmdk
from redoscope_core.operations.plan import Edit, Plan

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Two edits of two files that are there."""
    (tmp_path / "one").write_bytes(b"aaaabbbbcccc")
    (tmp_path / "two").write_bytes(b"xyz")
    return Plan.of(
        [
            Edit(tmp_path / "one", 2, b"aabbbb", b"aaBBbb", "capitals"),
            Edit(tmp_path / "two", 0, b"xyz\0\0", b"xyZ12", "longer"),
        ]
    )


def files(folder: Path) -> tuple[bytes, bytes]:
    """Return what both files hold."""
    return (folder / "one").read_bytes(), (folder / "two").read_bytes()


def test_equal_ends_are_left_out(plan: Plan) -> None:
    assert [(edit.offset, edit.old, edit.new) for edit in plan.edits] == [
        (4, b"bb", b"BB"),
        (2, b"z\0\0", b"Z12"),
    ]


def test_the_saved_inverse_brings_the_files_back(tmp_path: Path, plan: Plan) -> None:
    plan.apply(undo=tmp_path / "undo")
    assert files(tmp_path) == (b"aaaaBBbbcccc", b"xyZ12")
    Plan.from_json((tmp_path / "undo").read_text()).apply(undo=tmp_path / "redo")
    assert files(tmp_path) == (b"aaaabbbbcccc", b"xyz\0\0")


def test_a_plan_that_stopped_in_the_middle_goes_both_ways(tmp_path: Path, plan: Plan) -> None:
    Plan(plan.edits[:1]).apply(undo=tmp_path / "first")
    plan.apply(undo=tmp_path / "undo")
    assert files(tmp_path) == (b"aaaaBBbbcccc", b"xyZ12")
    Plan(plan.inverse.edits[:1]).apply(undo=tmp_path / "second")
    plan.inverse.apply(undo=tmp_path / "third")
    assert files(tmp_path) == (b"aaaabbbbcccc", b"xyz\0\0")


def test_a_file_that_changed_meanwhile_stops_all_of_it(tmp_path: Path, plan: Plan) -> None:
    (tmp_path / "two").write_bytes(b"xyw")
    with pytest.raises(CorruptVmdk, match="changed since"):
        plan.apply(undo=tmp_path / "undo")
    assert files(tmp_path) == (b"aaaabbbbcccc", b"xyw")
    assert not (tmp_path / "undo").exists()


def test_no_plan_is_made_without_a_place_for_its_inverse(tmp_path: Path, plan: Plan) -> None:
    (tmp_path / "undo").write_text("mine")
    with pytest.raises(AlreadyExists):
        plan.apply(undo=tmp_path / "undo")
    assert files(tmp_path) == (b"aaaabbbbcccc", b"xyz")


def test_a_saved_plan_is_the_same_plan(plan: Plan) -> None:
    assert Plan.from_json(plan.to_json()) == plan


@pytest.mark.parametrize(
    ("old", "new"), [('"offset": 4', '"offset": 5'), ("redoscope_plan", "["), ("edits", "Edits")]
)
def test_a_saved_plan_that_was_changed_is_not_believed(plan: Plan, old: str, new: str) -> None:
    text = plan.to_json().replace(old, new, 1)
    if "[" in new:
        text = text[: len(text) // 2]
    with pytest.raises(CorruptVmdk, match="saved plan"):
        Plan.from_json(text)
