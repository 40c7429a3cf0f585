"""Long looks at a disk tell how far they are, and can be stopped, every few megabytes."""

from __future__ import annotations

import random
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from redoscope_core import Chain, Progress, create_disk
from redoscope_core.ahead import ahead
from redoscope_core.operations.examining import compare as comparing
from redoscope_core.operations.examining import digest as hashing
from redoscope_core.operations.examining.compare import compare
from redoscope_core.operations.examining.digest import digest
from redoscope_core.operations.examining.search import search
from redoscope_core.operations.walking.pieces import Piece, pieces_of
from redoscope_core.progress import Unit
from tests.core.finished import finished
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_stream import StreamPlan, stream_link

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from pathlib import Path

    from redoscope_core import Areas, Unread

MIB = 2**20
LENGTH = 70 * MIB
AT_MOST = 16 * MIB
"""A step, which is a whole number of windows."""
TILE = random.Random(3).randbytes(MIB)

LOOKS: dict[str, Callable[[Chain, Chain], Generator[Progress, None, Any]]] = {
    "digest": lambda chain, _other: digest(chain, "md5"),
    "search": lambda chain, _other: search(chain, b"what is not there"),
    "pattern": lambda chain, _other: search(chain, re.compile(b"what is not there")),
    "compare": lambda chain, other: compare(chain, other, all_bytes=True),
}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A disk that is full of bytes; no hole is in its file."""
    path = tmp_path_factory.mktemp("full") / "disk.vmdk"
    return handmade.flat_link(path, TILE * (LENGTH // MIB))


def told(steps: Generator[Progress, None, object]) -> list[Progress]:
    """Return all that is told, but for the asking of the files in the beginning."""
    return [step for step in steps if step.done]


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_what_reads_a_disk_tells_so_every_few_megabytes(
    full: Path, look: Callable[[Chain, Chain], Generator[Progress, None, Any]]
) -> None:
    with Chain.open(full) as chain, Chain.open(full) as other:
        steps = told(look(chain, other))
    assert {(step.total, step.unit) for step in steps} == {(LENGTH, Unit.BYTES)}
    done = [0, *(step.done for step in steps), LENGTH]
    assert all(0 <= later - former <= AT_MOST for former, later in pairwise(done))
    assert 4 <= len(steps) <= 5


@pytest.mark.parametrize("sought", [TILE[:8], re.compile(re.escape(TILE[:8]))])
def test_a_search_ends_where_it_has_enough(full: Path, sought: bytes | re.Pattern[bytes]) -> None:
    with Chain.open(full) as chain:
        steps = told(search(chain, sought, limit=2))
    assert all(step.done <= 4 * MIB for step in steps)


def test_hashing_zeros_tells_so_too(tmp_path: Path) -> None:
    create_disk(tmp_path / "disk.vmdk", LENGTH // 512)
    with Chain.open(tmp_path / "disk.vmdk") as chain:
        done = [step.done for step in told(digest(chain, "md5"))]
    assert all(0 < later - former <= AT_MOST for former, later in pairwise([0, *done, LENGTH]))
    assert len(done) == 4


@pytest.mark.parametrize(("cores", "threads"), [(1, 0), (2, 1), (8, 1)])
def test_a_thread_reads_ahead_of_the_hash_only_where_it_has_a_core_of_its_own(
    full: Path, monkeypatch: pytest.MonkeyPatch, cores: int, threads: int
) -> None:
    started: list[int] = []

    def noted(
        chain: Chain, held: Areas, unread: Unread, *, bridge: int, threads: int
    ) -> Generator[Piece, None, None]:
        started.append(threads)
        return pieces_of(chain, held, unread, bridge=bridge, threads=threads)

    monkeypatch.setattr(hashing, "cores", lambda: cores)
    monkeypatch.setattr(hashing, "pieces_of", noted)
    with Chain.open(full) as chain:
        finished(digest(chain, "md5"))
    assert started == [threads]


@pytest.mark.parametrize(("packed", "threads"), [((), 2), ((0,), 6), ((1,), 6), ((0, 1), 6)])
def test_disks_are_compared_by_all_cores_if_one_of_them_has_to_be_inflated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: tuple[int, ...], threads: int
) -> None:
    started: list[int] = []

    def noted(
        pieces: Iterable[list[tuple[int, int]]],
        work: Callable[[list[tuple[int, int]], int], object],
        *,
        threads: int,
    ) -> Iterator[object]:
        started.append(threads)
        return ahead(pieces, work, threads=1)

    monkeypatch.setattr(comparing, "cores", lambda: 6)
    monkeypatch.setattr(comparing, "reading_threads", lambda: 2)
    monkeypatch.setattr(comparing, "ahead", noted)
    paths = [tmp_path / "0.vmdk", tmp_path / "1.vmdk"]
    for number, path in enumerate(paths):
        data = bytes([number + 1]) * 65536
        if number in packed:
            stream_link(path, StreamPlan(128, {0: data}))
        else:
            handmade.sparse_link(path, SparsePlan(128, grains={0: data}))
    with Chain.open(paths[0]) as one, Chain.open(paths[1]) as two:
        assert finished(compare(one, two)).differing_bytes == 65536
    assert started == [threads]
