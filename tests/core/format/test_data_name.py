"""How files are called that hold the data of a disk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core.format.data_name import DataName

_ROLES = ("flat", "delta", "sesparse", "rdm", "rdmp", "pt")


@given(st.text(), st.sampled_from(_ROLES))
def test_a_role_is_told_from_the_name_of_the_disk(disk: str, role: str) -> None:
    assert DataName.of(DataName(disk, role).stem) == DataName(disk, role)


@given(st.text(), st.sampled_from("sf"), st.integers(0, 999_999))
def test_a_piece_is_told_with_its_number(disk: str, letter: str, number: int) -> None:
    assert DataName.of(DataName(disk, letter, number).stem) == DataName(disk, letter, number)


@given(st.text(max_size=8), st.integers(1, 999))
def test_another_spelling_of_a_number_is_the_same_piece(disk: str, number: int) -> None:
    told = DataName.of(f"{disk}-S{number:05}")
    assert told == DataName(disk, "s", number)
    assert told is not None
    assert told.stem == f"{disk}-s{number:03}"


@pytest.mark.parametrize(
    "stem",
    ["disk", "disk-000001", "disk-s01", "disk-s1234567", "diskflat", "flat", "d-flat2", "d-s001x"],
)
def test_a_name_that_only_looks_so_is_of_no_data(stem: str) -> None:
    assert DataName.of(stem) is None
