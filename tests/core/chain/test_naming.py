"""Which link of a chain a text names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, InvalidArgument, link_index
from tests.core.links import make_chain

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "index"),
    [("tip", 2), ("base", 0), ("0", 0), ("1", 1), ("2", 2), ("link1.vmdk", 1), ("./link0.vmdk", 0)],
)
def test_a_link_is_named_by_number_word_file_and_path_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, index: int
) -> None:
    (tmp_path / "chain").mkdir()
    (tmp_path / "elsewhere").mkdir()
    paths = make_chain(tmp_path / "chain", 3)
    for folder in ("elsewhere", "chain"):
        monkeypatch.chdir(tmp_path / folder)
        with Chain.open(paths[2]) as chain:
            assert link_index(chain, text) == index
            assert link_index(chain, str(paths[index])) == index


def test_a_path_leads_from_the_current_folder_and_only_else_from_that_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chain" / "in").mkdir(parents=True)
    paths = make_chain(tmp_path / "chain", 3)
    (tmp_path / "chain" / "in" / "link.vmdk").symlink_to(paths[0])
    monkeypatch.chdir(tmp_path)
    with Chain.open(paths[2]) as chain:
        # From here.
        assert link_index(chain, "chain/link1.vmdk") == 1
        # From the folder of the disk: nothing is there from here.
        assert link_index(chain, "in/link.vmdk") == 0
        # Where both lead to links, that from here is meant.
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "link.vmdk").symlink_to(paths[1])
        assert link_index(chain, "in/link.vmdk") == 1


@pytest.mark.parametrize("text", ["3", "-1", "", "link9.vmdk", "TIP", "9" * 5000, "a\0b", "\u0661"])
def test_what_names_no_link_is_refused_with_the_names_that_do(tmp_path: Path, text: str) -> None:
    paths = make_chain(tmp_path, 3)
    with Chain.open(paths[2]) as chain, pytest.raises(InvalidArgument) as caught:
        link_index(chain, text)
    assert "1 (link1.vmdk)" in str(caught.value)


def test_a_file_called_like_the_number_of_another_link_is_told_and_a_path_means_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    paths = make_chain(tmp_path, 3)
    tip = paths[2].rename(tmp_path / "0")
    with Chain.open(tip) as chain:
        with pytest.raises(InvalidArgument) as caught:
            link_index(chain, "0")
        assert "0 (link0.vmdk), 2 (0)" in str(caught.value)
        assert link_index(chain, "./0") == 2
        assert link_index(chain, "2") == 2
