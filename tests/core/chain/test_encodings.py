"""Names in every encoding a descriptor may declare, rightly or not: found, and kept by edits."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import pytest

from redoscope_core import Chain, FileMissing, FileRefused, Forest, MissingParent
from redoscope_core.operations.edits.reparent import plan_reparent
from tests.core.said import said
from tests.judges import handmade
from tests.judges.handmade import SparsePlan, descriptor_text

if TYPE_CHECKING:
    from pathlib import Path

GRAIN = 65536


class Spelling(NamedTuple):
    """How a text declares its encoding, the bytes of a name in it, and the file's name."""

    encoding: str | None
    stored: bytes
    name: str

    @classmethod
    def true(cls, encoding: str, codec: str, name: str) -> Spelling:
        """Return a name whose text declares what it is written in."""
        return cls(encoding, name.encode(codec), name)

    @classmethod
    def raw(cls, encoding: str | None, stored: bytes) -> Spelling:
        """Return a name that only its bytes lead to."""
        return cls(encoding, stored, os.fsdecode(stored))


SPELLINGS = {
    "UTF-8": Spelling.true("UTF-8", "utf-8", "диск-磁盘-é"),
    "no encoding, so UTF-8": Spelling(None, "диск".encode(), "диск"),
    "windows-1252": Spelling.true("windows-1252", "cp1252", "Größe-€"),
    "windows-1251": Spelling.true("windows-1251", "cp1251", "диск"),
    "windows-949": Spelling.true("windows-949", "cp949", "디스크"),
    "GBK": Spelling.true("GBK", "cp936", "磁盘平面"),
    "GBK with a stroke in a character": Spelling.true("GBK", "cp936", "癨|磁"),
    "GB18030": Spelling.true("GB18030", "gb18030", "磁盘-é"),
    "Big5 with strokes in characters": Spelling.true("Big5", "cp950", "許功蓋"),
    "Shift_JIS with strokes in characters": Spelling.true("Shift_JIS", "cp932", "ソ表能"),
    "EUC-JP": Spelling.true("EUC-JP", "euc_jp", "ディスク"),
    "EUC-KR": Spelling.true("EUC-KR", "cp949", "디스크"),
    "ISO-8859-15": Spelling.true("ISO-8859-15", "iso8859_15", "Größe-€"),
    "KOI8-R": Spelling.true("koi8-r", "koi8_r", "диск"),
    "bytes that are no UTF-8": Spelling.raw("UTF-8", b"d\xffsk"),
    "bytes that are no GBK": Spelling.raw("GBK", b"d\xff\x80sk"),
    "bytes that are no Big5": Spelling.raw("Big5", b"d\x80sk"),
    "bytes that are no Shift_JIS": Spelling.raw("Shift_JIS", b"d\x85 \xfcsk"),
    "bytes that are no windows-1252": Spelling.raw("windows-1252", b"d\x81sk"),
    "UTF-8 that is called windows-1252": Spelling.raw("windows-1252", "Größe".encode()),
    "UTF-8 that is called GBK": Spelling.raw("GBK", "диск".encode()),
    "windows-1252 that declares nothing": Spelling.raw(None, "Größe".encode("cp1252")),
    "an encoding nobody knows": Spelling.raw("KLINGON-1", "Größe".encode("cp1252")),
    "an encoding that is no ASCII": Spelling.raw("windows-037", "Größe".encode()),
}


def make(folder: Path, spelling: Spelling) -> Path:
    """Write a child of two extents and its parent, all named as *spelling* says."""
    plan = SparsePlan(256, grains={0: b"p" * GRAIN, 1: b"q" * GRAIN})
    base = folder / f"{spelling.name}-base.vmdk"
    handmade.sparse_link(base, plan, cid=5)
    pieces = []
    for number in (1, 2):
        piece = SparsePlan(
            128, grains={0: b"c" * GRAIN} if number == 2 else {}, descriptor_sectors=0
        )
        (folder / f"{spelling.name}-s00{number}.vmdk").write_bytes(handmade.sparse_extent(piece))
        pieces.append(f'RW 128 SPARSE "NAME-s00{number}.vmdk"')
    text = descriptor_text(
        pieces,
        kind="twoGbMaxExtentSparse",
        cid=6,
        parent_cid=5,
        hint="NAME-base.vmdk",
        encoding=spelling.encoding,
    )
    child = folder / "child.vmdk"
    child.write_bytes(text.encode().replace(b"NAME", spelling.stored))
    return child


@pytest.mark.parametrize("name", SPELLINGS)
def test_extents_and_parents_are_found_by_their_names(tmp_path: Path, name: str) -> None:
    child = make(tmp_path, SPELLINGS[name])
    with Chain.open(child) as chain:
        assert chain.read(0, 256) == b"p" * GRAIN + b"c" * GRAIN
    forest = Forest.scan(tmp_path)
    assert forest.chain_of(child)[1:] == (child,)
    assert forest.faults == ()


@pytest.mark.parametrize("name", SPELLINGS)
def test_an_edit_of_the_parent_keeps_the_bytes_of_the_names(tmp_path: Path, name: str) -> None:
    spelling = SPELLINGS[name]
    child = make(tmp_path, spelling)
    other = tmp_path / "other.vmdk"
    handmade.sparse_link(other, SparsePlan(256, grains={0: b"o" * GRAIN}), cid=9)
    before = child.read_bytes()
    with Chain.open(other) as parent:
        plan = plan_reparent(child, parent)
    plan.apply(undo=tmp_path / "undo.json")
    expected = before.replace(spelling.stored + b"-base.vmdk", b"other.vmdk")
    expected = expected.replace(b"parentCID=00000005", b"parentCID=00000009")
    assert child.read_bytes().rstrip(b"\0") == expected
    with Chain.open(child) as chain:
        assert chain.read(0, 256) == b"o" * GRAIN + b"c" * GRAIN


WIDE = [name for name, spelling in SPELLINGS.items() if name == (spelling.encoding or "")]


@pytest.mark.parametrize("name", WIDE)
@pytest.mark.parametrize("parent", ["диск-磁盘-디.vmdk", "d\udcffsk.vmdk"])
def test_a_name_that_does_not_fit_turns_the_text_into_utf_8(
    tmp_path: Path, name: str, parent: str
) -> None:
    spelling = SPELLINGS[name]
    child = make(tmp_path, spelling)
    other = tmp_path / parent
    handmade.sparse_link(other, SparsePlan(256, grains={0: b"o" * GRAIN}), cid=9)
    with Chain.open(other) as opened:
        plan_reparent(child, opened).apply(undo=tmp_path / "undo.json")
    with Chain.open(child) as chain:
        assert chain.links[0].path == other
        assert chain.read(0, 256) == b"o" * GRAIN + b"c" * GRAIN
        assert chain.tip.descriptor.extents[0].name == f"{spelling.name}-s001.vmdk"


def test_bytes_that_are_no_text_are_told_of(tmp_path: Path) -> None:
    child = make(tmp_path, SPELLINGS["bytes that are no GBK"])
    with Chain.open(child) as chain:
        assert any("bytes that are no GBK" in note for note in said(chain))


def test_a_hint_in_the_way_of_windows_leads_to_another_folder(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "clone").mkdir()
    plan = SparsePlan(256, grains={0: b"p" * GRAIN})
    base = handmade.sparse_link(tmp_path / "base" / "base.vmdk", plan, cid=5)
    child = tmp_path / "clone" / "clone.vmdk"
    handmade.sparse_link(child, SparsePlan(256), cid=6, parent_cid=5, hint=r"..\base\base.vmdk")
    with Chain.open(child) as chain:
        assert chain.links[0].path.samefile(base)
        assert chain.read(0, 128) == b"p" * GRAIN


@pytest.mark.parametrize("hint", [r"\\server\share\base.vmdk", r"C:\vm\base.vmdk", r"\base.vmdk"])
def test_a_way_from_a_root_of_windows_leads_nowhere_else(tmp_path: Path, hint: str) -> None:
    (tmp_path / "vm").mkdir()
    plan = SparsePlan(256)
    child = tmp_path / "vm" / "child.vmdk"
    handmade.sparse_link(child, plan, cid=6, parent_cid=5, hint=hint)
    with pytest.raises(MissingParent):
        Chain.open(child)
    base = handmade.sparse_link(tmp_path / "vm" / "base.vmdk", plan, cid=5)
    with Chain.open(child) as chain:
        assert chain.links[0].path == base


FOLDED = {
    "in another case": ("Windows XP", "windows xp"),
    "with accents put together otherwise": ("Größe", "Gro\u0308ße"),
    "both": ("ÄÖÜ Platte", "a\u0308o\u0308u\u0308 PLATTE"),
}


@pytest.mark.parametrize("name", FOLDED)
def test_files_that_windows_and_macos_call_the_same_are_found(tmp_path: Path, name: str) -> None:
    told, here = FOLDED[name]
    child = make(tmp_path, Spelling.true("UTF-8", "utf-8", told))
    for path in sorted(tmp_path.iterdir()):
        path.rename(path.with_name(path.name.replace(told, here)))
    with Chain.open(child) as chain:
        assert chain.read(0, 256) == b"p" * GRAIN + b"c" * GRAIN
        assert any(
            f"the file {here}-s001.vmdk is called {told}-s001.vmdk" in n for n in said(chain)
        )
    forest = Forest.scan(tmp_path)
    assert forest.chain_of(child)[1:] == (child,)
    assert forest.faults == ()


def test_of_two_files_that_could_be_meant_none_is_taken(tmp_path: Path) -> None:
    child = make(tmp_path, Spelling.true("UTF-8", "utf-8", "Disk"))
    data = tmp_path / "Disk-s001.vmdk"
    for other in ("DISK-s001.vmdk", "disk-s001.vmdk"):
        (tmp_path / other).write_bytes(data.read_bytes())
    data.unlink()
    with pytest.raises(FileMissing, match="Disk-s001"):
        Chain.open(child)


def test_a_file_that_is_spelled_otherwise_may_not_lead_out_either(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    child = make(inside, Spelling.true("UTF-8", "utf-8", "Disk"))
    (inside / "Disk-s001.vmdk").rename(tmp_path / "secret")
    (inside / "DISK-S001.vmdk").symlink_to(tmp_path / "secret")
    with pytest.raises(FileRefused, match="outside the folder"):
        Chain.open(child)


def test_a_link_to_a_disk_finds_its_extents_and_parent_beside_the_disk(tmp_path: Path) -> None:
    inside = tmp_path / "vm"
    inside.mkdir()
    child = make(inside, Spelling.true("UTF-8", "utf-8", "disk"))
    link = tmp_path / "desk.vmdk"
    link.symlink_to(child)
    with Chain.open(link) as chain:
        assert chain.read(0, 256) == b"p" * GRAIN + b"c" * GRAIN
        assert said(chain) == []
