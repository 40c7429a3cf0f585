"""The manual page: the help of all commands, in the language of `man`."""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import TYPE_CHECKING

import click

from redoscope_core import __version__
from redoscope_core.cli.words import GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["manual_page"]

_QUOTED = re.compile(r"`([^`]+)`")
_STATUSES = (
    ("0", "Done."),
    ("1", "The disk or the answer is bad: check found faults, compare differs, nothing matches."),
    ("2", "The call is wrong, or an error stopped it; one line on standard error tells it."),
    ("130, 143, 129", "Ctrl-C, SIGTERM or SIGHUP stopped it; nothing half-made is left."),
)
_VARIABLES = (
    ("NO_COLOR", "Print no colours."),
    ("TERM", "Show no bar of progress where it is dumb or not set."),
    ("REDOSCOPE_DEBUG", "Tell more of an error in redoscope itself."),
)


def manual_page(root: click.Context) -> str:
    """Return the page, in roff, for the group of *root*; its lines are the same on any terminal."""
    group = root.command
    lines = [
        f'.TH REDOSCOPE 1 "" "redoscope {__version__}" "User commands"',
        ".SH NAME",
        r"redoscope \- see every link of a VMDK disk chain, and which link each byte came from",
        ".SH SYNOPSIS",
        ".B redoscope",
        "[PATH...] [OPTIONS]",
        ".br",
        ".B redoscope",
        "WORD [ARGS...]",
        ".SH DESCRIPTION",
        *_paragraphs(group),
        ".SH OPTIONS OF THE WINDOW",
        *_options(group, root),
    ]
    shared = _shared(root)
    for title, words in GROUPS.items():
        lines.append(f".SH COMMANDS: {title.upper()}")
        for word in words:
            lines += _command(root, word, shared)
    lines.append(".SH OPTIONS OF EVERY COMMAND")
    lines += _options(_of(root, "tree"), root, only=shared)
    for title, rows in (("EXIT STATUS", _STATUSES), ("ENVIRONMENT", _VARIABLES)):
        lines.append(f".SH {title}")
        for head, text in rows:
            lines += [".TP", rf"\fB{_roff(head)}\fR", _roff(text)]
    return "\n".join(lines)


def _of(root: click.Context, word: str) -> click.Command:
    group = root.command
    command = group.get_command(root, word) if isinstance(group, click.Group) else None
    if command is None:
        raise LookupError(word)
    return command


def _shared(root: click.Context) -> frozenset[str]:
    """Return the names of the options that every command has."""
    names = [
        {parameter.name or "" for parameter in _of(root, word).get_params(root)}
        for words in GROUPS.values()
        for word in words
    ]
    return frozenset(set.intersection(*names))


def _command(above: click.Context, word: str, shared: frozenset[str]) -> Iterator[str]:
    """Yield the lines of one command, and of those below it."""
    command = _of(above, word)
    with click.Context(command, info_name=word, parent=above) as context:
        usage = " ".join(command.collect_usage_pieces(context))
        yield f".SS {_roff(context.command_path)} {_roff(usage)}"
        yield from _paragraphs(command)
        yield from _options(command, context, without=shared)
        if isinstance(command, click.Group):
            for below in command.list_commands(context):
                yield from _command(context, below, shared)


def _paragraphs(command: click.Command) -> Iterator[str]:
    for number, paragraph in enumerate(cleandoc(command.help or "").split("\n\n")):
        if number:
            yield ".PP"
        yield _roff(" ".join(paragraph.split()))


def _options(
    command: click.Command,
    context: click.Context,
    *,
    only: frozenset[str] | None = None,
    without: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """Yield a head and a text for each option of *command*."""
    for parameter in command.get_params(context):
        name = parameter.name or ""
        if name in without or (only is not None and name not in only):
            continue
        record = parameter.get_help_record(context)
        if record is not None and isinstance(parameter, click.Option):
            yield from (".TP", rf"\fB{_roff(record[0])}\fR", _roff(" ".join(record[1].split())))


def _roff(text: str) -> str:
    """Return *text* so that roff prints it as it is; what is quoted as code is set bold."""
    plain = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
    bold = _QUOTED.sub(r"\\fB\1\\fR", plain)
    return rf"\&{bold}" if bold.startswith(".") else bold
