"""Commands run in this process, with their output and exit status."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from redoscope_core.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Ran", "Redoscope"]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command came to."""

    status: int
    raw: bytes
    """What it printed on stdout."""
    err: str

    @property
    def out(self) -> str:
        """Stdout as text."""
        return self.raw.decode()

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.raw)


class Redoscope:
    """Runs `redoscope WORDS...`."""

    def __init__(self, capture: Callable[[], tuple[bytes, bytes]]) -> None:
        """Take what is printed from *capture*."""
        self._capture = capture

    def __call__(self, *words: object) -> Ran:
        """Run one command."""
        self._capture()
        status = main([str(word) for word in words])
        out, err = self._capture()
        return Ran(status, out, err.decode())

    def refused(self, *words: object) -> str:
        """Run a command that must end in one line of error, and return the line.

        With ``--json`` a document says the same. `info` tells the descriptor too, if there is one.
        """
        ran = self(*words)
        assert ran.status == 2
        assert ran.err.startswith("redoscope: ")
        if "--json" in words:
            assert f"redoscope: {ran.document['error']['message']}\n" == ran.err
        elif words[0] != "info":
            assert ran.raw == b""
        assert ran.err.endswith("\n")
        line = ran.err[:-1]
        assert line.isprintable()
        return line


@pytest.fixture
def redoscope(capsysbinary: pytest.CaptureFixture[bytes]) -> Redoscope:
    """The commands."""

    def capture() -> tuple[bytes, bytes]:
        found = capsysbinary.readouterr()
        return found.out, found.err

    return Redoscope(capture)
