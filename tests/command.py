"""The installed command in a process of its own, by pipes or on a terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import termios
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COMMAND", "Seen", "environment", "on_terminal", "run", "stop_at_work"]

COMMAND = str(Path(sys.executable).with_name("redoscope"))
_LONG = 60
"""Seconds that a command may take."""
_CHUNK = 65536
_GLANCE = 0.02
"""Seconds between two looks at whether the command has ended."""
_MARK = b"\x1e"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a command showed on a terminal, and how it ended."""

    status: int
    text: str


def environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    """Return our environment with *changes*; None takes a variable away."""
    kept = {name: value for name, value in os.environ.items() if name not in changes}
    return kept | {name: value for name, value in changes.items() if value is not None}


def run(
    *words: str | Path,
    env: Mapping[str, str | None] | None = None,
    stdout: int | IO[bytes] = subprocess.PIPE,
) -> subprocess.CompletedProcess[str]:
    """Run the command by pipes to its end."""
    return subprocess.run(
        [COMMAND, *map(str, words)],
        env=environment(env or {}),
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=_LONG,
        check=False,
    )


def on_terminal(
    *words: str | Path,
    columns: int = 100,
    env: Mapping[str, str | None] | None = None,
    program: str = COMMAND,
    typed: bytes = b"",
) -> Seen:
    """Run the command to its end on a terminal of *columns*, on which *typed* was typed before."""
    ours, its = pty.openpty()
    try:
        termios.tcsetwinsize(its, (24, columns))
        settings = termios.tcgetattr(its)
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(its, termios.TCSANOW, settings)
        if typed:
            os.write(ours, typed)
        changes = {"TERM": "xterm-256color", "COLUMNS": None, "LINES": None, **(env or {})}
        process = subprocess.Popen(
            [program, *map(str, words)],
            stdin=its,
            stdout=its,
            stderr=its,
            env=environment(changes),
            start_new_session=True,
        )
        shown = _all_of(ours, its, process)
        return Seen(process.wait(_LONG), shown.decode("utf-8", "replace"))
    finally:
        os.close(its)
        os.close(ours)


def _all_of(ours: int, its: int, process: subprocess.Popen[bytes]) -> bytes:
    """Read what *process* shows on a terminal; our own mark behind it tells that it was all."""
    shown, marked = b"", False
    with process:
        try:
            while not shown.endswith(_MARK):
                if not marked and process.poll() is not None:
                    os.write(its, _MARK)
                    marked = True
                if select.select([ours], [], [], _GLANCE)[0]:
                    shown += os.read(ours, _CHUNK)
        finally:
            process.kill()
    return shown.removesuffix(_MARK)


def stop_at_work(number: signal.Signals, *words: str | Path) -> tuple[int, str]:
    """Send a signal to the command once it shows progress; return its status and last words."""
    with subprocess.Popen(
        [COMMAND, *map(str, words), "--progress-json"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            first = process.stderr.readline()
            assert first.startswith('{"progress"'), first
            process.send_signal(number)
            rest = process.stderr.read()
            return process.wait(_LONG), rest.splitlines()[-1]
        finally:
            process.kill()
