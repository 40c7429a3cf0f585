"""Every kind of link and every hazard, opened in the window: it says what there is to say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tests.core import (
    bad_disks,
    sound_disk,
    test_hazards_headers,
    test_hazards_streams,
    test_hazards_tables,
    test_hazards_text,
)
from tests.gui import zoo
from tests.gui.endurance.stage import evidence
from tests.judges import handmade
from tests.judges.handmade_ctk import IDENTITY_TEXT, ctk_bytes, tracked_flat

from redoscope_core import Form, Severity
from redoscope_gui.maps import MapMode
from redoscope_gui.requests import DescribeLink
from redoscope_gui.views.inspector.telling import link_facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot
    from tests.core.hazards import Hazard

    from redoscope_core import Chain
    from redoscope_gui.session import Problem, Session
    from redoscope_gui.window import MainWindow

HAZARDS = {
    "headers": test_hazards_headers.HAZARDS,
    "streams": test_hazards_streams.HAZARDS,
    "tables": test_hazards_tables.HAZARDS,
    "text": test_hazards_text.HAZARDS,
}


def banner(window: MainWindow) -> str:
    """Return what the banner says; nothing if it is not there."""
    bar = window.explorer.banner
    return bar.label.text() if bar.isVisible() else ""


def told(session: Session) -> str:
    """Return all that Problems says."""
    return "\n".join(f"{p.path} {p.text} {p.cure}" for p in session.problems)


@pytest.mark.parametrize(
    ("make", "on_banner", "in_problems"),
    [
        (zoo.bare_delta, "lost-delta.vmdk was opened alone", "an extent without its descriptor"),
        (zoo.cut_stream, "export.vmdk has lost its directory", "the disk is partial"),
        (zoo.virtualbox_child, "This chain does not open", "VirtualBox child disk, whose parent"),
        (zoo.mapped_device, "lun.vmdk lies elsewhere", "whose data is on a LUN"),
        (zoo.encrypted, "secret.vmdk is encrypted", "its key is not here"),
    ],
)
def test_a_special_kind_says_what_it_is(
    window: MainWindow,
    tmp_path: Path,
    make: Callable[[Path], Path],
    on_banner: str,
    in_problems: str,
) -> None:
    path = make(tmp_path)
    before = evidence(tmp_path)
    window.open_path(path)
    assert on_banner in banner(window)
    assert in_problems in told(window.session)
    walk(window)
    assert evidence(tmp_path) == before


def test_a_descriptor_that_is_encrypted_whole_is_refused_by_name(
    window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "secret.vmdk"
    path.write_text(handmade.descriptor_text([], more=('encryption.data = "abcd"',)))
    window.open_path(path)
    assert window.session.chain is None
    assert "an encrypted descriptor" in told(window.session)
    assert "the program that has the key" in told(window.session)


def test_a_virtualbox_child_whose_parent_is_there_is_read_over_it(
    window: MainWindow, tmp_path: Path
) -> None:
    base, child = zoo.virtualbox_pair(tmp_path)
    window.open_path(tmp_path)
    session = window.session
    assert session.chain is not None
    assert [link.path for link in session.chain.links] == [base, child]
    assert session.problems == ()
    rows = window.panes.chain_view.rows
    words = [rows.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert "base disk" in words[0]
    assert "child made by VirtualBox" in words[1]


def walk(window: MainWindow) -> None:
    """Look at the open link in every mode, at its beginning and at its end."""
    view = window.explorer.map_view
    assert view is not None
    for mode in MapMode:
        view.show_mode(mode)
    window.session.go_to(0)
    if window.session.chain is not None:
        window.session.go_to(window.session.chain.capacity * 512 - 1)


def test_a_folder_with_every_kind_and_every_bad_disk_opens_link_by_link(
    window: MainWindow, tmp_path: Path
) -> None:
    """A damaged link stops nothing: what is sound beside it is shown, with its bytes."""
    root = tmp_path / "vm"
    for number, bad in enumerate({**bad_disks.BAD_DISKS, **bad_disks.BAD_GRAINS}.values()):
        folder = root / f"{number:02d}"
        folder.mkdir(parents=True)
        bad.make(folder)
    sound = [make(root) for make in zoo.KINDS.values()]
    window.open_path(root)
    session = window.session
    assert session.forest is not None
    for path in list(session.forest.nodes):
        session.select_link(path)
        assert session.cursor.path == path
        assert (session.chain is None) == (session.chain_error is not None)
    for path, form in zip(sound, zoo.KINDS, strict=True):
        session.select_link(path)
        assert (session.chain is None) == (form is Form.FOREIGN_CHILD), path
    session.select_link(sound[0])
    assert session.chain is not None
    assert session.chain.read(0, 1) == b"a" * 512
    silent = [
        path
        for path, node in session.forest.nodes.items()
        if node.faults and not any(path in {p.path, p.link} for p in session.problems)
    ]
    assert silent == []


@pytest.mark.parametrize("row", bad_disks.BAD_GRAINS)
def test_each_area_that_cannot_be_read_is_listed_with_file_and_offset(
    window: MainWindow, tmp_path: Path, row: str
) -> None:
    window.open_path(bad_disks.BAD_GRAINS[row].make(tmp_path))
    serious = [p for p in window.session.problems if p.severity is Severity.LOST]
    assert serious, told(window.session)
    for problem in serious:
        assert problem.path is not None
        assert problem.path.is_file()
        assert "byte " in problem.text, problem.text
        assert problem.cure, problem.text


@pytest.mark.parametrize("table", HAZARDS)
def test_the_window_has_an_answer_to_every_hazard(
    window: MainWindow, tmp_path: Path, table: str
) -> None:
    wrong = []
    session = window.session
    for number, (row, hazard) in enumerate(HAZARDS[table].items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = hazard.make(folder)
        session.open(path, hazard.policy)
        if not answered(session, hazard, folder):  # maybe it only shows when it is read
            read_through(session, path)
            if not answered(session, hazard, folder):
                wrong.append((row, hazard.words, hazard.offset, told(session)))
    assert wrong == []


def answered(session: Session, hazard: Hazard, folder: Path) -> bool:
    """Return whether Problems says what *hazard* wants said of the disk in *folder*."""
    lines = [_whole(problem) for problem in session.problems if _is_about(problem, folder)]
    place = "" if hazard.offset is None or hazard.error is None else f"byte {hazard.offset}"
    return any(hazard.words in line and place in line for line in lines or [""])


def read_through(session: Session, path: Path) -> None:
    """Show a sector of each grain of the disk at *path*, if it did open."""
    if session.chain is not None and session.chain.path == path:
        for sector in range(0, min(session.chain.capacity, 4096), 128):
            session.go_to(sector * 512)
            QApplication.processEvents()


def _is_about(problem: Problem, folder: Path) -> bool:
    return problem.path is None or problem.path.is_relative_to(folder)


def _whole(problem: Problem) -> str:
    return f"{problem.path}: {problem.text}; {problem.cure}"


def test_a_finding_leads_to_its_place_on_the_disk(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = sound_disk.sound(tmp_path)
    handmade.patch_u32(path, sound_disk.PLAN.table_entry(9), 2**20)
    window.open_path(path)
    view = window.panes.problems_view
    row = next(n for n, p in enumerate(window.session.problems) if p.sector is not None)
    place = view.list.visualRect(view.rows.index(row)).topLeft()
    place.setX(place.x() + 40)
    place.setY(place.y() + 12)
    qtbot.mouseClick(view.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(view.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.session.cursor.sector == 9 * 128


def test_a_link_whose_bytes_lie_elsewhere_counts_nothing_as_changed(
    window: MainWindow, tmp_path: Path
) -> None:
    window.open_path(zoo.mapped_device(tmp_path))
    rows = window.panes.chain_view.rows
    link = rows.link_at(rows.index(0, 0))
    assert link is not None
    assert link.changed_bytes is None
    assert [badge.text for badge in link.badges] == ["elsewhere", "base", "tip"]


def shown_chain(window: MainWindow) -> Chain:
    """Return the chain that is open."""
    assert window.session.chain is not None
    return window.session.chain


def test_a_change_tracking_file_is_shown_with_its_link(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "disk-ctk.vmdk").write_bytes(ctk_bytes())
    (tmp_path / "old-ctk.vmdk").write_bytes(ctk_bytes())
    tracked_flat(tmp_path)
    window.open_path(tmp_path)
    rows = window.panes.chain_view.rows
    assert rows.rowCount() == 1
    index = rows.index(0, 0)
    hint = index.data(Qt.ItemDataRole.ToolTipRole)
    assert "Change tracking file disk-ctk.vmdk, never used to read data:" in hint
    assert f"byte 44, identity: {IDENTITY_TEXT} (maybe the first part of a change ID)" in hint
    assert "tracked" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    link = link_facts(DescribeLink(shown_chain(window), 0).run())
    facts = {fact.cells[0].strip(): fact.cells[1] for fact in link}
    assert facts["Change tracking"] == "disk-ctk.vmdk"
    assert facts["identity"] == f"byte 44: {IDENTITY_TEXT}"
    (problem,) = window.session.problems
    assert problem.path == tmp_path / "old-ctk.vmdk"
    assert "no link here names" in problem.text


def test_opening_a_change_tracking_file_says_what_it_is(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "disk-ctk.vmdk"
    path.write_bytes(ctk_bytes())
    window.open_path(path)
    (problem,) = window.session.problems
    assert "a change-tracking file" in problem.text
    assert "open the link it belongs to" in problem.cure
    assert problem.remedies == ()
