"""Folders that may not be listed are told, and the rest is looked at all the same."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from redoscope_core import create_disk
from tests.core.cli.closed import CALL, run
from tests.core.links import make_child

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def shut(tmp_path: Path) -> Iterator[Path]:
    """A folder below *tmp_path* that may not be listed, beside a sound chain."""
    (tmp_path / "open").mkdir()
    create_disk(tmp_path / "open" / "base.vmdk", 4096)
    make_child(tmp_path / "open" / "base.vmdk", tmp_path / "open" / "child.vmdk")
    folder = tmp_path / "shut"
    folder.mkdir(mode=0)
    yield folder
    folder.chmod(0o700)


@pytest.mark.parametrize(("word", "status"), [("check", 1), ("tree", 0)])
def test_a_folder_that_may_not_be_listed_is_told_and_the_rest_looked_at(
    shut: Path, word: str, status: int
) -> None:
    done = run(word, shut.parent)
    assert (done.returncode, done.stderr) == (status, "")
    assert "child.vmdk" in done.stdout
    assert f"not looked at: {shut}" in " ".join(done.stdout.split())


@pytest.mark.parametrize("word", ["check", "tree"])
def test_json_names_what_was_not_looked_at(shut: Path, word: str) -> None:
    document = json.loads(run(word, shut.parent, "--json").stdout)
    assert {"what": "unlisted", "path": str(shut)} in document["not_looked_at"]


@pytest.mark.parametrize("word", ["check", "tree", "info"])
def test_the_folder_itself_is_refused_in_one_line(shut: Path, word: str) -> None:
    done = run(word, shut)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"redoscope: {shut}: ")
    assert len(done.stderr.splitlines()) == 1


def test_info_names_a_folder_in_which_children_may_be(tmp_path: Path) -> None:
    disk = tmp_path / "disk.vmdk"
    create_disk(disk, 4096)
    tmp_path.chmod(0o300)
    try:
        document = json.loads(run("info", disk, "--json").stdout)
    finally:
        tmp_path.chmod(0o700)
    assert document["not_looked_at"] == [{"what": "unlisted", "path": str(tmp_path)}]


@pytest.mark.parametrize("words", [("tree",), ("check",), ("info",), ()])
@pytest.mark.parametrize("name", ["disk.vmdk", "machine.vmx", "below/disk.vmdk"])
def test_what_may_not_be_looked_at_is_not_called_missing(
    shut: Path, words: tuple[str, ...], name: str
) -> None:
    done = run(*words, shut / name)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Permission denied" in done.stderr
    assert "not there" not in done.stderr
    assert "no such file" not in done.stderr


@pytest.mark.parametrize("words", [("tree",), ("check",)])
def test_a_name_that_no_file_system_can_hold_is_told_as_that(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = run(*words, tmp_path / f"{'x' * 300}.vmdk")
    assert (done.returncode, done.stdout) == (2, "")
    assert "File name too long" in done.stderr


@pytest.mark.parametrize("words", [("tree", "x.vmdk"), ("info", "x.vmdk"), ("check", "x.vmdk")])
def test_a_working_folder_that_is_gone_is_no_fault_of_the_output(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    call = f"import os; os.chdir({str(gone)!r}); os.rmdir({str(gone)!r}); {CALL}"
    done = subprocess.run(
        [sys.executable, "-c", call, *words], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"redoscope: {words[1]}: ")
