"""Attach a child to a parent: the engine says beforehand whether that can be done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from typing_extensions import override

from redoscope_core.code import Attach, AttachForGood, Deed
from redoscope_gui import plain, theme
from redoscope_gui.code_button import CodeButton
from redoscope_gui.dialogs.file_form import add_row, beside, new_form, stack, tab_through
from redoscope_gui.dialogs.reason import Reason, heading, told
from redoscope_gui.requests import Verdict
from redoscope_gui.requests.changing import AttachPlanned, PlanAttach, WriteAttach
from redoscope_gui.requests.coded import opening_of
from redoscope_gui.session import Session

__all__ = ["AttachDialog"]

_WIDTH = 560


class AttachDialog(QDialog):
    """Asks for a child and a parent, and shows at once what the engine would say.

    Enter before the engine has answered is kept: the two are attached once it says that they fit.
    """

    def __init__(
        self, session: Session, child: Path | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._waiting = False
        """Whether the engine has not answered yet."""
        self._entered = False
        """Whether Enter was pressed while it had not."""
        self._attaching = False
        plain.set_title(self, self.tr("Attach"))
        self.setMinimumWidth(_WIDTH)
        self.child_box = self._link_box(self.tr("Child to attach"))
        self.parent_box = self._link_box(self.tr("Parent to attach it to"))
        self.lasting = QCheckBox(
            self.tr("&Write it down: the child names this parent from now on"), self
        )
        plain.set_name(self.lasting, self.tr("Write it down"))
        hint = self.tr("Changes the text of the child alone; what was there is saved beside it")
        plain.set_tip(self.lasting, hint)
        plain.set_description(self.lasting, hint)
        self.preview = QPlainTextEdit(self)
        self.preview.setReadOnly(True)
        self.preview.setTabChangesFocus(True)
        self.preview.setFont(theme.number_font(0.95))
        self.preview.setFixedHeight(self.fontMetrics().lineSpacing() * 6)
        plain.set_name(self.preview, self.tr("What will be written"))
        self.preview.hide()
        self._planned: AttachPlanned | None = None
        self.reason = Reason(self)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(self.tr("Attach"))
        self.code_button = CodeButton(self._deeds, self)
        self.buttons.addButton(self.code_button, QDialogButtonBox.ButtonRole.HelpRole)
        self.buttons.accepted.connect(self._attach)
        self.buttons.rejected.connect(self.reject)
        self._choose_first(child or session.cursor.path)
        self._lay_out()
        self.child_box.currentIndexChanged.connect(self._check)
        self.parent_box.currentIndexChanged.connect(self._check)
        self.lasting.toggled.connect(self._check)
        # The answer to a question asked before another chain was chosen never comes.
        session.chain_changed.connect(self._check)
        self._check()
        self.child_box.setFocus()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._waiting and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._entered = True
            self._say_that_it_checks()
            return
        super().keyPressEvent(event)

    @override
    def reject(self) -> None:
        self._waiting = self._entered = False
        super().reject()

    def _link_box(self, name: str) -> QComboBox:
        box = plain.ComboBox(self)
        plain.set_name(box, name)
        if self._session.forest is not None:
            for path in self._session.forest.nodes:
                plain.add_item(box, plain.shortened(path.name), str(path), hint=str(path))
        return box

    def _choose_first(self, child: Path | None) -> None:
        """Begin with *child* and the parent it names; else the links that come first."""
        forest = self._session.forest
        if forest is None or child is None:
            return
        self.child_box.setCurrentIndex(max(self.child_box.findData(str(child)), 0))
        node = forest.nodes.get(child)
        wanted = node.parent if node is not None else None
        if wanted is None and node is not None:
            same = [p for p, other in forest.nodes.items() if other.cid == node.parent_cid]
            wanted = same[0] if same else None
        if wanted is not None:
            self.parent_box.setCurrentIndex(max(self.parent_box.findData(str(wanted)), 0))

    def _lay_out(self) -> None:
        form = new_form()
        rows = ((self.tr("&Child"), self.child_box), (self.tr("&Parent"), self.parent_box))
        for title, box in rows:
            add_row(form, title, box, self._with_browse(box))
        text = self.tr(
            "The two are joined and read as one disk in this window. They fit if the child was "
            "made from the present content of the parent (the content IDs are equal) and both have "
            "the same capacity. No file changes, unless it is written down."
        )
        head = heading(self.tr("Attach a child to a parent"), self)
        parts = (form, self.lasting, self.preview, self.reason, self.buttons)
        stack(self, (head, told(text, self), *parts))
        tab_through(form, self.buttons)

    def _with_browse(self, box: QComboBox) -> QHBoxLayout:
        browse = QPushButton(self.tr("Browse…"), self)
        plain.set_name(browse, self.tr("Browse: %s") % box.accessibleName())
        browse.clicked.connect(lambda: self._browse(box))
        return beside(box, browse)

    def _browse(self, box: QComboBox) -> None:
        folder = str(Path(box.currentData()).parent) if box.count() else ""
        chosen, _ = QFileDialog.getOpenFileName(
            self, box.accessibleName(), folder, self.tr("Virtual disks (*.vmdk)")
        )
        if chosen:
            if box.findData(chosen) < 0:
                plain.add_item(box, Path(chosen).name, chosen)
            box.setCurrentIndex(box.findData(chosen))

    def _deeds(self) -> Sequence[Deed]:
        child, parent = self.child_box.currentData(), self.parent_box.currentData()
        if not child or not parent:
            return ()
        kind = AttachForGood if self.lasting.isChecked() else Attach
        return (kind(Path(child), Path(parent), opening_of(self._session.policy)),)

    def _check(self) -> None:
        self.code_button.refresh()
        if self._attaching:
            return
        self._allow(allowed=False)
        self._waiting = self._entered = False
        self._planned = None
        if self.preview.isHidden() == self.lasting.isChecked():
            self.preview.setVisible(self.lasting.isChecked())
            layout = self.layout()
            if layout is not None:
                layout.activate()
            self.adjustSize()
        self.preview.clear()
        words = self.tr("Attach and write") if self.lasting.isChecked() else self.tr("Attach")
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(words)
        child, parent = self.child_box.currentData(), self.parent_box.currentData()
        if not child or not parent:
            self.reason.show_question(self.tr("Choose a child and a parent."))
            return
        self._waiting = True
        self._say_that_it_checks()
        self._session.why_not_attach(Path(child), Path(parent), self._judge)

    def _say_that_it_checks(self) -> None:
        words = self.tr("Checking whether the two fit…")
        if self._entered:
            words = self.tr("Checking whether the two fit; they are attached as soon as they do.")
        self.reason.show_question(words)

    def _judge(self, verdict: Verdict) -> None:
        shown = (self.child_box.currentData(), self.parent_box.currentData())
        if not self._waiting or shown != (str(verdict.child), str(verdict.parent)):
            return
        entered = self._entered
        self._waiting = self._entered = False
        if verdict.reason is not None:
            self.reason.show_error(verdict.reason)
            return
        if self.lasting.isChecked():
            self._waiting = True  # and Enter is not kept: what is written is seen first
            request = PlanAttach(verdict.child, verdict.parent, self._session.policy)
            self._session.making.plan_attach(request, self._show_plan, self._refused)
            return
        text = self.tr("%s can be attached to %s.")
        self._consent(text % (verdict.child.name, verdict.parent.name), entered=entered)

    def _show_plan(self, planned: AttachPlanned) -> None:
        """Show what would be written, byte by byte, before it is."""
        shown = (self.child_box.currentData(), self.parent_box.currentData())
        if not self._waiting or shown != (str(planned.child), str(planned.parent)):
            return
        self._waiting = self._entered = False
        self._planned = planned
        self.preview.setPlainText(plain.lines(*planned.plan.describe().split("\n")))
        text = self.tr("These bytes of %s are written; what was there is saved beside it first.")
        if not planned.plan.edits:
            text = self.tr("%s names this parent already: nothing is written.")
        self._consent(text % planned.child.name, entered=False)

    def _consent(self, text: str, *, entered: bool) -> None:
        self.reason.show_consent(text)
        self._allow(allowed=True)
        if entered:
            self._attach()

    def _allow(self, *, allowed: bool) -> None:
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(allowed)

    def _attach(self) -> None:
        self._attaching = True
        self._allow(allowed=False)
        if self._planned is not None:
            request = WriteAttach(self._planned, self._session.policy)
            self._session.making.write_attach(request, self.accept, self._refused)
            return
        child, parent = Path(self.child_box.currentData()), Path(self.parent_box.currentData())
        self._session.attach(child, parent, done=self.accept, failed=self._refused)

    def _refused(self, error: Exception) -> None:
        self._attaching = self._waiting = self._entered = False
        self.reason.show_error(error)
