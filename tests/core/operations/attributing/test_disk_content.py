"""What all of a disk is for, as runs, and whose they are: as of each sector by itself."""

from __future__ import annotations

import random
import time

import numpy as np

from redoscope_core import (
    DiskVolume,
    Examined,
    Examining,
    Holding,
    Runs,
    SectorClass,
    content_runs,
    file_numbers,
    whose,
)
from redoscope_core.operations.attributing.sector_classes import classified
from redoscope_core.volumes.index import StreamKind
from tests.core.operations.attributing.test_sector_classes import examined, index_of

TABLES = Runs.joined([0, 33], [2, 35])
SECTORS = np.arange(300, dtype=np.int64)


def drawn(chance: random.Random) -> tuple[Examining, ...]:
    """Draw volumes of a disk: two with files, which overlap, and one that nothing reads."""
    streams = []
    for _ in range(chance.randrange(6)):
        extents = [
            (chance.randrange(180), chance.randrange(1, 20), chance.randrange(12) * 512)
            for _ in range(chance.randrange(4))
        ]
        streams.append((chance.choice(list(StreamKind)), chance.randrange(9000), extents))
    secret = Examining(DiskVolume(3, 260, 20, Holding.LUKS2), Examined.ENCRYPTED, None, None)
    return examined(index_of(streams), 20, 200), examined(index_of([]), 190, 60), secret


def test_runs_cover_what_is_asked_for_and_have_the_class_of_each_of_their_sectors() -> None:
    chance = random.Random(20)
    for _ in range(60):
        volumes = drawn(chance)
        first = chance.randrange(150)
        end = first + chance.randrange(1, 150)
        wanted = classified(SECTORS[first:end], TABLES, volumes)
        for by_file in (False, True):
            runs = content_runs(first, end, TABLES, volumes, by_file=by_file)
            assert (runs.start[0], runs.end[-1]) == (first, end)
            assert np.array_equal(runs.start[1:], runs.end[:-1])
            assert np.array_equal(np.repeat(runs.kind, runs.end - runs.start), wanted)
            assert by_file or (runs.kind[1:] != runs.kind[:-1]).all()


def test_each_run_by_file_is_of_one_file_and_named_as_its_sectors_are() -> None:
    chance = random.Random(21)
    for _ in range(40):
        volumes = drawn(chance)
        numbers = file_numbers(SECTORS, TABLES, volumes)
        told = numbers.names(numbers.number)
        for sector, owner in zip(SECTORS.tolist(), whose(SECTORS, TABLES, volumes), strict=True):
            assert told[sector] == (f"1:{owner.paths[0]}" if owner.paths else "")
        runs = content_runs(0, 300, TABLES, volumes, by_file=True)
        of_runs = file_numbers(runs.start, TABLES, volumes).number
        assert np.array_equal(np.repeat(of_runs, runs.end - runs.start), numbers.number)


def test_a_file_without_a_name_is_told_by_its_number_and_one_volume_needs_none() -> None:
    index = index_of([(StreamKind.DATA, 600, [(5, 2, 0)])])
    index.entries.deleted[1] = True
    found = file_numbers(SECTORS[:30], Runs.joined([], []), [examined(index, 20, 200)])
    assert found.names(found.number)[24:28] == ["", "#1", "#1", ""]


def test_nothing_at_all_is_a_gap_and_an_empty_question_has_an_empty_answer() -> None:
    nothing = Runs.joined([], [])
    runs = content_runs(5, 9, nothing, ())
    gap = list(SectorClass).index(SectorClass.GAP)
    assert (runs.start.tolist(), runs.end.tolist(), runs.kind.tolist()) == ([5], [9], [gap])
    assert not len(content_runs(5, 5, nothing, ()).start)
    assert file_numbers(SECTORS[:0], nothing, ()).names(SECTORS[:0]) == []


def test_a_hundred_thousand_extents_on_a_tebibyte_take_less_than_a_second() -> None:
    extents = [(64 + 16 * number, 8, 4096 * number) for number in range(100_000)]
    volumes = [examined(index_of([(StreamKind.DATA, 4096 * 100_000, extents)]), 2048, 2**31)]
    begun = time.process_time()
    runs = content_runs(0, 2**31 + 4096, TABLES, volumes)
    file_numbers(runs.start, TABLES, volumes)
    assert time.process_time() - begun < 1
    assert len(runs.start) > 200_000
