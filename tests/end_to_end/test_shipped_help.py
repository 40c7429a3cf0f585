"""The manual page and the completions that are shipped are what the command prints now."""

from __future__ import annotations

from pathlib import Path

import pytest

import redoscope_resources
from tests.command import run

pytestmark = pytest.mark.end_to_end

SHIPPED = Path(redoscope_resources.__file__).parent
MADE_BY = {
    "man/redoscope.1": ("help", "--man"),
    "completions/redoscope.bash": ("completion", "bash"),
    "completions/_redoscope": ("completion", "zsh"),
    "completions/redoscope.fish": ("completion", "fish"),
}


@pytest.mark.parametrize("name", MADE_BY)
def test_what_is_shipped_is_what_is_printed_now(name: str) -> None:
    call = " ".join(MADE_BY[name])
    assert (SHIPPED / name).read_text(encoding="utf-8") == run(*MADE_BY[name]).stdout, (
        f"make it anew: redoscope {call} > resources/redoscope_resources/{name}"
    )
