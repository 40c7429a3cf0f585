"""What a generation is compared with."""

from __future__ import annotations

import pytest

from redoscope_gui.maps import compared_with


@pytest.mark.parametrize("generation", [0, 1, 7])
def test_a_generation_without_an_a_is_compared_with_its_parent(generation: int) -> None:
    assert compared_with(generation, None) == generation - 1


@pytest.mark.parametrize("since", [-1, 0, 2])
def test_a_is_what_it_is_compared_with_if_there_is_one(since: int) -> None:
    assert compared_with(3, since) == since
