"""A form that asks for a new file: where, with what in it; and what will be written."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

import redoscope_core as core
from redoscope_core.code import Deed
from redoscope_gui import plain, theme
from redoscope_gui.code_button import CodeButton
from redoscope_gui.dialogs.reason import Reason, heading, told
from redoscope_gui.presence import is_folder, is_there
from redoscope_gui.session import Session

__all__ = ["FileForm", "add_row", "beside", "new_form", "stack", "tab_through"]

_WIDTH = 580
_OK = QDialogButtonBox.StandardButton.Ok


class FileForm(QDialog):
    """Asks for a file that is to be made. It closes when the file is there.

    A dialog of this kind adds its rows to `form` and says what is asked, what stands in the
    way beyond the name, what will be written, and how it is made.
    """

    def __init__(
        self, session: Session, suggested: Path, what: str, parent: QWidget | None = None
    ) -> None:
        """Suggest a name for *what*, "the child" or "the disk"."""
        super().__init__(parent)
        self._session = session
        self._folder = suggested.parent
        self._working = False
        self.setMinimumWidth(_WIDTH)
        self._file_name = self.tr("File of %s") % what
        self.path_box = QLineEdit(str(suggested), self)
        plain.set_name(self.path_box, self._file_name)
        self.comment_box = QLineEdit(self)
        plain.set_name(self.comment_box, self.tr("Comment"))
        self.reason = Reason(self)
        buttons = _OK | QDialogButtonBox.StandardButton.Cancel
        self.buttons = QDialogButtonBox(buttons, self)
        self.code_button = CodeButton(self._deeds, self)
        self.buttons.addButton(self.code_button, QDialogButtonBox.ButtonRole.HelpRole)
        self.buttons.accepted.connect(self._create)
        self.buttons.rejected.connect(self.reject)
        self.form = new_form()
        self.path_box.textChanged.connect(self.check)

    @property
    def path(self) -> Path:
        """Where the file is to be."""
        typed = Path(os.path.expanduser(self.path_box.text().strip()))  # noqa: PTH111 - of ~nobody too
        return typed if typed.is_absolute() else self._folder / typed

    def choice(self, name: str, words: Sequence[str], data: Sequence[object] = ()) -> QComboBox:
        """Return a box of *words*, each with its *data*; the form is checked after a choice."""
        box = QComboBox(self)
        plain.set_name(box, name)
        for number, text in enumerate(words):
            plain.add_item(box, text, data[number] if data else text)
        box.currentIndexChanged.connect(self.check)
        return box

    def add_file_row(self) -> None:
        """Ask for the file, in the next row."""
        browse = QPushButton(self.tr("Browse…"), self)
        plain.set_name(browse, self.tr("Browse: %s") % self._file_name)
        browse.clicked.connect(self._browse)
        add_row(self.form, self.tr("&File"), self.path_box, beside(self.path_box, browse))

    def show_form(self, title: str, text: str) -> None:
        """Lay everything out below *title* and *text*, and check it."""
        stack(self, (heading(title, self), told(text, self), self.form, self.reason, self.buttons))
        tab_through(self.form, self.buttons)
        self.check()
        self.path_box.setFocus()

    def is_of_disk(self) -> bool:
        """Return whether the file is to be called as a virtual disk is."""
        return True

    def obstacle(self) -> str:
        """Return what stands in the way beyond the name of the file; nothing if it is fine."""
        return ""

    # Qt's classes don't go with ABC; mypy holds a dialog to these two without it.
    @abstractmethod
    def what_is_written(self) -> str:
        """Return what will be written, in words."""

    def deed(self) -> Deed | None:
        """Return what is done if the form is right, to be shown as code; None if nothing can be."""
        return None

    @abstractmethod
    def make_file(self, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Have it made; *done* or *failed* is called when that is over."""

    def check(self) -> None:
        """Say what will be written, or why it cannot be."""
        obstacle = self._wrong_file() or self.obstacle()
        self.code_button.refresh()
        if obstacle:
            self.reason.show_refusal(obstacle)
        else:
            self.reason.show_consent(self.what_is_written())
        button = self.buttons.button(_OK)
        words = (
            self.tr("Create")
            if obstacle
            else self.tr("Create %s") % plain.shortened(self.path.name)
        )
        button.setText(plain.caption(words))
        button.setEnabled(not obstacle and not self._working)

    def _wrong_file(self) -> str:
        if not self.path_box.text().strip():
            return self.tr("Give the file a name.")
        path = self.path
        if self.is_of_disk() and not core.named_as_disk(path):
            return self.tr("The name must end in .vmdk.")
        if not is_folder(path.parent):
            return self.tr("There is no folder %s.") % path.parent
        if is_there(path):
            return self.tr("%s is there already; nothing is ever overwritten.") % path.name
        return ""

    def _deeds(self) -> Sequence[Deed]:
        deed = None if self._wrong_file() or self.obstacle() else self.deed()
        return () if deed is None else (deed,)

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, self._file_name, str(self.path), self.tr("Virtual disks (*.vmdk)")
        )
        if chosen:
            self.path_box.setText(chosen)

    def _create(self) -> None:
        self._working = True
        self.buttons.button(_OK).setEnabled(False)
        self.make_file(self.accept, self._refused)

    def _refused(self, error: Exception) -> None:
        self._working = False
        self.check()
        self.reason.show_error(error)


def new_form() -> QFormLayout:
    """Return a form in the rhythm of all dialogs."""
    form = QFormLayout()
    form.setHorizontalSpacing(theme.STEP * 2)
    form.setVerticalSpacing(theme.STEP)
    return form


def add_row(
    form: QFormLayout, title: str, box: QWidget, field: QWidget | QHBoxLayout | None = None
) -> None:
    """Add a row whose *title* leads to *box*; *field* is what stands there if it holds more."""
    label = plain.Label(title, box.parentWidget())
    label.setBuddy(box)
    form.addRow(label, box if field is None else field)


def beside(*widgets: QWidget) -> QHBoxLayout:
    """Return *widgets* in a row; the first takes the room that is left."""
    row = QHBoxLayout()
    row.setSpacing(theme.STEP)
    for number, widget in enumerate(widgets):
        row.addWidget(widget, 0 if number else 1)
    return row


def tab_through(form: QFormLayout, buttons: QWidget) -> None:
    """Have the Tab key go through *form* as it is read, then to *buttons*."""
    for before, after in pairwise((*_fields(form), buttons)):
        QWidget.setTabOrder(before, after)


def _fields(layout: QLayout) -> Iterator[QWidget]:
    """Yield the widgets of *layout* that take the focus, from the first on."""
    for item in filter(None, (layout.itemAt(number) for number in range(layout.count()))):
        widget, inner = item.widget(), item.layout()
        if inner is not None:
            yield from _fields(inner)
        elif widget is not None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget


def stack(dialog: QDialog, parts: Sequence[QWidget | QFormLayout]) -> None:
    """Lay the *parts* of *dialog* below each other."""
    layout = QVBoxLayout(dialog)
    margin = theme.STEP * 2
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(theme.STEP * 2)
    for part in parts:
        if isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)
