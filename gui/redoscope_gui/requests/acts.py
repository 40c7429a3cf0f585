"""What was asked of the engine and is an act of an examiner, as the trail of a case tells it.

What only paints the screen is none. The one table of it: who adds a request that reads evidence
for the user, or writes a file, adds a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redoscope_core import told_text
from redoscope_core.code import as_code
from redoscope_gui.requests.attributing import CompareFiles, ExportFiles
from redoscope_gui.requests.casework import told_path
from redoscope_gui.requests.change_reports import SaveChanges
from redoscope_gui.requests.coded import Coded
from redoscope_gui.requests.comparing import CompareGenerations, SaveDocument, SavePatch
from redoscope_gui.requests.file_past import TellPast
from redoscope_gui.requests.hashing import HashGeneration
from redoscope_gui.requests.reporting import MakeReport
from redoscope_gui.requests.salvaging import ListUnreadable
from redoscope_gui.requests.searching import SaveHits, SearchChain
from redoscope_gui.requests.selected import HashSelected, SaveSelected

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import Exported, Needle, SavedSelection, SelectedDigest
    from redoscope_gui.maps.differences import Differences
    from redoscope_gui.requests.attributing import FilesCompared
    from redoscope_gui.requests.hashing import GenerationHashed
    from redoscope_gui.requests.selected import Shown

__all__ = ["Act", "act_of"]

Facts = dict[str, object]
_MOST = 100
"""Files that are told one by one."""


@dataclass(frozen=True, slots=True)
class Act:
    """What was done, to what, and what came of it."""

    act: str
    args: Mapping[str, object]
    result: Mapping[str, object]


def act_of(request: object, answer: object = None, error: Exception | None = None) -> Act | None:
    """Return what *request* was, with its *answer* or the *error* that it ended with.

    None if it is no act.
    """
    told = _ACTS.get(type(request))
    if told is None:
        return _deed_of(request, error)
    name, args, result = told
    came = result(answer) if error is None else _failed(error)
    return Act(name, args(request), came)


def _deed_of(request: object, error: Exception | None) -> Act | None:
    deed = request.deed if isinstance(request, Coded) else None
    if deed is None:
        return None
    command = as_code(deed).command.strip()
    name = next(iter(deed.words()), type(deed).__name__)
    return Act(name, {"command": told_text(command)}, {} if error is None else _failed(error))


def _failed(error: Exception) -> Facts:
    return {"error": told_text(str(error))}


def _nothing(_answer: object) -> Facts:
    return {}


def _disk(path: Path, generation: int) -> Facts:
    return {"path": told_path(path), "generation": generation}


def _shown(shown: Shown) -> Facts:
    return _disk(shown.path, shown.generation)


def _pair(asked: CompareGenerations) -> Facts:
    newer = _disk(asked.path, asked.b)
    return {"older": _disk(asked.other or asked.path, asked.a), "newer": newer}


def _differences(found: Differences) -> Facts:
    told = found.comparison
    return {"equal": not len(told.start), "runs": len(told.start), "sectors": int(told.count.sum())}


def _changes(found: FilesCompared) -> Facts:
    volumes = found.volumes.values()
    return {"changes": sum(len(each.difference.changes) for each in volumes)}


def _exported(found: Exported) -> Facts:
    files = [
        {"file": told_text(each.path), "as": told_path(each.written), "sha256": each.sha256}
        for each in found.files
        if each.written is not None
    ]
    return {
        "files": files[:_MOST],
        "written": len(files),
        "left_out": len(found.files) - len(files),
    }


def _sought(needle: Needle) -> list[object]:
    told = (
        each.literal if each.pattern is None else each.pattern.pattern for each in needle.spellings
    )
    return [
        told_text(f"{each.name}: {what!r}")
        for each, what in zip(needle.spellings, told, strict=True)
    ]


def _to_export(asked: ExportFiles) -> Facts:
    files = [told_text(each) for each in asked.paths[:_MOST]]
    if asked.paths[_MOST:]:
        files.append(told_text("\0".join(asked.paths[_MOST:])))
    told: Facts = {"files": files, "asked": len(asked.paths), "to": told_path(asked.folder)}
    return _shown(asked.shown) | told


def _searched(asked: SearchChain) -> Facts:
    here = _disk(asked.path, asked.generation)
    return here | {"sought": _sought(asked.needle), "everywhere": asked.everywhere}


def _selected(asked: HashSelected | SaveSelected) -> Facts:
    return _shown(asked.shown) | {"offset": asked.offset, "length": asked.length}


def _hashed(found: GenerationHashed | SelectedDigest) -> Facts:
    return {found.algorithm: found.hexadecimal}


def _saved(found: SavedSelection) -> Facts:
    return {"as": told_path(found.path), "sha256": found.sha256}


_Row = tuple[str, Callable[[Any], Facts], Callable[[Any], Facts]]
_ACTS: dict[type, _Row] = {
    CompareGenerations: ("compare", _pair, _differences),
    CompareFiles: ("files-diff", lambda asked: _pair(asked.asked), _changes),
    ExportFiles: ("export", _to_export, _exported),
    TellPast: (
        "history",
        lambda asked: _shown(asked.shown) | {"file": told_text(asked.file.asked_as)},
        _nothing,
    ),
    SearchChain: ("search", _searched, lambda found: {"found": len(found.hits)}),
    HashGeneration: ("hash", lambda asked: _disk(asked.path, asked.generation), _hashed),
    HashSelected: ("hash", _selected, _hashed),
    SaveSelected: ("save", _selected, _saved),
    SavePatch: ("save", lambda asked: _pair(asked.compared) | _target(asked.target), _nothing),
    SaveDocument: ("save", lambda asked: _target(asked.target), _nothing),
    SaveHits: ("save", lambda asked: _target(asked.target), _nothing),
    SaveChanges: ("save", lambda asked: _target(asked.target), _nothing),
    MakeReport: (
        "report",
        lambda asked: _pair(asked.pair) | {"to": told_path(asked.folder)},
        lambda made: {
            "manifest_sha256": made.manifest_sha256,
            "sectors": made.sectors,
            "evidence_unchanged": made.is_unchanged,
        },
    ),
    ListUnreadable: (
        "save",
        lambda asked: _disk(asked.path, asked.generation) | _target(asked.target),
        _nothing,
    ),
}


def _target(path: Path) -> Facts:
    return {"as": told_path(path)}
