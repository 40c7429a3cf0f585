"""The front: the group of all words, which opens the window where no word is given."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.at_once import HELP_COLUMNS, HELP_OPTIONS
from redoscope_core.cli.choices import THEME
from redoscope_core.cli.in_case import READING, add_case
from redoscope_core.cli.parameters import DISK
from redoscope_core.cli.telling import command_at
from redoscope_core.cli.window import PIXELS, Above, open_window
from redoscope_core.cli.words import COMMANDS, GROUPS, VERSION, VERSION_OPTIONS, meant_by
from redoscope_core.errors import FileMissing, VmdkError, printable
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["front"]

_WIDTH = 100
_OWN = frozenset({*HELP_OPTIONS, *VERSION_OPTIONS})


class _Front(click.Group):
    """The group, whose commands are imported one by one when they are called."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order people meet them."""
        del ctx
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, if there is one."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = command_at(COMMANDS[cmd_name])
        return add_case(command) if cmd_name in READING else command

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take a word and what follows for its command; anything else for the window."""
        first = args[0] if args else ""
        if first in COMMANDS or first in _OWN:
            return super().parse_args(ctx, args)
        if not ctx.resilient_parsing and _is_like_a_word(first) and not os.path.lexists(first):
            raise _no_such_word(first, ctx)
        if not ctx.resilient_parsing:
            self._refuse_word_behind_options(ctx, args)
        ctx.allow_interspersed_args = True
        return click.Command.parse_args(self, ctx, args)

    def _refuse_word_behind_options(self, ctx: click.Context, args: list[str]) -> None:
        """Raise an error that shows the right call if options of a word stand in front of it."""
        count = next((at for at, arg in enumerate(args) if not arg.startswith("-")), len(args))
        options, rest = args[:count], args[count:]
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        names = [option.partition("=")[0] for option in options]
        if not rest or rest[0] not in COMMANDS or not names or not own.isdisjoint(names):
            return
        word, behind = rest[0], " ".join(options)
        told = f"options stand behind the word: `{ctx.command_path} {word} {behind}`"
        raise click.UsageError(f"{told} and then what it is to work on", ctx)

    @override
    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the words and the files that may come next; behind a path only files."""
        from click.shell_completion import CompletionItem

        paths = [] if incomplete.startswith("-") else [CompletionItem(incomplete, type="file")]
        if ctx.args:
            return paths
        # Bash forgets what it was told before a file.
        return [*paths, *super().shell_complete(ctx, incomplete)]

    @override
    def get_help(self, ctx: click.Context) -> str:
        """Return the help, no wider than the kept one: it must not depend on who tells it."""
        narrow = min(ctx.make_formatter().width, HELP_COLUMNS - 2)
        formatter = click.HelpFormatter(width=narrow)
        self.format_help(ctx, formatter)
        return formatter.getvalue().rstrip("\n")

    @override
    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the two ways of calling."""
        formatter.write_usage(ctx.command_path, "[PATH...] [OPTIONS]   open the window")
        formatter.write_usage(
            ctx.command_path, "WORD [ARGS...]        run a command, without a window", "       "
        )

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a line for each word, by what people mean to do."""
        room = formatter.width - 4 - max(len(word) for word in COMMANDS)
        for title, words in GROUPS.items():
            rows = []
            for word in words:
                command = self.get_command(ctx, word)
                if command is not None:
                    rows.append((word, command.get_short_help_str(max(room, 45))))
            with formatter.section(title):
                formatter.write_dl(rows)


def _is_like_a_word(text: str) -> bool:
    """Tell whether *text* would be a word rather than a path."""
    return bool(text) and text.replace("-", "").isalpha() and not text.startswith("-")


def _why_missing(path: Path) -> VmdkError:
    try:
        path.lstat()
    except PermissionError as error:
        from redoscope_core.files.file import os_error

        return os_error(error, path, "looking for it")
    except (OSError, ValueError):
        pass
    return FileMissing(
        "there is no such file or folder",
        path=path,
        cure="`redoscope --help` lists the commands",
    )


def _no_such_word(word: str, ctx: click.Context) -> click.UsageError:
    """Return the error that *word* is no command, with those that may be meant."""
    told = f"{printable(word)!r} is no command, and no file or folder here"
    meant = meant_by(word) or "`redoscope --help` lists the commands"
    return click.UsageError(f"{told}; {meant}", ctx)


@click.command(
    name="redoscope",
    cls=_Front,
    invoke_without_command=True,
    context_settings={"help_option_names": list(HELP_OPTIONS), "max_content_width": _WIDTH},
)
@click.option(
    "--screenshot", type=DISK, metavar="PNG", help="Save a picture of the window and end."
)
@click.option("--force", is_flag=True, help="Have the picture replace PNG if that is there.")
@click.option("--theme", type=THEME, help="Colours of the window.")
@click.option("--size", type=PIXELS, metavar="WxH", help="Pixels of the window.")
@click.version_option(VERSION, *VERSION_OPTIONS, message="%(version)s")
@click.pass_context
def front(
    ctx: click.Context,
    screenshot: Path | None,
    force: bool,
    theme: str | None,
    size: tuple[int, int] | None,
) -> int | None:
    """Open VMDK disk chains: see every link, and learn which link each byte came from.

    A PATH is a .vmdk, a .vmx or a folder. `redoscope help WORD` tells all about a command.
    """
    if ctx.invoked_subcommand is not None:
        return None
    paths = [Path(path) for path in ctx.args]
    missing = next((path for path in paths if not os.path.lexists(path)), None)
    if missing is not None:
        raise _why_missing(missing)
    above: Above = ctx.obj
    return open_window(above.show, paths, screenshot, theme=theme or "", size=size, force=force)
