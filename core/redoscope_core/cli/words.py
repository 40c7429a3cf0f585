"""The words that make a call of `redoscope` a command, and where the command of each is.

Nothing is imported to know them: a word that asks little must not wait for the others.
"""

from __future__ import annotations

__all__ = ["COMMANDS", "WORDS"]

COMMANDS = {
    "demo": "showing.demo",
    "tree": "describing.tree",
    "info": "describing.info",
    "map": "describing.map_areas",
    "owner": "describing.owner",
    "dump": "transferring.dump",
    "read": "transferring.read",
    "write": "transferring.write",
    "create": "making.create",
    "child": "making.child",
    "attach": "making.attach",
    "changes": "examining.changes",
    "check": "examining.check",
    "compare": "examining.compare",
    "clone": "making.clone",
    "consolidate": "merging.consolidate",
    "undo": "undoing.undo",
    "hash": "examining.hash_disk",
    "search": "examining.search",
}
"""Module in this room and name of each command, in the order people meet them."""
WORDS = frozenset(COMMANDS)
