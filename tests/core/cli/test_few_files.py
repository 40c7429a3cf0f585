"""With few open files allowed nothing is said of a disk that nobody could look at."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from redoscope_core import create_disk
from tests.core.links import make_child

if TYPE_CHECKING:
    from pathlib import Path

CALL = "import sys; from redoscope_core.cli import main; sys.exit(main(sys.argv[1:]))"
LINKS = 28
LIMITED = ["sh", "-c", 'ulimit -n 20; exec "$@"', "sh"]


@pytest.fixture(scope="module")
def tip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newest link of a chain that needs more files than are allowed."""
    folder = tmp_path_factory.mktemp("long")
    path = folder / "link0.vmdk"
    create_disk(path, 2048)
    for number in range(1, LINKS):
        path = make_child(path, folder / f"link{number}.vmdk")
    return path


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command that may have 20 files open."""
    call = [*LIMITED, sys.executable, "-c", CALL, *map(str, words)]
    return subprocess.run(call, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("word", ["check", "info", "hash", "map"])
def test_a_long_chain_says_so_and_is_called_neither_sound_nor_faulty(tip: Path, word: str) -> None:
    done = run(word, tip)
    assert done.returncode == 2
    assert "too many open files" in done.stderr
    assert "ulimit -n" in done.stderr
    assert "fault" not in done.stdout


def test_a_check_of_the_folder_says_so_too(tip: Path) -> None:
    done = run("check", tip.parent, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["kind"] == "too-many-files"
