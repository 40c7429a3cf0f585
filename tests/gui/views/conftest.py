"""What the tests of the views share: the map, shown."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from tests.gui.views import hex_sight
from tests.gui.views.listed_files import START, Story, answering, index_of, listed_of
from tests.gui.views.map_hands import settle

from redoscope_core import Policy, finished
from redoscope_gui.requests import (
    CompareFiles,
    CompareGenerations,
    FileAsked,
    ListVolumes,
    PastTold,
    TellPast,
)
from redoscope_gui.requests.selected import Shown
from redoscope_gui.session import Session
from redoscope_gui.views.hex import HexView
from redoscope_gui.views.map import MapView


@pytest.fixture
def view(qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch) -> Generator[MapView]:
    """The map, shown, with nothing open; no process parses anything for what sectors are for."""
    monkeypatch.setattr(ListVolumes, "run", answering(listed_of(index_of([b"a", b"b"]))))
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


@pytest.fixture(scope="session")
def story(sample: Path) -> Story:
    """The files of the newest generation of the sample, and what became of them since 1."""
    tip = sample / "office-000005.vmdk"
    listed = finished(ListVolumes(Shown(tip, 5, Policy(), None, alone=False)).run())
    asked = CompareGenerations(tip, 1, 5, Policy())
    return listed, finished(CompareFiles(asked, listed).run())


@pytest.fixture(scope="session")
def salaries(sample: Path) -> PastTold:
    """The history of the file of the sample that was shredded."""
    tip = sample / "office-000005.vmdk"
    asked = FileAsked(START, "/SALARIES.TXT", "1:/SALARIES.TXT")
    return finished(TellPast(Shown(tip, 5, Policy(), None, alone=False), asked).run())


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, story: Story) -> Story:
    """The same; whoever asks for files has them for an answer."""
    monkeypatch.setattr(ListVolumes, "run", answering(story[0]))
    monkeypatch.setattr(CompareFiles, "run", answering(story[1]))
    return story
