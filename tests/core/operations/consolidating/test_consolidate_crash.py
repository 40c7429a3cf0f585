"""Consolidation and crashes: after any part of its writes the disk reads as before."""

from __future__ import annotations

import errno
import os
import random
import shutil
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Access,
    Chain,
    ContentIdMismatch,
    Disk,
    DiskFull,
    Policy,
    create_disk,
)
from redoscope_core.leniency import Leniency
from redoscope_core.operations.edits.plan import Plan
from tests.core.links import make_child
from tests.core.operations.consolidating.merges import content, merge
from tests.core.recorder import Recorder
from tests.judges.handmade_esx import CowdPlan, cowd_link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.core.recorder import Event

SECTOR = 512
CAPACITY = 1000
BASES = ("monolithicSparse", "zeroed", "twoGbMaxExtentSparse", "monolithicFlat", "cowd")


def make_base(path: Path, kind: str) -> None:
    """Make a base disk with something in its first half."""
    if kind == "cowd":
        cowd_link(path, CowdPlan(CAPACITY, dict.fromkeys(range(0, 300, 7), b"d" * SECTOR)))
        return
    plain = "monolithicSparse" if kind == "zeroed" else kind
    create_disk(path, CAPACITY, kind=plain, zeroed_grains=kind == "zeroed")
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(0, b"b" * SECTOR * 400)


def make_links(folder: Path, kind: str, seed: int = 1) -> list[Path]:
    """Make a base disk of *kind* and three children, written here and there."""
    folder.mkdir()
    rng = random.Random(seed)
    paths = [folder / f"link{number}.vmdk" for number in range(4)]
    make_base(paths[0], kind)
    for number in range(1, 4):
        size = rng.choice([8, 128])
        make_child(paths[number - 1], paths[number], zeroed_grains=True, grain_size=size)
        with Disk.open(paths[number], access=Access.WRITE) as disk:
            for _ in range(4):
                start = rng.randrange(CAPACITY)
                count = min(rng.choice([1, 100, 300]), CAPACITY - start)
                disk.write(start, bytes([48 + number]) * SECTOR * count)
            disk.write_zeros(rng.randrange(500), 300)
    return paths


def laid_down(folder: Path, before: dict[str, bytes], events: Sequence[Event]) -> Path:
    """Write the files as *events* leave them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    files = {name: bytearray(data) for name, data in before.items()}
    for event in events:
        if event.path in files:  # the saved inverse is no part of a disk
            event.apply(files[event.path])
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def recorded(paths: Sequence[Path], disk: int, into: int) -> tuple[dict[str, bytes], Recorder]:
    """Consolidate; return the files as they were before, and what was done to them."""
    folder = paths[0].parent
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    recorder = Recorder(folder)
    with recorder.recording():
        merge(paths[disk], paths[into])
    return before, recorder


@pytest.mark.parametrize("kind", BASES)
@pytest.mark.parametrize("into", [0, 1])
@pytest.mark.parametrize("torn", [False, True])
def test_a_crash_after_any_write_leaves_a_tip_that_reads_as_before(
    tmp_path: Path, kind: str, into: int, *, torn: bool
) -> None:
    paths = make_links(tmp_path / "disks", kind)
    expected = content(paths[3])
    before, recorder = recorded(paths, 2, into)
    assert content(paths[3]) == expected
    rng = random.Random(2)
    mismatches = []
    for count in range(len(recorder.events) + 1):
        left = recorder.survivors(count, rng) if torn else recorder.events[:count]
        folder = laid_down(tmp_path / "crashed", before, left)
        try:
            assert content(folder / paths[3].name) == expected
        except ContentIdMismatch:
            mismatches.append(count)
            assert_only_content_ids_differ(folder, before)
            policy = Policy().allowing(Leniency.CID_MISMATCH)
            with Chain.open(folder / paths[3].name, policy=policy) as chain:
                assert chain.read(0, CAPACITY) == expected
    # Between the new content ID of the target and its name in the child: a write, a flush.
    assert len(mismatches) <= 3
    assert mismatches == list(range(mismatches[0], mismatches[0] + len(mismatches)))


def assert_only_content_ids_differ(folder: Path, before: dict[str, bytes]) -> None:
    """Check that nothing but hexadecimal digits of texts was changed so far."""
    for name, data in before.items():
        pairs = zip(data, (folder / name).read_bytes(), strict=True)
        changed = bytes(new for old, new in pairs if old != new)
        assert set(changed) <= set(b"0123456789abcdef")
        assert len(changed) <= 16


@pytest.mark.parametrize("kind", BASES)
def test_a_crash_without_a_child_above_leaves_the_disk_in_the_one_link_or_the_other(
    tmp_path: Path, kind: str
) -> None:
    paths = make_links(tmp_path / "disks", kind, seed=5)
    expected = content(paths[3])
    before, recorder = recorded(paths, 3, 0)
    cut_off = max(
        index
        for index, event in enumerate(recorder.events)
        if event.kind == "write" and event.path == paths[1].name
    )
    window = Policy().allowing(Leniency.CID_MISMATCH)
    for count in range(len(recorder.events) + 1):
        folder = laid_down(tmp_path / "crashed", before, recorder.events[:count])
        if count <= cut_off:
            with Chain.open(folder / paths[3].name, policy=window) as chain:
                assert chain.read(0, CAPACITY) == expected
        else:
            assert content(folder / paths[0].name) == expected


def test_what_a_crash_left_in_the_middle_is_finished_by_the_same_call(tmp_path: Path) -> None:
    paths = make_links(tmp_path / "disks", "monolithicSparse")
    expected = content(paths[3])
    before, recorder = recorded(paths, 2, 0)
    texts = [
        index
        for index, event in enumerate(recorder.events)
        if event.kind == "write" and event.path == paths[1].name
    ]
    for count in range(texts[0] + 1, texts[-1] - 2, 3):
        folder = laid_down(tmp_path / "crashed", before, recorder.events[:count])
        merge(folder / paths[2].name, folder / paths[0].name)
        assert content(folder / paths[3].name) == expected
        shutil.rmtree(folder)


class _Crash(BaseException):
    """The end of the program."""


def test_between_the_two_content_ids_the_saved_inverse_brings_the_chain_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = make_links(tmp_path / "disks", "twoGbMaxExtentSparse")
    expected = content(paths[3])
    before = {path.name: path.read_bytes() for path in paths[0].parent.iterdir()}
    pwrite = os.pwrite
    edited: list[bytes] = []

    def dying(descriptor: int, data: bytes, offset: int) -> int:
        if os.path.samestat(os.fstat(descriptor), paths[1].stat()):
            raise _Crash
        edited.append(bytes(data))
        return pwrite(descriptor, data, offset)

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", dying)
        with pytest.raises(_Crash):
            merge(paths[2], paths[0])
    assert len(edited) > 1
    with pytest.raises(ContentIdMismatch):
        content(paths[3])
    undo = paths[2].with_name("link2.vmdk.undo.json")
    Plan.read(undo).apply(undo=tmp_path / "redo.json")
    assert content(paths[3]) == expected
    undo.unlink()
    assert {path.name: path.read_bytes() for path in paths[0].parent.iterdir()} == before


@pytest.mark.parametrize("room", [0, 65536])
def test_a_full_file_system_leaves_a_disk_that_reads_as_before_and_can_be_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    paths = make_links(tmp_path / "disks", "monolithicSparse")
    expected = content(paths[3])
    limit = paths[0].stat().st_size + room
    pwrite = os.pwrite

    def no_room(descriptor: int, data: bytes, offset: int) -> int:
        grows = os.path.samestat(os.fstat(descriptor), paths[0].stat())
        if grows and offset + len(data) > limit:
            raise OSError(errno.ENOSPC, "No space left on device")
        return pwrite(descriptor, data, offset)

    def not_here(*_: object) -> int:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", no_room)
        patched.setattr(os, "copy_file_range", not_here)
        with pytest.raises(DiskFull) as caught:
            merge(paths[2], paths[0])
    assert caught.value.path == paths[0]
    assert content(paths[3]) == expected
    merge(paths[2], paths[0])
    assert content(paths[3]) == expected
