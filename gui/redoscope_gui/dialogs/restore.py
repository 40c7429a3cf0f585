"""Restore: which point, to which new disk, of which kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QWidget
from typing_extensions import override

import redoscope_core as core
from redoscope_core.code import Deed
from redoscope_gui import plain, theme
from redoscope_gui.dialogs.file_form import FileForm, add_row
from redoscope_gui.presence import is_there
from redoscope_gui.requests import RestorePoint
from redoscope_gui.session import Session

__all__ = ["RestoreDialog"]

_RAW = "raw"


class RestoreDialog(FileForm):
    """Asks for a point of the folder that is shown, and has the session restore it as a job."""

    def __init__(self, session: Session, place: Path, parent: QWidget | None = None) -> None:
        """Suggest a name in the folder *place*."""
        backups = session.backups
        chosen = backups.point
        stem = "restored" if chosen is None else f"{chosen.name}-restored"
        super().__init__(session, _free_name(place, stem), "the disk", parent)
        self.comment_box.hide()
        plain.set_title(self, self.tr("Restore"))
        points = () if backups.shelf is None else backups.shelf.points
        words = [
            f"{each.head.number}  {each.name}  ({each.head.kind.value}, {each.head.made})"
            for each in points
        ]
        self.point_box = self.choice(self.tr("Point to restore"), words, [p.name for p in points])
        self.kind_box = self.choice(self.tr("Kind of the disk"), core.CLONE_KINDS)
        if chosen is not None:
            self.point_box.setCurrentIndex(self.point_box.findData(chosen.name))
        self.kind_box.setCurrentIndex(max(self.kind_box.findData("monolithicSparse"), 0))
        self.kind_box.currentIndexChanged.connect(self._rename)
        self.opened = QCheckBox(self.tr("&Open it when it is there"), self)
        plain.set_name(self.opened, self.tr("Open it when it is there"))
        add_row(self.form, self.tr("&Point"), self.point_box)
        self.add_file_row()
        add_row(self.form, self.tr("&Kind"), self.kind_box)
        self.form.addRow("", self.opened)
        self.show_form(
            self.tr("Restore a point"),
            self.tr(
                "A new disk that reads as the backed up one did. Every stream and manifest that is "
                "needed is proved first: what is missing or damaged is named, and nothing is "
                "written then."
            ),
        )

    @override
    def is_of_disk(self) -> bool:
        return str(self.kind_box.currentData()) != _RAW

    def _rename(self, _kind: int) -> None:
        """Have the name end as a file of the chosen kind does."""
        before, after = (".vmdk", ".raw") if not self.is_of_disk() else (".raw", ".vmdk")
        if self.path_box.text().endswith(before):
            self.path_box.setText(self.path_box.text().removesuffix(before) + after)

    @override
    def obstacle(self) -> str:
        return "" if self.point_box.count() else self.tr("No folder of backups is shown.")

    @override
    def what_is_written(self) -> str:
        shelf = self._session.backups.shelf
        name = self.point_box.currentData()
        points = () if shelf is None else shelf.points
        point = next((each for each in points if each.name == name), None)
        disk = 0 if point is None else point.head.capacity * core.SECTOR
        words = self.tr("Writes %s, a disk of %s; no backup changes.")
        return words % (self.path, theme.amount(disk))

    @property
    def _request(self) -> RestorePoint | None:
        folder = self._session.backups.folder
        if folder is None:
            return None
        point, kind = str(self.point_box.currentData()), str(self.kind_box.currentData())
        return RestorePoint(folder, point, self.path, kind)

    @override
    def deed(self) -> Deed | None:
        request = self._request
        return None if request is None else request.deed

    @override
    def make_file(self, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        request = self._request
        if request is not None:
            done()
            self._session.backups.restore(request, opened=self.opened.isChecked())


def _free_name(folder: Path, stem: str) -> Path:
    """Return a name in *folder* that is not taken."""
    number, path = 1, folder / f"{stem}.vmdk"
    while is_there(path):
        number += 1
        path = folder / f"{stem}-{number}.vmdk"
    return path
