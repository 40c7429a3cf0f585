"""What is wrong, as the window tells it: from errors, findings, folders and tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import (
    CorruptVmdk,
    Finding,
    Kind,
    Leniency,
    MissingParent,
    Policy,
    Severity,
    UnsupportedVmdk,
    VmdkError,
    sentences,
)
from redoscope_core.phrases import Naming
from redoscope_gui.requests import LinkCount
from redoscope_gui.session import Problem, Remedy, from_error, from_finding
from redoscope_gui.session.problem import as_allowed, from_forest, from_tables, merged

DISK, PIECE = Path("/vm/disk.vmdk"), Path("/vm/disk-s001.vmdk")


def node(**other: object) -> SimpleNamespace:
    return SimpleNamespace(**({"faults": (), "in_use": False, "track": None} | other))


def forest(nodes: dict[Path, SimpleNamespace], **other: object) -> Any:
    return SimpleNamespace(
        **({"nodes": nodes, "loose_tracks": (), "unseen": (), "about_machines": ()} | other)
    )


def kinds(problems: tuple[Problem, ...]) -> list[tuple[Kind, Path | None]]:
    return [(problem.finding.kind, problem.path) for problem in problems]


def told(error: VmdkError, leniency: Leniency, outside: Path | None = None) -> VmdkError:
    """Return *error* with what would allow it, and the place outside that it is about."""
    error.leniency, error.outside = leniency, outside
    return error


def test_an_error_of_the_engine_keeps_its_file_and_tells_of_which_link_it_is() -> None:
    error = CorruptVmdk("grain table 3", path=PIECE, where="the directory", cure="copy it anew")
    problem = from_error(error, DISK, sector=77)
    assert (problem.path, problem.link, problem.sector) == (PIECE, DISK, 77)
    assert problem.severity is Severity.LOST
    assert (problem.what, problem.cure) == ("grain table 3", "copy it anew")
    assert problem.more == "at the directory"
    assert problem.text == "grain table 3, at the directory"
    assert from_error(error, PIECE).link is None


def test_an_error_without_a_file_is_of_the_link_that_was_asked() -> None:
    problem = from_error(CorruptVmdk("grain table 3"), DISK)
    assert (problem.path, problem.link, problem.sector) == (DISK, None, None)


def test_an_error_is_as_grave_as_it_is_told_to_be() -> None:
    error = CorruptVmdk("grain table 3", path=DISK)
    assert from_error(error, severity=Severity.DOUBTFUL).severity is Severity.DOUBTFUL
    grave = from_error(error, severity=Severity.WORTH_KNOWING)
    assert grave.severity is Severity.WORTH_KNOWING


def test_an_error_of_the_system_is_told_with_its_name() -> None:
    problem = from_error(OSError("the disk is gone"), DISK)
    assert problem.what == "OSError: the disk is gone"
    assert (problem.path, problem.severity, problem.cure) == (DISK, Severity.LOST, "")
    assert problem.remedies == ()


def test_files_beside_the_own_one_are_called_by_their_names_alone() -> None:
    told = Naming("the parent ", PIECE)
    finding = Finding.of(Kind.UNREADABLE, DISK, what=told, found=PIECE)
    problem = from_finding(finding, DISK)
    assert problem.what == "the parent disk-s001.vmdk"
    assert "/vm" not in problem.more
    far = Problem(Finding.of(Kind.UNREADABLE, None, what=told))
    assert far.what == f"the parent {PIECE}"


@pytest.mark.parametrize(
    ("leniency", "remedy"),
    [
        (Leniency.OUTSIDE, Remedy.ALLOW_OUTSIDE),
        (Leniency.CID_MISMATCH, Remedy.OPEN_ANYWAY),
        (Leniency.DIRTY_JOURNAL, Remedy.OPEN_UNREPLAYED),
        (Leniency.BARE_FLAT, Remedy.OPEN_FLAT),
        (Leniency.REDUNDANT, Remedy.USE_REDUNDANT),
    ],
)
def test_what_may_be_allowed_can_be_allowed_with_a_button(
    leniency: Leniency, remedy: Remedy
) -> None:
    problem = from_error(told(CorruptVmdk("it", path=DISK), leniency))
    assert (problem.remedies, problem.folder) == ((remedy,), None)


def test_a_parent_outside_can_be_looked_for_and_its_folder_allowed() -> None:
    outside = Path("/far/base.vmdk")
    lost = MissingParent("the parent", path=DISK)
    problem = from_error(told(lost, Leniency.OUTSIDE, outside))
    assert problem.remedies == (
        Remedy.ALLOW_FOLDER,
        Remedy.ALLOW_OUTSIDE,
        Remedy.LOCATE_PARENT,
        Remedy.OPEN_READABLE,
        Remedy.LOOK_ALONE,
    )
    assert problem.folder == Path("/far")
    alone = from_error(MissingParent("the parent", path=DISK))
    assert alone.remedies == (Remedy.LOCATE_PARENT, Remedy.OPEN_READABLE, Remedy.LOOK_ALONE)


def test_an_extent_outside_is_no_parent_whose_folder_could_be_allowed() -> None:
    outside = Path("/far/flat.vmdk")
    problem = from_error(told(CorruptVmdk("extent", path=DISK), Leniency.OUTSIDE, outside))
    assert (problem.remedies, problem.folder) == ((Remedy.ALLOW_OUTSIDE,), None)


def test_a_folder_tells_faults_uses_tracks_machines_and_what_it_could_not_see_in_that_order() -> (
    None
):
    fault = Finding.of(Kind.NO_CID, PIECE)
    track = SimpleNamespace(path=Path("/vm/disk-ctk.vmdk"), error="cut off")
    sound = SimpleNamespace(path=Path("/vm/other-ctk.vmdk"), error=None)
    loose = SimpleNamespace(path=Path("/vm/loose-ctk.vmdk"))
    unseen = CorruptVmdk("a folder", path=Path("/vm/shut"))
    machine = Finding.of(Kind.MACHINE_ENCRYPTED, Path("/vm/office.vmx"))
    nodes = {DISK: node(faults=(fault,), in_use=True, track=track), PIECE: node(track=sound)}
    found = from_forest(
        forest(nodes, loose_tracks=(loose,), about_machines=(machine,), unseen=(unseen,))
    )
    assert kinds(found) == [
        (Kind.NO_CID, PIECE),
        (Kind.IN_USE, DISK),
        (Kind.TRACK_UNREADABLE, DISK),
        (Kind.LOOSE_TRACK, loose.path),
        (Kind.MACHINE_ENCRYPTED, machine.path),
        (Kind.UNREADABLE, unseen.path),
    ]
    assert found[0].link == DISK
    assert found[1].finding.fact("user") == "another program"
    assert found[2].finding.fact("why") == "cut off"


def test_a_folder_without_trouble_has_nothing_to_tell() -> None:
    assert from_forest(forest({DISK: node(), PIECE: node()})) == ()


def test_tables_tell_each_damaged_place_and_how_many_more_there_are() -> None:
    odd = Finding.of(Kind.LEAKED, DISK, grains=3)
    damage = ((8, CorruptVmdk("one", path=DISK)), (900, UnsupportedVmdk("two", path=DISK)))
    count = LinkCount(5, 6, unreadable=300, damage=damage, more=4, findings=(odd,))
    first, second, more, oddity = from_tables(DISK, count)
    assert (first.sector, first.severity) == (8, Severity.LOST)
    # Data that is not here is no damage.
    assert (second.sector, second.severity) == (900, Severity.DOUBTFUL)
    told_more = Finding.of(Kind.MORE_UNREADABLE, DISK, areas=4, sectors=300)
    assert more.finding == replace(told_more, leniency=Leniency.SALVAGE)
    assert oddity.finding == odd
    assert from_tables(DISK, LinkCount(5, 6)) == ()


@pytest.mark.parametrize("leniency", [None, Leniency.REDUNDANT, Leniency.SALVAGE])
def test_what_can_be_read_around_a_bad_grain_is_offered_until_it_is_allowed(
    leniency: Leniency | None,
) -> None:
    error = CorruptVmdk("one bad grain", path=DISK)
    error.leniency = leniency
    (problem,) = from_tables(DISK, LinkCount(5, 6, unreadable=128, damage=((8, error),)))
    ways = {Remedy.OPEN_READABLE} | (
        {Remedy.USE_REDUNDANT} if leniency is Leniency.REDUNDANT else set()
    )
    assert set(problem.remedies) == ways
    shown = as_allowed(problem, Policy().allowing(Leniency.SALVAGE))
    back = {Remedy.USE_REDUNDANT} if leniency is Leniency.REDUNDANT else {Remedy.TAKE_BACK}
    assert set(shown.remedies) == back
    assert shown.is_allowed == (Remedy.TAKE_BACK in back)
    assert not problem.is_allowed
    assert as_allowed(problem, Policy()) == problem


def test_each_problem_is_told_once_and_no_more_than_a_thousand_are() -> None:
    def numbered(number: int, kind: Kind = Kind.LEAKED) -> Problem:
        return Problem(Finding.of(kind, DISK, grains=number))

    many = [numbered(number) for number in range(1200)]
    worst = Problem(Finding.of(Kind.BAD_ENTRY, DISK, entries=1))
    found = merged(many, [many[3], worst])
    assert found == (worst, *many[:999])


@given(st.lists(st.sampled_from(list(Severity))), st.integers(0, 5))
def test_merging_keeps_what_there_is_and_sorts_by_gravity_alone(
    severities: list[Severity], cut: int
) -> None:
    every = [
        Problem(Finding(Kind.LEAKED, severity, DISK, facts=(("grains", index),)))
        for index, severity in enumerate(severities)
    ]
    found = merged(every[:cut], every[cut:], every[:1])
    assert found == tuple(sorted(every, key=lambda problem: -int(problem.severity)))


def test_the_gist_of_a_problem_leaves_out_its_place() -> None:
    one = from_error(CorruptVmdk("an entry", path=DISK, where="offset 1"))
    two = from_error(CorruptVmdk("an entry", path=DISK, where="offset 2"))
    other = from_error(CorruptVmdk("a table", path=DISK, where="offset 1"))
    assert one.gist == two.gist != other.gist
    assert one.text == sentences.text(one.finding)
    assert cast("object", one) != two
