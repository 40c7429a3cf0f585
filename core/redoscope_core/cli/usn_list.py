"""The command that lists what NTFS logged in its change journal: usn."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from itertools import chain, islice
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.file_list import volume_document
from redoscope_core.cli.generation import at_link, generation, named
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, with_heads
from redoscope_core.cli.printing import print_json, say
from redoscope_core.cli.telling import begin_answer
from redoscope_core.cli.usn_rows import journal_document, json_rows, since_words, text_rows
from redoscope_core.cli.views import seen_words
from redoscope_core.cli.volume_choice import chosen_volumes, with_volume
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from redoscope_core.operations.attributing.usn_changes import UsnChanges

__all__ = ["usn"]

_LINES = 10_000
"""Lines that are printed at once."""


@click.command()
@click.argument("old", type=DISK, metavar="OLD|DISK")
@click.argument("new", type=DISK, metavar="[NEW]", required=False, default=None)
@with_volume
@at_link
@with_heads
@opening
@as_json
def usn(
    old: Path,
    new: Path | None,
    volume: int | None,
    at: str | None,
    heads: bool,
    json_output: bool,
) -> int:
    """List what NTFS itself logged between two generations, or all that one has: its USN records.

    Number, time, reasons, path; files that were made and deleted in between are there too. The path
    is that of when it was logged; ? stands for a directory that nothing tells of any more. Torn
    records, and foreign ones whose number is not their place, are told. Exit status 1 if no volume
    has a change journal, or one can't be parsed.
    """
    from redoscope_core.operations.attributing.indexing import Examined
    from redoscope_core.operations.attributing.usn_changes import usn_changes

    if new is not None and at is not None:
        raise click.UsageError("--at goes with one DISK: OLD and NEW are generations by themselves")
    policy = policy_of()
    with ExitStack() as opened:
        older = None if new is None else opened.enter_context(generation(old, policy))
        newer = opened.enter_context(generation(new or old, policy, at))
        chosen_volumes(newer, volume)
        found = drive("parsing", usn_changes(older, newer, policy, volume))
        disks = [named(old, older)] if older is not None else []
        disks.append(named(new or old, newer))
        if json_output:
            _print_json(disks, found)
        else:
            for each in found:
                _print(each, heads=heads)
            if not found:
                say("no NTFS volume")
    read = any(each.journal is not None for each in found)
    failed = any(each.examined.state is Examined.FAILED for each in found)
    return 0 if read and not failed else 1


def _print_json(disks: list[dict[str, object]], found: list[UsnChanges]) -> None:
    """Print the document; each record is a line, of which there may be very many."""
    head = {"disks": disks, "volumes": [_document(each) for each in found]}
    if not any(len(each.rows) for each in found):
        print_json(head | {"records": []})
        return
    begin_answer()
    told = dumps(head, indent=2).removesuffix("\n}")
    sys.stdout.write(f'{told},\n  "records": [')
    rows = chain.from_iterable(json_rows(each) for each in found)
    mark = "\n    "
    while some := list(islice(rows, _LINES)):
        sys.stdout.write(mark + ",\n    ".join(some))
        mark = ",\n    "
    sys.stdout.write("\n  ]\n}\n")


def _document(each: UsnChanges) -> dict[str, object]:
    odd = zip(each.odd.start.tolist(), each.odd.end.tolist(), strict=True)
    return volume_document(each.examined) | {
        "since": each.since.value,
        "usn_journal": journal_document(each.journal),
        "older_usn_journal": journal_document(each.older),
        "may_lack_records": each.has_gap,
        "complete": each.journal is None or each.journal.log.is_whole,
        "odd": [{"offset": start, "bytes": end - start} for start, end in odd],
    }


def _print(each: UsnChanges, *, heads: bool) -> None:
    volume, failed = each.examined.volume, each.examined.failed
    number = "-" if volume.number is None else volume.number
    more = "" if failed is None else f" ({failed.why.value})"
    more += seen_words(each.examined)
    say(f"volume {number} at sector {volume.start}: ntfs, {each.examined.state.value}{more}")
    if failed is not None:
        return
    for line in since_words(each):
        say(f"  {line}")
    if len(each.rows) and heads:
        say("usn time reasons path")
    lines = text_rows(each)
    while some := list(islice(lines, _LINES)):
        sys.stdout.write("\n".join([*some, ""]))
    for start, end in zip(each.odd.start.tolist(), each.odd.end.tolist(), strict=True):
        say(f"torn, or no record: {counted(end - start, 'byte')} at byte {start} of the journal")
