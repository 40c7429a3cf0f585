"""Reports, and the disks that they are made of: what tests of them share."""

from __future__ import annotations

import json
import struct
import subprocess
from contextlib import ExitStack
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from redoscope_core import Access, Chain, Disk, Policy, ReportMade, create_child, make_report
from tests.core.finished import finished
from tests.core.operations.attributing.worlds import START, child_with, debugfs, disk_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "against_schema",
    "document_of",
    "hostile_disks",
    "made_report",
    "plain_disks",
    "rows_of",
    "written_over",
]

AGAIN = START + 3712
"""First sector of a grain that is written again with the bytes that it had."""
UUID = "11111111-2222-3333-4444-555555555555"


def made_report(
    old: Path, new: Path, folder: Path, *, policy: Policy | None = None, **more: Any
) -> ReportMade:
    """Return the report of two disks, made in *folder*."""
    with ExitStack() as opened:
        chains = [opened.enter_context(Chain.open(path, policy=policy)) for path in (old, new)]
        disks = list(zip((old, new), chains, strict=True))
        return finished(make_report(disks, folder, policy=policy, **more))


def document_of(folder: Path) -> dict[str, Any]:
    """Return what the report in *folder* says."""
    found: dict[str, Any] = json.loads((folder / "report.json").read_bytes())
    return found


def rows_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the changed ranges of a report, each by the names of its columns."""
    ranges = document["ranges"]
    return [dict(zip(ranges["columns"], row, strict=True)) for row in ranges["rows"]]


def against_schema(document: object) -> list[str]:
    """Return what the schema of reports has against *document*."""
    place = files("redoscope_resources") / "schemas" / "report-document.json"
    validator = Draft202012Validator(json.loads(place.read_text("utf-8")))
    return [error.message for error in validator.iter_errors(document)]


def volume(folder: Path, name: str, source: Path | None = None) -> Path:
    """Return an ext4 volume of 2 MiB with what is in *source*; two of them are one file system."""
    image = folder / f"{name}.img"
    words = ["mke2fs", "-q", "-t", "ext4", "-O", "^metadata_csum,^has_journal,^dir_index"]
    words += ["-U", UUID, "-E", f"hash_seed={UUID},lazy_itable_init=0"]
    words += [] if source is None else ["-d", str(source)]
    subprocess.run([*words, str(image), "2M"], check=True, capture_output=True, timeout=60)
    return image


def written_over(parent: Path, name: str, image: Path) -> Path:
    """Return a child of *parent* whose volume is *image*: what differs was written."""
    new, path = image.read_bytes(), parent.with_name(f"{name}.vmdk")
    with Chain.open(parent) as chain:
        old = chain.read(START, len(new) // 512)
        create_child(chain, path)
    with Disk.open(path, access=Access.WRITE) as disk:
        for at in range(0, len(new), 512):
            if new[at : at + 512] != old[at : at + 512]:
                disk.write(START + at // 512, new[at : at + 512])
    return path


def plain_disks(folder: Path) -> tuple[Path, Path]:
    """Return two generations, two links apart: files changed, a gap written, free space too."""
    first = volume(folder, "first")
    (folder / "kept").write_bytes(b"k" * 3000)
    (folder / "new").write_bytes(b"n" * 5000)
    debugfs(first, f"write {folder / 'kept'} kept", f"write {folder / 'kept'} gone")
    old = disk_of(folder, "old", first)
    middle = child_with(old, "middle", at40=b"hidden".ljust(512, b"."))
    second = folder / "second.img"
    second.write_bytes(first.read_bytes())
    # An inode that is free again would be taken: that would be a file with another name.
    debugfs(second, f"write {folder / 'new'} new", "rm gone", "set_inode_field kept mode 0100600")
    new = written_over(middle, "new", second)
    with Disk.open(new, access=Access.WRITE) as disk:
        disk.write(START + 3000, b"f" * 1024)
        disk.write(AGAIN, disk.chain.read(AGAIN, 128))
    return old, new


def hostile_disks(folder: Path, names: Iterable[bytes]) -> tuple[Path, Path]:
    """Return two generations; the newer one has a file of each of *names*, a byte long."""
    source = folder / "source"
    source.mkdir()
    spelled = {}
    for number, name in enumerate(names):
        # No system has some of these names: a name of that length is put in their place.
        plain = b"%03d" % number + b"x" * (len(name) - 3)
        assert len(plain) == len(name)
        spelled[plain] = name
        (source / plain.decode()).write_bytes(b"%d" % number)
    first, second = volume(folder, "first"), volume(folder, "second", source)
    data = second.read_bytes()
    for plain, name in spelled.items():
        head = struct.pack("<BB", len(plain), 1)
        assert data.count(head + plain) == 1
        data = data.replace(head + plain, head + name)
    second.write_bytes(data)
    old = disk_of(folder, "old", first)
    return old, written_over(old, "new", second)
