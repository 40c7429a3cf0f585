"""The words of the Problems pane: how many there are, and all of them as text for a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from redoscope_core import Severity
from redoscope_gui import plain, theme
from redoscope_gui.session import Problem, ProblemGroup, tally

__all__ = ["LOOK", "counted", "place_words", "sought", "spoken", "ticket"]

LOOK = {
    Severity.LOST: ("circle-x", "danger"),
    Severity.DOUBTFUL: ("triangle-alert", "warning"),
    Severity.WORTH_KNOWING: ("info", "dim"),
}
"""Icon and colour of each severity."""
_SPOKEN = {
    Severity.LOST: "Data lost",
    Severity.DOUBTFUL: "Bytes doubtful",
    Severity.WORTH_KNOWING: "Worth knowing",
}
_CALLED = {Severity.LOST: "error", Severity.DOUBTFUL: "warning", Severity.WORTH_KNOWING: "note"}


def tr(text: str) -> str:
    """Translate *text*; a table of words is no widget."""
    return QCoreApplication.translate("Problems", text)


def counted(groups: Iterable[ProblemGroup]) -> str:
    """Return how many errors, warnings and notes there are; empty if there is none."""
    found = tally(groups)
    told = {
        Severity.LOST: (tr("1 error"), tr("%d errors")),
        Severity.DOUBTFUL: (tr("1 warning"), tr("%d warnings")),
        Severity.WORTH_KNOWING: (tr("1 note"), tr("%d notes")),
    }
    return ", ".join(
        told[severity][0] if found[severity] == 1 else told[severity][1] % found[severity]
        for severity in told
        if found[severity]
    )


def spoken(group: ProblemGroup) -> str:
    """Return what a screen reader says of *group*."""
    problem = group.head
    name = problem.path.name if problem.path else ""
    places = tr("%d places") % len(group.places) if group.places else ""
    text = problem.what if places else problem.text
    words = (tr(_SPOKEN[problem.severity]), name, text, places, problem.cure)
    return ". ".join(word for word in words if word)


def place_words(problem: Problem) -> str:
    """Return where *problem* is: the sector of the disk, and the place in the file."""
    sector = problem.sector
    at = "" if sector is None else tr("sector %s") % theme.grouped(sector)
    return ", ".join(word for word in (at, problem.more) if word)


def sought(group: ProblemGroup) -> str:
    """Return the letters that a filter finds *group* by."""
    head = group.head
    texts = (problem.text for problem in group.problems)
    words = (tr(_CALLED[head.severity]), str(head.path or ""), head.cure, *texts)
    return "\n".join(words).casefold()


def ticket(source: Path | None, groups: Sequence[ProblemGroup], version: str = "") -> str:
    """Return *groups* of what is open at *source* as text to paste: nothing is left out of it."""
    told = []
    if version:
        about = tr("Redoscope {version}: {count} in {source}")
        count = counted(groups) or tr("no problems")
        told.append(about.format(version=version, count=count, source=source))
    told += [_entry(group) for group in groups]
    return plain.lines(*"\n\n".join(told).split("\n"))


def _entry(group: ProblemGroup) -> str:
    """Return one *group*: what is wrong, in which file, at which places, and its cure."""
    head = group.head
    name = "" if head.path is None else f"{plain.spelled(head.path.name)}: "
    text = head.what if group.places else head.text
    rows = [f"{tr(_CALLED[head.severity]).upper()}  {name}{plain.spelled(text)}"]
    if head.path is not None:
        rows.append(tr("    file: %s") % plain.spelled(str(head.path)))
    rows += [f"    {plain.spelled(place_words(place))}" for place in group.places]
    if head.sector is not None and not group.places:
        rows.append(tr("    sector of the disk: %d") % head.sector)
    if head.cure:
        rows.append(tr("    what to do: %s") % plain.spelled(head.cure))
    return "\n".join(rows)
