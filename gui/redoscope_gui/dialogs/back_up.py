"""Back a generation up: which one, into which folder, of which kind."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QWidget,
)

import redoscope_core as core
from redoscope_core.code import Deed
from redoscope_gui import plain
from redoscope_gui.code_button import CodeButton
from redoscope_gui.dialogs.file_form import add_row, beside, new_form, stack, tab_through
from redoscope_gui.dialogs.reason import Reason, heading, told
from redoscope_gui.presence import is_folder, is_there
from redoscope_gui.requests import BackUp
from redoscope_gui.session import Session

__all__ = ["BackUpDialog"]

_WIDTH = 620
_OK = QDialogButtonBox.StandardButton.Ok


class BackUpDialog(QDialog):
    """Asks what is backed up where, and has the session do it as a job."""

    def __init__(self, session: Session, folder: Path, parent: QWidget | None = None) -> None:
        """Suggest *folder* for the backups."""
        super().__init__(parent)
        self._session = session
        self.setMinimumWidth(_WIDTH)
        plain.set_title(self, self.tr("Back up"))
        self.generation_box = plain.ComboBox(self)
        plain.set_name(self.generation_box, self.tr("Generation to back up"))
        self.folder_box = QLineEdit(str(folder), self)
        plain.set_name(self.folder_box, self.tr("Folder of the backups"))
        self.kind_box = QComboBox(self)
        plain.set_name(self.kind_box, self.tr("Kind of the backup"))
        self.reason = Reason(self)
        self.buttons = QDialogButtonBox(_OK | QDialogButtonBox.StandardButton.Cancel, self)
        self.buttons.button(_OK).setText(self.tr("Back up"))
        self.code_button = CodeButton(self._deeds, self)
        self.buttons.addButton(self.code_button, QDialogButtonBox.ButtonRole.HelpRole)
        self.buttons.accepted.connect(self._do)
        self.buttons.rejected.connect(self.reject)
        self.form = new_form()
        self._fill()
        words = self.tr(
            "An image of the generation, kept apart from the disk: a stream and a manifest. A full "
            "one opens in any program for virtual disks; the others hold what changed, and need "
            "the points that they build on."
        )
        parts = (heading(self.tr("Back a generation up"), self), told(words, self), self.form)
        stack(self, (*parts, self.reason, self.buttons))
        tab_through(self.form, self.buttons)
        self.generation_box.currentIndexChanged.connect(self._check)
        self.kind_box.currentIndexChanged.connect(self._check)
        self.folder_box.textChanged.connect(self._check)
        self._check()
        self.folder_box.setFocus()

    def _fill(self) -> None:
        chain, cursor = self._session.chain, self._session.cursor
        for index, link in enumerate(() if chain is None else chain.links):
            text = f"{index}  {link.path.name}"
            plain.add_item(self.generation_box, text, index, str(link.path))
        self.generation_box.setCurrentIndex(cursor.generation)
        kinds = (
            (self.tr("what changed if it can build on a point, else all"), None),
            (self.tr("full: all that is stored"), core.BackupKind.FULL),
            (self.tr("incremental: since the last of any kind"), core.BackupKind.INCREMENTAL),
            (self.tr("differential: since the last full one"), core.BackupKind.DIFFERENTIAL),
        )
        for words, kind in kinds:
            plain.add_item(self.kind_box, words, kind)
        browse = QPushButton(self.tr("Browse…"), self)
        plain.set_name(browse, self.tr("Browse for the folder of the backups"))
        browse.clicked.connect(self._browse)
        add_row(self.form, self.tr("&Generation"), self.generation_box)
        row = beside(self.folder_box, browse)
        add_row(self.form, self.tr("&Folder"), self.folder_box, row)
        add_row(self.form, self.tr("&Kind"), self.kind_box)

    @property
    def folder(self) -> Path:
        """Where the backups are kept."""
        typed = Path(os.path.expanduser(self.folder_box.text().strip()))  # noqa: PTH111 - of ~nobody too
        chain = self._session.chain
        beside_disk = Path.home() if chain is None else chain.path.parent
        return typed if typed.is_absolute() else beside_disk / typed

    def _obstacle(self) -> str:
        if self._session.chain is None or self._session.is_alone:
            return self.tr("No whole chain is open.")
        if not self.folder_box.text().strip():
            return self.tr("Name a folder.")
        if is_there(self.folder) and not is_folder(self.folder):
            return self.tr("%s is a file, and no folder.") % self.folder.name
        if not is_there(self.folder) and not is_folder(self.folder.parent):
            return self.tr("There is no folder %s.") % self.folder.parent
        return ""

    def _check(self, _changed: object = None) -> None:
        obstacle = self._obstacle()
        self.code_button.refresh()
        self.buttons.button(_OK).setEnabled(not obstacle)
        if obstacle:
            self.reason.show_refusal(obstacle)
            return
        made = "" if is_there(self.folder) else self.tr(" The folder is made.")
        words = [self.tr("Writes two new files into %s; no disk changes.%s") % (self.folder, made)]
        if self.generation_box.currentIndex() == self.generation_box.count() - 1:
            words.append(
                self.tr(
                    "This is the newest link: if it is written to afterwards, the next backup "
                    "can't build on this one. Take a snapshot first, and back up what it froze."
                )
            )
        self.reason.show_consent(" ".join(words))

    def _browse(self) -> None:
        title = self.tr("Folder of the backups")
        chosen = QFileDialog.getExistingDirectory(self, title, str(self.folder.parent))
        if chosen:
            self.folder_box.setText(chosen)

    @property
    def _request(self) -> BackUp | None:
        scene, generation = self._session.scene, int(self.generation_box.currentData() or 0)
        if scene.chain is None:
            return None
        joined = scene.joined
        above = joined is not None and scene.chain.links[generation].path == joined[0]
        kind = self.kind_box.currentData()
        return BackUp(
            *(scene.chain.links[generation].path, generation, scene.policy),
            *(joined if above else None, self.folder),
            kind if isinstance(kind, core.BackupKind) else None,
        )

    def _deeds(self) -> Sequence[Deed]:
        request = None if self._obstacle() else self._request
        deed = None if request is None else request.deed
        return () if deed is None else (deed,)

    def _do(self) -> None:
        request = self._request
        if request is not None:
            self.accept()
            self._session.backups.back_up(request)
