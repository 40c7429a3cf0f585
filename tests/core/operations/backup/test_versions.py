"""Backups of earlier programs, whose manifests are of version 1, are built on and restored."""

from __future__ import annotations

import base64
import json
import struct
from hashlib import sha256
from pathlib import Path

from redoscope_core import Chain
from redoscope_core.operations.backup.backup import backup_to_file
from redoscope_core.operations.backup.manifests import read_point
from tests.core.finished import finished
from tests.core.operations.backup.folders import (
    FULL,
    back_up,
    content,
    differential,
    restored,
    unsound,
)

GRAIN = 2**16
SPAN = 512


def leaves_of(disk: bytes) -> list[bytes]:
    """Return the SHA-256 of each 64 KiB of *disk*, to the end of its last span."""
    whole = disk + bytes(-len(disk) % (SPAN * GRAIN))
    return [sha256(whole[at : at + GRAIN]).digest() for at in range(0, len(whole), GRAIN)]


def root_of(disk: bytes) -> str:
    """Return the digest that version 1 gives *disk*."""
    leaves = leaves_of(disk)
    spans = [b"".join(leaves[at : at + SPAN]) for at in range(0, len(leaves), SPAN)]
    nodes = b"".join(sha256(span).digest() for span in spans)
    return sha256(b"redoscope disk 1\n" + struct.pack("<Q", len(disk) // 512) + nodes).hexdigest()


def as_version_1(manifest: Path, disk: bytes) -> None:
    """Write *manifest*, of a full backup of *disk*, as a program of version 1 wrote it."""
    document = json.loads(manifest.read_bytes())
    leaves = leaves_of(disk)
    lines = []
    for span in document.pop("spans"):
        held = [
            leaves[grain]
            for area in span["areas"]
            for grain in range(
                area["start"] // GRAIN, -(-(area["start"] + area["length"]) // GRAIN)
            )
        ]
        lines.append(json.dumps(span | {"grains": base64.b64encode(b"".join(held)).decode()}))
    end = ("areas", "area_bytes", "stream_bytes", "stream_sha256", "disk_tree_sha256")
    document |= {"redoscope_backup": 1, "disk_tree_sha256": root_of(disk)}
    del document["sha256"], document["rest_blake3"]
    head = json.dumps({key: value for key, value in document.items() if key not in end})
    tail = json.dumps({key: document[key] for key in end})
    text = f'{head[:-1]},\n"spans": [\n' + ",\n".join(lines) + f"\n],\n{tail[1:-1]},\n"
    digest = sha256(text.encode()).hexdigest()
    manifest.write_text(text + f'"sha256": "{digest}"}}\n')


def test_a_series_of_version_1_is_continued_and_proved(
    source: Path, folder: Path, tmp_path: Path
) -> None:
    first = back_up(source / "base.vmdk", folder)
    assert first.manifest is not None
    as_version_1(first.manifest, content(source / "base.vmdk"))
    back_up(source / "c1.vmdk", folder)
    back_up(source / "c3.vmdk", folder, differential)
    last = back_up(source / "c3.vmdk", folder, FULL)
    points = [read_point(path) for path in sorted(folder.glob("*.manifest.json"))]
    assert [int(point.head.version) for point in points] == [1, 1, 1, 2]
    for point, name in zip(points[:3], ("base", "c1", "c3"), strict=True):
        disk = content(source / f"{name}.vmdk")
        assert point.end.disk_tree_sha256 == root_of(disk)
        assert restored(folder, tmp_path / "back.raw", point.name) == disk
    assert last.end.disk_tree_sha256 != points[2].end.disk_tree_sha256
    assert unsound(folder) == {}


def test_a_changed_byte_is_found_by_the_digests_of_version_1(source: Path, folder: Path) -> None:
    made = back_up(source / "base.vmdk", folder)
    assert made.manifest is not None
    disk = bytearray(content(source / "base.vmdk"))
    held = json.loads(made.manifest.read_bytes())["spans"][0]["areas"][0]["start"]
    disk[held] ^= 1
    as_version_1(made.manifest, bytes(disk))
    assert list(unsound(folder)) == [made.manifest.name.removesuffix(".manifest.json")]


def test_what_a_pipe_made_since_a_change_id_is_restored_over_version_1(
    source: Path, folder: Path, tmp_path: Path
) -> None:
    made = back_up(source / "base.vmdk", folder)
    assert made.manifest is not None
    as_version_1(made.manifest, content(source / "base.vmdk"))
    apart = tmp_path / "apart"
    apart.mkdir()
    with Chain.open(source / "c1.vmdk") as chain:
        finished(backup_to_file(chain, apart / "more.vmdk", since="base.vmdk"))
    for file in apart.iterdir():
        file.rename(folder / file.name)
    back_up(source / "c3.vmdk", folder)
    assert restored(folder, tmp_path / "back.raw", "more") == content(source / "c1.vmdk")
    assert restored(folder, tmp_path / "back.raw") == content(source / "c3.vmdk")
    assert unsound(folder) == {}
