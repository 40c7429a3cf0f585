"""What commands print: JSON documents, notes on stderr, sizes for people."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from redoscope_core.cli.telling import begin_answer, is_quiet
from redoscope_core.errors import printable
from redoscope_core.findings import Kind

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

    from redoscope_core.chain.chain import Chain
    from redoscope_core.findings import Finding

__all__ = [
    "human_size",
    "noted",
    "print_findings",
    "print_json",
    "print_notes",
    "say",
    "tell_taken_back",
]

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_STEP = 1024


def say(*lines: str, err: bool = False) -> None:
    """Print each of *lines*, whose names may come from anywhere, without harm to the terminal.

    A line end inside one of them is spelled out: nothing that a name says looks like ours.
    With *err* it is a message: if nobody takes that, nothing more can be done about it.
    """
    shown = "".join(f"{printable(line)}\n" for line in lines)
    if not err:
        sys.stdout.write(shown)
        return
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    with contextlib.suppress(OSError):
        sys.stderr.write(shown)
        sys.stderr.flush()


def print_json(document: object) -> None:
    """Print one JSON document on stdout."""
    from json import dumps

    begin_answer()
    sys.stdout.write(dumps(document, indent=2, ensure_ascii=True) + "\n")


def print_findings(findings: Iterable[Finding]) -> None:
    """Print *findings* as notes on stderr."""
    for finding in findings:
        from redoscope_core import sentences

        print_notes([sentences.line(finding)])


def print_notes(notes: Iterable[str]) -> None:
    """Print notes on stderr, where they do not mix with an answer; none with `--quiet`."""
    for note in () if is_quiet() else notes:
        say(f"redoscope: note: {note}", err=True)


def tell_taken_back(saved: Path | None) -> None:
    """Tell, if so, that by the inverse *saved* a call that was stopped was taken back first."""
    if saved is not None:
        print_notes([f"an earlier call was stopped; by {saved} it was taken back first"])


@contextlib.contextmanager
def noted(chain: Chain, *, older: bool) -> Generator[None]:
    """Print the notes of *chain* at once and, if all goes well, those that reading it added.

    With *older* also that it is an older generation: who only reads bytes need not know.
    """
    told = chain.findings
    print_findings(f for f in told if older or f.kind is not Kind.OLDER_GENERATION)
    yield
    print_findings(finding for finding in chain.findings if finding not in told)


def human_size(count: int) -> str:
    """Return *count* bytes for a person, as ``64.0 MiB``."""
    value = float(count)
    for unit in _UNITS:
        if value < _STEP or unit == _UNITS[-1]:
            return f"{count} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= _STEP
    raise AssertionError  # the loop always returns
