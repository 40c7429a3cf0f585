"""Check by the kind of trouble: lost grains, streams that break off, and chains of VirtualBox."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Finding, Kind, Policy, sentences
from redoscope_core.operations.examining.check import check, check_chain
from tests.core.finished import finished
from tests.judges import handmade
from tests.judges.handmade import SparsePlan, descriptor_text, sparse_extent
from tests.judges.handmade_esx import CowdPlan, cowd_link
from tests.judges.handmade_stream import StreamPlan, stream_link

if TYPE_CHECKING:
    from pathlib import Path

GRAIN = 65536
NONE = "00000000-0000-0000-0000-000000000000"
PLAN = SparsePlan(65536, grains={k: bytes([k % 250 + 1]) * GRAIN for k in (0, 61, 62, 300)})


def found(path: Path, policy: Policy | None = None) -> list[Finding]:
    """Return all that the check says."""
    return list(finished(check(path, policy=policy)))


@pytest.mark.parametrize(
    "value", [0xFFFFFFF0, 2**31, 3, 1], ids=["far away", "past the end", "metadata", "no flag"]
)
@pytest.mark.parametrize("grain", [0, 62, 300])
@pytest.mark.parametrize("both", [False, True], ids=["one copy", "both copies"])
def test_a_grain_that_a_damaged_entry_led_to_is_lost_and_never_called_harmless(
    tmp_path: Path, grain: int, value: int, *, both: bool
) -> None:
    path = handmade.sparse_link(tmp_path / "disk.vmdk", PLAN)
    handmade.patch_u32(path, PLAN.table_entry(grain), value)
    if both:
        handmade.patch_u32(path, PLAN.table_entry(grain, redundant=True), value)
    told = found(path)
    assert Kind.BAD_ENTRY in {finding.kind for finding in told if finding.is_fault}
    assert Kind.LEAKED not in {finding.kind for finding in told}
    for finding in told:
        assert "harmless" not in f"{sentences.text(finding)} {sentences.cure(finding)}"


@pytest.mark.parametrize("directory", [0, 2**31, 2])
def test_the_grains_of_a_table_that_no_entry_leads_to_are_told(
    tmp_path: Path, directory: int
) -> None:
    path = handmade.sparse_link(tmp_path / "disk.vmdk", PLAN)
    handmade.patch_u32(path, PLAN.directory_entry(0), directory)
    told = [finding for finding in found(path) if finding.is_fault]
    assert told
    assert all("harmless" not in sentences.cure(finding) for finding in told)


@pytest.mark.parametrize("cut", [1, 512, 700, 1024, 1536, 2000, 5000, 30000])
@pytest.mark.parametrize("markers", [True, False])
def test_a_stream_that_breaks_off_is_told_once_and_plainly(
    tmp_path: Path, cut: int, *, markers: bool
) -> None:
    chance = random.Random(cut)
    plan = StreamPlan(65536, {n: chance.randbytes(GRAIN) for n in range(4)}, markers=markers)
    path = stream_link(tmp_path / "disk.vmdk", plan)
    data = path.read_bytes()
    path.write_bytes(data[:-cut])
    told = found(path)
    kinds = {Kind.STREAM_CUT, Kind.DIRECTORY_LOST, Kind.DIRECTORY_WALKED}
    assert len([finding for finding in told if finding.kind in kinds]) == 1
    for finding in told:
        said = sentences.text(finding)
        assert "Python" not in said
        assert "redundant" not in said, "a stream has no second tables"
    if cut > 4096:
        assert any(finding.is_fault for finding in told)


@pytest.mark.parametrize("links", [1, 2, 3])
def test_the_redundant_tables_that_were_looked_at_are_counted_where_there_are_some(
    tmp_path: Path, links: int
) -> None:
    path = handmade.sparse_link(tmp_path / "0.vmdk", SparsePlan(2048), cid=1)
    for number in range(1, links):
        path = handmade.sparse_link(
            tmp_path / f"{number}.vmdk",
            SparsePlan(2048),
            cid=number + 1,
            parent_cid=number,
            hint=path.name,
        )
    assert finished(check_chain(path)).looked.copies == links
    single = handmade.sparse_link(tmp_path / "single.vmdk", SparsePlan(2048, flags=1))
    cowd = cowd_link(tmp_path / "cowd.vmdk", CowdPlan(2048))
    for path in (single, cowd):
        assert finished(check_chain(path)).looked.copies == 0


def vbox(path: Path, image: int, *, above: int | None = None, state: bool = True) -> Path:
    """Write a disk as VirtualBox does; *above* is the number of its parent."""
    keys = {
        "image": f"7c5c1d20-0000-4000-8000-{image:012x}",
        "modification": f"7c5c1d20-0000-4000-8000-{image + 4096:012x}" if state else NONE,
        "parent": NONE if above is None else f"7C5C1D20-0000-4000-8000-{above:012X}",
        "parentmodification": NONE
        if above is None or not state
        else f"7c5c1d20-0000-4000-8000-{above + 4096:012x}",
    }
    more = [f'ddb.uuid.{name}="{value}"' for name, value in keys.items()]
    text = descriptor_text([f'RW 2048 SPARSE "{path.name}"'], more=more)
    path.write_bytes(sparse_extent(SparsePlan(2048, grains={image % 16: b"v" * GRAIN}), text))
    return path


@pytest.mark.parametrize("depth", [2, 3, 5])
@pytest.mark.parametrize("state", [True, False], ids=["with states", "without states"])
@pytest.mark.parametrize("place", ["beside", "Snapshots", "searched"])
def test_a_chain_of_virtualbox_that_fits_has_no_fault(
    tmp_path: Path, depth: int, place: str, *, state: bool
) -> None:
    folder = tmp_path / "vm"
    kids = folder / "Snapshots" if place == "Snapshots" else folder
    kids.mkdir(parents=True)
    base = vbox(folder / "base.vmdk", 10, state=state)
    links = [base]
    for number in range(1, depth):
        name = f"{{7c5c1d20-0000-4000-8000-{number:012x}}}.vmdk"
        links.append(vbox(kids / name, 10 + number, above=9 + number, state=state))
    policy = Policy()
    if place == "searched":
        (tmp_path / "far").mkdir()
        shutil.move(base, tmp_path / "far" / "any name.vmdk")
        policy = Policy(search=(tmp_path / "far",))
    assert [finding.kind for finding in found(links[-1], policy) if finding.is_fault] == []
