"""The legend of the map: what it says, what it hides, and that nothing below it ever jumps."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot
from tests.gui.views.map_hands import colour_at, settle
from typing_extensions import override

from redoscope_gui import theme
from redoscope_gui.maps import MapClass, MapMode
from redoscope_gui.session import Session
from redoscope_gui.views.map import MapView
from redoscope_gui.views.map.colours import colour_of, legend_of
from redoscope_gui.views.map.legend import Legend

WAITING = {MapMode.EXACT, MapMode.CONTENT}
"""Modes that wait for a job before they show another generation."""
WIDTHS = (330, 420, 500, 620, 760)


class Tops(QObject):
    """Notes where the cells begin whenever anything is laid out or painted."""

    def __init__(self, view: MapView) -> None:
        super().__init__(view)
        self._view = view
        self.seen: set[int] = set()
        for each in (view, view.legend, view.canvas):
            each.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Paint, QEvent.Type.Move, QEvent.Type.Resize):
            self.seen.add(self._view.canvas.y())
        return False


def buttons(view: MapView) -> list[QAbstractButton]:
    return [each for each in view.legend.findChildren(QAbstractButton) if each.isVisible()]


@pytest.fixture
def cut_off(own_sample: Path) -> Path:
    """The tip of the sample, a part of its grains cut off."""
    tip = own_sample / "office-000005.vmdk"
    content = tip.read_bytes()
    tip.write_bytes(content[: len(content) - 5 * 65536 - 512])
    return tip


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("mode", list(MapMode))
def test_nothing_below_it_moves_while_modes_generations_and_amounts_come(  # noqa: PLR0917 - fixtures
    qtbot: QtBot, session: Session, view: MapView, tip: Path, mode: MapMode, width: int
) -> None:
    session.open(tip)
    view.resize(width, 620)
    view.show_mode(mode)
    settle(qtbot, view)
    tops = Tops(view)
    for generation in (4, 0, 1, 2, 3, 5):
        session.select_generation(generation)
        settle(qtbot, view)
        view.repaint()
    for other in MapMode:
        view.show_mode(other)
        settle(qtbot, view)
        view.repaint()
    assert len(tops.seen) == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_the_room_is_there_before_the_first_map(
    qtbot: QtBot, session: Session, view: MapView, tip: Path, width: int
) -> None:
    view.resize(width, 620)
    session.open(tip)
    told = [button.accessibleName() for button in buttons(view)]
    assert told == ["changed", "zeroed", "inherited", "never stored"]
    room = view.legend.heightForWidth(width)
    settle(qtbot, view)
    assert view.legend.heightForWidth(width) == room


def test_the_matrix_names_what_is_unreadable_in_any_link(
    qtbot: QtBot, session: Session, view: MapView, cut_off: Path
) -> None:
    session.open(cut_off)
    session.select_generation(2)
    settle(qtbot, view)
    assert "unreadable" not in [button.accessibleName() for button in buttons(view)]
    view.show_mode(MapMode.MATRIX)
    settle(qtbot, view)
    assert "unreadable" in [button.accessibleName() for button in buttons(view)]


@pytest.mark.parametrize("mode", sorted(set(MapMode) - WAITING - {MapMode.MATRIX}, key=str))
@pytest.mark.parametrize("width", WIDTHS)
def test_unreadable_comes_into_room_that_was_kept(  # noqa: PLR0917 - fixtures
    qtbot: QtBot, session: Session, view: MapView, cut_off: Path, mode: MapMode, width: int
) -> None:
    view.resize(width, 620)
    view.show_mode(mode)
    session.open(cut_off)
    session.select_generation(4)
    settle(qtbot, view)
    assert "unreadable" not in [button.accessibleName() for button in buttons(view)]
    tops = Tops(view)
    session.select_generation(5)
    settle(qtbot, view)
    view.repaint()
    assert "unreadable" in [button.accessibleName() for button in buttons(view)]
    assert len(tops.seen) == 1


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("mode", list(MapMode))
def test_every_entry_lies_inside_it_and_no_two_overlap(  # noqa: PLR0917 - fixtures
    qtbot: QtBot, session: Session, view: MapView, cut_off: Path, mode: MapMode, width: int
) -> None:
    view.resize(width, 620)
    view.show_mode(mode)
    session.open(cut_off)
    if mode is MapMode.CONTENT:
        qtbot.waitUntil(lambda: not view.canvas.asking.is_waiting)
    settle(qtbot, view)
    places = [each.geometry() for each in buttons(view)]
    assert len(places) >= 4
    for index, place in enumerate(places):
        assert view.legend.rect().contains(place)
        assert not any(place.intersects(other) for other in places[:index])


def test_it_names_every_link_and_shows_which_are_newer_than_what_is_shown(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    map_view.show_mode(MapMode.OWNER)
    session.select_generation(2)
    settle(qtbot, map_view)
    entries = map_view.legend.entries
    assert [entry.later for entry in entries[:6]] == [False] * 3 + [True] * 3
    assert buttons(map_view)[4].toolTip() == "4 office-000004.vmdk is newer than what is shown"


def test_heat_has_numbers_beside_its_colours_and_amounts_that_cover_the_disk(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    map_view.show_mode(MapMode.HEAT)
    settle(qtbot, map_view)
    entries = map_view.legend.entries
    assert [entry.label or entry.name for entry in entries] == [
        "never stored",
        "1 generation",
        *"23456",
    ]
    assert entries[3].name == "3 generations"
    assert map_view.strip_drawn is not None
    assert session.chain is not None
    assert sum(count for _, count in map_view.strip_drawn.totals) == session.chain.capacity


def test_a_chain_of_nine_has_numbers_with_amounts() -> None:
    names = [f"disk-{index:06d}.vmdk" for index in range(9)]
    entries = legend_of(MapMode.OWNER, names, ())
    assert [entry.label for entry in entries[:9]] == list("012345678")
    assert not any(entry.quiet for entry in entries)


def test_a_long_chain_has_numbers_alone() -> None:
    names = [f"disk-{index:06d}.vmdk" for index in range(32)]
    entries = legend_of(MapMode.OWNER, names, ())
    assert [entry.label for entry in entries[:32]] == [str(index) for index in range(32)]
    assert all(entry.quiet for entry in entries[:32])
    assert entries[31].name == "31 disk-000031.vmdk"


@pytest.mark.parametrize("mode", list(MapMode))
def test_each_entry_shows_the_way_to_its_palest_shade(mode: MapMode) -> None:
    for entry in legend_of(mode, ["a", "b", "c"], (MapClass.UNREADABLE,)):
        bare = entry.kind in {MapClass.ABSENT, MapClass.UNREADABLE}
        assert (entry.faintest is None) == bare
        assert entry.colour == colour_of(mode, entry.kind, 3)


def test_the_scale_names_its_marks(map_view: MapView) -> None:
    scale = map_view.scale
    told = scale.accessibleDescription()
    assert told == "1 grain = 100 %, 0.1 %, 1 %, 10 %, 100 %, absolute"
    assert [words for _, words in scale.ramp.marks] == ["1 grain", "0.1 %", "1 %", "10 %", "100 %"]


def test_a_click_hides_a_class_whatever_its_share(qtbot: QtBot, map_view: MapView) -> None:
    ground = theme.colour("absent")
    plot = map_view.canvas.picture
    assert plot is not None
    drawn = map_view.canvas.asking.drawn
    assert drawn is not None
    cell = int((drawn.classes == MapClass.DATA).argmax())
    plot.frame_cursor(None)
    before = colour_at(map_view, cell)
    assert before == colour_of(MapMode.CHANGED, MapClass.DATA, 6)
    changed = buttons(map_view)[0]
    qtbot.mouseClick(changed, Qt.MouseButton.LeftButton)
    assert colour_at(map_view, cell) == ground
    assert map_view.legend.hidden == {MapClass.DATA}
    qtbot.mouseClick(changed, Qt.MouseButton.LeftButton)
    assert map_view.legend.hidden == frozenset()
    assert colour_at(map_view, cell) == before


def test_larger_text_gets_more_room(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.show_entries(legend_of(MapMode.CHANGED, ["a", "b"], ()))
    before = legend.heightForWidth(400)
    legend.setFont(theme.ui_font(2.0))
    assert legend.heightForWidth(400) > before


def test_amounts_give_way_where_they_would_take_too_many_lines(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.show_entries(legend_of(MapMode.OWNER, [f"link-{n}.vmdk" for n in range(6)], ()))
    line = legend.heightForWidth(3000)
    assert legend.heightForWidth(700) <= 3 * line + 2 * theme.HALF
    heights = [legend.heightForWidth(width) for width in range(1400, 300, -1)]
    assert heights[0] < heights[-1]


def test_amounts_are_back_after_the_matrix(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    def amounts() -> list[str]:
        return [button.amount for button in map_view.legend._buttons]

    before = amounts()
    assert all(before)
    map_view.show_mode(MapMode.MATRIX)
    settle(qtbot, map_view)
    assert not any(amounts())
    map_view.show_mode(MapMode.CHANGED)
    settle(qtbot, map_view)
    assert amounts() == before
    session.select_generation(0)
    settle(qtbot, map_view)
    session.select_generation(5)
    settle(qtbot, map_view)
    assert amounts() == before
