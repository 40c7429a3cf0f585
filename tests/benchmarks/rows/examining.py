"""Examining: hash, search and compare, each beside the program that does it to a flat file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
from blake3 import blake3

from redoscope_core import Chain, digest
from redoscope_core.operations.examining.compare import Comparison, compare
from redoscope_core.operations.examining.search import search
from tests.benchmarks.judging import OURS, Goal, Trial
from tests.benchmarks.measuring import Contender, driven, process
from tests.benchmarks.programs import pyvmdk_disk
from tests.benchmarks.programs.presence import REDOSCOPE, has_program
from tests.benchmarks.results import Result, Verdict
from tests.benchmarks.rows.reading import file_windows
from tests.benchmarks.workloads.filling import SECTOR
from tests.benchmarks.workloads.ground import Ground
from tests.benchmarks.workloads.random_chain import NEEDLE, RandomChain

__all__ = ["compare_w1", "hash_w1", "search_w1"]


class _Hash(Protocol):
    def update(self, data: bytes | memoryview, /) -> object: ...

    def hexdigest(self) -> str: ...


def hash_w1(ground: Ground) -> Iterator[Trial]:
    """W1, hashed with SHA-256 and with BLAKE3."""
    w1 = ground.w1
    kinds: dict[str, Callable[[], _Hash]] = {"sha256": hashlib.sha256, "blake3": blake3}
    for name, start in kinds.items():
        others = [_telling("pyvmdk", partial(_hashed, start, partial(_pyvmdk_windows, w1)))]
        if name == "sha256" and has_program("sha256sum"):
            others.append(process("sha256sum of the flat file", ["sha256sum", w1.raw]))
        limit = f"hashing one flat file with the same library, {name}"
        yield Trial(
            f"W1: {name} of the tip",
            "in process",
            (_telling(OURS, partial(_digest_of, w1.tip, name)), *others),
            (Goal(1.0, "limit"),),
            limit=_telling(limit, partial(_hashed, start, partial(file_windows, w1.raw))),
            amount=w1.disk_bytes,
        )


def _telling(name: str, work: Callable[[], object]) -> Contender:
    """Return a contender whose answer is what *work* returned last."""
    told: list[object] = []

    def keep() -> None:
        told[:] = [work()]

    return Contender(name, keep, lambda: told[0])


def _pyvmdk_windows(w1: RandomChain) -> Iterator[bytes]:
    return pyvmdk_disk.windows(w1.links)


def _hashed(start: Callable[[], _Hash], windows: Callable[[], Iterable[bytes | memoryview]]) -> str:
    hashed = start()
    for window in windows():
        hashed.update(window)
    return hashed.hexdigest()


def _digest_of(path: Path, algorithm: str) -> str:
    with Chain.open(path) as chain:
        return str(driven(digest(chain, algorithm)).hexadecimal)


def search_w1(ground: Ground) -> Iterator[Trial]:
    """W1: every place of a pattern, some across the border of two grains."""
    w1 = ground.w1

    def ours() -> tuple[int, ...]:
        with Chain.open(w1.tip) as chain:
            return driven(search(chain, NEEDLE)).offsets

    with ground.scratch() as scratch:
        out = scratch / "grep.txt"
        # Bytes are sought, not characters of some language.
        command = ["env", "LC_ALL=C", "grep", "--only-matching", "--byte-offset", "--text"]
        command += ["-F", NEEDLE.decode()]
        grep = process("grep -F on the flat file", [*command, w1.raw], out=out)

        def places() -> tuple[int, ...]:
            return tuple(int(line.partition(b":")[0]) for line in out.read_bytes().splitlines())

        yield Trial(
            "W1: search of a byte pattern",
            "in process",
            (_telling(OURS, ours),),
            (Goal(0.8, "limit"),),
            limit=Contender(grep.name, grep.work, places),
            amount=w1.disk_bytes,
            notes=("no other program searches a chain",),
        )


def compare_w1(ground: Ground) -> Iterator[Trial | Result]:
    """W1: the tip with its parent, and byte by byte with the same disk without a chain."""
    w1 = ground.w1
    found: list[Comparison] = []

    def ours() -> tuple[tuple[int, int], ...]:
        with Chain.open(w1.tip) as chain:
            found[:] = [driven(compare(chain.up_to(len(w1.links) - 2), chain))]
        pairs = zip(found[0].start.tolist(), found[0].count.tolist(), strict=True)
        return tuple(pairs)

    yield Trial(
        "W1: compare the tip with its parent",
        "in process",
        (_telling(OURS, ours),),
        amount=w1.disk_bytes,
        truth=_joined(w1),
        notes=("no other program lists every differing run of a chain",),
    )
    yield _economy(w1, found[0])
    yield from _full_compare(ground, w1)


def _joined(w1: RandomChain) -> tuple[tuple[int, int], ...]:
    """Return the runs that were changed, those that touch as one."""
    start, count = w1.changed.T
    opens = np.flatnonzero(np.concatenate(([True], start[1:] > start[:-1] + count[:-1])))
    sums = np.add.reduceat(count, opens)
    return tuple(zip(start[opens].tolist(), sums.tolist(), strict=True))


def _economy(w1: RandomChain, found: Comparison) -> Result:
    with Chain.open(w1.tip) as chain:
        changed = int(chain.tip.stored.count.sum())
    met = found.sectors_read <= changed
    verdict = Verdict(
        "reads only areas whose owner differs",
        f"{found.sectors_read * SECTOR / 2**20:.1f} of {w1.disk_bytes / 2**20:.0f} MiB",
        met,
        "" if met else f"{(found.sectors_read / changed - 1):.0%}",
    )
    return Result("", "W1: what that comparison reads", "in process", verdicts=[verdict])


def _full_compare(ground: Ground, w1: RandomChain) -> Iterator[Trial]:
    ours = process(OURS, [*REDOSCOPE, "compare", "--all", w1.tip, w1.flat], answer=lambda: "equal")
    others = []
    if has_program("qemu-img"):
        command = ["qemu-img", "compare", "-f", "vmdk", "-F", "vmdk", w1.tip, w1.flat]
        others.append(process("qemu-img compare", command, answer=lambda: "equal"))
    with ground.scratch() as scratch:
        twin = scratch / "twin.raw"
        copy = process("cp", ["cp", "--sparse=auto", w1.raw, twin])
        copy.work()
        cmp = process("cmp of flat files", ["cmp", w1.raw, twin], answer=lambda: "equal")
        yield Trial(
            "W1: compare every byte with the same disk in a flat file",
            "whole process",
            (ours, *others),
            (Goal(3, "qemu-img compare"),),
            limit=cmp,
            amount=w1.disk_bytes,
        )
