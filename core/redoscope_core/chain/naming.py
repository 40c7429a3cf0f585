"""Naming: which link of a chain a text means. One rule for every command and the window.

A text names a link by its generation's number, by `tip` or `base`, by the name of its file,
or by a path: from the current folder, or from the folder of the disk.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.errors import InvalidArgument
from redoscope_core.files.names import same_file

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain

__all__ = ["link_index"]

_LONGEST_NUMBER = 9


def link_index(chain: Chain, text: str) -> int:
    """Return the index in *chain*, 0 = base disk, of the one link that *text* names.

    A number counts generations, 0 is the base disk. Where the file of another link has that
    very name, neither is taken: `./2` means the file.

    Raises:
        InvalidArgument: No link is named so, or more than one.
    """
    meant = {index for index in (_by_word(chain, text),) if index is not None}
    meant |= {index for index, link in enumerate(chain.links) if link.path.name == text}
    meant |= _by_path(chain, Path(text))
    meant = meant or _by_path(chain, chain.path.parent / text)
    if len(meant) == 1:
        return meant.pop()
    if meant:
        raise InvalidArgument(
            "a name that more than one link of this chain has",
            path=chain.path,
            found=f"{text}: " + ", ".join(_told(chain, index) for index in sorted(meant)),
            expected="the name of one",
            cure="name the path of the file, with a folder in it: ./NAME",
        )
    raise InvalidArgument(
        "not a link of this chain",
        path=chain.path,
        found=text,
        expected="tip, base, or one of "
        + ", ".join(_told(chain, index) for index in range(len(chain.links))),
    )


def _by_word(chain: Chain, text: str) -> int | None:
    """Return the generation that *text* is the number or the word of."""
    last = len(chain.links) - 1
    if text in {"tip", "base"}:
        return last if text == "tip" else 0
    if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER and int(text) <= last:
        return int(text)
    return None


def _by_path(chain: Chain, path: Path) -> set[int]:
    return {index for index, link in enumerate(chain.links) if same_file(path, link.path)}


def _told(chain: Chain, index: int) -> str:
    return f"{index} ({chain.links[index].path.name})"
