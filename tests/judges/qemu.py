"""qemu-img and qemu-io: make disks, write them, read them, map them.

Lengths and offsets given to qemu are bytes; everything here takes and returns sectors.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = [
    "SECTOR",
    "MapArea",
    "QemuError",
    "Write",
    "chain_info",
    "check",
    "create",
    "map_areas",
    "merged",
    "read",
    "read_window",
    "write",
]

SECTOR = 512
PATIENCE = 60
"""Seconds until a qemu program counts as hung (it does hang, on loops)."""


class QemuError(Exception):
    """A qemu program said no; the text is its own."""


class MapArea(NamedTuple):
    """A run of sectors as a map tells it."""

    start: int
    length: int
    depth: int
    state: str
    """"data", "zero" or "absent"."""


@dataclass(frozen=True, slots=True)
class Write:
    """One write: *data* at *sector*, or *zeros* sectors of zeros."""

    sector: int
    data: bytes = b""
    zeros: int = 0


def run(*command: str | os.PathLike[str], cwd: Path | None = None) -> str:
    """Return what *command* prints; its complaint is a `QemuError`."""
    done = subprocess.run(
        [os.fspath(word) for word in command],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=cwd,
    )
    # qemu-io tells of failed commands on stdout and exits 0.
    if done.returncode or "failed:" in done.stdout:
        raise QemuError((done.stderr or done.stdout).strip())
    return done.stdout


def create(
    path: Path,
    capacity: int | None = None,
    *,
    kind: str = "monolithicSparse",
    parent: Path | None = None,
    zeroed_grains: bool = False,
    options: Mapping[str, str] | None = None,
) -> Path:
    """Make a disk of *capacity* sectors, or a child of *parent*, and return its path.

    A parent beside the child is named by its bare name, as hosted programs do.
    """
    words = {"subformat": kind, **(options or {})}
    if zeroed_grains:
        words["zeroed_grain"] = "on"
    text = ",".join(f"{key}={value}" for key, value in words.items())
    command: list[str] = ["qemu-img", "create", "-q", "-f", "vmdk", "-o", text]
    if parent is not None:
        hint = parent.name if parent.parent == path.parent else str(parent)
        command += ["-b", hint, "-F", "vmdk"]
    command.append(path.name)
    if capacity is not None:
        command.append(str(capacity * SECTOR))
    run(*command, cwd=path.parent)
    return path


def write(path: Path, writes: Iterable[Write]) -> None:
    """Apply *writes* to the disk in one opening, in their order."""
    script: list[str] = []
    patterns: list[Path] = []
    try:
        for each in writes:
            start = each.sector * SECTOR
            if each.zeros:
                script += ["-c", f"write -q -z {start} {each.zeros * SECTOR}"]
                continue
            # qemu-io splits its commands at blanks and knows no quotes: a bare name, from there.
            pattern = path.with_name(f".pattern{len(patterns)}")
            pattern.write_bytes(each.data)
            patterns.append(pattern)
            script += ["-c", f"write -q -s {pattern.name} {start} {len(each.data)}"]
        if script:
            run("qemu-io", "-f", "vmdk", *script, path, cwd=path.parent)
    finally:
        for pattern in patterns:
            pattern.unlink()


def read(path: Path) -> bytes:
    """Return every byte of the disk, as `qemu-img convert -O raw` tells it."""
    raw = path.with_name(f"{path.name}.raw")
    try:
        run("qemu-img", "convert", "-f", "vmdk", "-O", "raw", path, raw)
        return raw.read_bytes()
    finally:
        raw.unlink(missing_ok=True)


def read_window(path: Path, sector: int, count: int) -> bytes:
    """Return *count* sectors from *sector* on; for disks too large to read whole."""
    source = {
        "driver": "raw",
        "offset": sector * SECTOR,
        "size": count * SECTOR,
        "file": {"driver": "vmdk", "file": {"driver": "file", "filename": str(path)}},
    }
    raw = path.with_name(f"{path.name}.window")
    try:
        run("qemu-img", "convert", "-O", "raw", f"json:{json.dumps(source)}", raw)
        return raw.read_bytes()
    finally:
        raw.unlink(missing_ok=True)


def merged(areas: Iterable[MapArea]) -> list[MapArea]:
    """Return *areas* with equal neighbours joined."""
    joined: list[MapArea] = []
    for area in areas:
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.start + before.length == area.start
            and (before.depth, before.state) == (area.depth, area.state)
        ):
            joined[-1] = before._replace(length=before.length + area.length)
        else:
            joined.append(area)
    return joined


def map_areas(path: Path) -> list[MapArea]:
    """Return the merged areas of the chain, as `qemu-img map --output=json` tells them."""
    answer = json.loads(run("qemu-img", "map", "-f", "vmdk", "--output=json", path))
    return merged(
        MapArea(
            start=area["start"] // SECTOR,
            length=area["length"] // SECTOR,
            depth=area["depth"],
            state="data" if area["data"] else "zero" if area["present"] else "absent",
        )
        for area in answer
    )


def check(path: Path) -> None:
    """Raise `QemuError` if `qemu-img check` finds a fault."""
    run("qemu-img", "check", "-q", "-f", "vmdk", path)


def chain_info(path: Path) -> Sequence[Mapping[str, object]]:
    """Return what `qemu-img info --backing-chain` knows of each link, the tip first."""
    text = run("qemu-img", "info", "-f", "vmdk", "--backing-chain", "--output=json", path)
    answer: list[dict[str, object]] = json.loads(text)
    return answer
