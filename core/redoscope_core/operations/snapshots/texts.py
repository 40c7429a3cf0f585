"""The edits of a machine's two texts, and what they call its links."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from redoscope_core.errors import VmdkError
from redoscope_core.operations.edits.text_edit import text_edit

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from redoscope_core.format.dictionary import Dictionary
    from redoscope_core.link.edit import Edit
    from redoscope_core.machine.machine import VirtualMachine

__all__ = ["about", "list_edit", "machine_edit", "name_beside"]

_LAST = re.compile(r"[^/\\\]]*$")
"""The last part of a name, in the manner of Unix, Windows and ESX."""


@contextmanager
def about(path: Path) -> Generator[None]:
    """Let errors of a text name its file *path*."""
    try:
        yield
    except VmdkError as error:
        error.path = error.path or path
        raise


def machine_edit(machine: VirtualMachine, names: Mapping[str, str]) -> Edit:
    """Return the edit of the .vmx after which each node of *names* names that file.

    Raises:
        InvalidArgument: The text's character set lacks a character.
    """
    told = ", ".join(f"{node} runs on {name}" for node, name in names.items())
    with about(machine.path):
        changed = machine.text.with_disks(dict(names))
    return text_edit(machine.path, machine.text.text.to_bytes(), changed.to_bytes(), told)


def list_edit(machine: VirtualMachine, changed: Dictionary, why: str) -> Edit:
    """Return the edit of the .vmsd that makes *changed* of it."""
    old = machine.snapshot_text.text.to_bytes()
    return text_edit(machine.snapshot_path, old, changed.to_bytes(), why)


def name_beside(name: str, link: Path, other: Path, text: Path) -> str:
    """Return how the *text* that calls *link* by *name* calls the link *other*."""
    if link.parent == other.parent:
        return _LAST.sub(lambda _: other.name, name, count=1)
    return os.path.relpath(other, text.parent)
