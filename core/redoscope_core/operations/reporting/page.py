"""The page: the HTML of a report, one file without script that asks nobody for anything.

Names are escaped by the template, and before that spelled: a name that turns text round would
turn its neighbours too. The same template makes the text that is printed and previewed.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.operations.reporting.described import parts_of, volumes_of
from redoscope_core.operations.reporting.pictures import FAMILY, pictures_of
from redoscope_core.operations.reporting.printed import Printed
from redoscope_core.operations.reporting.range_rows import range_rows
from redoscope_core.operations.reporting.spelling import moment, shown
from redoscope_core.progress import Progress, Unit

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from redoscope_core.operations.reporting.facts import ReportFacts

    Document = dict[str, object]

__all__ = ["MOST", "MOST_PRINTED", "page", "previewed", "printed"]

MOST = 1000
"""Ranges, paths of a volume and things not examined that the page has; files beside it have all."""
MOST_PRINTED = 5000
"""Paths of a volume that are printed: some 200 pages."""
_MOST_PREVIEWED = 100
_TITLE = "What changed between two generations of a disk"
_AT_ONCE, _PARTS = 128, 2000
"""Changes that are described, and parts of the text that are made, between two steps."""
_PROGRESS = Progress(0, 0, "writing the page", Unit.STEPS)
_LATER = "when it is made"
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" '
_PAPER = """h1 { font-size: 15pt; } h2 { font-size: 11pt; } h3 { font-size: 9pt; }
table { border-collapse: collapse; } th { background-color: #eef1f6; text-align: left; }
td, th { border: 1px solid #9aa5b8; padding: 2px; }
h2, h3 { margin-top: 12px; } table { margin-top: 4px; margin-bottom: 8px; }
.n { text-align: right; white-space: nowrap; }
code { font-family: 'JetBrains Mono'; font-size: 7pt; }
.d { font-family: 'JetBrains Mono'; font-size: 6.5pt; }
.grave { background-color: #fdecea; }
"""
"""Style of what is printed, in the part of CSS that Qt knows."""
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
) -> Generator[Progress, None, bytes]:
    """Return the page; *annex* names the files that have all `changes` and all `ranges`."""
    drawn = pictures_of(facts)
    pictures = {name: f"<figure>{drawn[name]}</figure>" for name in drawn}
    form = {"draft": False, "printed": False, "wide": ""}
    told = yield from _told(facts, run, annex, MOST)
    text = yield from _rendered(told | form | {"json_sha256": json_sha256}, pictures)
    return f"{text}\n".encode()


def printed(
    facts: ReportFacts, run: Mapping[str, object], json_sha256: str, annex: Mapping[str, str]
) -> Generator[Progress, None, Printed]:
    """Return what is printed; *annex* as for `page`."""
    told = yield from _told(facts, run, annex, MOST_PRINTED)
    return (yield from _for_paper(facts, told | {"json_sha256": json_sha256}, draft=False))


def previewed(facts: ReportFacts, run: Mapping[str, object]) -> Generator[Progress, None, Printed]:
    """Return the beginning of what would be printed, of facts without digests."""
    annex = dict.fromkeys(("changes", "ranges"), "report.json")
    told = yield from _told(facts, run, annex, _MOST_PREVIEWED)
    return (yield from _for_paper(facts, told | {"json_sha256": ""}, draft=True))


def _for_paper(
    facts: ReportFacts, told: Document, *, draft: bool
) -> Generator[Progress, None, Printed]:
    """Return *told* as Qt lays it out: on a page, or as a *draft* on a screen."""
    from markupsafe import Markup  # noqa: PLC0415 - as in `_rendered`

    drawn = pictures_of(facts)
    # Where cells end is told by attributes alone to older versions of Qt.
    # The border of a table lies beside it, and would make a screen scroll sideways.
    share = "99%" if draft else "100%"
    wide = Markup(' width="{}" cellspacing="0" cellpadding="2"').format(share)
    paper = Markup(_PAPER)  # noqa: S704 - ours
    form = {"draft": draft, "printed": True, "paper": paper, "wide": wide}
    broad = 600 if draft else 960
    pictures = {name: f'<p><img src="{name}" width="{broad}"></p>' for name in drawn}
    html = yield from _rendered(told | form, pictures)
    run = told["run"]
    title = shown(str(run["title"] or _TITLE)) if isinstance(run, dict) else _TITLE
    return Printed(title, html, {name: _standing(svg) for name, svg in drawn.items()}, broad)


def _standing(svg: str) -> str:
    """Return an element of a page as a document of its own."""
    return svg.replace("<svg ", _SVG, 1).replace(FAMILY, "Inter")


def _told(
    facts: ReportFacts, run: Mapping[str, object], annex: Mapping[str, str], most: int
) -> Generator[Progress, None, Document]:
    """Return what the template tells, at most *most* paths of each volume."""
    ranges_told = min(most, MOST)
    volumes = []
    for each, (told, changes) in zip(facts.difference.volumes, volumes_of(facts), strict=True):
        kept: list[Document] = []
        while len(kept) < most and (more := list(islice(changes, min(_AT_ONCE, most - len(kept))))):
            kept += more
            yield _PROGRESS
        few = {name: _first(told[name]) for name in _BY_FILE}
        volumes.append(told | few | {"changes": kept, "all_changes": len(each.changes)})
    parts = parts_of(facts)
    unseen, sides = parts["not_examined"], (parts["links"], parts["generations"])
    return {
        **parts,
        "annex": annex,
        "findings": [f for each in sides if isinstance(each, list) for d in each for f in _odd(d)],
        "later": _LATER,
        "not_examined": _first(unseen),
        "ranges": [_range(row) for rows in range_rows(facts, ranges_told) for row in rows],
        "run": run,
        "volumes": volumes,
    }


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


def _rendered(told: Document, pictures: Mapping[str, str]) -> Generator[Progress, None, str]:
    """Return the page that tells *told*, with *pictures*, which are markup of ours."""
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

    def picture(name: str) -> Markup:
        return Markup(pictures.get(name, ""))  # noqa: S704 - numbers, and names that are escaped

    environment.globals |= {
        "allowed_words": _OF_ALLOWED,
        "br": Markup("<br>"),
        "class_words": _OF_CLASS,
        "moment": moment,
        "not_words": _OF_UNSEEN,
        "picture": picture,
    }
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    parts = []
    for number, part in enumerate(template.generate(told)):
        parts.append(part)
        if number % _PARTS == 0:
            yield _PROGRESS
    return "".join(parts)


def _finalized(value: object) -> object:
    """Return what stands for *value* in the page: the template escapes it then."""
    return shown(value) if type(value) is str else value
