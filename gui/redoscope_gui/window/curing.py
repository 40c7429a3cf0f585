"""What the buttons of the Problems pane and of the banner do."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Protocol

from redoscope_gui.requests import SnapshotVerb
from redoscope_gui.session import Problem, Remedy, Session
from redoscope_gui.window.questions import Questions

__all__ = ["Asked", "cure"]


class Asked(Protocol):
    """What a cure needs of the window."""

    session: Session
    questions: Questions

    def open_path(self, path: Path) -> None:
        """Open a disk, a .vmx or a folder."""


def cure(window: Asked, remedy: Remedy, problem: Problem) -> None:
    """Do *remedy* against *problem*."""
    session, link = window.session, _shown_then(window.session, problem)
    if remedy is Remedy.OPEN_FLAT and problem.path is not None:
        session.open_flat(problem.path)
    elif remedy is Remedy.TAKE_BACK and problem.leniency is not None:
        session.take_back(frozenset({problem.leniency}), link)
    elif remedy is Remedy.LOOK_ALONE:
        session.look_alone(problem.link or problem.path)
    elif remedy is Remedy.ALLOW_FOLDER and problem.folder is not None:
        session.search_in(problem.folder, link)
    elif remedy is Remedy.OPEN_INSTEAD and problem.instead is not None:
        window.open_path(problem.instead)
    elif remedy is Remedy.MERGE_LINKS:
        window.questions.ask_snapshots(SnapshotVerb.MERGE)
    elif remedy is Remedy.REVERT:
        uid = problem.finding.fact("uid")
        session.machines.select(uid if isinstance(uid, int) else None)
        window.questions.ask_snapshots(SnapshotVerb.REVERT)
    elif remedy in {Remedy.LOCATE_PARENT, Remedy.LOCATE_FILES}:
        window.questions.ask_folder_to_look_in(partial(session.search_in, select=link))
    elif remedy.leniency is not None:
        session.allow(remedy.leniency, link)


def _shown_then(session: Session, problem: Problem) -> Path | None:
    """Return the link to show once it is cured: the chosen one, if it stands on what is cured."""
    link, chosen, forest = problem.link or problem.path, session.cursor.path, session.forest
    if forest is not None and chosen in forest.nodes and chosen is not None:
        return chosen if link in forest.chain_of(chosen) else link
    return link
