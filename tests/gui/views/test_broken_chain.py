"""What the views say of a chain that does not open."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from redoscope_gui.requests import MapClass, MapMode
from redoscope_gui.session import Session
from redoscope_gui.views.hex.words import empty_words
from redoscope_gui.views.inspector import InspectorView
from redoscope_gui.views.map import MapView
from redoscope_gui.views.map.colours import legend_of
from redoscope_gui.views.map.legend import Legend
from redoscope_gui.views.timeline import TimelineView

WORDS = "This chain does not open: see Problems"


def test_they_name_the_problem(
    qtbot: QtBot, session: Session, view: MapView, own_sample: Path
) -> None:
    timeline, inspector = TimelineView(session), InspectorView(session)
    for each in (timeline, inspector):
        qtbot.addWidget(each)
    (own_sample / "office-000003.vmdk").unlink()
    session.open(own_sample / "office-000005.vmdk")
    assert session.chain is None
    assert session.chain_error is not None
    assert view.picture.words.text() == WORDS
    assert timeline.comment.text() == WORDS
    assert inspector.summary.text() == WORDS
    assert empty_words(broken=True) == WORDS


def test_the_legend_keeps_the_room_of_unreadable(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    amounts: dict[int, int] = {
        MapClass.DATA: 896,
        MapClass.INHERITED: 11_000,
        MapClass.UNREADABLE: 640,
    }

    def height(width: int, present: tuple[int, ...]) -> int:
        legend.show_entries(legend_of(MapMode.CHANGED, ["a", "b"], present))
        legend.show_amounts(amounts, 131_072)
        return legend.heightForWidth(width)

    for width in range(200, 800, 7):
        assert height(width, (MapClass.UNREADABLE,)) == height(width, ())
