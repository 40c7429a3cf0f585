"""What the program is: its name, its version, what it does."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from redoscope_core import __version__
from redoscope_gui import plain, theme

__all__ = ["AboutBox"]

_ICON = 48
_WIDTH = 380


class AboutBox(plain.MessageBox):
    """Wide enough that its sentence is not torn into short lines."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        plain.set_title(self, self.tr("About Redoscope"))
        ratio = self.devicePixelRatioF()
        self.setIconPixmap(theme.icon_pixmap("git-branch", _ICON, "accent", ratio))
        self.setText(self.tr("Redoscope %s") % __version__)
        self.setInformativeText(
            self.tr("Opens VMDK disk chains, shows what every link changed, and reads any byte.")
        )
        wide = round(_WIDTH * theme.zoom())
        self.setStyleSheet(
            "#qt_msgbox_label { font-weight: 600; }"
            f"#qt_msgbox_informativelabel {{ min-width: {wide}px; }}"
        )
