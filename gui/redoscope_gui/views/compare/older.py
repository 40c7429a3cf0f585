"""The box that says which generation A is: of this chain, of the opened folder, of any disk."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget
from typing_extensions import override

from redoscope_gui import plain
from redoscope_gui.maps import OtherDisk
from redoscope_gui.session import Session

__all__ = ["OlderBox"]

_NONE, _ASK = "none", "ask"
_LETTERS = 12


class OlderBox(plain.ComboBox):
    """Offers every link that can be A; the one that is stands in it."""

    link_chosen = Signal(object)
    """A is to be the disk at another link; carries its Path."""
    none_chosen = Signal()
    """Nothing is to be compared any more."""
    other_wanted = Signal()
    """A disk that is not listed is wanted."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        plain.set_name(self, self.tr("Generation A"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LETTERS)
        self.activated.connect(self._chosen)
        for changed in (
            session.chain_changed,
            session.comparison_changed,
            session.forest_changed,
        ):
            changed.connect(self.offer)
        self.offer()

    def offer(self) -> None:
        """List the links; the one that is A stands in the box."""
        self.clear()
        session = self._session
        plain.add_item(self, self.tr("A: none"), _NONE)
        chain, older = session.chain, session.generation_a
        own = () if chain is None else chain.links[: session.cursor.generation]
        for index, link in enumerate(own):
            plain.add_item(self, f"A: {index} {link.path.name}", link.path, str(link.path))
        taken = {link.path for link in (() if chain is None else chain.links)}
        nodes = () if session.forest is None else session.forest.nodes
        others = [path for path in nodes if path not in taken]
        if isinstance(older, OtherDisk) and older.path not in others:
            others.append(older.path)
        for path in others if chain is not None else ():
            plain.add_item(self, f"A: {path.name}", path, str(path))
        if chain is not None:
            plain.add_item(self, self.tr("Another disk…"), _ASK)
        self._show_chosen()

    def _show_chosen(self) -> None:
        chain, older = self._session.chain, self._session.generation_a
        if chain is None or older is None:
            self.setCurrentIndex(0)
            plain.set_tip(self, self.tr("What is compared with: any link, also of another disk"))
            return
        path = chain.links[older].path if isinstance(older, int) else older.path
        data = [self.itemData(index) for index in range(self.count())]
        self.setCurrentIndex(data.index(path) if path in data else 0)
        plain.set_tip(self, self.tr("Generation A"), str(path))

    def _chosen(self, index: int) -> None:
        chosen = self.itemData(index)
        self._show_chosen()  # until it really is A
        if isinstance(chosen, Path):
            self.link_chosen.emit(chosen)
        elif chosen == _ASK:
            self.other_wanted.emit()
        else:
            self.none_chosen.emit()

    @override
    def showPopup(self) -> None:
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)
        super().showPopup()
