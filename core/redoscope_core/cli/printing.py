"""What commands print: JSON documents, notes on stderr, sizes for people, progress bars."""

from __future__ import annotations

import contextlib
import json
import sys
from typing import TYPE_CHECKING

import click

from redoscope_core.errors import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from pathlib import Path
    from typing import TypeVar

    from redoscope_core.chain.chain import Chain
    from redoscope_core.progress import Progress

    Answer = TypeVar("Answer")

__all__ = [
    "drive",
    "human_size",
    "noted",
    "print_json",
    "print_notes",
    "progress_bar",
    "say",
    "tell_taken_back",
]

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_STEP = 1024


def say(text: str, *, err: bool = False) -> None:
    """Print *text*, whose names may come from anywhere, without harm to the terminal."""
    click.echo("\n".join(printable(line) for line in text.split("\n")), err=err)


def print_json(document: object) -> None:
    """Print one JSON document on stdout."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=True))


def print_notes(notes: Iterable[str]) -> None:
    """Print notes on stderr, where they do not mix with an answer."""
    for note in notes:
        say(f"redoscope: note: {note}", err=True)


def tell_taken_back(saved: Path | None) -> None:
    """Tell, if so, that by the inverse *saved* a call that was stopped was taken back first."""
    if saved is not None:
        print_notes([f"an earlier call was stopped; by {saved} it was taken back first"])


@contextlib.contextmanager
def noted(chain: Chain) -> Generator[None]:
    """Print the notes of *chain* at once and, if all goes well, those that reading it added."""
    told = dict.fromkeys(chain.notes)
    print_notes(told)
    yield
    print_notes(note for note in chain.notes if note not in told)


def human_size(count: int) -> str:
    """Return *count* bytes for a person, as ``64.0 MiB``."""
    value = float(count)
    for unit in _UNITS:
        if value < _STEP or unit == _UNITS[-1]:
            return f"{count} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= _STEP
    raise AssertionError  # the loop always returns


@contextlib.contextmanager
def progress_bar(title: str, total: int) -> Generator[Callable[[int], None], None, None]:
    """Show a bar of *total* bytes on a terminal; give a function that takes the bytes done."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with RichProgress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)


def drive(title: str, steps: Generator[Progress, None, Answer]) -> Answer:
    """Run a long operation to its end with a bar, and return its answer."""
    with contextlib.closing(steps), progress_bar(title, 0) as show:
        while True:
            try:
                progress = next(steps)
            except StopIteration as stop:
                answer: Answer = stop.value
                return answer
            show(progress.done)
