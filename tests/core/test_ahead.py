"""Work done ahead of time: in order, bounded, and gone when nobody wants it any more."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from redoscope_core.ahead import Beside, ahead

if TYPE_CHECKING:
    from collections.abc import Iterator


def _running() -> list[str]:
    return [each.name for each in threading.enumerate() if each.name.startswith("ahead-")]


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 50])
def test_results_come_in_the_order_of_their_tasks(threads: int, count: int) -> None:
    assert list(ahead(range(count), lambda n, _slot: n * n, threads=threads)) == [
        n * n for n in range(count)
    ]
    assert not _running()


def test_a_task_that_is_slow_does_not_let_later_ones_overtake_it() -> None:
    second_is_done = threading.Event()

    def work(number: int, slot: int) -> int:
        del slot
        if number == 0:
            assert second_is_done.wait(10)
        else:
            second_is_done.set()
        return number

    assert list(ahead(range(6), work, threads=2)) == list(range(6))


def test_no_more_than_its_slots_are_in_flight_and_none_is_used_twice() -> None:
    drawn: list[int] = []
    free = set(range(4))

    def tasks() -> Iterator[int]:
        for number in range(40):
            drawn.append(number)
            yield number

    def work(number: int, slot: int) -> tuple[int, int]:
        free.remove(slot)  # KeyError if somebody has it
        return number, slot

    for number, slot in ahead(tasks(), work, threads=2, slots=4):
        assert len(drawn) <= number + 4
        free.add(slot)


def test_an_error_comes_out_in_its_turn_and_ends_the_threads() -> None:
    def work(number: int, slot: int) -> int:
        del slot
        if number == 3:
            raise ValueError(number)
        return number

    seen = []
    with pytest.raises(ValueError, match="3"):  # noqa: PT012 - what came before is looked at
        for result in ahead(range(10), work, threads=2):
            seen.append(result)  # noqa: PERF402 - a list() would lose them
    assert seen == [0, 1, 2]
    assert not _running()


def test_closing_it_early_ends_the_threads() -> None:
    results = ahead(range(1000), lambda n, _slot: n, threads=2)
    assert next(results) == 0
    assert _running()
    results.close()
    assert not _running()


def test_nothing_starts_before_the_first_result_is_asked_for() -> None:
    results = ahead(range(5), lambda n, _slot: n)
    assert not _running()
    results.close()


def test_both_halves_of_a_work_are_done_at_once() -> None:
    met = threading.Barrier(2)
    with Beside() as beside:
        for _ in range(3):
            beside.both(lambda: met.wait(10), lambda: met.wait(10))
    assert not any(each.name == "beside" for each in threading.enumerate())


@pytest.mark.parametrize("failing", ["there", "here"])
def test_what_either_half_raises_comes_out_when_both_are_done(failing: str) -> None:
    done: list[str] = []

    def half(name: str) -> None:
        done.append(name)
        if name == failing:
            raise KeyError(name)

    with Beside() as beside:
        with pytest.raises(KeyError, match=failing):
            beside.both(lambda: half("there"), lambda: half("here"))
        assert sorted(done) == ["here", "there"]
        beside.both(lambda: done.append("more"), lambda: done.append("more"))
    assert done.count("more") == 2
