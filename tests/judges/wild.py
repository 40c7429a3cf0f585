"""Links as programs write them that are not at hand: their texts, layouts and habits.

Each is written byte for byte after texts that people published of their disks, or after the
program's source, and says what must be read of it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.judges.handmade import SECTOR, SparsePlan, patch, sparse_extent
from tests.judges.handmade_esx import CowdPlan, SeSparsePlan, cowd_extent, sesparse_extent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["WILD", "Wild"]

GRAIN = 65536
CAPACITY = 128 * 40
"""Sectors of most of these disks."""
A, B, C, D = (letter * GRAIN for letter in (b"a", b"b", b"c", b"d"))
NEW = "CID=fffffffe"
ESX_END = '\n# The Disk Data Base \n#DDB\n\nddb.longContentID = "%s"\n'


@dataclass(frozen=True, slots=True)
class Wild:
    """One disk: its newest link, what is read of it, and the notes it deserves."""

    path: Path
    expected: bytes
    notes: tuple[str, ...] = ()
    readers: str = ""
    """Other programs that read the same: qemu, pyvmdk, dissect, 7-Zip."""


def text(path: Path, *lines: str, encoding: str = "utf-8", end: str = "\n") -> Path:
    """Write a descriptor and return *path*."""
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


def flat(folder: Path, name: str, *grains: bytes) -> bytes:
    """Write the data of a flat extent and return it."""
    data = b"".join(grains).ljust(CAPACITY * SECTOR, b"\0")
    (folder / name).write_bytes(data)
    return data


def disk(*grains: bytes, capacity: int = CAPACITY) -> bytes:
    """Return a whole disk that begins with *grains*."""
    return b"".join(grains).ljust(capacity * SECTOR, b"\0")


def workstation(folder: Path) -> Wild:
    """Workstation 4 to 6 on Linux: no encoding line, tools, killed while it ran."""
    plan = SparsePlan(CAPACITY, grains={0: A, 2: B}, unclean=1)
    words = (
        "# Disk DescriptorFile\nversion=1\nCID=9e28b4a1\nparentCID=ffffffff\n"
        'createType="monolithicSparse"\n\n# Extent description\n'
        f'RW {CAPACITY} SPARSE "Other Linux 2.6.x kernel.vmdk"\n\n'
        "# The Disk Data Base \n#DDB\n\n"
        'ddb.toolsVersion = "6532"\nddb.adapterType = "buslogic"\n'
        'ddb.geometry.sectors = "32"\nddb.geometry.heads = "64"\n'
        'ddb.geometry.cylinders = "2"\nddb.virtualHWVersion = "4"\n'
    )
    path = folder / "renamed.vmdk"
    path.write_bytes(sparse_extent(plan, words))
    return Wild(path, disk(A, bytes(GRAIN), B), ("was not closed",), "qemu dissect 7-Zip")


def workstation_split(folder: Path) -> Wild:
    """Workstation on Windows: pieces, the last one shorter, a snapshot, names with umlauts."""
    name = "Größe & Co"
    sizes = (2048, 2048, 1024)
    for link, stored in (("", {0: A, 17: B}), ("-000001", {17: C, 33: D})):
        start = 0
        lines: list[str] = []
        for number, sectors in enumerate(sizes, start=1):
            own = {g - start: stored[g] for g in stored if start <= g < start + sectors // 128}
            piece = f"{name}{link}-s{number:03d}.vmdk"
            plan = SparsePlan(sectors, grains=own, descriptor_sectors=0)
            (folder / piece).write_bytes(sparse_extent(plan))
            lines.append(f'RW {sectors} SPARSE "{piece}"')
            start += sectors // 128
        cid = "5d2e0f11" if link else "0a1b2c3d"
        parent = f'parentFileNameHint="C:\\Users\\Jörg\\VMs\\{name}.vmdk"' if link else ""
        text(
            folder / f"{name}{link}.vmdk",
            "# Disk DescriptorFile", "version=1", 'encoding="windows-1252"',
            f"CID={cid}",
            f"parentCID={'0a1b2c3d' if link else 'ffffffff'}",
            'isNativeSnapshot="no"', 'createType="twoGbMaxExtentSparse"',
            *([parent] if link else []), "# Extent description", *lines, "",
            "# The Disk Data Base ", "#DDB", "",
            'ddb.adapterType = "lsilogic"', 'ddb.geometry.cylinders = "2"',
            'ddb.geometry.heads = "255"', 'ddb.geometry.sectors = "63"',
            f'ddb.longContentID = "3b0a52f6a2a7cdd5e3a9d2c8{cid}"',
            'ddb.toolsInstallType = "1"', 'ddb.toolsVersion = "12325"',
            'ddb.virtualHWVersion = "19"',
            encoding="cp1252", end="\r\n",
        )  # fmt: skip
    expected = bytearray(CAPACITY * SECTOR)
    for grain, data in ((0, A), (17, C), (33, D)):
        expected[grain * GRAIN : (grain + 1) * GRAIN] = data
    return Wild(folder / f"{name}-000001.vmdk", bytes(expected))


def esx_flat(folder: Path) -> Wild:
    """ESXi: a thin disk with tracked blocks, an I/O filter and its side files."""
    data = flat(folder, "win 2012-flat.vmdk", A, bytes(GRAIN), B)
    (folder / "win 2012-ctk.vmdk").write_bytes(b"\xa2\x72\x19\xf6\1\0\0\0" + bytes(4096))
    path = text(
        folder / "win 2012.vmdk",
        "# Disk DescriptorFile", "version=3", 'encoding="UTF-8"', "CID=fd71677b",
        "parentCID=ffffffff", 'isNativeSnapshot="no"', 'createType="vmfs"', "",
        "# Extent description", f'RW {CAPACITY} VMFS "win 2012-flat.vmdk"', "",
        "# Change Tracking File", 'changeTrackPath="win 2012-ctk.vmdk"', "",
        "# The Disk Data Base ", "#DDB", "", 'ddb.adapterType = "lsilogic"',
        'ddb.deletable = "true"', 'ddb.geometry.cylinders = "0"', 'ddb.geometry.heads = "255"',
        'ddb.geometry.sectors = "63"', 'ddb.iofilters = "vmwarelwd"', 'ddb.longContentID = ""',
        'ddb.sidecars = "win 2012_1-3f2504e04f8911d39a0c0305e82c3301.vmfd;vmwarelwd,"',
        'ddb.thinProvisioned = "1"', 'ddb.toolsVersion = "10249"',
        'ddb.uuid = "60 00 C2 9b b1 b7 12 59-95 97 c1 b9 35 b8 a5 d2"',
        'ddb.virtualHWVersion = "11"',
    )  # fmt: skip
    return Wild(path, data, (), "qemu pyvmdk dissect 7-Zip")


def esx_snapshots(folder: Path) -> Wild:
    """ESX 4: a new disk and two COWD snapshots, all with the content ID of new disks."""
    flat(folder, "sql-flat.vmdk", A, B)
    long_id = "7dfbf361d1fbbf2082b192cffffffffe"
    text(
        folder / "sql.vmdk", "# Disk DescriptorFile", "version=1", 'encoding="UTF-8"', NEW,
        "parentCID=ffffffff", 'createType="vmfs"', "", "# Extent description",
        f'RW {CAPACITY} VMFS "sql-flat.vmdk"', ESX_END % long_id,
    )  # fmt: skip
    for number, grains in ((1, {128: b"c" * SECTOR, 5000: b"e" * SECTOR}), (2, {5001: b"f" * 512})):
        raw = cowd_extent(CowdPlan(CAPACITY, grains))
        # The server grows the file ahead of what it needs, and has the disk's shape on record.
        struct.pack_into("<3I", raw, 32, 2, 255, 63)
        (folder / f"sql-{number:06d}-delta.vmdk").write_bytes(raw + bytes(2**20))
        hint = "sql.vmdk" if number == 1 else "sql-000001.vmdk"
        text(
            folder / f"sql-{number:06d}.vmdk", "# Disk DescriptorFile", "version=1",
            'encoding="UTF-8"', NEW, "parentCID=fffffffe", 'isNativeSnapshot="no"',
            'createType="vmfsSparse"', f'parentFileNameHint="{hint}"', "# Extent description",
            f'RW {CAPACITY} VMFSSPARSE "sql-{number:06d}-delta.vmdk"', ESX_END % long_id,
        )  # fmt: skip
    expected = bytearray(disk(A, B))
    for sector, letter in ((128, b"c"), (5000, b"e"), (5001, b"f")):
        expected[sector * SECTOR : (sector + 1) * SECTOR] = letter * SECTOR
    return Wild(folder / "sql-000002.vmdk", bytes(expected), (), "qemu dissect")


def esxi_sesparse(folder: Path) -> Wild:
    """ESXi 6.7: a SESparse snapshot that has its parent's content ID, and a clone's hint."""
    flat(folder, "Base_R91-flat.vmdk", A)
    long_id = "f6371048ed90dd02a7e9ded6fffffffe"
    text(
        folder / "Base_R91.vmdk", "# Disk DescriptorFile", "version=1", "CID=3729b687",
        "parentCID=ffffffff", 'createType="vmfs"', "", "# Extent description",
        f'RW {CAPACITY} VMFS "Base_R91-flat.vmdk"', ESX_END % long_id,
    )  # fmt: skip
    plan = SeSparsePlan(CAPACITY, {1: b"s" * 4096}, unmapped=frozenset({2}))
    (folder / "Base_R91-000001-sesparse.vmdk").write_bytes(sesparse_extent(plan))
    path = text(
        folder / "Base_R91-000001.vmdk", "# Disk DescriptorFile", "version=1", "CID=3729b687",
        "parentCID=3729b687", 'createType="seSparse"',
        'parentFileNameHint="/vmfs/volumes/4c9cd675-c8e12872-92cb-002185650c25/R/Base_R91.vmdk"',
        "# Extent description", f'RW {CAPACITY} SESPARSE "Base_R91-000001-sesparse.vmdk"',
        "", "# The Disk Data Base ", "#DDB", "", 'ddb.encoding = "UTF-8"', 'ddb.grain = "8"',
        f'ddb.longContentID = "{long_id}"',
    )  # fmt: skip
    expected = disk(b"a" * 4096, b"s" * 4096, bytes(4096), A[: GRAIN - 12288])
    return Wild(path, expected, ("ddb.longContentID does not end",))


def virtualbox(folder: Path) -> Wild:
    """VirtualBox: the header says whole grains, the text says the truth in its own spelling."""
    plan = SparsePlan(CAPACITY, grains={0: A, 39: D})
    words = (
        "# Disk DescriptorFile\nversion=1\nCID=def0d352\nparentCID=ffffffff\n"
        'createType="monolithicSparse"\n\n# Extent description\n'
        f'RW {CAPACITY - 100} SPARSE "OMS CS6250 VM-disk1.vmdk"\n\n# The disk Data Base \n#DDB\n\n'
        'ddb.virtualHWVersion = "4"\nddb.adapterType="ide"\nddb.geometry.cylinders="1"\n'
        'ddb.geometry.biosCylinders="1024"\n'
        'ddb.uuid.image="2ebfd8e9-9868-4688-8f3f-97e3f9def370"\n'
        'ddb.uuid.parent="00000000-0000-0000-0000-000000000000"\n'
        'ddb.uuid.modification="e2b662bc-16ff-478e-8b7f-3323b027087e"\n'
        'ddb.uuid.parentmodification="00000000-0000-0000-0000-000000000000"\nddb.comment=""\n'
    )
    path = folder / "vm.vmdk"
    path.write_bytes(sparse_extent(plan, words))
    expected = (A + bytes(38 * GRAIN) + D)[: (CAPACITY - 100) * SECTOR]
    return Wild(path, expected, ("extent line 5020",))


def partitions(folder: Path) -> Wild:
    """Workstation on parts of a physical disk: what is in files is read, holes are zeros."""
    (folder / "XP-pt.vmdk").write_bytes(b"p" * 63 * SECTOR + b"q" * 63 * SECTOR)
    path = text(
        folder / "XP.vmdk", "# Disk DescriptorFile", "version=1", "CID=ab0e0c64",
        "parentCID=ffffffff", 'createType="partitionedDevice"', "", "# Extent description",
        'RW 63 FLAT "XP-pt.vmdk" 0', "RW 1985 ZERO", 'RW 63 FLAT "XP-pt.vmdk" 63',
        'RW 2 ZERO "/dev/sdc2" 0', "", "# The Disk Data Base", "#DDB", "",
        'ddb.virtualHWVersion = "4"', 'ddb.geometry.biosCylinders = "11978"',
    )  # fmt: skip
    expected = b"p" * 63 * SECTOR + bytes(1985 * SECTOR) + b"q" * 63 * SECTOR + bytes(2 * SECTOR)
    return Wild(path, expected)


def mkimg(folder: Path) -> Wild:
    """FreeBSD's mkimg: directories the other way round, grains of 8 KiB, an extent without name."""
    capacity = 2048
    plan = SparsePlan(capacity, 16, grains={0: b"a" * 8192, 100: b"b" * 8192}, descriptor_sectors=1)
    words = (
        "# Disk DescriptorFile\nversion=1\nCID=00000000\nparentCID=ffffffff\n"
        'createType="monolithicSparse"\n# Extent description\n'
        f'RW {capacity} SPARSE ""\n# The Disk Data Base\n#DDB\nddb.adapterType = "ide"\n'
        'ddb.geometry.cylinders = "2"\nddb.geometry.heads = "16"\nddb.geometry.sectors = "63"\n'
    )
    path = folder / "FreeBSD-14.1-RELEASE-amd64.vmdk"
    path.write_bytes(sparse_extent(plan, words))
    swapped = {"redundant_directory": plan.directory, "directory": plan.redundant_directory}
    patch(path, 0, plan.header(**swapped))
    expected = (b"a" * 8192 + bytes(99 * 8192) + b"b" * 8192).ljust(capacity * SECTOR, b"\0")
    return Wild(path, expected, (), "qemu dissect 7-Zip")


def rpath(folder: Path) -> Wild:
    """Images by rPath: the content ID of new disks, and a file that ends with the disk."""
    capacity = 128 * 3 + 40
    plan = SparsePlan(capacity, grains={1: B, 3: b"e" * 40 * SECTOR})
    words = (
        "# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\n"
        f'createType="monolithicSparse"\n\n# Extent description\nRW {capacity} SPARSE "x.vmdk"\n'
        '\n# The Disk Data Base \n#DDB\n\nddb.virtualHWVersion = "3"\nddb.adapterType = "ide"\n'
    )
    path = folder / "x.vmdk"
    path.write_bytes(sparse_extent(plan, words)[: -88 * SECTOR])
    expected = bytes(GRAIN) + B + bytes(GRAIN) + b"e" * 40 * SECTOR
    return Wild(path, expected, (), "qemu")


def old_qemu(folder: Path) -> Wild:
    """A child by qemu of 2008: the text of a child without any data base."""
    grains = {0: A, 1: B}
    base = folder / "base.vmdk"
    words = (
        "# Disk DescriptorFile\nversion=1\nCID=%s\nparentCID=%s\ncreateType="
        '"monolithicSparse"\n%s\n# Extent description\nRW %d SPARSE "%s"\n\n'
        "# The Disk Data Base \n#DDB\n\n"
    )
    more = 'ddb.virtualHWVersion = "4"\nddb.adapterType = "ide"\n'
    first = words % ("474f1db8", "ffffffff", "", CAPACITY, "base.vmdk")
    base.write_bytes(sparse_extent(SparsePlan(CAPACITY, grains=grains), first + more))
    second = words % (
        "474f1db8", "474f1db8", 'parentFileNameHint="base.vmdk"\n', CAPACITY, "child.vmdk"
    )  # fmt: skip
    path = folder / "child.vmdk"
    path.write_bytes(sparse_extent(SparsePlan(CAPACITY, grains={1: C}), second))
    return Wild(path, disk(A, C), (), "qemu dissect")


def raw_in_place(folder: Path) -> Wild:
    """Programs that put a text beside a raw image, and name that by its whole path."""
    data = flat(folder, "disk.img", A, B)
    path = text(
        folder / "disk.vmdk", "# Disk DescriptorFile", "version=1", "CID=12345678",
        "parentCID=ffffffff", 'createType="monolithicFlat"', "",
        f'RW {CAPACITY} FLAT "{folder / "disk.img"}" 0', "", "# The Disk Data Base ", "#DDB", "",
        'ddb.longContentID = "0123456789abcdefghijklmnopqrstuv"', 'ddb.toolsInstallType = "0"',
    )  # fmt: skip
    return Wild(path, data, ("ddb.longContentID does not end",))


WILD: dict[str, Callable[[Path], Wild]] = {
    "Workstation 5": workstation,
    "Workstation on Windows, split, with a snapshot": workstation_split,
    "ESXi with tracked blocks": esx_flat,
    "ESX with two snapshots": esx_snapshots,
    "ESXi with a SESparse snapshot": esxi_sesparse,
    "VirtualBox": virtualbox,
    "parts of a physical disk": partitions,
    "FreeBSD's mkimg": mkimg,
    "rPath": rpath,
    "old qemu": old_qemu,
    "a raw image in place": raw_in_place,
}
