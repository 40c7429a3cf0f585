"""The first page: what a redo log is, the sample in a picture, and what was opened last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragLeaveEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from tests.gui.drags import entering

from redoscope_core import BRANCH, SECTOR, SHREDDED_GRAIN, Chain, State
from redoscope_gui import plain
from redoscope_gui.requests.sampling import STRETCHES, DescribeSample
from redoscope_gui.settings import RecentFacts, Settings
from redoscope_gui.window import MainWindow
from redoscope_gui.window.recents import facts_words

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from redoscope_gui.session import Session


def described(sample: Path) -> DescribeSample:
    """Return the question for the picture of the sample."""
    return DescribeSample(sample)


@pytest.fixture
def lesson(window: MainWindow, sample: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """The window whose sample chain is there already."""
    monkeypatch.setattr("redoscope_gui.window.first_page.sample_folder", lambda: sample)
    return window


def press(qtbot: QtBot, window: MainWindow, name: str) -> None:
    found = [b for b in window.welcome.findChildren(QPushButton) if b.accessibleName() == name]
    assert found, name
    qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)


def test_it_says_in_a_sentence_what_a_redo_log_is(window: MainWindow) -> None:
    texts = [label.text() for label in window.welcome.findChildren(plain.Label)]
    assert any("holds only what changed since it was made" in text for text in texts)


def test_the_picture_tells_what_each_link_decides(lesson: MainWindow, sample: Path) -> None:
    lesson.first_page.draw_sample()
    rows = lesson.welcome.card.picture.rows
    assert len(rows) == 7
    for row in rows:
        with Chain.open_alone(sample / row.name) as chain:
            link = chain.links[0]
            part = link.capacity // STRETCHES
            for number, told in enumerate(row.decided):
                found = link.areas(number * part, part).state != State.ABSENT
                assert told == bool(found.any()), (row.name, number)
    assert [row.name for row in rows if row.branch] == [BRANCH]
    assert "Wednesday: SALARIES.TXT was shredded" in (
        lesson.welcome.card.picture.accessibleDescription()
    )
    assert lesson.session.jobs == []


def test_a_click_on_the_picture_opens_the_sample(qtbot: QtBot, lesson: MainWindow) -> None:
    lesson.first_page.draw_sample()
    qtbot.mouseClick(lesson.welcome.card.picture, Qt.MouseButton.LeftButton)
    assert lesson.session.cursor.path is not None
    assert lesson.explorer.isVisible()


def test_where_a_byte_comes_from_is_answered_by_the_look_up(
    qtbot: QtBot, lesson: MainWindow
) -> None:
    press(qtbot, lesson, "Where does a byte come from?")
    inspector = lesson.panes.inspector_view
    assert inspector is not None
    assert inspector.pages.currentIndex() == 0
    assert lesson.session.cursor.offset == 4096 * SECTOR


def test_what_a_branch_is_is_answered_by_one(qtbot: QtBot, lesson: MainWindow) -> None:
    press(qtbot, lesson, "What is a branch?")
    assert lesson.session.cursor.path is not None
    assert lesson.session.cursor.path.name == BRANCH


def test_who_deleted_the_file_is_answered_by_its_generation(
    qtbot: QtBot, lesson: MainWindow
) -> None:
    press(qtbot, lesson, "Who deleted SALARIES.TXT?")
    session = lesson.session
    chain = session.generation_chain
    assert chain is not None
    assert session.generation_a == 2
    assert session.cursor.sector == SHREDDED_GRAIN * chain.grain_size
    with_it = chain.up_to(2).read(session.cursor.sector, 1)
    assert with_it.startswith(b"SALARIES")
    assert chain.read(session.cursor.sector, 1) == bytes(SECTOR)


def test_a_question_is_answered_once(qtbot: QtBot, lesson: MainWindow, own_sample: Path) -> None:
    press(qtbot, lesson, "What is a branch?")
    lesson.open_path(own_sample)
    assert lesson.session.cursor.path is not None
    assert lesson.session.cursor.path.name != BRANCH


def test_what_was_seen_is_told_of_recent_files(
    qtbot: QtBot, session: Session, settings: Settings, own_sample: Path
) -> None:
    (own_sample / "office-000004.vmdk").unlink()
    window = MainWindow(session, settings)
    qtbot.addWidget(window)
    window.show()
    window.open_path(own_sample)
    window.close()
    facts = Settings(settings.file).facts(own_sample)
    assert facts is not None
    assert (facts.links, facts.size, facts.problems) == (6, 64 << 20, 1)
    assert facts_words(facts, facts.opened) == "2 chains, 64 MiB, 6 links, 1 problem, just now"
    window.commands.run("file.close")
    (button,) = [
        b
        for b in window.welcome.findChildren(QPushButton)
        if b.toolTip() == str(own_sample) and not b.isHidden()
    ]
    assert "6 links, 1 problem" in button.text()


@pytest.mark.parametrize(
    ("seconds", "age"),
    [(-5, "just now"), (59, "just now"), (60, "1 min ago"), (7200, "2 h ago"), (2e5, "2 d ago")],
)
def test_the_age_is_told_in_its_largest_unit(seconds: float, age: str) -> None:
    facts = RecentFacts(1, 1, 0, 0, 1_000_000)
    assert facts_words(facts, 1_000_000 + seconds) == f"1 link, {age}"


def test_facts_of_what_is_no_longer_recent_are_forgotten(
    settings: Settings, tmp_path: Path
) -> None:
    facts = RecentFacts(1, 2, 3, 4, 5)
    first = tmp_path / "first.vmdk"
    settings.add_recent(first)
    settings.note_facts(first, facts)
    assert settings.facts(first) == facts
    for number in range(20):
        settings.add_recent(tmp_path / f"{number}.vmdk")
        settings.note_facts(tmp_path / f"{number}.vmdk", facts)
    assert settings.facts(first) is None


def test_the_drop_area_answers_to_hovering(window: MainWindow, tip: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tip))])
    QApplication.sendEvent(window, entering(QPoint(50, 50), Qt.DropAction.CopyAction, data))
    assert window.welcome.drop.hovered
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not window.welcome.drop.hovered


def test_a_folder_is_checked_from_the_first_page(
    qtbot: QtBot, window: MainWindow, own_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_sample / "office-000003.vmdk").unlink()
    answer = staticmethod(lambda *_about: str(own_sample))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", answer)
    press(qtbot, window, "Check a folder")
    assert window.panes.problems.in_front
    assert window.tally.errors == 1
