"""The words that make a call of `redoscope` a command, and where the command of each is.

Nothing is imported to know them: a word that asks little must not wait for the others.
"""

from __future__ import annotations

from redoscope_core import __version__

__all__ = ["COMMANDS", "GROUPS", "VERSION", "VERSION_OPTIONS", "WORDS", "meant_by"]

VERSION = f"redoscope {__version__}"
"""The line that tells the version."""
VERSION_OPTIONS = ("-V", "--version")

GROUPS = {
    "Look": {
        "tree": "trees.tree",
        "info": "links.info",
        "map": "mapping.map_areas",
        "vm": "machines.vm",
        "owner": "owners.owner",
        "dump": "dumping.dump",
        "read": "transferring.read",
        "structures": "recognising.structures",
        "files": "file_list.files",
        "history": "file_past.history",
        "export": "exporting.export",
        "usn": "usn_list.usn",
        "timeline": "timeline.timeline",
        "whose": "sector_files.whose",
        "volumes": "volume_list.volumes",
    },
    "Examine": {
        "check": "checking.check",
        "compare": "differing.compare",
        "changes": "differing.changes",
        "files-diff": "file_differing.files_diff",
        "allocated": "tracking.allocated",
        "audit": "tracking.audit",
        "report": "reporting.report",
        "trail": "trailing.trail",
        "case": "casework.case",
        "hash": "hashing.hash_disk",
        "entropy": "counting.entropy",
        "growth": "growing.growth",
        "search": "finding.search",
        "strings": "string_list.strings",
    },
    "Make": {
        "demo": "showing.demo",
        "create": "making.create",
        "child": "making.child",
        "clone": "cloning.clone",
    },
    "Back up": {
        "backup": "backing_up.backup",
        "restore": "backing_up.restore",
        "verify": "proving.verify",
        "prune": "proving.prune",
    },
    "Change": {
        "write": "transferring.write",
        "attach": "making.attach",
        "consolidate": "merging.consolidate",
        "undo": "undoing.undo",
    },
    "Help": {
        "help": "helping.help_word",
        "code": "coding.code",
        "version": "helping.version",
        "completion": "helping.completion",
    },
}
"""Title of a group, and in it the module in this room and the name of each command.

In the order in which people meet them; the line that tells of a command is its own.
"""
COMMANDS = {word: home for group in GROUPS.values() for word, home in group.items()}
"""Module in this room and name of each command."""
WORDS = frozenset(COMMANDS)


def meant_by(text: str) -> str:
    """Return the words that *text* may be a misspelling of, as a question; empty if none is."""
    from difflib import get_close_matches

    close = get_close_matches(text.lower(), COMMANDS)
    return f"did you mean {' or '.join(close)}?" if close else ""
