"""The sample chain: every generation is a sound file system, and the promised grains are there."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from dissect.fat import FATFS
from typing_extensions import override

from redoscope_core.areas.areas import State
from redoscope_core.chain.chain import Chain
from redoscope_core.errors import AlreadyExists
from redoscope_core.format.units import SECTOR
from redoscope_core.sample import BRANCH, SAMPLE, TIP, make_sample
from redoscope_core.sample.contents import RECORD_BYTES, customer
from redoscope_core.sample.fat16 import PARTITION_START
from redoscope_core.sample.machine import MACHINE_FILES
from redoscope_core.sample.story import (
    BASE,
    CAPACITY,
    DIARY_GRAIN,
    GRAIN_SIZE,
    LABEL,
    MAIL_GRAIN,
    RECORDS,
    SHREDDED_GRAIN,
    Move,
    Write,
)
from tests.core.finished import finished
from tests.judges import qemu

if TYPE_CHECKING:
    from pathlib import Path

LINKS = [link.name for link in SAMPLE]
EVERY_FILE = {*LINKS, *(link.name for link in RECORDS), *MACHINE_FILES}
MOST_BYTES = 20_000_000
"""Bytes that the sample may take on the disk of its reader."""


class VolumeFile(io.RawIOBase):
    """The partition of a chain as a file to read."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._position = 0
        self._length = (chain.capacity - PARTITION_START) * SECTOR

    @override
    def readable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = start + offset
        return self._position

    @override
    def readinto(self, buffer: Any, /) -> int:
        count = min(len(buffer), self._length - self._position)
        first, skip = divmod(self._position, SECTOR)
        sectors = -(-(skip + count) // SECTOR)
        data = self._chain.read(PARTITION_START + first, sectors)[skip : skip + count]
        buffer[:count] = data
        self._position += count
        return count


def content(entry: Any, folder: str = "") -> dict[str, bytes]:
    """Return the bytes of every file below a folder."""
    found: dict[str, bytes] = {}
    for child in entry.iterdir():
        if child.name in {".", "..", LABEL}:
            continue
        if child.is_directory():
            found |= content(child, f"{folder}{child.name}/")
        else:
            found[f"{folder}{child.name}"] = child.open().read() if child.size else b""
    return found


def told(name: str) -> dict[str, bytes]:
    """Return the files that a generation should hold, by the words of the story alone."""
    link = next(link for link in SAMPLE if link.name == name)
    files = told(link.parent) if link.parent else {}
    for step in link.steps:
        if isinstance(step, Write):
            files[step.path] = step.content.make()
        elif isinstance(step, Move):
            data = bytearray(files[step.path])
            for number in step.numbers:
                start = number * RECORD_BYTES
                data[start : start + RECORD_BYTES] = customer(number, street=step.street)
            files[step.path] = bytes(data)
        else:
            del files[step.path]
    return files


def made(folder: Path) -> Path:
    """Make the sample in *folder* and return its tip."""
    return finished(make_sample(folder))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sample; nobody writes to it."""
    return made(tmp_path_factory.mktemp("sample") / "office").parent


def states(chain: Chain, index: int, grain: int) -> set[State]:
    """Return what a link of a chain says of a grain."""
    areas = chain.links[index].areas(grain * GRAIN_SIZE, GRAIN_SIZE)
    return {State(state) for state in areas.state.tolist()}


@pytest.mark.parametrize("name", LINKS)
def test_every_generation_holds_the_files_of_its_day(sample: Path, name: str) -> None:
    with Chain.open(sample / name) as chain:
        volume = FATFS(io.BufferedReader(VolumeFile(chain)))
        assert content(volume.root) == told(name)


@pytest.mark.judge
def test_qemu_reads_the_same_files(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample, tmp_path, dirs_exist_ok=True)
    for name in (TIP, BRANCH):
        raw = qemu.read(tmp_path / name)
        assert content(FATFS(io.BytesIO(raw[PARTITION_START * SECTOR :])).root) == told(name)


@pytest.mark.judge
@pytest.mark.parametrize("name", LINKS)
def test_qemu_finds_no_fault_in_a_link(sample: Path, name: str) -> None:
    qemu.check(sample / name)


@pytest.mark.skipif(shutil.which("fsck.fat") is None, reason="fsck.fat is absent (dosfstools)")
@pytest.mark.parametrize("name", LINKS)
def test_fsck_finds_no_fault_in_a_generation(sample: Path, name: str, tmp_path: Path) -> None:
    raw = tmp_path / "volume.raw"
    with Chain.open(sample / name) as chain:
        raw.write_bytes(chain.read(PARTITION_START, chain.capacity - PARTITION_START))
    subprocess.run(["fsck.fat", "-n", raw], check=True, capture_output=True, timeout=60)


def hashes_of(folder: Path) -> dict[str, str]:
    """Return the digest of each file in *folder*."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_there_are_five_generations_and_a_branch(sample: Path) -> None:
    with Chain.open(sample / TIP) as chain, Chain.open(sample / BRANCH) as branch:
        assert chain.capacity == CAPACITY
        assert [link.path.name for link in chain.links] == LINKS[:6]
        assert [link.path.name for link in branch.links] == [*LINKS[:3], BRANCH]


def test_every_generation_rewrote_the_diary(sample: Path) -> None:
    for name in (TIP, BRANCH):
        with Chain.open(sample / name) as chain:
            for index in range(len(chain.links)):
                assert states(chain, index, DIARY_GRAIN) == {State.DATA}


def test_the_only_zero_grain_is_the_shredded_one(sample: Path) -> None:
    with Chain.open(sample / TIP) as chain:
        zeros = [
            (link.path.name, start, count)
            for link in chain.links
            for start, count, state in zip(
                link.stored.start.tolist(),
                link.stored.count.tolist(),
                link.stored.state.tolist(),
                strict=True,
            )
            if state == State.ZERO
        ]
        assert zeros == [("office-000003.vmdk", SHREDDED_GRAIN * GRAIN_SIZE, GRAIN_SIZE)]
        assert chain.read(SHREDDED_GRAIN * GRAIN_SIZE, GRAIN_SIZE) == bytes(GRAIN_SIZE * SECTOR)
        before = chain.up_to(2).read(SHREDDED_GRAIN * GRAIN_SIZE, 1)
        assert before.startswith(b"SALARIES - CONFIDENTIAL")


def test_the_mail_is_stored_by_one_child_alone(sample: Path) -> None:
    with Chain.open(sample / TIP) as chain:
        found = [states(chain, index, MAIL_GRAIN) for index in range(len(chain.links))]
        assert found == [{State.ABSENT}] * 4 + [{State.DATA}, {State.ABSENT}]


def test_the_deleted_picture_is_still_on_the_disk(sample: Path) -> None:
    picture = told(BASE)["PHOTOS/BLURRED.BMP"]
    assert "PHOTOS/BLURRED.BMP" not in told(TIP)
    with Chain.open(sample / TIP) as chain:
        assert picture in chain.read(0, chain.capacity)


def test_each_link_tells_what_happened_in_it(sample: Path) -> None:
    for link in SAMPLE:
        with Chain.open(sample / link.name) as chain:
            assert chain.tip.descriptor.comment == link.comment


def test_the_sample_is_small_and_its_folder_holds_nothing_else(sample: Path) -> None:
    files = list(sample.iterdir())
    assert {file.name for file in files} == EVERY_FILE
    assert sum(file.stat().st_blocks * 512 for file in files) < MOST_BYTES


def test_the_folder_can_be_moved(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample, tmp_path / "elsewhere")
    with Chain.open(tmp_path / "elsewhere" / TIP) as chain:
        assert {link.path.parent for link in chain.links} == {tmp_path / "elsewhere"}


def test_two_samples_read_the_same(sample: Path, tmp_path: Path) -> None:
    made(tmp_path / "again")

    def digests(folder: Path) -> list[str]:
        found = []
        for name in LINKS:
            with Chain.open(folder / name) as chain:
                found.append(hashlib.sha256(chain.read(0, chain.capacity)).hexdigest())
        return found

    assert digests(sample) == digests(tmp_path / "again")


def test_an_empty_folder_is_filled_and_stays_the_same_folder(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    before = folder.stat().st_ino

    assert made(folder) == folder / TIP
    assert folder.stat().st_ino == before
    assert {file.name for file in folder.iterdir()} == EVERY_FILE


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_there_is_refused_and_left_alone(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "taken"
    if kind == "folder":
        target.mkdir()
        (target / "letter.txt").write_text("mine")
    else:
        target.write_text("mine")

    with pytest.raises(AlreadyExists, match="a folder of its own"):
        made(target)
    kept = target / "letter.txt" if kind == "folder" else target
    assert kept.read_text() == "mine"
    assert sorted(tmp_path.rglob("*")) == sorted({target, kept})


@pytest.mark.parametrize("steps", [0, 1, 5, 24, 40])
@pytest.mark.parametrize("exists", [False, True])
def test_closing_leaves_nothing_behind(tmp_path: Path, steps: int, *, exists: bool) -> None:
    folder = tmp_path / "office"
    if exists:
        folder.mkdir()
    making = make_sample(folder)
    for _ in range(steps):
        next(making)
    making.close()

    assert list(tmp_path.rglob("*")) == ([folder] if exists else [])


def test_who_is_slower_of_two_is_told_that_the_folder_is_taken(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    slower = make_sample(folder)
    next(slower)
    finished(make_sample(folder))
    made = hashes_of(folder)
    with pytest.raises(AlreadyExists, match="a folder of its own") as caught:
        finished(slower)
    assert caught.value.path == folder
    assert list(tmp_path.iterdir()) == [folder]
    assert hashes_of(folder) == made


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    told_of = list(make_sample(tmp_path / "office"))

    done = [progress.done for progress in told_of]
    assert done == sorted(done)
    assert done[0] == 0
    assert {progress.total for progress in told_of} == {done[-1]}
    assert all(progress.note for progress in told_of)
