"""The command that looks for faults: check, of disks and of all chains of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core import sentences
from redoscope_core.cli.driving import drive
from redoscope_core.cli.finding_document import finding_document
from redoscope_core.cli.leftover_text import leftover_documents, leftover_line
from redoscope_core.cli.looked_text import looked_document, looked_words, unlooked_documents
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of
from redoscope_core.cli.printing import say
from redoscope_core.cli.several import for_each
from redoscope_core.cli.unseen import is_unlisted, unseen_documents
from redoscope_core.cli.ways_out import advised_cure
from redoscope_core.errors import NotAVmdk
from redoscope_core.files.file import require_regular, require_there
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from redoscope_core.chain.access import Policy
    from redoscope_core.findings import Finding
    from redoscope_core.operations.examining.check import ChainChecked
    from redoscope_core.operations.examining.tally import Looked
    from redoscope_core.progress import Progress

__all__ = ["check"]


@click.command(name="check")
@click.argument("paths", type=DISK, metavar="FOLDER|DISK...", nargs=-1, required=True)
@click.option(
    "--remove-leftovers",
    is_flag=True,
    help="Remove what programs that were killed left in FOLDER; no disk uses it.",
)
@click.option(
    "--data",
    is_flag=True,
    help="Read all that is stored, too, and prove each compressed grain by its checksum.",
)
@opening
@as_json
def check(
    paths: tuple[Path, ...],
    remove_leftovers: bool,
    data: bool,
    json_output: bool,
) -> int:
    """Look for faults in a disk, its chain, or all of a folder.

    Tables and their copies, bounds, grains that two entries share, marks of compressed grains,
    content IDs and capacities; the bytes of grains only with --data. Exit status 1 if there is a
    fault, or a folder below FOLDER may not be listed; no disk is changed.
    """
    if remove_leftovers and not all(path.is_dir() for path in paths):
        raise click.UsageError("--remove-leftovers goes with folders")
    policy = policy_of()

    def one(path: Path) -> tuple[int, object]:
        require_there(path)
        if path.is_dir():
            status, document = _check_folder(path, policy, data=data, json_output=json_output)
            left = _leftovers(path, remove=remove_leftovers, json_output=json_output)
            if not document["chains"] and not left["leftovers"]:
                raise NotAVmdk("no virtual disk is in the folder, nothing was checked", path=path)
            return status, {**document, **left}
        checked = drive("checking", _steps(path, policy, data=data))
        if not json_output:
            _print(checked, path if len(paths) > 1 else None)
        return _status(checked.findings), _document(path, checked.findings, checked.looked)

    return for_each(paths, one, json_output=json_output)


def _steps(path: Path, policy: Policy, *, data: bool) -> Generator[Progress, None, ChainChecked]:
    from redoscope_core.operations.examining.check import check_chain

    require_regular(path)
    return check_chain(path, policy=policy, data=data)


def _leftovers(folder: Path, *, remove: bool, json_output: bool) -> dict[str, object]:
    """Tell, and remove if that is asked for, what killed programs left; return the facts."""
    from redoscope_core.chain.leftovers import leftovers, remove_leftovers

    found = leftovers(folder)
    removed = remove_leftovers(found) if remove else ()
    if not json_output:
        for leftover in found:
            word = "removed" if leftover in removed else "leftover"
            say(f"{word}: {leftover_line(leftover)}")
        if found and not remove:
            say("--remove-leftovers removes them; no disk uses them")
    return {
        "leftovers": leftover_documents(found),
        "removed": [str(leftover.path) for leftover in removed],
    }


def _check_folder(
    folder: Path, policy: Policy, *, data: bool, json_output: bool
) -> tuple[int, dict[str, object]]:
    from redoscope_core.operations.examining.check import check_folder

    checked = drive("checking", check_folder(folder, policy=policy, data=data))
    chains = checked.chains
    found = (*(finding for chain in chains for finding in chain.findings), *checked.machines)
    findings = list(dict.fromkeys(found))
    unlooked = [*unlooked_documents(checked.looked), *unseen_documents(checked.unseen)]
    document = _document(folder, findings, checked.looked) | {
        "chains": [
            _document(chain.tip, chain.findings, chain.looked) | {"links": chain.links}
            for chain in chains
        ],
        "not_looked_at": unlooked,
    }
    if chains and not json_output:
        for chain in chains:
            _print(chain, chain.tip)
        _print_each(checked.machines)
        bad = sum(not chain.sound for chain in chains)
        count = counted(len(chains), "chain")
        say(f"{folder}: {count}, {bad} with faults; {looked_words(checked.looked)}")
    if not json_output:
        say(*(f"not looked at: {error}" for error in checked.unseen))
    unlisted = any(is_unlisted(error) for error in checked.unseen)
    return max(_status(findings), int(unlisted)), document


def _status(findings: Iterable[Finding]) -> int:
    return 1 if any(finding.is_fault for finding in findings) else 0


def _document(path: Path, findings: Iterable[Finding], looked: Looked) -> dict[str, object]:
    return {
        "disk": str(path),
        "sound": not _status(findings),
        "findings": [finding_document(finding) for finding in findings],
        "looked_at": looked_document(looked),
        "not_looked_at": unlooked_documents(looked),
    }


def _print(checked: ChainChecked, path: Path | None) -> None:
    """Print what was found, how many faults, and what was looked at; of *path*, if of several."""
    _print_each(checked.findings)
    faults = sum(finding.is_fault for finding in checked.findings)
    told = f"{counted(faults, 'fault')}; {looked_words(checked.looked)}"
    say(told if path is None else f"{path}: {told}")


def _print_each(findings: Iterable[Finding]) -> None:
    for finding in findings:
        word = "fault" if finding.is_fault else "note"
        cure = advised_cure(finding, click.get_current_context().command)
        say(f"{word}: {finding.path}: {sentences.text(finding)}; {cure}")
