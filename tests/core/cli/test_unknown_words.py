"""What a call says that was given a word it does not know: a sentence, the choices, a guess."""

from __future__ import annotations

import pytest

from redoscope_core.cli import main
from redoscope_core.cli.choices import SHELLS
from redoscope_core.cli.words import COMMANDS


@pytest.mark.parametrize(
    ("words", "told", "choices"),
    [
        (["help", "/nowhere.vmdk"], "'/nowhere.vmdk' is no command; there are ", COMMANDS),
        (["help", "tre"], "'tre' is no command; there are ", ["did you mean tree?"]),
        (["completion", "x"], "'x' is no shell; there are ", SHELLS),
        (["completion", "fsih"], "'fsih' is no shell; there are ", ["did you mean fish?"]),
        (["completion"], "no shell is named; there are ", SHELLS),
        (["--theme", "drak"], "--theme: 'drak' is no theme; ", ["did you mean dark?"]),
        (["hash", "x", "--algorithm", "sha"], "--algorithm: 'sha' is no algorithm; ", ["sha256"]),
        (["create", "x", "--capacity", "1Q"], "--capacity: '1Q' is no size; ", ["1.5G"]),
        (["owner", "x", "zz"], "'zz' is no place; ", ["5376"]),
        (["info"], "DISK... is missing", []),
    ],
)
def test_an_unknown_word_is_answered_by_a_sentence_and_the_choices(
    words: list[str], told: str, choices: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"redoscope: {told}")
    assert all(choice in err for choice in choices)
    assert "Invalid value" not in err


@pytest.mark.parametrize("shell", ["ZSH", "Fish", "bash"])
def test_a_shell_is_known_whatever_its_capitals(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell]) == 0
    assert "_REDOSCOPE_COMPLETE" in capsys.readouterr().out
