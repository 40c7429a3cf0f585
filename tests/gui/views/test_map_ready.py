"""Maps that are ready: scrubbing swaps pictures, and they say what the bytes say."""

from __future__ import annotations

import threading
from collections.abc import Generator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from tests.gui.views.map_hands import settle

from redoscope_core import Chain
from redoscope_gui.maps import MapClass, MapDrawn, MapMode, MapScope
from redoscope_gui.maps.shelf import SHELF
from redoscope_gui.requests import DrawMap
from redoscope_gui.session import Session
from redoscope_gui.views.map import MapView
from redoscope_gui.views.map.source import MapSource

GRAIN = 128
PATIENCE = 10.0


class Pencil:
    """Draws maps; notes which, and holds them back while it is not allowed to."""

    def __init__(self) -> None:
        self.drawn: list[DrawMap] = []
        self.allowed = threading.Event()
        self.allowed.set()
        self.begun = threading.Event()


@pytest.fixture
def pencil(monkeypatch: pytest.MonkeyPatch) -> Generator[Pencil]:
    """Every map is drawn with this."""
    pencil = Pencil()
    run = DrawMap.run

    def drawing(asked: DrawMap) -> MapDrawn:
        pencil.drawn.append(asked)
        pencil.begun.set()
        assert pencil.allowed.wait(PATIENCE), "the test never let the map be drawn"
        return run(asked)

    monkeypatch.setattr(DrawMap, "run", drawing)
    yield pencil
    pencil.allowed.set()


def all_ready(qtbot: QtBot, view: MapView, generations: int) -> None:
    """Wait until map and strip of every generation are ready."""
    settle(qtbot, view)
    for asker in (view.canvas.asking._source, view._source):
        ready = asker.ready
        qtbot.waitUntil(lambda: len(ready) >= generations, timeout=5000)  # noqa: B023 - used here


@pytest.mark.parametrize("mode", [MapMode.CHANGED, MapMode.OWNER, MapMode.DIFFERENCE])
def test_scrubbing_shows_the_exact_map_at_once(
    qtbot: QtBot, session: Session, map_view: MapView, tip: Path, mode: MapMode
) -> None:
    map_view.show_mode(mode)
    all_ready(qtbot, map_view, 6)
    with Chain.open(tip) as fresh:
        for generation in (4, 3, 2, 1, 0, 5):
            session.select_generation(generation, jump=False)
            shown = map_view.canvas.asking.drawn
            assert shown is not None
            asked = shown.scope
            assert asked.generation == generation
            stretch = (asked.first_sector, asked.sectors_per_cell, asked.cells, asked.since)
            exact = DrawMap(MapScope(fresh, generation, mode, *stretch)).run()
            assert shown.classes.tolist() == exact.classes.tolist()
            assert shown.totals == exact.totals


def test_a_ready_map_says_what_the_bytes_say(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    all_ready(qtbot, map_view, 6)
    chain = session.chain
    assert chain is not None
    for generation in range(1, 6):
        session.select_generation(generation, jump=False)
        drawn = map_view.canvas.asking.drawn
        assert drawn is not None
        assert drawn.scope.sectors_per_cell == GRAIN
        now, before = chain.up_to(generation), chain.up_to(generation - 1)
        for cell, kind in enumerate(drawn.classes[: chain.capacity // GRAIN].tolist()):
            content = now.read(cell * GRAIN, GRAIN)
            if kind in (MapClass.INHERITED, MapClass.ABSENT):
                assert content == before.read(cell * GRAIN, GRAIN)
            if kind in (MapClass.ZERO, MapClass.ABSENT):
                assert not any(content)


def test_scrubbing_asks_for_nothing_once_all_is_ready(
    qtbot: QtBot, session: Session, map_view: MapView, pencil: Pencil
) -> None:
    all_ready(qtbot, map_view, 6)
    pencil.drawn.clear()
    for generation in (0, 5, 2, 4, 1, 3):
        session.select_generation(generation, jump=False)
        settle(qtbot, map_view)
        assert map_view.strip_drawn is not None
        assert map_view.strip_drawn.scope.generation == generation
    assert pencil.drawn == []


def test_another_chain_has_its_own_maps(
    qtbot: QtBot, session: Session, map_view: MapView, tip: Path
) -> None:
    all_ready(qtbot, map_view, 6)
    session.open(tip.parent / "office.vmdk")
    assert len(map_view.canvas.asking._source.ready) == 0
    settle(qtbot, map_view)
    drawn = map_view.canvas.asking.drawn
    assert drawn is not None
    assert drawn.scope.chain is session.chain


def test_while_one_map_is_drawn_only_the_newest_wish_waits(
    qtbot: QtBot, threaded_session: Session, pencil: Pencil, tip: Path
) -> None:
    session = threaded_session
    session.open(tip)
    qtbot.waitUntil(lambda: session.chain is not None, timeout=10_000)
    assert session.chain is not None
    asker = MapSource(session, "test", session)
    shown: list[int] = []
    asker.answered.connect(lambda answer: shown.append(answer.scope.first_sector))
    wishes = [MapScope(session.chain, 5, MapMode.CHANGED, n * GRAIN, GRAIN, 8) for n in range(20)]
    pencil.allowed.clear()
    asker.want(wishes[0])
    assert pencil.begun.wait(PATIENCE)
    for wish in wishes[1:]:
        asker.want(wish)
    pencil.allowed.set()
    qtbot.waitUntil(lambda: shown[-1:] == [19 * GRAIN], timeout=10_000)
    assert shown == [0, 19 * GRAIN]
    assert [asked.scope.first_sector for asked in pencil.drawn] == [0, 19 * GRAIN]


def test_the_kept_maps_have_the_room_of_the_shelf_and_no_more(
    session: Session, tip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.open(tip)
    assert session.chain is not None
    source = MapSource(session, "test", session)
    scopes = [
        MapScope(session.chain, 5, MapMode.CHANGED, first * GRAIN, GRAIN, 4096)
        for first in range(50)
    ]
    shared = sum(column.nbytes for column in session.chain.stored.columns)
    monkeypatch.setattr(SHELF, "most_bytes", SHELF.used + shared + 8 * 4096 * 9)
    for scope in scopes:
        source.want(scope)
    assert len(source.ready) >= 7
    assert SHELF.used <= SHELF.most_bytes
    assert source.ready.find(scopes[0]) is None
    assert source.ready.find(scopes[-1]) is not None
