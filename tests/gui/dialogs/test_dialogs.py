"""Dialogs: they say what will be written, and why something is refused, before it is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QWidget
from shiboken6 import delete
from tests.gui.fakes import Held

from redoscope_gui.dialogs.about import AboutBox
from redoscope_gui.dialogs.attach import AttachDialog
from redoscope_gui.dialogs.create_child import CreateChildDialog
from redoscope_gui.engine import Lane

if TYPE_CHECKING:
    from collections.abc import Generator

    from PySide6.QtWidgets import QPushButton
    from pytestqt.qtbot import QtBot

    from redoscope_gui.session import Session


@pytest.fixture
def open_session(session: Session, own_sample: Path) -> Session:
    """A session on a sample chain that may be changed."""
    session.open(own_sample)
    return session


def ok(dialog: CreateChildDialog | AttachDialog) -> QPushButton:
    return dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)


def test_the_next_name_of_the_series_is_offered_and_made_with_enter(
    qtbot: QtBot, open_session: Session, own_sample: Path
) -> None:
    dialog = CreateChildDialog(open_session, own_sample / "office-000005.vmdk")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.path == own_sample / "office-000006.vmdk"
    assert str(dialog.path) in dialog.reason.label.text()
    assert "Not a byte of office-000005.vmdk changes" in dialog.reason.label.text()
    assert ok(dialog).text() == "Create office-000006.vmdk"
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(ok(dialog), Qt.MouseButton.LeftButton)
    assert open_session.cursor.path == own_sample / "office-000006.vmdk"
    assert (own_sample / "office-000006.vmdk").exists()


def test_a_child_of_many_files_says_so_and_is_made(
    qtbot: QtBot, open_session: Session, own_sample: Path
) -> None:
    dialog = CreateChildDialog(open_session, own_sample / "office-000005.vmdk")
    qtbot.addWidget(dialog)
    dialog.path_box.setText("split.vmdk")
    dialog.kind_box.setCurrentIndex(1)
    dialog.comment_box.setText("in pieces")
    assert "split-s001.vmdk" in dialog.reason.label.text()
    with qtbot.waitSignal(dialog.accepted):
        ok(dialog).click()
    assert (own_sample / "split-s001.vmdk").exists()
    assert open_session.forest is not None
    assert open_session.forest.nodes[own_sample / "split.vmdk"].comment == "in pieces"


def test_a_child_of_a_link_with_children_is_called_a_branch(
    qtbot: QtBot, open_session: Session, own_sample: Path
) -> None:
    dialog = CreateChildDialog(open_session, own_sample / "office-000001.vmdk")
    qtbot.addWidget(dialog)
    assert "already has a child (office-000002.vmdk)" in dialog._what_it_is()
    assert "begins a branch" in dialog._what_it_is()
    assert dialog.path.name == "office-000006.vmdk"
    dialog = CreateChildDialog(open_session, own_sample / "office-000002.vmdk")
    qtbot.addWidget(dialog)
    assert "already has children (" in dialog._what_it_is()


def test_the_sentence_about_the_program_has_room(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    box = AboutBox(parent)
    box.show()
    assert box.width() > 400
    assert not box.iconPixmap().isNull()
    box.close()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "a name"),
        ("child.img", "end in .vmdk"),
        ("office.vmdk", "nothing is ever overwritten"),
        ("none/child.vmdk", "no folder"),
    ],
)
def test_what_stands_in_the_way_is_told_before(
    qtbot: QtBot, open_session: Session, own_sample: Path, typed: str, told: str
) -> None:
    dialog = CreateChildDialog(open_session, own_sample / "office-000005.vmdk")
    qtbot.addWidget(dialog)
    dialog.path_box.setText(typed)
    assert told in dialog.reason.label.text()
    assert not ok(dialog).isEnabled()


def test_what_the_engine_refuses_stays_in_the_dialog(
    qtbot: QtBot, open_session: Session, own_sample: Path
) -> None:
    dialog = CreateChildDialog(open_session, own_sample / "office-000005.vmdk")
    qtbot.addWidget(dialog)
    dialog.show()
    (own_sample / "office-000006.vmdk").write_text("someone was quicker")
    ok(dialog).click()
    assert dialog.isVisible()
    assert "office-000006.vmdk" in dialog.reason.label.text()


def test_the_reason_of_the_engine_is_shown_before_one_attaches(
    qtbot: QtBot, open_session: Session, own_sample: Path
) -> None:
    dialog = AttachDialog(open_session, own_sample / "office-000005.vmdk")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.parent_box.currentText() == "office-000004.vmdk"
    assert ok(dialog).isEnabled()
    dialog.parent_box.setCurrentIndex(dialog.parent_box.findText("office-000001.vmdk"))
    assert not ok(dialog).isEnabled()
    assert "CID" in dialog.reason.label.text()
    dialog.child_box.setCurrentIndex(dialog.child_box.findText("office.vmdk"))
    assert "already part of the parent's chain" in dialog.reason.label.text()
    dialog.child_box.setCurrentIndex(dialog.child_box.findText("office-000002.vmdk"))
    assert ok(dialog).isEnabled()
    with qtbot.waitSignal(dialog.accepted):
        ok(dialog).click()
    assert open_session.joined == (
        own_sample / "office-000002.vmdk",
        own_sample / "office-000001.vmdk",
    )


def test_a_late_verdict_about_another_pair_is_not_shown(
    qtbot: QtBot, threaded_session: Session, own_sample: Path
) -> None:
    with qtbot.waitSignal(threaded_session.opened):
        threaded_session.open(own_sample)
    dialog = AttachDialog(threaded_session, own_sample / "office-000005.vmdk")
    qtbot.addWidget(dialog)
    for name in ("office-000001.vmdk", "office.vmdk", "office-000004.vmdk"):
        dialog.parent_box.setCurrentIndex(dialog.parent_box.findText(name))
    qtbot.waitUntil(lambda: not threaded_session.busy)
    assert ok(dialog).isEnabled()
    assert "office-000004.vmdk" in dialog.reason.label.text()


@pytest.fixture
def unjudged(
    qtbot: QtBot, threaded_session: Session, own_sample: Path
) -> Generator[tuple[AttachDialog, Held]]:
    """The dialog for the tip and its parent, shown, and the slow disk that keeps the verdict."""
    with qtbot.waitSignal(threaded_session.opened):
        threaded_session.open(own_sample)
    held = Held("the disk is slow")
    threaded_session.asking.submit(Lane.WRITE, "slow", held, lambda _answer: None)
    dialog = AttachDialog(threaded_session, own_sample / "office-000005.vmdk")
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    yield dialog, held
    held.let_go.set()
    qtbot.waitUntil(lambda: not threaded_session.busy)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_an_early_enter_attaches_once_the_engine_agrees(
    qtbot: QtBot,
    threaded_session: Session,
    own_sample: Path,
    unjudged: tuple[AttachDialog, Held],
    key: Qt.Key,
) -> None:
    dialog, held = unjudged
    qtbot.keyClick(dialog.child_box, key)
    assert dialog.isVisible()
    assert "attached as soon as they do" in dialog.reason.label.text()
    with qtbot.waitSignal(dialog.accepted):
        held.let_go.set()
    tip = own_sample / "office-000005.vmdk"
    assert threaded_session.joined == (tip, own_sample / "office-000004.vmdk")


def test_an_early_enter_is_answered_with_the_reason_where_the_two_do_not_fit(
    qtbot: QtBot, threaded_session: Session, unjudged: tuple[AttachDialog, Held]
) -> None:
    dialog, held = unjudged
    dialog.parent_box.setCurrentIndex(dialog.parent_box.findText("office-000001.vmdk"))
    qtbot.keyClick(dialog.child_box, Qt.Key.Key_Return)
    held.let_go.set()
    qtbot.waitUntil(lambda: "CID" in dialog.reason.label.text())
    assert dialog.isVisible()
    assert not ok(dialog).isEnabled()
    assert threaded_session.joined is None


def test_another_choice_forgets_an_early_enter(
    qtbot: QtBot, threaded_session: Session, unjudged: tuple[AttachDialog, Held]
) -> None:
    dialog, held = unjudged
    qtbot.keyClick(dialog.child_box, Qt.Key.Key_Return)
    qtbot.keyClick(dialog.child_box, Qt.Key.Key_Up)
    qtbot.keyClick(dialog.child_box, Qt.Key.Key_Down)
    held.let_go.set()
    qtbot.waitUntil(lambda: ok(dialog).isEnabled())
    assert dialog.isVisible()
    assert threaded_session.joined is None


def test_escape_forgets_an_early_enter(
    qtbot: QtBot, threaded_session: Session, unjudged: tuple[AttachDialog, Held]
) -> None:
    dialog, held = unjudged
    qtbot.keyClick(dialog.child_box, Qt.Key.Key_Return)
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog.child_box, Qt.Key.Key_Escape)
    held.let_go.set()
    qtbot.waitUntil(lambda: not threaded_session.busy)
    assert threaded_session.joined is None


def test_a_verdict_lost_to_another_chain_is_asked_for_again(
    qtbot: QtBot,
    threaded_session: Session,
    own_sample: Path,
    unjudged: tuple[AttachDialog, Held],
) -> None:
    dialog, held = unjudged
    with qtbot.waitSignal(threaded_session.chain_changed):
        threaded_session.select_link(own_sample / "office-000002-child1a.vmdk")
        held.let_go.set()
    qtbot.waitUntil(lambda: ok(dialog).isEnabled())


def test_a_dialog_that_is_gone_before_the_child_is_made_is_not_called(
    qtbot: QtBot, threaded_session: Session, own_sample: Path
) -> None:
    session = threaded_session
    with qtbot.waitSignal(session.opened):
        session.open(own_sample)
    held = Held("the disk is slow")
    session.asking.submit(Lane.WRITE, "slow", held, lambda _answer: None)
    dialog = CreateChildDialog(session, own_sample / "office-000005.vmdk")
    ok(dialog).click()
    delete(dialog)
    held.let_go.set()
    qtbot.waitUntil(lambda: not session.busy)
    assert session.cursor.path == own_sample / "office-000006.vmdk"
    assert session.problems == ()
