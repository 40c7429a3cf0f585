"""The command about the trail of what was done: trail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.parameters import DISK, as_json
from redoscope_core.cli.printing import print_json, say
from redoscope_core.format.trail import MOST_FAULTS
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from redoscope_core.format.trail import TrailFault, TrailVerdict

__all__ = ["print_trail", "trail", "trail_document"]

_TOLD = 20
"""Faults that are printed; --json has more."""
_WORDS = {
    "changed": "line {first} was changed, or what line {last} says of it",
    "lacking": "lines are lacking in front of line {last}",
    "out-of-place": "line {first} is not in its place",
    "malformed": "line {first} is no record",
    "torn": "line {first} was torn: only a part of it was written",
    "other-head": "line {first} is not the one of --head",
    "ends-early": "the line of --head is not there: the end was cut off",
}


@click.command()
@click.argument("file", type=DISK)
@click.option(
    "--head", default=None, metavar="N:SHA256", help="A head that was kept elsewhere must be in it."
)
@click.option("--note", default=None, metavar="TEXT", help="Append this note first; makes FILE.")
@as_json
def trail(file: Path, head: str | None, note: str | None, json_output: bool) -> int:
    """Verify the trail of what was done, and print its head.

    Each line has the digest of the line before, so that changed, lacking and swapped lines are
    found and located. That its end was cut off shows only with --head, as an earlier call printed
    it or as a report has it: keep that elsewhere. Who can rewrite the whole file can make one that
    fits. Exit status 1 if anything is wrong.
    """
    from redoscope_core.format.trail import TrailHead
    from redoscope_core.operations.reporting.trail import note_event, verify_trail

    wanted = None if head is None else TrailHead.parse(head)
    if note is not None:
        note_event(file, "note", {"text": note})
    verdict = verify_trail(file, wanted)
    if json_output:
        print_json({"disk": str(file), **trail_document(verdict)})
    else:
        print_trail(verdict)
        if verdict.head is not None:
            say(f"head {verdict.head}")
    return 0 if verdict.is_sound else 1


def trail_document(verdict: TrailVerdict) -> dict[str, object]:
    """Return *verdict* as a part of a document."""
    return {
        "sound": verdict.is_sound,
        "lines": verdict.lines,
        "head": None if verdict.head is None else str(verdict.head),
        "faults": [
            {"kind": each.kind.value, "first": each.first, "last": each.last, "told": each.told}
            for each in verdict.faults
        ],
        "more_faults": verdict.more,
    }


def print_trail(verdict: TrailVerdict) -> None:
    """Print what a trail comes to, but for its head."""
    for fault in verdict.faults[:_TOLD]:
        say(_words(fault))
    left = len(verdict.faults) - _TOLD + verdict.more
    if left > 0:
        say(f"and {left} more; --json lists the first {MOST_FAULTS}")
    say(f"{counted(verdict.lines, 'line')}, {'sound' if verdict.is_sound else 'not sound'}")


def _words(fault: TrailFault) -> str:
    said = _WORDS[fault.kind.value].format(first=fault.first, last=fault.last)
    return f"{said}; a later line tells of it" if fault.told else said
