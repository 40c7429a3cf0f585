"""Commands that tell in what disks and generations differ: changes, compare."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.generation import at_link, generation, named, picked
from redoscope_core.cli.parameters import (
    BYTES,
    DISK,
    NUMBER,
    as_json,
    opening,
    policy_of,
    salvaging,
    with_heads,
)
from redoscope_core.cli.places import PLACE, sector_at
from redoscope_core.cli.printing import print_json, say
from redoscope_core.cli.unread_text import stopped_document, tell_unread, unread_documents
from redoscope_core.format.units import SECTOR
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from redoscope_core.operations.examining.compare import Comparison

__all__ = ["changes", "compare"]


@click.command(name="changes")
@click.argument("disk", type=DISK)
@click.option(
    "--since",
    required=True,
    metavar="LINK|CHANGEID|'*'",
    help="An older link of the chain: its generation (0 is the base disk), base, its file's name"
    " or path, or its change id; or '*' for every area in use.",
)
@click.option("--start", type=PLACE, default=None, help="Begin at this place (a number: sectors).")
@click.option("--start-offset", type=BYTES, default=0, help="Or at this byte: where a page ended.")
@click.option("--limit", type=NUMBER, default=None, help="Areas on a page.  [default: all]")
@at_link
@with_heads
@opening
@salvaging
@as_json
def changes(
    disk: Path,
    since: str,
    start: str | None,
    start_offset: int,
    limit: int | None,
    at: str | None,
    heads: bool,
    json_output: bool,
) -> int:
    """List the areas changed since an older link, in bytes.

    What can't be read counts as changed: nobody knows. A page covers the bytes from its start on,
    for length bytes; the next page starts behind it. Where --limit ends a page before the disk
    ends, that is said on stderr.
    """
    from redoscope_core.chain.unread import Unread
    from redoscope_core.cli.since import since_index
    from redoscope_core.operations.tracking.query import changes_since

    policy = policy_of()
    with generation(disk, policy, at) as chain:
        first = start_offset if start is None else sector_at(start, chain) * SECTOR
        link = None if since == "*" else since_index(chain, since)
        page = changes_since(chain, link, first, limit=limit)
        document, end = named(disk, chain), page.start_offset + page.length
        more = end < chain.capacity * SECTOR
        unread = Unread(chain)
        status = tell_unread(unread)
        lost = unread_documents([unread]) if json_output else []
    runs = list(zip(page.areas.start.tolist(), page.areas.end.tolist(), strict=True))
    if json_output:
        unseen = [{"what": "after-limit", "offset": end}] if more else []
        print_json(
            document
            | {
                "start_offset": page.start_offset,
                "length": page.length,
                "changed_area": [{"start": a, "length": b - a} for a, b in runs],
                "change_id": page.change_id,
                "complete": not more,
                "not_looked_at": [*unseen, *lost],
            }
        )
    else:
        _print_ranges(runs, heads=heads)
    if more:
        say(
            f"redoscope: stopped after {counted(len(runs), 'area')}, more follow;"
            f" go on with --start-offset {end}",
            err=True,
        )
    return status


def _print_ranges(ranges: list[tuple[int, int]], *, heads: bool) -> None:
    if ranges and heads:
        say("start_bytes length_bytes")
    for a, b in ranges:
        say(f"{a} {b - a}")


@click.command(name="compare")
@click.argument("first", type=DISK, metavar="A")
@click.argument("second", type=DISK, metavar="[B]", required=False, default=None)
@click.option("--full", "--all", "all_bytes", is_flag=True, help="Read also what both share.")
@at_link
@click.option(
    "--b-at", default=None, metavar="LINK", help="B as it reads at this link, named as for --at."
)
@with_heads
@opening
@salvaging
@as_json
def compare(
    first: Path,
    second: Path | None,
    all_bytes: bool,
    at: str | None,
    b_at: str | None,
    heads: bool,
    json_output: bool,
) -> int:
    """List every run of sectors in which two disks differ.

    --at is for A; without B, it is A's own disk that is compared with. Exit status 1 if they
    differ, and also if their capacities do: the sectors past the smaller disk's end are told,
    and those of them that hold anything but zeros count as differing. What both take from
    the same place of the same file is not read, unless --full is given. What differs before a
    sector that can't be read is printed; --salvage goes on behind it, with exit status 1.
    """
    from redoscope_core.operations.examining.compare import compare as find_differences

    if second is None and at == b_at:
        raise click.UsageError("name a second disk B, or a generation of A: --at LINK")
    policy = policy_of()
    with ExitStack() as opened:
        whole = opened.enter_context(generation(first, policy))
        other = whole if second is None else opened.enter_context(generation(second, policy))
        old, new = picked(whole, at), picked(other, b_at)
        result = drive("comparing", find_differences(old, new, all_bytes=all_bytes))
        capacities = (old.capacity, new.capacity)
        document = {
            "disks": [named(first, old), named(second or first, new)],
            "paths": [str(old.path), str(new.path)],
            "capacities": list(capacities),
        }
        equal = result.equal and capacities[0] == capacities[1]
        if json_output:
            print_json(document | _compared(result, equal=equal, all_bytes=all_bytes))
        else:
            _print_runs(result, capacities, heads=heads)
        if result.stopped is not None:
            raise result.stopped
        for name, unread in zip("AB", result.unread, strict=True):
            tell_unread(unread, of=f" of {name}")
    return 0 if equal else 1


def _compared(result: Comparison, *, equal: bool, all_bytes: bool) -> dict[str, object]:
    runs = zip(result.start.tolist(), result.count.tolist(), strict=True)
    unseen: list[dict[str, object]] = [] if all_bytes else [{"what": "same-place"}]
    for name, unread in zip("AB", result.unread, strict=True):
        unseen += [{**area, "disk": name} for area in unread_documents([unread])]
    return {
        "equal": equal,
        "runs": [{"start": start, "count": count} for start, count in runs],
        "sectors": result.sectors,
        "bytes": result.differing_bytes,
        "sectors_read": result.sectors_read,
        "not_looked_at": unseen,
        **stopped_document(result.stopped),
    }


def _print_runs(result: Comparison, capacities: tuple[int, int], *, heads: bool) -> None:
    runs = list(zip(result.start.tolist(), result.count.tolist(), strict=True))
    if runs and heads:
        say("start_sector sectors")
    for start, count in runs:
        say(f"{start} {count}")
    total = ", ".join(
        (
            counted(len(runs), "run"),
            counted(result.sectors, "sector"),
            counted(result.differing_bytes, "byte"),
        )
    )
    one, other = capacities
    if one != other:
        smaller = min(capacities)
        say(
            f"capacities differ: A has {counted(one, 'sector')}, B has {counted(other, 'sector')};"
            f" the {counted(abs(one - other), 'sector')} from {smaller} on are in one only,"
            " and were compared with zeros"
        )
        say(total if runs else "no byte differs from that")
    elif runs or not result.is_partial:
        say(total if runs else "equal")
    else:
        say("no byte differs in what could be compared")
