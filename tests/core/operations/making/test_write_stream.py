"""Streams that we write: in one pass, read the same by every other program."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import pytest

from redoscope_core import (
    Access,
    Chain,
    CorruptVmdk,
    Disk,
    InvalidArgument,
    create_disk,
)
from redoscope_core.extents.stream.packing import pack_grains
from redoscope_core.extents.stream.writer import StreamWriter
from redoscope_core.format.stream import Marker, MarkerType
from redoscope_core.operations.making.clone import clone
from redoscope_core.operations.making.write_stream import write_stream
from tests.core.links import grow_chain, write_at_random
from tests.core.said import said
from tests.judges import dissect, handmade, libvmdk, qemu, sevenzip
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_esx import CowdPlan, cowd_link

SECTOR = 512


def random_chain(folder: Path, capacity: int, seed: int) -> Path:
    """Make a base disk and a child with data here and there, and return the child."""
    chance = random.Random(seed)
    for disk in grow_chain(folder, capacity, 2, grain_size=8):
        write_at_random(disk, chance, 12, [1, 5, 128, 300])
        disk.write_zeros(chance.randrange(capacity // 2), 200)
        disk.write(capacity - 3, b"end" * SECTOR)
    return disk.path


def whole(path: Path) -> bytes:
    """Return every byte of the disk at *path*."""
    with Chain.open(path) as chain:
        return chain.read(0, chain.capacity)


def packed(path: Path, target: Path) -> Path:
    """Clone the disk at *path* to a stream."""
    with Chain.open(path) as chain:
        for step in clone(chain, target, "streamOptimized"):
            assert step.done <= step.total
    return target


@pytest.mark.judge
@pytest.mark.parametrize("capacity", [128 * 16, 128 * 1200 + 16, 65536 * 2])
@pytest.mark.parametrize("seed", range(3))
def test_every_program_reads_what_was_packed(tmp_path: Path, capacity: int, seed: int) -> None:
    source = random_chain(tmp_path, capacity, seed)
    expected = whole(source)
    stream = packed(source, tmp_path / "packed.vmdk")
    assert whole(stream) == expected
    assert qemu.read(stream) == expected
    assert libvmdk.read([stream]) == expected
    assert dissect.read(stream) == expected
    if sevenzip.PROGRAM is not None:
        assert sevenzip.read(stream) == expected
    with Chain.open(stream) as chain:
        assert said(chain) == []
        assert chain.tip.descriptor.create_type == "streamOptimized"


def test_the_parts_come_in_the_order_of_the_format(tmp_path: Path) -> None:
    source = tmp_path / "source.vmdk"
    create_disk(source, 128 * 512 * 3)
    with Disk.open(source, access=Access.WRITE) as disk:
        disk.write(5, b"a" * SECTOR)
        disk.write(128 * 512 * 2, b"b" * SECTOR)
    raw = packed(source, tmp_path / "packed.vmdk").read_bytes()
    kinds = []
    sector = 128
    while sector * SECTOR < len(raw):
        block = raw[sector * SECTOR : (sector + 1) * SECTOR]
        marker = Marker.unpack(block)
        if marker is None:
            kinds.append("grain")
            length = int.from_bytes(block[8:12], "little")
            sector += -(-(12 + length) // SECTOR)
        else:
            kinds.append(MarkerType(marker.type).name)
            sector += 1 + marker.sectors
    assert kinds == [
        *("grain", "GRAIN_TABLE", "grain", "GRAIN_TABLE"),
        *("GRAIN_DIRECTORY", "FOOTER", "EOS"),
    ]


@pytest.mark.judge
def test_an_empty_disk_is_packed_too(tmp_path: Path) -> None:
    source = tmp_path / "source.vmdk"
    create_disk(source, 5000)
    stream = packed(source, tmp_path / "packed.vmdk")
    assert stream.stat().st_size < 70_000
    assert whole(stream) == qemu.read(stream) == bytes(5000 * SECTOR)


@pytest.mark.judge
def test_a_pipe_gets_the_same(tmp_path: Path) -> None:
    source = random_chain(tmp_path, 128 * 700, 7)
    reader, writer = os.pipe()
    received: list[bytes] = []

    def receive() -> None:
        with open(reader, "rb") as stream:  # noqa: PTH123 - a file descriptor
            received.append(stream.read())

    thread = threading.Thread(target=receive)
    thread.start()
    with open(writer, "wb") as sink, Chain.open(source) as chain:  # noqa: PTH123
        for _ in write_stream(chain, sink):
            pass
    thread.join()
    stream = tmp_path / "received.vmdk"
    stream.write_bytes(received[0])
    assert whole(stream) == qemu.read(stream) == whole(source)


def test_the_command_writes_to_a_pipe(tmp_path: Path) -> None:
    source = random_chain(tmp_path, 128 * 20, 8)
    program = "import sys; from redoscope_core.cli.program import main; sys.exit(main())"
    words = ["clone", str(source), "-", "--type", "streamOptimized"]
    command = [sys.executable, "-c", program, *words]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    stream = tmp_path / "received.vmdk"
    stream.write_bytes(done.stdout)
    assert whole(stream) == whole(source)
    bad = subprocess.run([*command[:-1], "raw"], capture_output=True, check=False)
    assert (bad.returncode, bad.stdout) == (2, b"")


def test_grains_in_pieces_are_put_together(tmp_path: Path) -> None:
    # Grains of one sector come one by one, and each is a part of a grain of 128.
    grains = {number: bytes([number % 251 + 1]) * SECTOR for number in range(0, 1000, 3)}
    source = cowd_link(tmp_path / "source.vmdk", CowdPlan(1000, grains))
    assert whole(packed(source, tmp_path / "packed.vmdk")) == whole(source)


def test_a_damaged_source_leaves_nothing_behind(tmp_path: Path) -> None:
    source = handmade.sparse_link(tmp_path / "bad.vmdk", SparsePlan(2048, grains={3: b"x" * 65536}))
    handmade.patch_u32(source, SparsePlan(2048).table_entry(3), 2**31)
    with pytest.raises(CorruptVmdk):
        packed(source, tmp_path / "packed.vmdk")
    assert list(tmp_path.iterdir()) == [source]


def test_a_stopped_clone_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "source.vmdk"
    create_disk(source, 128 * 1024, kind="monolithicFlat")
    with Disk.open(source, access=Access.WRITE) as disk:
        disk.write(0, b"something" * 2048 * SECTOR)
    with Chain.open(source) as chain:
        steps = clone(chain, tmp_path / "packed.vmdk", "streamOptimized")
        next(steps)
        steps.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source-flat.vmdk", "source.vmdk"]


def test_a_grain_that_was_written_is_never_gone_back_to() -> None:
    class Nowhere:
        def write(self, data: bytes | memoryview, /) -> int:
            return len(data)

    writer = StreamWriter(Nowhere(), 4096, b"")
    grain = memoryview(b"a" * 65536)
    writer.write(pack_grains(1, grain))
    for first in (1, 0):
        with pytest.raises(InvalidArgument, match="goes back"):
            writer.write(pack_grains(first, grain))
    with pytest.raises(InvalidArgument, match="over the end of a table"):
        writer.write(pack_grains(511, memoryview(bytes(grain) * 2)))


def after_descriptor(stream: Path) -> bytes:
    """Return all of a stream but its descriptor, which has a content ID drawn anew."""
    raw = stream.read_bytes()
    return raw[:SECTOR] + raw[21 * SECTOR :]


def test_the_bytes_do_not_depend_on_the_number_of_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = random_chain(tmp_path, 128 * 1200 + 16, 5)
    made = []
    for threads in (1, 2, 5):
        monkeypatch.setattr(
            "redoscope_core.operations.making.write_stream.cores", lambda n=threads: n
        )
        stream = packed(source, tmp_path / f"packed{threads}.vmdk")
        made.append(after_descriptor(stream))
    assert made[0] == made[1] == made[2]


@pytest.mark.judge
def test_a_stream_is_about_as_small_as_that_of_qemu(tmp_path: Path) -> None:
    chance = random.Random(2)
    words = [bytes(chance.choices(range(97, 123), k=chance.randrange(3, 11))) for _ in range(3000)]
    text = b" ".join(chance.choices(words, range(3000, 0, -1), k=1_000_000))
    source = tmp_path / "source.vmdk"
    create_disk(source, 128 * 200, kind="monolithicFlat")
    with Disk.open(source, access=Access.WRITE) as disk:
        disk.write(0, text[: 128 * 100 * SECTOR].ljust(128 * 100 * SECTOR, b"."))
        disk.write(128 * 100, chance.randbytes(128 * 30 * SECTOR))
    theirs = tmp_path / "theirs.vmdk"
    qemu.run("qemu-img", "convert", "-O", "vmdk", "-o", "subformat=streamOptimized", source, theirs)
    ours = packed(source, tmp_path / "packed.vmdk")
    assert whole(ours) == qemu.read(ours) == qemu.read(theirs)
    assert ours.stat().st_size < 1.05 * theirs.stat().st_size


def test_memory_does_not_grow_with_the_disk(tmp_path: Path) -> None:
    source = tmp_path / "source.vmdk"
    create_disk(source, 2**31, kind="twoGbMaxExtentSparse")
    with Disk.open(source, access=Access.WRITE) as disk:
        disk.write(2**31 - 128, b"z" * 128 * SECTOR)
    with Chain.open(source) as chain:
        tracemalloc.start()
        try:
            for _ in clone(chain, tmp_path / "packed.vmdk", "streamOptimized"):
                pass
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 30 * 2**20
    with Chain.open(tmp_path / "packed.vmdk") as chain:
        assert chain.read(2**31 - 1, 1) == b"z" * SECTOR
