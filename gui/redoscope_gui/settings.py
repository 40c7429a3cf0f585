"""What the window remembers between runs: its place, its theme, what was opened."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_config_path, user_data_path, user_log_path
from PySide6.QtCore import QByteArray, QSettings

__all__ = ["RecentFacts", "Settings", "crash_file", "sample_folder"]

_RECENT = 12
_FACTS = "facts/"


class RecentFacts(NamedTuple):
    """What was seen of something when it was open last."""

    disks: int
    """Chains, or parts of chains."""
    links: int
    size: int
    """Bytes of the disk that was shown; 0 if none was."""
    problems: int
    opened: int
    """When, in seconds since 1970."""


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
    def text_encoding(self) -> str:
        """What the text column of the bytes is read as; empty while the user has not chosen."""
        return str(self._store.value("hex/text", ""))

    @text_encoding.setter
    def text_encoding(self, name: str) -> None:
        self._store.setValue("hex/text", name)

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
        return self._paths("recent/paths")

    def add_recent(self, path: Path) -> None:
        """Note that *path* was opened."""
        kept = [path, *(other for other in self.recent if other != path)][:_RECENT]
        self._store.setValue("recent/paths", [_kept(entry) for entry in kept])

    @property
    def recent_cases(self) -> tuple[Path, ...]:
        """The folders of the cases that were open last, newest first."""
        return self._paths("recent/cases")

    def add_recent_case(self, folder: Path) -> None:
        """Note that the case in *folder* was open."""
        kept = [folder, *(other for other in self.recent_cases if other != folder)][:_RECENT]
        self._store.setValue("recent/cases", [_kept(entry) for entry in kept])

    @property
    def examiner(self) -> str:
        """Who examined in the last case; empty at first."""
        return str(self._store.value("case/examiner", ""))

    @examiner.setter
    def examiner(self, name: str) -> None:
        self._store.setValue("case/examiner", name)

    def facts(self, path: Path) -> RecentFacts | None:
        """Return what was seen of *path* when it was open last; None if that is not known."""
        saved = self._store.value(_facts_key(path))
        try:
            numbers = [int(number) for number in str(saved).split()]
        except ValueError:
            return None
        return RecentFacts(*numbers) if len(numbers) == len(RecentFacts._fields) else None

    def note_facts(self, path: Path, facts: RecentFacts) -> None:
        """Remember what is seen of *path*; what is no longer recent is forgotten."""
        kept = {_facts_key(entry) for entry in self.recent}
        for key in self._store.allKeys():
            if key.startswith(_FACTS) and key not in kept:
                self._store.remove(key)
        self._store.setValue(_facts_key(path), " ".join(str(number) for number in facts))

    def save(self) -> None:
        """Write the file now."""
        self._store.sync()

    def _paths(self, key: str) -> tuple[Path, ...]:
        saved = self._store.value(key, [])
        listed = [saved] if isinstance(saved, str | QByteArray) else saved
        if not isinstance(listed, list):
            return ()
        return tuple(_remembered(entry) for entry in listed if entry)

    def _bytes(self, key: str) -> QByteArray:
        saved = self._store.value(key)
        return saved if isinstance(saved, QByteArray) else QByteArray()


def _facts_key(path: Path) -> str:
    return _FACTS + hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


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
