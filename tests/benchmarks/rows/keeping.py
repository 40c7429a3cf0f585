"""Keeping: a full backup, one of what changed, and a restore, beside what people use instead."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.benchmarks.judging import OURS, Goal, Trial, fingerprint
from tests.benchmarks.measuring import Contender, process
from tests.benchmarks.programs.archivers import Archiver, archivers
from tests.benchmarks.programs.presence import REDOSCOPE, has_program
from tests.benchmarks.workloads.ground import Ground

__all__ = ["backup_w1"]

_CONVERT = ("qemu-img", "convert", "-f", "vmdk", "-c", "-O", "vmdk")
_STREAM = ("-o", "subformat=streamOptimized")


def backup_w1(ground: Ground) -> Iterator[Trial]:
    """W1: backed up in full, then what its last child changed, then restored."""
    w1 = ground.w1
    with ground.scratch() as scratch:
        at = _Place(scratch)
        before = scratch / "before.raw"
        _run([*REDOSCOPE, "clone", "--type", "raw", w1.links[-2], before])
        truth, older = fingerprint(w1.raw), fingerprint(before)
        others = archivers(scratch)
        trial = partial(_trial, amount=w1.disk_bytes, notes=(_absent(others),))
        contenders = at.full(w1.links[-2], before, others)
        yield trial("W1: full backup", Goal(3), contenders, truth=older)
        at.keep_first(w1.links[-2], before, others)
        contenders = at.changed(w1.tip, w1.raw, others)
        yield trial("W1: backup of what the last child changed", Goal(20), contenders, truth=truth)
        contenders = at.back(w1.tip, w1.raw, others)
        yield trial("W1: restore to raw", Goal(1), contenders, truth=truth)


class _Place:
    """Where all of them keep what they are given."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._back = scratch / "back"
        self._ours, self._qemu = scratch / "ours", scratch / "qemu.vmdk"
        self._first = scratch / "first"

    def full(self, disk: Path, raw: Path, others: Sequence[Archiver]) -> list[Contender]:
        """Return who keeps all of *disk*, or of *raw*."""
        found = [
            self._contender(
                OURS, [*REDOSCOPE, "backup", disk, "--to", self._ours], self._our_disk,
                ready=lambda: shutil.rmtree(self._ours, ignore_errors=True),
            )
        ]  # fmt: skip
        if has_program("qemu-img"):
            words = [*_CONVERT, *_STREAM, disk, self._qemu]
            gone = partial(self._qemu.unlink, missing_ok=True)
            name = "qemu-img convert -c"
            found.append(self._contender(name, words, self._qemu_disk, ready=gone))
        for each in others:
            repository = self._scratch / each.name
            words = each.keep(repository, raw)
            made = partial(self._archived, each, raw)
            ready = partial(each.make, repository)
            found.append(self._contender(each.name, words, made, ready=ready))
        return found

    def keep_first(self, disk: Path, raw: Path, others: Sequence[Archiver]) -> None:
        """Have all keep the older generation, to begin from again and again."""
        self._first.mkdir()
        shutil.rmtree(self._ours, ignore_errors=True)
        _run([*REDOSCOPE, "backup", disk, "--to", self._first / "ours"])
        for each in others:
            repository = self._scratch / each.name
            each.make(repository)
            _run(each.keep(repository, raw))
            repository.rename(self._first / each.name)
            shutil.copytree(each.home, self._first / each.home.name)

    def changed(self, tip: Path, raw: Path, others: Sequence[Archiver]) -> list[Contender]:
        """Return who keeps what changed up to *tip*; the archivers read all of *raw*."""
        found = [
            self._contender(
                OURS, [*REDOSCOPE, "backup", tip, "--to", self._ours], self._our_disk,
                ready=partial(self._again, "ours"),
            )
        ]  # fmt: skip
        for each in others:
            words = each.keep(self._scratch / each.name, raw)
            made = partial(self._archived, each, raw)
            ready = partial(self._again, each.name, each.home.name)
            found.append(self._contender(each.name, words, made, ready=ready))
        return found

    def back(self, tip: Path, raw: Path, others: Sequence[Archiver]) -> list[Contender]:
        """Return who brings back what `changed` kept; qemu-img from a stream of *tip*."""
        out = self._scratch / "out.raw"
        found = [
            self._contender(
                OURS, [*REDOSCOPE, "restore", self._ours, out, "--type", "raw"],
                partial(fingerprint, out), ready=partial(out.unlink, missing_ok=True),
            )
        ]  # fmt: skip
        if has_program("qemu-img"):
            self._qemu.unlink(missing_ok=True)
            _run([*REDOSCOPE, "clone", "--type", "streamOptimized", tip, self._qemu])
            words = ["qemu-img", "convert", "-f", "vmdk", "-O", "raw", self._qemu, out]
            gone = partial(out.unlink, missing_ok=True)
            made = partial(fingerprint, out)
            found.append(self._contender("qemu-img convert", words, made, ready=gone))
        for each in others:
            words = each.bring_back(self._scratch / each.name, raw, self._back)
            made = partial(self._found_back, raw)
            found.append(self._contender(each.name, words, made, ready=self._emptied))
        return found

    @staticmethod
    def _contender(
        name: str,
        words: Sequence[object],
        answer: Callable[[], object],
        ready: Callable[[], object],
    ) -> Contender:
        return process(name, words, answer=answer, ready=ready)

    def _again(self, *names: str) -> None:
        """Begin anew from what was kept first; its files are never written to again.

        The notes of an archiver go with its repository: borg refuses one older than they are.
        """
        for name in names:
            shutil.rmtree(self._scratch / name, ignore_errors=True)
            shutil.copytree(self._first / name, self._scratch / name)

    def _emptied(self) -> None:
        shutil.rmtree(self._back, ignore_errors=True)
        self._back.mkdir()

    def _our_disk(self) -> str:
        out = self._scratch / "ours.raw"
        out.unlink(missing_ok=True)
        _run([*REDOSCOPE, "restore", self._ours, out, "--type", "raw"])
        return _taken(out)

    def _qemu_disk(self) -> str:
        out = self._scratch / "qemu.raw"
        _run(["qemu-img", "convert", "-f", "vmdk", "-O", "raw", self._qemu, out])
        return _taken(out)

    def _archived(self, archiver: Archiver, raw: Path) -> str:
        self._emptied()
        _run(archiver.bring_back(self._scratch / archiver.name, raw, self._back))
        return self._found_back(raw)

    def _found_back(self, raw: Path) -> str:
        (found,) = self._back.rglob(raw.name)
        return fingerprint(found)


def _trial(
    work: str,
    goal: Goal,
    contenders: Sequence[Contender],
    *,
    amount: int,
    truth: str,
    notes: tuple[str, ...] = (),
) -> Trial:
    return Trial(
        work, "whole process", tuple(contenders), (goal,), amount=amount, truth=truth, notes=notes
    )


def _absent(others: Sequence[Archiver]) -> str:
    here = ", ".join(each.name for each in others) or "neither borg nor restic"
    return f"archivers that are here: {here}; they read the flattened disk"


def _taken(out: Path) -> str:
    try:
        return fingerprint(out)
    finally:
        out.unlink()


def _run(words: Sequence[object]) -> None:
    subprocess.run(list(map(str, words)), check=True, capture_output=True)
