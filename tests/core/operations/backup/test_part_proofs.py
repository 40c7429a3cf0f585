"""A stream proved in parts: no byte of it can change unseen, wherever it is."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import VmdkError, create_disk
from redoscope_core.operations.backup import part_proofs
from redoscope_core.operations.backup.manifests import Point, read_point
from redoscope_core.operations.backup.part_proofs import prove_bytes
from tests.core.finished import finished
from tests.core.links import grow_chain
from tests.core.operations.backup.folders import back_up

GRAIN = 2**16
CAPACITY = 3 * 2**16 + 40
"""Sectors: four spans, the last of a part of a grain."""


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> tuple[Point, Point]:
    """A full backup and one of what changed, with noise, with what can be packed, with zeros."""
    folder, chance = tmp_path_factory.mktemp("parts"), random.Random(5)
    for number, disk in enumerate(grow_chain(folder, CAPACITY, 2)):
        for grain in (3, 4, 9 + number, 600, 1100):
            disk.write(grain * 128, chance.randbytes(GRAIN))
        disk.write(20 * 128, b"text" * 1000 * 128)
        disk.write(CAPACITY - 8, chance.randbytes(4096))
        disk.write_zeros((5 + number) * 128, 128)
    made = [back_up(folder / name, folder / "kept").manifest for name in ("base.vmdk", "c1.vmdk")]
    first, second = (read_point(manifest) for manifest in made if manifest is not None)
    return first, second


def is_proved(point: Point) -> bool:
    """Tell whether the stream of *point* is what it was; what is wrong names that file."""
    fault = None
    try:
        finished(prove_bytes(point))
    except VmdkError as error:
        fault = error
    assert fault is None or fault.path == point.stream
    return fault is None


def changed(point: Point, at: int, bit: int = 1) -> bool:
    """Tell whether *point* is proved with one bit of byte *at* of its stream changed."""
    with point.stream.open("r+b") as file:
        file.seek(at)
        (was,) = file.read(1)
        file.seek(at)
        file.write(bytes([was ^ bit]))
        file.flush()
        try:
            return is_proved(point)
        finally:
            file.seek(at)
            file.write(bytes([was]))


def test_what_was_not_changed_is_proved(points: tuple[Point, Point]) -> None:
    assert all(is_proved(point) for point in points)


def test_no_byte_around_a_grain_changes_unseen(points: tuple[Point, Point]) -> None:
    point = points[0]
    data = point.stream.read_bytes()
    noise = data.index((65552).to_bytes(4, "little") + bytes.fromhex("7801")) - 8
    frame = [*range(20), 70, 40_000, *range(65_550, 65_580), 66_047]
    assert not [at for at in frame if changed(point, noise + at)]


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_byte_anywhere_changes_unseen(points: tuple[Point, Point], data: st.DataObject) -> None:
    point = data.draw(st.sampled_from(points))
    at = data.draw(st.integers(0, point.end.stream_bytes - 1))
    assert not changed(point, at, 1 << data.draw(st.integers(0, 7)))


def test_long_runs_of_tables_are_read_in_pieces(
    points: tuple[Point, Point], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part_proofs, "_MOST", 2**18)
    monkeypatch.setattr(part_proofs, "_AT_ONCE", 1)
    test_no_byte_around_a_grain_changes_unseen(points)
    assert all(is_proved(point) for point in points)


def test_a_backup_of_nothing_is_proved(tmp_path: Path) -> None:
    create_disk(tmp_path / "base.vmdk", CAPACITY)
    manifest = back_up(tmp_path / "base.vmdk", tmp_path / "kept").manifest
    assert manifest is not None
    point = read_point(manifest)
    assert is_proved(point)
    assert not changed(point, 700)


def test_without_a_digest_of_the_rest_the_stream_is_proved_as_a_whole(
    points: tuple[Point, Point],
) -> None:
    point = replace(points[0], end=replace(points[0].end, rest_blake3=None))
    assert is_proved(point)
    assert not changed(point, point.end.stream_bytes - 1)
