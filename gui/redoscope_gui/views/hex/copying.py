"""Copying of what is selected: little at once, much as a job and only if the user says so."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from redoscope_gui import plain, theme
from redoscope_gui.copy_forms import CopyForm, Selected
from redoscope_gui.requests import BytesWritten, WriteBytes, WriteManyBytes
from redoscope_gui.session import Session
from redoscope_gui.text_cells import ASCII

__all__ = ["HexCopying"]

_AT_ONCE = 4 << 20
_MOST = 32 << 20
"""Letters of the longest text: to hand it to the desktop takes a sixth of a second in which the
window does nothing else. A file is the place for more."""
_LONGER = {
    CopyForm.HEX: 3,
    CopyForm.DUMP: 5,
    CopyForm.C: 6.3,
    CopyForm.RUST: 6.3,
    CopyForm.PYTHON: 4.6,
    CopyForm.BASE64: 1.34,
    CopyForm.JSON: 2,
}
"""How many characters a form has for each byte, about."""


class HexCopying(QObject):
    """Puts the selected bytes on the clipboard."""

    save_wanted = Signal()
    """The selection is better saved as a file."""

    def __init__(self, session: Session, ground: QWidget) -> None:
        """Copy what *session* shows; questions are asked above *ground*."""
        super().__init__(ground)
        self._session = session
        self._ground = ground
        self.encoding = ASCII
        """What texts are read as."""

    def copy(self, form: CopyForm, first: int, last: int) -> None:
        """Copy the bytes from *first* to *last*, or ask whether so many are meant."""
        session, count = self._session, last - first + 1
        chain, cursor = session.generation_chain, session.cursor
        if chain is None or cursor.path is None:
            return
        of = Selected(str(cursor.path), cursor.generation, first, count)
        if form is CopyForm.SECTORS or count <= _AT_ONCE:
            request = WriteBytes(chain, of, form, self.encoding)
            session.ask("hex-copy", request, self._put, self._failed)
        elif count > _most(form) or session.is_alone:
            most = _AT_ONCE if session.is_alone else _most(form)
            text = self.tr("{count} selected: at most {most} can be copied; save the selection")
            words = text.format(count=theme.amount(count), most=theme.amount(most))
            session.message.emit(words)
        else:
            self._ask(form, of)

    def _ask(self, form: CopyForm, of: Selected) -> None:
        """Ask whether so much is to be copied."""
        box = plain.MessageBox(self._ground)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        plain.set_title(box, self.tr("Copy the selection"))
        amount = theme.amount(of.length)
        box.setText(self.tr("Copy %s?") % amount)
        text = self.tr("In this form it becomes a text of about {amount} in memory.")
        longer = theme.amount(round(of.length * _LONGER.get(form, 1)))
        box.setInformativeText(text.format(amount=longer))
        role = box.ButtonRole
        copying = box.addButton(self.tr("Copy"), role.AcceptRole)
        saving = box.addButton(self.tr("Save as a file…"), role.ActionRole)
        box.setEscapeButton(box.addButton(self.tr("Cancel"), role.RejectRole))
        box.setDefaultButton(saving)
        copying.clicked.connect(lambda: self._copy_many(form, of))
        saving.clicked.connect(self.save_wanted)
        box.open()

    def _copy_many(self, form: CopyForm, of: Selected) -> None:
        scene = self._session.scene
        if scene.cursor.path is None:
            return
        joined = scene.joined if scene.shows_joined else None
        request = WriteManyBytes(scene.cursor.path, scene.policy, joined, of, form, self.encoding)
        title = self.tr("Copy %s") % theme.amount(of.length)
        self._session.run_job(title, request, self._put)

    def _put(self, answer: BytesWritten) -> None:
        QGuiApplication.clipboard().setText(answer.text)
        text = self.tr("Copied {count} bytes").format(count=theme.grouped(answer.of.length))
        self._session.message.emit(text)

    def _failed(self, error: Exception) -> None:
        """Say why: bytes that can't be read are never passed off as zeros."""
        self._session.message.emit(self.tr("Not copied: {fault}").format(fault=error))


def _most(form: CopyForm) -> int:
    """Return how many bytes may be copied in *form*, whole MiB."""
    return max(int(_MOST / _LONGER.get(form, 1)) >> 20 << 20, _AT_ONCE)
