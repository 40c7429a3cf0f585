"""The files pane: the volumes of a generation, the tree of their files, and what became of them."""

from __future__ import annotations

from redoscope_gui.views.files.view import FilesView

__all__ = ["FilesView"]
