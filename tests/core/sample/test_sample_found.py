"""The sample chain is found again, told from a changed one, and never made over another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from redoscope_core import (
    Access,
    AlreadyExists,
    Chain,
    Disk,
    SampleState,
    consolidate,
    find_sample,
    fresh_sample,
    make_sample,
    plan_consolidation,
)
from redoscope_core.sample import BRANCH, SAMPLE, TIP, SampleLink
from tests.core.finished import finished


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, made once; only for copying."""
    folder = tmp_path_factory.mktemp("made") / "sample"
    finished(make_sample(folder))
    return folder


@pytest.fixture
def sample(made: Path, tmp_path: Path) -> Path:
    """A sample that a test may change."""
    return Path(shutil.copytree(made, tmp_path / "sample"))


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of *folder*."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_sample_is_whole_as_it_is_made(sample: Path) -> None:
    found = finished(find_sample(sample))
    assert (found.folder, found.state, found.tip) == (sample, SampleState.WHOLE, sample / TIP)
    assert finished(fresh_sample(sample)).folder == sample


def test_no_folder_is_no_sample_and_one_is_made_there(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "sample"
    assert finished(find_sample(folder)).state is SampleState.NONE
    assert finished(fresh_sample(folder)).folder == folder
    assert finished(find_sample(folder)).state is SampleState.WHOLE


@pytest.mark.parametrize("name", [TIP, BRANCH])
def test_a_sample_that_was_written_is_changed(sample: Path, name: str) -> None:
    with Disk.open(sample / name, access=Access.WRITE) as disk:
        disk.write(4096, b"x" * 512)
    assert finished(find_sample(sample)).state is SampleState.CHANGED


@pytest.mark.parametrize("link", SAMPLE, ids=lambda link: link.name)
def test_a_sample_that_lacks_a_link_is_unusable(sample: Path, link: SampleLink) -> None:
    (sample / link.name).unlink()
    assert finished(find_sample(sample)).state is SampleState.UNUSABLE


def test_a_fresh_sample_lies_beside_the_one_that_was_merged(sample: Path) -> None:
    with Chain.open(sample / TIP) as chain:
        finished(consolidate(chain, plan_consolidation(chain)))
    before = contents(sample)
    assert finished(find_sample(sample)).state is SampleState.UNUSABLE
    fresh = finished(fresh_sample(sample))
    assert fresh.folder == sample.with_name("sample-2")
    assert contents(sample) == before
    again = finished(find_sample(sample))
    assert (again.folder, again.state) == (fresh.folder, SampleState.WHOLE)


def test_the_name_of_a_fresh_sample_is_never_one_that_is_taken(sample: Path) -> None:
    (sample / TIP).unlink()
    taken = sample.with_name("sample-2")
    taken.mkdir()
    (taken / "mine.vmdk").write_text("mine")
    assert finished(fresh_sample(sample)).folder == sample.with_name("sample-3")
    assert contents(taken) == {"mine.vmdk": b"mine"}


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.vmdk").write_text("mine")
    with pytest.raises(AlreadyExists):
        finished(fresh_sample(tmp_path))
    assert contents(tmp_path) == {"mine.vmdk": b"mine"}
