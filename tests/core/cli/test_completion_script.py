"""The scripts that shells complete our words with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from redoscope_core.cli.choices import SHELLS
from redoscope_core.cli.helping import completion_script
from redoscope_core.cli.words import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

OFFERED = """
compdef() { : }
_path_files() { : }
_describe() { print -l -- ${(P)3} }
compadd() { print -l -- ${(P)5} }
"""
"""What stands for zsh's own functions: they print what they would offer."""


def test_zsh_keeps_the_empty_words_of_an_answer() -> None:
    assert 'in "${response[@]}";' in completion_script("zsh")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_asks_redoscope(shell: str) -> None:
    assert "_REDOSCOPE_COMPLETE" in completion_script(shell)


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not here")
def test_zsh_is_offered_every_word_where_nothing_is_typed_yet(tmp_path: Path) -> None:
    redoscope = tmp_path / "redoscope"
    call = "import sys; from redoscope_core.cli import main; sys.exit(main())"
    redoscope.write_text(f"#!{sys.executable}\n{call}\n")
    redoscope.chmod(0o755)
    script = f"{OFFERED}{completion_script('zsh')}\nwords=(redoscope '') CURRENT=2\n"
    done = subprocess.run(
        ["zsh", "-f", "-c", f"{script}_redoscope_completion"],
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    offered = {line.partition(":")[0] for line in done.stdout.splitlines()}
    assert offered >= set(COMMANDS), done
