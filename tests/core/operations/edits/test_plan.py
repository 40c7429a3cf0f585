"""Plans: shown, checked, made, saved and taken back, whole and after a power cut."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from redoscope_core import AlreadyExists, CorruptVmdk, DiskFull, InUse, InvalidArgument
from redoscope_core.files.file import DiskFile
from redoscope_core.files.locks import hold_write_lock
from redoscope_core.link.edit import Edit
from redoscope_core.link.standing import Standing
from redoscope_core.operations.edits.plan import Plan
from redoscope_core.operations.edits.text_edit import text_edit

if TYPE_CHECKING:
    from collections.abc import Callable

SECTOR = 512
HEAD = b"# Disk DescriptorFile\n"


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Two edits of two texts of disks that are there, of which one becomes longer."""
    (tmp_path / "one").write_bytes(HEAD + b"aaaabbbbcccc")
    (tmp_path / "two").write_bytes(HEAD + b"xyz")
    at = len(HEAD)
    return Plan.of(
        [
            Edit(tmp_path / "one", at + 2, b"aabbbb", b"aaBBbb", "capitals"),
            Edit(tmp_path / "two", at, b"xyz\0\0", b"xyZ12", "longer", 2),
        ]
    )


def files(folder: Path) -> tuple[bytes, bytes]:
    """Return what both files hold."""
    one, two = ((folder / name).read_bytes().removeprefix(HEAD) for name in ("one", "two"))
    return one, two


def test_equal_bytes_are_left_out(plan: Plan) -> None:
    at = len(HEAD)
    assert [(edit.offset - at, edit.old, edit.new) for edit in plan.edits] == [
        (4, b"bb", b"BB"),
        (2, b"z\0\0", b"Z12"),
    ]


def test_the_saved_inverse_brings_the_files_back(tmp_path: Path, plan: Plan) -> None:
    plan.apply(undo=tmp_path / "undo")
    assert files(tmp_path) == (b"aaaaBBbbcccc", b"xyZ12")
    Plan.read(tmp_path / "undo").apply(undo=tmp_path / "redo")
    assert files(tmp_path) == (b"aaaabbbbcccc", b"xyz")
    Plan.read(tmp_path / "redo").apply(undo=tmp_path / "undo again")
    assert files(tmp_path) == (b"aaaaBBbbcccc", b"xyZ12")


def test_a_plan_that_stopped_in_the_middle_goes_both_ways(tmp_path: Path, plan: Plan) -> None:
    Plan(plan.edits[:1]).apply(undo=tmp_path / "first")
    assert plan.standing() is Standing.PART
    plan.apply(undo=tmp_path / "undo")
    assert plan.standing() is Standing.NEW
    assert files(tmp_path) == (b"aaaaBBbbcccc", b"xyZ12")
    Plan(plan.inverse.edits[:1]).apply(undo=tmp_path / "second")
    plan.inverse.apply(undo=tmp_path / "third")
    assert files(tmp_path) == (b"aaaabbbbcccc", b"xyz")


texts = st.integers(100, 2200).flatmap(lambda n: st.binary(min_size=n, max_size=n))


@given(old=texts, cut=st.binary(max_size=1200), at=st.integers(0, 2200), data=st.data())
def test_every_mixture_of_old_and_new_sectors_goes_both_ways(
    old: bytes, cut: bytes, at: int, data: st.DataObject
) -> None:
    new = old[:at] + cut + old[at:]
    assume(new != old)
    length = max(len(old), len(new))
    padded = old.ljust(length, b"\0"), new.ljust(length, b"\0")
    kept = data.draw(st.lists(st.booleans(), min_size=length // SECTOR + 1, max_size=length))
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "text")
        plan = Plan.of([Edit(path, 0, padded[0], padded[1], "a text", len(new) - len(old))])
        mixture = b"".join(
            padded[kept[index]][index * SECTOR : (index + 1) * SECTOR]
            for index in range(length // SECTOR + 1)
        )
        end = data.draw(st.integers(len(old), length))
        for way, expected in ((plan, new), (plan.inverse, old)):
            path.write_bytes(mixture[:end])
            assert way.standing() is not Standing.OTHER
            way.apply(undo=Path(name, f"undo to {len(expected)} {way is plan}"))
            assert path.read_bytes() == expected
            assert way.standing() is Standing.NEW


@pytest.mark.parametrize("content", [b"xyw", b"xy", b"xyz\0\0more", b"xQ\0\0\0"])
def test_a_file_that_changed_meanwhile_stops_all_of_it(
    tmp_path: Path, plan: Plan, content: bytes
) -> None:
    (tmp_path / "two").write_bytes(HEAD + content)
    with pytest.raises(CorruptVmdk, match="changed since"):
        plan.apply(undo=tmp_path / "undo")
    assert files(tmp_path) == (b"aaaabbbbcccc", content)
    assert not (tmp_path / "undo").exists()


def test_no_plan_is_made_without_a_place_for_its_inverse(tmp_path: Path, plan: Plan) -> None:
    (tmp_path / "undo").write_text("mine")
    with pytest.raises(AlreadyExists):
        plan.apply(undo=tmp_path / "undo")
    assert files(tmp_path) == (b"aaaabbbbcccc", b"xyz")


def test_the_inverse_that_a_stopped_call_saved_is_no_hindrance(tmp_path: Path, plan: Plan) -> None:
    plan.apply(undo=tmp_path / "undo")
    plan.inverse.apply(undo=tmp_path / "redo")
    plan.apply(undo=tmp_path / "undo")
    assert files(tmp_path) == (b"aaaaBBbbcccc", b"xyZ12")


def test_an_inverse_is_saved_only_where_it_may_edit_all_its_files(
    tmp_path: Path, plan: Plan
) -> None:
    (tmp_path / "below").mkdir()
    with pytest.raises(InvalidArgument, match="its own folder"):
        plan.apply(undo=tmp_path / "below" / "undo")
    assert files(tmp_path) == (b"aaaabbbbcccc", b"xyz")


def test_a_file_that_somebody_else_writes_is_not_edited(tmp_path: Path, plan: Plan) -> None:
    with DiskFile(tmp_path / "two", writable=True) as other:
        hold_write_lock(other)
        with pytest.raises(InUse):
            plan.apply(undo=tmp_path / "undo")
    assert files(tmp_path) == (b"aaaabbbbcccc", b"xyz")
    assert not (tmp_path / "undo").exists()


def failing(call: Callable[..., object], *, first: int, last: int) -> Callable[..., object]:
    """Return *call*, whose calls from number *first* to *last* find no room."""
    calls = iter(range(1, 1000))

    def spied(*arguments: object) -> object:
        if first <= next(calls) <= last:
            raise OSError(errno.ENOSPC, "No space left on device")
        return call(*arguments)

    return spied


@pytest.mark.parametrize("name", ["pwrite", "fdatasync"])
@pytest.mark.parametrize("number", [2, 3])
def test_a_plan_that_fails_takes_itself_back(
    tmp_path: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, name, failing(getattr(os, name), first=number, last=number))
        with pytest.raises(DiskFull):
            plan.apply(undo=tmp_path / "undo")
    assert files(tmp_path) == (b"aaaabbbbcccc", b"xyz")
    assert not (tmp_path / "undo").exists()


def test_a_plan_that_can_not_take_itself_back_names_what_does(
    tmp_path: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", failing(os.pwrite, first=3, last=1000))
        with pytest.raises(DiskFull, match=f"redoscope undo {tmp_path / 'undo'}"):
            plan.apply(undo=tmp_path / "undo")
    assert plan.standing() is Standing.PART
    Plan.read(tmp_path / "undo").apply(undo=tmp_path / "redo")
    assert files(tmp_path) == (b"aaaabbbbcccc", b"xyz")


def test_a_text_that_was_overwritten_and_not_cut_yet_is_taken_back(tmp_path: Path) -> None:
    text, undo = tmp_path / "web.vmx", tmp_path / "undo"
    old, new = b'key = "a long value"\nlast = "1"\n', b'key = "short"\n'
    text.write_bytes(old)
    Plan.of([text_edit(text, old, new, "shorter")]).inverse.save(undo)
    text.write_bytes(new.ljust(len(old), b"\0"))
    Plan.read(undo).apply(undo=tmp_path / "redo")
    assert text.read_bytes() == old


@pytest.mark.parametrize("shorter", [1, 400, 700, 1300])
def test_every_mixture_that_a_power_cut_leaves_of_a_text_of_a_machine_is_taken_back(
    tmp_path: Path, shorter: int
) -> None:
    path = tmp_path / "web.vmsd"
    old = b"".join(b'snapshot%d.displayName = "number %d"\n' % (at, at) for at in range(60))
    new = old[: 30 + shorter % 7] + old[30 + shorter % 7 + shorter :]
    path.write_bytes(old)
    undo = tmp_path / "web.vmx.undo.json"
    Plan.of([text_edit(path, old, new, "a snapshot less")]).apply(undo=undo)
    assert path.read_bytes() == new
    overwritten = new.ljust(len(old), b"\0")
    sectors = [slice(at, at + SECTOR) for at in range(0, len(old), SECTOR)]
    for which in range(2 ** len(sectors)):
        mixed = [overwritten if which >> n & 1 else old for n in range(len(sectors))]
        path.write_bytes(b"".join(s[part] for s, part in zip(mixed, sectors, strict=True)))
        Plan.read(undo).apply(undo=tmp_path / f"redo{which}.json")
        assert path.read_bytes() == old
