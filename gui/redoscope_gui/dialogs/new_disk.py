"""Make a new base disk: where, how large, of which kind; and what will be written."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
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

import redoscope_core as core
from redoscope_core import SECTOR
from redoscope_gui import theme
from redoscope_gui.dialogs.reason import Reason, heading, told
from redoscope_gui.requests import CreateDisk
from redoscope_gui.session import Session

__all__ = ["NewDiskDialog"]

_WIDTH = 580
_PIECE = 4192256
"""Sectors in a file of a split disk."""
_MOST = 2**37
_UNITS = (("MiB", 2**20), ("GiB", 2**30), ("TiB", 2**40))
_ADAPTERS = ("lsilogic", "buslogic", "ide", "legacyESX")
_SPARSE = ("monolithicSparse", "twoGbMaxExtentSparse")


class NewDiskDialog(QDialog):
    """Asks for a new disk. It closes, and the disk is opened, when the disk is there."""

    def __init__(self, session: Session, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._folder = folder
        self._working = False
        self.setWindowTitle(self.tr("New disk"))
        self.setMinimumWidth(_WIDTH)
        self.path_box = QLineEdit(str(_free_name(folder)), self)
        self.path_box.setAccessibleName(self.tr("File of the disk"))
        self.capacity_box = QLineEdit("8", self)
        self.capacity_box.setAccessibleName(self.tr("Capacity"))
        self.unit_box = self._choice(self.tr("Unit of the capacity"), [u for u, _ in _UNITS])
        self.unit_box.setCurrentIndex(1)
        self.kind_box = self._choice(self.tr("Kind of the disk"), self._kind_words())
        for index, kind in enumerate(_kinds()):
            self.kind_box.setItemData(index, kind)
        self.adapter_box = self._choice(self.tr("Adapter"), list(_ADAPTERS))
        self.zeroed_box = QCheckBox(self.tr("Grains of &zeros take no room (zeroed grains)"), self)
        self.zeroed_box.setToolTip(
            self.tr("A grain written with zeros is only marked. Some programs misread such grains.")
        )
        self.comment_box = QLineEdit(self)
        self.comment_box.setAccessibleName(self.tr("Comment"))
        self.comment_box.setPlaceholderText(self.tr("What this disk is for (optional)"))
        self.reason = Reason(self)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.buttons.accepted.connect(self._create)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        for line in (self.path_box, self.capacity_box):
            line.textChanged.connect(self._check)
        for box in (self.unit_box, self.kind_box):
            box.currentIndexChanged.connect(self._check)
        self._check()
        self.path_box.setFocus()

    @property
    def path(self) -> Path:
        """Where the disk is to be."""
        typed = Path(self.path_box.text().strip()).expanduser()
        return typed if typed.is_absolute() else self._folder / typed

    @property
    def capacity(self) -> int | None:
        """Sectors; None if what is typed is no capacity."""
        match = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*", self.capacity_box.text())
        if match is None:
            return None
        unit = _UNITS[self.unit_box.currentIndex()][1]
        whole, _, part = match.group(1).replace(",", ".").partition(".")
        # By whole numbers: a fraction of 64 TiB is more than a float holds.
        counted = int(whole + part) * unit
        tenths: int = 10 ** len(part)
        return counted // tenths // SECTOR

    def _choice(self, name: str, words: list[str]) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.addItems(words)
        return box

    def _kind_words(self) -> list[str]:
        words = {
            "monolithicSparse": self.tr("one file that grows"),
            "twoGbMaxExtentSparse": self.tr("files of 2 GiB at most that grow"),
            "monolithicFlat": self.tr("one file with every byte, and a descriptor"),
            "twoGbMaxExtentFlat": self.tr("files of 2 GiB at most with every byte"),
            "vmfs": self.tr("as on a VMware host: every byte, and a descriptor"),
        }
        return [f"{kind}: {words[kind]}" for kind in _kinds()]

    def _lay_out(self) -> None:
        browse = QPushButton(self.tr("Browse…"), self)
        browse.setAccessibleName(self.tr("Browse for the file of the disk"))
        browse.clicked.connect(self._browse)
        form = QFormLayout()
        form.setHorizontalSpacing(theme.STEP * 2)
        form.setVerticalSpacing(theme.STEP)
        file_row, capacity_row = QHBoxLayout(), QHBoxLayout()
        file_row.addWidget(self.path_box, 1)
        file_row.addWidget(browse)
        self.capacity_box.setMaximumWidth(round(120 * theme.zoom()))
        capacity_row.addWidget(self.capacity_box)
        capacity_row.addWidget(self.unit_box)
        capacity_row.addStretch(1)
        self._row(form, self.tr("&File"), self.path_box, file_row)
        self._row(form, self.tr("C&apacity"), self.capacity_box, capacity_row)
        self._row(form, self.tr("&Kind"), self.kind_box, self.kind_box)
        self._row(form, self.tr("A&dapter"), self.adapter_box, self.adapter_box)
        form.addRow("", self.zeroed_box)
        self._row(form, self.tr("&Comment"), self.comment_box, self.comment_box)
        layout = QVBoxLayout(self)
        margin = theme.STEP * 2
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(theme.STEP * 2)
        layout.addWidget(heading(self.tr("New base disk"), self))
        text = self.tr(
            "An empty disk without a parent: every byte reads as zero. Children can be made of it."
        )
        layout.addWidget(told(text, self))
        layout.addLayout(form)
        layout.addWidget(self.reason)
        layout.addWidget(self.buttons)

    def _row(
        self, form: QFormLayout, title: str, box: QWidget, field: QWidget | QHBoxLayout
    ) -> None:
        label = QLabel(title, self)
        label.setBuddy(box)
        form.addRow(label, field)

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("File of the disk"), str(self.path), self.tr("Virtual disks (*.vmdk)")
        )
        if chosen:
            self.path_box.setText(chosen)

    def _check(self) -> None:
        """Say what will be written, or why it cannot be."""
        self.zeroed_box.setEnabled(self.kind_box.currentData() in _SPARSE)
        obstacle = self._obstacle()
        if obstacle:
            self.reason.show_refusal(obstacle)
        else:
            self.reason.show_consent(self._what_is_written())
        button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        button.setText(self.tr("Create") if obstacle else self.tr("Create %s") % self.path.name)
        button.setEnabled(not obstacle and not self._working)

    def _obstacle(self) -> str:
        if not self.path_box.text().strip():
            return self.tr("Give the file of the disk a name.")
        path = self.path
        if path.suffix.casefold() != ".vmdk":
            return self.tr("The name must end in .vmdk.")
        if not path.parent.is_dir():
            return self.tr("There is no folder %s.") % path.parent
        if path.exists():
            return self.tr("%s is there already; nothing is ever overwritten.") % path.name
        return self._wrong_capacity()

    def _wrong_capacity(self) -> str:
        capacity = self.capacity
        if capacity is None:
            return self.tr("The capacity is a number, as in 8 or 1.5.")
        if not 0 < capacity <= _MOST:
            return self.tr("The capacity must be at least one sector and at most 64 TiB.")
        return ""

    def _what_is_written(self) -> str:
        path, kind, capacity = self.path, self.kind_box.currentData(), self.capacity or 0
        room = theme.exact_amount(capacity * SECTOR)
        count = -(-capacity // _PIECE)
        if kind == "monolithicSparse":
            return self.tr("Writes one new file, %s, that holds up to %s.") % (path, room)
        if kind == "twoGbMaxExtentSparse":
            text = self.tr("Writes %s and %d files %s-s001.vmdk … in %s, for up to %s.")
            return text % (path.name, count, path.stem, path.parent, room)
        if kind == "twoGbMaxExtentFlat":
            text = self.tr("Writes %s and %d files %s-f001.vmdk … in %s, together %s.")
            return text % (path.name, count, path.stem, path.parent, room)
        text = self.tr("Writes %s and %s-flat.vmdk in %s, a file of %s.")
        return text % (path.name, path.stem, path.parent, room)

    def _create(self) -> None:
        self._working = True
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(False)
        kind = self.kind_box.currentData()
        request = CreateDisk(
            self.path,
            self.capacity or 0,
            kind,
            self.adapter_box.currentText(),
            self.zeroed_box.isChecked() and kind in _SPARSE,
            self.comment_box.text().strip(),
        )
        self._session.create_disk(request, done=self.accept, failed=self._refused)

    def _refused(self, error: Exception) -> None:
        self._working = False
        self._check()
        self.reason.show_error(error)


def _kinds() -> tuple[str, ...]:
    return core.DISK_KINDS


def _free_name(folder: Path) -> Path:
    number = 1
    path = folder / "disk.vmdk"
    while path.exists():
        number += 1
        path = folder / f"disk-{number}.vmdk"
    return path
