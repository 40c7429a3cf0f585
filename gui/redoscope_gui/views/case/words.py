"""A case in words: where an entry is, how evidence stands, what a record of the trail tells."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

import redoscope_core as core
from redoscope_gui import theme

if TYPE_CHECKING:
    from redoscope_core import (
        CaseEntry,
        CaseVerdict,
        EvidenceFile,
        EvidenceVerdict,
        MarkedPlace,
        TrailFault,
        TrailRecord,
        TrailVerdict,
    )
    from redoscope_gui.requests import CaseState

__all__ = [
    "brief_time",
    "details_of_entry",
    "details_of_file",
    "details_of_record",
    "evidence_words",
    "generation_words",
    "kind_words",
    "place_words",
    "record_words",
    "search_words",
    "trail_words",
    "verdict_words",
]

_SHOWN = 200
_MOST_FAULTS = 3
_ABOUT = ("command", "words", "path", "name", "text", "file")
"""Keys of a record that tell what it is about: these stand first, and without their names."""
_PATHS = frozenset({"path", "as", "to", "key"})
_UNTOLD = frozenset({"event", "uid", "made", "changed", "in"})
"""Keys that a line has no use for; all of them are told below."""


def tr(text: str) -> str:
    """Translate *text* of the pane."""
    return QCoreApplication.translate("CaseView", text)


def kind_words(entry: CaseEntry) -> str:
    """Return what kind of entry it is."""
    return {
        core.CaseEntryKind.BOOKMARK: tr("bookmark"),
        core.CaseEntryKind.NOTE: tr("note"),
        core.CaseEntryKind.SEARCH: tr("search"),
    }[entry.kind]


def brief_time(told: str) -> str:
    """Return a time without parts of a second; it stays UTC."""
    return told[:19].replace("T", " ")


def place_words(place: MarkedPlace | None) -> str:
    """Return what of a generation *place* is: sectors, a file, or all of it."""
    if place is None:
        return tr("the case")
    if place.file is not None:
        return place.file
    if place.start is None or place.count is None:
        return tr("the link")
    first, last = theme.grouped(place.start), theme.grouped(place.start + place.count - 1)
    words = tr("sector {first}") if place.count == 1 else tr("sectors {first} to {last}")
    return words.format(first=first, last=last)


def generation_words(place: MarkedPlace | None, state: CaseState) -> str:
    """Return which generation *place* is in, by its number and its link."""
    if place is None:
        return ""
    disk = next((each for each in state.disks if each.number == place.disk), None)
    files = () if disk is None else disk.files
    own = next((each.path.name for each in files if each.generation == place.generation), "")
    return f"{place.generation}  {own or tr('disk %d') % place.disk}"


def search_words(entry: CaseEntry) -> str:
    """Return what is sought by a saved search."""
    search = entry.search
    if search is None:
        return ""
    kind = tr("hex") if search.is_hex else tr("regex") if search.regex else tr("text")
    more = [", ".join(search.encodings), tr("any case") if search.ignore_case else ""]
    return ", ".join(filter(None, (f"{kind} {search.pattern}", *more)))


def details_of_entry(entry: CaseEntry, state: CaseState) -> Sequence[str]:
    """Return all of an entry, line by line."""
    head = tr("{kind} {number}: {name}").format(
        kind=kind_words(entry), number=entry.number, name=entry.name
    )
    where = search_words(entry) or place_words(entry.place)
    if entry.place is not None:
        told = generation_words(entry.place, state)
        where = tr("{place}, generation {link}").format(place=where, link=told)
    lines = [head.rstrip(": "), where, *entry.text.split("\n")]
    if entry.tags:
        lines.append(tr("Tags: %s") % ", ".join(entry.tags))
    made, changed = brief_time(entry.made), brief_time(entry.changed)
    times = tr("Made {made} UTC") if made == changed else tr("Made {made}, changed {changed} UTC")
    lines.append(times.format(made=made, changed=changed))
    return [line for line in lines if line]


def evidence_words(file: EvidenceFile, verdict: EvidenceVerdict | None) -> str:
    """Return how a file of the evidence stands."""
    if verdict is None:
        return tr("no digests yet") if file.digests is None else tr("digests taken")
    words = {
        core.EvidenceState.SAME: tr("as it was"),
        core.EvidenceState.CHANGED: tr("CHANGED"),
        core.EvidenceState.MISSING: tr("MISSING"),
        core.EvidenceState.UNREADABLE: tr("CAN'T BE READ"),
        core.EvidenceState.NOT_HASHED: tr("no digests yet"),
    }[verdict.state]
    return tr("%s, its time differs") % words if verdict.is_touched else words


def details_of_file(file: EvidenceFile, verdict: EvidenceVerdict | None) -> Sequence[str]:
    """Return all of a file of the evidence, line by line."""
    lines = [str(file.path), evidence_words(file, verdict)]
    lines.append(tr("%s bytes") % theme.grouped(file.length))
    if file.digests is not None:
        lines += [
            f"SHA-256 {file.digests.sha256}",
            f"SHA-1 {file.digests.sha1}",
            f"MD5 {file.digests.md5}",
            tr("taken {when} UTC").format(when=brief_time(file.digests.taken)),
        ]
    if verdict is not None and verdict.now is not None and verdict.now.digests is not None:
        now = verdict.now.digests
        if file.digests is None or now.sha256 != file.digests.sha256:
            lines.append(tr("now SHA-256 %s") % now.sha256)
        lines.append(tr("looked at {when} UTC").format(when=brief_time(now.taken)))
    if verdict is not None and verdict.why:
        lines.append(verdict.why)
    return lines


def record_words(record: TrailRecord) -> str:
    """Return what a record of the trail tells, on one line."""
    told, came = _all_brief(record.args), _all_brief(record.result)
    return f"{told} → {came}"[:_SHOWN] if came else told[:_SHOWN]


def _all_brief(facts: Mapping[str, object]) -> str:
    """Return *facts* on one line, what they are about first."""
    keys = sorted(facts, key=lambda key: _ABOUT.index(key) if key in _ABOUT else len(_ABOUT))
    told = [_brief(key, facts[key]) for key in keys if key not in _UNTOLD]
    return ", ".join(filter(None, told))


def _brief(key: str, value: object) -> str:
    """Return a fact in a few words; anybody may have written it, so it may be anything."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return key if value else tr("not %s") % key
    if isinstance(value, str):
        shown = value.rsplit("/", 1)[-1] if key in _PATHS else value
        return shown if key in _ABOUT else f"{key} {shown}"
    if isinstance(value, list):
        return " ".join(map(str, value)) if key == "words" else f"{len(value)} {key}"
    if isinstance(value, dict):
        return f"{key}: {_all_brief(value)}"
    return f"{key} {value}"


def details_of_record(record: TrailRecord) -> Sequence[str]:
    """Return all of a record of the trail, line by line."""
    head = tr("Record {number}, {when} UTC, by {who}: {act}").format(
        number=record.head.number, when=brief_time(record.when), who=record.who, act=record.act
    )
    told = {"args": record.args, "result": record.result}
    text = json.dumps(told, indent=2, ensure_ascii=False)
    return [head, f"SHA-256 {record.head.sha256}", *text.split("\n")[1:-1]]


def trail_words(verdict: TrailVerdict | None) -> str:
    """Return how the trail stands."""
    if verdict is None:
        return tr("trail not verified in this window")
    if verdict.is_sound:
        return tr("trail sound")
    faults = [each for each in verdict.faults if not each.told]
    told = [_fault(each) for each in faults[:_MOST_FAULTS]]
    left = len(faults) + verdict.more - len(told)
    if left > 0:
        told.append(tr("%d more") % left)
    return tr("trail NOT sound: %s") % "; ".join(told)


def _fault(fault: TrailFault) -> str:
    kind = core.TrailFaultKind
    words = {
        kind.CHANGED: tr("line {first} was changed, or what line {last} says of it"),
        kind.LACKING: tr("lines are lacking in front of line {last}"),
        kind.OUT_OF_PLACE: tr("line {first} is not in its place"),
        kind.MALFORMED: tr("line {first} is no record"),
        kind.TORN: tr("line {first} was torn: only a part of it was written"),
        kind.OTHER_HEAD: tr("line {first} is not the one that the case keeps"),
        kind.ENDS_EARLY: tr("its end was cut off"),
    }[fault.kind]
    return words.format(first=fault.first, last=fault.last)


def verdict_words(verdict: CaseVerdict) -> str:
    """Return what is wrong with a case beside its trail; what is right if nothing is."""
    files = [file for disk in verdict.disks for file in disk.files]
    state = core.EvidenceState
    bad = [file for file in files if file.state not in {state.SAME, state.NOT_HASHED}]
    told = [f"{file.path.name}: {evidence_words(file.then, file)}" for file in bad[:_MOST_FAULTS]]
    told += [*verdict.database[:_MOST_FAULTS], *verdict.problems[:_MOST_FAULTS]]
    told += [
        tr("signature {file} is not good").format(file=each.file.name)
        for each in verdict.signatures
        if not each.is_sound
    ]
    if not told:
        return tr("%d files of evidence are as they were") % len(files)
    left = len(bad) - _MOST_FAULTS
    return "; ".join([*told, tr("%d more files") % left] if left > 0 else told)
