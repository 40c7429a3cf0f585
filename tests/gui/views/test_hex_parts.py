"""The parts of the hex view alone: asking without a widget, and what its neighbours need of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Chain
from redoscope_gui.requests import ReadBytes
from redoscope_gui.session import Session
from redoscope_gui.views.hex.asking import HexAsking
from redoscope_gui.views.hex.surface import HexSurface

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def asking(session: Session, tip: Path) -> HexAsking:
    """What asks for the bytes of the sample; it follows no signal by itself."""
    session.open(tip)
    asking = HexAsking(session, session)
    asking.take_chain()
    return asking


def test_bytes_come_without_anything_to_paint_them(
    qtbot: QtBot, asking: HexAsking, tip: Path
) -> None:
    assert asking.byte_at(0) is None
    with qtbot.waitSignals([asking.bytes_shown, asking.changed]):
        asking.want(0, 4096)
    with Chain.open(tip) as chain:
        expected = list(chain.read(0, 8))
    assert [asking.byte_at(offset) for offset in range(4096)] == expected


def test_what_is_held_is_not_asked_again(qtbot: QtBot, asking: HexAsking) -> None:
    asking.want(0, 65536)
    with qtbot.assertNotEmitted(asking.bytes_shown):
        asking.want(512, 65536)


def test_another_generation_is_shown_when_its_bytes_are_here_and_not_before(
    qtbot: QtBot, session: Session, asking: HexAsking
) -> None:
    asking.want(0, 4096)
    session.select_generation(2)
    assert asking.generation == 5
    with qtbot.waitSignal(asking.generation_changed) as told:
        asking.want(0, 4096)
    assert told.args == [2]
    assert asking.generation == 2
    session.select_generation(5)
    with qtbot.assertNotEmitted(asking.bytes_shown):
        asking.want(0, 4096)
    assert asking.generation == 5


def test_bytes_of_a_generation_left_meanwhile_are_held_and_not_shown(
    session: Session, asking: HexAsking
) -> None:
    assert session.chain is not None
    late = ReadBytes(session.chain, 2, 0, 4096).run()
    asking._take(late)
    assert asking.generation == 5
    assert asking.byte_at(0) is None
    session.select_generation(2)
    asking.want(0, 4096)
    assert asking.generation == 2
    assert asking.byte_at(0) == late.data[0]


def test_nothing_is_asked_while_nothing_is_open(qtbot: QtBot, session: Session) -> None:
    asking = HexAsking(session, session)
    asking.take_chain()
    with qtbot.assertNotEmitted(asking.changed):
        asking.want(0, 4096)
    assert (asking.capacity, asking.grain_size, asking.names) == (0, 1, [])
    assert asking.ends_before(0)


def test_what_is_asked_covers_what_is_in_view_and_a_screen_each_way(
    qtbot: QtBot, session: Session, tip: Path
) -> None:
    session.open(tip)
    surface = HexSurface(session)
    qtbot.addWidget(surface)
    surface.resize(600, 2400)
    with qtbot.waitExposed(surface):
        surface.show()
    scrolling = surface.scrolling
    assert scrolling.visible_rows() > 80

    @given(st.integers(0, (64 << 20) - 1))
    def covers(offset: int) -> None:
        scrolling.show_offset(offset)
        start, end = scrolling.seen()
        rows = scrolling.rows
        visible = scrolling.visible_rows()
        last = min(scrolling.top + 2 * visible, rows.rows) - 1
        assert start <= rows.first_offset(max(0, scrolling.top - visible))
        assert rows.first_offset(last) + rows.columns <= end
        assert start <= offset < end

    covers()
