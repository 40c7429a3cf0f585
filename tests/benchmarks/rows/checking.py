"""Checking: how fast the tables of a huge chain are judged, and which faults are found."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from redoscope_core import Chain, create_child, create_disk
from redoscope_core.operations.examining.check import check
from tests.benchmarks.judging import OURS, Goal, Trial
from tests.benchmarks.measuring import Contender, driven
from tests.benchmarks.programs.presence import has_program
from tests.benchmarks.results import Result, Verdict
from tests.benchmarks.workloads.filling import SECTOR, header_of, write_entries
from tests.benchmarks.workloads.ground import Ground
from tests.judges.handmade import patch, patch_u32

__all__ = ["check_w2"]

_SMALL = 2**17
_STORED = 9


def check_w2(ground: Ground) -> Iterator[Trial | Result]:
    """W2: tables, redundant tables, bounds, sharing and chain of nine links."""
    links = ground.w2
    found: list[str] = []
    others = []

    def work() -> None:
        found[:] = _faults(links[-1])

    if has_program("qemu-img"):

        def each_link() -> None:
            for link in links:
                subprocess.run(["qemu-img", "check", "-q", "-f", "vmdk", str(link)], check=True)

        others.append(Contender("qemu-img check, each link", each_link, lambda: "sound"))
    yield Trial(
        "W2: check of the whole chain",
        "in process",
        (Contender(OURS, work, lambda: "damaged" if found else "sound"), *others),
        (Goal(7, "qemu-img check, each link"),),
        notes=("qemu-img looks at one link at a time, and at one copy of its tables",),
    )
    with ground.scratch() as scratch:
        yield _found(scratch)


def _faults(path: Path) -> list[str]:
    return [finding.kind.value for finding in driven(check(path)) if finding.is_fault]


def _qemu_complains(path: Path) -> bool:
    command = ["qemu-img", "check", "-q", "-f", "vmdk", str(path)]
    return subprocess.run(command, check=False, capture_output=True).returncode != 0


def _found(folder: Path) -> Result:
    """Damage a link in each of several ways; count who finds it."""
    ours: list[str] = []
    theirs: list[str] = []
    for number, (name, damage) in enumerate(_DAMAGES.items()):
        path = damage(_link(folder / f"damaged-{number}.vmdk"))
        if _faults(path):
            ours.append(name)
        if has_program("qemu-img") and _qemu_complains(path):
            theirs.append(name)
    missed = sorted(_DAMAGES.keys() - set(ours))
    met = not missed and len(ours) > len(theirs)
    verdict = Verdict(
        "finds more than qemu-img check",
        f"{len(ours)} of {len(_DAMAGES)} kinds of damage, qemu-img {len(theirs)}",
        met,
        "" if met else f"not found: {', '.join(missed) or 'nothing more'}",
    )
    notes = [f"found: {', '.join(ours)}", f"qemu-img: {', '.join(theirs) or 'none'}"]
    return Result("", "what a check finds", "in process", verdicts=[verdict], notes=notes)


def _link(path: Path) -> Path:
    create_disk(path, _SMALL)
    header = header_of(path)
    grains = np.arange(_STORED, dtype=np.int64) * 3
    sectors = header.overhead + np.arange(_STORED, dtype=np.int64) * header.grain_size
    write_entries(path, grains, sectors, end=header.overhead + _STORED * header.grain_size)
    return path


def _entry(path: Path, grain: int, *, redundant: bool = False) -> int:
    """Return the byte offset of the table entry of *grain*."""
    header = header_of(path)
    directory = header.rgd_offset if redundant else header.gd_offset
    return (directory + -(-header.table_count * 4 // SECTOR)) * SECTOR + grain * 4


def _shared(path: Path) -> Path:
    first = header_of(path).overhead
    for redundant in (False, True):
        patch_u32(path, _entry(path, 3, redundant=redundant), first)
    return path


def _past_the_end(path: Path) -> Path:
    for redundant in (False, True):
        patch_u32(path, _entry(path, 3, redundant=redundant), 2**31)
    return path


def _in_the_metadata(path: Path) -> Path:
    for redundant in (False, True):
        patch_u32(path, _entry(path, 3, redundant=redundant), 2)
    return path


def _copies_differ(path: Path) -> Path:
    patch_u32(path, _entry(path, 3, redundant=True), 0)
    return path


def _lost_table(path: Path) -> Path:
    patch_u32(path, header_of(path).gd_offset * SECTOR, 2**31)
    return path


def _changed_parent(path: Path) -> Path:
    child = path.with_stem(f"{path.stem}-child")
    with Chain.open(path) as chain:
        create_child(chain, child)
        old = f"CID={chain.tip.descriptor.cid:08x}".encode()
    text = path.read_bytes()[: 64 * SECTOR]
    patch(path, text.index(old), b"CID=0badcafe")
    return child


_DAMAGES: dict[str, Callable[[Path], Path]] = {
    "two entries lead to one grain": _shared,
    "an entry leads past the end": _past_the_end,
    "an entry leads into the metadata": _in_the_metadata,
    "the copies of the tables differ": _copies_differ,
    "a table is lost": _lost_table,
    "the parent was changed": _changed_parent,
}
