"""The book of problems: one list, each problem once, worst first."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from PySide6.QtCore import QObject

from redoscope_core import CorruptVmdk, Finding, Kind, Policy, Severity
from redoscope_gui.requests import LinkCount
from redoscope_gui.session import Problem
from redoscope_gui.session.book import ProblemBook

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytestqt.qtbot import QtBot

DISK = Path("/vm/disk.vmdk")


@pytest.fixture
def book() -> Generator[ProblemBook]:
    """A book with nothing in it."""
    owner = QObject()
    yield ProblemBook(owner)
    owner.deleteLater()


def damage(offset: int) -> CorruptVmdk:
    return CorruptVmdk("grain table entry", path=DISK, where=f"offset {offset}")


def test_what_a_view_met_is_told_once_however_often_it_meets_it(
    qtbot: QtBot, book: ProblemBook
) -> None:
    with qtbot.waitSignal(book.changed):
        book.report(damage(512))
    with qtbot.assertNotEmitted(book.changed):
        book.report(damage(512))
    assert len(book.problems) == 1


def test_what_tables_tell_is_not_told_again_of_another_sector_by_a_view(book: ProblemBook) -> None:
    book.report(damage(512))
    told = LinkCount(0, 0, unreadable=1, damage=((8, damage(1024)),))
    book.take_counts({DISK: told}, {})
    assert len(book.problems) == 1
    assert book.problems[0].sector == 8


def test_a_link_that_is_counted_after_all_is_no_longer_told_as_unreadable(
    book: ProblemBook,
) -> None:
    book.take_counts({}, {DISK: damage(0)})
    assert len(book.problems) == 1
    book.take_counts({DISK: LinkCount(8, 0)}, {})
    assert not book.problems


def test_problems_are_worst_first_else_in_the_order_they_were_met(book: ProblemBook) -> None:
    kinds = (Kind.LEAKED, Kind.DAMAGED, Kind.SHARED_GRAIN, Kind.BAD_ENTRY)
    found = [Problem(Finding(kind, Finding.of(kind).severity, DISK)) for kind in kinds]
    book.take_chain(found)
    assert [problem.finding.kind for problem in book.problems] == [
        Kind.DAMAGED,
        Kind.BAD_ENTRY,
        Kind.SHARED_GRAIN,
        Kind.LEAKED,
    ]
    ranks = [problem.severity for problem in book.problems]
    assert ranks == [Severity.LOST, Severity.LOST, Severity.DOUBTFUL, Severity.WORTH_KNOWING]


def test_notes_are_added_to_what_is_known_of_the_chain(book: ProblemBook) -> None:
    ends = Finding.of(Kind.UNREADABLE, DISK, what="the chain ends here")
    one, another = Finding.of(Kind.NO_CID, DISK), Finding.of(Kind.NO_PARENT_CID, DISK)
    book.take_chain((Problem(ends),))
    book.take_findings(DISK, (one,))
    book.take_findings(DISK, (one, another))
    assert [problem.finding for problem in book.problems] == [ends, one, another]
    book.take_chain(())
    assert book.problems == ()


def test_another_forest_begins_a_new_book(book: ProblemBook) -> None:
    book.report(damage(512))
    book.take_counts({}, {DISK: damage(0)})
    book.take_findings(DISK, (Finding.of(Kind.NO_CID, DISK),))
    book.begin(
        cast(
            "Any",
            SimpleNamespace(nodes={}, loose_tracks=(), about_machines=(), unseen=(damage(7),)),
        ),
        Policy(),
    )
    assert len(book.problems) == 1
