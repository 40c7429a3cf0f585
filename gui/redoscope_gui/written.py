"""Values that are kept in an INI file and written there by a thread of their own.

Qt writes such a file so that it is whole whatever happens, which waits for the disk: on a busy
disk for more than a second. Whoever sets a value, the thread of the window, does not.
"""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSettings

__all__ = ["SETTINGS_WRITER", "Written"]

SETTINGS_WRITER = "settings"
"""Name of the thread; it ends when all is written."""


class Written:
    """What the file says, as far as it was not set otherwise since."""

    def __init__(self, file: Path) -> None:
        self._file = file
        said = self._open()
        self._values = {key: said.value(key) for key in said.allKeys()}
        self._lock = threading.Lock()
        self._waiting: dict[str, object] = {}
        """What is to be written; None, taken out."""
        self._writer: threading.Thread | None = None

    def all_keys(self) -> list[str]:
        """Return the keys that have a value."""
        return list(self._values)

    def value(self, key: str, otherwise: object = None) -> object:
        """Return the value of *key*: what was set, or a text or bytes of the file."""
        return self._values.get(key, otherwise)

    def set_value(self, key: str, value: object) -> None:
        """Give *key* a value that Qt can write, and have it written soon."""
        if key not in self._values or self._values[key] != value:
            self._values[key] = value
            self._write_soon(key, value)

    def remove(self, key: str) -> None:
        """Take *key* out."""
        if self._values.pop(key, None) is not None:
            self._write_soon(key, None)

    def flush(self) -> None:
        """Return when the file says all that was set."""
        with self._lock:
            writer = self._writer
        if writer is not None:
            writer.join()

    def _write_soon(self, key: str, value: object) -> None:
        with self._lock:
            self._waiting[key] = value
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name=SETTINGS_WRITER)
                self._writer.start()

    def _write(self) -> None:
        while True:
            with self._lock:
                taken, self._waiting = self._waiting, {}
                if not taken:
                    self._writer = None
                    return
            file = self._open()
            for key, value in taken.items():
                if value is None:
                    file.remove(key)
                else:
                    file.setValue(key, value)
            # Its own event makes it write, and Python lets others run then: not in `sync`.
            QEventLoop().processEvents()

    def _open(self) -> QSettings:
        return QSettings(str(self._file), QSettings.Format.IniFormat)
