"""The map by content: it has files listed once it is read so, and says why it shows nothing yet."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot
from tests.gui.fakes import Endless, Failing
from tests.gui.views.listed_files import Story, answering
from tests.gui.views.map_hands import centre_of, colour_at, plot_of, settle

from redoscope_core import SECTOR, SectorClass
from redoscope_gui import theme
from redoscope_gui.maps import MapMode
from redoscope_gui.maps.content import CONTENT_KINDS, CONTENT_LINKS
from redoscope_gui.requests import ListVolumes
from redoscope_gui.session import Session
from redoscope_gui.views.map import MapView
from redoscope_gui.views.map.colours import colour_of
from redoscope_gui.window import MainWindow


def show(qtbot: QtBot, view: MapView) -> None:
    """Read the map by content, through the box of the bar."""
    row = view.bar.modes.findData(MapMode.CONTENT)
    view.bar.modes.setCurrentIndex(row)
    view.bar.modes.activated.emit(row)
    settle(qtbot, view)


def amounts(view: MapView) -> dict[str, str]:
    return {each.entry.name: each.amount for each in view.legend._buttons}


def test_files_are_listed_when_the_map_is_read_by_content_and_not_before(
    qtbot: QtBot, session: Session, map_view: MapView, told: Story
) -> None:
    assert not session.jobs, "nobody looked"
    show(qtbot, map_view)
    assert session.files.listed is told[0]
    drawn = map_view.canvas.asking.drawn
    assert drawn is not None
    assert drawn.scope.mode is MapMode.CONTENT
    totals = dict(drawn.totals)
    content = told[0].content
    assert content is not None
    for number, each in enumerate(SectorClass):
        here = content.kind == number
        wanted = int((content.end - content.start)[here].sum())
        assert totals.get(CONTENT_KINDS[each], 0) == wanted, each


def test_cells_have_the_colours_of_the_legend_and_the_card_names_files(
    qtbot: QtBot, session: Session, map_view: MapView, told: Story
) -> None:
    assert told[0].content is not None
    session.go_to(63 << 20)
    show(qtbot, map_view)
    data = colour_of(MapMode.CONTENT, CONTENT_KINDS[SectorClass.FILE_DATA], CONTENT_LINKS)
    grain = 0x800000 // (128 * SECTOR)
    assert colour_at(map_view, grain) == data
    assert colour_at(map_view, 1000) == theme.colour("inherited"), "free space"
    assert amounts(map_view)["file data"].endswith("MiB")
    plot, card = plot_of(map_view), map_view.canvas.card
    plot.hovered.emit(plot.spot_at(QPointF(centre_of(map_view, grain))))
    qtbot.waitUntil(lambda: "/CUSTOMER.DB" in card.lines.words or "/SCANS" in card.lines.words)
    assert "file data" in card.lines.words
    plot.hovered.emit(None)


def test_a_hidden_class_is_not_painted(qtbot: QtBot, session: Session, map_view: MapView) -> None:
    session.go_to(63 << 20)
    show(qtbot, map_view)
    map_view.legend.toggle(CONTENT_KINDS[SectorClass.FREE_SPACE])
    assert colour_at(map_view, 1000) == theme.colour("absent")


def test_another_generation_is_listed_once_it_stands(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    show(qtbot, map_view)
    session.select_generation(2)
    assert session.files.listed is None
    assert map_view.canvas.asking.is_waiting
    qtbot.waitUntil(lambda: session.files.listed is not None)
    settle(qtbot, map_view)
    drawn = map_view.canvas.asking.drawn
    assert drawn is not None
    assert drawn.scope.generation == 2
    map_view.show_mode(MapMode.OWNER)
    session.select_generation(1)
    settle(qtbot, map_view)
    assert session.files.listed is None, "nobody looks at what sectors are for"


def test_what_stands_against_it_is_said_in_place_of_a_map(
    qtbot: QtBot,
    session: Session,
    map_view: MapView,
    monkeypatch: pytest.MonkeyPatch,
    story: Story,
) -> None:
    monkeypatch.setattr(ListVolumes, "run", lambda _self: Failing().run())
    show(qtbot, map_view)
    words = map_view.canvas.words
    qtbot.waitUntil(lambda: "the disk is gone" in words.text())
    monkeypatch.setattr(ListVolumes, "run", answering(story[0]))
    session.files.begin()
    settle(qtbot, map_view)
    assert not words.isVisible()
    session.look_alone()
    qtbot.waitUntil(lambda: "looked at alone" in words.text())
    session.look_at_chain()
    qtbot.waitUntil(lambda: not words.isVisible())


def test_listing_can_be_stopped_and_does_not_begin_again_by_itself(
    qtbot: QtBot, threaded_session: Session, tip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = Endless()
    monkeypatch.setattr(ListVolumes, "run", lambda _self: endless.run())
    view = MapView(threaded_session)
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    threaded_session.open(tip)
    qtbot.waitUntil(lambda: threaded_session.chain is not None)
    view.show_mode(MapMode.CONTENT)
    qtbot.waitUntil(endless.begun.is_set)
    qtbot.waitUntil(lambda: view.canvas.words.text() == "Reading file systems…")
    threaded_session.files.stop()
    qtbot.waitUntil(lambda: bool(endless.cleaned))
    qtbot.waitUntil(lambda: "Stopped" in view.canvas.words.text())
    assert not threaded_session.files.is_running
    view.hide()


def test_the_command_of_the_menu_reads_the_map_by_content(
    qtbot: QtBot, explorer: MainWindow, told: Story
) -> None:
    explorer.commands.run("map.content")
    view = explorer.explorer.map_view
    assert view is not None
    qtbot.waitUntil(lambda: explorer.session.files.listed is told[0])
    assert view.mode is MapMode.CONTENT
    assert explorer.commands.action("map.content").isChecked()
