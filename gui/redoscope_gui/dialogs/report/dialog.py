"""The dialog: which forms into which folder, what stands at the head, and how it will look."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from redoscope_core import Leniency, ReportHead, VmdkError
from redoscope_core.code import Deed
from redoscope_gui import plain, theme
from redoscope_gui.code_button import CodeButton
from redoscope_gui.dialogs.file_form import add_row, beside, new_form, tab_through
from redoscope_gui.dialogs.reason import Reason, heading, told
from redoscope_gui.dialogs.report.working import Working
from redoscope_gui.presence import is_folder, is_there, lies_beside
from redoscope_gui.printing.sheets import SheetView
from redoscope_gui.requests import CompareGenerations, MakeReport, PreviewReport, ReportWritten
from redoscope_gui.session import JobState, Session

if TYPE_CHECKING:
    from redoscope_core import Printed

__all__ = ["ReportDialog"]

_SIZE = (1180, 720)
_FORM = 440
_OK = QDialogButtonBox.StandardButton.Ok
_ROLE = QDialogButtonBox.ButtonRole


class ReportDialog(QDialog):
    """Asks for a report of the one comparison, and shows what comes of it.

    The two generations are those that were compared when it was opened. It is not modal: the
    window goes on while a report is made, and the job with it if the dialog is closed.
    """

    def __init__(
        self,
        session: Session,
        pair: CompareGenerations,
        a: Path,
        folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        """Suggest *folder* for a report of *pair*, of which A is the generation of link *a*."""
        super().__init__(parent)
        self._session, self._pair, self._a = session, pair, a
        self._base = folder.parent
        self.written: ReportWritten | None = None
        """The report that was made, once it is."""
        plain.set_title(self, self.tr("Report"))
        self.folder_box = self._line(self.tr("Folder of the report"), str(folder))
        self.title_box = self._line(self.tr("Title"))
        self.number_box = self._line(self.tr("Case number"))
        self.examiner_box = self._line(self.tr("Examiner"))
        self.trail_box = self._line(self.tr("Trail"))
        self.form_boxes = {name: self._form_box(name, words) for name, words in self._forms()}
        self.beside_box = QCheckBox(self.tr("&Let it lie beside the evidence"), self)
        self.reason = Reason(self)
        self.working = Working(session, self)
        self.sheet = SheetView(self)
        plain.set_name(self.sheet, self.tr("Preview of the report"))
        self.sheet.setPlaceholderText(
            self.tr(
                "Preview shows here what the report would begin with. Nothing is written for it."
            )
        )
        self._make_buttons()
        self._lay_out()
        boxes = (self.folder_box, self.title_box, self.number_box, self.examiner_box)
        for box in (*boxes, self.trail_box):
            box.textChanged.connect(self._check)
        for each in (*self.form_boxes.values(), self.beside_box):
            each.toggled.connect(self._check)
        session.job_changed.connect(self._follow)
        self._check()
        self.folder_box.setFocus()

    def _line(self, name: str, text: str = "") -> QLineEdit:
        box = QLineEdit(text, self)
        plain.set_name(box, name)
        return box

    def _forms(self) -> tuple[tuple[str, str], ...]:
        return (
            ("json", self.tr("JSON, the truth")),
            ("html", self.tr("HTML, to read")),
            ("pdf", self.tr("PDF/A, to print")),
            ("csv", self.tr("CSV, for spreadsheets")),
            ("dfxml", self.tr("DFXML")),
            ("bodyfile", self.tr("bodyfile")),
        )

    def _form_box(self, name: str, words: str) -> QCheckBox:
        box = QCheckBox(words, self)
        box.setChecked(True)
        if name == "json":
            box.setEnabled(False)
            plain.set_tip(box, self.tr("All other forms are made of it"))
        return box

    def _make_buttons(self) -> None:
        self.buttons = QDialogButtonBox(_OK | QDialogButtonBox.StandardButton.Close, self)
        self.buttons.button(_OK).setText(self.tr("&Make the report"))
        self.preview_button = self._button(self.tr("&Preview"), _ROLE.ActionRole)
        self.open_button = self._button(self.tr("&Open its folder"), _ROLE.ActionRole)
        self.copy_button = self._button(self.tr("&Copy its path"), _ROLE.ActionRole)
        self.code_button = CodeButton(self._deeds, self)
        self.buttons.addButton(self.code_button, _ROLE.HelpRole)
        self.buttons.accepted.connect(self._make)
        self.buttons.rejected.connect(self.reject)
        self.preview_button.clicked.connect(self._preview)
        self.open_button.clicked.connect(self._open)
        self.copy_button.clicked.connect(self._copy)

    def _button(self, words: str, role: QDialogButtonBox.ButtonRole) -> QPushButton:
        button = QPushButton(words, self)
        button.setAutoDefault(False)
        self.buttons.addButton(button, role)
        return button

    def _lay_out(self) -> None:
        words = self.tr(
            "What changed from A to B, so that another program can check it: evidence with "
            "digests, files, ranges, and the commands that work all of it out again."
        )
        side = QWidget(self)
        side.setFixedWidth(round(_FORM * theme.zoom()))
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(theme.STEP + theme.HALF)
        for part in (heading(self.tr("Report"), self), told(words, self)):
            left.addWidget(part)
        left.addLayout(self._form())
        left.addStretch(1)
        left.addWidget(self.reason)
        middle = QHBoxLayout()
        middle.setSpacing(theme.STEP * 2)
        middle.addWidget(side)
        middle.addWidget(self.sheet, 1)
        layout = QVBoxLayout(self)
        margin = theme.STEP * 2
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(theme.STEP + theme.HALF)
        layout.addLayout(middle, 1)
        layout.addWidget(self.working)
        layout.addWidget(self.buttons)
        tab_through(self.form, self.buttons)
        self.resize(*(round(side * theme.zoom()) for side in _SIZE))

    def _form(self) -> QFormLayout:
        self.form = new_form()
        add_row(self.form, self.tr("From A"), plain.Label(self._a.name, self))
        add_row(self.form, self.tr("To B"), plain.Label(self._pair.path.name, self))
        browse = QPushButton(self.tr("Browse…"), self)
        browse.setAutoDefault(False)
        plain.set_name(browse, self.tr("Browse for the folder of the report"))
        browse.clicked.connect(self._browse)
        row = beside(self.folder_box, browse)
        add_row(self.form, self.tr("&Folder"), self.folder_box, row)
        add_row(self.form, "", self.beside_box)
        add_row(self.form, self.tr("&Title"), self.title_box)
        add_row(self.form, self.tr("Case &number"), self.number_box)
        add_row(self.form, self.tr("E&xaminer"), self.examiner_box)
        add_row(self.form, self.tr("T&rail"), self.trail_box)
        self.examiner_box.setPlaceholderText(self.tr("who is logged in"))
        self.trail_box.setPlaceholderText(self.tr("a file to put a record behind, or none"))
        forms = QGridLayout()
        forms.setVerticalSpacing(theme.STEP)
        for number, box in enumerate(self.form_boxes.values()):
            forms.addWidget(box, number // 2, number % 2)
        holder = QWidget(self)
        holder.setLayout(forms)
        forms.setContentsMargins(0, 0, 0, 0)
        add_row(self.form, self.tr("Forms"), self.form_boxes["html"], holder)
        return self.form

    # --- what is asked -----------------------------------------------------------------------

    @property
    def folder(self) -> Path:
        """Where the report is to be."""
        return self._path(self.folder_box.text())

    def _path(self, text: str) -> Path:
        typed = Path(os.path.expanduser(text.strip()))  # noqa: PTH111 - of ~nobody too
        return typed if typed.is_absolute() else self._base / typed

    @property
    def said(self) -> ReportHead:
        """What stands at the head of the report."""
        boxes = (self.title_box, self.number_box, self.examiner_box)
        return ReportHead(*(box.text().strip() for box in boxes))

    @property
    def request(self) -> MakeReport:
        """What the form asks for."""
        forms = tuple(name for name, box in self.form_boxes.items() if box.isChecked())
        trail = self.trail_box.text().strip()
        return MakeReport(
            *(self._pair, self._a, self.folder, forms, self.said),
            beside=self.beside_box.isChecked(),
            trail=self._path(trail) if trail else None,
        )

    def _obstacle(self) -> str:
        if not self.folder_box.text().strip():
            return self.tr("Name a folder.")
        if is_there(self.folder) and not is_folder(self.folder):
            return self.tr("%s is a file, and no folder.") % self.folder.name
        evidence = (self._a, self._pair.path)
        if not self.beside_box.isChecked() and lies_beside(self.folder, evidence):
            return self.tr(
                "That lies beside the evidence: choose a folder apart from it, or let it lie there."
            )
        return ""

    def _deeds(self) -> Sequence[Deed]:
        deed = None if self._obstacle() else self.request.deed
        return () if deed is None else (deed,)

    def _check(self, _changed: object = None) -> None:
        """Say what will be written, or why it can't be."""
        obstacle = self._obstacle()
        self.code_button.refresh()
        self._set_buttons()
        if obstacle:
            self.reason.show_refusal(obstacle)
            return
        made = "" if is_there(self.folder) else self.tr(" The folder is made.")
        words = self.tr("Writes new files into %s; no disk changes.%s")
        self.reason.show_consent(words % (self.folder, made))

    def _set_buttons(self) -> None:
        busy, there = self.working.is_busy, self.written is not None
        self.buttons.button(_OK).setEnabled(not busy and not self._obstacle())
        self.preview_button.setEnabled(not busy)
        self.open_button.setEnabled(there)
        self.copy_button.setEnabled(there)

    def _browse(self) -> None:
        title = self.tr("Folder of the report")
        chosen = QFileDialog.getExistingDirectory(self, title, str(self.folder.parent))
        if chosen:
            self.folder_box.setText(chosen)

    # --- what is done ------------------------------------------------------------------------

    def _make(self) -> None:
        self.written = None
        self.reason.show_question(self.tr("The report is being made."))
        self.working.follow(self._session.reports.make(self.request, self._made, self._failed))
        self._set_buttons()

    def _preview(self) -> None:
        self.reason.show_question(self.tr("What differs is being looked for."))
        request = PreviewReport(self._pair, self.said)
        job = self._session.reports.preview(request, self._show_preview, self._failed)
        self.working.follow(job)
        self._set_buttons()

    def _show_preview(self, printed: Printed) -> None:
        self.sheet.show_sheet(printed, theme.ui_font(0.8))
        self._check()

    def _made(self, made: ReportWritten) -> None:
        self.written = made
        words = self.tr(
            "{files} files in {folder}: {sectors} sectors changed, in {ranges} ranges. SHA-256 of "
            "the manifest, to be kept elsewhere:"
        ).format(
            files=made.files,
            folder=made.folder.name,
            sectors=theme.grouped(made.sectors),
            ranges=theme.grouped(made.ranges),
        )
        digest = plain.breakable_every(made.manifest_sha256, 8)
        if not made.is_unchanged:
            more = self.tr("A file of the evidence changed meanwhile, or can't be read whole.")
            self.reason.show_refusal(plain.lines(words, digest, more))
        elif made.is_partial:
            more = self.tr("Something could not be read; the report says what.")
            self.reason.show_refusal(plain.lines(words, digest, more))
        else:
            self.reason.show_consent(plain.lines(words, digest))
        self._set_buttons()
        self.open_button.setFocus()

    def _failed(self, error: Exception) -> None:
        self._set_buttons()
        self.reason.show_error(error)
        if isinstance(error, VmdkError) and error.leniency is Leniency.BESIDE_EVIDENCE:
            self.beside_box.setFocus()

    def _follow(self, job: object) -> None:
        """Say that the work was stopped: nobody is told of that otherwise."""
        if job is self.working.job and self.working.job is not None and self.working.job.over:
            self._set_buttons()
            if self.working.job.state is JobState.CANCELLED:
                self.reason.show_question(self.tr("Stopped; nothing of it is left."))

    def _open(self) -> None:
        if self.written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.written.folder)))

    def _copy(self) -> None:
        if self.written is not None:
            QGuiApplication.clipboard().setText(str(self.written.folder))
            self._session.message.emit(self.tr("Copied %s") % self.written.folder)
