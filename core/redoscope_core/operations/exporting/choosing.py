"""Choosing: which files of which volumes are meant by paths, as `files` tells those."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.errors import InvalidArgument
from redoscope_core.operations.attributing.listing import shown_name
from redoscope_core.operations.attributing.side import Side
from redoscope_core.phrases import quoted
from redoscope_core.volumes.index import NOTHING, NodeKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.attributing.indexing import Examining
    from redoscope_core.volumes.disk_volumes import DiskVolume

__all__ = ["Chosen", "chosen_files", "path_meant", "volumes_meant"]

_OF_VOLUME = re.compile(r"([0-9]{1,9}):(/.*)", re.DOTALL)


@dataclass(slots=True)
class Chosen:
    """What of a volume is meant."""

    side: Side
    entries: list[int]
    """Entries of the index, each behind the directory that it is in."""
    named: set[int]
    """Those of them that are meant by their own path, not since they are in a directory."""
    streams: dict[int, set[bytes]]
    """Of entries of which only some streams are meant, the names of those."""


class _Asked:
    """The paths that are asked for of one volume."""

    def __init__(self, paths: Mapping[str, str]) -> None:
        """Ask for *paths*, which are those that the values are typed as."""
        self.paths: dict[str, set[str]] = {}
        """By a path as `files` tells it, how it was typed."""
        for path, typed in paths.items():
            self.paths.setdefault(_plain(path), set()).add(typed)
        self.streams: dict[str, set[bytes]] = {}
        for path in self.paths:
            file, colon, stream = path.rpartition(":")
            if colon and file and stream:
                raw = stream.encode("utf-8", "surrogateescape")
                self.streams.setdefault(file, set()).add(raw)
        self.found: set[str] = set()


def chosen_files(
    chain: Chain, examined: Sequence[Examining], paths: Sequence[str], *, deleted: bool
) -> list[Chosen]:
    """Return what *paths* mean in the volumes of *chain* that were *examined*.

    `/path` is a file of every volume that has it, `2:/path` one of volume 2; a directory means all
    that is in it, `/file:stream` an alternate stream alone. Of deleted entries none are meant, but
    if *deleted* says so.

    Raises:
        InvalidArgument: A path means nothing here.
    """
    found: list[Chosen] = []
    # All that there is, is met also where that is nothing.
    met = {path for path in paths if path and _plain(path) == "/"}
    met |= {path for each in examined for path in _all_of(paths, each.volume.number)}
    for each in examined:
        if each.index is None:
            continue
        asked = _Asked(_of_volume(paths, each.volume.number))
        chosen = _chosen(Side(chain, each.volume, each.index), asked, deleted=deleted)
        met.update(*(asked.paths[path] for path in asked.found))
        if chosen.entries:
            found.append(chosen)
    for path in paths:
        if path not in met:
            raise _unmet(chain, examined, path, deleted=deleted)
    return found


def volumes_meant(volumes: Sequence[DiskVolume], paths: Sequence[str]) -> list[DiskVolume]:
    """Return those of *volumes* that one of *paths* may mean."""
    return [each for each in volumes if _of_volume(paths, each.number)]


def path_meant(path: str, number: int | None) -> str | None:
    """Return which path of the volume *number* is meant by *path*, as `files` tells it, if any."""
    told = next(iter(_of_volume([path], number)), None)
    return None if told is None else _plain(told)


def _of_volume(paths: Sequence[str], number: int | None) -> dict[str, str]:
    """Return the paths of the volume *number*, and as what each was asked for."""
    told = {}
    for path in filter(None, paths):
        match = _OF_VOLUME.fullmatch(path)
        if match is None:
            told[path] = path
        elif int(match[1]) == number:
            told[match[2]] = path
    return told


def _all_of(paths: Sequence[str], number: int | None) -> list[str]:
    """Return those of *paths* that mean all of the volume *number*."""
    told = _of_volume(paths, number)
    return [typed for path, typed in told.items() if _plain(path) == "/"]


def _plain(path: str) -> str:
    """Return a path as typed in the form that `files` tells it in."""
    told = shown_name(path.encode("utf-8", "surrogateescape"))
    return (told if told.startswith("/") else f"/{told}").rstrip("/") or "/"


def _chosen(side: Side, asked: _Asked, *, deleted: bool) -> Chosen:
    entries, kinds = side.index.entries, side.index.nodes.kind
    parents, nodes = entries.parent.tolist(), entries.node.tolist()
    gone = entries.deleted.tolist()
    chosen = Chosen(side, [], set(), {})
    meant: list[bool] = []
    for entry, path in enumerate(side.index.paths()):
        shown = shown_name(path)
        is_named = shown in asked.paths
        inside = entry > 0 and meant[parents[entry]]
        node = nodes[entry]
        is_shown = (deleted or not gone[entry]) and (node != NOTHING or gone[entry])
        is_shown &= gone[entry] or node == NOTHING or kinds[node] != NodeKind.MADE_UP or not entry
        streams = asked.streams.get(shown, set()) if is_shown else set()
        streams = streams & side.streams(node).keys()
        if is_named and is_shown:
            asked.found.add(shown)
            chosen.named.add(entry)
        asked.found |= {f"{shown}:{shown_name(each)}" for each in streams} & asked.paths.keys()
        if is_shown and (is_named or inside or streams):
            chosen.entries.append(entry)
            if streams and not is_named and not inside:
                chosen.streams[entry] = streams
        # What is in a deleted folder that is not shown may be in use.
        meant.append(is_named or inside)
    return chosen


def _unmet(
    chain: Chain, examined: Sequence[Examining], path: str, *, deleted: bool
) -> InvalidArgument:
    failed = [str(each.volume.start) for each in examined if each.failed is not None]
    cure = "`redoscope files DISK` lists the files"
    if not deleted and any(each.index is not None for each in examined):
        cure += ", with --deleted those that are gone too"
    if failed:
        cure += f"; the volume at sector {', '.join(failed)} could not be parsed"
    return InvalidArgument(
        "no volume has such a file", path=chain.path, found=quoted(path), cure=cure
    )
