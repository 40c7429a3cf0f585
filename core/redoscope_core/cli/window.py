"""The window, as the command line sees it: something that opens paths, takes a picture, prints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

import click

from redoscope_core.cli.stopping import left_alone
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redoscope_core.operations.reporting.printed import Printer

    Printing = Callable[[], Printer]
    """Returns what makes a PDF."""

__all__ = ["PIXELS", "Above", "Printing", "Show", "open_window"]

_PIXELS = re.compile(r"([1-9]\d{0,4})x([1-9]\d{0,4})", re.IGNORECASE)


class Show(Protocol):
    """Opens the window on paths, or takes its picture."""

    def __call__(
        self,
        paths: list[Path],
        screenshot: Path | None,
        *,
        theme: str = "",
        size: tuple[int, int] | None = None,
        force: bool = False,
        sector: int = 0,
    ) -> int:
        """Return the exit status; with *screenshot* the picture is saved there first.

        With *force* the picture may replace a file that is no disk.
        *size* is in pixels; without it, and without a *theme*, those remembered are taken.
        *sector* is the place to begin at.
        """


class Above(NamedTuple):
    """What the window does for commands, which know nothing of it; None where there is none."""

    show: Show | None = None
    printing: Printing | None = None


class _Pixels(click.ParamType[tuple[int, int]]):
    """Width and height as ``1680x940``."""

    name = "pixels"

    @override
    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Return width and height."""
        match = _PIXELS.fullmatch(str(value))
        if match is None:
            self.fail(f"{value!r} is not like 1680x940", param, ctx)
        return int(match[1]), int(match[2])


PIXELS = _Pixels()


def open_window(
    show: Show | None,
    paths: list[Path],
    screenshot: Path | None = None,
    *,
    theme: str = "",
    size: tuple[int, int] | None = None,
    force: bool = False,
    sector: int = 0,
) -> int:
    """Open the window on *paths*, at *sector*, with *show*, and return the exit status.

    Raises:
        VmdkError: No picture may be saved as *screenshot*.
        click.UsageError: The engine was installed without its window.
    """
    if show is None:
        raise click.UsageError("there is no window here; `redoscope --help` lists the commands")
    if screenshot is not None:
        from redoscope_core.operations.making.picture import check_picture

        check_picture(screenshot, force=force)
    # A signal closes windows; an error would go astray among calls of Qt.
    with left_alone():
        return show(paths, screenshot, theme=theme, size=size, force=force, sector=sector)
