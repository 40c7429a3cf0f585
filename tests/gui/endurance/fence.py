"""Keeps a random hand from doing harm: no file dialogs, no writing outside one folder, no quitting.

The fence for files is a hook of the interpreter (PEP 578) that sees every opening for writing,
whoever asks for it. A hook cannot be taken out again, so it asks whether a fence stands.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMainWindow
from typing_extensions import override

__all__ = ["Fence", "fenced", "stay_open"]

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = frozenset(
    {
        *("os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir"),
        *("os.symlink", "os.truncate", "os.utime", "os.putenv", "shutil.rmtree"),
        *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"),
    }
)
_WITHOUT_FOLDER = frozenset({"os.truncate", "os.system", "os.putenv", "os.exec", "os.chown"})
_HARMLESS = ("/dev/", "/proc/")
_FILES = "/dev/shm/"  # noqa: S108  below the devices' folder, yet files

_BEGINNINGS = frozenset({"subprocess.Popen", "os.posix_spawn"})
"""Both are told of one process from Python 3.13 on."""
_PARSER = "redoscope_core.volumes.parsing.worker"


def _is_nameless(name: object) -> bool:
    """Say whether a folder is "written": a file without a name, gone when it is closed."""
    return isinstance(name, (str, bytes, os.PathLike)) and Path(os.fsdecode(name)).is_dir()


class Fence:
    """Lets files be changed below *folder* only; everything else is refused and noted.

    Those *kept*, which are evidence, are refused there too, as on a disk that can't be written.
    """

    def __init__(self, folder: Path, kept: Iterable[Path] = ()) -> None:
        self.refused: list[str] = []
        self._folder = str(folder.resolve())
        self._kept = frozenset(str(path.resolve()) for path in kept)

    def look(self, event: str, details: tuple[object, ...]) -> None:
        """Refuse what would change something outside.

        Raises:
            PermissionError: It would.
        """
        if event == "open":
            path, _, flags = details
            if not (isinstance(flags, int) and flags & _WRITING):
                return
            if _is_nameless(path):
                return
            named: tuple[object, ...] = (path,)
        elif event in _BEGINNINGS and _PARSER in details[1]:  # type: ignore[operator]
            return
        elif event in _CHANGES:
            named = details[:2] if event in {"os.rename", "os.link"} else details[:1]
        else:
            return
        folder = _folder_of(event, details)
        for name in named:
            if folder and isinstance(name, (str, bytes)):
                name = os.path.join(folder, os.fsdecode(name))  # noqa: PLW2901, PTH118  may be bytes
            if not self._is_inside(name):
                self.refused.append(f"{event} {name!r}")
                raise PermissionError(f"the fence refuses {event} of {name!r}")

    def _is_inside(self, name: object) -> bool:
        if isinstance(name, int):
            return True
        if not isinstance(name, (str, bytes, os.PathLike)):
            return False
        full = os.path.realpath(os.fsdecode(name))
        if full in self._kept:
            return False
        if full == self._folder or full.startswith(self._folder + os.sep):
            return True
        return full.startswith(_HARMLESS) and not full.startswith(_FILES)


def _folder_of(event: str, details: tuple[object, ...]) -> str:
    """Return the folder that a name is relative to, if the call names one by its descriptor."""
    opened = details[-1] if event.startswith("os.") else None
    if event in _WITHOUT_FOLDER or not isinstance(opened, int) or opened < 0:
        return ""
    return str(Path(f"/proc/self/fd/{opened}").readlink())


_standing: list[Fence] = []


def _hook(event: str, details: tuple[object, ...]) -> None:
    if _standing:
        _standing[-1].look(event, details)


_hooked: list[Callable[[str, tuple[object, ...]], None]] = []


@contextmanager
def fenced(folder: Path, kept: Iterable[Path] = ()) -> Iterator[Fence]:
    """Stand between the window and the rest of the machine while the block runs."""
    if not _hooked:
        _hooked.append(_hook)
        sys.addaudithook(_hook)
    fence = Fence(folder, kept)
    with ExitStack() as stack:
        for name in ("getOpenFileName", "getSaveFileName"):
            stack.enter_context(patch.object(QFileDialog, name, _no_file))
        stack.enter_context(patch.object(QFileDialog, "getExistingDirectory", _no_folder))
        for name in ("open", "exec", "show"):
            stack.enter_context(patch.object(QFileDialog, name, _nothing))
        stack.enter_context(patch.object(QDesktopServices, "openUrl", _nothing))
        homes = {f"XDG_{kind}_HOME": str(folder / kind) for kind in ("DATA", "CONFIG", "STATE")}
        stack.enter_context(patch.dict(os.environ, homes))
        stack.enter_context(patch.object(sys, "dont_write_bytecode", True))
        _standing.append(fence)
        stack.callback(_standing.remove, fence)
        yield fence


def _no_file(*_words: object, **_named: object) -> tuple[str, str]:
    return "", ""


def _no_folder(*_words: object, **_named: object) -> str:
    return ""


def _nothing(*_words: object, **_named: object) -> int:
    return 0


class _Bolt(QObject):
    """Takes the wish to close a window."""

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close:
            event.ignore()
            return True
        return False


@contextmanager
def stay_open(window: QMainWindow) -> Iterator[None]:
    """Keep *window* open, whatever is pressed."""
    bolt = _Bolt()
    window.installEventFilter(bolt)
    try:
        yield
    finally:
        window.removeEventFilter(bolt)
