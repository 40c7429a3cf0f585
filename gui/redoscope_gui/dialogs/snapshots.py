"""Take, go back to, delete and merge: what it would do to each file is shown before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QWidget,
)
from typing_extensions import override

import redoscope_core as core
from redoscope_core.code import Deed
from redoscope_gui import plain, theme
from redoscope_gui.code_button import CodeButton
from redoscope_gui.dialogs.file_form import add_row, new_form, stack, tab_through
from redoscope_gui.dialogs.planned import PlannedTable, rows_of_snapshots
from redoscope_gui.dialogs.reason import Reason, heading, told
from redoscope_gui.requests import SnapshotsPlanned, SnapshotsWanted, SnapshotVerb
from redoscope_gui.session import Session

if TYPE_CHECKING:
    from redoscope_core import Deletion, Reverting, Taking

__all__ = ["SnapshotsDialog"]

_WIDTH = 720
_OK = QDialogButtonBox.StandardButton.Ok
_OF_ONE = {SnapshotVerb.REVERT, SnapshotVerb.DELETE}


class SnapshotsDialog(QDialog):
    """Asks what *verb* needs, shows its plan, and has the session do it as a job.

    A refusal is a sentence, and nothing can be done then. Enter before the plan is there waits.
    """

    def __init__(self, session: Session, verb: SnapshotVerb, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.verb = verb
        self.planned: SnapshotsPlanned | None = None
        """What would be done now; None while that is worked out, or refused."""
        self._entered = False
        """Whether Enter was pressed before the plan was there."""
        self.setMinimumWidth(_WIDTH)
        self.name_box = QLineEdit(self)
        self.description_box = QLineEdit(self)
        self.snapshot_box = plain.ComboBox(self)
        self.disks_only = QCheckBox(self.tr("The &disks alone, without the memory it holds"), self)
        self.settings = QCheckBox(self.tr("The machine's se&ttings of then too"), self)
        self.form = new_form()
        self.table = PlannedTable(self)
        self.reason = Reason(self)
        self.buttons = QDialogButtonBox(_OK | QDialogButtonBox.StandardButton.Cancel, self)
        self.code_button = CodeButton(self._deeds, self)
        self.buttons.addButton(self.code_button, QDialogButtonBox.ButtonRole.HelpRole)
        self.buttons.accepted.connect(self._do)
        self.buttons.rejected.connect(self.reject)
        self._add_rows()
        title, words, done = self._words()
        plain.set_title(self, title)
        self.buttons.button(_OK).setText(plain.caption(done))
        fields = (self.form,) if self.form.rowCount() else ()
        parts = (heading(title, self), told(words, self), *fields)
        stack(self, (*parts, self.table, self.reason, self.buttons))
        if fields:
            tab_through(self.form, self.table)
        QWidget.setTabOrder(self.table, self.buttons)
        # The answer to a question asked before another chain was chosen never comes.
        session.chain_changed.connect(self._plan)
        self._plan()

    def _words(self) -> tuple[str, str, str]:
        """Return the title, what it means, and what stands on the button."""
        return {
            SnapshotVerb.TAKE: (
                self.tr("Take a snapshot"),
                self.tr(
                    "The links that the disks run on are frozen, and the machine goes on with "
                    "children of them. No data is copied. Undo takes it back as long as nothing "
                    "was written into the children."
                ),
                self.tr("Take it"),
            ),
            SnapshotVerb.REVERT: (
                self.tr("Go back to a snapshot"),
                self.tr(
                    "The machine goes on with new children of what the snapshot froze. The links "
                    "that it ran on until now are kept, so that Undo brings them back."
                ),
                self.tr("Go back"),
            ),
            SnapshotVerb.DELETE: (
                self.tr("Delete a snapshot"),
                self.tr(
                    "It is taken off the list. What only it needed goes; what its child needs is "
                    "merged. All others read as before. There is no undo of a merging."
                ),
                self.tr("Delete it"),
            ),
            SnapshotVerb.DELETE_ALL: (
                self.tr("Delete all snapshots"),
                self.tr(
                    "Only the state of now is kept: all that the disks store goes into their "
                    "oldest links, and other branches are dropped. There is no undo."
                ),
                self.tr("Delete all"),
            ),
            SnapshotVerb.MERGE: (
                self.tr("Merge links that no snapshot names"),
                self.tr(
                    "A deletion that was stopped leaves such links, and products do too. The disks "
                    "read as before. There is no undo."
                ),
                self.tr("Merge"),
            ),
        }[self.verb]

    def _add_rows(self) -> None:
        machines = self._session.machines
        plain.set_name(self.name_box, self.tr("Name of the snapshot"))
        plain.set_name(self.description_box, self.tr("Description of the snapshot"))
        plain.set_name(self.snapshot_box, self.tr("Snapshot"))
        for box in (self.disks_only, self.settings):
            plain.set_name(box, box.text().replace("&", ""))
        for each in () if machines.shown is None else machines.shown.machine.snapshots:
            text = f"{each.entry.name or self.tr('without a name')}  ({each.entry.uid})"
            plain.add_item(self.snapshot_box, text, each.entry.uid, each.entry.description)
        chosen = self.snapshot_box.findData(machines.selected)
        self.snapshot_box.setCurrentIndex(max(chosen, 0) if self.snapshot_box.count() else -1)
        if self.verb is SnapshotVerb.TAKE:
            add_row(self.form, self.tr("&Name"), self.name_box)
            add_row(self.form, self.tr("D&escription"), self.description_box)
        if self.verb in _OF_ONE:
            add_row(self.form, self.tr("&Snapshot"), self.snapshot_box)
        if self.verb is SnapshotVerb.REVERT:
            self.form.addRow("", self.disks_only)
            self.form.addRow("", self.settings)
        of_one: tuple[QWidget, ...] = (self.snapshot_box,)
        asked: dict[SnapshotVerb, tuple[QWidget, ...]] = {
            SnapshotVerb.TAKE: (self.name_box, self.description_box),
            SnapshotVerb.REVERT: (*of_one, self.disks_only, self.settings),
            SnapshotVerb.DELETE: of_one,
        }
        for field in {field for fields in asked.values() for field in fields}:
            field.setVisible(field in asked.get(self.verb, ()))
        self.name_box.textChanged.connect(self._plan)
        self.description_box.textChanged.connect(self._plan)
        self.snapshot_box.currentIndexChanged.connect(self._plan)
        self.disks_only.toggled.connect(self._plan)
        self.settings.toggled.connect(self._plan)

    @property
    def wanted(self) -> SnapshotsWanted:
        """What is asked for now."""
        uid = self.snapshot_box.currentData() if self.verb in _OF_ONE else None
        return SnapshotsWanted(
            self.verb,
            uid if isinstance(uid, int) else None,
            self.name_box.text().strip(),
            self.description_box.text().strip(),
            self.disks_only.isChecked(),
            self.settings.isChecked(),
        )

    # --- the plan ----------------------------------------------------------------------------

    def _plan(self, _changed: object = None) -> None:
        self.planned = None
        self._entered = False
        self.buttons.button(_OK).setEnabled(False)
        if not self.table.rows.count():
            self.reason.show_question(self.tr("Working out what it would do…"))
        self._session.machines.plan(self.wanted, self._show_plan, self._refuse)

    def _deeds(self) -> Sequence[Deed]:
        planned = self.planned
        return () if planned is None else (planned.deed(self._session.policy),)

    def _show_plan(self, planned: SnapshotsPlanned) -> None:
        if planned.wanted != self.wanted:
            return
        self.planned = planned
        self.code_button.refresh()
        self.table.rows.show(rows_of_snapshots(planned))
        self.reason.show_consent(self._consent(planned.plan))
        self.buttons.button(_OK).setEnabled(True)
        if self._entered:
            self._do()

    def _refuse(self, error: Exception) -> None:
        self.code_button.refresh()
        self.table.rows.show(())
        self.reason.show_error(error)

    def _consent(self, plan: Taking | Reverting | Deletion) -> str:
        """Return in a sentence what it comes to: files, bytes, space."""
        if isinstance(plan, core.Deletion):
            given = plan.freed_storage_bytes - plan.grown_bytes
            back = self.tr("Gives back about %s") if given >= 0 else self.tr("Takes %s more")
            words = [
                back % theme.amount(abs(given)),
                self.tr("files that go: %d, %s long")
                % (len(plan.removed_files), theme.amount(plan.freed_bytes)),
                self.tr("copied: %s") % theme.amount(plan.copied_bytes),
                self.tr("written: %s") % theme.amount(plan.written_bytes),
            ]
            return "; ".join(words) + "."
        words = [self.tr("Files made: %d; texts changed: %d; no data is copied.")]
        words[0] %= (len(plan.switch.new_files), len(plan.switch.plan.edits))
        if isinstance(plan, core.Taking) and plan.left_out:
            left = ", ".join(disk.named.node for disk in plan.left_out)
            words.append(self.tr("Independent, so left out: %s.") % left)
        if isinstance(plan, core.Reverting):
            words += self._beside(plan)
        return " ".join(words)

    def _beside(self, plan: Reverting) -> list[str]:
        words = []
        if plan.unchanged:
            left = ", ".join(disk.named.node for disk in plan.unchanged)
            words.append(self.tr("Not in the snapshot, so they stay as they are: %s.") % left)
        if plan.abandoned:
            names = ", ".join(path.name for path in plan.abandoned)
            words.append(self.tr("Kept, though no snapshot names them: %s.") % names)
        return words

    # --- doing it ----------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.planned is None and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._entered = True  # done once the plan is there; a refusal forgets it
            return
        super().keyPressEvent(event)

    def _do(self) -> None:
        planned = self.planned
        if planned is not None:
            self.planned = None
            self._session.chain_changed.disconnect(self._plan)
            self.accept()
            self._session.machines.change(planned)
