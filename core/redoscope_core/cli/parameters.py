"""The words of a command line: sizes, sectors, paths, and how chains are opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from redoscope_core.cli.telling import ask_documents
from redoscope_core.cli.words import COMMANDS, meant_by
from redoscope_core.format.units import SECTOR
from redoscope_core.leniency import Leniency
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from redoscope_core.chain.access import Policy

__all__ = [
    "BYTE",
    "BYTES",
    "DISK",
    "NUMBER",
    "SECTORS",
    "SIZE",
    "WORD",
    "as_json",
    "is_salvaging",
    "opening",
    "policy_of",
    "salvaging",
    "with_heads",
]

_MEMORY = "redoscope"
_LENIENT = {
    Leniency.OUTSIDE: "Follow extents and parents outside the folder of the disk.",
    Leniency.DIRTY_JOURNAL: "Read SESparse disks whose journal was never replayed.",
    Leniency.BARE_FLAT: "Take a file that is no virtual disk as the data of one.",
    Leniency.REDUNDANT: "Where grain tables are damaged, read by their redundant copies.",
    Leniency.CID_MISMATCH: "Open a chain whose parent was changed since; the bytes may be wrong.",
}
"""What `opening` offers to allow; the options are spelled as the leniencies are."""
_SEARCH = "search"

Command = TypeVar("Command", bound="Callable[..., object]")

DISK = click.Path(path_type=Path, readable=False)
"""A file or folder; whether it is there and may be read is the engine's to say."""


def _amount(text: str) -> int | None:
    """Return the bytes that *text* comes to; None if it is not understood."""
    from redoscope_core.format.place import NoPlace, Standpoint, amount_of

    try:
        return amount_of(text, Standpoint(None, 0, 1))
    except NoPlace:
        return None


class _Size(click.ParamType[int]):
    """Bytes as ``512``, ``64K`` or ``1.5G``; the value is in sectors."""

    name = "size"

    @override
    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return whole sectors."""
        if isinstance(value, int):
            return value
        count = _amount(str(value))
        if count is None:
            self.fail(f"{value!r} is no size; write 512, 64K, 1.5G or 2T", param, ctx)
        sectors, rest = divmod(count, SECTOR)
        if not sectors and not rest:
            self.fail(f"{value} is nothing; a disk has at least {SECTOR} bytes", param, ctx)
        if rest or sectors < 0:
            self.fail(f"{value} is no whole number of sectors of {SECTOR} bytes", param, ctx)
        return sectors


class _Bytes(click.ParamType[int]):
    """A byte of a disk as ``2752512``, ``0x2a0000`` or ``64K``."""

    name = "bytes"

    @override
    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the byte."""
        if isinstance(value, int):
            return value
        offset = _amount(str(value))
        if offset is None or offset < 0:
            self.fail(f"{value!r} is no byte of a disk; write 2752512, 0x2a0000 or 64K", param, ctx)
        return offset


class _Whole(click.ParamType[int]):
    """A number, decimal or ``0x...``, with limits."""

    def __init__(self, name: str, limit: int) -> None:
        """Accept 0 to *limit*."""
        self.name = name
        self._limit = limit

    @override
    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the number."""
        if isinstance(value, int):
            return value
        text = str(value)
        try:
            number = int(text, 16 if text.lower().startswith("0x") else 10)
        except ValueError:
            self.fail(f"{_word_of(param)}{value!r} is no whole number", param, ctx)
        if not 0 <= number <= self._limit:
            self.fail(f"{_word_of(param)}{value} is not between 0 and {self._limit}", param, ctx)
        return number


def _word_of(param: click.Parameter | None) -> str:
    """Return the word that the help has for *param*; of an option whoever prints the error says."""
    if param is None or param.param_type_name == "option":
        return ""
    return f"{param.human_readable_name.removesuffix('...')}: "


class _Word(click.ParamType[str]):
    """A word of `redoscope`."""

    name = "word"

    @override
    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the word."""
        if value in COMMANDS:
            return str(value)
        meant = meant_by(str(value)) or "`redoscope --help` tells what each does"
        told = f"{value!r} is no command; there are {', '.join(COMMANDS)}; {meant}"
        return self.fail(told, param, ctx)

    @override
    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the words that begin like *incomplete*."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(word) for word in COMMANDS if word.startswith(incomplete)]


SIZE = _Size()
WORD = _Word()
SECTORS = _Whole("sectors", 2**53)
NUMBER = _Whole("number", 2**53)
BYTES = _Bytes()
BYTE = _Whole("byte", 255)


def as_json(command: Command) -> Command:
    """Add ``--json`` to *command*."""
    return click.option(
        "--json",
        "json_output",
        is_flag=True,
        is_eager=True,
        callback=ask_documents,
        help="Print one JSON document; errors too.",
    )(command)


def with_heads(command: Command) -> Command:
    """Add ``--no-heads`` to *command*, which takes it as *heads*."""
    return click.option(
        "--no-heads",
        "heads",
        is_flag=True,
        flag_value=False,
        default=True,
        help="Leave out the names of columns.",
    )(command)


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    context.meta[f"{_MEMORY}.{parameter.name}"] = value


def _remembered(name: str) -> object:
    return click.get_current_context().meta.get(f"{_MEMORY}.{name}")


def opening(command: Command) -> Command:
    """Add the options that say how forgiving opening is.

    They are not handed to the command: `policy_of` asks for them.
    """
    for leniency, words in _LENIENT.items():
        command = click.option(
            f"--{leniency.value.replace('_', '-')}",
            is_flag=True,
            expose_value=False,
            callback=_remember,
            help=words,
        )(command)
    return click.option(
        f"--{_SEARCH}",
        type=DISK,
        multiple=True,
        expose_value=False,
        callback=_remember,
        metavar="FOLDER",
        help="Look here and below for what is missing: parents, files of a disk. May be repeated.",
    )(command)


def salvaging(command: Command) -> Command:
    """Add ``--salvage`` to *command*; `policy_of` asks for it."""
    return click.option(
        f"--{Leniency.SALVAGE.value}",
        is_flag=True,
        expose_value=False,
        callback=_remember,
        help="Go on where something is missing or damaged, and tell what can't be read.",
    )(command)


def is_salvaging() -> bool:
    """Tell whether the command that runs was asked to salvage."""
    return bool(_remembered(Leniency.SALVAGE.value))


def _refuse_unless_folder(folder: Path) -> None:
    from redoscope_core.errors import FileRefused
    from redoscope_core.files.file import require_there

    require_there(folder)
    if not folder.is_dir():
        raise FileRefused(
            "not a folder that could be searched",
            path=folder,
            expected="a folder",
            cure="name the folder that it is in",
        )


def policy_of() -> Policy:
    """Return the policy that the options of `opening` say, of the command that runs.

    Raises:
        VmdkError: A folder to search is none, or is not there: whoever named it would believe
            that it was searched.
    """
    from redoscope_core.chain.access import Policy

    named = _remembered(_SEARCH)
    search = tuple(Path(folder) for folder in named) if isinstance(named, tuple) else ()
    for folder in search:
        _refuse_unless_folder(folder)
    asked = (*_LENIENT, Leniency.SALVAGE)
    allowed = frozenset(leniency for leniency in asked if _remembered(leniency.value))
    return Policy(allowed=allowed, search=search)
