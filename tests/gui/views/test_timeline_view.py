"""The timeline over the sample chain."""

from __future__ import annotations

from collections.abc import Generator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from redoscope_gui.session import Session
from redoscope_gui.views.timeline import TimelineView
from redoscope_gui.views.timeline.track import GenerationTrack


@pytest.fixture
def timeline(qtbot: QtBot, session: Session, tip: Path) -> Generator[TimelineView]:
    """The timeline, shown, at the newest generation."""
    view = TimelineView(session)
    qtbot.addWidget(view)
    view.resize(760, 90)
    with qtbot.waitExposed(view):
        view.show()
    session.open(tip)
    view.track.setFocus()
    yield view
    view.hide()


def test_it_shows_the_chosen_generation_and_its_comment(
    session: Session, timeline: TimelineView
) -> None:
    assert timeline.track.maximum() == 5
    comments = set()
    for generation in range(6):
        session.select_generation(generation)
        assert timeline.track.value() == generation
        assert timeline.count.text() == f"Generation {generation} of 5"
        comments.add(timeline.comment.text())
    assert len(comments) == 6
    assert all(comments)


def test_arrow_keys_step(qtbot: QtBot, session: Session, timeline: TimelineView) -> None:
    qtbot.keyClick(timeline.track, Qt.Key.Key_Left)
    assert session.cursor.generation == 4
    qtbot.keyClick(timeline.track, Qt.Key.Key_Home)
    assert session.cursor.generation == 0
    qtbot.keyClick(timeline.track, Qt.Key.Key_Right)
    assert session.cursor.generation == 1


def test_a_click_on_a_tick_chooses_it(
    qtbot: QtBot, session: Session, timeline: TimelineView
) -> None:
    for generation in (2, 0, 5, 3):
        point = QPoint(round(timeline.track.x_of(generation)), 14)
        qtbot.mouseClick(timeline.track, Qt.MouseButton.LeftButton, pos=point)
        assert session.cursor.generation == generation


def test_play_goes_from_the_first_to_the_last_and_ends(
    qtbot: QtBot, session: Session, timeline: TimelineView
) -> None:
    timeline.speed.setCurrentIndex(2)
    seen = []
    session.generation_changed.connect(lambda: seen.append(session.cursor.generation))
    qtbot.mouseClick(timeline.play, Qt.MouseButton.LeftButton)
    assert timeline.playing
    assert timeline.play.accessibleName() == "Pause"
    qtbot.waitUntil(lambda: not timeline.playing, timeout=10_000)
    assert seen == [0, 1, 2, 3, 4, 5]
    assert timeline.play.accessibleName() == "Play the generations"


def test_pause_stops(qtbot: QtBot, session: Session, timeline: TimelineView) -> None:
    session.select_generation(1)
    qtbot.mouseClick(timeline.play, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(timeline.play, Qt.MouseButton.LeftButton)
    assert not timeline.playing
    assert session.cursor.generation == 1


def test_a_branch_is_marked(timeline: TimelineView) -> None:
    assert timeline.track._branches == {2}


def test_another_chain_stops_the_play(
    qtbot: QtBot, session: Session, timeline: TimelineView, tip: Path
) -> None:
    session.select_generation(0)
    qtbot.mouseClick(timeline.play, Qt.MouseButton.LeftButton)
    session.open(tip.parent / "office.vmdk")
    assert not timeline.playing


def test_many_generations_paint(timeline: TimelineView) -> None:
    timeline.track.show_generations([f"disk-{index:06}" for index in range(200)], frozenset({7}))
    assert not timeline.track.grab().isNull()
    assert timeline.track.index_at(timeline.track.x_of(123)) == 123


def test_without_a_chain_it_says_what_to_do(qtbot: QtBot, session: Session) -> None:
    view = TimelineView(session)
    qtbot.addWidget(view)
    assert view.comment.text() == "Open a disk to walk through its generations."
    assert not view.play.isEnabled()
    assert not view.track.grab().isNull()


def test_labels_keep_apart(timeline: TimelineView) -> None:
    for width in range(300, 1400, 37):
        timeline.resize(width, 90)
        boxes = sorted((box.left(), box.right()) for _, _, box in timeline.track.labels())
        assert all(after[0] - before[1] >= 12 for before, after in pairwise(boxes))
    assert (5, "office-000005.vmdk") in [(at, text) for at, text, _ in timeline.track.labels()]


def test_the_newest_generation_is_named_and_names_keep_apart(qtbot: QtBot) -> None:
    track = GenerationTrack()
    qtbot.addWidget(track)
    names = [f"huge-{number:06d}.vmdk" for number in range(9)]
    for width in (240, 360, 480, 700, 1100, 2000):
        track.resize(width, 40)
        track.show_generations(names, frozenset())
        for value in (0, 3, 8):
            track.setValue(value)
            labels = track.labels()
            told = [index for index, _, _ in labels]
            assert value in told
            assert 8 in told
            boxes = sorted((box.left(), box.right()) for _, _, box in labels)
            assert all(left - right >= 12 for (_, right), (left, _) in pairwise(boxes))
            assert all("…" not in text for _, text, _ in labels)
