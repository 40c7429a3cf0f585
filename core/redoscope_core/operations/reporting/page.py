"""The page: the HTML of a report, one file without script that asks nobody for anything.

Names are escaped by the template, and before that spelled: a name that turns text round would
turn its neighbours too.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.operations.reporting.described import parts_of, volumes_of
from redoscope_core.operations.reporting.range_rows import range_rows
from redoscope_core.operations.reporting.spelling import moment, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Template

    from redoscope_core.operations.reporting.facts import ReportFacts

    Document = dict[str, object]

__all__ = ["MOST", "page"]

MOST = 1000
"""Ranges, paths of a volume and things not examined that the page has; files beside it have all."""
_BY_FILE = ("changed_back", "freed", "rewritten_same")
"""Lists of files that a volume has beside its changes."""
_TEMPLATE = Path(__file__).with_name("report.html")
_OF_CLASS = {
    "partition-table": "says where partitions are",
    "gap": "in no partition",
    "encrypted": "in a volume that is encrypted",
    "not-examined": "in a volume that nothing here reads, or whose parser failed",
    "file-data": "the content of a file",
    "stream": "an alternate data stream of a file",
    "slack": "behind the last byte of a file, in its last cluster; or given to it, never written",
    "directory": "the entries of a directory",
    "journal": "the journal of a file system",
    "file-system": "what a file system keeps for itself: tables, maps, records",
    "free-space": "given to nobody now",
}
_OF_ALLOWED = {
    "allow_cid_mismatch": "a parent that was changed since, so that bytes may be wrong",
    "allow_outside": "files outside of the folder of the disk",
    "allow_dirty_journal": "SESparse extents whose journal was never replayed",
    "bare_flat": "a file that is no virtual disk, as the data of one",
    "use_redundant": "damaged grain tables, read by their redundant copies",
    "salvage": "what is missing or damaged, left out and told",
}
_OF_UNSEEN = {
    "encrypted": "Encrypted",
    "parser-failed": "Its parser failed",
    "file-system": "A file system that is not read here",
    "unchanged-volume": "None of its sectors differs, so it was not parsed",
    "incomplete": "Not all of its files are known",
    "journal-not-replayed": "A journal that was not replayed",
    "scattered-volume": "A logical volume in several pieces, or of another kind",
    "not-hashed": "A file that can't be read whole, so that it has no digests",
    "unreadable": "Can't be read",
    "more-unreadable": "More areas that can't be read",
}


def page(
    facts: ReportFacts, run: Mapping[str, object], json_sha256: str, annex: Mapping[str, str]
) -> bytes:
    """Return the page; *annex* names the files that have all `changes` and all `ranges`."""
    volumes = [
        told
        | {name: _first(told[name]) for name in _BY_FILE}
        | {"changes": list(islice(changes, MOST)), "all_changes": len(each.changes)}
        for each, (told, changes) in zip(facts.difference.volumes, volumes_of(facts), strict=True)
    ]
    parts = parts_of(facts)
    unseen, sides = parts["not_examined"], (parts["links"], parts["generations"])
    known = {
        **parts,
        "annex": annex,
        "findings": [f for each in sides if isinstance(each, list) for d in each for f in _odd(d)],
        "json_sha256": json_sha256,
        "not_examined": _first(unseen),
        "ranges": [_range(row) for rows in range_rows(facts, MOST) for row in rows],
        "run": run,
        "volumes": volumes,
    }
    return (_template().render(known) + "\n").encode("utf-8")


def _first(found: object) -> list[object]:
    return found[:MOST] if isinstance(found, list) else []


def _odd(document: Mapping[str, object]) -> list[object]:
    found = document["findings"]
    return found if isinstance(found, list) else []


def _range(row: tuple[object, ...]) -> Document:
    start, count, kind, _, *sides = row
    half = len(sides) // 2
    return {
        "start": start, "count": count, "class": kind, "old": sides[:half], "new": sides[half:]
    }  # fmt: skip


def _template() -> Template:
    # Few calls make a report, and none may wait for what makes its page.
    from jinja2 import StrictUndefined  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415
    from markupsafe import Markup  # noqa: PLC0415

    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        finalize=_finalized,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals |= {
        "allowed_words": _OF_ALLOWED,
        "br": Markup("<br>"),
        "class_words": _OF_CLASS,
        "moment": moment,
        "not_words": _OF_UNSEEN,
    }
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))


def _finalized(value: object) -> object:
    """Return what stands for *value* in the page: the template escapes it then."""
    return shown(value) if type(value) is str else value
