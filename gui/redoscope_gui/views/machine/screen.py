"""The picture of the screen that a snapshot holds: bytes of a stranger, looked at with care."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.requests import ReadScreen
from redoscope_gui.session import Session

__all__ = ["ScreenPicture", "picture_of"]

_MOST = 8192
"""Pixels of a side that are decoded; a picture of a screen has fewer."""
_BOX = QSize(150, 104)


def picture_of(png: bytes) -> QImage | None:
    """Return the picture; None if it is none, or larger than a screen is."""
    data = QByteArray(png)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"png"))
    size = reader.size()
    if not 0 < size.width() <= _MOST or not 0 < size.height() <= _MOST:
        return None
    image = reader.read()
    return None if image.isNull() else image


class ScreenPicture(QWidget):
    """Shows the screen at the chosen snapshot, or says why there is none."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._path: Path | None = None
        self.image: QImage | None = None
        self.label = plain.Label(self)
        self.label.setWordWrap(True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.label)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setFixedWidth(round(_BOX.width() * theme.zoom()))
        self.setMinimumHeight(round(_BOX.height() * theme.zoom()))

    def show_checkpoint(self, path: Path | None) -> None:
        """Show what the checkpoint file *path* holds; None is that there is no such file."""
        self._path = path
        self._say("" if path is None else self.tr("Reading…"))
        if path is not None:
            self._session.ask("machine-screen", ReadScreen(path), self._take, self._fail)

    def _take(self, png: bytes) -> None:
        if not png:
            self._say(self.tr("No picture of the screen is kept with it"))
            return
        self.image = picture_of(png)
        if self.image is None:
            self._say(self.tr("Its picture of the screen can't be shown"))
            return
        name = self.tr("Screen of {file}, {width} by {height}").format(
            file="" if self._path is None else self._path.name,
            width=self.image.width(),
            height=self.image.height(),
        )
        plain.set_name(self.label, name)
        plain.set_tip(self.label, name)
        self._fit()

    def _fail(self, error: Exception) -> None:
        self._say(self.tr("Its picture can't be read: %s") % error)

    def _say(self, text: str) -> None:
        self.image = None
        self.label.clear()
        self.label.setText(text)
        plain.set_name(self.label, text)

    def _fit(self) -> None:
        if self.image is not None:
            box = _BOX * self.devicePixelRatioF() * theme.zoom()
            kept, smooth = (
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            small = self.image
            if small.width() > box.width() or small.height() > box.height():
                small = small.scaled(box, kept, smooth)
            picture = QPixmap.fromImage(small)
            picture.setDevicePixelRatio(self.devicePixelRatioF())
            self.label.setPixmap(picture)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
