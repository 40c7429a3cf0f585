"""What can be done, as a value that can be written in three languages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.code.c_text import CFunction, c_text
from redoscope_core.code.quoting import shell_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Code", "Deed", "as_code"]

_IMPORTS = ("from pathlib import Path", "", "import redoscope_core as core", "")


class Deed(ABC):
    """One thing that was or can be done to disks, with all that it was asked."""

    __slots__ = ()

    @abstractmethod
    def c(self) -> CFunction:
        """Return it with the vendor's libraries, or a remark on what the vendor's way is."""

    @abstractmethod
    def words(self) -> Sequence[str]:
        """Return the words behind `redoscope`; none if it has no command for this."""

    @abstractmethod
    def python(self) -> Sequence[str]:
        """Return the lines of Python, with `core` and `Path` at hand."""

    def instead(self) -> str:
        """Return what to do where there is no command: words of ours, in one line."""
        return ""


@dataclass(frozen=True, slots=True)
class Code:
    """Deeds in three languages; each text ends with a line end."""

    c: str
    """With the vendor's libraries: it compiles with their headers."""
    command: str
    """For bash, zsh or ksh."""
    python: str
    """With this package."""


def as_code(*deeds: Deed) -> Code:
    """Return *deeds*, one after the other, as code."""
    return Code(
        c_text(deed.c() for deed in deeds),
        "".join(f"{_command(deed)}\n" for deed in deeds),
        "\n".join((*_IMPORTS, *_separated(deed.python() or _remark(deed) for deed in deeds)))
        + "\n",
    )


def _command(deed: Deed) -> str:
    words = deed.words()
    return " ".join(map(shell_word, ("redoscope", *words))) if words else _remark(deed)[0]


def _remark(deed: Deed) -> tuple[str]:
    return (f"# {deed.instead()}",)


def _separated(parts: Iterable[Sequence[str]]) -> Iterable[str]:
    for number, lines in enumerate(parts):
        if number:
            yield ""
        yield from lines
