"""The command that lists the areas of a disk: map."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.failure import failure_of
from redoscope_core.cli.generation import at_link, generation, link_alone, named
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging, with_heads
from redoscope_core.cli.printing import say
from redoscope_core.cli.refusing import refuse_damage
from redoscope_core.cli.telling import begin_answer
from redoscope_core.errors import VmdkError

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain

__all__ = ["map_areas"]


@click.command(name="map")
@click.argument("disks", type=DISK, metavar="DISK...", nargs=-1, required=True)
@link_alone
@at_link
@with_heads
@opening
@salvaging
@as_json
def map_areas(
    disks: tuple[Path, ...],
    alone: bool,
    at: str | None,
    heads: bool,
    json_output: bool,
) -> int:
    """List the areas of a disk.

    Start and length in sectors, state, depth (0 is the disk named), the link that decides,
    and the byte offset in the file that holds it, which is named last: a link may have many.
    """
    policy = policy_of()
    if len(disks) == 1:
        with generation(disks[0], policy, at, older=True, alone=alone) as chain:
            _write(chain, json_output=json_output, heads=heads)
            return refuse_damage(chain)
    worst = 0
    before = '{"disks": ['
    for disk in disks:
        if json_output:
            _put(before)
            before = ","
        elif disk != disks[0]:
            say("")
        try:
            with generation(disk, policy, at, older=True, alone=alone) as chain:
                _write_named(disk, chain, json_output=json_output, heads=heads)
                worst = max(worst, refuse_damage(chain))
        except VmdkError as error:
            worst = max(worst, _tell_error(disk, error, json_output=json_output))
    if json_output:
        _put("]}\n")
    return worst


def _put(text: str) -> None:
    begin_answer()
    sys.stdout.write(text)


def _write_named(disk: Path, chain: Chain, *, json_output: bool, heads: bool) -> None:
    """Write the areas of one disk of several."""
    from redoscope_core.chain.unread import Unread
    from redoscope_core.cli.unread_text import unread_documents

    if not json_output:
        say(f"{disk}:")
        _write(chain, json_output=False, heads=heads)
        return
    _put(json.dumps(named(disk, chain)).removesuffix("}") + ', "areas":\n')
    _write(chain, json_output=True, heads=False)
    lost = json.dumps(unread_documents([Unread(chain)]))
    _put(f', "not_looked_at": {lost}}}')


def _tell_error(disk: Path, error: VmdkError, *, json_output: bool) -> int:
    """Tell the error of one disk of several, and return the exit status that it means."""
    failure = failure_of(error, click.get_current_context().command)
    if json_output:
        _put(json.dumps({"disk": str(disk), **failure.document}))
    say(f"redoscope: {failure.line}", err=True)
    return failure.status


def _write(chain: Chain, *, json_output: bool, heads: bool) -> None:
    """Write the areas of *chain* to the output, past its text layer: there may be millions."""
    from redoscope_core.cli.area_text import write_areas

    # An error, if there is one, comes before the first byte of an answer.
    chain.stored  # noqa: B018
    begin_answer()
    out = sys.stdout
    if heads and not json_output:
        say("start length state depth link offset file")
    out.flush()
    write_areas(out.buffer, chain, json_output=json_output, encoding=out.encoding)
