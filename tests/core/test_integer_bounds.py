"""Every integer of every structure, at its ends and at the sizes of its file: never a crash.

An answer is a `VmdkError` in one line, or bytes: the right ones, or such as are told to be odd.
A number that wraps around, or that is multiplied beyond 64 bits, would show as another error,
as other bytes without a word, or as time and memory without end.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, Forest, VmdkError
from redoscope_core.link.link import Link
from redoscope_core.operations.examining.check import check
from tests.core.finished import finished
from tests.core.fuzz.judging import fault
from tests.core.fuzz.mutations import Mutation
from tests.core.fuzz.specimens import SPECIMENS, Specimen, prepare
from tests.core.hazards import bounded
from tests.core.integer_fields import fields_of, numbers_of, values_for
from tests.core.outcomes import is_one_line, outcome
from tests.judges.handmade_ctk import ctk_bytes, tracked_flat

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTOR = 512
TEXT_AT, TEXT_ROOM = SECTOR, 20 * SECTOR
NUMBERS = (0, 1, -1, 2**31, 2**32 - 2, 2**32 - 1, 2**53, 2**63 - 1, 2**63, 2**64 - 1, 10**30)
MACHINE = 'scsi{}:{}.present = "TRUE"\nscsi{}:{}.fileName = "disk.vmdk"\nmemsize = "{}"\n'


def ask_everything(chain: Chain) -> None:
    """Map *chain* and look sectors up: answers or `VmdkError`."""
    areas = outcome(chain.areas)
    if not isinstance(areas, VmdkError):
        assert int(areas.count.sum()) == chain.capacity
    for sector in {0, 1, 8, 64, chain.capacity // 2, chain.capacity - 1}:
        told(outcome(partial(chain.owner, min(sector, chain.capacity - 1))))
    told(outcome(lambda: chain.read(chain.capacity - 1, 1)))


def told(answer: object) -> None:
    """Hold that *answer*, if it is an error, is one clear line."""
    assert not isinstance(answer, VmdkError) or is_one_line(answer), answer


def judge(specimen: Specimen, path: Path, mutation: Mutation) -> None:
    """Ask for everything while *path* is as *mutation* makes it."""
    path.write_bytes(mutation.data)
    try:
        with bounded():
            wrong = fault(specimen, path, mutation, ask_everything)
            finished(check(specimen.tip))
    except Exception as error:
        error.add_note(f"{mutation.name} in {path.name}")
        raise
    finally:
        path.write_bytes(specimen.files[path])
    assert wrong is None, f"{mutation.name} in {path.name}: {wrong}"


def binary_cases(raw: bytes) -> Iterator[Mutation]:
    """Yield the file *raw* with each of its integers replaced by each of the odd values."""
    for field in fields_of(raw):
        first, last = field.offset, field.offset + field.width
        for value in values_for(field, len(raw)):
            data = raw[:first] + value.to_bytes(field.width, "little") + raw[last:]
            yield Mutation(data, first, last, f"{value:#x} at byte {first}")


def text_cases(raw: bytes) -> Iterator[Mutation]:
    """Yield the file *raw* with each number of its descriptor replaced by each odd one."""
    embedded = raw.startswith(b"KDMV")
    head, room = (raw[:TEXT_AT], raw[TEXT_AT : TEXT_AT + TEXT_ROOM]) if embedded else (b"", raw)
    text = room.split(b"\0", 1)[0]
    if not text.startswith(b"# Disk"):
        return
    rest = raw[len(head) + len(text) :]
    for first, last in numbers_of(text):
        for value in (*NUMBERS, len(raw) - 1, len(raw) + 1, len(raw) // SECTOR + 1):
            changed = text[:first] + str(value).encode() + text[last:]
            longer = len(changed) - len(text)
            behind = (
                rest if not embedded else rest[longer:] if longer > 0 else b"\0" * -longer + rest
            )
            yield Mutation(head + changed + behind, 0, 0, f"{value} for {text[first:last]!r}")


@pytest.mark.parametrize("name", SPECIMENS)
def test_an_integer_of_a_structure_may_be_anything(tmp_path: Path, name: str) -> None:
    specimen = prepare(name, tmp_path / "specimen")
    cases = 0
    for path, raw in specimen.files.items():
        for mutation in binary_cases(raw):
            judge(specimen, path, mutation)
            cases += 1
    assert cases > 100


@pytest.mark.parametrize("name", SPECIMENS)
def test_a_number_of_a_descriptor_may_be_anything(tmp_path: Path, name: str) -> None:
    specimen = prepare(name, tmp_path / "specimen")
    cases = 0
    for path, raw in specimen.files.items():
        for mutation in text_cases(raw):
            judge(specimen, path, mutation)
            cases += 1
    assert cases > 50


def test_an_integer_of_a_change_tracking_file_may_be_anything(tmp_path: Path) -> None:
    disk = tracked_flat(tmp_path)
    track = disk.with_name("disk-ctk.vmdk")
    for mutation in binary_cases(ctk_bytes()):
        track.write_bytes(mutation.data)
        with bounded(), Link.open(disk) as link:
            assert link.change_track is not None
            assert link.change_track.header is not None
            assert all(row.value.isprintable() for row in link.change_track.header.rows)
        with Chain.open(disk) as chain:
            ask_everything(chain)
        finished(check(disk))


def test_a_number_of_a_machine_may_be_anything(tmp_path: Path) -> None:
    prepare("plain", tmp_path / "vm")
    machine = tmp_path / "vm" / "vm.vmx"
    for value in (*NUMBERS, "", "0x10", "1e9", "\u0661", "9" * 5000):
        for place in range(5):
            words: list[int | str] = [0, 0, 0, 0, 64]
            words[place] = value
            machine.write_text(MACHINE.format(*words), encoding="utf-8")
            with bounded():
                told(outcome(lambda: Forest.scan(machine, tables=True)))
