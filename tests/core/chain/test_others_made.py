"""They write, we read: every kind that qemu-img can make, with every option, alone and mixed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain
from tests.core.said import said
from tests.core.trees import apply, random_writes
from tests.judges import dissect, libvmdk, qemu, sevenzip
from tests.judges.qemu import Write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.judge

SECTOR = 512
CAPACITY = 2048 * 16
SPARSE = ("monolithicSparse", "twoGbMaxExtentSparse")
FLAT = ("monolithicFlat", "twoGbMaxExtentFlat")


@dataclass(frozen=True, slots=True)
class Made:
    """How qemu-img is to make a disk, and who else reads that kind right."""

    kind: str
    options: dict[str, str] = field(default_factory=dict)
    readers: str = "pyvmdk dissect 7-Zip"


MADE = {
    **{kind: Made(kind) for kind in (*SPARSE, *FLAT)},
    **{f"{kind} for hardware 6": Made(kind, {"compat6": "on"}) for kind in (*SPARSE, *FLAT)},
    **{
        f"{kind} for hardware {number}": Made(kind, {"hwversion": number})
        for kind in (*SPARSE, *FLAT)
        for number in ("3", "4", "10", "21")
    },
    # pyvmdk overlooks what an entry of 1 means, and shows the descriptor's text there.
    **{
        f"{kind} with zero grains": Made(kind, {"zeroed_grain": "on"}, "dissect 7-Zip")
        for kind in SPARSE
    },
    **{
        f"{kind} on {adapter}": Made(kind, {"adapter_type": adapter})
        for kind in ("monolithicSparse", "monolithicFlat")
        for adapter in ("ide", "buslogic", "lsilogic", "legacyESX")
    },
    "monolithicSparse with tools": Made("monolithicSparse", {"toolsversion": "10249"}),
}


def read_by_others(path: Path, readers: str) -> dict[str, bytes]:
    """Return what each of *readers* and qemu read of the base disk at *path*."""
    found = {"qemu": qemu.read(path)}
    if "pyvmdk" in readers:
        found["pyvmdk"] = libvmdk.read([path])
    if "dissect" in readers:
        found["dissect"] = dissect.read(path)
    if "7-Zip" in readers and sevenzip.PROGRAM is not None:
        found["7-Zip"] = sevenzip.read(path)
    return found


@pytest.mark.parametrize("name", MADE)
def test_a_disk_of_qemu_reads_as_in_every_program_that_reads_it_right(
    tmp_path: Path, name: str
) -> None:
    made = MADE[name]
    path = qemu.create(tmp_path / "disk.vmdk", CAPACITY, kind=made.kind, options=made.options)
    writes = random_writes(random.Random(name), CAPACITY, 8)
    qemu.write(path, writes)
    expected = bytearray(CAPACITY * SECTOR)
    apply(expected, writes)
    for program, data in read_by_others(path, made.readers).items():
        assert data == expected, program
    with Chain.open(path) as chain:
        assert chain.read(0, CAPACITY) == expected
        notes = [note for note in said(chain) if "longContentID" not in note]
        assert notes == []


CONVERTED = (*SPARSE, *FLAT, "streamOptimized")


@pytest.mark.parametrize("kind", CONVERTED)
@pytest.mark.parametrize("capacity", [CAPACITY, CAPACITY + 16])
def test_what_qemu_converts_reads_the_same(tmp_path: Path, kind: str, capacity: int) -> None:
    raw = tmp_path / "disk.raw"
    chance = random.Random(kind)
    expected = bytearray(capacity * SECTOR)
    apply(expected, random_writes(chance, capacity, 12))
    raw.write_bytes(expected)
    path = tmp_path / "disk.vmdk"
    qemu.run("qemu-img", "convert", "-f", "raw", "-O", "vmdk", "-o", f"subformat={kind}", raw, path)
    # 7-Zip opens no stream without markers, which is what qemu writes.
    readers = "pyvmdk dissect" + ("" if kind == "streamOptimized" else " 7-Zip")
    for program, data in read_by_others(path, readers).items():
        assert data == expected, program
    with Chain.open(path) as chain:
        assert chain.read(0, capacity) == expected


def grown(folder: Path, kinds: tuple[str, ...], seed: int) -> list[tuple[Path, bytes]]:
    """Let qemu make a chain of *kinds*; return each link and what it must read."""
    chance = random.Random(seed)
    content = bytearray(CAPACITY * SECTOR)
    links: list[tuple[Path, bytes]] = []
    for number, kind in enumerate(kinds):
        path = folder / f"link{number}.vmdk"
        parent = links[-1][0] if links else None
        writes = random_writes(chance, CAPACITY, 5)
        if kind == "streamOptimized":
            other = folder / f"plain{number}.vmdk"
            qemu.create(other, None if parent else CAPACITY, parent=parent)
            qemu.write(other, writes)
            command = ["qemu-img", "convert", "-f", "vmdk", "-O", "vmdk", "-o"]
            command.append(f"subformat={kind}" + (",backing_fmt=vmdk" if parent else ""))
            command += ["-B", parent.name] if parent else []
            qemu.run(*command, other, path, cwd=folder)
        else:
            qemu.create(path, None if parent else CAPACITY, kind=kind, parent=parent)
            qemu.write(path, writes)
        apply(content, writes)
        links.append((path, bytes(content)))
    return links


CHAINS = (
    ("monolithicFlat", "monolithicSparse", "twoGbMaxExtentSparse", "streamOptimized"),
    ("streamOptimized", "monolithicSparse", "streamOptimized", "twoGbMaxExtentSparse"),
    ("twoGbMaxExtentFlat", "streamOptimized", "monolithicSparse"),
    ("twoGbMaxExtentSparse", "twoGbMaxExtentSparse", "monolithicSparse", "monolithicSparse"),
)


@pytest.mark.parametrize("kinds", CHAINS, ids=" + ".join)
def test_a_chain_of_kinds_reads_as_in_three_programs_at_every_generation(
    tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    links = grown(tmp_path, kinds, len(kinds))
    paths = [path for path, _ in links]
    with Chain.open(paths[-1]) as chain:
        assert [link.path for link in chain.links] == paths
        for index, (path, expected) in enumerate(links):
            assert qemu.read(path) == expected
            assert libvmdk.read(paths[: index + 1]) == expected
            assert dissect.read(path) == expected
            assert chain.up_to(index).read(0, CAPACITY) == expected


def test_a_commit_of_qemu_leaves_a_child_that_is_refused_and_not_misread(tmp_path: Path) -> None:
    base = qemu.create(tmp_path / "base.vmdk", 2048)
    child = qemu.create(tmp_path / "child.vmdk", parent=base)
    qemu.write(child, [Write(0, b"c" * SECTOR)])
    qemu.run("qemu-img", "commit", "-q", "-f", "vmdk", child)
    with Chain.open(base) as chain:
        assert chain.read(0, 1) == b"c" * SECTOR == qemu.read(base)[:SECTOR]
    with pytest.raises(Exception, match="was changed after this child was made"):
        Chain.open(child)
