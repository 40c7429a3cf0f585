"""Requests about cases, and which requests are acts that the trail of one tells of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import redoscope_core as core
from redoscope_core import Case, CaseEntry, CaseEntryKind, Chain, FileRefused, MarkColour, VmdkError
from redoscope_gui.requests import (
    CaseState,
    CompareGenerations,
    ExportFiles,
    FindCase,
    HashGeneration,
    JudgeTrail,
    KeepEntry,
    MakeCase,
    MeetDisk,
    OpenCase,
    PlaceWanted,
    ReadBytes,
    RecordAct,
    SearchChain,
    Shown,
    act_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def chain(tip: Path) -> Iterator[Chain]:
    """The sample chain, open."""
    with Chain.open(tip) as chain:
        yield chain


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A case without evidence."""
    return MakeCase(tmp_path / "case", "T", "E", "7").run().case


def done(case: Case) -> list[str]:
    """Return the acts that the trail tells of."""
    return [record.act for record in CaseState.of(case).records]


def test_a_disk_that_no_case_knows_is_met_and_the_trail_tells_it(case: Case, chain: Chain) -> None:
    met = MeetDisk(case, chain).run()
    assert met.known is None
    record = met.state.records[-1]
    assert record.act == "open"
    assert record.args == {"path": str(chain.path)}
    assert record.result["disk"] is None
    assert met.state.head == record.head


def test_an_entry_about_a_disk_adds_that_first_and_without_digests(
    case: Case, chain: Chain
) -> None:
    entry = CaseEntry(CaseEntryKind.BOOKMARK, "b", colour=MarkColour.RED)
    kept = KeepEntry(case, entry, PlaceWanted(chain, 2, 34, 8)).run()
    assert kept.known is not None
    assert kept.entry.place == core.MarkedPlace(1, 2, 34, 8)
    (disk,) = kept.state.disks
    assert len(disk.links) == len(chain.links)
    assert {file.digests for file in disk.files} == {None}
    assert done(case)[-2:] == ["add", "keep"]


def test_the_case_that_knows_a_disk_is_found_among_those_that_do_not_and_are_none(
    case: Case, chain: Chain, tmp_path: Path
) -> None:
    knowing = MakeCase(tmp_path / "knowing").run().case
    for _ in knowing.add(chain, hashed=False):
        pass
    folders = (tmp_path / "none", case.folder, knowing.folder)
    met = FindCase(folders, chain).run()
    assert met is not None
    assert met.state.case.folder == knowing.folder
    assert met.known is not None
    assert met.known.disk.number == 1
    assert FindCase((case.folder,), chain).run() is None
    assert "open" not in done(case)


def test_a_case_beside_disks_is_refused_unless_that_is_asked_for(sample: Path) -> None:
    with pytest.raises(FileRefused):
        MakeCase(sample / "case").run()
    assert not (sample / "case").exists()


def test_a_cut_trail_is_judged_and_not_written_to(case: Case) -> None:
    RecordAct(case, "one", {}, {}).run()
    lines = case.trail.read_bytes().splitlines(keepends=True)
    case.trail.write_bytes(lines[0])
    judged = JudgeTrail(case).run()
    assert not judged.verdict.is_sound
    assert case.trail.read_bytes() == lines[0]


def test_where_no_case_is_opening_says_so(tmp_path: Path) -> None:
    with pytest.raises(VmdkError, match=r"case\.json"):
        OpenCase(tmp_path).run()


def test_what_paints_the_screen_is_no_act(chain: Chain) -> None:
    assert act_of(ReadBytes(chain, 0, 0, 512), object()) is None
    assert act_of(object()) is None


def test_comparing_hashing_and_searching_are_acts_with_what_came_of_them(tip: Path) -> None:
    compare = CompareGenerations(tip, 4, 5, core.Policy())
    act = act_of(compare, core.finished(compare.run()))
    assert act is not None
    assert act.act == "compare"
    assert act.args["newer"] == {"path": str(tip), "generation": 5}
    assert act.result["equal"] is False
    failed = act_of(HashGeneration(tip, 5, core.Policy()), error=FileRefused("why", path=tip))
    assert failed is not None
    assert failed.act == "hash"
    assert "why" in str(failed.result["error"])
    needle = core.Needle.of_text("x" * 4000, ("utf-8",))
    search = SearchChain(tip, 5, core.Policy(), None, needle, core.Hits(6), False, None, 9)
    sought = act_of(search, error=FileRefused("why"))
    assert sought is not None
    assert len(str(sought.args["sought"])) < 2100


def test_acts_on_hostile_names_fit_into_a_record(case: Case) -> None:
    hostile = Path("/" + "a\x1b[2J\u202e\udcff\n" * 700)
    act = act_of(HashGeneration(hostile, 0, core.Policy()), error=FileRefused("x" * 9000))
    assert act is not None
    state = RecordAct(case, act.act, act.args, act.result).run()
    assert state.records[-1].act == "hash"


def test_long_texts_that_differ_at_their_ends_are_not_told_alike(tip: Path) -> None:
    hashed = HashGeneration(tip, 5, core.Policy())
    one, other = (act_of(hashed, error=FileRefused("x" * 9000 + end)) for end in "ab")
    assert one is not None
    assert other is not None
    assert one.result != other.result


def test_an_export_of_very_many_files_fits_a_record(tip: Path, tmp_path: Path, case: Case) -> None:
    shown = Shown(tip, 5, core.Policy(), None, alone=False)
    paths = tuple(f"1:/{number:05}/" + "n" * 200 for number in range(9000))
    every, fewer = (
        act_of(ExportFiles(shown, some, tmp_path), error=FileRefused("why"))
        for some in (paths, paths[:-1])
    )
    assert every is not None
    assert fewer is not None
    assert every.args["files"] != fewer.args["files"]
    record = RecordAct(case, every.act, every.args, every.result).run().records[-1]
    assert record.args["asked"] == 9000
