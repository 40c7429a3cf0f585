"""Groups: a word of `redoscope` that has words below it, each a command of its own.

That word may be a command itself: `report OLD NEW`, `report verify FOLDER`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from redoscope_core.cli.telling import add_telling, bare_command_at
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from click.shell_completion import CompletionItem

__all__ = ["CommandAndWords", "Words"]


class Words(click.Group):
    """Commands, each with the options that all commands have; imported when they are called."""

    def __init__(self, *args: Any, words: Mapping[str, str], **named: Any) -> None:
        """Have these *words*: module in this room and name of the command of each."""
        super().__init__(*args, **named)
        self._words = words

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take a word for its command; that none is there is one line."""
        if not args and not ctx.resilient_parsing:
            raise click.UsageError(f"a word is missing: {', '.join(self._words)}", ctx)
        return super().parse_args(ctx, args)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, if there is one."""
        del ctx
        if cmd_name not in self._words:
            return None
        found = bare_command_at(self._words[cmd_name])
        return found if isinstance(found, Words) else add_telling(found)

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the words in the order in which people meet them."""
        del ctx
        return list(self._words)


class CommandAndWords(Words):
    """A command of its own for what is named, with words below it."""

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take a word for its command, anything else for what this one is about."""
        if args and args[0] in self._words:
            return super().parse_args(ctx, args)
        ctx.allow_interspersed_args = True
        return click.Command.parse_args(self, ctx, args)

    @override
    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the words and the files that may come next."""
        from click.shell_completion import CompletionItem

        paths = [] if incomplete.startswith("-") else [CompletionItem(incomplete, type="file")]
        return paths if ctx.args else [*paths, *super().shell_complete(ctx, incomplete)]
