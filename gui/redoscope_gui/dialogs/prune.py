"""Prune: how many points stay, or which one goes; what that removes is shown first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QSpinBox, QWidget

from redoscope_core.code import Deed, PruneBackups
from redoscope_gui import plain, theme
from redoscope_gui.code_button import CodeButton
from redoscope_gui.dialogs.file_form import add_row, new_form, stack, tab_through
from redoscope_gui.dialogs.planned import PlannedRow, PlannedTable
from redoscope_gui.dialogs.reason import Reason, heading, told
from redoscope_gui.session import Session

if TYPE_CHECKING:
    from redoscope_core import Pruning

__all__ = ["PruneDialog"]

_WIDTH = 680
_MOST = 99_999
_OK = QDialogButtonBox.StandardButton.Ok


class PruneDialog(QDialog):
    """Asks what is to go of the folder that is shown, and has the session remove it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._backups = session.backups
        self.planned: Pruning | None = None
        """What would be removed now; None while that is worked out, or refused."""
        self.setMinimumWidth(_WIDTH)
        plain.set_title(self, self.tr("Prune"))
        points = () if self._backups.shelf is None else self._backups.shelf.points
        self.way_box = QComboBox(self)
        plain.set_name(self.way_box, self.tr("What is to go"))
        plain.add_item(self.way_box, self.tr("all but the newest of each disk"))
        for each in points:
            plain.add_item(self.way_box, f"{each.head.number}  {each.name}", each.name)
        self.keep_box = QSpinBox(self)
        self.keep_box.setRange(1, _MOST)
        self.keep_box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)  # the style has none
        self.keep_box.setValue(max(len(points), 1))
        plain.set_name(self.keep_box, self.tr("How many of the newest stay"))
        self.table = PlannedTable(self)
        self.reason = Reason(self)
        self.buttons = QDialogButtonBox(_OK | QDialogButtonBox.StandardButton.Cancel, self)
        self.buttons.button(_OK).setText(self.tr("Remove"))
        self.code_button = CodeButton(self._deeds, self)
        self.buttons.addButton(self.code_button, QDialogButtonBox.ButtonRole.HelpRole)
        self.buttons.accepted.connect(self._do)
        self.buttons.rejected.connect(self.reject)
        form = new_form()
        add_row(form, self.tr("&What goes"), self.way_box)
        add_row(form, self.tr("How many &stay"), self.keep_box)
        words = self.tr(
            "What a point that stays builds on, stays too. A manifest that can't be used keeps all "
            "from being removed: nobody knows what it needs. There is no undo."
        )
        parts = (heading(self.tr("Prune the backups"), self), told(words, self), form)
        stack(self, (*parts, self.table, self.reason, self.buttons))
        tab_through(form, self.table)
        QWidget.setTabOrder(self.table, self.buttons)
        self.way_box.currentIndexChanged.connect(self._plan)
        self.keep_box.valueChanged.connect(self._plan)
        session.chain_changed.connect(self._plan)
        self._plan()

    def _deeds(self) -> Sequence[Deed]:
        folder, name = self._backups.folder, self.way_box.currentData()
        if folder is None or self.planned is None:
            return ()
        if name is not None:
            return (PruneBackups(folder, drop=(str(name),)),)
        return (PruneBackups(folder, self.keep_box.value()),)

    def _plan(self, _changed: object = None) -> None:
        self.planned = None
        self.buttons.button(_OK).setEnabled(False)
        name = self.way_box.currentData()
        self.keep_box.setEnabled(name is None)
        keep = self.keep_box.value() if name is None else None
        drop = () if name is None else (str(name),)
        self._backups.plan_pruning(keep, drop, self._show_plan, self._refuse)

    def _show_plan(self, planned: Pruning) -> None:
        self.planned = planned
        self.code_button.refresh()
        rows = [
            PlannedRow(
                self.tr("removed"),
                point.name,
                theme.amount(point.end.stream_bytes),
                self.tr("its stream and its manifest"),
            )
            for point in planned.removed
        ]
        rows += [
            PlannedRow(self.tr("stays"), name, "", self.tr("%s builds on it") % needing)
            for name, needing in planned.needed.items()
        ]
        words = self.tr("an earlier call had begun to remove it")
        rows += [PlannedRow(self.tr("removed"), name, "", words) for name in planned.finished]
        words = self.tr("an earlier call removed it")
        rows += [PlannedRow(self.tr("gone"), name, "", words) for name in planned.gone]
        self.table.rows.show(rows)
        if not planned.removed:
            self.reason.show_question(self.tr("Nothing would go."))
            return
        words = self.tr("Gives back {amount}; points that stay: {kept}.")
        self.reason.show_consent(
            words.format(amount=theme.amount(planned.freed_bytes), kept=len(planned.kept))
        )
        self.buttons.button(_OK).setEnabled(True)

    def _refuse(self, error: Exception) -> None:
        self.code_button.refresh()
        self.table.rows.show(())
        self.reason.show_error(error)

    def _do(self) -> None:
        planned = self.planned
        if planned is not None:
            self.accept()
            self._backups.prune(planned)
