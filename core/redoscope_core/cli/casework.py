"""The command that keeps what an examiner has of disks: case, with its words."""

from __future__ import annotations

import click

from redoscope_core.cli.groups import Words

__all__ = ["case"]

_WORDS = {
    "new": "case_folder.new",
    "add": "case_evidence.add",
    "verify": "case_evidence.verify",
    "list": "case_list.list_entries",
    "bookmark": "case_entries.bookmark",
    "note": "case_entries.note",
    "search": "case_entries.search",
    "change": "case_entries.change",
    "tag": "case_entries.tag",
    "remove": "case_entries.remove",
    "export": "case_folder.export",
    "import": "case_folder.import_document",
    "sign": "case_folder.sign",
}


@click.group(name="case", cls=Words, words=_WORDS, no_args_is_help=False)
def case() -> None:
    """Keep a case: evidence and its digests, bookmarks, notes.

    FOLDER holds case.json, notes.sqlite, the trail audit.jsonl and reports/; it lies apart from the
    disks. What is done has its record in the trail, whose head each call prints: kept elsewhere, it
    proves the trail. A disk is known by content IDs, UUIDs and capacity, wherever it lies now.
    """
