"""The command `redoscope`: a word runs without Qt, anything else opens the window."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from redoscope_core import __version__
from redoscope_core.cli import WORDS
from redoscope_core.cli import main as run_word

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["command", "main"]

_WRONG_CALL = 2
_RINGS_AFTER = 50_000
"""New objects before Python looks for rings among them, where it would after 700."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run `redoscope` with *argv* and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in WORDS:
        return run_word(arguments, show=_show)
    # A command starts without what only the window needs.
    try:
        given = _parser().parse_args(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else _WRONG_CALL
    missing = next((path for path in given.paths if not os.path.lexists(path)), None)
    if missing is not None:
        return _refuse(f"{missing}: there is no such file, folder or command (see --help)")
    return _open(given.paths, given.screenshot, given.theme or "", given.size)


def _parser() -> argparse.ArgumentParser:
    import argparse  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    parser = argparse.ArgumentParser(
        prog="redoscope",
        description="Open a VMDK disk chain in a window.",
        epilog=(
            f"With a word first it runs without a window: {', '.join(sorted(WORDS))}. "
            "`redoscope WORD --help` tells more."
        ),
    )
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="a .vmdk, a .vmx or a folder"
    )
    parser.add_argument(
        "--screenshot", type=Path, metavar="PNG", help="save a picture of the window and end"
    )
    parser.add_argument("--theme", choices=("dark", "light"), help="colours of the window")
    parser.add_argument("--size", type=_size, metavar="WxH", help="pixels of the window")
    parser.add_argument("--version", action="version", version=f"redoscope {__version__}")
    return parser


def _size(text: str) -> tuple[int, int]:
    import argparse  # noqa: PLC0415

    try:
        width, height = (int(part) for part in text.lower().split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not like 1680x940") from None
    return width, height


def _show(paths: Sequence[Path], screenshot: Path | None) -> int:
    return _open(paths, screenshot, "dark" if screenshot is not None else "", None)


def _open(
    paths: Sequence[Path], screenshot: Path | None, scheme: str, size: tuple[int, int] | None
) -> int:
    """Open the window; Qt is imported here and not before."""
    # Nothing here multiplies matrices: the threads for it would only take time and memory.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    bad = _unsound_pair()
    if bad:
        return _refuse(bad)
    try:
        from redoscope_gui.window.start import Wanted, open_window  # noqa: PLC0415  imports Qt
    except ImportError as error:
        return _refuse(f"Qt does not load: {error}; `installers/run` says what to install")
    if screenshot is not None and size is None:
        size = (1680, 940)
    return open_window(Wanted(tuple(paths), screenshot, scheme, size))


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
    if "PySide6" in sys.modules:
        sys.exit(status)
    # Everything is written and closed: to take numpy down module by module takes 20 ms.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    command()
