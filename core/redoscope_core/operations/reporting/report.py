"""Report: what changed between two generations, in a folder that another program can check.

    report.json  report.schema.json       the truth, and what it looks like
    report.html  report.pdf  evidence.csv  changes.csv  ranges.csv  report.dfxml  files.bodyfile
    manifest.json  SHA256SUMS             digests of all of them

All files appear together or none does, and neither does the folder.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.chain.leftovers import remove_leftovers, unfinished
from redoscope_core.errors import AlreadyExists, FileRefused, InvalidArgument
from redoscope_core.files.file import os_error
from redoscope_core.files.names import real_path
from redoscope_core.files.new_file import Appending, NewFiles
from redoscope_core.operations.attributing.bodyfile import bodyfile_lines
from redoscope_core.operations.exporting.made import Made, refuse_folders
from redoscope_core.operations.reporting.beside import refuse_beside
from redoscope_core.operations.reporting.dfxml import write_dfxml
from redoscope_core.operations.reporting.facts import ReportFacts, gather
from redoscope_core.operations.reporting.json_text import write_json
from redoscope_core.operations.reporting.manifest import (
    MANIFEST,
    SUMS,
    ReportFile,
    manifest_bytes,
    sums_bytes,
)
from redoscope_core.operations.reporting.page import page, previewed, printed
from redoscope_core.operations.reporting.run import ReportHead, run_document
from redoscope_core.operations.reporting.tables import (
    write_changes,
    write_evidence,
    write_ranges,
)
from redoscope_core.operations.reporting.trail import note_event, verify_trail
from redoscope_core.progress import Progress, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.chain import Chain
    from redoscope_core.chain.leftovers import Leftover
    from redoscope_core.files.file import DiskFile
    from redoscope_core.format.trail import TrailHead
    from redoscope_core.operations.reporting.printed import Printed, Printer

    Writer = Callable[[Callable[[bytes], None]], Generator[Progress, None, None]]

__all__ = ["REPORT_FORMATS", "USUAL_FORMATS", "ReportMade", "make_report", "preview_report"]

USUAL_FORMATS = ("json", "html", "csv", "dfxml", "bodyfile")
"""Forms that a report has if nothing else is asked for; the first it has always."""
REPORT_FORMATS = (*USUAL_FORMATS, "pdf")
"""All forms that a report may have; the last needs a printer."""
_FILES = {
    "json": ("report.json", "report.schema.json"),
    "csv": ("evidence.csv", "changes.csv", "ranges.csv"),
    "dfxml": ("report.dfxml",),
    "bodyfile": ("files.bodyfile",),
    "html": ("report.html",),
    "pdf": ("report.pdf",),
}
"""Files of each, in the order in which they are written: the pages name the digest of the JSON."""
_SCHEMA = Path(__file__).with_name("report.schema.json")
_LINES = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class ReportMade:
    """A report that was made."""

    folder: Path
    files: tuple[ReportFile, ...]
    """All but the manifest and what is made of it, by name."""
    manifest_sha256: str
    """By it all of the report is proved, if it is kept elsewhere."""
    facts: ReportFacts
    head: TrailHead | None = None
    """That of the trail, behind the record of this report."""

    @property
    def is_sound(self) -> bool:
        """Whether the evidence is what it was, and all of it could be read."""
        return self.is_unchanged and not self.facts.difference.is_partial

    @property
    def is_unchanged(self) -> bool:
        """Whether every file of the evidence is known to be what it was."""
        return all(each.is_unchanged for each in self.facts.evidence.files)


def make_report(
    disks: Sequence[tuple[Path, Chain]],
    folder: Path,
    *,
    formats: Iterable[str] = USUAL_FORMATS,
    policy: Policy | None = None,
    beside: bool = False,
    trail: Path | None = None,
    said: ReportHead | None = None,
    printer: Printer | None = None,
) -> Generator[Progress, None, ReportMade]:
    """Make a report of two generations, the older one first, in *folder*: a new or an empty one.

    What a report that was killed left in it counts for nothing, and is removed.

    *policy* is what both were opened by. Only with *beside* may *folder* lie beside evidence. A
    record of the report is put behind the end of *trail*, and the head that it had before is in
    the report; *said* is what whoever makes it says of it. A PDF is made by *printer*. Closing the
    generator takes back all that was made.

    Raises:
        InvalidArgument: There is no such format, or nothing that prints it.
        AlreadyExists: Something is in the folder.
        FileRefused: It is none, or holds the evidence.
        VmdkError: Something can't be read, or written.
    """
    began = datetime.now(UTC)
    wanted = _wanted(formats)
    if "pdf" in wanted:
        yield from _require(printer).check()
    _refuse(folder, [each for _, each in disks], beside=beside)
    if trail is not None and real_path(folder) in real_path(trail).parents:
        raise FileRefused("a trail in a report would change it", path=trail, cure="keep it outside")
    head = verify_trail(trail).head if trail is not None and trail.exists() else None
    facts = yield from gather(disks, policy)
    run = run_document(facts.evidence, began, said, head)
    making = _Making(facts, run, printer)
    names = [name for form in _FILES if form in wanted for name in _FILES[form]]
    like = [file for _, each in disks for file in each.all_files]
    with Made(like) as made:
        if not folder.is_dir():
            made.folder(folder)
        remove_leftovers(_left_in(folder))
        paths = [folder / name for name in (MANIFEST, SUMS, *names)]
        with NewFiles(paths, like=like) as (manifest, sums, *files):
            for path, file in zip(paths, (manifest, sums, *files), strict=True):
                made.coming(path, file)
            told: list[ReportFile] = []
            for name, file in zip(names, files, strict=True):
                told.append((yield from making.written(name, file, told)))
            raw = manifest_bytes(told)
            manifest.write_at(0, raw)
            sums.write_at(0, sums_bytes(told, raw))
        proof = hashlib.sha256(raw).hexdigest()
        if trail is not None:
            args = {"disks": [str(path) for path, _ in disks], "folder": str(folder)}
            who = None if said is None else said.who or None
            head = note_event(trail, "report", args, {"manifest_sha256": proof}, who=who)
    return ReportMade(folder, tuple(sorted(told)), proof, facts, head if trail else None)


def preview_report(
    disks: Sequence[tuple[Path, Chain]],
    *,
    policy: Policy | None = None,
    said: ReportHead | None = None,
) -> Generator[Progress, None, Printed]:
    """Return the beginning of what a report of two generations would tell, without any digest.

    The parameters are those of `make_report`. Nothing is written.

    Raises:
        VmdkError: Something can't be read.
    """
    began = datetime.now(UTC)
    facts = yield from gather(disks, policy, draft=True)
    return (yield from previewed(facts, run_document(facts.evidence, began, said)))


def _wanted(formats: Iterable[str]) -> set[str]:
    wanted = {"json", *formats}
    if unknown := sorted(wanted - {*REPORT_FORMATS}):
        raise InvalidArgument(
            "an unknown format of a report", found=unknown[0], expected=", ".join(REPORT_FORMATS)
        )
    return wanted


def _refuse(folder: Path, chains: Sequence[Chain], *, beside: bool) -> None:
    """Refuse a *folder* that a report may not be made in."""
    refuse_folders([folder])
    evidence = [file for each in chains for file in each.all_files]
    if real_path(folder) in {real_path(file).parent for file in evidence}:
        raise FileRefused(
            "the folder holds the evidence", path=folder, cure="choose a folder of its own"
        )
    if folder.is_dir():
        try:
            left = {each.path for each in _left_in(folder)}
            held = next((path.name for path in folder.iterdir() if path not in left), None)
        except OSError as error:
            raise os_error(error, folder, "listing it") from None
        if held is not None:
            raise AlreadyExists(
                "the folder is not empty",
                path=folder,
                found=held,
                cure="choose a new one, or one that is empty; nothing was changed",
            )
    if not beside:
        refuse_beside(folder, evidence, "a report")


def _left_in(folder: Path) -> tuple[Leftover, ...]:
    """Return what a program that was killed left of a report in *folder*: it stands in no way."""
    names = (MANIFEST, SUMS, *chain.from_iterable(_FILES.values()))
    return unfinished(folder / name for name in names)


@dataclass(frozen=True, slots=True, eq=False)
class _Making:
    """The making of one file after the other."""

    facts: ReportFacts
    run: Mapping[str, object]
    printer: Printer | None

    def written(
        self, name: str, file: DiskFile, told: Sequence[ReportFile]
    ) -> Generator[Progress, None, ReportFile]:
        """Write the file *name*, and return what the manifest says of it; *told* are there."""
        end, hashed, length = Appending(file), hashlib.sha256(), 0

        def write(data: bytes) -> None:
            nonlocal length
            end.write(data)
            hashed.update(data)
            length += len(data)

        facts, run = self.facts, self.run
        writers: dict[str, Writer] = {
            "report.json": lambda to: write_json(facts, run, to),
            "evidence.csv": lambda to: write_evidence(facts, to),
            "changes.csv": lambda to: write_changes(facts, to),
            "ranges.csv": lambda to: write_ranges(facts, to),
            "report.dfxml": lambda to: write_dfxml(facts, run, to),
            "files.bodyfile": lambda to: _bodyfile(facts, to),
        }
        if name in writers:
            yield from writers[name](write)
        elif name == "report.html":
            write((yield from page(facts, run, *_beside(told))))
        elif name == "report.pdf":
            pages = yield from printed(facts, run, *_beside(told))
            write((yield from _require(self.printer).pages(pages)))
        else:
            write(_SCHEMA.read_bytes())
        return ReportFile(name, length, hashed.hexdigest())


def _beside(told: Sequence[ReportFile]) -> tuple[str, dict[str, str]]:
    """Return the digest of the JSON, and which files have all of what pages have a part of."""
    digests = {each.name: each.sha256 for each in told}
    tables = (("changes", "changes.csv"), ("ranges", "ranges.csv"))
    annex = {kind: table if table in digests else "report.json" for kind, table in tables}
    return digests["report.json"], annex


def _require(printer: Printer | None) -> Printer:
    if printer is None:
        raise InvalidArgument(
            "a PDF is made by Qt, which is not here",
            found="pdf",
            expected=", ".join(USUAL_FORMATS),
            cure="install Redoscope with its window, or leave pdf out",
        )
    return printer


def _bodyfile(
    facts: ReportFacts, write: Callable[[bytes], None]
) -> Generator[Progress, None, None]:
    """Write the times of all files of both generations, of volumes in which something differs."""
    for side, generation in enumerate(facts.generations):
        parsed = [each.generations[side] for each in facts.difference.volumes]
        volumes = [each for each in parsed if each is not None]
        held: list[str] = []
        for line in bodyfile_lines(generation.chain, volumes):
            held.append(f"{line}\n")
            if len(held) == _LINES:
                write("".join(held).encode())
                held = []
                yield Progress(0, 0, "writing the bodyfile", Unit.STEPS)
        write("".join(held).encode())
