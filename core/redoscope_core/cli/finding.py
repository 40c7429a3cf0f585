"""The command that finds bytes, text or a pattern in a generation: search."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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
from redoscope_core.cli.printing import print_json, say
from redoscope_core.cli.unread_text import stopped_document, tell_unread, unread_documents
from redoscope_core.format.units import SECTOR
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.operations.examining.hits import Hits
    from redoscope_core.operations.examining.needle import Needle
    from redoscope_core.operations.examining.search import Matches

__all__ = ["needle_of", "search"]

_USUAL = "utf-8"


@click.command(name="search")
@click.argument("disk", type=DISK)
@click.argument("pattern")
@click.option(
    "--hex", "is_hex", is_flag=True, help="PATTERN is bytes in hex: 'de ad ?? ef'; ?? is any byte."
)
@click.option("--regex", is_flag=True, help="PATTERN is a regular expression over bytes.")
@click.option(
    "--encoding",
    multiple=True,
    metavar="NAME",
    help="Of a text PATTERN; may be given again: each is sought. utf-16 is both its ends."
    "  [default: utf-8]",
)
@click.option("--ignore-case", "-i", is_flag=True, help="Large and small letters are alike.")
@click.option(
    "--all-generations", is_flag=True, help="In every generation: each match tells which hold it."
)
@click.option(
    "--since",
    default=None,
    metavar="LINK",
    help="Only matches with a byte in areas changed since this older link: its generation (0 is the"
    " base disk), base, its file's name or path, or its change id.",
)
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
    encoding: tuple[str, ...],
    all_generations: bool,
    since: str | None,
    limit: int,
    at: str | None,
    heads: bool,
    json_output: bool,
) -> int:
    """Find bytes, text or a pattern in a generation, or in all of them.

    Prints the byte offset of each match and the sector it begins in, with --all-generations the
    generations that hold it too, such as 0-2,4; exit status 1 if there is none. Where more matches
    exist than --limit allows, that is said on stderr. What was found before a sector that can't be
    read is printed; --salvage searches behind it too, with exit status 1, since there may be more.
    """
    from redoscope_core.cli.since import since_index
    from redoscope_core.operations.examining.search import search as find

    if is_hex and regex:
        raise click.UsageError("a PATTERN is either --hex or --regex, not both")
    needle = needle_of(pattern, encoding, is_hex=is_hex, regex=regex, fold_case=ignore_case)
    policy = policy_of()
    with generation(disk, policy, at) as chain:
        # One more than asked for tells whether there are more.
        steps = find(
            chain,
            needle,
            limit=limit + 1,
            all_generations=all_generations,
            since=None if since is None else since_index(chain, since),
        )
        found = drive("searching", steps)
        document = named(disk, chain)
        rows = found.hits.ascending().tolist()
        # The newest generation is searched first: what it holds is not left out for an older one.
        shown = [row for row in rows if row < limit]
        more = [int(found.hits.offset[row]) for row in rows if row >= limit]
        told = _Told(needle, found.hits, shown, with_generations=all_generations)
        if json_output:
            print_json(document | _document(found, told, more))
        else:
            _print(told, heads=heads)
        if found.stopped is not None:
            raise found.stopped
        unread = sum(tell_unread(each) for each in (found.unread, *found.older_unread))
    if more:
        say(
            f"redoscope: stopped at {counted(limit, 'match', 'matches')},"
            f" more follow from byte {more[0]} on;"
            " ask for more with --limit",
            err=True,
        )
    return 0 if found.offsets and not unread else 1


class _Told:
    """The matches that are printed."""

    def __init__(
        self, needle: Needle, hits: Hits, rows: list[int], *, with_generations: bool
    ) -> None:
        self.with_generations = with_generations
        self._needle = needle
        self._hits = hits
        self._rows = rows

    def documents(self) -> Iterator[dict[str, object]]:
        """Yield each as JSON."""
        hits, spellings = self._hits, self._needle.spellings
        for row in self._rows:
            offset = int(hits.offset[row])
            one: dict[str, object] = {"offset": offset, "sector": offset // SECTOR}
            one |= {"length": int(hits.length[row]), "as": spellings[hits.spelling[row]].name}
            yield one | ({"generations": hits.held_by(row)} if self.with_generations else {})

    def lines(self) -> Iterator[str]:
        """Yield each as a line."""
        for row in self._rows:
            offset = int(self._hits.offset[row])
            line = f"{offset} {offset // SECTOR}"
            yield f"{line} {self._hits.held_words(row)}" if self.with_generations else line


def _document(found: Matches, told: _Told, more: list[int]) -> dict[str, object]:
    unseen: list[dict[str, object]] = [{"what": "after-limit", "offset": byte} for byte in more]
    unseen += unread_documents([found.unread, *found.older_unread])
    complete = not unseen and found.stopped is None
    answer = {"matches": list(told.documents()), "complete": complete, "not_looked_at": unseen}
    return answer | stopped_document(found.stopped)


def _print(told: _Told, *, heads: bool) -> None:
    head = "offset_bytes sector generations" if told.with_generations else "offset_bytes sector"
    for line in told.lines():
        if heads:
            say(head)
            heads = False
        say(line)


def needle_of(
    pattern: str, encodings: tuple[str, ...], *, is_hex: bool, regex: bool, fold_case: bool
) -> Needle:
    """Return what *pattern* seeks, as the options of `search` have it.

    Raises:
        InvalidArgument: It is not of that kind.
        click.UsageError: A regular expression has several encodings.
    """
    from redoscope_core.operations.examining.needle import Needle

    if is_hex:
        return Needle.of_hex(pattern)
    if not regex:
        return Needle.of_text(pattern, encodings or (_USUAL,), fold_case=fold_case)
    if len(encodings) > 1:
        raise click.UsageError("a --regex is of one --encoding")
    return Needle.of_expression(pattern, *encodings, fold_case=fold_case)
