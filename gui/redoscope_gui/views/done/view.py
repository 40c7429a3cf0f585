"""The done pane: all that was done in this window as one text, that does it again elsewhere."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from redoscope_gui import plain, theme
from redoscope_gui.code_tabs import CodeTabs
from redoscope_gui.session import Session

__all__ = ["DoneView"]


class DoneView(QWidget):
    """Follows what is done in the window: new disks, children, attaches, snapshots, hashes."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asking = session.asking
        plain.set_name(self, self.tr("Done, as code"))
        nothing = self.tr("Nothing yet: what you make, attach, hash or change stands here.")
        self.tabs = CodeTabs(nothing, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.STEP, theme.STEP, theme.STEP, theme.STEP)
        layout.addWidget(self.tabs)
        self.setFocusProxy(self.tabs)
        self._asking.done_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        self.tabs.show_deeds(self._asking.done)
