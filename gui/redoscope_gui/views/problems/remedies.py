"""The words of what the window itself can do about a problem, and the buttons that do it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QPushButton, QWidget

from redoscope_gui import plain
from redoscope_gui.session import Problem, Remedy

__all__ = ["remedy_buttons", "remedy_words"]

_LONGEST = 24
"""Letters of a folder's name that a button shows; its tool tip has the whole path."""

Cure = Callable[[Remedy, Problem], None]


def remedy_buttons(problem: Problem, parent: QWidget, cure: Cure) -> list[QPushButton]:
    """Return a button for each remedy of *problem*; pressed, it calls *cure* with both."""
    name = problem.path.name if problem.path is not None else ""
    made = []
    for remedy in problem.remedies:
        words, hint = remedy_words(remedy, problem)
        button = QPushButton(plain.caption(words), parent)
        plain.set_name(button, f"{words} {name}".strip())
        plain.set_description(button, hint)
        plain.set_tip(button, hint)
        button.clicked.connect(partial(_press, cure, remedy, problem))
        made.append(button)
    return made


def _press(cure: Cure, remedy: Remedy, problem: Problem, _checked: bool = False) -> None:  # noqa: FBT001, FBT002  of Qt
    cure(remedy, problem)


def tr(text: str) -> str:
    """Translate *text*; a table of words is no widget."""
    return QCoreApplication.translate("Remedies", text)


def remedy_words(remedy: Remedy, problem: Problem) -> tuple[str, str]:
    """Return what stands on the button, and what it does in a sentence."""
    if remedy is Remedy.ALLOW_FOLDER and problem.folder is not None:
        return (
            tr("Allow folder %s") % _short(problem.folder.name),
            tr("Look for parents in %s too, until something else is opened") % problem.folder,
        )
    if remedy is Remedy.OPEN_INSTEAD and problem.instead is not None:
        return (
            tr("Open %s") % _short(problem.instead.name),
            tr("Open the newest disk that this file belongs to: %s") % problem.instead,
        )
    return {
        Remedy.LOCATE_FILES: (
            tr("Locate files…"),
            tr("Name a folder in which the files are looked for by their names and lengths"),
        ),
        Remedy.ALLOW_OUTSIDE: (
            tr("Allow all folders"),
            tr(
                "Follow the names in these links wherever they lead, until something else is opened"
            ),
        ),
        Remedy.LOCATE_PARENT: (
            tr("Locate parent…"),
            tr("Name a folder in which the parent is looked for by its content ID"),
        ),
        Remedy.OPEN_ANYWAY: (
            tr("Open anyway"),
            tr("Read the chain although the content IDs differ"),
        ),
        Remedy.OPEN_UNREPLAYED: (
            tr("Open anyway (journal not replayed)"),
            tr("Read the link as it stands; the newest writes may be missing or half there"),
        ),
        Remedy.OPEN_READABLE: (
            tr("Open what can be read"),
            tr("Read the rest of the disk; what can't be read is hatched and never made up"),
        ),
        Remedy.LOOK_ALONE: (
            tr("Look at it alone"),
            tr("Show what the link itself stores, without its parents"),
        ),
        Remedy.OPEN_FLAT: (
            tr("Open as a flat disk"),
            tr("Take every byte of the file as a byte of a disk, from the first on"),
        ),
        Remedy.MERGE_LINKS: (
            tr("Merge…"),
            tr("Show what merging the links would do that no snapshot names; then do it"),
        ),
        Remedy.REVERT: (
            tr("Go back to it…"),
            tr("Show what lets the machine run on a child of what the snapshot froze"),
        ),
        Remedy.TAKE_BACK: (
            tr("Take back"),
            tr("You allowed this; refuse it again, and read everything anew"),
        ),
        Remedy.USE_REDUNDANT: (
            tr("Use the redundant tables"),
            tr("Read what is damaged in the grain tables by their redundant copies"),
        ),
    }[remedy]


def _short(name: str) -> str:
    """Return *name*, cut in its middle if it is long."""
    half = _LONGEST // 2
    return name if len(name) <= _LONGEST else f"{name[:half]}…{name[-half:]}"
