"""Output that nobody takes: an error in one line, or the end without a word; never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.links import make_chain

_COMMAND = "from redoscope_gui.__main__ import command; command()"
_ASKED = (("info",), ("map", "--json"), ("owner", "0"), ("read", "--start", "0", "--count", "64"))


@pytest.fixture(scope="module")
def tip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tip of a chain of two links."""
    return make_chain(tmp_path_factory.mktemp("chain"), 2)[-1]


def _words(asked: tuple[str, ...], tip: Path) -> list[str]:
    words = [asked[0], str(tip), *asked[1:]]
    return [*words, "--out", "-"] if asked[0] == "read" else words


@pytest.mark.parametrize("asked", _ASKED, ids=lambda asked: asked[0])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here is always full")
def test_a_full_device_is_an_error_in_one_line(asked: tuple[str, ...], tip: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-c", _COMMAND, *_words(asked, tip)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ran.returncode == 2
    assert ran.stderr == "redoscope: the output: No space left on device\n"


@pytest.mark.parametrize("asked", _ASKED, ids=lambda asked: asked[0])
def test_a_reader_that_leaves_is_an_error_for_data_alone(asked: tuple[str, ...], tip: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = subprocess.run(
            [sys.executable, "-c", _COMMAND, *_words(asked, tip)],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writing)
    if asked[0] == "read":  # data, of which the reader lacks the rest
        assert ran.returncode == 2
        assert ran.stderr.startswith("redoscope: the output was cut off")
        assert ran.stderr.count("\n") == 1
    else:
        assert (ran.returncode, ran.stderr) == (0, "")
