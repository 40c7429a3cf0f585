"""What the window remembers between runs: its place, its theme, what was opened."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_config_path, user_data_path, user_log_path
from PySide6.QtCore import QByteArray, QSettings

__all__ = ["Settings", "crash_file", "sample_folder"]

_RECENT = 12


class Settings:
    """The INI file in the user's configuration folder. Nothing in it opens a disk for writing."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or user_config_path("redoscope") / "redoscope.ini"
        self._store = QSettings(str(self.file), QSettings.Format.IniFormat)

    @property
    def scheme(self) -> str:
        """The theme: "dark", "light", or "" while the user has not chosen."""
        return str(self._store.value("look/theme", ""))

    @scheme.setter
    def scheme(self, name: str) -> None:
        self._store.setValue("look/theme", name)

    @property
    def zoom(self) -> float:
        """The text zoom; 1.0 if the file says nothing sensible."""
        try:
            return float(str(self._store.value("look/zoom", "1.0")))
        except ValueError:
            return 1.0

    @zoom.setter
    def zoom(self, factor: float) -> None:
        self._store.setValue("look/zoom", f"{factor:g}")

    @property
    def columns(self) -> int:
        """Bytes a row of the hex view; 0, for as many as fit, if the file says nothing sensible."""
        try:
            return int(str(self._store.value("hex/columns", "0")))
        except ValueError:
            return 0

    @columns.setter
    def columns(self, columns: int) -> None:
        self._store.setValue("hex/columns", columns)

    @property
    def geometry(self) -> QByteArray:
        """Place of the window, as Qt saves it; empty at first."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, saved: QByteArray) -> None:
        self._store.setValue("window/geometry", saved)

    @property
    def docks(self) -> QByteArray:
        """Places of the docks, as Qt saves them; empty at first."""
        return self._bytes("window/docks")

    @docks.setter
    def docks(self, saved: QByteArray) -> None:
        self._store.setValue("window/docks", saved)

    @property
    def layout(self) -> str:
        """Name of the layout in use; empty at first."""
        return str(self._store.value("window/layout", ""))

    @layout.setter
    def layout(self, name: str) -> None:
        self._store.setValue("window/layout", name)

    @property
    def recent(self) -> tuple[Path, ...]:
        """What was opened last, newest first; some may be missing by now."""
        saved = self._store.value("recent/paths", [])
        listed = [saved] if isinstance(saved, str | QByteArray) else saved
        if not isinstance(listed, list):
            return ()
        return tuple(_remembered(entry) for entry in listed if entry)

    def add_recent(self, path: Path) -> None:
        """Note that *path* was opened."""
        kept = [path, *(other for other in self.recent if other != path)][:_RECENT]
        self._store.setValue("recent/paths", [_kept(entry) for entry in kept])

    def save(self) -> None:
        """Write the file now."""
        self._store.sync()

    def _bytes(self, key: str) -> QByteArray:
        saved = self._store.value(key)
        return saved if isinstance(saved, QByteArray) else QByteArray()


def _kept(path: Path) -> str | QByteArray:
    """Return what is saved of *path*: its bytes, where they are no text."""
    raw = os.fsencode(path)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return QByteArray(raw)


def _remembered(entry: object) -> Path:
    if isinstance(entry, QByteArray):
        return Path(os.fsdecode(bytes(entry.data())))
    return Path(str(entry))


def sample_folder() -> Path:
    """Return the folder where the sample chain is made and found again."""
    return user_data_path("redoscope") / "sample"


def crash_file() -> Path:
    """Return the file that a crash is noted in."""
    return user_log_path("redoscope") / "crash.txt"
