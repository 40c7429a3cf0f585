"""The command that finds bytes, text or a pattern in a generation: search."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.generation import at_link, generation, named
from redoscope_core.cli.parameters import (
    DISK,
    NUMBER,
    as_json,
    opening,
    policy_of,
    salvaging,
    with_heads,
)
from redoscope_core.cli.plural import counted
from redoscope_core.cli.printing import print_json, say
from redoscope_core.cli.unread_text import stopped_document, tell_unread, unread_documents
from redoscope_core.errors import InvalidArgument
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.operations.examining.search import Matches

__all__ = ["search"]

_SHOWN = 60


@click.command(name="search")
@click.argument("disk", type=DISK)
@click.argument("pattern")
@click.option("--hex", "is_hex", is_flag=True, help="PATTERN is bytes in hex: 'de ad be ef'.")
@click.option("--regex", is_flag=True, help="PATTERN is a regular expression over bytes.")
@click.option("--encoding", default="utf-8", show_default=True, help="Of a text PATTERN.")
@click.option("--ignore-case", "-i", is_flag=True, help="A to Z count as a to z.")
@click.option("--limit", type=NUMBER, default=10_000, show_default=True, help="Matches at most.")
@at_link
@with_heads
@opening
@salvaging
@as_json
def search(
    disk: Path,
    pattern: str,
    is_hex: bool,
    regex: bool,
    ignore_case: bool,
    encoding: str,
    limit: int,
    at: str | None,
    heads: bool,
    json_output: bool,
) -> int:
    """Find bytes, text or a pattern in a generation.

    Prints the byte offset of each match and the sector it begins in; exit status 1 if there
    is none. Where more matches exist than --limit allows, that is said on stderr. What was found
    before a sector that can't be read is printed; --salvage searches behind it too, with exit
    status 1, since there may be more.
    """
    from redoscope_core.operations.examining.search import search as find

    if is_hex and regex:
        raise click.UsageError("a PATTERN is either --hex or --regex, not both")
    sought: bytes | re.Pattern[bytes] = (
        _from_hex(pattern) if is_hex else _encoded(pattern, encoding)
    )
    if regex:
        sought = _compiled(cast("bytes", sought), fold_case=ignore_case)
    policy = policy_of()
    with generation(disk, policy, at) as chain:
        # One more than asked for tells whether there are more.
        steps = find(chain, sought, limit=limit + 1, fold_case=ignore_case)
        found = drive("searching", steps)
        document = named(disk, chain)
        shown, more = found.offsets[:limit], found.offsets[limit:]
        if json_output:
            print_json(document | _document(found, shown, more))
        else:
            _print(shown, heads=heads)
        if found.stopped is not None:
            raise found.stopped
        unread = tell_unread(found.unread)
    if more:
        say(
            f"redoscope: stopped at {counted(limit, 'match', 'matches')},"
            f" more follow from byte {more[0]} on;"
            " ask for more with --limit",
            err=True,
        )
    return 0 if found.offsets and not unread else 1


def _document(found: Matches, shown: tuple[int, ...], more: tuple[int, ...]) -> dict[str, object]:
    unseen: list[dict[str, object]] = [{"what": "after-limit", "offset": byte} for byte in more]
    unseen += unread_documents([found.unread])
    matches = [{"offset": offset, "sector": offset // SECTOR} for offset in shown]
    complete = not unseen and found.stopped is None
    answer = {"matches": matches, "complete": complete, "not_looked_at": unseen}
    return answer | stopped_document(found.stopped)


def _print(offsets: tuple[int, ...], *, heads: bool) -> None:
    if offsets and heads:
        say("offset_bytes sector")
    for offset in offsets:
        say(f"{offset} {offset // SECTOR}")


def _encoded(pattern: str, encoding: str) -> bytes:
    try:
        return pattern.encode(encoding)
    except UnicodeError:
        raise InvalidArgument(
            "a pattern that the encoding has no bytes for",
            found=repr(pattern),
            expected=f"characters of {encoding}",
            cure="name another --encoding, or give the bytes with --hex",
        ) from None
    except (LookupError, ValueError):
        raise InvalidArgument(
            "an encoding that is not known",
            found=repr(encoding),
            expected="a name such as utf-8, utf-16-le, cp1252, latin-1 or cp437",
        ) from None


def _from_hex(pattern: str) -> bytes:
    digits = "".join(pattern.split())
    wrong = re.search(r"[^0-9a-fA-F]", digits)
    if wrong or len(digits) % 2:
        raise InvalidArgument(
            "a pattern that is not bytes in hex",
            found=f"{wrong[0]!r} in {pattern[:_SHOWN]!r}" if wrong else f"{len(digits)} hex digits",
            expected="two digits of 0 to 9 and a to f for each byte, such as 'de ad be ef'",
        )
    return bytes.fromhex(digits)


def _compiled(raw: bytes, *, fold_case: bool) -> re.Pattern[bytes]:
    try:
        with warnings.catch_warnings():
            # Python has its doubts about some patterns, and they are none of the user's.
            warnings.simplefilter("ignore")
            return re.compile(raw, re.IGNORECASE if fold_case else 0)
    except (re.error, OverflowError, RecursionError) as error:
        place = error.pos if isinstance(error, re.error) else None
        raise InvalidArgument(
            "a pattern that is no regular expression",
            where=None if place is None else f"its byte {place}",
            found=repr(raw.decode("utf-8", "backslashreplace")[:_SHOWN]),
            expected="brackets that close, repeats behind something, escapes that exist",
            cure="put a backslash before a sign that means itself, or search without --regex",
        ) from None
