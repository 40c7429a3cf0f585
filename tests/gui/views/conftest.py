"""What the tests of the views share: the map, shown."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from tests.gui.views import hex_sight
from tests.gui.views.map_hands import settle

from redoscope_gui.session import Session
from redoscope_gui.views.hex import HexView
from redoscope_gui.views.map import MapView


@pytest.fixture
def view(qtbot: QtBot, session: Session) -> Generator[MapView]:
    """The map, shown, with nothing open."""
    view = MapView(session)
    qtbot.addWidget(view)
    view.resize(760, 620)
    with qtbot.waitExposed(view):
        view.show()
    qtbot.waitUntil(lambda: view.canvas.picture is not None, timeout=10_000)
    yield view
    view.hide()


@pytest.fixture
def map_view(qtbot: QtBot, session: Session, view: MapView, tip: Path) -> MapView:
    """The map of the newest generation of the sample."""
    session.open(tip)
    settle(qtbot, view)
    return view


@pytest.fixture
def hex_view(qtbot: QtBot, session: Session, tip: Path) -> Generator[HexView]:
    """The hex view, shown, at the start of the newest generation."""
    view = HexView(session)
    qtbot.addWidget(view)
    view.resize(720, 500)
    with qtbot.waitExposed(view):
        view.show()
    session.open(tip)
    view.surface.setFocus()
    hex_sight.settle(qtbot, view)
    yield view
    view.hide()
