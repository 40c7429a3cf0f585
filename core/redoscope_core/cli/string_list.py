"""The command that lists what looks like text: strings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.generation import at_link, generation, named
from redoscope_core.cli.parameters import DISK, NUMBER, as_json, opening, policy_of, salvaging
from redoscope_core.cli.printing import print_json, say
from redoscope_core.cli.unread_text import stopped_document, tell_unread, unread_documents
from redoscope_core.errors import printable
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.examining.search import Matches

__all__ = ["strings"]

_LINES = 1000
"""Lines that are printed at once."""


@click.command()
@click.argument("disk", type=DISK)
@click.option(
    "--least", "-n", type=NUMBER, default=4, show_default=True, help="Characters at least."
)
@click.option(
    "--encoding",
    multiple=True,
    metavar="NAME",
    help="utf-8, utf-16-le, utf-16-be, or one with a byte for each character; may be given again."
    "  [default: ascii, utf-16-le]",
)
@click.option(
    "--all-generations", is_flag=True, help="In every generation: each text tells which hold it."
)
@click.option(
    "--since", default=None, metavar="LINK", help="Only texts with a byte changed since this link."
)
@click.option("--limit", type=NUMBER, default=1_000_000, show_default=True, help="Texts at most.")
@at_link
@opening
@salvaging
@as_json
def strings(
    disk: Path,
    least: int,
    encoding: tuple[str, ...],
    all_generations: bool,
    since: str | None,
    limit: int,
    at: str | None,
    json_output: bool,
) -> int:
    """List what looks like text: its byte offset, the encoding, the text.

    With --all-generations the generations that hold it stand before the text. A text of more than
    4,096 bytes is listed in parts. Exit status 1 if there is none, or if something can't be read.
    """
    from redoscope_core.cli.since import since_index
    from redoscope_core.operations.examining.search import search
    from redoscope_core.operations.examining.text_runs import text_run

    needle = text_run(encoding or ("ascii", "utf-16-le"), least)
    with generation(disk, policy_of(), at) as chain:
        index = None if since is None else since_index(chain, since)
        # One more than asked for tells whether there are more.
        steps = search(chain, needle, limit=limit + 1, all_generations=all_generations, since=index)
        found = drive("looking for texts", steps)
        names = [spelling.name for spelling in needle.spellings]
        shown = [row for row in found.hits.ascending().tolist() if row < limit]
        if json_output:
            texts = [
                each | ({"generations": found.hits.held_by(row)} if all_generations else {})
                for row, each in _texts(chain, found, names, shown)
            ]
            unseen = unread_documents([found.unread, *found.older_unread])
            document = named(disk, chain) | {"strings": texts}
            document["complete"] = len(shown) == len(found.hits) and not unseen
            document["not_looked_at"] = unseen
            print_json(document | stopped_document(found.stopped))
        else:
            _print(_texts(chain, found, names, shown), found, with_generations=all_generations)
        if found.stopped is not None:
            raise found.stopped
        unread = sum(tell_unread(each) for each in (found.unread, *found.older_unread))
    if len(shown) < len(found.hits):
        say(f"redoscope: stopped at {limit} texts; ask for more with --limit", err=True)
    return 0 if shown and not unread else 1


def _print(
    texts: Iterator[tuple[int, dict[str, object]]], found: Matches, *, with_generations: bool
) -> None:
    lines = []
    for row, each in texts:
        held = f" {found.hits.held_words(row)}" if with_generations else ""
        lines.append(f"{each['offset']} {each['as']}{held} {printable(str(each['text']))}")
        if len(lines) == _LINES:
            sys.stdout.write("\n".join([*lines, ""]))
            lines = []
    if lines:
        sys.stdout.write("\n".join([*lines, ""]))


def _texts(
    chain: Chain, found: Matches, names: list[str], rows: list[int]
) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield the row of each text and what is told of it, in the order of the disk."""
    hits = found.hits
    generations = [chain.up_to(index) for index in range(len(chain.links))]
    for row in rows:
        offset, length = int(hits.offset[row]), int(hits.length[row])
        newest, name = hits.held_by(row)[-1], names[int(hits.spelling[row])]
        first, behind = offset // SECTOR, -(-(offset + length) // SECTOR)
        data = generations[newest].read(first, behind - first)[offset - first * SECTOR :][:length]
        text = data.decode(name, "replace")
        yield row, {"offset": offset, "length": length, "as": name, "text": text}
