"""Merging: the top child into its parent, and all children into the base disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from blake3 import blake3

from redoscope_core import Chain
from redoscope_core.operations.consolidating.consolidate import consolidate, plan_consolidation
from tests.benchmarks.judging import OURS, Goal, Trial, fingerprint
from tests.benchmarks.measuring import Contender, driven, process
from tests.benchmarks.programs import pyvmdk_disk
from tests.benchmarks.programs.presence import REDOSCOPE, has_program
from tests.benchmarks.workloads.ground import Ground

__all__ = ["consolidate_w1"]


def consolidate_w1(ground: Ground) -> Iterator[Trial]:
    """W1: judged by what pyvmdk reads in the older link afterwards."""
    w1 = ground.w1
    truth = fingerprint(w1.raw)
    with ground.scratch() as scratch:
        for into, what in (
            (len(w1.links) - 2, "consolidate the top child"),
            (0, "consolidate all children"),
        ):
            folder = scratch / "chain"
            ready = partial(_laid_out, folder, w1.links, into)
            links = [folder / link.name for link in w1.links]
            target, tip = links[into], links[-1]
            answer = partial(_print_of, links[: into + 1])
            others = []
            if has_program("qemu-img"):
                words = ["qemu-img", "commit", "-q", "-f", "vmdk", "-d", "-b", target, tip]
                others = [process("qemu-img commit", words, ready=ready, answer=answer)]
            amount = sum(link.stat().st_size for link in w1.links[into + 1 :])
            inside = Contender(OURS, partial(_merge, tip, target), answer, ready)
            words = [*REDOSCOPE, "consolidate", tip, "--into", target]
            whole = process(OURS, words, ready=ready, answer=answer)
            for how, ours, times in (("in process", inside, 2.0), ("whole process", whole, 1.0)):
                yield Trial(
                    f"W1: {what}",
                    how,
                    (ours, *others),
                    (Goal(times, "qemu-img commit"),),
                    amount=amount,
                    truth=truth,
                )


def _laid_out(folder: Path, links: Sequence[Path], into: int) -> None:
    """Put the chain into *folder*: copies of what is written, the other links as they are."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for index, link in enumerate(links):
        there = folder / link.name
        if index < into:
            there.hardlink_to(link)
        else:
            shutil.copyfile(link, there)


def _merge(tip: Path, target: Path) -> None:
    with Chain.open(tip) as chain:
        driven(consolidate(chain, plan_consolidation(chain, target)))


def _print_of(links: Sequence[Path]) -> str:
    hashed = blake3()
    for window in pyvmdk_disk.windows(links):
        hashed.update(window)
    return hashed.hexdigest()
