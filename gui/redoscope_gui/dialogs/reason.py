"""A line in a dialog that says what stands in the way, or that nothing does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from redoscope_gui import plain, theme
from redoscope_gui.session import from_error

__all__ = ["Reason", "heading", "told"]

_ICON = 16


class Reason(QWidget):
    """An icon and a sentence. It keeps its room while it is empty, so nothing jumps."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = plain.Label(self)
        self._icon.setFixedSize(_ICON, _ICON)
        self.label = plain.Label(self)
        self.label.setWordWrap(True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setMinimumHeight(self.fontMetrics().lineSpacing() * 3)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.STEP)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.label, 1)

    def show_refusal(self, text: str) -> None:
        """Say why it cannot be done."""
        self._show("circle-x", "danger", text)

    def show_error(self, error: Exception) -> None:
        """Say what the engine says: what is wrong, and below it the cure."""
        problem = from_error(error)
        text = ", ".join(filter(None, (problem.what, problem.more)))
        if problem.path is not None:
            text = f"{problem.path.name}: {text}"
        if problem.cure:
            text = plain.lines(text, f"{problem.cure[:1].upper()}{problem.cure[1:]}.")
        self.show_refusal(text)

    def show_consent(self, text: str) -> None:
        """Say that it can be done."""
        self._show("circle-check", "good", text)

    def show_question(self, text: str) -> None:
        """Say what is missing still."""
        self._show("info", "dim", text)

    def _show(self, icon: str, role: str, text: str) -> None:
        self._icon.setPixmap(theme.icon_pixmap(icon, _ICON, role, self.devicePixelRatioF()))
        self.label.setText(text)
        plain.set_name(self.label, text)


def heading(text: str, parent: QWidget) -> plain.Label:
    """Return a small heading for a part of a dialog."""
    label = plain.Label(text, parent)
    label.setFont(theme.title_font(1.15))
    return label


def told(text: str, parent: QWidget) -> plain.Label:
    """Return explaining text."""
    label = plain.Label(text, parent)
    label.setWordWrap(True)
    palette = label.palette()
    palette.setColor(label.foregroundRole(), theme.colour("dim"))
    label.setPalette(palette)
    return label
