"""The views over the true engine thread and a disk that answers when the test lets it."""

from __future__ import annotations

import threading
from collections.abc import Generator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from redoscope_core import Chain
from redoscope_gui.session import Session
from redoscope_gui.views.hex import HexView
from redoscope_gui.views.inspector import InspectorView
from redoscope_gui.views.map import MapView
from redoscope_gui.views.timeline import TimelineView

PATIENCE = 10.0


class Gate:
    """Lets reads through, or holds them; counts them."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()
        self.reads = 0


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Generator[Gate]:
    """Every read of a chain goes through this."""
    gate = Gate()
    read = Chain.read_into

    def held(
        chain: Chain, buffer: bytearray | memoryview, sector: int, *, fill: int | None = None
    ) -> None:
        gate.reads += 1
        assert gate.open.wait(PATIENCE), "the test never let the read through"
        read(chain, buffer, sector, fill=fill)

    monkeypatch.setattr(Chain, "read_into", held)
    yield gate
    gate.open.set()


@pytest.fixture
def views(
    qtbot: QtBot, threaded_session: Session, gate: Gate, tip: Path
) -> Generator[tuple[HexView, MapView, TimelineView, InspectorView]]:
    """All views on the sample chain, shown."""
    assert gate.open.is_set()
    session = threaded_session
    made = (HexView(session), MapView(session), TimelineView(session), InspectorView(session))
    for view in made:
        qtbot.addWidget(view)
        view.resize(720, 480)
        with qtbot.waitExposed(view):
            view.show()
    session.open(tip)
    qtbot.waitUntil(lambda: made[0].surface.asking.byte_at(0) == 0xEB, timeout=10_000)
    qtbot.waitUntil(lambda: made[1].canvas.asking.drawn is not None, timeout=10_000)
    yield made
    for view in made:
        view.hide()


def test_while_the_disk_is_slow_the_window_goes_on(
    qtbot: QtBot,
    threaded_session: Session,
    gate: Gate,
    views: tuple[HexView, MapView, TimelineView, InspectorView],
) -> None:
    surface = views[0].surface
    gate.open.clear()
    threaded_session.go_to(4096 * 512)
    qtbot.waitUntil(lambda: not surface._asking_soon.isActive())
    assert surface.asking.byte_at(4096 * 512) is None
    for view in views:
        assert not view.grab().isNull()
    gate.open.set()
    qtbot.waitUntil(lambda: surface.asking.byte_at(4096 * 512) is not None, timeout=10_000)
    assert threaded_session.chain is not None
    assert surface.asking.byte_at(4096 * 512) == threaded_session.chain.read(4096, 1)[0]


def test_a_hundred_moves_end_on_the_right_bytes_with_few_reads(
    qtbot: QtBot,
    threaded_session: Session,
    gate: Gate,
    views: tuple[HexView, MapView, TimelineView, InspectorView],
) -> None:
    surface = views[0].surface
    gate.open.clear()
    before = gate.reads
    for step in range(100):
        threaded_session.go_to(step * 600_000)
        surface.ask()
    gate.open.set()
    last = 99 * 600_000
    qtbot.waitUntil(lambda: surface.asking.byte_at(last) is not None, timeout=10_000)
    qtbot.waitUntil(lambda: not threaded_session.busy, timeout=10_000)
    assert threaded_session.chain is not None
    assert surface.asking.byte_at(last) == threaded_session.chain.read(last // 512, 1)[last % 512]
    assert gate.reads - before < 30


def test_the_old_generation_stays_until_the_new_one_is_here(
    qtbot: QtBot,
    threaded_session: Session,
    gate: Gate,
    views: tuple[HexView, MapView, TimelineView, InspectorView],
) -> None:
    surface = views[0].surface
    assert surface.asking.generation == 5
    gate.open.clear()
    threaded_session.select_generation(0)
    qtbot.waitUntil(lambda: not surface._asking_soon.isActive())
    assert surface.asking.generation == 5
    assert surface.asking.byte_at(0) == 0xEB
    with qtbot.waitSignal(surface.asking.generation_changed, timeout=10_000) as caught:
        gate.open.set()
    assert caught.args == [0]


def test_views_may_go_while_an_answer_is_on_its_way(
    qtbot: QtBot,
    threaded_session: Session,
    gate: Gate,
    views: tuple[HexView, MapView, TimelineView, InspectorView],
) -> None:
    assert views[0].isVisible()
    extra = HexView(threaded_session)
    extra.resize(400, 300)
    with qtbot.waitExposed(extra):
        extra.show()
    gate.open.clear()
    threaded_session.go_to(50 << 20)
    qtbot.waitUntil(lambda: not extra.surface._asking_soon.isActive())
    extra.close()
    extra.deleteLater()
    gate.open.set()
    qtbot.waitUntil(lambda: not threaded_session.busy, timeout=10_000)
