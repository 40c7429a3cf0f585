"""The command `redoscope`: a word runs without Qt, anything else opens the window."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from redoscope_core.cli import end_by
from redoscope_core.cli import main as run_word

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from redoscope_core import Printer

__all__ = ["command", "main"]

_WRONG_CALL = 2
_RINGS_AFTER = 50_000
"""New objects before Python looks for rings among them, where it would after 700."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run `redoscope` with *argv* and return its exit status."""
    return run_word(argv, show=_open, printing=_printer)


def _open(
    paths: list[Path],
    screenshot: Path | None,
    *,
    theme: str = "",
    size: tuple[int, int] | None = None,
    force: bool = False,
    sector: int = 0,
) -> int:
    """Open the window; Qt is imported here and not before."""
    bad = _unsound_pair()
    if bad:
        return _refuse(bad)
    try:
        from redoscope_gui.window.start import Wanted, open_window  # noqa: PLC0415  imports Qt
    except ImportError as error:
        return _refuse(f"Qt does not load: {error}; `installers/run` says what to install")
    if screenshot is not None and size is None:
        size = (1680, 940)
    return open_window(Wanted(tuple(paths), screenshot, theme, size, force, sector))


def _printer() -> Printer:
    """Return what makes a PDF; Qt is loaded by a process of its own."""
    from redoscope_gui.printing.asked import QtPrinter  # noqa: PLC0415  few calls print

    return QtPrinter()


def _unsound_pair() -> str:
    """Return why this PySide6 must not run on this Python; empty if it may.

    On Python older than 3.12, PySide6 6.12 drops a reference to None with every call that returns
    nothing and ends the program after some minutes. 6.11.0 and 6.11.1 break docks on any Python.
    """
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        found = version("PySide6-Essentials")
    except PackageNotFoundError:
        return "PySide6-Essentials is not installed; `installers/run` installs it"
    numbers = tuple(int(part) for part in found.split(".")[:3] if part.isdigit())
    if numbers in {(6, 11, 0), (6, 11, 1)}:
        return f"PySide6 {found} breaks the panes of the window; 6.11.3 is sound"
    if numbers >= (6, 12) and sys.version_info < (3, 12):
        return f"PySide6 {found} needs Python 3.12 or newer; with this Python take 6.11.3"
    return ""


def _refuse(reason: str) -> int:
    sys.stderr.write(f"redoscope: {reason}\n")
    return _WRONG_CALL


def command() -> NoReturn:
    """Run `redoscope` and leave with its exit status."""
    # What is made while modules load lives for ever. To look through it again and again for rings
    # takes 7 ms of the shortest commands; the window looks by a rule of its own once it is there.
    gc.set_threshold(_RINGS_AFTER)
    status = main()
    end_by(status)
    if "PySide6" in sys.modules:
        sys.exit(status)
    # Everything is written and closed: to take numpy down module by module takes 20 ms.
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    command()
