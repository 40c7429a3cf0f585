"""A desk to work at: a virtual display, the program on it, and hands for keyboard and mouse."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Desk", "Program", "missing_tools", "open_desk"]

PATIENCE = 60.0
"""Seconds that anything may take before the test gives up on it."""
_ATTEMPT = 5.0
"""Seconds that xdotool may wait for one thing; a window that vanished then is looked for anew."""
_TOOLS = ("Xvfb", "xdotool", "qemu-img")


def missing_tools() -> list[str]:
    """Return which of the programs that these tests need are not there."""
    return [name for name in _TOOLS if shutil.which(name) is None]


@dataclass(frozen=True, slots=True)
class Desk:
    """A display and a home folder that nobody has used before."""

    display: str
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a program started here sees: nothing of the person who runs the test."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        return kept | {"DISPLAY": self.display, "HOME": str(self.home)}

    def hands(self, *words: object, patience: float = PATIENCE) -> str:
        """Do what `xdotool` calls *words*, and return what it prints."""
        ran = subprocess.run(
            ["xdotool", *map(str, words)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=patience,
            check=True,
        )
        return ran.stdout.strip()

    def focus(self, title: str) -> str:
        """Give the keyboard to the window whose title matches *title*; return its number."""
        return self._persist(
            *("search", "--sync", "--onlyvisible", "--name", title, "windowfocus", "--sync"),
            *("%1", "getwindowfocus"),
        ).splitlines()[-1]

    def _persist(self, *words: str) -> str:
        """Do what *words* say until it is done: a window may vanish while xdotool looks at it."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self.hands(*words, patience=_ATTEMPT)
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
                if time.monotonic() > until:
                    raise

    def start(self, *words: object) -> Program:
        """Start the installed command `redoscope` with *words*, in another folder."""
        command = Path(sys.executable).with_name("redoscope")
        process = subprocess.Popen(
            [command, *map(str, words)],
            env=self.environment,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return Program(self, process)


@dataclass(frozen=True, slots=True)
class Program:
    """A running `redoscope`."""

    desk: Desk
    process: subprocess.Popen[str]

    def type(self, text: str) -> None:
        """Type *text* into whatever has the keyboard."""
        self.desk.hands("type", "--delay", "5", text)

    def press(self, *keys: str) -> None:
        """Press keys or chords, one after the other."""
        self.desk.hands("key", "--delay", "20", *keys)

    def see(self, title: str) -> str:
        """Wait for a window with *title*, give it the keyboard, and return its number."""
        return self.desk.focus(title)

    def end(self) -> tuple[int, str]:
        """Wait for the end and return the exit status and what was said on stderr."""
        _, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, errors


@contextmanager
def open_desk(home: Path) -> Iterator[Desk]:
    """Give a desk with a display of its own; what still runs on it in the end is stopped."""
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1680x1000x24", "-nolisten", "tcp"],
        pass_fds=[write_end],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as told:
            number = told.readline().strip()
        assert re.fullmatch(r"\d+", number), "the display did not start"
        yield Desk(f":{number}", home)
    finally:
        server.terminate()
        server.wait(PATIENCE)
