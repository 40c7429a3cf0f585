"""Grains of 512 bytes to 1 MiB and links of every kind in one chain, read at every generation."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from redoscope_core import Chain, Policy, State
from tests.core.mixed import BASE_KINDS, CHILD_KINDS, MixedChain, MixedLink, mixed_chains
from tests.judges import dissect, libvmdk, qemu

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECTOR = 512


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Path]:
    """Return names of folders that are not there yet."""
    numbers = itertools.count()
    return lambda: tmp_path / f"chain{next(numbers)}"


@settings(max_examples=60)
@given(plan=mixed_chains())
def test_every_generation_is_what_the_model_says(
    fresh: Callable[[], Path], plan: MixedChain
) -> None:
    paths = plan.build(fresh())
    with Chain.open(paths[-1]) as chain:
        assert [link.path for link in chain.links] == paths
        for index, expected in enumerate(plan.generations()):
            generation = chain.up_to(index)
            assert generation.read(0, plan.capacity) == expected
            areas = generation.areas()
            assert int(areas.count.sum()) == plan.capacity
            assert areas.sectors_in(State.UNREADABLE) == 0


@pytest.mark.judge
@settings(max_examples=25)
@given(plan=mixed_chains(children=CHILD_KINDS[:-1]))
def test_qemu_reads_the_newest_generation_the_same(
    fresh: Callable[[], Path], plan: MixedChain
) -> None:
    path = plan.build(fresh())[-1]
    assert qemu.read(path) == plan.generations()[-1]


@pytest.mark.judge
@settings(max_examples=25)
@given(plan=mixed_chains(children=("sparse", "split", "stream", "cowd"), multiple=16))
def test_dissect_reads_the_newest_generation_the_same(
    fresh: Callable[[], Path], plan: MixedChain
) -> None:
    path = plan.build(fresh())[-1]
    assert dissect.read(path) == plan.generations()[-1]


def alternating(capacity: int, depth: int) -> MixedChain:
    """Return a chain in which each link has another kind and another grain."""
    links = [MixedLink("vmfs", capacity, stored=frozenset({0, 3}))]
    for number in range(1, depth):
        kind = CHILD_KINDS[number % len(CHILD_KINDS)]
        size = 8 if kind == "sesparse" else 2 ** (number % 12)
        last = -(-capacity // size) - 1
        stored = frozenset({number % (last + 1), number * 7 % (last + 1)})
        links.append(MixedLink(kind, capacity, size, stored, seed=number))
    return MixedChain(tuple(links))


@pytest.mark.judge
def test_forty_links_of_all_kinds_read_right_at_every_generation(tmp_path: Path) -> None:
    plan = alternating(3000, 40)
    paths = plan.build(tmp_path / "deep")
    contents = plan.generations()
    with Chain.open(paths[-1]) as chain:
        for index, expected in enumerate(contents):
            assert chain.up_to(index).read(0, 3000) == expected


def taken(path: Path, policy: Policy | None = None) -> float:
    """Return the processor time of opening and reading, the shorter of two."""
    times = []
    for _ in range(2):
        start = time.process_time()
        with Chain.open(path, policy=policy) as chain:
            chain.read(0, 1)
        times.append(time.process_time() - start)
    return min(times)


def test_250_links_of_all_kinds_open_in_a_time_that_grows_with_their_number(tmp_path: Path) -> None:
    plan = alternating(600, 250)
    paths = plan.build(tmp_path / "deep")
    assert taken(paths[249]) < max(1.0, 20 * taken(paths[24]))
    with Chain.open(paths[249]) as chain:
        assert len(chain.links) == 250
        assert chain.read(0, 600) == plan.generations()[-1]


def test_250_links_are_found_in_another_folder_in_such_a_time_too(tmp_path: Path) -> None:
    links = tuple(MixedLink("sparse", 128, 16, frozenset({n % 8}), seed=n) for n in range(250))
    plan = MixedChain(links)
    paths = plan.build(tmp_path / "deep")
    for number, path in enumerate(paths[:-1]):
        path.rename(path.with_name(f"moved {249 - number}.vmdk"))
    policy = Policy(search=(tmp_path / "deep",))
    with Chain.open(paths[249], policy=policy) as chain:
        assert chain.read(0, 128) == plan.generations()[-1]
    assert taken(paths[249], policy) < 2.0


@pytest.mark.judge
@pytest.mark.parametrize("child", ["sparse", "split", "stream", "cowd"])
@pytest.mark.parametrize("base", BASE_KINDS)
def test_each_kind_over_each_reads_as_in_three_programs(
    tmp_path: Path, base: str, child: str
) -> None:
    # pyvmdk reads hosted grains from 8 KiB on.
    capacity = 2048
    plan = MixedChain(
        (
            MixedLink(base, capacity, 128, frozenset({0, 5, 15}), seed=1),
            MixedLink(child, capacity, 16, frozenset({1, 40, 127}), seed=2),
            MixedLink("sparse", capacity, 64, frozenset({0, 31}), seed=3),
        )
    )
    paths = plan.build(tmp_path / "chain")
    contents = plan.generations()
    for index in (1, 2):
        assert qemu.read(paths[index]) == contents[index]
        assert libvmdk.read(paths[: index + 1]) == contents[index]
        assert dissect.read(paths[index]) == contents[index]
        with Chain.open(paths[index]) as chain:
            assert chain.read(0, capacity) == contents[index]
