"""Create a child: of which link, where, of which kind; and what will be written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from redoscope_gui import theme
from redoscope_gui.dialogs.reason import Reason, heading, told
from redoscope_gui.session import Session

if TYPE_CHECKING:
    from redoscope_core import Node

__all__ = ["CreateChildDialog"]

KINDS = ("monolithicSparse", "twoGbMaxExtentSparse")
_WIDTH = 560


class CreateChildDialog(QDialog):
    """Asks for a new child of link *parent*. It closes when the child is there."""

    def __init__(self, session: Session, parent_link: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._link = parent_link
        self._working = False
        self.setWindowTitle(self.tr("Create child"))
        self.setMinimumWidth(_WIDTH)
        self.path_box = QLineEdit(str(_free_name(parent_link)), self)
        self.path_box.setAccessibleName(self.tr("File of the child"))
        self.kind_box = QComboBox(self)
        self.kind_box.setAccessibleName(self.tr("Kind of the child"))
        for kind, words in zip(KINDS, self._kind_words(), strict=True):
            self.kind_box.addItem(words, kind)
        self.comment_box = QLineEdit(self)
        self.comment_box.setAccessibleName(self.tr("Comment"))
        self.comment_box.setPlaceholderText(self.tr("What this generation is for (optional)"))
        self.reason = Reason(self)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.buttons.accepted.connect(self._create)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        self.path_box.textChanged.connect(self._check)
        self.kind_box.currentIndexChanged.connect(self._check)
        self._check()
        self.path_box.setFocus()

    @property
    def path(self) -> Path:
        """Where the child is to be."""
        typed = Path(self.path_box.text().strip()).expanduser()
        return typed if typed.is_absolute() else self._link.parent / typed

    def _node(self) -> Node | None:
        forest = self._session.forest
        return None if forest is None else forest.nodes.get(self._link)

    def _kind_words(self) -> tuple[str, str]:
        return (
            self.tr("monolithicSparse: one file that grows"),
            self.tr("twoGbMaxExtentSparse: files of 2 GiB at most"),
        )

    def _lay_out(self) -> None:
        browse = QPushButton(self.tr("Browse…"), self)
        browse.setAccessibleName(self.tr("Browse for the file of the child"))
        browse.clicked.connect(self._browse)
        file_row = QHBoxLayout()
        file_row.addWidget(self.path_box, 1)
        file_row.addWidget(browse)
        form = QFormLayout()
        form.setHorizontalSpacing(theme.STEP * 2)
        form.setVerticalSpacing(theme.STEP)
        parent_label = QLabel(self._link.name, self)
        parent_label.setToolTip(str(self._link))
        form.addRow(self.tr("Parent"), parent_label)
        file_label = QLabel(self.tr("&File"), self)
        file_label.setBuddy(self.path_box)
        form.addRow(file_label, file_row)
        form.addRow(self.tr("&Kind"), self.kind_box)
        form.addRow(self.tr("&Comment"), self.comment_box)
        layout = QVBoxLayout(self)
        margin = theme.STEP * 2
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(theme.STEP * 2)
        layout.addWidget(heading(self.tr("New child of %s") % self._link.name, self))
        layout.addWidget(told(self._what_it_is(), self))
        layout.addLayout(form)
        layout.addWidget(self.reason)
        layout.addWidget(self.buttons)

    def _what_it_is(self) -> str:
        node = self._node()
        if node is not None and node.children:
            others = ", ".join(child.name for child in node.children)
            if len(node.children) == 1:
                words = self.tr(
                    "%s already has a child (%s), so the new one begins a branch: a second way on "
                    "from the same generation. Neither way sees what the other writes."
                )
            else:
                words = self.tr(
                    "%s already has children (%s), so the new one begins a branch: one more way on "
                    "from the same generation. No way sees what another writes."
                )
            return words % (self._link.name, others)
        return self.tr(
            "The child begins empty and reads exactly as its parent. From then on what is written "
            "goes to the child; the parent must not be written any more."
        )

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("File of the child"), str(self.path), self.tr("Virtual disks (*.vmdk)")
        )
        if chosen:
            self.path_box.setText(chosen)

    def _check(self) -> None:
        """Say what will be written, or why it cannot be."""
        obstacle = self._obstacle()
        if obstacle:
            self.reason.show_refusal(obstacle)
        else:
            self.reason.show_consent(self._what_is_written())
        button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        button.setText(self.tr("Create %s") % self.path.name if not obstacle else self.tr("Create"))
        button.setEnabled(not obstacle and not self._working)

    def _obstacle(self) -> str:
        if not self.path_box.text().strip():
            return self.tr("Give the file of the child a name.")
        path = self.path
        if path.suffix.casefold() != ".vmdk":
            return self.tr("The name must end in .vmdk.")
        if not path.parent.is_dir():
            return self.tr("There is no folder %s.") % path.parent
        if path.exists():
            return self.tr("%s is there already; nothing is ever overwritten.") % path.name
        return ""

    def _what_is_written(self) -> str:
        path = self.path
        if self.kind_box.currentData() == KINDS[0]:
            files = self.tr("Writes one new file, %s.") % path
        else:
            extents = f"{path.stem}-s001{path.suffix}"
            files = self.tr("Writes new files in %s: %s, and one of the kind %s for each 2 GiB.")
            files = files % (path.parent, path.name, extents)
        return files + " " + self.tr("Not a byte of %s changes.") % self._link.name

    def _create(self) -> None:
        self._working = True
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(False)
        self._session.create_child(
            self.path,
            self.kind_box.currentData(),
            self.comment_box.text().strip(),
            parent=self._link,
            done=self.accept,
            failed=self._refused,
        )

    def _refused(self, error: Exception) -> None:
        self._working = False
        self._check()
        self.reason.show_error(error)


def _free_name(parent: Path) -> Path:
    """Return the next name of the series that *parent* belongs to, beside it."""
    match = re.fullmatch(r"(.*?)(\d+)", parent.stem)
    stem, number, width = parent.stem + "-", 0, 6
    if match is not None:
        stem, number, width = match.group(1), int(match.group(2)), len(match.group(2))
    while True:
        number += 1
        path = parent.with_name(f"{stem}{number:0{width}d}.vmdk")
        if not path.exists():
            return path
