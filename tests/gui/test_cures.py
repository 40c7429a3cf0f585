"""The buttons of the Problems pane: locate a parent, allow a folder, open anyway."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from tests.gui.answers import answer_folder
from tests.gui.session.test_session import spoil_cid

import redoscope_core as core
from redoscope_core import Finding, Kind, Leniency
from redoscope_core.cli import main
from redoscope_gui.session import Problem, Remedy

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from redoscope_gui.session import Session
    from redoscope_gui.window import MainWindow


def button(window: MainWindow, words: str) -> QPushButton:
    view = window.panes.problems_view
    buttons = view.list.findChildren(QPushButton)
    found = [b for b in buttons if b.text().endswith(words) and b.isVisible()]
    assert found, [b.text() for b in view.list.findChildren(QPushButton)]
    return found[0]


def links(session: Session) -> list[str]:
    assert session.chain is not None
    return [link.path.name for link in session.chain.links]


@pytest.fixture
def elsewhere(own_sample: Path, tmp_path: Path) -> Path:
    """The folder that the base disk was moved to."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (own_sample / "office.vmdk").rename(folder / "office.vmdk")
    return folder


def test_a_missing_parent_is_located(
    qtbot: QtBot,
    window: MainWindow,
    own_sample: Path,
    elsewhere: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = window.session
    window.open_path(own_sample / "office-000005.vmdk")
    assert session.chain is None
    assert window.panes.problems.isVisible()
    answer_folder(monkeypatch, elsewhere)
    messages: list[str] = []
    session.message.connect(messages.append)
    qtbot.mouseClick(button(window, "Locate parent…"), Qt.MouseButton.LeftButton)
    assert links(session)[0] == "office.vmdk"
    assert len(links(session)) >= 2
    assert session.problems == ()
    assert messages[-1] == f"Found {elsewhere / 'office.vmdk'}"
    session.reload()
    assert session.chain is not None


def test_a_merged_link_names_the_undo_and_no_parent_is_to_be_located(
    window: MainWindow, own_sample: Path
) -> None:
    disk = own_sample / "office-000005.vmdk"
    assert main(["consolidate", str(disk)]) == 0
    session = window.session
    window.open_path(disk)
    assert session.chain is None
    merged = [problem for problem in session.problems if "was merged into" in problem.text]
    assert merged
    for problem in merged:
        assert "office-000005.vmdk.undo.json` takes it back" in problem.cure
        assert problem.remedies == (Remedy.LOOK_ALONE,)


def test_a_folder_without_the_parent_is_told(
    qtbot: QtBot, window: MainWindow, own_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_sample / "office.vmdk").unlink()
    window.open_path(own_sample / "office-000005.vmdk")
    answer_folder(monkeypatch, own_sample)
    messages: list[str] = []
    window.session.message.connect(messages.append)
    qtbot.mouseClick(button(window, "Locate parent…"), Qt.MouseButton.LeftButton)
    assert str(own_sample) in messages[-1]
    assert messages[-1].startswith("Not in")
    assert button(window, "Locate parent…").isVisible()


@pytest.mark.parametrize("below", ["", "deep/er"])
def test_missing_files_are_located(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    disk, away = tmp_path / "vm" / "big disk.vmdk", tmp_path / "away" / below
    disk.parent.mkdir()
    away.mkdir(parents=True)
    core.create_disk(disk, 256, kind="twoGbMaxExtentSparse")
    piece = disk.with_name("big disk-s001.vmdk")
    piece.rename(away / piece.name)
    window.open_path(disk)
    assert window.session.chain is None
    answer_folder(monkeypatch, tmp_path / "away")
    qtbot.mouseClick(button(window, "Locate files…"), Qt.MouseButton.LeftButton)
    assert links(window.session) == ["big disk.vmdk"]
    assert window.session.problems == ()


def test_what_is_still_missing_is_told_when_a_parent_was_found(
    window: MainWindow,
    own_sample: Path,
    elsewhere: Path,
) -> None:
    (own_sample / "office-000002.vmdk").rename(elsewhere / "office-000002.vmdk")
    (elsewhere / "office.vmdk").unlink()
    session = window.session
    window.open_path(own_sample)
    messages: list[str] = []
    session.message.connect(messages.append)
    session.search_in(elsewhere, own_sample / "office-000003.vmdk")
    assert messages[-1].startswith(f"Found {elsewhere / 'office-000002.vmdk'}; ")
    assert "office-000001.vmdk" in messages[-1]


def test_data_opened_beside_its_descriptor_leads_to_the_newest_link(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    base = tmp_path / "srv.vmdk"
    core.create_disk(base, 256, kind="monolithicFlat")
    with core.Chain.open(base) as chain:
        core.create_child(chain, tmp_path / "srv-000001.vmdk")
    window.open_path(tmp_path / "srv-flat.vmdk")
    assert window.session.chain is None
    qtbot.mouseClick(button(window, "Open srv-000001.vmdk"), Qt.MouseButton.LeftButton)
    assert links(window.session) == ["srv.vmdk", "srv-000001.vmdk"]


def test_a_child_can_be_made_and_hashed_on_a_located_chain(
    window: MainWindow, own_sample: Path, elsewhere: Path
) -> None:
    session = window.session
    window.open_path(own_sample)
    session.search_in(elsewhere, own_sample / "office-000005.vmdk")
    session.create_child(own_sample / "new.vmdk")
    assert session.cursor.path == own_sample / "new.vmdk"
    assert session.problems == ()
    job = session.hash_generation()
    assert job is not None
    assert job.result.startswith("sha256 ")


def absolute_hint(path: Path, parent: Path) -> None:
    """Have the link at *path* name *parent* by an absolute path, as long as what it named."""
    data = path.read_bytes()
    begin = data.index(b'parentFileNameHint="') + len(b'parentFileNameHint="')
    end = data.index(b'"', begin)
    text_end = data.index(b"\0", end)
    new = data[:begin] + os.fsencode(parent) + data[end:text_end]
    path.write_bytes(new + data[len(new) :])


def test_the_folder_of_an_absolute_hint_is_allowed_by_a_button(
    qtbot: QtBot, window: MainWindow, own_sample: Path, elsewhere: Path
) -> None:
    absolute_hint(own_sample / "office-000001.vmdk", elsewhere / "office.vmdk")
    session = window.session
    window.open_path(own_sample / "office-000005.vmdk")
    assert session.chain is None
    assert "--allow" not in session.problems[0].cure
    assert session.problems[0].folder == elsewhere
    assert session.problems[0].remedies == (
        Remedy.ALLOW_FOLDER,
        Remedy.ALLOW_OUTSIDE,
        Remedy.LOCATE_PARENT,
        Remedy.OPEN_READABLE,
        Remedy.LOOK_ALONE,
    )
    allow = button(window, "elsewhere")
    assert str(elsewhere) in allow.toolTip()
    qtbot.mouseClick(allow, Qt.MouseButton.LeftButton)
    assert links(session)[0] == "office.vmdk"
    assert session.policy.search == (elsewhere,)
    assert not session.policy.allows(Leniency.OUTSIDE)


def test_a_wrong_content_id_is_opened_anyway_from_its_row(
    qtbot: QtBot, window: MainWindow, own_sample: Path
) -> None:
    spoil_cid(own_sample / "office-000002.vmdk")
    window.open_path(own_sample / "office-000005.vmdk")
    assert window.session.chain is None
    qtbot.mouseClick(button(window, "Open anyway"), Qt.MouseButton.LeftButton)
    assert window.session.policy.allows(Leniency.CID_MISMATCH)
    assert len(links(window.session)) == 6
    assert window.explorer.banner.isVisible()


def test_buttons_are_named_and_pressed_by_keys(
    qtbot: QtBot, window: MainWindow, own_sample: Path
) -> None:
    spoil_cid(own_sample / "office-000002.vmdk")
    window.open_path(own_sample / "office-000005.vmdk")
    pressed = button(window, "Open anyway")
    assert pressed.accessibleName() == "Open anyway office-000003.vmdk"
    with qtbot.waitActive(window):
        window.activateWindow()
    pressed.setFocus()
    qtbot.keyClick(pressed, Qt.Key.Key_Space)
    assert window.session.chain is not None


def test_another_path_begins_without_what_was_allowed(
    window: MainWindow, own_sample: Path, elsewhere: Path
) -> None:
    window.open_path(own_sample)
    window.session.search_in(elsewhere)
    window.open_path(own_sample / "office-000005.vmdk")
    assert window.session.policy.search == ()
    assert window.session.chain is None


def test_a_refused_extent_allows_more_than_a_folder(window: MainWindow, own_sample: Path) -> None:
    window.open_path(own_sample)
    outside = Finding.of(Kind.UNREADABLE, own_sample, what="outside", cure="copy it")
    problem = Problem(outside, (Remedy.ALLOW_OUTSIDE,))
    window.cure(Remedy.ALLOW_OUTSIDE, problem)
    assert window.session.policy.allows(Leniency.OUTSIDE)
    assert window.session.chain is not None


def test_rows_with_buttons_are_high_enough(window: MainWindow, own_sample: Path) -> None:
    spoil_cid(own_sample / "office-000002.vmdk")
    window.open_path(own_sample / "office-000005.vmdk")
    view = window.panes.problems_view
    row = view.list.visualRect(view.rows.index(0))
    pressed = button(window, "Open anyway")
    top = pressed.mapTo(view.list.viewport(), pressed.rect().topLeft()).y()
    assert row.top() + 40 < top
    assert top + pressed.height() <= row.bottom()
