"""The scripts that shells complete our words with."""

from __future__ import annotations

import os
import re
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

HERE = [shell for shell in SHELLS if shutil.which(shell)]
"""The shells of this machine: bash is on every one that can run our scripts."""
OFFERED = """
compdef() { : }
_path_files() { : }
_describe() { print -l -- ${(P)3} }
compadd() { print -l -- ${(P)5} }
"""
"""What stands for zsh's own functions: they print what they would offer."""


def test_there_is_a_shell_to_ask() -> None:
    assert "bash" in HERE


def test_zsh_keeps_the_empty_words_of_an_answer() -> None:
    assert 'in "${response[@]}";' in completion_script("zsh")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_asks_redoscope(shell: str) -> None:
    assert "_REDOSCOPE_COMPLETE" in completion_script(shell)


def asked(shell: str) -> list[str]:
    """Return how *shell* is called so that it prints what it offers behind our name."""
    script = completion_script(shell)
    if shell == "zsh":
        there = "words=(redoscope '') CURRENT=2\n_redoscope_completion"
        return ["zsh", "-f", "-c", f"{OFFERED}{script}\n{there}"]
    if shell == "fish":
        return ["fish", "--no-config", "-c", f"{script}\ncomplete -C 'redoscope '"]
    there = "COMP_WORDS=(redoscope '') COMP_CWORD=1\n_redoscope_completion redoscope"
    shown = "printf '%s\\n' \"${COMPREPLY[@]}\""
    return ["bash", "--norc", "-c", f"{script}\n{there}\n{shown}"]


@pytest.mark.parametrize("shell", HERE)
def test_every_word_is_offered_where_nothing_is_typed_yet(tmp_path: Path, shell: str) -> None:
    redoscope = tmp_path / "redoscope"
    call = "import sys; from redoscope_core.cli import main; sys.exit(main())"
    redoscope.write_text(f"#!{sys.executable}\n{call}\n")
    redoscope.chmod(0o755)
    done = subprocess.run(
        asked(shell),
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    offered = {re.split(r"[:\t]", line)[0] for line in done.stdout.splitlines()}
    assert offered >= set(COMMANDS), done
