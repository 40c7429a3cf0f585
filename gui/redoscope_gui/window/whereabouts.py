"""The right half of the status bar: where the cursor is and who owns that place."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from redoscope_core import SECTOR, State, VmdkError
from redoscope_gui import plain, theme
from redoscope_gui.requests.owning import FindOwner, OwnerFound
from redoscope_gui.session import Cursor, Session

__all__ = ["Whereabouts"]


class Whereabouts(QWidget):
    """Offset, sector, grain, owner. The fields keep their width, so nothing jumps."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.offset = self._field(self.tr("Offset"))
        self.sector = self._field(self.tr("Sector"))
        self.grain = self._field(self.tr("Grain"))
        self.owner = self._field(self.tr("Owner"))
        self.compared = self._field(self.tr("Comparison"))
        self.compared.hide()
        self.mode = self._field(self.tr("Mode"))
        self.mode.setText(self.tr("read-only"))
        plain.set_tip(self.mode, self.tr("The window never writes what it shows"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, theme.STEP, 0)
        layout.setSpacing(theme.STEP * 2)
        for field in (
            self.offset,
            self.sector,
            self.grain,
            self.owner,
            self.compared,
            self.mode,
        ):
            layout.addWidget(field)
        session.cursor_changed.connect(self._follow)
        session.chain_changed.connect(self._follow_session)
        session.comparison_changed.connect(self._tell_comparison)
        self._follow(session.cursor)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            for field in self.findChildren(plain.Label):
                field.setFont(theme.number_font(0.95))
                field.setMinimumWidth(0)

    def _field(self, name: str) -> plain.Label:
        label = plain.Label(self)
        label.setFont(theme.number_font(0.95))
        plain.set_name(label, name)
        return label

    def _follow_session(self) -> None:
        self._follow(self._session.cursor)

    def _follow(self, cursor: Cursor) -> None:
        chain = self._session.generation_chain
        self.setVisible(self._session.chain is not None)
        if chain is None:
            return
        grain, within = divmod(cursor.offset, chain.grain_size * SECTOR)
        _say(self.offset, f"0x{cursor.offset:X}", theme.grouped(cursor.offset))
        _say(self.sector, self.tr("sector %s") % theme.grouped(cursor.sector), "")
        _say(self.grain, self.tr("grain %s +%s") % (theme.grouped(grain), f"0x{within:X}"), "")
        self._session.ask(
            "place-owner", FindOwner(chain, cursor.sector), self._show_owner, self._no_owner
        )

    def _tell_comparison(self) -> None:
        """Say which generation everything is compared with, if one was chosen."""
        chain, since = self._session.chain, self._session.generation_a
        self.compared.setVisible(chain is not None and since is not None)
        if chain is not None and since is not None:
            text = self.tr("A: generation {number}").format(number=since)
            path = chain.links[since].path if isinstance(since, int) else since.path
            _say(self.compared, plain.shortened(text), str(path))

    def _show_owner(self, answer: OwnerFound) -> None:
        found = answer.lookup
        if self._session.is_alone and found.link_index is None:
            hint = self.tr("The link that is looked at alone does not store it")
            _say(self.owner, self.tr("asks the parent"), hint)
            return
        if found.state is State.UNREADABLE:
            _say(self.owner, self.tr("can't be read"), "")
            return
        if found.link_index is None or self._session.chain is None:
            _say(self.owner, self.tr("no owner: reads as zeros"), "")
            return
        name = self._session.chain.links[found.link_index].path.name
        hint = ""
        if found.path is not None and found.offset is not None:
            hint = self.tr("byte %s of %s") % (theme.grouped(found.offset), found.path.name)
        short = plain.shortened(name)
        told = self.tr("owner %s (%d)") % (short, found.link_index)
        if self._session.is_alone:  # it is no generation of anything
            told = self.tr("stored in %s") % short
        _say(self.owner, told, hint)

    def _no_owner(self, error: Exception) -> None:
        _say(self.owner, self.tr("owner unknown"), str(error))
        if not isinstance(error, VmdkError):
            self._session.report(error)


def _say(label: plain.Label, text: str, hint: str) -> None:
    label.setText(text)
    plain.set_tip(label, hint)
    label.setMinimumWidth(max(label.minimumWidth(), label.sizeHint().width()))
