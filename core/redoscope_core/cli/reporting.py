"""The command that makes a report of two generations, and verifies one: report."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.generation import generation, named
from redoscope_core.cli.groups import CommandAndWords
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging
from redoscope_core.cli.printing import print_json, say
from redoscope_core.cli.unread_text import tell_unread
from redoscope_core.cli.window import Above
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from redoscope_core.operations.reporting.manifest import FileJudged
    from redoscope_core.operations.reporting.report import ReportMade

__all__ = ["report"]

_WORDS = {"verify": "reporting.verify"}
_DISKS = 2


@click.group(
    name="report",
    cls=CommandAndWords,
    words=_WORDS,
    invoke_without_command=True,
    no_args_is_help=False,
    subcommand_metavar="OLD NEW | verify FOLDER",
)
@click.option(
    "--out",
    type=DISK,
    default=None,
    metavar="FOLDER",
    help="Where to: a new folder, or an empty one.",
)
@click.option(
    "--formats",
    default="json,html,csv,dfxml,bodyfile",
    show_default=True,
    metavar="LIST",
    help="Forms of it beside JSON, which is always made; pdf (PDF/A, by Qt) too if it is named.",
)
@click.option(
    "--beside-evidence", is_flag=True, help="Let the report lie beside the disks, if it does."
)
@click.option(
    "--trail",
    type=DISK,
    default=None,
    metavar="FILE",
    help="Put a record of the report, with the digest of its manifest, behind this trail.",
)
@click.option("--title", default="", metavar="TEXT", help="What it is called.")
@click.option("--case-number", default="", metavar="TEXT", help="Of the case that it is made for.")
@click.option(
    "--examiner", default="", metavar="NAME", help="Who makes it, if not who is logged in."
)
@opening
@salvaging
@as_json
@click.pass_context
def report(
    context: click.Context,
    out: Path | None,
    formats: str,
    beside_evidence: bool,
    trail: Path | None,
    title: str,
    case_number: str,
    examiner: str,
    json_output: bool,
) -> int | None:
    """Report what changed from OLD to NEW, so that another program can check it.

    Evidence files with digests before and after, the chain, digests of both disks, totals, sectors
    by class, what became of each file, each changed range with who supplies it and its digests,
    what was not examined, and by which commands all of it is worked out again. report.json is the
    truth: the same bytes on every run but for its key `run`. `redoscope report verify FOLDER` tells
    which file of a report was changed. Exit status 1 if an evidence file changed meanwhile, or with
    --salvage something can't be read; the report is made, and says so.
    """
    if context.invoked_subcommand is not None:
        return None
    if len(context.args) != _DISKS:
        raise click.UsageError("name two disks, OLD and NEW, or `verify FOLDER`", context)
    if out is None:
        raise click.UsageError("name a folder for the report: --out FOLDER", context)
    from redoscope_core.operations.reporting.report import make_report
    from redoscope_core.operations.reporting.run import ReportHead

    above: Above = context.obj
    said = ReportHead(title, case_number, examiner)
    policy = policy_of()
    wanted = [word for each in formats.split(",") if (word := each.strip())]
    with ExitStack() as opened:
        disks = [(path, opened.enter_context(generation(path, policy))) for path in _paths(context)]
        steps = make_report(
            *(disks, out),
            formats=wanted,
            policy=policy,
            beside=beside_evidence,
            trail=trail,
            said=said,
            printer=above.printing() if above.printing is not None else None,
        )
        made = drive("making the report", steps)
        if json_output:
            told = {"disks": [named(path, chain) for path, chain in disks]}
            print_json(told | _document(made))
        else:
            _print(made)
        _tell_changed(made)
        for name, unread in zip(("OLD", "NEW"), made.facts.difference.unread, strict=True):
            tell_unread(unread, of=f" of {name}")
    return 0 if made.is_sound else 1


def _paths(context: click.Context) -> list[Path]:
    return [Path(each) for each in context.args]


def _document(made: ReportMade) -> dict[str, object]:
    return {
        "to": str(made.folder),
        "sectors": made.facts.difference.sectors,
        "ranges": len(made.facts.ranges),
        "unchanged": made.is_unchanged,
        "complete": not made.facts.difference.is_partial,
        "files": [each._asdict() for each in made.files],
        "manifest_sha256": made.manifest_sha256,
        "trail_head": None if made.head is None else str(made.head),
    }


def _print(made: ReportMade) -> None:
    for each in made.files:
        say(f"{each.sha256} {each.bytes} {each.name}")
    sectors, ranges = made.facts.difference.sectors, len(made.facts.ranges)
    say(f"{counted(sectors, 'sector')} changed, in {counted(ranges, 'range')}")
    say(f"report in {made.folder}")
    say(f"manifest {made.manifest_sha256}")
    if made.head is not None:
        say(f"head {made.head}")


def _tell_changed(made: ReportMade) -> None:
    for each in made.facts.evidence.files:
        if not each.is_unchanged:
            changed = each.is_unchanged is False
            told = "it changed while the report was made" if changed else "it can't be read whole"
            say(f"redoscope: {each.path}: {told}", err=True)


@click.command(name="verify")
@click.argument("folder", type=DISK)
@as_json
def verify(folder: Path, json_output: bool) -> int:
    """Tell of each file of a report whether it is as it was made.

    One changed byte is found, in the manifest too. Who can rewrite all of it can make one that
    fits: compare the digest of the manifest with the one that was kept elsewhere. Exit status 1 if
    a file differs, is lacking, or is in no manifest.
    """
    from redoscope_core.operations.reporting.manifest import ReportState, verify_report

    found, proof = drive("verifying the report", verify_report(folder))
    wrong = [each for each in found if each.state is not ReportState.SOUND]
    if json_output:
        print_json(
            {
                "disk": str(folder),
                "sound": not wrong,
                "files": [{"name": each.name, "state": each.state.value} for each in found],
                "manifest_sha256": proof,
            }
        )
    else:
        _print_judged(found, wrong)
        if proof is not None:
            say(f"manifest {proof}")
    return 1 if wrong else 0


def _print_judged(found: list[FileJudged], wrong: list[FileJudged]) -> None:
    for each in wrong:
        say(f"{each.state.value} {each.name}")
    say(f"{counted(len(found), 'file')}, {'not sound' if wrong else 'sound'}")
