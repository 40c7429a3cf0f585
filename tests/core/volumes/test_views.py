"""A volume with its journal laid over it reads, at any place, as one that was replayed whole."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.frames import read_index, write_index
from redoscope_core.volumes.parsing.building import IndexBuilding
from redoscope_core.volumes.parsing.kept import Kept
from redoscope_core.volumes.views import ESCAPED, LaidOver, View, seen_through
from tests.core.volumes.volumes import volume_with

if TYPE_CHECKING:
    from redoscope_core.volumes.index import VolumeIndex

SECTORS = 64


def laid_over(*rows: tuple[int, int, int, bool]) -> LaidOver:
    """Return runs: start, sectors, source, whether the first bytes are spelled otherwise there."""
    table = np.array(rows, np.int64).reshape(-1, 4)
    return LaidOver(table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(np.bool_))


@given(st.integers(0, 2**32))
def test_a_read_of_any_part_is_that_of_the_whole(seed: int) -> None:
    chance = random.Random(seed)
    data = chance.randbytes(SECTORS * 512)
    rows, place = [], 0
    while (place := place + chance.randrange(6)) < 40:
        count = chance.choice((1, 2, 5))
        rows.append((place, count, chance.randrange(SECTORS - count), chance.random() < 0.3))
        place += count
    whole = bytearray(data)
    for start, count, source, escaped in rows:
        raw = data[source * 512 : (source + count) * 512]
        raw = ESCAPED + raw[4:] if escaped else raw
        whole[start * 512 : (start + count) * 512] = raw
    seen = seen_through(volume_with(data), laid_over(*rows))
    for _ in range(20):
        at = chance.randrange(len(whole))
        count = min(chance.choice((1, 3, 600, 9000)), len(whole) - at)
        assert seen.bytes_at(at, count, "a part") == whole[at : at + count]


def handed_over(index: VolumeIndex) -> VolumeIndex:
    """Return *index* as it comes out of a pipe."""
    pipe = io.BytesIO()
    write_index(pipe, index)
    pipe.seek(0)
    found = read_index(pipe, SECTORS)
    assert not isinstance(found, tuple)
    return found


def test_a_view_is_the_same_after_its_way_through_a_pipe() -> None:
    built = IndexBuilding().built("", Kept.nothing(SECTORS, 8))
    index = replace(built, view=View.REPLAYED.value, journal="dirty", transactions=3)
    told = handed_over(replace(index, laid=laid_over((1, 2, 9, True), (3, 1, 0, False))))
    assert (told.view, told.journal, told.transactions) == ("replayed", "dirty", 3)
    assert told.laid.source.tolist() == [9, 0]
    assert told.laid.runs.total == 3


@pytest.mark.parametrize(
    "laid",
    [
        ((60, 5, 0, False),),
        ((0, 5, 60, False),),
        ((-1, 1, 0, False),),
        ((0, 1, -1, False),),
        ((0, 0, 0, False),),
        ((4, 4, 0, False), (7, 1, 0, False)),
        ((9, 1, 0, False), (2, 1, 0, False)),
        ((0, 2**62, 0, False),),
    ],
)
def test_a_view_that_leads_out_of_the_volume_or_over_itself_is_refused(
    laid: tuple[tuple[int, int, int, bool], ...],
) -> None:
    built = IndexBuilding().built("", Kept.nothing(SECTORS, 8))
    with pytest.raises(CorruptVolume, match="leads outside"):
        handed_over(replace(built, laid=laid_over(*laid)))


def test_words_that_no_view_has_are_refused() -> None:
    built = IndexBuilding().built("", Kept.nothing(SECTORS, 8))
    for wrong in (replace(built, view="both"), replace(built, journal="tidy")):
        with pytest.raises(CorruptVolume, match="leads outside"):
            handed_over(wrong)
