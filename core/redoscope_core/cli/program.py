"""The program: one group of commands, one way errors are told, three exit statuses.

0: done. 1: the disk or the answer is bad. 2: the call is wrong or an error stopped it.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click
from typing_extensions import override

from redoscope_core import __version__
from redoscope_core.cli.later import load_later
from redoscope_core.cli.printing import say
from redoscope_core.cli.words import COMMANDS
from redoscope_core.errors import VmdkError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.cli.showing import Show

__all__ = ["main"]

_STOPPED = 2


class _Commands(click.Group):
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
        module, name = COMMANDS[cmd_name].split(".")
        command: click.Command = getattr(import_module(f"redoscope_core.cli.{module}"), name)
        return command


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


def main(argv: Sequence[str] | None = None, *, show: Show | None = None) -> int:
    """Run one command and return the exit status; *show* opens the window for `demo`.

    Errors are one line on stderr, never a traceback.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    # Nothing here multiplies matrices: the threads for it would only take time to start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    load_later("numpy")
    try:
        status = _program.main(arguments, prog_name="redoscope", standalone_mode=False, obj=show)
        sys.stdout.flush()
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (BrokenPipeError, SystemExit):
        # Whoever read our output has enough, which click takes as a reason to leave.
        _give_up_output()
        return 0
    except OSError as error:
        # The engine tells its own as a VmdkError: this is the output, or the machine.
        _give_up_output()
        say(f"redoscope: {error.filename or 'the output'}: {error.strerror}", err=True)
        return _STOPPED
    except (VmdkError, click.ClickException, click.Abort, KeyboardInterrupt, MemoryError) as error:
        say(f"redoscope: {_told(error)}", err=True)
        return _STOPPED
    return status if isinstance(status, int) else 0


def _give_up_output() -> None:
    """Send what is still to be written nowhere, so that leaving does not fail over it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(error: BaseException) -> str:
    """Return the one line that tells *error*."""
    if isinstance(error, click.ClickException):
        return " ".join(error.format_message().split("\n"))
    if isinstance(error, MemoryError):
        return "not enough memory for this disk"
    return str(error) if isinstance(error, VmdkError) else "stopped"
