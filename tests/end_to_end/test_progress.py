"""Progress as people see it on a terminal, and as programs read it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from redoscope_core import create_disk
from tests.command import on_terminal, run
from tests.core.links import make_child

pytestmark = pytest.mark.end_to_end

LARGE = 2**20
"""Sectors of a disk whose hashing takes several steps."""
SHARE = re.compile(r"(\d+) %")
BAR = "\u2501"


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A child of a disk of 512 MiB that stores some of it."""
    folder = tmp_path_factory.mktemp("large")
    base, child = folder / "base.vmdk", folder / "child.vmdk"
    create_disk(base, LARGE)
    make_child(base, child)
    assert run("write", child, "--start", "0", "--fill", "65", "--count", "200000").returncode == 0
    return child


CALLS = {
    "hash": ("hash", "DISK"),
    "search": ("search", "DISK", "nowhere-to-be-found"),
    "check": ("check", "DISK"),
    "compare": ("compare", "DISK", "BASE"),
    "read": ("read", "DISK", "--out", "NEW.img"),
    "clone": ("clone", "DISK", "NEW.vmdk"),
    "stream": ("clone", "DISK", "NEW.vmdk", "--type", "streamOptimized"),
    "flat": ("clone", "DISK", "NEW.vmdk", "--type", "monolithicFlat"),
    "raw": ("clone", "DISK", "NEW.raw", "--type", "raw"),
    "write": ("write", "COPY", "--start", "0", "--fill", "66", "--count", "100000"),
    "demo": ("demo", "--dir", "NEW"),
}
UNITS = {"demo": "steps"}


def words(call: str, disk: Path, folder: Path) -> list[str]:
    """Return the words of a call, with the names of its files."""
    copy = folder / "copy.vmdk"
    if "COPY" in CALLS[call]:
        create_disk(copy, LARGE)
    named = {"DISK": disk, "BASE": disk.with_name("base.vmdk"), "COPY": copy}
    return [
        str(folder / word) if word.startswith("NEW") else str(named.get(word, word))
        for word in CALLS[call]
    ]


@pytest.mark.parametrize("call", CALLS)
def test_each_operation_tells_programs_how_far_it_is(call: str, disk: Path, tmp_path: Path) -> None:
    done = run(*words(call, disk, tmp_path), "--progress-json", "--quiet")
    assert done.returncode in {0, 1}, done.stderr
    told = [json.loads(line)["progress"] for line in done.stderr.splitlines()]
    assert told[-1]["done"] == told[-1]["total"]
    assert all(0 <= each["done"] <= each["total"] for each in told)
    assert [each["done"] for each in told] == sorted(each["done"] for each in told)
    assert {each["unit"] for each in told} == {UNITS.get(call, "bytes")}
    assert {each["operation"] for each in told} != {""}


def test_json_with_progress_is_json_twice(disk: Path) -> None:
    done = run("hash", disk, "--json", "--progress")
    assert json.loads(done.stdout)["bytes"] == LARGE * 512
    last = json.loads(done.stderr.splitlines()[-1])["progress"]
    assert (last["done"], last["total"], last["unit"]) == (LARGE * 512, LARGE * 512, "bytes")


def test_a_bar_is_shown_on_a_terminal_and_is_gone_in_the_end(disk: Path) -> None:
    seen = on_terminal("hash", disk)
    shares = [int(share) for share in SHARE.findall(seen.text)]
    assert seen.status == 0
    assert BAR in seen.text
    assert shares == sorted(shares)
    assert shares[-1] == 100
    assert "of 512.0 MiB" in seen.text
    assert re.search(r"\d [KMGT]?i?B/s", seen.text)
    # The line is taken away, the cursor shown again, and the answer stands in its place.
    assert re.search(r"\x1b\[\?25h.*\x1b\[2K[0-9a-f]{64}  \S+\r\n$", seen.text, re.DOTALL)


@pytest.mark.parametrize(
    ("options", "env"),
    [((), {"TERM": "dumb"}), ((), {"TERM": None}), (("--no-progress",), {}), (("--quiet",), {}),
     (("-q",), {})],
)  # fmt: skip
def test_no_bar_where_it_would_harm_or_is_unwanted(
    options: tuple[str, ...], env: dict[str, str | None], disk: Path
) -> None:
    seen = on_terminal("hash", disk, *options, env=env)
    assert seen.status == 0
    assert re.fullmatch(r"[0-9a-f]{64}  \S+\r\n", seen.text)


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 200])
def test_a_bar_keeps_to_one_line_however_narrow_the_terminal(columns: int, disk: Path) -> None:
    seen = on_terminal("hash", disk, columns=columns)
    for frame in seen.text.split("\r\x1b[2K")[1:-1]:
        shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", frame)
        assert len(shown.rstrip("\r\n")) <= columns


def test_progress_that_is_asked_for_is_lines_where_there_is_no_terminal(disk: Path) -> None:
    done = run("hash", disk, "--progress")
    lines = done.stderr.splitlines()
    assert len(lines) >= 2
    assert all(line.startswith("redoscope: hashing") for line in lines)
    assert lines[-1].startswith("redoscope: hashing, done: 100 %, 512.0 MiB of 512.0 MiB")


def test_quiet_leaves_out_notes_and_keeps_errors(disk: Path) -> None:
    base = disk.with_name("base.vmdk")
    assert "note:" in run("info", base).stderr
    assert run("info", base, "--quiet").stderr == ""
    assert run("info", "nowhere.vmdk", "--quiet").stderr.startswith("redoscope: nowhere.vmdk: ")
