"""Why what the map is to show is not known yet, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from redoscope_gui.maps import MapMode
from redoscope_gui.session import Session, from_error

__all__ = ["waiting_words"]


def tr(text: str) -> str:
    """Translate *text* of the map."""
    return QCoreApplication.translate("MapCanvas", text)


def waiting_words(session: Session, mode: MapMode) -> str:
    """Return why a map that is read as *mode* shows nothing yet."""
    if mode is MapMode.CONTENT:
        return _content_words(session)
    if session.comparing.is_running:
        return tr("Comparing A and B byte by byte…")
    if session.comparing.wanted is None:
        return tr("There is no generation A to compare with")
    return tr("A and B are not compared byte by byte yet: Compare > Compare byte by byte")


def _content_words(session: Session) -> str:
    files = session.files
    if session.is_alone:
        return tr("One link is looked at alone; look at its chain to see what its sectors are for")
    if not files.can_list:
        return tr("Its parent is attached for now only; write that to see what sectors are for")
    if files.error is not None:
        problem = from_error(files.error)
        return f"{problem.text}; {problem.cure}" if problem.cure else problem.text
    if files.is_stopped:
        return tr("Stopped; List in the pane Files reads the file systems")
    return tr("Reading file systems…")
