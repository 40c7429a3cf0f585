"""The title of the window: what is open, and where in it the cursor is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from redoscope_core import SECTOR
from redoscope_gui.session import Session

__all__ = ["title_of"]

translate = QCoreApplication.translate


def title_of(session: Session) -> str:
    """Return the words of the title."""
    name = translate("MainWindow", "Redoscope")
    if session.forest is None:
        return name
    parts = [session.forest.folder.name]
    if session.cursor.path is not None:
        parts.append(session.cursor.path.name)
    if session.chain is not None:
        parts.append(_generation(session))
        parts.append(translate("MainWindow", "sector %d") % (session.cursor.offset // SECTOR))
    if session.joined:
        parts.append(translate("MainWindow", "attached"))
    return " - ".join([*parts, name])


def _generation(session: Session) -> str:
    """Tell which generation is shown, and which one it is compared with."""
    words = translate("MainWindow", "generation %d") % session.cursor.generation
    since = session.generation_a
    if since is None:
        return words
    return words + translate("MainWindow", " compared with generation %s") % since
