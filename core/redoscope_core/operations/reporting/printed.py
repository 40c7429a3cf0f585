"""Printed: a report for paper, and what is needed of whoever makes a PDF of it.

The engine knows no program that lays out pages. It hands the text on, in the part of HTML that Qt
knows, and takes back the bytes: whoever calls it brings a printer, as the window does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from redoscope_core.progress import Progress

__all__ = ["Printed", "Printer"]


@dataclass(frozen=True, slots=True)
class Printed:
    """The text of a report and its pictures; no name out of a disk is markup in it."""

    title: str
    html: str
    """With `img` elements whose `src` is the name of a picture, and nothing else to load."""
    pictures: Mapping[str, str] = field(default_factory=dict)
    """SVG documents by name."""
    broad: int = 960
    """Pixels that a picture takes in a line of the text."""


class Printer(Protocol):
    """Makes PDF/A of printed reports."""

    def check(self) -> Generator[Progress, None, None]:
        """End if pages can be printed here.

        Raises:
            VmdkError: What is needed for it is not there.
        """

    def pages(self, printed: Printed) -> Generator[Progress, None, bytes]:
        """Return the PDF; closing the generator stops it.

        Raises:
            VmdkError: It can't be made.
        """
