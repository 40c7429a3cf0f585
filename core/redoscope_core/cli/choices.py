"""Choices: options whose values the engine lists: types of disks, adapters, algorithms.

The list is read from the engine when it is needed, for help, completion or a check: a command
that was given none of them does not wait for the module that has it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from redoscope_core.overriding import override

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = [
    "ADAPTER",
    "ALGORITHM",
    "CHILD_KIND",
    "CLONE_KIND",
    "DISK_KIND",
    "LANGUAGE",
    "LANGUAGES",
    "SHELL",
    "SHELLS",
    "THEME",
]


class _OneOf(click.ParamType[str]):
    """One of some names, whatever their capitals."""

    def __init__(self, name: str, names: tuple[str, ...] = ()) -> None:
        """Take one of *names*; *name* tells what they are."""
        self.name = name
        self._names = names

    @property
    def names(self) -> tuple[str, ...]:
        """The names, as they are spelled."""
        return self._names

    @override
    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return ``[ide|buslogic|...]``, in braces where one has to be given by its place."""
        names = "|".join(self.names)
        needed = param.required and isinstance(param, click.Argument)
        return f"{{{names}}}" if needed else f"[{names}]"

    @override
    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the name as it is spelled."""
        spelled = {name.lower(): name for name in self.names}
        text = str(value).lower()
        if text in spelled:
            return spelled[text]
        from difflib import get_close_matches

        close = get_close_matches(text, spelled, n=1)
        meant = f"; did you mean {spelled[close[0]]}?" if close else ""
        return self.fail(
            f"{value!r} is no {self.name}; there are {', '.join(self.names)}{meant}", param, ctx
        )

    @override
    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the names that begin like *incomplete*."""
        from click.shell_completion import CompletionItem

        begun = incomplete.lower()
        return [CompletionItem(name) for name in self.names if name.lower().startswith(begun)]


class _Listed(_OneOf):
    """One of the names that a module of the engine lists."""

    def __init__(self, name: str, module: str, attribute: str) -> None:
        """Take the names from *attribute* of *module* of the engine; *name* tells what they are."""
        super().__init__(name)
        self._module, self._attribute = module, attribute

    @property
    @override
    def names(self) -> tuple[str, ...]:
        """The names, as the engine spells them."""
        listed: tuple[str, ...] = getattr(
            import_module(f"redoscope_core.{self._module}"), self._attribute
        )
        return listed


LANGUAGES = ("command", "python", "c")
"""In which a command can be shown as code."""
LANGUAGE = _OneOf("language", LANGUAGES)
SHELLS = ("bash", "zsh", "fish")
"""Shells that can be told what may come next on their command line."""
ADAPTER = _Listed("adapter", "format.geometry", "ADAPTERS")
ALGORITHM = _Listed("algorithm", "operations.examining.digest", "ALGORITHMS")
CHILD_KIND = _Listed("type of a child", "operations.making.pieces", "CHILD_KINDS")
CLONE_KIND = _Listed("type of a copy", "operations.making.clone", "CLONE_KINDS")
DISK_KIND = _Listed("type of a disk", "operations.making.pieces", "DISK_KINDS")
SHELL = _OneOf("shell", SHELLS)
THEME = _OneOf("theme", ("dark", "light"))
