"""The machine pane: its snapshots and disks as a table, the chosen one told below."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from redoscope_gui import plain, theme
from redoscope_gui.action_buttons import ActionButtons
from redoscope_gui.in_sight import bring_into_sight
from redoscope_gui.session import Session, from_error
from redoscope_gui.views.machine.badges import Badges
from redoscope_gui.views.machine.rows import MachineRows
from redoscope_gui.views.machine.screen import ScreenPicture
from redoscope_gui.views.machine.table import MachineTable
from redoscope_gui.views.machine.words import deleting, name_of, when

if TYPE_CHECKING:
    from redoscope_core import MachineSnapshot

__all__ = ["MachineView"]

_BRIEF = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
_LETTERS = 10


class MachineView(QWidget):
    """Shows the machine of the session; what is looked at lights its links everywhere."""

    bytes_wanted = Signal()
    """The bytes of a link that was chosen here are to be shown, and have the focus."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._following = False
        plain.set_name(self, self.tr("Machine"))
        self.which = plain.ComboBox(self)
        plain.set_name(self.which, self.tr("Machine that is shown"))
        self.which.setSizeAdjustPolicy(_BRIEF)
        self.which.setMinimumContentsLength(_LETTERS)
        self.which.activated.connect(self._choose_machine)
        self.head = plain.Label(self)
        self.head.setWordWrap(True)
        self.badges = Badges(self)
        self.rows = MachineRows(self)
        self.table = MachineTable(self.rows, self)
        self.about = plain.Label(self)
        self.about.setWordWrap(True)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.screen_picture = ScreenPicture(session, self)
        for label in (self.head, self.about):  # a name without a space must not widen the window
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.deeds = ActionButtons(self)
        self._lay_out()
        self.setFocusProxy(self.table)
        self.table.links_lit.connect(session.machines.light)
        self.table.row_chosen.connect(self._choose_row)
        self.table.link_entered.connect(self._enter)
        session.machines.changed.connect(self._show_machine)
        session.machines.selected_changed.connect(self._show_selected)
        session.machines.forecast_changed.connect(self._show_forecasts)
        session.machines.lit_changed.connect(self._show_light)
        self._show_machine()
        self._show_forecasts()
        self._show_light(session.machines.lit)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.STEP)
        top.addWidget(self.which)
        top.addWidget(self.head, 1)
        below = QWidget(self)
        told = QHBoxLayout(below)
        told.setContentsMargins(0, theme.HALF, 0, 0)
        told.setSpacing(theme.STEP)
        told.addWidget(self.about, 1)
        told.addWidget(self.screen_picture)
        parts = QSplitter(Qt.Orientation.Vertical, self)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.table)
        parts.addWidget(below)
        parts.setStretchFactor(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        column.setSpacing(theme.HALF)
        column.addLayout(top)
        column.addWidget(self.badges)
        column.addWidget(self.deeds)
        column.addWidget(parts, 1)

    def set_actions(self, actions: Mapping[str, QAction]) -> None:
        """Offer *actions*, each by its short title, as buttons and in the menu of a row."""
        self.deeds.show_actions(actions)
        self.table.addActions(list(actions.values()))
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    # --- what is shown -----------------------------------------------------------------------

    def _show_machine(self) -> None:
        machines = self._session.machines
        self.which.clear()
        for path, name in machines.known:
            plain.add_item(self.which, name or path.stem, path, str(path))
        paths = [path for path, _name in machines.known]
        self.which.setCurrentIndex(paths.index(machines.path) if machines.path in paths else -1)
        self.which.setVisible(len(paths) > 1)
        self._following = True
        self.rows.show(machines.shown)
        self.table.arrange()
        self._following = False
        self.head.setText(self._head_words())
        read = machines.shown
        links = None if read is None else len(read.machine.needed)
        self.badges.show_counts(links, None if read is None else len(read.machine.snapshots))
        self._show_selected()

    def _show_forecasts(self) -> None:
        machines = self._session.machines
        self.rows.show_forecasts(machines.forecasts)
        self.about.setText(self._about(machines.snapshot))

    def _head_words(self) -> str:
        machines = self._session.machines
        if machines.path is None:
            return self.tr("No machine is here: no .vmx is beside these links")
        if machines.error is not None:
            problem = from_error(machines.error, machines.path)
            name = machines.path.name if problem.path is None else problem.path.name
            return f"{name}: {problem.text}; {problem.cure}"
        if machines.shown is None:
            return self.tr("Reading %s…") % machines.path.name
        machine = machines.shown.machine
        words = [machine.text.name or machine.path.stem, machine.path.name]
        if machine.text.suspended_to:
            words.append(self.tr("suspended"))
        if machine.text.encrypted_by:
            words.append(self.tr("encrypted"))
        left = [disk.named.node for disk in machine.disks if disk.named.is_independent]
        if left:
            words.append(self.tr("independent, so snapshots leave it out: %s") % ", ".join(left))
        return "  ·  ".join(words)

    def _show_selected(self) -> None:
        """Show the chosen snapshot, or the state of now."""
        machines = self._session.machines
        number = self.rows.number_of(machines.selected)
        self._following = True
        if number >= 0 and self.table.currentIndex().row() != number:
            column = max(self.table.currentIndex().column(), 0)
            self.table.setCurrentIndex(self.rows.index(number, column))
        self._following = False
        snapshot = machines.snapshot
        self.about.setText(self._about(snapshot))
        self.screen_picture.show_checkpoint(None if snapshot is None else snapshot.checkpoint)

    def _about(self, snapshot: MachineSnapshot | None) -> str:
        read = self._session.machines.shown
        if read is None:
            return ""
        if snapshot is None:
            deep = max((len(disk.chain) for disk in read.machine.disks), default=0)
            return plain.lines(
                self.tr("You are here: the state that the machine goes on from."),
                self.tr("Its disks are read through up to %d links.") % deep,
            )
        entry = snapshot.entry
        rows = [
            self.tr("%s, snapshot %d, %s") % (name_of(snapshot), entry.uid, when(entry.created))
        ]
        rows += [entry.description] if entry.description else []
        if entry.has_memory:
            rows.append(self.tr("It holds the memory of a running machine."))
        stored, alone = theme.amount(snapshot.stored_bytes), theme.amount(snapshot.only_bytes)
        rows.append(
            self.tr("The links it froze store {stored}; {alone} are kept for it alone.").format(
                stored=stored, alone=alone
            )
        )
        rows.append(deleting(self._session.machines.forecasts.get(entry.uid)))
        rows += [self.tr("A linked clone needs it: %s") % clone for clone in entry.clones]
        return plain.lines(*filter(None, rows))

    def _show_light(self, links: frozenset[Path]) -> None:
        """Light the cells of *links*, one of which is seen then, whoever looks at them."""
        self.rows.light(links)
        if not self.table.is_source:
            bring_into_sight(self.table, self.rows.cells_of(links))

    # --- what is chosen ----------------------------------------------------------------------

    def _choose_machine(self, number: int) -> None:
        path = self.which.itemData(number)
        if isinstance(path, Path):
            self._session.machines.choose(path)

    def _choose_row(self, number: int) -> None:
        row = self.rows.row_at(number)
        if row is not None and not self._following:
            snapshot = row.snapshot
            self._session.machines.select(None if snapshot is None else snapshot.entry.uid)

    def _enter(self, link: Path) -> None:
        self._session.select_link(link)
        self.bytes_wanted.emit()
