"""Where the questions of the first page are answered in the sample chain."""

from __future__ import annotations

from typing import Protocol

from redoscope_core import BRANCH, SECTOR, SHREDDED_GRAIN
from redoscope_gui.session import Compared, Session
from redoscope_gui.window.panes import Panes
from redoscope_gui.window.sample_card import Question

__all__ = ["Classroom", "answer"]

_SHREDDED_IN = 3
"""The generation in which the file is gone."""


class Classroom(Protocol):
    """What a lesson needs of the window."""

    session: Session
    panes: Panes


def answer(window: Classroom, question: Question | None) -> None:
    """Show the place of the sample, which is open, that answers *question*."""
    session, forest = window.session, window.session.forest
    if question is None or forest is None or session.chain is None:
        return
    inspector = window.panes.inspector_view
    if question is Question.BRANCH:
        branch = next((path for path in forest.nodes if path.name == BRANCH), None)
        if branch is not None:
            session.select_link(branch)
        return
    if question is Question.DELETED:
        session.select_generation(_SHREDDED_IN)
        session.compare(Compared(_SHREDDED_IN - 1))
        session.go_to(SHREDDED_GRAIN * session.chain.grain_size * SECTOR)
    if inspector is not None:
        inspector.pages.setCurrentIndex(0 if question is Question.WHERE else 1)
