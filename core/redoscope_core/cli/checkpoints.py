"""The command that shows what a checkpoint file holds: vm state."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core import sentences
from redoscope_core.cli.finding_document import finding_document
from redoscope_core.cli.parameters import DISK, as_json
from redoscope_core.cli.printing import say
from redoscope_core.errors import FileMissing
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from redoscope_core.format.checkpoint import Checkpoint, Tag

__all__ = ["state"]

_TOLD = (
    ("product", "Checkpoint", "ProductName"),
    ("version", "Checkpoint", "VersionNumber"),
    ("platform", "Checkpoint", "Platform"),
)
_LONGEST = 4096
"""Bytes of a word about the product, at most."""
_PICTURE = ("MKSVMX", "imageData")


@click.command(name="state")
@click.argument("file", type=DISK)
@click.option("--tag", "wanted", metavar="GROUP/NAME", help="A tag whose bytes go to --out.")
@click.option("--out", type=DISK, metavar="OUT", help="New file for the bytes of --tag.")
@click.option("--picture", type=DISK, metavar="PNG", help="New file for the picture of the screen.")
@as_json
def state(
    file: Path, wanted: str | None, out: Path | None, picture: Path | None, json_output: bool
) -> int:
    """Show the groups and tags of a checkpoint file (.vmsn, .vmss).

    Where each is and how long it is; the bytes of a block, which may be the memory of a machine
    with its secrets, are read if --tag asks for them. Exit status 1 if a group is damaged.
    """
    from redoscope_core.machine.state import open_checkpoint, save_block

    if (wanted is None) != (out is None):
        raise click.UsageError("--tag and --out go together")
    with open_checkpoint(file) as checkpoint:
        if wanted is not None and out is not None:
            tag = _named(checkpoint, file, *wanted.rpartition("/")[::2])
            save_block(checkpoint, tag, out, like=file)
        if picture is not None:
            save_block(checkpoint, _named(checkpoint, file, *_PICTURE), picture, like=file)
        if json_output:
            from redoscope_core.cli.printing import print_json

            print_json(_document(file, checkpoint))
        else:
            _print(file, checkpoint)
    return 1 if checkpoint.faults else 0


def _named(checkpoint: Checkpoint, file: Path, group: str, label: str) -> Tag:
    """Return the tag that is labelled so."""
    for each in checkpoint.groups:
        for tag in each.tags if each.name == group else ():
            if label in {tag.label, tag.name}:
                return tag
    raise FileMissing(
        "no tag of that name",
        path=file,
        found=f"{group}/{label}",
        expected="GROUP/NAME as the list has it",
        cure="`redoscope vm state FILE` lists all",
    )


def _texts(checkpoint: Checkpoint) -> dict[str, str | None]:
    """Return what is said of product and version."""
    told: dict[str, str | None] = {}
    for word, group, name in _TOLD:
        tag = checkpoint.find(group, name)
        small = tag is not None and not tag.is_compressed and tag.stored <= _LONGEST
        data = checkpoint.bytes_of(tag) if tag is not None and small else None
        told[word] = None if data is None else data.split(b"\0")[0].decode("latin-1")
    return told


def _memory(checkpoint: Checkpoint) -> int | None:
    tag = checkpoint.find("Checkpoint", "memSize")
    return None if tag is None else tag.number


def _document(file: Path, checkpoint: Checkpoint) -> dict[str, object]:
    return {
        "disk": str(file),
        "form": checkpoint.form,
        "format_version": checkpoint.version,
        **_texts(checkpoint),
        "memory_mib": _memory(checkpoint),
        "groups": [
            {
                "name": group.name,
                "offset": group.offset,
                "tags": [
                    {
                        "name": tag.name,
                        "indices": list(tag.indices),
                        "offset": tag.offset,
                        "stored_bytes": tag.stored,
                        "memory_bytes": tag.whole,
                        "block": tag.is_block,
                        "compressed": tag.is_compressed,
                    }
                    for tag in group.tags
                ],
            }
            for group in checkpoint.groups
        ],
        "regions": [region._asdict() for region in checkpoint.regions()],
        "findings": [finding_document(finding.at(file)) for finding in checkpoint.faults],
    }


def _print(file: Path, checkpoint: Checkpoint) -> None:
    told = [text for text in _texts(checkpoint).values() if text]
    memory = _memory(checkpoint)
    told += [] if memory is None else [f"{memory} MiB of memory"]
    say(", ".join((f"{file}: checkpoint file, {checkpoint.form}", *told)))
    for group in checkpoint.groups:
        say(f"{group.name}: {counted(len(group.tags), 'tag')}, at byte {group.offset}")
        for tag in group.tags:
            kind = "compressed block" if tag.is_compressed else "block" if tag.is_block else "value"
            say(f"  {tag.label}  {kind} of {counted(tag.stored, 'byte')} at byte {tag.offset}")
    for finding in checkpoint.faults:
        say(f"fault: {file}: {sentences.text(finding)}; {sentences.cure(finding)}")
