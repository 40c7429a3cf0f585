"""Which way of copying is taken: the one that was seen to take less time."""

from __future__ import annotations

import pytest

from redoscope_core.operations.making.ways import Way, Ways, ways_between

KERNEL, MEMORY = Way.IN_KERNEL, Way.BY_MEMORY


def taken(ways: Ways, cost: dict[Way, int], times: int) -> list[Way]:
    """Copy *times* as told, each way at its *cost* in nanoseconds a byte."""
    found = []
    for _ in range(times):
        way = ways.next()
        ways.note(way, 1000, 1000 * cost[way])
        found.append(way)
    return found


@pytest.mark.parametrize("better", Way)
def test_each_way_is_tried_some_times_and_then_the_faster_one_is_taken(better: Way) -> None:
    ways = Ways()
    cost = {way: 1 if way is better else 3 for way in Way}
    assert taken(ways, cost, 8) == [KERNEL] * 4 + [MEMORY] * 4
    assert set(taken(ways, cost, 20)) == {better}


def test_one_slow_try_of_a_busy_machine_does_not_decide() -> None:
    ways = Ways()
    ways.note(ways.next(), 1000, 90_000)
    assert set(taken(ways, {KERNEL: 1, MEMORY: 2}, 20)[7:]) == {KERNEL}


def test_the_kernel_copies_unless_the_other_way_is_clearly_faster() -> None:
    ways = Ways()
    assert set(taken(ways, {KERNEL: 13, MEMORY: 10}, 20)[8:]) == {KERNEL}


def test_threads_that_ask_before_anything_was_measured_try_one_way_after_the_other() -> None:
    ways = Ways()
    assert [ways.next() for _ in range(8)] == [KERNEL] * 4 + [MEMORY] * 4
    assert ways.next() in Way


def test_batches_of_nothing_tell_nothing() -> None:
    ways = Ways()
    for _ in range(8):
        ways.note(ways.next(), 0, 5)
    assert ways.next() in Way


def test_what_was_measured_is_kept_for_the_next_copy_between_the_same_devices() -> None:
    taken(ways_between(-1, -2), {KERNEL: 5, MEMORY: 1}, 8)
    assert ways_between(-1, -2).next() is MEMORY
    assert ways_between(-2, -1) is not ways_between(-1, -2)
