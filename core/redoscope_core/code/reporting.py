"""Reports: made of two generations, verified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.code.c_text import CFunction
from redoscope_core.code.deed import Deed
from redoscope_core.code.opening import STRICTLY, Opening
from redoscope_core.code.quoting import python_path, python_text, unmistakable
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["ReportChanges"]

_PDF = "pdf"


@dataclass(frozen=True, slots=True)
class ReportChanges(Deed):
    """Make a report of what changed between two generations, in a folder of its own."""

    old: Path
    new: Path
    folder: Path
    formats: tuple[str, ...]
    title: str = ""
    case_number: str = ""
    examiner: str = ""
    beside: bool = False
    """Whether it may lie beside the evidence."""
    trail: Path | None = None
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        remark = (
            "The library has no reports, and does not know file systems: the areas that changed "
            "are what QueryChangedDiskAreas of the vSphere web service answers."
        )
        return CFunction("report_changes", [], remark)

    @override
    def words(self) -> Sequence[str]:
        said = (
            ("--title", self.title),
            ("--case-number", self.case_number),
            ("--examiner", self.examiner),
        )
        trail = () if self.trail is None else ("--trail", unmistakable(self.trail))
        return (
            *("report", unmistakable(self.old), unmistakable(self.new)),
            *("--out", unmistakable(self.folder), "--formats", ",".join(self.formats)),
            *(f"{option}={text}" for option, text in said if text),
            *(("--beside-evidence",) if self.beside else ()),
            *trail,
            *self.opening.options,
        )

    @override
    def python(self) -> Sequence[str]:
        old, new = (
            f"core.Chain.open({python_path(path)}{self.opening.argument}) as {name}"
            for path, name in ((self.old, "old"), (self.new, "new"))
        )
        disks = f"[({python_path(self.old)}, old), ({python_path(self.new)}, new)]"
        given = [f"formats={self.formats!r}"]
        if self.beside:
            given.append("beside=True")
        if self.trail is not None:
            given.append(f"trail={python_path(self.trail)}")
        said = {"title": self.title, "case_number": self.case_number, "who": self.examiner}
        told = ", ".join(f"{key}={python_text(text)}" for key, text in said.items() if text)
        if told:
            given.append(f"said=core.ReportHead({told})")
        printer = _PDF in self.formats
        if printer:
            given.append("printer=QtPrinter()")
        if not self.opening.is_strict:
            given.append("policy=policy")
        return (
            *(("from redoscope_gui.printing.asked import QtPrinter", "") if printer else ()),
            *self.opening.lines,
            f"with {old}, {new}:",
            f"    disks = {disks}",
            "    made = core.finished(",
            f"        core.make_report(disks, {python_path(self.folder)}, {', '.join(given)})",
            "    )",
            "    print(made.manifest_sha256)",
        )
