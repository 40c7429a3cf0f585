"""Make a new base disk: where, how large, of which kind; and what will be written."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget
from typing_extensions import override

import redoscope_core as core
from redoscope_core import SECTOR
from redoscope_core.code import Deed
from redoscope_gui import plain, theme
from redoscope_gui.dialogs.file_form import FileForm, add_row, beside
from redoscope_gui.presence import is_there
from redoscope_gui.requests import CreateDisk
from redoscope_gui.session import Session

__all__ = ["NewDiskDialog"]

_UNITS = (("MiB", 2**20), ("GiB", 2**30), ("TiB", 2**40))


class NewDiskDialog(FileForm):
    """Asks for a new disk. It closes, and the disk is opened, when the disk is there."""

    def __init__(self, session: Session, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(session, _free_name(folder), "the disk", parent)
        plain.set_title(self, self.tr("New disk"))
        self.capacity_box = QLineEdit("8", self)
        plain.set_name(self.capacity_box, self.tr("Capacity"))
        self.unit_box = self.choice(self.tr("Unit of the capacity"), [u for u, _ in _UNITS])
        self.kind_box = self.choice(
            self.tr("Kind of the disk"), self._kind_words(), core.DISK_KINDS
        )
        self.adapter_box = self.choice(self.tr("Adapter"), core.ADAPTERS)
        self.zeroed_box = QCheckBox(self.tr("Grains of &zeros take no room (zeroed grains)"), self)
        plain.set_tip(
            self.zeroed_box,
            self.tr(
                "A grain written with zeros is only marked. Some programs misread such grains."
            ),
        )
        self.comment_box.setPlaceholderText(self.tr("What this disk is for (optional)"))
        self._add_rows()
        self.show_form(
            self.tr("New base disk"),
            self.tr(
                "An empty disk without a parent: every byte reads as zero. Children can be made "
                "of it."
            ),
        )
        self.unit_box.setCurrentIndex(1)
        self.adapter_box.setCurrentText(core.USUAL_ADAPTER)
        self.capacity_box.textChanged.connect(self.check)
        self.comment_box.textChanged.connect(self.code_button.refresh)
        self.zeroed_box.toggled.connect(self.code_button.refresh)

    def _add_rows(self) -> None:
        self.add_file_row()
        self.capacity_box.setMaximumWidth(round(120 * theme.zoom()))
        capacity_row = beside(self.capacity_box, self.unit_box)
        capacity_row.addStretch(1)
        add_row(self.form, self.tr("C&apacity"), self.capacity_box, capacity_row)
        add_row(self.form, self.tr("&Kind"), self.kind_box)
        add_row(self.form, self.tr("A&dapter"), self.adapter_box)
        self.form.addRow("", self.zeroed_box)
        add_row(self.form, self.tr("&Comment"), self.comment_box)

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

    @property
    def _pieces(self) -> core.DiskPieces:
        return core.DiskPieces(self.path, str(self.kind_box.currentData()), self.capacity or 0)

    def _kind_words(self) -> list[str]:
        words = {
            "monolithicSparse": self.tr("one file that grows"),
            "twoGbMaxExtentSparse": self.tr("files of 2 GiB at most that grow"),
            "monolithicFlat": self.tr("one file with every byte, and a descriptor"),
            "twoGbMaxExtentFlat": self.tr("files of 2 GiB at most with every byte"),
            "vmfs": self.tr("as on a VMware host: every byte, and a descriptor"),
        }
        return [f"{kind}: {words[kind]}" for kind in core.DISK_KINDS]

    @override
    def check(self) -> None:
        self.zeroed_box.setEnabled(self._pieces.is_sparse)
        super().check()

    @override
    def obstacle(self) -> str:
        capacity = self.capacity
        if capacity is None:
            return self.tr("The capacity is a number, as in 8 or 1.5.")
        if not 0 < capacity <= core.MAX_NEW_CAPACITY:
            text = self.tr("The capacity must be at least one sector and at most %s.")
            return text % theme.amount(core.MAX_NEW_CAPACITY * SECTOR)
        return ""

    @override
    def what_is_written(self) -> str:
        path, pieces = self.path, self._pieces
        room = theme.exact_amount(pieces.capacity * SECTOR)
        first, folder = pieces.name(1), path.parent
        if pieces.is_one_file:
            return self.tr("Writes one new file, %s, that holds up to %s.") % (path, room)
        if not pieces.is_split:
            text = self.tr("Writes %s and %s in %s, a file of %s.")
            return text % (path.name, first, folder, room)
        text = (
            self.tr("Writes %s and %d files %s … in %s, for up to %s.")
            if pieces.is_sparse
            else self.tr("Writes %s and %d files %s … in %s, together %s.")
        )
        return text % (path.name, pieces.count, first, folder, room)

    @property
    def _request(self) -> CreateDisk:
        pieces = self._pieces
        return CreateDisk(
            pieces.path,
            pieces.capacity,
            pieces.kind,
            self.adapter_box.currentText(),
            self.zeroed_box.isChecked() and pieces.is_sparse,
            self.comment_box.text().strip(),
        )

    @override
    def deed(self) -> Deed:
        return self._request.deed

    @override
    def make_file(self, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        self._session.making.create_disk(self._request, done=done, failed=failed)


def _free_name(folder: Path) -> Path:
    number = 1
    path = folder / "disk.vmdk"
    while is_there(path):
        number += 1
        path = folder / f"disk-{number}.vmdk"
    return path
