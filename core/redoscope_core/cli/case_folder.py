"""The commands about a case as a whole: case new, export, import, sign."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.parameters import DISK, as_json
from redoscope_core.cli.printing import print_json, print_notes, say

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from redoscope_core.format.trail import TrailHead

    Command = TypeVar("Command", bound=Callable[..., object])

__all__ = ["BESIDE", "FOLDER", "export", "head_text", "import_document", "new", "sign", "told_head"]

FOLDER = click.argument("folder", type=DISK)
BESIDE = click.option(
    "--beside-evidence", is_flag=True, help="Let the case lie beside the disks, if it does."
)
_FILE = click.argument("file", type=DISK)


def head_text(head: TrailHead | None) -> str | None:
    """Return the head of a trail as it is written down."""
    return None if head is None else str(head)


def told_head(head: TrailHead | None) -> None:
    """Print the head of the trail."""
    if head is not None:
        say(f"head {head}")


@click.command(name="new")
@FOLDER
@click.option("--title", default="", help="What it is called.")
@click.option("--examiner", default="", help="Who examines.")
@click.option("--exhibit", default="", help="What the evidence is called elsewhere.")
@BESIDE
@as_json
def new(
    folder: Path,
    title: str,
    examiner: str,
    exhibit: str,
    beside_evidence: bool,
    json_output: bool,
) -> None:
    """Make a case in FOLDER, which is not there yet, or empty.

    Where disks lie, or in a folder of such a folder, none is made unless --beside-evidence says so.
    """
    from redoscope_core.operations.casework.case import Case

    made = Case.new(
        folder, title=title, examiner=examiner, exhibit=exhibit, beside_evidence=beside_evidence
    )
    head = made.trail_head()
    if json_output:
        facts = {"uid": made.head.uid, "made": made.head.made}
        print_json({"case": str(folder), "operation": "new", **facts, "head": head_text(head)})
        return
    say(f"case {made.head.uid} is made in {folder}")
    told_head(head)


@click.command(name="export")
@FOLDER
@_FILE
@click.option("--force", is_flag=True, help="Replace FILE if it is there, unless it is a disk.")
@as_json
def export(folder: Path, file: Path, force: bool, json_output: bool) -> None:
    """Save all of a case but evidence and trail as one JSON document."""
    from redoscope_core.operations.casework.case import Case

    head = Case.open(folder).export(file, force=force)
    if json_output:
        facts = {"file": str(file), "head": head_text(head)}
        print_json({"case": str(folder), "operation": "export", **facts})
        return
    say(f"exported to {file}")
    told_head(head)


@click.command(name="import")
@FOLDER
@_FILE
@BESIDE
@as_json
def import_document(folder: Path, file: Path, beside_evidence: bool, json_output: bool) -> None:
    """Bring what `case export` saved as FILE into the case in FOLDER.

    Where no case is, one is made, with the numbers and names of the other. Else what the case does
    not have is added under new numbers, and what both have stays as it is here.
    """
    from redoscope_core.operations.casework.case import Case

    if _is_free(folder):
        made = Case.from_document(folder, file, beside_evidence=beside_evidence)
        counts = [len(made.disks()), len(made.entries()), 0]
        differing: list[int] = []
    else:
        made = Case.open(folder)
        brought = made.bring_in(file, beside_evidence=beside_evidence)
        counts = [brought.disks, brought.entries, brought.already]
        differing = list(brought.differing)
    head = made.trail_head()
    if json_output:
        told = dict(zip(("disks", "entries", "already"), counts, strict=True))
        facts = {"file": str(file), **told, "differing": differing, "head": head_text(head)}
        print_json({"case": str(folder), "operation": "import", **facts})
        return
    say(f"new: disks {counts[0]}, entries {counts[1]}; there already: entries {counts[2]}")
    if differing:
        numbers = ", ".join(map(str, differing[:20]))
        print_notes([f"{len(differing)} entries differ and stay as they were: {numbers}"])
    told_head(head)


def _is_free(folder: Path) -> bool:
    """Tell whether a case may be made in *folder*: it is empty, or not there."""
    try:
        return not os.listdir(folder)  # noqa: PTH208 - whether there is one is all that is asked
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False


@click.command(name="sign")
@FOLDER
@click.option(
    "--key",
    type=DISK,
    required=True,
    metavar="KEY",
    help="A key of ssh-keygen: the private one, or the public one of a key in an agent.",
)
@as_json
def sign(folder: Path, key: Path, json_output: bool) -> None:
    """Sign the head of the trail with ssh-keygen.

    It makes signatures/N.head and N.head.sig in FOLDER: `case verify` checks them, and so does
    `ssh-keygen -Y verify -n redoscope` without this program.
    """
    from redoscope_core.operations.casework.case import Case

    opened = Case.open(folder)
    signature, signed = opened.sign(key)
    head = opened.trail_head()
    if json_output:
        facts = {"signed": str(signed), "signature": str(signature), "head": head_text(head)}
        print_json({"case": str(folder), "operation": "sign", **facts})
        return
    say(f"signed {signed} in {signature}")
    told_head(head)
