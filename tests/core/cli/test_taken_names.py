"""Every command that writes a file, and every kind of name: what is refused, and what is whole."""

from __future__ import annotations

import json
import os
import shutil
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from redoscope_core import create_disk
from tests.core.cli.writers import WRITERS, Writer, make_stage, run, standing
from tests.judges import handmade
from tests.processes import python

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WRITES = pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
REPLACES = pytest.mark.parametrize(
    "writer", [WRITERS["read"], WRITERS["picture"]], ids=["read", "picture"]
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stage that each test has a copy of."""
    folder = tmp_path_factory.mktemp("model") / "stage"
    make_stage(folder)
    return folder


@pytest.fixture
def stage(model: Path, tmp_path: Path) -> Path:
    """A folder with disks, of the test alone."""
    return shutil.copytree(model, tmp_path / "stage")


def _a_file(_stage: Path, name: Path) -> None:
    name.write_bytes(b"notes")


def _a_disk(stage: Path, name: Path) -> None:
    create_disk(stage / "new.vmdk", 8)
    (stage / "new.vmdk").rename(name)


def _a_piece_of_a_disk(stage: Path, name: Path) -> None:
    name.write_bytes(bytes(8 * 512))
    text = handmade.descriptor_text([f'RW 8 FLAT "{name.name}" 0'])
    (stage / "owner.vmdk").write_text(text)


def _a_hard_link_to_a_disk(stage: Path, name: Path) -> None:
    name.hardlink_to(stage / "tip.vmdk")


def _a_hard_link_to_a_piece(stage: Path, name: Path) -> None:
    name.hardlink_to(stage / "base-flat.vmdk")


def _a_symbolic_link_to_a_piece(_stage: Path, name: Path) -> None:
    name.symlink_to("base-flat.vmdk")


def _a_symbolic_link_to_nothing(_stage: Path, name: Path) -> None:
    name.symlink_to("nowhere")


def _a_folder(_stage: Path, name: Path) -> None:
    name.mkdir()


def _a_pipe(_stage: Path, name: Path) -> None:
    os.mkfifo(name)


DISKS = (
    _a_disk,
    _a_piece_of_a_disk,
    _a_hard_link_to_a_disk,
    _a_hard_link_to_a_piece,
    _a_symbolic_link_to_a_piece,
)
OTHERS = (_a_symbolic_link_to_nothing, _a_folder)


def _called(taking: Callable[..., None]) -> str:
    return taking.__name__.strip("_")


@WRITES
@pytest.mark.parametrize("taken_by", [_a_file, *DISKS, *OTHERS, _a_pipe], ids=_called)
def test_a_name_that_is_taken_is_refused_and_nothing_changes(
    stage: Path,
    writer: Writer,
    taken_by: Callable[[Path, Path], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    if writer.before[0] == "read" and taken_by is _a_pipe:
        return  # who names a pipe there wants the bytes in it: see below
    name = stage / f"name{writer.ending}"
    taken_by(stage, name)
    before = standing(stage)
    assert run(writer.words(stage, name)) == 2
    assert "redoscope: " in capsys.readouterr().err
    assert standing(stage) == before


@REPLACES
@pytest.mark.parametrize("taken_by", [*DISKS, *OTHERS], ids=_called)
def test_a_disk_or_a_piece_of_one_is_not_replaced_by_force(
    stage: Path, writer: Writer, taken_by: Callable[[Path, Path], None]
) -> None:
    name = stage / f"name{writer.ending}"
    taken_by(stage, name)
    before = standing(stage)
    assert run([*writer.words(stage, name), "--force"]) == 2
    assert standing(stage) == before


@REPLACES
def test_a_file_is_replaced_by_force_and_whole(stage: Path, writer: Writer) -> None:
    name, other = stage / f"name{writer.ending}", stage / f"other{writer.ending}"
    _a_file(stage, name)
    assert run([*writer.words(stage, name), "--force"]) == 0
    assert run(writer.words(stage, other)) == 0
    assert name.read_bytes() == other.read_bytes()


@REPLACES
def test_by_force_the_file_that_a_symbolic_link_leads_to_is_replaced(
    stage: Path, writer: Writer
) -> None:
    name, notes = stage / f"name{writer.ending}", stage / "notes"
    _a_file(stage, notes)
    name.symlink_to("notes")
    assert run([*writer.words(stage, name), "--force"]) == 0
    assert name.is_symlink()
    assert notes.read_bytes() != b"notes"


@WRITES
def test_a_folder_that_is_not_there_is_refused_or_made_for_a_picture(
    stage: Path, writer: Writer
) -> None:
    before = standing(stage)
    name = stage / "missing" / f"name{writer.ending}"
    if writer is WRITERS["picture"]:
        assert run(writer.words(stage, name)) == 0
        assert name.is_file()
        return
    assert run(writer.words(stage, name)) == 2
    assert standing(stage) == before


@WRITES
def test_a_free_name_is_written_whole_and_nothing_else_is_left(stage: Path, writer: Writer) -> None:
    name = stage / f"name{writer.ending}"
    before = set(standing(stage))
    assert run(writer.words(stage, name)) == 0
    made = set(standing(stage)) - before
    assert {path.partition("-")[0].removesuffix(writer.ending) for path in made} == {"name"}


def test_a_pipe_that_is_named_gets_the_bytes(stage: Path) -> None:
    pipe = stage / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    assert (
        run(["read", str(stage / "tip.vmdk"), "--start", "5", "--count", "1", "--out", str(pipe)])
        == 0
    )
    reader.join()
    assert got == [b"t" * 512]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("name", ["kid", "kid.img", "kid.vmdk.REDO_a1b2c3", ".vmdk"])
@pytest.mark.parametrize("command", ["create", "child", "clone", "clone-stream"])
def test_the_name_of_a_new_disk_ends_in_vmdk(
    stage: Path, command: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = standing(stage)
    assert run(WRITERS[command].words(stage, stage / name)) == 2
    assert "ends in .vmdk" in capsys.readouterr().err
    assert standing(stage) == before


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o604, 0o660])
@pytest.mark.parametrize(
    "command", ["child", "clone", "clone-raw", "clone-stream", "read", "attach"]
)
def test_what_is_made_of_a_disk_is_no_more_open_than_the_disk(
    stage: Path, command: str, mode: int
) -> None:
    writer = WRITERS[command]
    for path in stage.iterdir():
        path.chmod(mode)
    name = stage / f"name{writer.ending}"
    umask = os.umask(0o002)
    try:
        assert run(writer.words(stage, name)) == 0
    finally:
        os.umask(umask)
    assert stat.S_IMODE(name.stat().st_mode) == (mode & 0o064) | 0o600


_HINDERED = """
import ctypes, json, os, resource, sys
from pathlib import Path
from tests.core.cli.writers import WRITERS, run, standing
stage, hindrance = Path({stage!r}), {hindrance!r}
if hindrance == "rights":
    header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    if os.geteuid() == 0:
        assert ctypes.CDLL(None).capset(header, none) == 0
    stage.chmod(0o555)
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (5, 5))
before = standing(stage)
told = {{}}
for key, writer in WRITERS.items():
    status = run(writer.words(stage, stage / ("name" + writer.ending)))
    told[key] = [status, standing(stage) == before]
stage.chmod(0o755)
print("told: " + json.dumps(told))
"""


@pytest.mark.parametrize("hindrance", ["rights", "room"])
def test_in_a_folder_without_rights_or_room_nothing_is_left_behind(
    stage: Path, hindrance: str
) -> None:
    done = python(_HINDERED.format(stage=str(stage), hindrance=hindrance))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    told = json.loads(done.stdout.rpartition("told: ")[2])
    assert told == {key: [2, True] for key in WRITERS}
