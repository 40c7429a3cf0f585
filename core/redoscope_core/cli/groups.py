"""Groups: a word of `redoscope` that has words below it, each a command of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from redoscope_core.cli.telling import command_at
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Words"]


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
        return command_at(self._words[cmd_name]) if cmd_name in self._words else None

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the words in the order in which people meet them."""
        del ctx
        return list(self._words)
