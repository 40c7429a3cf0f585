"""Forty texts that a disk may hold to be taken for something else, and disks that hold them."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from tests.judges.handmade import descriptor_text

__all__ = ["Watch", "hostile_folder", "hostile_texts"]

_IN_OPEN = 0x20
_IN_NONBLOCK = 0o4000
_LONGEST_NAME = 120


def hostile_texts(picture: Path) -> tuple[str, ...]:
    """Return forty texts: markup that names *picture*, marks that are not seen, long ones."""
    # The name of a file holds no slash: what it names is looked for in the working folder.
    here = picture.name
    markup = (
        f"<img src='{picture}'>",
        f'<IMG SRC="{here}"><b>forged</b>',
        f"<b>forged</b><img src={here}>",
        f"<a href='file:{here}'>forged",
        f"<table background='{here}'><tr><td>forged",
        f"<body background='{here}'>forged",
        f"<div style='background-image:url({here})'>forged",
        f"<style>* {{ background: url({here}) }}</style><p>forged",
        f"<link rel=stylesheet href='{here}'><h1>forged",
        f"\n  <p>forged<img src='{here}'>",
        f"<?xml version='1.0'?><p>forged<img src='{here}'>",
        f"<!DOCTYPE html><html><img src='{here}'>",
        f"<qt>forged<img src='{here}'>",
        f"text &lt;b&gt; forged <img src='{here}'>",
        "&quot;forged&amp;",
        "<br>forged",
        "<hr>",
        f"<object data='{here}'>forged",
        f"![forged]({here})",
        f"<!-- --><img src='{here}'>",
        f"a < b <i>forged</i> <img src='{here}'>",
        f"<pre>forged<img src='{here}'",
    )
    unseen = (
        *("esc\x1b]0;forged\x07", "nul\x00forged", "bell\x07forged", "back\x08forged"),
        *("line\nforged", "return\rforged", "tab\tforged", "c1\x9b31mforged", "next\x85forged"),
        *("line\u2028forged", "over\u202eforged\u202c", "isolate\u2066forged\u2069"),
        *("mark\u200eforged\u200f", "none\u200bforged\ufeff", "half\udcffforged"),
    )
    other = ("Fish&Chips &forged", "=HYPERLINK(forged)+[*] %p %1 {0}", "forged " * 585)
    return markup + unseen + other


def hostile_folder(folder: Path, texts: tuple[str, ...]) -> Path:
    """Make a folder of disks, one a text: it is name, comment, hint, createType and extent of it.

    The last line of some is no line of a descriptor, so that the error tells the text.
    """
    folder.mkdir()
    for number, text in enumerate(texts):
        name = text.replace("/", "_").replace("\x00", "0")[:_LONGEST_NAME]
        value = text.replace("\n", " ").replace('"', "'").replace("\x00", "0")
        lines = (
            ["RW 2048 ZERO"],
            [f'RW 2048 FLAT "{value}" 0'],
            [f"RW {value} ZERO"],
            [f'RW 2048 FLAT "/etc/{value}" 0'],
        )[number % 4]
        kind = value if number % 3 == 0 else "monolithicFlat"
        child = number % 2 == 1
        told = descriptor_text(lines, kind=kind, more=(f'ddb.comment = "{value}"',))
        if child:
            told = told.replace("parentCID=ffffffff", f"parentCID={number:08x}")
            told += f'parentFileNameHint="{value}"\n'
        raw = told.encode("utf-8", "surrogateescape")
        (folder / f"{name}{number}.vmdk").write_bytes(raw)
        if number % 8 == 0:
            machine = f'displayName = "{value}"\nscsi0:0.fileName = "{name}{number}.vmdk"\n'
            (folder / f"{name}{number}.vmx").write_text(machine, "utf-8", "surrogateescape")
    return folder


class Watch:
    """Notes whether any program opens a file, Qt's own code too."""

    def __init__(self, path: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._queue = libc.inotify_init1(_IN_NONBLOCK)
        assert self._queue >= 0
        assert libc.inotify_add_watch(self._queue, os.fsencode(path), _IN_OPEN) >= 0

    def opened(self) -> bool:
        """Return whether it was opened since this was asked last."""
        try:
            return bool(os.read(self._queue, 4096))
        except BlockingIOError:
            return False

    def close(self) -> None:
        """End the watch."""
        os.close(self._queue)
