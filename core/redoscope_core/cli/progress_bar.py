"""The bar that a terminal shows of a long operation."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Column
from rich.text import Text

from redoscope_core.cli.printing import human_size
from redoscope_core.errors import printable
from redoscope_core.overriding import override
from redoscope_core.progress import Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from redoscope_core.progress import Progress

__all__ = ["progress_bar"]

_ROOMY = 100
"""Columns from which on there is room for the note as well."""
_NARROW = 60
"""Columns below which there is room for the title and how far it is alone."""


class _Done(ProgressColumn):
    """How much is done of how much, in the unit of the operation."""

    @override
    def render(self, task: Task) -> Text:
        """Return ``1.0 GiB of 4.0 GiB``, or ``3 of 5 links``."""
        done, total, unit = int(task.completed), task.total, task.fields["unit"]
        if unit is Unit.BYTES:
            first, last = human_size(done), "" if total is None else human_size(int(total))
        else:
            first = str(done) if total is not None else f"{done} {unit.value}"
            last = "" if total is None else f"{int(total)} {unit.value}"
        return Text(f"{first} of {last}" if last else f"{first} so far", no_wrap=True)


class _Rate(ProgressColumn):
    """How much is done in a second; bytes alone are worth telling."""

    @override
    def render(self, task: Task) -> Text:
        """Return ``300.0 MiB/s``: of the last seconds, or of all where one step was measured."""
        speed = task.speed or (task.elapsed and task.completed / task.elapsed)
        if not speed or task.fields["unit"] is not Unit.BYTES:
            return Text("")
        return Text(f"{human_size(int(speed))}/s", no_wrap=True)


def _columns(width: int) -> list[ProgressColumn]:
    """Return what a terminal of *width* columns has room for."""
    one_line = Column(no_wrap=True)
    title = TextColumn("{task.description}", markup=False, table_column=one_line)
    share = TextColumn("{task.fields[share]}", markup=False, table_column=one_line)
    if width < _NARROW:
        return [title, share]
    columns = [title, BarColumn(), share, _Done(), _Rate(), TimeRemainingColumn()]
    if width >= _ROOMY:
        columns.append(TextColumn("{task.fields[note]}", markup=False, table_column=one_line))
    return columns


@contextmanager
def progress_bar(title: str) -> Generator[Callable[[Progress], None]]:
    """Show a bar for *title* on the terminal; give what takes the progress.

    It pulses where the total is not known, and is taken away in the end.
    """
    console = Console(stderr=True)
    with Bars(*_columns(console.width), console=console, transient=True) as bars:
        task = bars.add_task(title, total=None, unit=Unit.BYTES, note="", share="")

        def show(progress: Progress) -> None:
            total = progress.total or None
            note = "" if progress.note == title else printable(progress.note)
            share = "" if total is None else f"{100 * progress.done // total:3d} %"
            bars.update(
                task,
                completed=progress.done,
                total=total,
                unit=progress.unit,
                note=note,
                share=share,
            )

        yield show
        last = bars.tasks[0]
        if last.total is not None:
            bars.update(task, completed=last.total, share="100 %")
