"""The commands about the evidence of a case: case add, case verify."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.case_folder import BESIDE, FOLDER, head_text, told_head
from redoscope_core.cli.driving import drive
from redoscope_core.cli.generation import generation
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging
from redoscope_core.cli.printing import print_json, print_notes, say
from redoscope_core.format.case_document import disk_document, file_document
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from redoscope_core.operations.casework.adding import DiskAdded
    from redoscope_core.operations.casework.signing import SignedHead
    from redoscope_core.operations.casework.verifying import CaseVerdict, EvidenceVerdict

__all__ = ["add", "verify"]

_OUTCOMES = {
    "new": "is added",
    "known": "was there already, as it is now",
    "hashed": "has its digests now",
    "moved": "was there already, and lies here now",
}
_SIGNED = {
    "by-allowed": "signed by an allowed signer",
    "by-other": "SIGNED BY NONE OF THE ALLOWED SIGNERS",
    "by-unknown": "signed; name --allowed-signers to know by whom",
    "unchecked": "signature not checked",
    "bad": "NO GOOD SIGNATURE",
}


@click.command(name="add")
@FOLDER
@click.argument("disks", type=DISK, metavar="DISK...", nargs=-1, required=True)
@click.option("--no-hash", is_flag=True, help="Take the digests later: add the disk again then.")
@BESIDE
@opening
@salvaging
@as_json
def add(
    folder: Path,
    disks: tuple[Path, ...],
    no_hash: bool,
    beside_evidence: bool,
    json_output: bool,
) -> None:
    """Add disks: every file of their chains, with length, times, digests.

    The digests are MD5, SHA-1 and SHA-256. A disk that the case has is known again wherever it
    lies; its digests are those of the first time, and one with other bytes is refused.
    """
    from redoscope_core.operations.casework.case import Case

    opened, policy = Case.open(folder), policy_of()
    documents: list[object] = []
    for disk in disks:
        with generation(disk, policy) as chain:
            steps = opened.add(chain, hashed=not no_hash, beside_evidence=beside_evidence)
            done = drive("hashing", steps)
        documents.append({"outcome": done.outcome.value, **disk_document(done.disk)})
        if not json_output:
            _print_added(done)
    head = opened.trail_head()
    if json_output:
        facts = {"disks": documents, "head": head_text(head)}
        print_json({"case": str(folder), "operation": "add", **facts})
    else:
        told_head(head)


def _print_added(done: DiskAdded) -> None:
    say(f"disk {done.disk.number} {_OUTCOMES[done.outcome.value]}: {done.disk.path}")
    for file in done.disk.files:
        digest = "-" * 64 if file.digests is None else file.digests.sha256
        say(f"  {digest}  {file.length:>14}  {file.path}")


@click.command(name="verify")
@FOLDER
@click.argument("disks", type=DISK, metavar="[DISK...]", nargs=-1)
@click.option(
    "--head", default=None, metavar="N:SHA256", help="A head that was kept elsewhere must be in it."
)
@click.option(
    "--allowed-signers",
    type=DISK,
    default=None,
    metavar="FILE",
    help="Who may sign: lines of ALLOWED SIGNERS in `man ssh-keygen`.",
)
@opening
@salvaging
@as_json
def verify(
    folder: Path,
    disks: tuple[Path, ...],
    head: str | None,
    allowed_signers: Path | None,
    json_output: bool,
) -> int:
    """Compare digests now and then; judge trail, database, signatures.

    Name DISK where a disk of the case lies elsewhere now. Exit status 1 if a file of the evidence
    is changed, missing or not to be read, or if anything of the case is wrong.
    """
    from redoscope_core.format.trail import TrailHead
    from redoscope_core.operations.casework.case import Case

    opened, policy = Case.open(folder), policy_of()
    wanted = None if head is None else TrailHead.parse(head)
    with ExitStack() as stack:
        chains = [stack.enter_context(generation(disk, policy)) for disk in disks]
        steps = opened.verify(chains, head=wanted, allowed_signers=allowed_signers)
        verdict = drive("verifying", steps)
    if verdict.unrecorded is not None:
        print_notes([f"the trail does not tell of this: {verdict.unrecorded}"])
    if json_output:
        print_json({"case": str(folder), "operation": "verify", **_document(verdict)})
    else:
        _print(verdict)
    return 0 if verdict.is_sound else 1


def _document(verdict: CaseVerdict) -> dict[str, object]:
    from redoscope_core.cli.trailing import trail_document

    return {
        "sound": verdict.is_sound,
        "disks": [
            {
                "number": each.disk.number,
                "path": str(each.path),
                "files": [_file_document(file) for file in each.files],
            }
            for each in verdict.disks
        ],
        "trail": None if verdict.trail is None else trail_document(verdict.trail),
        "problems": [*verdict.database, *verdict.problems],
        "signatures": [
            {
                "file": str(each.file),
                "signed": head_text(each.head),
                "in_trail": each.is_of_trail,
                "state": each.signed.state.value,
                "signer": each.signed.signer,
                "told": each.signed.told,
            }
            for each in verdict.signatures
        ],
        "recorded": verdict.unrecorded is None,
        "head": head_text(verdict.head),
    }


def _file_document(file: EvidenceVerdict) -> dict[str, object]:
    return {
        "path": str(file.path),
        "state": file.state.value,
        "why": file.why,
        "touched": file.is_touched,
        "then": file_document(file.then),
        "now": None if file.now is None else file_document(file.now),
    }


def _print(verdict: CaseVerdict) -> None:
    from redoscope_core.cli.trailing import print_trail

    for disk in verdict.disks:
        say(f"disk {disk.disk.number}  {disk.path}")
        for file in disk.files:
            touched = ", its time of change differs" if file.is_touched else ""
            why = "" if file.why is None else f": {file.why}"
            say(f"  {file.state.value:<10}  {file.path}{touched}{why}")
    say(*(f"problem: {each}" for each in (*verdict.database, *verdict.problems)))
    if verdict.trail is not None:
        say("trail")
        print_trail(verdict.trail)
    for signed in verdict.signatures:
        say(_signed_words(signed))
    files = sum(len(disk.files) for disk in verdict.disks)
    say(f"{counted(files, 'file')} of evidence; {'sound' if verdict.is_sound else 'NOT sound'}")
    told_head(verdict.head)


def _signed_words(signed: SignedHead) -> str:
    of = "" if signed.is_of_trail else ", and its line is NOT in the trail"
    who = "" if signed.signed.signer is None else f" ({signed.signed.signer})"
    state = _SIGNED[signed.signed.state.value]
    return f"head {signed.head or signed.file.name}: {state}{who}{of}; {signed.signed.told}"
