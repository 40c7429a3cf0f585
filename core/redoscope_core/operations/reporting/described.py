"""Described: the facts of a report as JSON has them, part by part; all but the changed ranges."""

from __future__ import annotations

import shlex
from itertools import islice
from typing import TYPE_CHECKING

from redoscope_core import sentences
from redoscope_core.areas.areas import State
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.attributing.indexing import Examined
from redoscope_core.operations.reporting.changed_files import change_documents
from redoscope_core.volumes.holding import Holding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from redoscope_core.areas.runs import Runs
    from redoscope_core.findings import Finding
    from redoscope_core.link.link import Link
    from redoscope_core.operations.attributing.by_file import FileSectors
    from redoscope_core.operations.attributing.difference import VolumeDifference
    from redoscope_core.operations.attributing.sector_classes import SectorClass
    from redoscope_core.operations.reporting.evidence import EvidenceFile
    from redoscope_core.operations.reporting.facts import Generation, ReportFacts

__all__ = ["OF_LOCAL_TIME", "SIDES", "Document", "parts_of", "volumes_of"]

Document = dict[str, object]

SIDES = ("OLD", "NEW")
OF_LOCAL_TIME = frozenset({Holding.FAT12, Holding.FAT16, Holding.FAT32, Holding.EXFAT})
"""File systems whose times are those of a clock on a wall, in a zone that they do not tell."""
_MOST_AREAS = 10_000
_DIRTY = frozenset({"dirty", "elsewhere", "damaged", "unknown"})
_HASHES = ("md5", "sha1", "sha256")
_VERSION = 1


def parts_of(facts: ReportFacts) -> Document:
    """Return what the report says by the keys of its document, but `ranges`, `run`, `volumes`."""
    return {
        "comparison": _comparison(facts),
        "derive": _commands(facts),
        "evidence": [_evidence_file(each) for each in facts.evidence.files],
        "generations": [_generation(facts, number) for number in range(len(SIDES))],
        "links": [_link(facts, index) for index in range(len(facts.evidence.links))],
        "not_examined": list(_not_examined(facts)),
        "settings": {"allowed": facts.allowed, "search": facts.search, "view": "stored"},
        "version": _VERSION,
    }


def _comparison(facts: ReportFacts) -> Document:
    found = facts.difference
    capacities = [each.chain.capacity for each in facts.generations]
    return {
        "bytes": found.differing_bytes,
        "equal": not found.sectors and not found.is_partial and capacities[0] == capacities[1],
        "carried_along_sectors": found.rewritten.along.total,
        "changed_back": _unchanged(found.rewritten.back, found.back_classes),
        "ranges": len(facts.ranges),
        "rewritten_same": _unchanged(found.rewritten.same, found.same_classes),
        "sectors": found.sectors,
        "sectors_by_class": _by_class(found.classes),
        "unread_sectors": [each.sectors for each in found.unread],
    }


def _by_class(classes: Mapping[SectorClass, int]) -> Document:
    return {each.value: count for each, count in classes.items()}


def _unchanged(runs: Runs, classes: Mapping[SectorClass, int]) -> Document:
    """Return what is told of sectors that newer links store, though they read as before."""
    return {"sectors": runs.total, "sectors_by_class": _by_class(classes)}


def _evidence_file(each: EvidenceFile) -> Document:
    before = None if each.digests is None else dict(zip(_HASHES, each.digests, strict=True))
    roles = {"descriptor": each.is_descriptor, "data": each.is_data}
    return {
        "after": {"sha256": each.again},
        "before": before,
        "bytes": each.bytes,
        "link": each.link,
        "path": str(each.path),
        "roles": [role for role, has in roles.items() if has],
        "unchanged": each.is_unchanged,
    }


def _generation(facts: ReportFacts, number: int) -> Document:
    each = facts.generations[number]
    chain, hashed = each.chain, each.digest
    own = {finding for link in chain.links for finding in link.findings}
    return {
        "at": str(chain.path),
        "bytes": chain.capacity * SECTOR,
        "capacity": chain.capacity,
        "chain": list(facts.evidence.chains[number]),
        "disk": each.named,
        "findings": [_finding(told) for told in chain.findings if told not in own],
        "name": SIDES[number],
        "parts": [
            {"count": part.count, "sha256": part.hexadecimal, "start": part.start}
            for part in hashed.parts
        ],
        "sha256": hashed.hexadecimal,
    }


def _link(facts: ReportFacts, index: int) -> Document:
    link = facts.evidence.links[index]
    descriptor, stored = link.descriptor, link.stored
    return {
        "capacity": link.capacity,
        "cid": f"{descriptor.cid:08x}",
        "data_sectors": stored.sectors_in(State.DATA),
        "extents": [extent.line.text for extent in link.extents],
        "files": facts.evidence.files_of(link),
        "findings": [_finding(each) for each in link.findings],
        "grain_size": link.grain_size,
        "kind": descriptor.create_type,
        "parent": _parent(facts, link),
        "parent_cid": f"{descriptor.parent_cid:08x}",
        "parent_hint": descriptor.parent_hint,
        "path": str(link.path),
        "unreadable_sectors": stored.sectors_in(State.UNREADABLE),
        "zero_sectors": stored.sectors_in(State.ZERO),
    }


def _parent(facts: ReportFacts, link: Link) -> int | None:
    """Return the index of the link that was read as the parent of *link*."""
    for generation, chain in zip(facts.generations, facts.evidence.chains, strict=True):
        for below, above in zip(chain, generation.chain.links[1:], strict=False):
            if above.identity == link.identity:
                return below
    return None


def _finding(finding: Finding) -> Document:
    return {
        "code": finding.kind.value,
        "fault": finding.is_fault,
        "offset": finding.place.offset,
        "path": None if finding.path is None else str(finding.path),
        "severity": finding.severity.name.lower().replace("_", "-"),
        "text": sentences.text(finding),
        "where": finding.place.where,
    }


def volumes_of(facts: ReportFacts) -> Iterator[tuple[Document, Iterator[Document]]]:
    """Yield what is said of each volume, and what became of each of its files."""
    for each in facts.difference.volumes:
        yield _volume(each), change_documents(facts, each)


def _volume(each: VolumeDifference) -> Document:
    failed = each.examined.failed
    return {
        "change": _change(each),
        "changed_back": _by_file(each.changed_back),
        "changed_sectors": each.sectors,
        "complete": each.is_complete,
        "failed": None if failed is None else {"detail": failed.detail, "why": failed.why.value},
        "file_system": each.volume.holding.value,
        "freed": _by_file(each.freed),
        "generations": [
            None
            if side is None or side.index is None
            else {
                "cluster_sectors": side.index.cluster_sectors,
                "id": side.index.uuid,
                "journal": side.index.journal,
            }
            for side in each.generations
        ],
        "name": each.volume.name,
        "number": each.volume.number,
        "replaced": each.is_replaced,
        "rewritten_same": _by_file(each.rewritten_same),
        "sectors": each.volume.sectors,
        "start": each.volume.start,
        "state": each.state.value,
        "times": "local" if each.volume.holding in OF_LOCAL_TIME else "utc",
        "unread_sectors": each.unread,
    }


def _by_file(files: Sequence[FileSectors]) -> list[Document]:
    return [
        {"path": each.path, "path_hex": each.raw.hex(), "sectors": each.sectors} for each in files
    ]


def _change(each: VolumeDifference) -> str:
    """Return what became of the volume itself."""
    before, after = (side is not None for side in each.generations)
    if before != after:
        return "new" if after else "deleted"
    return "modified" if each.sectors else "none"


def _not_examined(facts: ReportFacts) -> Iterator[Document]:
    """Yield what the report does not cover, each thing by itself."""
    for index, volume in enumerate(facts.difference.volumes):
        yield from _not_of_volume(index, volume)
    for name, scattered in zip(SIDES, facts.scattered, strict=True):
        for text in scattered:
            yield {"generation": name, "text": text, "what": "scattered-volume"}
    for each in facts.evidence.files:
        if each.digests is None and not facts.is_draft:
            yield {"path": str(each.path), "what": "not-hashed"}
    for name, unread in zip(SIDES, facts.difference.unread, strict=True):
        areas = unread.areas()
        for area in islice(areas, _MOST_AREAS):
            path = area.error.path
            yield {
                "cause": area.cause.value,
                "count": area.count,
                "generation": name,
                "path": None if path is None else str(path),
                "start": area.start,
                "text": area.error.facts,
                "what": "unreadable",
            }
        if left := sum(1 for _ in areas):
            yield {"areas": left, "generation": name, "what": "more-unreadable"}


def _not_of_volume(index: int, each: VolumeDifference) -> Iterator[Document]:
    words = {
        Examined.ENCRYPTED: "encrypted",
        Examined.FAILED: "parser-failed",
        Examined.NOT_EXAMINED: "file-system",
    }
    if each.state in words:
        yield {"volume": index, "what": words[each.state]}
    elif each.generations == (None, None):
        # None of its sectors differs, so no file of it does.
        yield {"volume": index, "what": "unchanged-volume"}
    elif not each.is_complete:
        yield {"volume": index, "what": "incomplete"}
    for name, side in zip(SIDES, each.generations, strict=True):
        if side is not None and side.index is not None and side.index.journal in _DIRTY:
            told = {"generation": name, "journal": side.index.journal}
            yield {"volume": index, "what": "journal-not-replayed"} | told


def _commands(facts: ReportFacts) -> Document:
    """Return how each figure is worked out again by other programs."""
    old, new = (_raw(each, name) for each, name in zip(facts.generations, SIDES, strict=True))
    files = " ".join(shlex.quote(str(each.path)) for each in facts.evidence.files)
    dd = "dd if={} bs=512 skip=START count=COUNT status=none | sha256sum"
    return {
        "disks": [old, new, "sha256sum OLD.raw NEW.raw"],
        "evidence": [f"sha256sum -- {files}"],
        "ranges": [dd.format("OLD.raw"), dd.format("NEW.raw")],
        "report": ["sha256sum -c SHA256SUMS"],
        "sectors": ["cmp -l OLD.raw NEW.raw | wc -l"],
    }


def _raw(each: Generation, name: str) -> str:
    return f"qemu-img convert -O raw -- {shlex.quote(str(each.chain.path))} {name}.raw"
