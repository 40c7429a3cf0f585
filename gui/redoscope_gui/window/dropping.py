"""Files that are dropped on the window: which of them open, and how the drop is answered."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDropEvent

from redoscope_core import named_as_disk
from redoscope_gui.presence import is_folder

__all__ = ["accept_copy", "dropped"]


def dropped(event: QDropEvent) -> Path | None:
    """Return the file or folder that *event* brings, if it is one that can be opened."""
    for url in event.mimeData().urls():
        path = Path(url.toLocalFile())
        if url.isLocalFile() and _may_be_opened(path):
            return path
    return None


def accept_copy(event: QDropEvent) -> None:
    """Take what *event* brings as a copy: who hears of a move removes the file."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


def _may_be_opened(path: Path) -> bool:
    return is_folder(path) or named_as_disk(path) or path.suffix.casefold() == ".vmx"
