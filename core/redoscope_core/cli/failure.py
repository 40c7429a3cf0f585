"""Failure: what ended a command, as one line for people and as a document for programs."""

from __future__ import annotations

import errno
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from redoscope_core import __version__
from redoscope_core.cli.stopping import SIGNALLED, Stopped
from redoscope_core.cli.ways_out import advised
from redoscope_core.errors import VixCode, VmdkError, printable

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

__all__ = ["Failure", "failure_of"]

_WRONG = 2
_CTRL_C = 2
_OUTPUT = "the output"
_CLOSED = "it is closed"


@dataclass(frozen=True, slots=True)
class Failure:
    """The facts of what ended a command; `document` says them to programs."""

    kind: str
    """A word that stays the same: the class of a `VmdkError` (``missing-parent``), or one of
    ``wrong-call output-failed no-memory too-nested stopped unexpected``."""
    code: int
    """The vendor's number for it."""
    what: str
    path: str | None = None
    where: str | None = None
    offset: int | None = None
    """Bytes from the start of the file *path*."""
    found: str | None = None
    expected: str | None = None
    cure: str | None = None
    line: str = ""
    """All of it as one line, without the name of the program."""
    status: int = _WRONG
    """Exit status of the command."""

    @property
    def document(self) -> dict[str, object]:
        """What `--json` prints of it."""
        facts = asdict(self)
        facts["message"] = facts.pop("line")
        del facts["status"]
        return {"error": facts}


def failure_of(error: BaseException, command: click.Command | None) -> Failure:
    """Return what *error* means to whoever called *command*."""
    kinds: tuple[tuple[type[BaseException], Callable[[BaseException], Failure]], ...] = (
        (KeyboardInterrupt, _stopped),
        (click.ClickException, _wrong_call),
        (click.Abort, _stopped),
        (OSError, _output_failed),
        (MemoryError, _no_memory),
        (RecursionError, _too_nested),
    )
    if isinstance(error, VmdkError):
        return _of_disk(error, command)
    tell = next((tell for kind, tell in kinds if isinstance(error, kind)), _unexpected)
    return tell(error)


def _of_disk(error: VmdkError, command: click.Command | None) -> Failure:
    cure = advised(error, command)
    line = error.facts if cure is None else f"{error.facts}; {cure}"
    path = None if error.path is None else str(error.path)
    return Failure(
        kind=error.kind,
        code=int(error.code),
        what=error.what,
        path=path,
        where=error.where,
        offset=error.offset,
        found=None if error.found is None else str(error.found),
        expected=None if error.expected is None else str(error.expected),
        cure=cure,
        line=printable(line if error.path is None else f"{error.short_path}: {line}"),
    )


def _wrong_call(error: BaseException) -> Failure:
    told = error.format_message() if isinstance(error, click.ClickException) else str(error)
    if isinstance(error, click.MissingParameter):
        told = _missing(error)
    elif isinstance(error, click.BadParameter) and error.param is not None:
        # What a place of the call is for, the sentence itself says.
        option = error.param.param_type_name == "option"
        told = f"{max(error.param.opts, key=len)}: {error.message}" if option else error.message
    line = printable(told)
    place = getattr(error, "ctx", None)
    cure = f"`{place.command_path} --help` tells how it is called" if place is not None else None
    return Failure("wrong-call", int(VixCode.INVALID_ARG), line, cure=cure, line=line)


def _missing(error: click.MissingParameter) -> str:
    """Return the sentence that something has to be given, with the choices if there are."""
    place = error.param
    if place is None or place.param_type_name == "option":
        return " ".join(error.format_message().split())
    names = getattr(place.type, "names", ())
    if names:
        return f"no {place.type.name} is named; there are {', '.join(names)}"
    return f"{place.make_metavar(error.ctx or click.Context(click.Command(None)))} is missing"


def _stopped(error: BaseException) -> Failure:
    number = error.number if isinstance(error, Stopped) else _CTRL_C
    return Failure(
        "stopped", int(VixCode.CANCELLED), "stopped", line="stopped", status=SIGNALLED + number
    )


def _output_failed(error: BaseException) -> Failure:
    # The engine tells its own as a VmdkError: this is the output, or the machine.
    named = getattr(error, "filename", None)
    path = _OUTPUT if named is None else str(named)
    reason = str(getattr(error, "strerror", None) or error)
    if named is None and getattr(error, "errno", None) == errno.EBADF:
        reason = _CLOSED
    line = printable(f"{path}: {reason}")
    return Failure("output-failed", int(VixCode.FILE_ERROR), reason, path=path, line=line)


def _no_memory(_: BaseException) -> Failure:
    line = "not enough memory for this disk"
    return Failure("no-memory", int(VixCode.OUT_OF_MEMORY), line, line=line)


def _too_nested(_: BaseException) -> Failure:
    line = "what was read is nested too deeply to be understood"
    return Failure("too-nested", int(VixCode.FAIL), line, line=line)


def _unexpected(error: BaseException) -> Failure:
    """Tell an error of ours; where it came from is what a report needs most."""
    found = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    where = _place(error.__traceback__)
    what = "an error in redoscope itself"
    cure = (
        f"please report this line (redoscope {__version__}, Python {sys.version.split()[0]});"
        " with REDOSCOPE_DEBUG=1 the same call tells more"
    )
    return Failure(
        "unexpected",
        int(VixCode.FAIL),
        what,
        where=where,
        found=found,
        cure=cure,
        line=printable(f"{what}, at {where}, found {found}; {cure}"),
    )


def _place(trace: TracebackType | None) -> str:
    """Return the innermost place of our own that *trace* names, as file and line."""
    place = "an unknown place"
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename.replace("\\", "/")
        if "/redoscope_" in name:
            place = f"redoscope_{name.rpartition('/redoscope_')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
