"""Commands about areas as the vendor's programs ask for them: allocated, audit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.generation import at_link, generation, named
from redoscope_core.cli.parameters import (
    DISK,
    NUMBER,
    SECTORS,
    as_json,
    opening,
    policy_of,
    with_heads,
)
from redoscope_core.cli.printing import print_json, say
from redoscope_core.cli.since import since_index
from redoscope_core.errors import VmdkError
from redoscope_core.format.units import SECTOR
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from redoscope_core.areas.runs import Runs
    from redoscope_core.chain.chain import Chain
    from redoscope_core.format.change_list import ChangeList
    from redoscope_core.operations.tracking.audit import Audit, Foreign

__all__ = ["allocated", "audit"]

_CHUNK = 128


@click.command(name="allocated")
@click.argument("disk", type=DISK)
@click.option(
    "--chunk",
    type=NUMBER,
    default=_CHUNK,
    show_default=True,
    help="Sectors of a chunk: a power of two, 128 or more.",
)
@click.option("--start", type=SECTORS, default=0, help="First sector; its chunk is told whole.")
@click.option("--count", type=SECTORS, default=None, help="Sectors.  [default: all that follow]")
@at_link
@with_heads
@opening
@as_json
def allocated(
    disk: Path,
    chunk: int,
    start: int,
    count: int | None,
    at: str | None,
    heads: bool,
    json_output: bool,
) -> None:
    """List what is allocated, in chunks of sectors.

    As the vendor's QueryAllocatedBlocks: a chunk counts if any sector of it is stored; what is
    left behind the last whole chunk always counts.
    """
    from redoscope_core.operations.tracking.allocated import allocated as find_allocated

    with generation(disk, policy_of(), at) as chain:
        runs = find_allocated(chain, chunk, start=start, count=count)
        document = named(disk, chain)
    if json_output:
        print_json(document | {"chunk": chunk, "blocks": _areas(runs)})
        return
    _print(runs, heads="start_sector sectors" if heads else "")


@click.command(name="audit")
@click.argument("disk", type=DISK)
@click.option(
    "--list", "listed", type=DISK, required=True, metavar="FILE",
    help="Changed areas, in bytes: the vendor's JSON, or lines of start,length.",
)  # fmt: skip
@click.option(
    "--since", required=True, metavar="LINK|CHANGEID",
    help="What the list is since: a link, named as for --at, or a change id of ours.",
)  # fmt: skip
@click.option("--refine", is_flag=True, help="Compare the bytes too: exact to the sector.")
@at_link
@with_heads
@opening
@as_json
def audit(
    disk: Path,
    listed: Path,
    since: str,
    refine: bool,
    at: str | None,
    heads: bool,
    json_output: bool,
) -> int:
    """Judge a list of changed areas that another program made.

    Missed areas are data loss, areas that did not change are waste. Exit status 1 unless all that
    changed is in the list.
    """
    from redoscope_core.operations.tracking.audit import audit as judge
    from redoscope_core.operations.tracking.query import changed_runs, refined_runs

    with generation(disk, policy_of(), at) as chain:
        changes = _read(listed, chain)
        index = since_index(chain, since)
        truth = (
            drive("comparing", refined_runs(chain, index)) if refine else changed_runs(chain, index)
        )
        result = judge(changes, truth, chain.capacity)
        document = named(disk, chain)
    if json_output:
        print_json(document | _document(result, refined=refine))
    else:
        _print_audit(result, heads=heads)
    return 0 if result.may_be_trusted else 1


def _read(listed: Path, chain: Chain) -> ChangeList:
    from redoscope_core.files.file import DiskFile
    from redoscope_core.format.change_list import MAX_LIST, ChangeList

    with DiskFile(listed) as file:
        data = file.read_at(0, min(file.file_bytes, MAX_LIST + 1), what="the list")
    try:
        return ChangeList.parse(data, chain.capacity * SECTOR)
    except VmdkError as error:
        error.path = listed
        raise


def _areas(runs: Runs) -> list[dict[str, int]]:
    pairs = zip(runs.start.tolist(), (runs.end - runs.start).tolist(), strict=True)
    return [{"start": start, "length": length} for start, length in pairs]


def _document(result: Audit, *, refined: bool) -> dict[str, object]:
    return {
        "verdict": result.verdict.value,
        "trusted": result.may_be_trusted,
        "refined": refined,
        "missed": _areas(result.missed),
        "over": _areas(result.over),
        "uncovered": _areas(result.uncovered),
        "malformed": [{"index": at, "what": kind.value} for at, kind in result.malformed],
        "foreign": _foreign_words(result.foreign) or None,
    }


def _print_audit(result: Audit, *, heads: bool) -> None:
    for word in ("missed", "uncovered", "over"):
        runs: Runs = getattr(result, word)
        if len(runs.start):
            say(f"{word}: {counted(len(runs.start), 'area')}, {counted(runs.total, 'byte')}")
            _print(runs, heads="start_bytes length_bytes" if heads else "")
    for index, kind in result.malformed:
        say(f"malformed: area {index}, {kind.value}")
    if result.foreign is not None:
        say(f"foreign: {_foreign_words(result.foreign)}")
    say(f"verdict: {result.verdict.value}")


def _foreign_words(foreign: Foreign | None) -> str:
    if foreign is None:
        return ""
    if foreign.capacity is not None:
        return f"it is of a disk of {counted(foreign.capacity, 'byte')}"
    return f"it is since {foreign.change_id}"


def _print(runs: Runs, *, heads: str) -> None:
    if heads and len(runs.start):
        say(heads)
    for start, end in zip(runs.start.tolist(), runs.end.tolist(), strict=True):
        say(f"{start} {end - start}")
