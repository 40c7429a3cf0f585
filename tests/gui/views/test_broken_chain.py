"""What the views say of a chain that does not open."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from redoscope_gui.session import Session
from redoscope_gui.views.hex.words import empty_words
from redoscope_gui.views.inspector import InspectorView
from redoscope_gui.views.map import MapView
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
    assert view.canvas.words.text() == WORDS
    assert timeline.comment.text() == WORDS
    assert inspector.summary.text() == WORDS
    assert empty_words(broken=True) == WORDS
