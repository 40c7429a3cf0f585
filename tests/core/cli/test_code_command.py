"""Code shows what another command would do, and does nothing of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redoscope_core.cli.deeds_of import DEEDS as SHOWN
from redoscope_core.cli.words import WORDS
from redoscope_core.code import DeleteSnapshot, RevertSnapshot, as_code
from redoscope_core.code.quoting import python_path
from tests.core.code.shown import DEEDS, NAMES, World, make_world

if TYPE_CHECKING:
    from redoscope_core.code import Deed
    from tests.core.cli.conftest import Redoscope

WITHOUT = {
    *("demo", "help", "code", "version", "completion"),
    *("structures", "strings", "entropy", "volumes", "files", "files-diff", "whose"),
    *("export", "usn", "timeline", "trail", "history", "case"),
}
"""What does nothing to a disk, or has no counterpart anywhere else."""
NO_COMMAND = {
    "defragment", "grow", "shrink", "rename", "unlink", "remove", "metadata", "metadata, written"
}  # fmt: skip
"""Deeds that are no command of their own."""
NAME = NAMES[2]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a world lies."""
    folder = tmp_path_factory.mktemp("shown")
    before = Path.cwd()
    os.chdir(folder)
    try:
        make_world(NAME)
    finally:
        os.chdir(before)
    return folder


@pytest.fixture
def world(home: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """That world, and its folder to work in; nothing is to change it."""
    monkeypatch.chdir(home)
    return World(Path(NAME))


def files(folder: Path) -> dict[Path, bytes]:
    """Return all that lies in *folder*."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_command_is_shown_or_said_to_be_in_no_code() -> None:
    assert {words.split()[0] for words in SHOWN} == set(WORDS) - WITHOUT


@pytest.mark.parametrize("name", sorted(NO_COMMAND))
def test_what_is_no_command_of_its_own_is_known(name: str, world: World) -> None:
    assert not DEEDS[name](world).words() or name == "metadata"


@pytest.mark.parametrize("name", [name for name in DEEDS if name not in NO_COMMAND])
def test_what_is_shown_of_a_call_is_the_code_of_its_deed_and_nothing_is_done(
    name: str, redoscope: Redoscope, world: World
) -> None:
    deed: Deed = DEEDS[name](world)
    words = deed.words()
    before = files(world.folder)
    ran = redoscope("code", "--json", *words)
    assert (ran.status, files(world.folder)) == (0, before)
    code = as_code(deed)
    assert ran.document["c"] == code.c
    assert ran.document["command"] == code.command
    # The command found the snapshot, and so knows its number.
    if not isinstance(deed, DeleteSnapshot | RevertSnapshot):
        assert ran.document["python"] == code.python


def test_one_language_alone_can_be_piped_into_a_file(redoscope: Redoscope, world: World) -> None:
    ran = redoscope("code", "--in", "python", "info", world.kid)
    exec(compile(ran.out, "shown", "exec"), {})  # noqa: S102 - to run it is the test
    assert redoscope("code", "info", world.kid).out.count("---") == 3


def test_a_place_and_an_older_link_are_shown_as_what_they_come_to(
    redoscope: Redoscope, world: World
) -> None:
    ran = redoscope("code", "--in", "python", "owner", world.kid, "g2", "--at", "base")
    assert "chain.owner(256)" in ran.out
    assert python_path(world.base) in ran.out
    assert python_path(world.kid) not in ran.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["no-such-word"], "is no command"),
        (["demo"], "is shown in no code"),
        (["search", "KID", "aa", "--hex"], "`search` with --hex is shown in no code"),
        (["clone", "KID", "new.vmdk", "--grain", "16"], "with --grain is shown in no code"),
        (["write", "KID", "--start", "0", "--in", "-"], "a pipe is shown in no code"),
        (["child", "KID"], "CHILD is missing"),
        (["vm"], "name it"),
        (["hash", "absent.vmdk", "--at", "1"], "the file is not there"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_can_not_be_shown_truly_is_refused_in_one_line(
    words: list[str], told: str, redoscope: Redoscope, world: World
) -> None:
    given = [str(world.kid) if word == "KID" else word for word in words]
    assert told in redoscope.refused("code", *given)


def test_how_forgiving_a_call_is_stands_in_all_of_its_code(
    redoscope: Redoscope, world: World
) -> None:
    ran = redoscope("code", "--in", "python", "map", world.kid, "--allow-outside", "--salvage")
    assert "core.Leniency.OUTSIDE, core.Leniency.SALVAGE" in ran.out
    assert "policy=policy" in ran.out
