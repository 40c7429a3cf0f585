"""How commands end: by a status that says why, with one line at most, leaving nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from redoscope_core import create_disk
from tests.command import COMMAND, environment, on_terminal, run, stop_at_work
from tests.core.links import make_chain

pytestmark = pytest.mark.end_to_end

FULL = Path("/dev/full")
ASKED: tuple[tuple[str, ...], ...] = (
    ("--help",), ("--version",), ("help", "tree"), ("completion", "zsh"), ("hash", "--help"),
    ("info", "TIP"), ("tree", "TIP", "--json"), ("map", "TIP"), ("dump", "TIP"),
    ("read", "TIP", "--out", "-"), ("clone", "TIP", "-", "--type", "streamOptimized"),
)  # fmt: skip
"""Calls that print something; TIP is the tip of a chain."""
SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


@pytest.fixture(scope="module")
def tip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tip of a chain of two links."""
    return make_chain(tmp_path_factory.mktemp("chain"), 2)[-1]


@pytest.fixture
def busy(tmp_path: Path) -> Path:
    """A disk so large that no command comes to its end."""
    disk = tmp_path / "busy.vmdk"
    create_disk(disk, 2**31)
    return disk


def words(asked: tuple[str, ...], tip: Path) -> list[str]:
    """Return *asked* with the name of the disk."""
    return [str(tip) if word == "TIP" else word for word in asked]


@pytest.mark.parametrize("asked", ASKED, ids=" ".join)
def test_a_closed_output_is_one_line_and_status_2(asked: tuple[str, ...], tip: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", COMMAND, *words(asked, tip)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "redoscope: the output: it is closed\n")


@pytest.mark.parametrize("asked", ASKED, ids=" ".join)
@pytest.mark.skipif(not FULL.exists(), reason="no device here is always full")
def test_a_full_output_is_one_line_and_status_2(asked: tuple[str, ...], tip: Path) -> None:
    with FULL.open("wb") as full:
        done = run(*words(asked, tip), stdout=full)
    assert (done.returncode, done.stderr) == (2, "redoscope: the output: No space left on device\n")


@pytest.mark.parametrize("closing", ["2>&-", "0<&-", "0<&- 2>&-"])
def test_closed_input_and_messages_do_not_matter_to_who_needs_none(closing: str, tip: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$@" {closing}', "sh", COMMAND, "hash", str(tip)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run("hash", tip).stdout


@pytest.mark.parametrize("closing", [">&- 2>&-", "0<&- >&- 2>&-", "2>/dev/full", "2>&-"])
def test_an_error_that_nobody_hears_is_still_a_status(closing: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$@" {closing}', "sh", COMMAND, "info", "/nowhere/at.all"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


def test_what_is_written_never_takes_the_number_of_a_closed_output(tmp_path: Path) -> None:
    disk = tmp_path / "disk.vmdk"
    create_disk(disk, 2048)
    before = disk.read_bytes()
    subprocess.run(
        ["sh", "-c", '"$@" 0<&- >&- 2>&-', "sh", COMMAND, "info", str(disk)], check=False
    )
    assert disk.read_bytes() == before


@pytest.mark.parametrize("asked", ASKED, ids=" ".join)
def test_a_reader_that_leaves_is_no_error_of_text_and_one_of_data(
    asked: tuple[str, ...], tip: Path
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(*words(asked, tip), stdout=writing)
    finally:
        os.close(writing)
    if asked[0] in {"read", "clone"}:
        assert done.returncode == 2
        assert done.stderr.startswith("redoscope: the output was cut off")
        assert done.stderr.count("\n") == 1
    else:
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_stops_a_command_and_shells_are_told_which(
    number: signal.Signals, busy: Path
) -> None:
    status, last = stop_at_work(number, "hash", busy)
    # A shell tells the death by a signal as 128 and its number, and ends its own loop over disks.
    assert 128 - status == SIGNALS[number]
    assert last == "redoscope: stopped"


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize(
    "asked", [("read", "--out", "OUT"), ("clone", "OUT", "--type", "streamOptimized")],
    ids=lambda asked: asked[0],
)  # fmt: skip
def test_a_signal_leaves_nothing_half_made(
    number: signal.Signals, asked: tuple[str, ...], tmp_path: Path
) -> None:
    disk, out = tmp_path / "busy.vmdk", tmp_path / "out" / "copy.vmdk"
    out.parent.mkdir()
    create_disk(disk, 2**21)
    assert run("write", disk, "--start", "0", "--fill", "65", "--count", str(2**19)).returncode == 0
    rest = [str(out) if word == "OUT" else word for word in asked[1:]]
    status, last = stop_at_work(number, asked[0], disk, *rest)
    assert (status, last) == (-number, "redoscope: stopped")
    assert list(out.parent.iterdir()) == []


def test_a_second_hang_up_does_not_disturb_the_tidying_up(busy: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with subprocess.Popen(
        [COMMAND, "read", busy, "--out", out / "copy.img", "--progress-json"],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        for _ in range(3):
            process.send_signal(signal.SIGHUP)
        process.stderr.read()
        assert process.wait(30) == -signal.SIGHUP
    assert list(out.iterdir()) == []


def test_what_nohup_shields_is_not_stopped_by_a_hang_up(tmp_path: Path) -> None:
    disk = tmp_path / "disk.vmdk"
    create_disk(disk, 2**22)
    with subprocess.Popen(
        ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", COMMAND, "hash", disk, "--progress-json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGHUP)
        out, _ = process.communicate()
    assert process.returncode == 0
    assert str(disk) in out


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "POSIX"},
    ],
    ids=str,
)
@pytest.mark.parametrize("word", ["info", "tree", "owner", "check"])
def test_letters_that_a_terminal_lacks_are_spelled_out(
    env: dict[str, str], word: str, tmp_path: Path
) -> None:
    disk = tmp_path / "\u0434\u0438\u0441\u043a\U0001f4be.vmdk"
    create_disk(disk, 2048, comment="\u65e5\u672c \u0434\u0438\u0441\u043a")
    done = subprocess.run(
        [COMMAND, word, disk, *(["0"] if word == "owner" else [])],
        env=environment(env),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    refused = subprocess.run(
        [COMMAND, "info", tmp_path / "\u0434\udcff.vmdk"],
        env=environment(env),
        capture_output=True,
        check=False,
    )
    assert refused.returncode == 2
    assert refused.stderr.count(b"\n") == 1
    assert b"Traceback" not in refused.stderr


@pytest.mark.parametrize(
    "env",
    [{"HOME": None}, {"HOME": "/nowhere"}, {"TERM": None}, {"TERM": "dumb"}, {"COLUMNS": "20"}],
    ids=str,
)
@pytest.mark.parametrize(
    "asked", [("--help",), ("info", "TIP"), ("tree", "TIP"), ("check", "TIP")], ids=" ".join
)
def test_no_home_no_terminal_type_and_no_room_are_no_trouble(
    env: dict[str, str | None], asked: tuple[str, ...], tip: Path
) -> None:
    columns = 20 if "COLUMNS" in env else 100
    seen = on_terminal(*words(asked, tip), columns=columns, env=env)
    assert seen.status == 0
    assert seen.text
    assert "Traceback" not in seen.text


@pytest.mark.parametrize(
    "asked", [("read", "TIP", "--out", "-"), ("clone", "TIP", "-", "--type", "streamOptimized")],
    ids=lambda asked: asked[0],
)  # fmt: skip
def test_bytes_are_written_to_a_terminal_only_if_one_insists(
    asked: tuple[str, ...], tip: Path
) -> None:
    seen = on_terminal(*words(asked, tip))
    assert seen.status == 2
    assert "not written to a terminal" in seen.text
    assert "--force" in seen.text
    assert on_terminal(*words(asked, tip), "--force").status == 0


def test_what_is_nested_too_deeply_is_one_line(tmp_path: Path) -> None:
    saved = tmp_path / "deep.undo.json"
    saved.write_text("[" * 100_000)
    done = run("undo", saved)
    assert done.returncode == 2
    assert done.stderr.startswith("redoscope: ")
    assert done.stderr.count("\n") == 1


def test_too_little_memory_is_one_line(tip: Path) -> None:
    code = (
        "import sys\n"
        "from redoscope_core.cli import main\n"
        "import redoscope_core.chain.chain as chain\n"
        "def none_left(*_, **__): raise MemoryError\n"
        "chain.Chain.open = none_left\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    done = subprocess.run(
        [Path(COMMAND).with_name("python"), "-c", code, "info", tip, "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "redoscope: not enough memory for this disk\n")
    assert json.loads(done.stdout)["error"]["kind"] == "no-memory"


@pytest.mark.parametrize("asked_for_more", [False, True])
def test_an_error_of_ours_is_one_line_that_can_be_reported(
    tip: Path, *, asked_for_more: bool
) -> None:
    code = (
        "import sys\n"
        "from redoscope_core.cli import main\n"
        "import redoscope_core.chain.chain as chain\n"
        "def broken(*_, **__): return [][3]\n"
        "chain.Chain.open = broken\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    done = subprocess.run(
        [Path(COMMAND).with_name("python"), "-c", code, "info", tip],
        env=environment({"REDOSCOPE_DEBUG": "1" if asked_for_more else None}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    line = done.stderr.splitlines()[-1]
    assert line.startswith("redoscope: an error in redoscope itself, at redoscope_core/cli/")
    assert "IndexError" in line
    assert "REDOSCOPE_DEBUG=1" in line
    assert ("Traceback" in done.stderr) is asked_for_more
