"""Memory: the most a process ever had, over long work, and whether it grows with the work."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from redoscope_core import create_disk
from redoscope_core.format.sparse import UNCLEAN_OFFSET
from tests.benchmarks.programs.presence import REDOSCOPE
from tests.benchmarks.results import Figure, Result, Verdict
from tests.benchmarks.workloads.filling import SECTOR, header_of, write_entries
from tests.benchmarks.workloads.ground import Ground
from tests.benchmarks.workloads.random_chain import RandomChain
from tests.judges.handmade import patch, patch_u32

__all__ = ["memory_of_w1", "memory_of_w2", "peak_mebibytes"]

_MOST_GRAINS = 33_500_000
"""What 32 bits of an entry can lead to, less the room of the tables."""
_GRAIN = 128
_MOST = 150.0
_GROWTH = 16.0
"""MiB by which eight times the work may need more."""
# The most that a child ever had counts what its parent had when it was started: a small one starts.
_SMALL_PARENT = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
_OPEN_AND_MAP = (
    "import sys; from pathlib import Path; from redoscope_core import Chain;"
    "chain = Chain.open(Path(sys.argv[1])); chain.areas(); chain.close()"
)


def peak_mebibytes(command: Sequence[str | Path], statuses: Sequence[int] = (0,)) -> float:
    """Run *command* and return the most memory it ever had, in MiB."""
    words = [sys.executable, "-S", "-E", "-c", _SMALL_PARENT, *map(str, command)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    status, kibibytes = map(int, done.stdout.split())
    if status not in statuses:
        raise RuntimeError(f"{command} ended with {status}: {done.stderr.strip()}")
    return kibibytes / 1024


def memory_of_w1(ground: Ground) -> Iterator[Result]:
    """W1 and an eighth of it: streaming work."""
    with ground.scratch() as scratch:
        out = scratch / "out"
        for name, words in {
            "hash": ["hash", "--algorithm", "blake3", "TIP"],
            "search": ["search", "TIP", "nothing like it"],
            "compare --all": ["compare", "--all", "TIP", "FLAT"],
            "clone to raw": ["clone", "--type", "raw", "TIP", "OUT"],
            "clone to a sparse disk": ["clone", "TIP", "OUT"],
            "clone to a stream": ["clone", "--type", "streamOptimized", "TIP", "OUT"],
        }.items():
            peaks = []
            for chain in (ground.short_w1, ground.w1):
                peaks.append(peak_mebibytes(_filled(words, chain, out), (0, 1)))
                out.unlink(missing_ok=True)
            yield _judged(f"W1: {name}", *peaks)


def _filled(words: list[str], chain: RandomChain, out: Path) -> list[str]:
    places = {"TIP": str(chain.tip), "FLAT": str(chain.flat), "OUT": str(out)}
    return [*REDOSCOPE, *(places.get(word, word) for word in words)]


def memory_of_w2(ground: Ground) -> Iterator[Result]:
    """W2: the map of the whole chain."""
    tip = ground.w2[-1]
    yield _judged(
        "W2: map of the chain", peak_mebibytes([sys.executable, "-c", _OPEN_AND_MAP, tip])
    )
    yield _judged("W2: map as JSON", peak_mebibytes([*REDOSCOPE, "map", "--json", tip]))
    with ground.scratch() as scratch:
        grains = min(_MOST_GRAINS, ground.scale.huge_capacity // _GRAIN)
        path = _full(scratch / "full.vmdk", grains)
        words = [*REDOSCOPE, "check", str(path)]
        yield _judged(f"check of {grains:,} grains, one entry differs", peak_mebibytes(words, (1,)))
        patch(path, UNCLEAN_OFFSET, b"\1")
        yield _judged("the same, not closed after a write", peak_mebibytes(words))
        _wipe_copy(path)
        yield _judged("the same, all of the copy wiped", peak_mebibytes(words, (0, 1)))
        patch(path, UNCLEAN_OFFSET, b"\0")
        yield _judged("the same, closed", peak_mebibytes(words, (1,)))


def _full(path: Path, count: int) -> Path:
    """Make a disk whose *count* grains are all stored (in holes), one entry unlike its copy."""
    create_disk(path, count * _GRAIN)
    header = header_of(path)
    grains = np.arange(count, dtype=np.int64)
    sectors = header.overhead + grains * _GRAIN
    write_entries(path, grains, sectors, end=header.overhead + count * _GRAIN)
    tables = header.rgd_offset + -(-header.table_count * 4 // SECTOR)
    patch_u32(path, tables * SECTOR + count // 2 * 4, 0)
    return path


def _wipe_copy(path: Path) -> None:
    """Make all entries of the redundant tables 0."""
    header = header_of(path)
    tables = header.rgd_offset + -(-header.table_count * 4 // SECTOR)
    with path.open("r+b") as file:
        file.seek(tables * SECTOR)
        file.write(bytes(header.table_count * header.table_sectors * SECTOR))


def _judged(work: str, *peaks: float) -> Result:
    most = peaks[-1]
    missed = "" if most <= _MOST else f"{most / _MOST - 1:.0%}"
    verdicts = [Verdict("under 150 MiB", f"{most:.0f} MiB", most <= _MOST, missed)]
    figures = [Figure("Redoscope", most, most, most, 1)]
    if len(peaks) > 1:
        short = peaks[0]
        figures.append(Figure("Redoscope, an eighth of the work", short, short, short, 1))
        met = most - short <= _GROWTH
        reached = f"{most - short:+.0f} MiB for eight times the work"
        missed = "" if met else f"{most - short - _GROWTH:.0f} MiB"
        verdicts.append(Verdict("flat over the length of the work", reached, met, missed))
    return Result("", work, "whole process", "MiB", figures, verdicts)
