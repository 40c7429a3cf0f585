"""Planted files: three volumes full of files, a child in which a thousand of each changed, and how.

A twentieth of the files of each volume: 200 are new, 200 gone, 100 renamed, 200 changed in place by
three bytes, 300 changed in metadata alone, of 20,000. What is told is what was done; no parser is
asked.
"""

from __future__ import annotations

import json
import os
import random
import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from redoscope_core import Access, Chain, Disk, create_child, create_disk
from tests.benchmarks.programs.presence import has_program
from tests.core.volumes.ntfs.made import FOLDER, Made

__all__ = ["Planted", "can_plant", "found_planted", "plant"]

_WHEN, _LATER = 1709542800, 1709629200
_SIZES = (30, 400, 2000, 4000, 6000, 9000, 20000)
_FIRST = 2048
_MEBIBYTE = 2**20
_Truth = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Planted:
    """Two generations, and what became of the files of each volume."""

    old: Path
    new: Path
    truth: dict[str, _Truth]
    """Of each first sector: paths by what became of them; renamed ones by their new path."""


def can_plant() -> bool:
    """Say whether all programs are here that make the volumes."""
    return all(map(has_program, ("mke2fs", "debugfs", "mkfs.fat", "mcopy", "mkntfs")))


def found_planted(folder: Path) -> Planted:
    """Return what `plant` made in *folder*."""
    truth = json.loads((folder / "truth.json").read_text())
    return Planted(folder / "old.vmdk", folder / "new.vmdk", truth)


def plant(folder: Path, files: int) -> Planted:
    """Make a disk with three volumes of so many *files*, and its child."""
    size = max(16, files * 512 // 20_000)
    source = folder / "source"
    sizes = _write_source(source, files)
    new = folder / "new"
    fresh = [_fresh(new, number) for number in range(files // 100)]
    truth: dict[str, _Truth] = {}
    volumes = {}
    for number, (name, make) in enumerate(_MAKERS.items()):
        volume = folder / f"{name}.raw"
        with volume.open("wb") as file:
            file.truncate(size * _MEBIBYTE)
        plan = _planned(random.Random(name), sizes)
        older = make(volume, source, fresh, plan, sizes)
        start = _FIRST + number * size * 2048
        volumes[start] = (older, volume)
        truth[str(start)] = _told(plan)
    _write_disks(folder, volumes, size * 2048)
    (folder / "truth.json").write_text(json.dumps(truth))
    return found_planted(folder)


def _bytes_of(path: str, size: int) -> bytes:
    return random.Random(path).randbytes(size)


def _write_source(source: Path, files: int) -> dict[str, int]:
    chance = random.Random(files)
    sizes = {}
    for number in range(files):
        path = f"dir{number % 20:02d}/sub{number // 20 % 20:02d}/file{number:05d}.dat"
        sizes[path] = chance.choice(_SIZES)
        at = source / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(_bytes_of(path, sizes[path]))
        os.utime(at, (_WHEN, _WHEN))
    return sizes


def _fresh(folder: Path, number: int) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"new{number:04d}.bin"
    path.write_bytes(_bytes_of(path.name, (30, 3000, 9000)[number % 3]))
    os.utime(path, (_LATER, _LATER))
    return path


def _planned(chance: random.Random, sizes: dict[str, int]) -> _Truth:
    """Return which files become what, none twice."""
    some = max(1, len(sizes) // 100)
    large = [path for path, size in sizes.items() if size >= 2000]
    modified = chance.sample(large, some)
    left = chance.sample(sorted(sizes.keys() - set(modified)), 3 * some + some // 2 + some // 2)
    return {
        "modified": modified,
        "deleted": left[:some],
        "renamed": left[some : some + some // 2],
        "metadata": left[some + some // 2 : 3 * some],
        "added": [f"dir{number % 20:02d}/new{number:04d}.bin" for number in range(some)],
    }


def _told(plan: _Truth) -> _Truth:
    more = {"renamed": ".moved"}
    return {
        kind: sorted(f"/{path}{more.get(kind, '')}" for path in paths)
        for kind, paths in plan.items()
    }


def _run(*words: object, text: str | None = None, when: int = _WHEN) -> None:
    environment = {
        **os.environ,
        "E2FSPROGS_FAKE_TIME": str(when),
        "MTOOLS_SKIP_CHECK": "1",
        "TZ": "UTC",
    }
    raw = None if text is None else text.encode()
    line = [str(word) for word in words]
    subprocess.run(line, input=raw, check=True, capture_output=True, env=environment)


def _in_place(volume: Path, plan: _Truth, sizes: dict[str, int]) -> None:
    """Change three bytes of each file where it lies."""
    data = volume.read_bytes()
    with volume.open("r+b") as file:
        for path in plan["modified"]:
            place = data.index(_bytes_of(path, sizes[path])[:400])
            file.seek(place + 100)
            file.write(b"XYZ")


def _ext(
    volume: Path, source: Path, fresh: list[Path], plan: _Truth, sizes: dict[str, int]
) -> bytes:
    inodes = len(sizes) + 8000
    make = ("mke2fs", "-q", "-F", "-t", "ext4", "-b", 4096, "-I", 256, "-O", "inline_data")
    _run(*make, "-N", inodes, "-d", source, volume)
    older = volume.read_bytes()
    lines = [f"rm /{path}" for path in plan["deleted"]]
    lines += [f"ln /{path} /{path}.moved\nunlink /{path}" for path in plan["renamed"]]
    lines += [f"set_inode_field /{path} mode 0100600" for path in plan["metadata"]]
    lines += [f"write {a} /{b}" for a, b in zip(fresh, plan["added"], strict=True)]
    _run("debugfs", "-w", "-f", "-", volume, text="\n".join(lines) + "\n", when=_LATER)
    _in_place(volume, plan, sizes)
    return older


def _fat(
    volume: Path, source: Path, fresh: list[Path], plan: _Truth, sizes: dict[str, int]
) -> bytes:
    kind = (32, 8) if len(sizes) > 10_000 else (16, 2)
    _run("mkfs.fat", "--invariant", "-F", kind[0], "-s", kind[1], volume)
    _run("mcopy", "-s", "-m", "-i", volume, *sorted(source.iterdir()), "::/")
    older = volume.read_bytes()
    _run("mdel", "-i", volume, *(f"::/{path}" for path in plan["deleted"]))
    for path in plan["renamed"]:
        _run("mmove", "-i", volume, f"::/{path}", f"::/{path}.moved")
    _run("mattrib", "-i", volume, "+h", *(f"::/{path}" for path in plan["metadata"]))
    for at, path in zip(fresh, plan["added"], strict=True):
        _run("mcopy", "-m", "-i", volume, at, f"::/{path}")
    _in_place(volume, plan, sizes)
    return older


def _ntfs(
    image: Path, _source: Path, fresh: list[Path], plan: _Truth, sizes: dict[str, int]
) -> bytes:
    _run("mkntfs", "-F", "-Q", "-q", "-c", 4096, image)
    volume = Made(image)
    folders: set[str] = set()
    for path, size in sizes.items():
        *above, name = path.split("/")
        for depth, folder in enumerate(above):
            at = "/" + "/".join(above[: depth + 1])
            if at not in folders:
                volume.new("/" + "/".join(above[:depth]), folder, FOLDER)
                folders.add(at)
        volume.new("/" + "/".join(above), name)
        volume.write(f"/{path}", 0, _bytes_of(path, size))
    volume.close()
    older = image.read_bytes()
    volume = Made(image)
    for path in plan["deleted"]:
        volume.delete(*f"/{path}".rsplit("/", 1))
    for path in plan["renamed"]:
        folder, name = f"/{path}".rsplit("/", 1)
        volume.rename((folder, name), (folder, f"{name}.moved"))
    for path in plan["metadata"]:
        volume.set_times(f"/{path}", _LATER)
    for content, path in zip(fresh, plan["added"], strict=True):
        folder, name = f"/{path}".rsplit("/", 1)
        volume.new(folder, name)
        volume.write(f"/{path}", 0, content.read_bytes())
    for path in plan["modified"]:
        volume.write(f"/{path}", 100, b"XYZ")
    volume.close()
    return older


_Maker = Callable[[Path, Path, list[Path], _Truth, dict[str, int]], bytes]
_MAKERS: dict[str, _Maker] = {"ext4": _ext, "fat": _fat, "ntfs": _ntfs}


def _write_disks(folder: Path, volumes: dict[int, tuple[bytes, Path]], each: int) -> None:
    """Write the older bytes of all *volumes* to a base disk, what is other since to its child."""
    old, new = folder / "old.vmdk", folder / "new.vmdk"
    create_disk(old, _FIRST + each * len(volumes))
    table = bytearray(512)
    for number, start in enumerate(volumes):
        entry = struct.pack("<B3sB3sII", 0, bytes(3), 0x83, bytes(3), start, each)
        table[446 + 16 * number : 462 + 16 * number] = entry
    table[510:] = b"\x55\xaa"
    with Disk.open(old, access=Access.WRITE) as disk:
        disk.write(0, bytes(table))
        for start, (older, _) in volumes.items():
            _write(disk, start, older, bytes(len(older)))
    with Chain.open(old) as chain:
        create_child(chain, new)
    with Disk.open(new, access=Access.WRITE) as disk:
        for start, (older, volume) in volumes.items():
            _write(disk, start, volume.read_bytes(), older)


def _write(disk: Disk, start: int, data: bytes, before: bytes) -> None:
    """Write what of *data* is not as *before*."""
    one, other = (np.frombuffer(raw, np.uint8).reshape(-1, 512) for raw in (data, before))
    sectors = np.flatnonzero((one != other).any(axis=1))
    if not len(sectors):
        return
    for run in np.split(sectors, np.flatnonzero(np.diff(sectors) > 1) + 1):
        disk.write(start + int(run[0]), one[run[0] : run[-1] + 1].tobytes())
