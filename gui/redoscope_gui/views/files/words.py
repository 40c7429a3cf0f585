"""What the files pane says of what it lists: how much, since what, or why nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from redoscope_core import Examined
from redoscope_gui import theme
from redoscope_gui.file_words import badges_of
from redoscope_gui.session import Session, from_error

if TYPE_CHECKING:
    from redoscope_gui.requests import FilesCompared, FilesListed
    from redoscope_gui.views.files.rows import Place

__all__ = ["run_words", "totals"]


def tr(text: str) -> str:
    """Translate *text* of the pane."""
    return QCoreApplication.translate("FilesView", text)


def totals(session: Session) -> str:
    """Return what is listed, or why nothing is."""
    files, since = session.files, session.generation_a
    why = _refusal(session)
    if why:
        return why
    listed = files.listed
    if listed is None:
        return tr("Reading file systems…") if files.is_running else tr("Not listed yet")
    if not listed.volumes:
        return tr("No volume is found: no partition, no file system")
    if since is None:
        return _listed(listed)
    return f"{_listed(listed)}; {_compared(files.compared, str(since), going=files.is_running)}"


def _refusal(session: Session) -> str:
    """Return why no file is listed; empty if nothing stands against it."""
    files, scene = session.files, session.scene
    if scene.chain is None:
        return tr("No chain is open")
    if scene.is_alone:
        return tr("One link is looked at alone; look at its chain to list files")
    if not files.can_list:
        return tr("Its parent is attached for now only; write that to list files")
    if files.error is None:
        return ""
    problem = from_error(files.error)
    return f"{problem.text}; {problem.cure}" if problem.cure else problem.text


def _listed(listed: FilesListed) -> str:
    read = sum(each.state is Examined.EXAMINED for each in listed.volumes)
    count, volumes = theme.grouped(listed.files), len(listed.volumes)
    if read < volumes:
        text = tr("{count} files; {lost} of {all} volumes not read")
        return text.format(count=count, lost=volumes - read, all=volumes)
    if read == 1:
        return tr("%s files in 1 volume") % count
    return tr("%s files in %d volumes") % (count, read)


def _compared(found: FilesCompared | None, since: str, *, going: bool) -> str:
    if found is None:
        text = tr("comparing with generation %s…")
        return (text if going else tr("not compared with generation %s yet")) % since
    changes = (change for each in found.difference.volumes for change in each.changes)
    count = theme.grouped(sum(bool(badges_of(change)) for change in changes))
    return tr("{count} changed since generation {since}").format(count=count, since=since)


def run_words(place: Place, at: int | None) -> str:
    """Return which of the runs of a file the cursor is in: *at*, or none."""
    if place.is_volume:
        return ""
    if not place.runs:
        return tr("No byte of it is stored")
    if at is None:
        one, many = tr("1 run; the cursor is elsewhere"), tr("%d runs; the cursor is elsewhere")
        return one if len(place.runs) == 1 else many % len(place.runs)
    length = theme.amount(place.runs[at][1])
    text = tr("Run {one} of {all}, {length}")
    return text.format(one=at + 1, all=len(place.runs), length=length)
