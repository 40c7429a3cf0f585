"""How the commands start: what asks little must not wait for what it does not need."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from redoscope_core import __version__, create_disk
from redoscope_core.cli import main
from redoscope_core.cli.at_once import HELP_TEXT
from redoscope_core.cli.words import COMMANDS, WORDS
from tests.core.links import make_child
from tests.judges import handmade_esx
from tests.judges.handmade import descriptor_text
from tests.judges.handmade_esx import CowdPlan, SeSparsePlan
from tests.judges.handmade_stream import StreamPlan, stream_link
from tests.processes import python

if TYPE_CHECKING:
    from collections.abc import Callable


def run(*words: str | Path) -> tuple[int, str, set[str]]:
    """Run a command; return its status, all it printed, and what it imported.

    That is each package, and each module by its full name.
    """
    done = python(
        "import sys\n"
        "from redoscope_core.cli import main\n"
        f"status = main({[str(word) for word in words]!r})\n"
        "standard = sys.stdlib_module_names\n"
        "print('imported', *[name for name in sys.modules if '.' in name or name in standard])\n"
        "sys.exit(status)\n"
    )
    *printed, imported = done.stdout.splitlines()
    modules = imported.split()
    packages = {name.partition(".")[0] for name in modules if "." in name}
    return done.returncode, "\n".join(printed) + done.stderr, packages.union(modules)


def chain_of_two(folder: Path, kind: str = "monolithicSparse") -> Path:
    """Make an empty base disk of *kind* and a child, and return the child."""
    base, child = folder / "base.vmdk", folder / "child.vmdk"
    create_disk(base, 4096, kind=kind)
    make_child(base, child)
    return child


def flat_chain(folder: Path) -> Path:
    """Make a child over a flat disk."""
    return chain_of_two(folder, "monolithicFlat")


def cowd(folder: Path) -> Path:
    """Make an ESX copy-on-write disk."""
    return handmade_esx.cowd_link(folder / "disk.vmdk", CowdPlan(4096, {3: b"x" * 512}))


def stream(folder: Path) -> Path:
    """Make a stream whose directory is in front."""
    plan = StreamPlan(4096, {0: b"x" * 65536}, front=True, footer=False)
    return stream_link(folder / "disk.vmdk", plan)


def sesparse(folder: Path) -> Path:
    """Make a space-efficient sparse disk."""
    return handmade_esx.sesparse_link(folder / "disk.vmdk", SeSparsePlan(4096, {3: b"x" * 4096}))


def server_disk(folder: Path) -> Path:
    """Make a descriptor whose data lies on a server."""
    disk = folder / "disk.vmdk"
    line = 'RW 4096 VMFSRDM "disk-rdm.vmdk"'
    disk.write_text(descriptor_text([line], kind="vmfsRawDeviceMap"))
    return disk


MODULES_OF_A_LOOK_UP = 73
"""As many of our own as a look-up may load: more have to be worth their time."""
OF_ONE_FORMAT = {
    "format.cowd",
    "format.sesparse",
    "format.ctk",
    "link.bare",
    "link.change_track",
    "extents.elsewhere",
    "extents.sesparse.extent",
    "extents.stream.extent",
    "extents.stream.footer",
    "extents.stream.walk",
}
"""The modules that only disks of some kind need, and most disks do not."""


@pytest.mark.parametrize(
    ("make", "needed"),
    [
        (chain_of_two, set()),
        (flat_chain, set()),
        (cowd, {"format.cowd"}),
        (sesparse, {"format.sesparse", "extents.sesparse.extent"}),
        (stream, {"extents.stream.extent", "extents.stream.footer", "extents.stream.walk"}),
        (server_disk, {"extents.elsewhere"}),
    ],
)
def test_a_disk_is_opened_without_loading_the_formats_it_does_not_have(
    tmp_path: Path, make: Callable[[Path], Path], needed: set[str]
) -> None:
    status, printed, imported = run("dump", "--start", "1000", make(tmp_path))
    assert (status, "the data lies elsewhere" in printed) in {(0, False), (2, True)}, printed
    assert {name for name in OF_ONE_FORMAT if f"redoscope_core.{name}" in imported} == needed


@pytest.mark.parametrize("make", [chain_of_two, flat_chain, cowd, stream])
def test_a_look_up_loads_no_numpy(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    status, printed, imported = run("owner", make(tmp_path), "3")
    assert status == 0, printed
    assert "sector 3:" in printed
    assert not imported & {"numpy", "rich", "PySide6", "deflate", "blake3"}


def test_a_map_loads_numpy_when_it_comes_to_that(tmp_path: Path) -> None:
    status, printed, imported = run("map", chain_of_two(tmp_path))
    assert status == 0, printed
    assert "numpy" in imported


@pytest.mark.parametrize(
    "words",
    [["--help"], ["info", "--help"], ["clone", "--help"], ["info", "/nowhere/at.all"], ["nonsense"],
     ["dump", "x", "--start", "-1"]],
)  # fmt: skip
def test_help_and_refusals_load_next_to_nothing(words: list[str]) -> None:
    status, printed, imported = run(*words)
    assert status == (0 if "--help" in words else 2)
    assert printed
    assert not imported & {"numpy", "rich", "PySide6"}


AT_ONCE = {"click", "numpy", "rich", "PySide6", "dataclasses", "json", "pathlib"}
"""What a program that tells one text has no use for."""


@pytest.mark.parametrize("asked", ["--version", "-V"])
def test_the_version_is_told_without_loading_the_commands(asked: str) -> None:
    status, printed, imported = run(asked)
    assert (status, printed) == (0, f"redoscope {__version__}")
    assert not imported & AT_ONCE


@pytest.mark.parametrize("asked", ["--help", "-h"])
def test_the_help_of_all_is_told_without_loading_the_commands(asked: str) -> None:
    status, printed, imported = run(asked)
    assert (status, printed) == (0, Path(HELP_TEXT).read_text(encoding="utf-8").rstrip("\n"))
    assert not imported & AT_ONCE
    assert len([name for name in imported if name.startswith("redoscope_core.")]) < 10


@pytest.mark.parametrize("columns", ["80", "100", "200"])
def test_the_kept_help_is_what_the_commands_tell_of_themselves(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert main(["help"]) == 0
    assert capsys.readouterr().out == Path(HELP_TEXT).read_text(encoding="utf-8")


@pytest.mark.parametrize("columns", ["20", "60"])
def test_the_help_fits_a_narrow_terminal(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert told != Path(HELP_TEXT).read_text(encoding="utf-8")
    assert max(map(len, told.splitlines())) <= 72


def test_a_look_up_loads_few_modules(tmp_path: Path) -> None:
    status, printed, imported = run("owner", chain_of_two(tmp_path), "3")
    assert status == 0, printed
    for_what_is_rare = {"cli.failure", "link.saved_plan", "link.edit", "operations"}
    assert not imported & {f"redoscope_core.{name}" for name in for_what_is_rare}
    assert not imported & {"platformdirs", "tempfile", "shutil", "difflib", "textwrap", "shlex"}
    ours = {name for name in imported if name.startswith("redoscope_core.")}
    modules = ours - {name.rpartition(".")[0] for name in ours}  # rooms cost next to nothing
    assert len(modules) <= MODULES_OF_A_LOOK_UP, sorted(modules)


def test_a_backup_loads_nothing_that_only_others_need(tmp_path: Path) -> None:
    disk = chain_of_two(tmp_path)
    status, printed, imported = run("backup", disk, "--to", str(tmp_path / "kept"), "--at", "0")
    assert status == 0, printed
    status, printed, imported = run("backup", disk, "--to", str(tmp_path / "kept"))
    assert status == 0, printed
    others = {"survey.forest", "operations.examining.compare", "chain.leftovers"}
    assert not imported & {f"redoscope_core.{name}" for name in others}
    assert not imported & {"secrets", "numpy.ma"}


def test_names_of_new_files_and_plans_need_no_library_of_hashes() -> None:
    done = python(
        "import sys, redoscope_core.files.new_file, redoscope_core.format.plan_text\n"
        "sys.exit(bool({'secrets', 'hashlib'} & set(sys.modules)))"
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("word", COMMANDS)
def test_each_word_is_a_command_of_that_name(word: str) -> None:
    module, name = COMMANDS[word].split(".")
    command = getattr(import_module(f"redoscope_core.cli.{module}"), name)
    assert isinstance(command, click.Command)
    assert command.name == word


def test_every_command_has_its_word() -> None:
    rooms = {home.partition(".")[0] for home in COMMANDS.values()}
    named = [
        thing.name
        for room in rooms
        for thing in vars(import_module(f"redoscope_core.cli.{room}")).values()
        if isinstance(thing, click.Command)
    ]
    assert set(named) == WORDS


@pytest.mark.parametrize(
    "use",
    [
        "import numpy as np; assert np.arange(3).sum() == 3; assert np is not sys.modules['numpy']",
        "import numpy as np; np.array; import numpy; assert numpy.array is np.array",
        "from numpy import array; assert len(array([1, 2])) == 2",
        "import numpy.linalg; assert numpy.linalg.norm([3.0, 4.0]) == 5",
        "from numpy.typing import NDArray; assert NDArray",
        "import numpy as np; assert not hasattr(np, 'nonsense'); assert np.char.upper('a') == 'A'",
    ],
)
def test_a_package_that_is_loaded_later_is_the_package(use: str) -> None:
    done = python(
        "import sys\n"
        "from redoscope_core.cli.later import load_later\n"
        "load_later('numpy')\n"
        "import numpy\n"
        "assert not [name for name in sys.modules if name.startswith('numpy.')]\n" + use
    )
    assert done.returncode == 0, done.stderr


def test_a_package_that_is_loaded_later_is_loaded_once_by_many_threads() -> None:
    done = python(
        "import sys, threading\n"
        "from redoscope_core.cli.later import load_later\n"
        "load_later('numpy')\n"
        "import numpy as np\n"
        "start, seen = threading.Barrier(8), []\n"
        "def use():\n"
        "    start.wait()\n"
        "    seen.append((np.ndarray, int(np.arange(5).sum())))\n"
        "threads = [threading.Thread(target=use) for _ in range(8)]\n"
        "[thread.start() for thread in threads]\n"
        "[thread.join() for thread in threads]\n"
        "assert len(seen) == 8 and set(seen) == {(np.ndarray, 10)}, seen\n"
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the limit is that of Linux")
@pytest.mark.parametrize("room", [40, 60, 70, 80, 90, 400])
def test_too_little_memory_for_arrays_is_told_in_a_line(tmp_path: Path, room: int) -> None:
    disk = tmp_path / "d.vmdk"
    create_disk(disk, 2048)
    done = python(
        "import resource, sys\n"
        "from redoscope_core.cli import main\n"
        "used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        f"most = used + {room} * 2**20\n"
        "resource.setrlimit(resource.RLIMIT_AS, (most, most))\n"
        f"sys.exit(main(['map', {str(disk)!r}]))\n"
    )
    enough = done.returncode == 0
    assert enough or room < 400
    assert done.returncode in {0, 2}
    assert done.stderr == ("" if enough else "redoscope: not enough memory for this disk\n")


def test_a_package_that_is_not_there_is_missed_when_it_is_used() -> None:
    done = python(
        "from redoscope_core.cli.later import load_later\n"
        "load_later('no_such_package')\n"
        "import no_such_package\n"
        "try:\n"
        "    no_such_package.thing\n"
        "except ModuleNotFoundError:\n"
        "    raise SystemExit(7)\n"
    )
    assert done.returncode == 7
