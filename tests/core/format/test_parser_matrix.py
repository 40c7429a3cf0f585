"""What is read of a descriptor that is spelled otherwise: a row for each way it was met.

Programs differ in nearly every row. A row tells our answer, and which other programs give
the same; the others refuse the text, drop extents, or take the text itself for the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Chain,
    CorruptVmdk,
    FileRefused,
    NotAVmdk,
    Policy,
    UnsupportedVmdk,
    VmdkError,
)
from redoscope_core.leniency import Leniency
from tests.core.outcomes import is_one_line
from tests.core.said import said
from tests.judges import dissect, handmade, libvmdk, qemu, sevenzip
from tests.judges.handmade import SparsePlan, descriptor_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECTOR = 512
FLAT = b"".join(bytes([number + 1]) * SECTOR for number in range(32))
LINE = 'RW 16 FLAT "disk-flat.vmdk" 0'
CANON = descriptor_text([LINE], kind="monolithicFlat")
READERS: dict[str, Callable[[Path], bytes]] = {
    "qemu": qemu.read,
    "pyvmdk": lambda path: libvmdk.read([path]),
    "dissect": dissect.read,
    "7-Zip": sevenzip.read,
}
ALL = "qemu pyvmdk dissect 7-Zip"


@dataclass(frozen=True, slots=True)
class Row:
    """One way of spelling the text, and the answer."""

    text: str | bytes
    same: str = ""
    """The programs that read the same."""
    expected: bytes = FLAT[: 16 * SECTOR]
    note: str = ""
    """What a note must say; without one there are none."""
    error: type[VmdkError] | None = None
    words: str = ""
    """What the error must say."""
    policy: Policy | None = None


def changed(old: str, new: str, **row: object) -> Row:
    """Return a row whose text has *new* for *old*."""
    assert old in CANON
    return Row(CANON.replace(old, new), **row)  # type: ignore[arg-type]


def extents(*lines: str, kind: str = "monolithicFlat", **row: object) -> Row:
    """Return a row with other extent lines."""
    return Row(descriptor_text(lines, kind=kind), **row)  # type: ignore[arg-type]


def bad(*lines: str, words: str) -> Row:
    """Return a row whose extent lines are refused."""
    return extents(*lines, error=CorruptVmdk, words=words)


COMMENTS = "# long\n" * 1500
DATA_BASE = CANON.index("# The Disk Data Base")
NEW_ID = "more than eight digits"
ROWS = {
    "lines may end in CR LF": Row(CANON.replace("\n", "\r\n"), ALL),
    "the last line may lack its end": Row(CANON.rstrip("\n"), ALL),
    "NULs may follow the text": Row(CANON.encode() + bytes(600), ALL),
    "what follows a NUL is not read": Row(
        CANON.encode() + b"\0CID=x\nRW 5 ZERO\n", ALL, note="ends at a NUL"
    ),
    "a text that breaks off in a line is told": Row(
        CANON[: CANON.index('"255"') + 3], ALL, note="breaks off in the middle of a line"
    ),
    "a rest of an older text is no line": Row(CANON.encode() + b'\0"\n\0\0', ALL),
    "a data base key may come twice": Row(
        CANON + 'ddb.adapterType = "ide"\n', ALL, note="sets ddb.adaptertype twice"
    ),
    "a CID line may come twice": changed("parentCID", "CID=0123abcd\nparentCID", same=ALL),
    "an extent line may have blanks around it": changed(LINE, f"  {LINE}  ", same=ALL),
    "long comments may follow the header": changed(
        "# Extent desc", COMMENTS + "# Extent desc", same=ALL
    ),
    "lines may end in CR alone": Row(CANON.replace("\n", "\r"), "7-Zip"),
    "a byte order mark may come first": Row("\ufeff" + CANON, "qemu"),
    "a blank line may come first": Row("\n" + CANON, "qemu"),
    "a comment may come first": Row("# by hand\n" + CANON, "qemu pyvmdk"),
    "without its first line a text is no disk": changed(
        "# Disk DescriptorFile\n", "", error=NotAVmdk, words="not a virtual disk"
    ),
    "the first line may be in lower case": changed(
        "# Disk DescriptorFile", "# disk descriptorfile", same="qemu pyvmdk"
    ),
    "its words may stand apart": changed(
        "DescriptorFile", "Descriptor File", same="qemu dissect"
    ),
    "its first blank may be missing": changed("# Disk", "#Disk", same="qemu"),
    "both may be": changed("# Disk DescriptorFile", "#Disk Descriptor File", same="qemu"),
    "the encoding may come before the version": changed(
        'version=1\nencoding="UTF-8"', 'encoding="UTF-8"\nversion=1', same=ALL
    ),
    "version 0 is read with a note": changed(
        "version=1", "version=0", same=ALL, note="version 0 is unknown"
    ),
    "version 4 is read with a note": changed(
        "version=1", "version=4", same=ALL, note="version 4 is unknown"
    ),
    "version 3 is usual where blocks are tracked": changed("version=1", "version=3", same=ALL),
    "a blank may follow the version": changed("version=1", "version=1 ", same=ALL),
    "blanks may end every line": Row(CANON.replace("\n", "  \n"), "qemu pyvmdk dissect"),
    "blanks may stand around an equals sign": changed(
        "createType=", "createType = ", same="pyvmdk dissect 7-Zip"
    ),
    "keys may be in another case": Row(
        CANON.replace("createType", "CREATETYPE").replace("parentCID", "ParentCid"),
        "pyvmdk 7-Zip",
    ),
    "createType may be in another case": changed(
        "monolithicFlat", "MONOLITHICFLAT", same="pyvmdk dissect 7-Zip"
    ),
    "createType may lack its quotes": changed(
        '"monolithicFlat"', "monolithicFlat", same="pyvmdk dissect 7-Zip"
    ),
    "a comment may follow a quoted value": changed(
        '"lsilogic"', '"lsilogic" # any', same="qemu dissect 7-Zip"
    ),
    "a line that says nothing is passed over": changed(
        "isNative", "blah blah\nisNative", same="qemu pyvmdk dissect"
    ),
    "the comment ahead of the extents may be missing": changed(
        "\n# Extent description\n", "", same="qemu dissect 7-Zip"
    ),
    "the comment of the data base may be missing": changed(
        "# The Disk Data Base \n", "", same="qemu dissect 7-Zip"
    ),
    "the data base may be only a DDB line": Row(
        CANON[:DATA_BASE] + "#DDB\n", "qemu dissect 7-Zip"
    ),
    "there may be no data base": Row(CANON[:DATA_BASE], "qemu dissect 7-Zip"),
    "VirtualBox spells its comment otherwise": changed(
        "# The Disk Data", "# The disk Data", same=ALL
    ),
    "the CID may be missing": changed("CID=0123abcd\n", "", same=ALL, note="has no CID"),
    "the CID may have one digit": changed("CID=0123abcd", "CID=7", same=ALL),
    "the parentCID may be missing": changed(
        "parentCID=ffffffff\n", "", same="pyvmdk 7-Zip", note="has no parentCID"
    ),
    "the parentCID may be in upper case": changed(
        "ffffffff", "FFFFFFFF", same="qemu pyvmdk 7-Zip"
    ),
    "the CID may begin with 0x": changed("0123abcd", "0x123abcd", same="qemu dissect 7-Zip"),
    "the CID may have ten digits, as Xen Orchestra writes it": changed(
        "0123abcd", "3874658291", same="qemu dissect 7-Zip", note=NEW_ID
    ),
    "a CID of 17 digits is none": changed(
        "0123abcd", "0" * 17, error=CorruptVmdk, words="descriptor key CID"
    ),
    "a comment may say CID": changed(
        "CID=0", "# the CID follows\nCID=0", same="pyvmdk dissect 7-Zip"
    ),
    "long comments may precede the CID": changed(
        "CID=0", COMMENTS + "CID=0", same="pyvmdk dissect 7-Zip"
    ),
    "two blanks may stand between fields": changed(
        LINE, LINE.replace(" ", "  "), same="qemu 7-Zip"
    ),
    "tabs may stand between fields": changed(LINE, LINE.replace(" ", "\t"), same="qemu 7-Zip"),
    "the access may be in lower case": changed("RW 16", "rw 16", same="7-Zip"),
    "the type may be in lower case": changed("FLAT", "flat"),
    "a name without quotes is refused": bad("RW 16 FLAT disk-flat.vmdk 0", words="can't be read"),
    "a name without an end is refused": bad('RW 16 FLAT "disk-flat.vmdk 0', words="can't be read"),
    "no name is refused": bad('RW 16 FLAT "" 0', words="without a file name"),
    "the only extent may be read-only": changed("RW 16", "RDONLY 16", same="pyvmdk dissect 7-Zip"),
    "an extent without access is not read": changed(
        "RW 16", "NOACCESS 16", error=CorruptVmdk, words="NOACCESS"
    ),
    "a read-only extent keeps its place": extents(
        'RDONLY 8 FLAT "disk-flat.vmdk" 0', 'RW 8 FLAT "second.bin" 0',
        kind="twoGbMaxExtentFlat", same="pyvmdk dissect 7-Zip", expected=FLAT[:4096] * 2,
    ),
    "an extent of zeros keeps its place": extents(
        "RW 8 ZERO ", 'RW 8 FLAT "disk-flat.vmdk" 0', kind="custom",
        expected=bytes(4096) + FLAT[:4096],
    ),
    "an extent of zeros may have a name": extents(
        'RW 8 FLAT "disk-flat.vmdk" 0', 'RW 8 ZERO "/dev/sdc2" 0', kind="partitionedDevice",
        expected=FLAT[:4096] + bytes(4096),
    ),
    "no extents are refused": Row(
        CANON.replace(LINE, ""), error=CorruptVmdk, words="lists no extents"
    ),
    "size 0 is refused": bad('RW 0 FLAT "disk-flat.vmdk" 0', words="impossible size"),
    "size -1 is refused": bad('RW -1 FLAT "disk-flat.vmdk" 0', words="impossible size"),
    "size 2^55 is refused": bad(f'RW {2**55} FLAT "disk-flat.vmdk" 0', words="impossible size"),
    "size 2^64-1 is refused": bad(f'RW {2**64 - 1} FLAT "disk-flat.vmdk" 0', words="impossible"),
    # pyvmdk counts the offset in bytes, dissect overlooks it: their bytes are wrong.
    "an offset counts sectors": changed(
        'vmdk" 0', 'vmdk" 4', same="qemu 7-Zip", expected=FLAT[4 * SECTOR : 20 * SECTOR]
    ),
    "FLAT may lack its offset": changed('vmdk" 0', 'vmdk"', same="pyvmdk dissect 7-Zip"),
    "VMFS may have an offset": extents(
        'RW 16 VMFS "disk-flat.vmdk" 0', kind="vmfs", same="pyvmdk dissect 7-Zip"
    ),
    "an extent may name a partition too": changed(
        'vmdk" 0', 'vmdk" 0 partitionUUID deadbeef', same="qemu dissect"
    ),
    # qemu scans on across line ends, and counts the extent twice.
    "a blank line before an extent counts it once": changed(
        LINE, "\n" + LINE, same="pyvmdk dissect 7-Zip"
    ),
    "the extent line is right where the header says more": extents(
        'RW 8 SPARSE "piece.vmdk"', kind="twoGbMaxExtentSparse", same="pyvmdk",
        expected=b"p" * 4096, note="says 16 sectors, its extent line 8",
    ),
    "an extent line beyond its header is refused": extents(
        'RW 24 SPARSE "piece.vmdk"', kind="twoGbMaxExtentSparse", error=CorruptVmdk,
        words="more sectors than the extent has",
    ),
    "the encoding may be in lower case": changed("UTF-8", "utf-8", same="qemu dissect 7-Zip"),
    "so may GBK": changed("UTF-8", "gbk", same="qemu dissect 7-Zip"),
    "so may other names": changed("UTF-8", "latin1", same="qemu dissect 7-Zip"),
    "an unknown encoding is a note": changed(
        "UTF-8", "KLINGON-1", same="qemu dissect 7-Zip", note="'KLINGON-1' is unknown"
    ),
    "the encoding may be missing": changed('encoding="UTF-8"\n', "", same=ALL),
    "a name may lead into a folder": extents(
        'RW 16 FLAT "sub/inside.bin" 0', same="qemu 7-Zip", expected=FLAT[: 16 * SECTOR]
    ),
    "a name may not lead out": extents(
        'RW 16 FLAT "../outside.bin" 0', error=FileRefused, words="outside the folder"
    ),
    "unless that is allowed": extents(
        'RW 16 FLAT "../outside.bin" 0', same="qemu", policy=Policy().allowing(Leniency.OUTSIDE)
    ),
    "an absolute name may not either": extents(
        'RW 16 FLAT "/etc/hostname" 0', error=FileRefused, words="outside the folder"
    ),
    "an unknown type is told": extents(
        'RW 16 VMFSTHIN "disk-flat.vmdk"', error=UnsupportedVmdk, words="VMFSTHIN"
    ),
}  # fmt: skip


def write(row: Row, folder: Path) -> Path:
    """Write the disk of *row* and all the files that rows name."""
    inside = folder / "vm"
    (inside / "sub").mkdir(parents=True)
    (inside / "disk-flat.vmdk").write_bytes(FLAT)
    (inside / "second.bin").write_bytes(FLAT)
    (inside / "sub" / "inside.bin").write_bytes(FLAT)
    (folder / "outside.bin").write_bytes(FLAT)
    plan = SparsePlan(16, 16, grains={0: b"p" * 8192}, descriptor_sectors=0)
    (inside / "piece.vmdk").write_bytes(handmade.sparse_extent(plan))
    path = inside / "disk.vmdk"
    path.write_bytes(row.text if isinstance(row.text, bytes) else row.text.encode())
    return path


@pytest.mark.parametrize("name", ROWS)
def test_a_text_has_its_answer(tmp_path: Path, name: str) -> None:
    row = ROWS[name]
    path = write(row, tmp_path)
    if row.error is not None:
        with pytest.raises(row.error) as caught, Chain.open(path, policy=row.policy) as chain:
            chain.read(0, chain.capacity)
        assert is_one_line(caught.value)
        assert row.words in str(caught.value)
        return
    with Chain.open(path, policy=row.policy) as chain:
        assert chain.read(0, chain.capacity) == row.expected
        assert bool(said(chain)) == bool(row.note), said(chain)
        assert any(row.note in note for note in (*said(chain), ""))


@pytest.mark.judge
@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.same])
def test_the_programs_that_read_it_right_read_the_same(tmp_path: Path, name: str) -> None:
    row = ROWS[name]
    path = write(row, tmp_path)
    for program in row.same.split():
        if program != "7-Zip" or sevenzip.PROGRAM is not None:
            assert READERS[program](path) == row.expected, program


@pytest.mark.judge
def test_a_child_of_a_disk_with_a_long_cid_is_its_child_in_qemu_and_here(tmp_path: Path) -> None:
    row = ROWS["the CID may have ten digits, as Xen Orchestra writes it"]
    base = write(row, tmp_path)
    child = qemu.create(base.with_name("child.vmdk"), parent=base)
    with Chain.open(child) as chain:
        assert chain.links[0].descriptor.cid == chain.tip.descriptor.parent_cid == 0x74658291
        assert chain.read(0, 16) == qemu.read(child) == row.expected
