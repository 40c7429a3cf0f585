"""Functions of C that call the vendor's libraries, laid out as a text that compiles.

Their remarks are words of ours alone: a name from anywhere could end a comment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from redoscope_core.code.quoting import c_string

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

__all__ = ["READ_ONLY", "SINGLE_LINK", "CFunction", "block", "c_text", "on_disk"]

READ_ONLY = "VIXDISKLIB_FLAG_OPEN_READ_ONLY"
SINGLE_LINK = f"VIXDISKLIB_FLAG_OPEN_SINGLE_LINK | {READ_ONLY}"
_DISK_LIBRARY = "vixDiskLib.h"
_WIDTH = 84
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class CFunction:
    """One function, or a remark that there is none."""

    name: str
    lines: Sequence[str] = ()
    """What it does, from the declarations to the return; nothing if the vendor has no way."""
    remark: str = ""
    """What the vendor's way is, or how it differs."""
    parameters: str = "VixDiskLibConnection connection"
    headers: tuple[str, ...] = (_DISK_LIBRARY,)


def block(head: str, lines: Iterable[str]) -> list[str]:
    """Return *lines* one step further in, between *head* and its brace, and the closing one."""
    return [f"{head} {{", *(f"{_INDENT}{line}" if line else "" for line in lines), "}"]


def on_disk(
    path: Path,
    lines: Iterable[str],
    *,
    flags: str = READ_ONLY,
    declared: Iterable[str] = (),
) -> list[str]:
    """Return what opens the disk *path*, does *lines* with `disk` and `error`, and closes it."""
    return [
        *declared,
        "VixDiskLibHandle disk = NULL;",
        f"VixError error = VixDiskLib_Open(connection, {c_string(path)}, {flags}, &disk);",
        "",
        *block("if (VIX_SUCCEEDED(error))", [*lines, "VixDiskLib_Close(disk);"]),
        "return error;",
    ]


def c_text(functions: Iterable[CFunction]) -> str:
    """Return *functions* as one text, each under a name of its own."""
    parts, headers, taken = [], dict[str, None](), dict[str, int]()
    for function in functions:
        count = taken[function.name] = taken.get(function.name, 0) + 1
        name = function.name if count == 1 else f"{function.name}_{count}"
        if function.lines:
            headers |= dict.fromkeys(function.headers)
        parts.append(_laid_out(function, name))
    own = sorted(headers, key=lambda header: (header.startswith("vix"), header))
    includes = [
        f'#include "{header}"' if header.startswith("vix") else f"#include <{header}>"
        for header in own
    ]
    head = ["\n".join(includes)] if includes else []
    return "\n\n".join([*head, *parts]) + "\n"


def _laid_out(function: CFunction, name: str) -> str:
    lines = _comment(function.remark)
    if function.lines:
        lines += [f"VixError {name}({function.parameters})", "{"]
        lines += [f"{_INDENT}{line}" if line else "" for line in function.lines]
        lines.append("}")
    return "\n".join(lines)


def _comment(remark: str) -> list[str]:
    if not remark:
        return []
    words = re.sub(r"\s+", " ", remark).strip()
    lines = wrap(words, _WIDTH, break_long_words=False, break_on_hyphens=False)
    if len(lines) == 1:
        return [f"/* {lines[0]} */"]
    return [f"{' *' if at else '/*'} {line}" for at, line in enumerate(lines)] + [" */"]
