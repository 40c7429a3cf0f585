"""Check finds what was broken, and nothing in disks that other programs made."""

from __future__ import annotations

import random
import struct
import subprocess
from pathlib import Path

import pytest

from redoscope_core import Access, Disk, Finding, Kind, create_disk, sentences
from redoscope_core.operations.examining.check import check, check_chain, check_folder
from tests.core.finished import finished
from tests.core.links import make_child
from tests.judges import handmade
from tests.judges.handmade_esx import DIRECTORY, SeSparsePlan, sesparse_link

SECTOR = 512
CAPACITY = 131_072


def findings(path: Path) -> list[Finding]:
    """Return all that the check says."""
    return list(finished(check(path)))


def faults(path: Path) -> set[str]:
    """Return the codes of the faults."""
    return {finding.kind.value for finding in findings(path) if finding.is_fault}


@pytest.fixture
def chain(tmp_path: Path) -> tuple[Path, Path]:
    """A base disk and a child, both with data."""
    base, child = tmp_path / "base.vmdk", tmp_path / "child.vmdk"
    chance = random.Random(1)
    create_disk(base, CAPACITY)
    with Disk.open(base, access=Access.WRITE) as disk:
        disk.write(0, chance.randbytes(700 * SECTOR))
    make_child(base, child)
    with Disk.open(child, access=Access.WRITE) as disk:
        disk.write(300, chance.randbytes(500 * SECTOR))
    return base, child


@pytest.mark.parametrize("data", [False, True])
def test_a_check_of_several_links_never_goes_back(chain: tuple[Path, Path], *, data: bool) -> None:
    steps = list(check_chain(chain[1], data=data))
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert len({step.note for step in steps}) == 2
    second = next(step for step in steps if step.note == chain[0].name)
    assert 0 < second.done < second.total


def table_offset(path: Path, field: int) -> int:
    """Return the byte offset of grain table 0 that the directory named in header *field* lists."""
    data = path.read_bytes()
    (sector,) = struct.unpack_from("<Q", data, field)
    (table,) = struct.unpack_from("<I", data, sector * SECTOR)
    return int(table) * SECTOR


def patch(path: Path, offset: int, value: int) -> None:
    """Put a 32-bit number into the file."""
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(struct.pack("<I", value))


GD, RGD = 56, 48


def test_a_sound_chain_has_no_faults(chain: tuple[Path, Path]) -> None:
    assert findings(chain[1]) == []


@pytest.mark.judge
@pytest.mark.parametrize("kind", ["monolithicSparse", "twoGbMaxExtentSparse", "monolithicFlat"])
def test_a_disk_that_qemu_made_has_no_faults(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "q.vmdk"
    make = ["qemu-img", "create", "-q", "-f", "vmdk", "-o", f"subformat={kind}", str(path), "40M"]
    subprocess.run(make, check=True)
    write = ["qemu-io", "-c", "write -P 7 1M 3M", str(path)]
    subprocess.run(write, check=True, capture_output=True)
    assert faults(path) == set()


def test_an_entry_past_the_end_of_the_file_is_found(chain: tuple[Path, Path]) -> None:
    for field in (GD, RGD):
        patch(chain[1], table_offset(chain[1], field) + 4 * 3, 2**31)
    assert faults(chain[1]) == {"bad-entry"}


def test_an_entry_into_the_metadata_is_found(chain: tuple[Path, Path]) -> None:
    for field in (GD, RGD):
        patch(chain[0], table_offset(chain[0], field), 5)
    assert "bad-entry" in faults(chain[1])


def test_two_entries_to_one_grain_are_found(chain: tuple[Path, Path]) -> None:
    data = chain[1].read_bytes()
    for field in (GD, RGD):
        place = table_offset(chain[1], field)
        (entry,) = struct.unpack_from("<I", data, place + 4 * 3)
        patch(chain[1], place + 4 * 4, entry)
    assert faults(chain[1]) == {"shared-grain"}


def test_tables_that_differ_from_their_copy_are_found(chain: tuple[Path, Path]) -> None:
    patch(chain[1], table_offset(chain[1], RGD) + 4 * 3, 0)
    (finding,) = [finding for finding in findings(chain[1]) if finding.is_fault]
    assert finding.kind is Kind.TABLES_DIFFER
    assert "grain 3" in sentences.text(finding)


def test_a_lost_table_is_found(chain: tuple[Path, Path]) -> None:
    data = chain[1].read_bytes()
    (sector,) = struct.unpack_from("<Q", data, GD)
    patch(chain[1], int(sector) * SECTOR, 2**30)
    assert "lost-table" in faults(chain[1])


def test_leaked_grains_are_told_and_are_no_fault(chain: tuple[Path, Path]) -> None:
    with chain[1].open("ab") as file:
        file.write(bytes(3 * 65536))
    (finding,) = findings(chain[1])
    assert (finding.kind, finding.is_fault) == (Kind.LEAKED, False)
    assert "3 grains" in sentences.text(finding)


def test_a_changed_parent_is_found_although_the_chain_would_not_open(
    chain: tuple[Path, Path],
) -> None:
    text = chain[0].read_bytes()
    at = text.index(b"CID=") + 4
    with chain[0].open("r+b") as file:
        file.seek(at)
        file.write(b"00abcdef")
    assert faults(chain[1]) == {"wrong-cid"}


def test_a_missing_parent_and_a_file_that_is_no_disk_are_findings(
    chain: tuple[Path, Path], tmp_path: Path
) -> None:
    chain[0].unlink()
    assert faults(chain[1]) == {"missing-parent"}
    (tmp_path / "text.vmdk").write_text("not a disk")
    assert faults(tmp_path / "text.vmdk") == {"unreadable"}


def test_checking_changes_nothing(chain: tuple[Path, Path]) -> None:
    before = [path.read_bytes() for path in chain]
    findings(chain[1])
    assert [path.read_bytes() for path in chain] == before


def test_each_chain_of_a_folder_is_told_with_its_links_also_if_it_does_not_open(
    chain: tuple[Path, Path],
) -> None:
    base, child = chain
    (base.parent / "text.vmdk").write_text("# Disk DescriptorFile\n")
    found = {one.tip: one for one in finished(check_folder(base.parent)).chains}
    assert (found[child].links, found[child].sound, found[child].findings) == (2, True, ())
    broken = found[base.parent / "text.vmdk"]
    alone = finished(check_chain(broken.tip))
    assert (alone.tip, alone.links, alone.sound) == (broken.tip, 1, False)
    assert finished(check_chain(child)).links == 2
    assert (broken.links, broken.sound) == (1, False)
    assert [finding.path for finding in broken.findings] == [broken.tip]


def test_sectors_that_are_lost_are_told_once_by_the_tables_or_else_as_sectors(
    chain: tuple[Path, Path], tmp_path: Path
) -> None:
    # The hosted kind has a report of its tables, SESparse has none.
    for field in (GD, RGD):
        (directory,) = struct.unpack_from("<Q", chain[1].read_bytes(), field)
        patch(chain[1], directory * SECTOR, 2**30)
    assert faults(chain[1]) == {"lost-table", "lost-copies"}
    plan = SeSparsePlan(2 * 4096 * 8, {0: bytes([1]) * 4096, 4097: bytes([2]) * 4096})
    path = sesparse_link(tmp_path / "esx.vmdk", plan)
    entry = DIRECTORY * SECTOR + 8
    handmade.patch(path.with_name("esx-sesparse.vmdk"), entry, (2**61 + 1).to_bytes(8, "little"))
    (found,) = (each for each in findings(path) if each.is_fault)
    assert (found.kind, found.path) == (Kind.UNREADABLE_SECTORS, path)
    assert found.fact("sectors") == 4096 * 8
