"""Asked: whoever wants pages has them made by a process of its own, without Qt in this one.

So a command of the command line loads no Qt, the window stays awake while thousands of rows are
laid out, and what is stopped is gone at once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from typing import IO

from redoscope_core import InvalidArgument, Printed, Progress, Unit, VmdkError, printable

__all__ = ["QtPrinter"]

_WORKER = (sys.executable, "-P", "-m", "redoscope_gui.printing.worker")
_CHECK = "check"
_MOMENT = 0.01
"""Seconds that a step waits at most."""
_MOST_WORDS = 500


class QtPrinter:
    """Makes PDF/A-1b by Qt, which must be installed; a `Printer` of the engine."""

    def __init__(self, command: Sequence[str] = _WORKER) -> None:
        """*command* is what lays pages out."""
        self._command = command

    def check(self) -> Generator[Progress, None, None]:
        """Have Qt begin, and do nothing; closing the generator ends that.

        Raises:
            InvalidArgument: It is not installed, or does not load.
        """
        with tempfile.TemporaryFile() as told:
            try:
                process = subprocess.Popen(  # noqa: S603 - our own module
                    [*self._command, _CHECK],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=told,
                    env=_environment(),
                )
            except OSError as error:
                raise _refused(str(error)) from None
            with process:
                yield from _to_its_end(process, "looking for Qt")
            if process.returncode:
                raise _refused(_last_line(told))

    def pages(self, printed: Printed) -> Generator[Progress, None, bytes]:
        """Return the PDF; closing the generator ends the process.

        Raises:
            VmdkError: It can't be made.
        """
        question = {
            "title": printed.title,
            "html": printed.html,
            "pictures": dict(printed.pictures),
        }
        with (
            tempfile.TemporaryFile() as asked,
            tempfile.TemporaryFile() as answer,
            tempfile.TemporaryFile() as told,
        ):
            asked.write(json.dumps(question).encode("ascii"))
            asked.seek(0)
            with subprocess.Popen(  # noqa: S603 - our own module
                self._command, stdin=asked, stdout=answer, stderr=told, env=_environment()
            ) as process:
                yield from _to_its_end(process, "printing the pages")
            answer.seek(0)
            made = answer.read()
            if process.returncode or not made.startswith(b"%PDF-"):
                raise VmdkError(
                    "the PDF can't be made", found=_last_line(told), cure="leave pdf out"
                )
            return made


def _environment() -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen"}


def _to_its_end(process: subprocess.Popen[bytes], note: str) -> Generator[Progress, None, None]:
    """Yield until *process* is over; it is over too when the generator is closed."""
    try:
        while not _has_ended(process):
            yield Progress(0, 0, note, Unit.STEPS)
    finally:
        process.kill()


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_MOMENT)
    except subprocess.TimeoutExpired:
        return False
    return True


def _last_line(told: IO[bytes]) -> str:
    told.seek(0)
    lines = told.read().decode("utf-8", "replace").split("\n")
    last = next((line for line in reversed(lines) if line.strip()), "it says nothing")
    return printable(last.strip()[:_MOST_WORDS])


def _refused(found: str) -> InvalidArgument:
    return InvalidArgument(
        "a PDF is made by Qt, which does not start here",
        found=found,
        cure="`installers/run` says what it needs; or leave pdf out",
    )
