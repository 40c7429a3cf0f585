"""The program: one group of commands, one way errors are told, three exit statuses.

0: done. 1: the disk or the answer is bad. 2: the call is wrong or an error stopped it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click
from typing_extensions import override

from redoscope_core import __version__
from redoscope_core.cli.describing import info, map_areas, owner, tree
from redoscope_core.cli.examining import changes, check, compare, hash_disk, search
from redoscope_core.cli.making import attach, child, clone, create
from redoscope_core.cli.merging import consolidate
from redoscope_core.cli.printing import say
from redoscope_core.cli.showing import demo
from redoscope_core.cli.transferring import dump, read, write
from redoscope_core.errors import VmdkError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.cli.showing import Show

__all__ = ["WORDS", "main"]

_STOPPED = 2


class _Commands(click.Group):
    """The group, with the commands in the order people meet them."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order they were added."""
        del ctx
        return list(self.commands)


@click.group(
    name="redoscope",
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="redoscope %(version)s")
def _program() -> None:
    """Open VMDK disk chains: see every link, and learn which link each byte came from.

    Without a command, `redoscope [PATH...]` opens the window on the paths.
    """


for _command in (
    *(demo, tree, info, map_areas, owner, dump, read, write, create, child, attach),
    *(changes, check, compare, clone, consolidate, hash_disk, search),
):
    _program.add_command(_command)

WORDS = frozenset(_program.commands)
"""The words that make a call of `redoscope` a command, not a path for the window."""


def main(argv: Sequence[str] | None = None, *, show: Show | None = None) -> int:
    """Run one command and return the exit status; *show* opens the window for `demo`.

    Errors are one line on stderr, never a traceback.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        status = _program.main(arguments, prog_name="redoscope", standalone_mode=False, obj=show)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except BrokenPipeError:
        # Whoever read our output has enough; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (VmdkError, click.ClickException, click.Abort, KeyboardInterrupt, MemoryError) as error:
        say(f"redoscope: {_told(error)}", err=True)
        return _STOPPED
    return status if isinstance(status, int) else 0


def _told(error: BaseException) -> str:
    """Return the one line that tells *error*."""
    if isinstance(error, click.ClickException):
        return " ".join(error.format_message().split("\n"))
    if isinstance(error, MemoryError):
        return "not enough memory for this disk"
    return str(error) if isinstance(error, VmdkError) else "stopped"
