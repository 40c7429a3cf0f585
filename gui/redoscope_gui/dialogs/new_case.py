"""A new case: where, what it is called, who examines."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QWidget,
)

from redoscope_gui import plain
from redoscope_gui.dialogs.file_form import add_row, beside, new_form, stack, tab_through
from redoscope_gui.dialogs.reason import Reason, heading, told
from redoscope_gui.presence import is_folder, is_there, lies_beside
from redoscope_gui.requests import MakeCase
from redoscope_gui.session import Session

__all__ = ["NewCaseDialog"]

_WIDTH = 620
_OK = QDialogButtonBox.StandardButton.Ok


class NewCaseDialog(QDialog):
    """Asks for a case, and has the session make it. It closes when the case is there."""

    def __init__(
        self, session: Session, suggested: Path, examiner: str, parent: QWidget | None = None
    ) -> None:
        """Suggest a folder, and the *examiner* of the last case."""
        super().__init__(parent)
        self._work = session.casework
        self._base = suggested.parent
        chain = session.chain
        self._of_disks = [link.path for link in chain.links] if chain else []
        self._working = False
        self.setMinimumWidth(_WIDTH)
        plain.set_title(self, self.tr("New case"))
        self.folder_box = self._box(self.tr("Folder of the case"), str(suggested))
        self.title_box = self._box(self.tr("Title"))
        self.examiner_box = self._box(self.tr("Examiner"), examiner)
        self.exhibit_box = self._box(self.tr("Exhibit"))
        self.exhibit_box.setPlaceholderText(self.tr("what the evidence is called elsewhere"))
        self.beside_box = QCheckBox(self.tr("&Let it lie beside the disks"), self)
        plain.set_name(self.beside_box, self.tr("Let it lie beside the disks"))
        hint = self.tr("Else a case in or beside a folder of disks is refused")
        plain.set_tip(self.beside_box, hint)
        self.beside_box.toggled.connect(self._check)
        self.reason = Reason(self)
        self.buttons = QDialogButtonBox(_OK | QDialogButtonBox.StandardButton.Cancel, self)
        self.buttons.button(_OK).setText(self.tr("Make the case"))
        self.buttons.accepted.connect(self._make)
        self.buttons.rejected.connect(self.reject)
        browse = QPushButton(self.tr("Browse…"), self)
        plain.set_name(browse, self.tr("Browse for the folder that the case is made in"))
        browse.clicked.connect(self._browse)
        self.form = new_form()
        row = beside(self.folder_box, browse)
        add_row(self.form, self.tr("&Folder"), self.folder_box, row)
        add_row(self.form, self.tr("&Title"), self.title_box)
        add_row(self.form, self.tr("&Examiner"), self.examiner_box)
        add_row(self.form, self.tr("E&xhibit"), self.exhibit_box)
        self.form.addRow("", self.beside_box)
        words = self.tr(
            "A folder of its own for bookmarks, notes, digests of the evidence, and the trail of "
            "what is done. Nothing is written beside the evidence."
        )
        parts = (heading(self.tr("New case"), self), told(words, self), self.form)
        stack(self, (*parts, self.reason, self.buttons))
        tab_through(self.form, self.buttons)
        self._check()
        self.folder_box.setFocus()

    def _box(self, name: str, text: str = "") -> QLineEdit:
        box = QLineEdit(text, self)
        plain.set_name(box, name)
        box.textChanged.connect(self._check)
        return box

    @property
    def folder(self) -> Path:
        """Where the case is to be."""
        typed = Path(os.path.expanduser(self.folder_box.text().strip()))  # noqa: PTH111 - of ~nobody too
        return typed if typed.is_absolute() else self._base / typed

    def _obstacle(self) -> str:
        if not self.folder_box.text().strip():
            return self.tr("Name a folder.")
        if is_there(self.folder) and not is_folder(self.folder):
            return self.tr("%s is a file, and no folder.") % self.folder.name
        if not self.beside_box.isChecked() and lies_beside(self.folder, self._of_disks):
            return self.tr(
                "That lies beside the disks that are open: choose a folder apart from them, or "
                "let it lie there."
            )
        return ""

    def _check(self, _changed: object = None) -> None:
        obstacle = self._obstacle()
        self.buttons.button(_OK).setEnabled(not obstacle and not self._working)
        if obstacle:
            self.reason.show_refusal(obstacle)
        else:
            self.reason.show_consent(self.tr("Makes the case in %s.") % self.folder)

    def _browse(self) -> None:
        title = self.tr("Folder to make the case in")
        chosen = QFileDialog.getExistingDirectory(self, title, str(self.folder.parent))
        if chosen:
            self.folder_box.setText(str(Path(chosen) / self.folder.name))

    def _make(self) -> None:
        self._working = True
        self.buttons.button(_OK).setEnabled(False)
        request = MakeCase(
            *(self.folder, self.title_box.text().strip(), self.examiner_box.text().strip()),
            *(self.exhibit_box.text().strip(), self.beside_box.isChecked()),
        )
        self._work.make(request, self.accept, self._refused)

    def _refused(self, error: Exception) -> None:
        self._working = False
        self._check()
        self.reason.show_error(error)
