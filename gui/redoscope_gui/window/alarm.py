"""What happens when something unforeseen is raised: it is written down and shown, not swallowed."""

from __future__ import annotations

import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from redoscope_gui import plain

__all__ = ["Alarm"]


class Alarm(QObject):
    """Takes the exceptions that nobody caught, of any thread, to the GUI thread."""

    _raised = Signal(str, str)
    """One line, and the traceback."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._open = False
        self._raised.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Become the hook of this thread and of all others."""
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._hook(
            args.exc_type, args.exc_value, args.exc_traceback
        )

    def remove(self) -> None:
        """Put the usual hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _hook(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(text)
        self._raised.emit(f"{kind.__name__}: {error}", text)

    def _show(self, line: str, text: str) -> None:
        """Show the first; those that follow while it is open are on stderr only."""
        if self._open:
            return
        self._open = True
        box = plain.MessageBox(self._window)
        box.setIcon(plain.MessageBox.Icon.Warning)
        plain.set_title(box, self.tr("Something went wrong"))
        box.setText(self.tr("Redoscope met an error it did not expect. No disk was changed."))
        box.setInformativeText(line)
        box.setDetailedText(text)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._closed)
        box.open()

    def _closed(self, _result: int) -> None:
        self._open = False
