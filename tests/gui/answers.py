"""Answers to the dialogs of the system, which a test can't click through."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

__all__ = ["answer_folder"]


def answer_folder(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Answer the dialog that asks for a folder to look in with *folder*, once it is opened."""

    def chosen(dialog: QFileDialog) -> None:
        dialog.fileSelected.emit(str(folder))
        dialog.deleteLater()

    monkeypatch.setattr(QFileDialog, "open", chosen)
