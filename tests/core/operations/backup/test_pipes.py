"""A pipe: one pass, from the first byte to the last, in little memory."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from redoscope_core import Chain, DiskFull
from redoscope_core.operations.backup.backup import backup_to_file, backup_to_sink
from redoscope_core.operations.backup.manifests import manifest_beside
from tests.command import COMMAND
from tests.core.finished import finished
from tests.core.operations.backup.folders import content, restored, unsound


class OneWay:
    """Takes bytes one after the other, and offers nothing else."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def write(self, data: bytes | memoryview) -> None:
        """Take *data*."""
        self.taken.append(bytes(data))


def test_what_only_takes_bytes_gets_the_same_stream_as_a_file(source: Path, tmp_path: Path) -> None:
    sink = OneWay()
    with Chain.open(source / "c1.vmdk") as chain:
        made = finished(backup_to_sink(chain, sink, tmp_path / "one.manifest.json"))
        filed = finished(backup_to_file(chain, tmp_path / "two.vmdk"))
    data = b"".join(sink.taken)
    (tmp_path / "one.vmdk").write_bytes(data)
    assert len(data) == made.end.stream_bytes
    assert max(len(each) for each in sink.taken) <= 2**21
    # Header and grains; the descriptor has a name and IDs of its own.
    assert data[:512] == (tmp_path / "two.vmdk").read_bytes()[:512]
    assert data[128 * 512 :] == (tmp_path / "two.vmdk").read_bytes()[128 * 512 :]
    assert made.end.disk_tree_sha256 == filed.end.disk_tree_sha256
    assert unsound(tmp_path) == {}
    assert restored(tmp_path / "one.vmdk", tmp_path / "back.raw") == content(source / "c1.vmdk")


def test_standard_output_may_be_a_pipe_and_the_manifest_a_file(
    source: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    words = [
        "backup",
        source / "c2.vmdk",
        "--to",
        "-",
        "--manifest",
        tmp_path / "out/a.manifest.json",
    ]
    with subprocess.Popen([COMMAND, *map(str, words)], stdout=subprocess.PIPE) as made:
        assert made.stdout is not None
        (tmp_path / "out" / "a.vmdk").write_bytes(made.stdout.read())
    assert made.returncode == 0
    assert restored(tmp_path / "out", tmp_path / "back.raw") == content(source / "c2.vmdk")


def test_a_pipe_whose_reader_leaves_keeps_no_manifest(source: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "a.manifest.json"
    words = ["backup", source / "c2.vmdk", "--to", "-", "--manifest", manifest]
    with subprocess.Popen(
        [COMMAND, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as made:
        assert made.stdout is not None
        assert made.stderr is not None
        made.stdout.close()
        told = made.stderr.read()
    assert made.returncode == 2
    assert len(told.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_fifo_is_written_to_as_a_pipe(source: Path, tmp_path: Path) -> None:
    fifo, stream = tmp_path / "fifo", tmp_path / "a.vmdk"
    os.mkfifo(fifo)
    with stream.open("wb") as into, subprocess.Popen(["cat", fifo], stdout=into) as reader:
        with Chain.open(source / "c1.vmdk") as chain:
            finished(backup_to_file(chain, fifo, manifest_beside(stream)))
        assert reader.wait(timeout=20) == 0
    fifo.unlink()
    assert restored(stream, tmp_path / "back.raw") == content(source / "c1.vmdk")


def test_a_sink_that_fails_keeps_no_manifest(source: Path, tmp_path: Path) -> None:
    with Chain.open(source / "c1.vmdk") as chain, Path("/dev/full").open("wb", 0) as full:
        with pytest.raises(OSError, match="No space"):
            finished(backup_to_sink(chain, full, tmp_path / "a.manifest.json"))
        with pytest.raises(DiskFull):
            finished(backup_to_file(chain, Path("/dev/full"), tmp_path / "a.manifest.json"))
    assert list(tmp_path.iterdir()) == []
