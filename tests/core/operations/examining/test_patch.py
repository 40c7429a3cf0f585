"""A patch makes A's raw image B's: applied by a reader of RFC 3284 of ours, and by xdelta3."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import (
    SECTOR,
    Access,
    AlreadyExists,
    Chain,
    CorruptVmdk,
    Disk,
    FileRefused,
    Progress,
    compare,
    create_child,
    create_disk,
    write_patch,
)
from redoscope_core.format import vcdiff

Result = TypeVar("Result")
SECTORS = 40_000
"""Two windows and a part of a third."""


def result_of(steps: Generator[Progress, None, Result]) -> Result:
    """What a job returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Result = end.value
            return found


class Reader:
    """Numbers and bytes, one behind the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        self.at += count
        assert self.at <= len(self.data)
        return self.data[self.at - count : self.at]

    def number(self) -> int:
        value = 0
        while True:
            (digit,) = self.take(1)
            value = value << 7 | digit & 0x7F
            if digit < 0x80:
                return value


def applied(patch: bytes, old: bytes) -> bytes:
    """What a patch of copies of the same place and new bytes makes of *old*."""
    reader, made = Reader(patch), bytearray()
    assert reader.take(5) == b"\xd6\xc3\xc4\x00\x00"
    while reader.at < len(patch):
        source = b""
        if reader.take(1) == b"\x01":
            count = reader.number()
            start = reader.number()
            source = old[start : start + count]
            assert len(source) == count
        reader.number()
        length = reader.number()
        assert reader.take(1) == b"\x00"
        sizes = [reader.number() for _ in range(3)]
        data, steps, places = (Reader(reader.take(size)) for size in sizes)
        window = bytearray()
        while steps.at < len(steps.data):
            (step,) = steps.take(1)
            count = steps.number()
            if step == 1:
                window += data.take(count)
            else:
                assert step == 19
                place = places.number()
                window += source[place : place + count]
        assert len(window) == length
        made += window
    return bytes(made)


@given(st.binary(max_size=60), st.binary(min_size=1, max_size=60))
def test_a_window_makes_any_bytes_of_any_others(old: bytes, new: bytes) -> None:
    runs: list[tuple[int, bytes]] = []
    for offset, byte in enumerate(new):
        if offset < len(old) and old[offset] == byte:
            continue
        if runs and runs[-1][0] + len(runs[-1][1]) == offset:
            runs[-1] = (runs[-1][0], runs[-1][1] + new[offset : offset + 1])
        else:
            runs.append((offset, new[offset : offset + 1]))
    patch = vcdiff.HEADER + vcdiff.window_of(0, len(new), len(old), runs)
    assert applied(patch, old) == new


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Random writes in three generations, and a disk that is none of theirs and is larger."""
    folder, chance = tmp_path_factory.mktemp("patch"), random.Random(12)
    links = [folder / f"g{index}.vmdk" for index in range(3)]
    create_disk(links[0], SECTORS)
    create_disk(folder / "other.vmdk", SECTORS + 20_001)
    for index, path in enumerate([*links, folder / "other.vmdk"]):
        if 0 < index < 3:
            with Chain.open(links[index - 1]) as chain:
                create_child(chain, path)
        with Disk.open(path, access=Access.WRITE) as disk:
            for _ in range(12):
                count = chance.randrange(1, 300)
                disk.write(chance.randrange(SECTORS - count), chance.randbytes(count * SECTOR))
    return [*links, folder / "other.vmdk"]


def raw_of(path: Path) -> bytes:
    with Chain.open(path) as chain:
        return chain.read(0, chain.capacity)


def patch_between(a: Path, b: Path, path: Path) -> bytes:
    with Chain.open(a) as old, Chain.open(b) as new:
        comparison = result_of(compare(old, new))
        length = result_of(write_patch(path, old, new, comparison))
    patch = path.read_bytes()
    assert len(patch) == length
    return patch


@pytest.mark.parametrize(("a", "b"), [(0, 1), (0, 2), (2, 0), (1, 3), (3, 1), (1, 1)])
def test_the_patch_makes_the_raw_image_of_a_that_of_b(
    links: list[Path], tmp_path: Path, a: int, b: int
) -> None:
    patch = patch_between(links[a], links[b], tmp_path / "a-b.vcdiff")
    assert applied(patch, raw_of(links[a])) == raw_of(links[b])


def by_us(patch: Path, old: bytes) -> bytes:
    """Return what our reader makes of *old* by *patch*."""
    return applied(patch.read_bytes(), old)


def by_xdelta3(patch: Path, old: bytes) -> bytes:
    """Return what xdelta3 makes of *old* by *patch*."""
    patch.with_name("a.raw").write_bytes(old)
    command = ["xdelta3", "-d", "-f", "-s", "a.raw", patch.name, "b.raw"]
    subprocess.run(command, cwd=patch.parent, check=True, timeout=60)
    return patch.with_name("b.raw").read_bytes()


# Whoever has xdelta3 lets it judge too; it is nothing that the tests have to bring.
READERS = [by_us, *([by_xdelta3] if shutil.which("xdelta3") else [])]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("a", "b"), [(0, 2), (1, 3), (3, 1)])
def test_readers_of_the_format_apply_it(
    links: list[Path], tmp_path: Path, a: int, b: int, reader: Callable[[Path, bytes], bytes]
) -> None:
    patch = tmp_path / "a-b.vcdiff"
    patch_between(links[a], links[b], patch)
    assert reader(patch, raw_of(links[a])) == raw_of(links[b])


def test_a_patch_replaces_no_disk_and_no_file_unless_told(
    links: list[Path], tmp_path: Path
) -> None:
    taken = tmp_path / "taken.vcdiff"
    taken.write_bytes(b"mine")
    with Chain.open(links[0]) as old, Chain.open(links[1]) as new:
        comparison = result_of(compare(old, new))
        with pytest.raises(AlreadyExists):
            result_of(write_patch(taken, old, new, comparison))
        assert taken.read_bytes() == b"mine"
        with pytest.raises(FileRefused):
            result_of(write_patch(links[2], old, new, comparison, force=True))
        result_of(write_patch(taken, old, new, comparison, force=True))
    assert applied(taken.read_bytes(), raw_of(links[0])) == raw_of(links[1])


def test_a_patch_that_is_stopped_leaves_nothing(links: list[Path], tmp_path: Path) -> None:
    with Chain.open(links[0]) as old, Chain.open(links[1]) as new:
        steps = write_patch(tmp_path / "p.vcdiff", old, new, result_of(compare(old, new)))
        next(steps)
        steps.close()
    assert list(tmp_path.iterdir()) == []


def test_no_patch_is_made_of_what_could_not_all_be_compared(
    links: list[Path], tmp_path: Path
) -> None:
    cut = tmp_path / "cut.vmdk"
    content = links[0].read_bytes()
    cut.write_bytes(content[: len(content) - 70_000])
    with Chain.open(cut) as old, Chain.open(links[3]) as new:
        comparison = result_of(compare(old, new))
        assert comparison.is_partial
        with pytest.raises(CorruptVmdk):
            result_of(write_patch(tmp_path / "p.vcdiff", old, new, comparison))
    assert not (tmp_path / "p.vcdiff").exists()
