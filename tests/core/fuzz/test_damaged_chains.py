"""Sound chains with bytes flipped, cut and spliced: an error, a note, or the same bytes."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from redoscope_core import Chain
from tests.core.fuzz.judging import fault
from tests.core.fuzz.mutations import Mutation, mutate
from tests.core.fuzz.run import run_case
from tests.core.fuzz.specimens import SPECIMENS, prepare

ROOT = Path(__file__).parents[3]
CASES, PARTS = 5_000, 10
"""A longer run: python -m tests.core.fuzz.run --cases 1000000"""
FOUND = [
    ("front stream", 10000018),
    ("front stream", 10000095),
    ("cowd", 10000096),
    ("chain", 10000372),
    ("cowd", 50003932),
    ("sesparse", 50000013),
    ("sesparse", 50006978),
    ("virtualbox", 50000443),
    ("virtualbox", 1230044864),
    ("virtualbox", 1230054332),
]
"""Cases that once got a wrong answer, or none that anybody could notice."""


@pytest.mark.parametrize("part", range(PARTS))
def test_thousands_of_damaged_chains_have_their_answer(part: int) -> None:
    # In a process of its own: what a case leaves in memory must not reach the other tests.
    words = [sys.executable, "-m", "tests.core.fuzz.run", "--cases", str(CASES // PARTS)]
    run = subprocess.run(
        [*words, "--seed", str(2026 + part)],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert run.stdout.splitlines() == [f"{CASES // PARTS} cases, 0 wrong"]


@pytest.mark.parametrize(("name", "seed"), FOUND)
def test_what_was_found_once_stays_right(tmp_path: Path, name: str, seed: int) -> None:
    assert run_case(prepare(name, tmp_path / "specimen"), seed) is None


@pytest.mark.parametrize("name", SPECIMENS)
def test_a_specimen_is_sound(tmp_path: Path, name: str) -> None:
    specimen = prepare(name, tmp_path / "specimen")
    assert specimen.notes == ()
    assert any(specimen.content)
    with Chain.open(specimen.tip) as chain:
        assert np.max(chain.areas().state) < 3


def test_the_judge_sees_silent_damage(tmp_path: Path) -> None:
    specimen = prepare("plain", tmp_path / "specimen")
    path, raw = specimen.tip, specimen.files[specimen.tip]
    offset = specimen.supply[path][0][0]
    path.write_bytes(raw[:offset] + bytes(512) + raw[offset + 512 :])
    whole = Mutation(b"", offset, offset + 512, "told")
    assert fault(specimen, path, whole) is None
    elsewhere = Mutation(b"", 0, 1, "not told")
    assert fault(specimen, path, elsewhere) == "sectors [0] differ without a word"


def test_a_seed_always_does_the_same(tmp_path: Path) -> None:
    raw = prepare("plain", tmp_path / "specimen").files[tmp_path / "specimen" / "disk.vmdk"]
    one, other = ([mutate(raw, random.Random(seed)) for seed in range(50)] for _ in range(2))
    assert one == other
    assert len({mutation.name for mutation in one}) > 5
