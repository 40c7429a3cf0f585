"""Flattening: a chain to a raw file, a stream to a raw file, and a raw file to a stream."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.benchmarks.judging import OURS, Disagreement, Goal, Trial, fingerprint
from tests.benchmarks.measuring import Contender, process
from tests.benchmarks.programs.presence import REDOSCOPE, has_program
from tests.benchmarks.results import Result, Verdict
from tests.benchmarks.workloads.ground import Ground

__all__ = ["flatten_w1", "flatten_w4", "inflate_w3", "pack_w3"]

_SAME_SIZE = 0.05


def flatten_w1(ground: Ground) -> Iterator[Trial]:
    """W1 to a raw file."""
    yield from _to_raw(ground, "W1: flatten to raw", list(ground.w1.links), ground.w1.raw)


def flatten_w4(ground: Ground) -> Iterator[Trial]:
    """W4 to a raw file."""
    yield from _to_raw(ground, "W4: flatten to raw", list(ground.w4.links), ground.w4.raw)


def inflate_w3(ground: Ground) -> Iterator[Trial]:
    """W3 to a raw file."""
    w3 = ground.w3
    yield from _to_raw(ground, "W3: inflate the stream to raw", [w3.path], w3.raw, (Goal(2.5),))


def _to_raw(
    ground: Ground,
    work: str,
    links: list[Path],
    truth: Path,
    goals: tuple[Goal, ...] = (Goal(1.3), Goal(0.7, "limit")),
) -> Iterator[Trial]:
    tip = links[-1]
    with ground.scratch() as scratch:
        raw = scratch / "out.raw"

        def contender(name: str, command: Sequence[object]) -> Contender:
            ready, answer = _without(raw), _print_of(raw)
            return process(name, command, ready=ready, answer=answer)

        module = [sys.executable, "-m", "tests.benchmarks.programs"]
        contenders = [contender(OURS, [*REDOSCOPE, "clone", "--type", "raw", tip, raw])]
        if has_program("qemu-img"):
            convert = ["qemu-img", "convert", "-f", "vmdk", "-O", "raw"]
            contenders += [
                contender("qemu-img convert", [*convert, tip, raw]),
                contender("qemu-img convert -W -m 16", [*convert, "-W", "-m", "16", tip, raw]),
            ]
        pyvmdk = [*module[:2], f"{module[2]}.pyvmdk_disk", raw, *links]
        dissect = [*module[:2], f"{module[2]}.dissect_disk", raw, tip]
        contenders += [contender("pyvmdk", pyvmdk), contender("dissect", dissect)]
        yield Trial(
            work,
            "whole process",
            tuple(contenders),
            goals,
            limit=contender("cp, holes kept", ["cp", "--sparse=auto", truth, raw]),
            amount=truth.stat().st_size,
            truth=fingerprint(truth),
        )


def _without(*paths: Path) -> Callable[[], None]:
    def remove() -> None:
        for path in paths:
            path.unlink(missing_ok=True)

    return remove


def _print_of(path: Path) -> Callable[[], str]:
    return lambda: fingerprint(path)


def pack_w3(ground: Ground) -> Iterator[Trial | Result]:
    """The raw file of W3 as a stream: judged by what qemu-img reads back, and by its size."""
    w3 = ground.w3
    truth = fingerprint(w3.raw)
    with ground.scratch() as scratch:
        made, back = scratch / "out.vmdk", scratch / "back.raw"
        sizes: dict[str, int] = {}

        def contender(name: str, command: Sequence[object]) -> Contender:
            def answer() -> str:
                sizes[name] = made.stat().st_size
                return _read_back(made, back)

            return process(name, command, ready=_without(made), answer=answer)

        clone = [*REDOSCOPE, "clone", "--type", "streamOptimized"]
        contenders = [contender(OURS, [*clone, w3.flat, made])]
        notes: tuple[str, ...] = ()
        if has_program("qemu-img"):
            convert = ["qemu-img", "convert", "-f", "raw", "-O", "vmdk"]
            convert += ["-o", "subformat=streamOptimized"]
            contenders.append(contender("qemu-img convert", [*convert, str(w3.raw), str(made)]))
        if has_program("vmdk-convert"):
            contenders.append(contender("open-vmdk", ["vmdk-convert", w3.raw, made]))
        else:
            notes = ("open-vmdk (vmdk-convert) is absent; pyvmdk and dissect write nothing",)
        yield Trial(
            "W3: write the stream from raw",
            "whole process",
            tuple(contenders),
            (Goal(4),),
            amount=w3.disk_bytes,
            truth=truth,
            notes=notes,
        )
        yield _size_told(sizes)


def _read_back(made: Path, back: Path) -> str:
    reader = process("qemu-img", ["qemu-img", "convert", "-f", "vmdk", "-O", "raw", made, back])
    try:
        reader.work()
        return fingerprint(back)
    finally:
        back.unlink(missing_ok=True)


def _size_told(sizes: dict[str, int]) -> Result:
    if OURS not in sizes:
        raise Disagreement("nothing was written")
    best = min((size for name, size in sizes.items() if name != OURS), default=sizes[OURS])
    reached = sizes[OURS] / best
    met = reached <= 1 + _SAME_SIZE
    missed = "" if met else f"{reached - 1 - _SAME_SIZE:.0%}"
    verdict = Verdict("at most 1.05 times the smallest", f"{reached:.3f}", met, missed)
    notes = [f"{name}: {size / 2**20:.1f} MiB" for name, size in sizes.items()]
    return Result("", "W3: size of the stream", "on disk", verdicts=[verdict], notes=notes)
