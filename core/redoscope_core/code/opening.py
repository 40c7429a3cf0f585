"""How forgiving disks are opened, in a command and in Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.code.quoting import python_path, unmistakable

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.leniency import Leniency

__all__ = ["STRICTLY", "Opening"]


@dataclass(frozen=True, slots=True)
class Opening:
    """What is allowed while disks are opened, and where else is looked for what is missing."""

    allowed: frozenset[Leniency] = frozenset()
    search: tuple[Path, ...] = ()

    @property
    def is_strict(self) -> bool:
        """Whether it is as strict as if nothing was said."""
        return not self.allowed and not self.search

    @property
    def options(self) -> tuple[str, ...]:
        """The options of a command."""
        allowed = sorted(f"--{each.value.replace('_', '-')}" for each in self.allowed)
        searched = [word for path in self.search for word in ("--search", unmistakable(path))]
        return (*allowed, *searched)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of Python that make `policy`; none if it is not needed."""
        if self.is_strict:
            return ()
        names = ", ".join(sorted(f"core.Leniency.{each.name}" for each in self.allowed))
        given = [f"allowed=frozenset({{{names}}})"] if names else []
        if self.search:
            given.append(f"search=({', '.join(map(python_path, self.search))},)")
        return (f"policy = core.Policy({', '.join(given)})",)

    @property
    def argument(self) -> str:
        """What hands `policy` on in a call of Python, behind other arguments."""
        return "" if self.is_strict else ", policy=policy"

    def chain(self, path: Path, name: str = "chain") -> str:
        """Return the head of the block in which the chain of *path* is open as *name*."""
        return f"with core.Chain.open({python_path(path)}{self.argument}) as {name}:"


STRICTLY = Opening()
"""As every call that says nothing opens."""
