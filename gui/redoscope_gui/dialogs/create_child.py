"""Create a child: of which link, where, of which kind; and what will be written."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget
from typing_extensions import override

import redoscope_core as core
from redoscope_core.code import Deed
from redoscope_gui import plain
from redoscope_gui.dialogs.file_form import FileForm, add_row
from redoscope_gui.presence import is_there
from redoscope_gui.requests import CreateChild
from redoscope_gui.session import Session

__all__ = ["CreateChildDialog"]


class CreateChildDialog(FileForm):
    """Asks for a new child of link *parent*. It closes when the child is there."""

    def __init__(self, session: Session, parent_link: Path, parent: QWidget | None = None) -> None:
        self._link = parent_link
        super().__init__(session, _free_name(parent_link), "the child", parent)
        plain.set_title(self, self.tr("Create child"))
        words = {
            "monolithicSparse": self.tr("one file that grows"),
            "twoGbMaxExtentSparse": self.tr("files of 2 GiB at most"),
        }
        kinds = [f"{kind}: {words[kind]}" for kind in core.CHILD_KINDS]
        self.kind_box = self.choice(self.tr("Kind of the child"), kinds, core.CHILD_KINDS)
        self.comment_box.textChanged.connect(self.code_button.refresh)
        self.comment_box.setPlaceholderText(self.tr("What this generation is for (optional)"))
        name = plain.Label(plain.shortened(parent_link.name), self)
        plain.set_tip(name, str(parent_link))
        self.form.addRow(plain.Label(self.tr("Parent"), self), name)
        self.add_file_row()
        add_row(self.form, self.tr("&Kind"), self.kind_box)
        add_row(self.form, self.tr("&Comment"), self.comment_box)
        self.show_form(
            self.tr("New child of %s") % plain.shortened(parent_link.name), self._what_it_is()
        )

    @property
    def _kind(self) -> str:
        return str(self.kind_box.currentData())

    def _what_it_is(self) -> str:
        forest = self._session.forest
        node = None if forest is None else forest.nodes.get(self._link)
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

    @override
    def what_is_written(self) -> str:
        path = self.path
        # As large as its parent; what the first file is called does not depend on that.
        pieces = core.DiskPieces(path, self._kind, 1)
        if pieces.is_one_file:
            files = self.tr("Writes one new file, %s.") % path
        else:
            files = self.tr("Writes new files in %s: %s, and one of the kind %s for each 2 GiB.")
            files = files % (path.parent, path.name, pieces.name(1))
        words = [files, self.tr("Not a byte of %s changes.") % self._link.name]
        if core.lies_elsewhere(self._link, path):
            words.append(
                self.tr(
                    "It is not beside its parent, which is remembered for this user: as long "
                    "as it is there the parent can't be written."
                )
            )
        return " ".join(words)

    @override
    def deed(self) -> Deed:
        comment = self.comment_box.text().strip()
        policy = self._session.policy
        return CreateChild(self._link, self.path, self._kind, comment, policy=policy).deed

    @override
    def make_file(self, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        comment = self.comment_box.text().strip()
        self._session.create_child(
            self.path, self._kind, comment, parent=self._link, done=done, failed=failed
        )


def _free_name(parent: Path) -> Path:
    """Return the next name of the series that *parent* belongs to, beside it."""
    match = re.fullmatch(r"(.*?)(\d+)", parent.stem)
    stem, number, width = parent.stem + "-", 0, 6
    if match is not None:
        stem, number, width = match.group(1), int(match.group(2)), len(match.group(2))
    while True:
        number += 1
        path = parent.with_name(f"{stem}{number:0{width}d}.vmdk")
        if not is_there(path):
            return path
