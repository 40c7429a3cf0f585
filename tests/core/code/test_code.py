"""What is shown as code does what it says: it compiles, and runs, whatever files are called."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import chdir
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import redoscope_core
from redoscope_core import Chain, make_attach_last, plan_reparent
from redoscope_core import code as shown
from redoscope_core.cli import main
from redoscope_core.code import Deed, as_code
from redoscope_core.code.quoting import c_string, shell_word
from tests.command import COMMAND, environment
from tests.core.code.shown import DEEDS, NAMES, World, make_world

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
GCC = shutil.which("gcc")
BASH = shutil.which("bash")
compiled = pytest.mark.skipif(GCC is None, reason="no gcc")
in_bash = pytest.mark.skipif(BASH is None, reason="no bash")
names = pytest.mark.parametrize("name", NAMES, ids=ascii)
deeds = pytest.mark.parametrize("deed", DEEDS.values(), ids=list(DEEDS))
ANSWERED = {0, 1}
"""Statuses of a call that ran: done, or the answer is bad (`compare` differs, nothing matches)."""


def compiler_says(text: str) -> str:
    """Return the complaints of the compiler about *text*."""
    done = subprocess.run(
        [str(GCC), "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-x", "c", f"-I{HERE}", "-"],
        input=text.encode(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    return done.stderr.decode("utf-8", "replace")


def words_in_bash(command: str) -> list[str]:
    """Return the words that bash makes of *command*."""
    script = f"printf '%s\\0' {command}"
    done = subprocess.run([str(BASH), "-c", script], capture_output=True, check=True, timeout=60)
    raw = done.stdout.decode("utf-8", "surrogateescape")
    return raw.removesuffix("\0").split("\0")


@pytest.fixture(scope="module")
def made_worlds(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Make the world of a name once, in a folder of its own: only for copies of it."""

    @lru_cache
    def made(name: str) -> Path:
        folder = tmp_path_factory.mktemp("worlds")
        with chdir(folder):
            make_world(name)
        return folder

    return made


@pytest.fixture
def world_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_worlds: Callable[[str], Path]
) -> Callable[[str, str], World]:
    """Copy a world below a folder of its own, and work in that."""

    def copy(name: str, place: str = "here") -> World:
        folder = shutil.copytree(made_worlds(name), tmp_path / place)
        monkeypatch.chdir(folder)
        return World(Path(name))

    return copy


def prepare(deed: Deed, world: World) -> None:
    """Make what *deed* stands on, and can't be there for all of them."""
    if isinstance(deed, shown.UndoEdits):
        with Chain.open(world.kid) as chain:
            plan = plan_reparent(world.stray, chain)
            make_attach_last(world.stray, chain, plan, world.saved)
    if isinstance(deed, shown.Consolidate):
        world.kid.unlink()
    if isinstance(deed, shown.MergeUnnamed):
        for gone in ("web-000003.vmdk", "web-000001.vmdk", "web.vmsd"):
            world.vmx.with_name(gone).unlink()


def state_of(world: World) -> dict[str, bytes | None]:
    """Return what every file says, without what chance decides."""
    files = sorted(path for path in world.folder.rglob("*") if path.is_file())
    chains = {path: _bytes_of(path) for path in files if path.suffix == ".vmdk"}
    return {str(path): chains.get(path) for path in files}


def _bytes_of(path: Path) -> bytes | None:
    try:
        with Chain.open(path) as chain:
            return chain.read(0, chain.capacity)
    except redoscope_core.VmdkError:
        return None


@compiled
@deeds
def test_the_c_of_each_deed_compiles(deed: Callable[[World], Deed]) -> None:
    assert compiler_says(as_code(deed(World(Path(NAMES[2])))).c) == ""


@compiled
@names
def test_the_c_of_all_deeds_compiles_as_one_text_whatever_files_are_called(name: str) -> None:
    world = World(Path(name))
    assert compiler_says(as_code(*(deed(world) for deed in DEEDS.values())).c) == ""


@compiled
@names
def test_a_literal_of_c_is_the_name_byte_for_byte(name: str, tmp_path: Path) -> None:
    source, program = tmp_path / "name.c", tmp_path / "name"
    main_of = f"int main(void) {{ fputs({c_string(name)}, stdout); return 0; }}"
    source.write_text(f"#include <stdio.h>\n{main_of}\n", encoding="utf-8")
    subprocess.run([str(GCC), "-Wall", "-Werror", source, "-o", program], check=True, timeout=60)
    said = subprocess.run([program], capture_output=True, check=True, timeout=60).stdout
    assert said == name.encode("utf-8", "surrogateescape")


@in_bash
@names
def test_a_word_is_the_name_byte_for_byte(name: str) -> None:
    assert words_in_bash(shell_word(name)) == [name]


@names
def test_nothing_of_a_name_is_invisible_or_begins_a_line(name: str) -> None:
    plain, named = (
        as_code(*(deed(World(Path(each))) for deed in DEEDS.values())) for each in ("plain", name)
    )
    for text, usual in zip(
        (named.c, named.command, named.python), (plain.c, plain.command, plain.python), strict=True
    ):
        assert all(line.isprintable() for line in text.split("\n"))
        assert text.count("\n") == usual.count("\n")


@in_bash
@deeds
@pytest.mark.parametrize("name", [NAMES[0], NAMES[2]], ids=ascii)
def test_the_python_of_each_deed_runs_and_its_command_does_the_same(
    deed: Callable[[World], Deed], name: str, world_of: Callable[[str, str], World]
) -> None:
    world = world_of(name, "python")
    one = deed(world)
    prepare(one, world)
    code = as_code(one)
    exec(compile(code.python, "shown", "exec"), {})  # noqa: S102
    by_python = state_of(world)
    again = world_of(name, "command")
    prepare(one, again)
    if one.words():
        first, *words = words_in_bash(code.command)
        assert first == "redoscope"
        assert main(words) in ANSWERED
        assert state_of(again) == by_python
    else:
        assert code.command.startswith("# redoscope ")


@in_bash
@names
def test_commands_run_as_they_are_pasted(name: str, world_of: Callable[[str], World]) -> None:
    world = world_of(name)
    script = as_code(shown.CreateChild(world.base, world.new), shown.ShowInfo(world.new)).command
    on_path = environment({"PATH": f"{Path(COMMAND).parent}:/usr/bin:/bin"})
    done = subprocess.run(
        [str(BASH), "-e"], input=script.encode(), env=on_path, capture_output=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert world.new.exists()


@names
def test_the_python_of_many_deeds_is_one_text_that_runs(
    name: str, world_of: Callable[[str], World]
) -> None:
    world = world_of(name)
    code = as_code(
        shown.CreateChild(world.kid, world.new, comment="one of many"),
        shown.FillSectors(world.new, 0, 1, 7),
        shown.CompareDisks(world.kid, world.new),
    )
    exec(compile(code.python, "shown", "exec"), {})  # noqa: S102
    assert code.python.count("import") == 2
    with Chain.open(world.new) as chain:
        assert chain.read(0, 1) == bytes([7]) * 512


def test_every_deed_is_tried_here() -> None:
    tried = {type(deed(World(Path("x")))).__name__ for deed in DEEDS.values()}
    told = {
        name
        for name in shown.__all__
        if isinstance(kind := getattr(shown, name), type)
        and issubclass(kind, Deed)
        and kind is not Deed
    }
    assert tried == told
