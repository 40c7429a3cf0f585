"""The parts of the map alone: asking without a picture, and a hand without a widget."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redoscope_gui.maps import MapDrawn, MapMode
from redoscope_gui.session import Session
from redoscope_gui.views.map.asking import MapAsking
from redoscope_gui.views.map.hand import Hover, MapHand
from redoscope_gui.views.map.table import Spot

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytestqt.qtbot import QtBot

GRAIN = 128
ROOM = (800, 600)


@pytest.fixture
def asking(session: Session, tip: Path) -> Generator[MapAsking]:
    """What asks for a map of the sample, with room for a picture that is not there."""
    session.open(tip)
    asking = MapAsking(session, lambda: ROOM, session)
    yield asking
    asking.forget_ready()


@pytest.fixture
def hand(session: Session, asking: MapAsking) -> MapHand:
    """A hand over the cells of the whole disk."""
    asking.ask()
    return MapHand(session, asking, session)


def test_without_a_picture_nothing_is_asked(qtbot: QtBot, session: Session, tip: Path) -> None:
    session.open(tip)
    asking = MapAsking(session, lambda: None, session)
    with qtbot.assertNotEmitted(asking.map_shown):
        asking.ask()
        asking.zoom(1)
    assert asking.stretch is None


def test_the_first_stretch_is_the_whole_disk(qtbot: QtBot, asking: MapAsking) -> None:
    with qtbot.waitSignals([asking.map_shown, asking.stretch_changed]):
        asking.ask()
    assert asking.stretch is not None
    assert asking.stretch.whole
    assert asking.drawn_stretch == asking.stretch


def test_cells_of_a_mode_that_is_no_longer_wanted_are_not_held(asking: MapAsking) -> None:
    asking.ask()
    assert asking.drawn is not None
    late = asking.drawn
    asking.show_mode(MapMode.MATRIX)
    asking.ask()
    asking._source.answered.emit(late)
    assert asking.drawn.scope.mode is MapMode.MATRIX
    asking.show_mode(MapMode.OWNER)
    held: list[MapDrawn] = []
    asking.map_shown.connect(held.append)
    asking.ask()
    assert [drawn.scope.mode for drawn in held] == [MapMode.OWNER]


def test_a_stretch_that_is_held_does_not_follow_the_cursor(
    session: Session, asking: MapAsking
) -> None:
    asking.ask()
    asking.zoom(4)
    asking.ask()
    before = asking.stretch
    asking.held = True
    session.go_to(session.chain.capacity * 512 - 1 if session.chain else 0)
    asking.follow()
    assert asking.stretch == before
    asking.held = False
    asking.follow()
    assert asking.stretch != before


def test_a_hand_moves_the_cursor_and_says_what_it_touched(
    qtbot: QtBot, session: Session, hand: MapHand
) -> None:
    with qtbot.waitSignal(hand.focus_wanted):
        hand.click(Spot(3.5, 0.5))
    assert session.cursor.sector == 3 * GRAIN
    with qtbot.waitSignal(hand.hovered) as told:
        hand.hover(Spot(5.2, 1.9))
    hover = told.args[0]
    assert isinstance(hover, Hover)
    assert (hover.frame.column, hover.frame.row) == (5, 1)
    with qtbot.waitSignal(hand.hovered) as told:
        hand.hover(Spot(1e6, 0))
    assert told.args == [None]
