"""What looks at files opens the evidence and nothing else, in the parsers' processes too.

A hook of the interpreter (PEP 578) stands in every process that is begun here and writes down what
is opened, changed, begun and connected to. Beside the evidence lies a folder that no business of
ours leads to, though a parent hint does.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import redoscope_core
import redoscope_resources
from tests.core.operations.attributing.worlds import child_with, disk_of, needs
from tests.core.volumes.volumes import empty

if TYPE_CHECKING:
    from collections.abc import Iterator

HOOK = """
import json, os, sys
_log = os.open(os.environ["WATCHED"], os.O_WRONLY | os.O_APPEND)
_kinds = ("open", "os.", "shutil.", "socket.", "subprocess.", "sqlite3.", "ctypes.dlopen")
def _watch(event, details):
    if event.startswith(_kinds) and event not in {"os.putenv", "os.unsetenv"}:
        told = [each if isinstance(each, (str, int)) else os.fsdecode(each)
                if isinstance(each, (bytes, os.PathLike)) else None for each in details]
        line = json.dumps([event, *told]) + "\\n"
        os.write(_log, line.encode())
sys.addaudithook(_watch)
"""
CALLS = """
import json, sys
from redoscope_core.cli import main
for words in json.loads(sys.argv[1]):
    status = main(words)
    print("STATUS", status, *words, file=sys.stderr)
"""
FOLDERS_LISTED = {"os.listdir", "os.scandir", "os.fwalk", "os.walk"}
ASKED = {"os.getxattr", "os.listxattr", "os.fork", "os.add_dll_directory"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
SYSTEM = {"/dev/null", "/dev/urandom", "/etc/localtime", "/etc/timezone", "/etc/mime.types"}
"""What is nobody's: where the clock stands, and the like."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What was done by all commands together."""

    evidence: Path
    private: Path
    written: tuple[Path, ...]
    """Folders that a command was told to make, and the state of the user."""
    statuses: list[int]
    said: str
    events: list[list[Any]]
    before: dict[str, tuple[int, ...]]
    after: dict[str, tuple[int, ...]]


def states(folder: Path) -> dict[str, tuple[int, ...]]:
    """Return size, times but that of reading, and the sum of the bytes, of a folder's files."""
    found: dict[str, tuple[int, ...]] = {}
    for path in (folder, *sorted(folder.rglob("*"))):
        told = path.stat()
        data = hash(path.read_bytes()) if path.is_file() else 0
        found[path.name] = (told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_mode, data)
    return found


def calls(old: Path, new: Path, made: Path) -> list[list[str]]:
    """Return the commands that look at files."""
    words: list[list[object]] = [
        ["files", new, "--deleted", "--json"],
        ["whose", new, "40+400", "--json"],
        ["files-diff", old, new, "--view", "replayed"],
        ["history", new, "/mine", "--json"],
        ["timeline", new],
        ["usn", new],
        ["export", new, "/mine", "--to", made / "exported"],
        ["report", old, new, "--out", made / "report"],
        ["case", "new", made / "case", "--title", "T", "--examiner", "E"],
        ["case", "add", made / "case", new],
        ["case", "verify", made / "case"],
    ]
    return [[str(each) for each in line] for line in words]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """All commands, called in one process on a child whose hint leads out of its folder."""
    if lacking := needs("mke2fs"):
        pytest.skip(lacking)
    top = tmp_path_factory.mktemp("watched")
    evidence, private, made, hooks, state = (
        top / name for name in ("evidence", "private", "made", "hooks", "state")
    )
    for folder in (evidence, private, made, hooks, state):
        folder.mkdir()
    source = top / "source"
    source.mkdir()
    (source / "mine").write_bytes(b"these are mine" * 500)
    volume = empty(top / "volume", 2 << 20)
    make = ["mke2fs", "-q", "-F", "-t", "ext4", "-d", str(source), str(volume)]
    subprocess.run(make, check=True, capture_output=True)
    place = volume.read_bytes().index(b"these are mine") // 512
    old = disk_of(evidence, "old", volume)
    disk_of(private, "old", volume)
    new = child_with(old, "new", **{f"at{2048 + place}": b"THESE".ljust(512, b"x")})
    text = new.read_bytes()
    hint, lure = b'parentFileNameHint="old.vmdk"', f'parentFileNameHint="{private}/old.vmdk"'
    assert hint in text
    at = text.index(hint)
    end = text.index(b"\0", at)
    edited = lure.encode() + text[at + len(hint) : end]
    new.write_bytes(text[:at] + edited + text[at + len(edited) :])
    (hooks / "sitecustomize.py").write_text(HOOK)
    log, pipe = top / "log", top / "pipe"
    os.mkfifo(pipe)
    before = states(evidence) | states(private)
    environment = {
        **os.environ,
        "PYTHONPATH": str(hooks),
        "WATCHED": str(pipe),
        "XDG_STATE_HOME": str(state),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    lines = json.dumps(calls(old, new, made))
    # Parsers may write no file, so what they do is told by a pipe.
    with log.open("wb") as out, subprocess.Popen(["cat", str(pipe)], stdout=out):
        end = os.open(pipe, os.O_WRONLY)
        try:
            done = subprocess.run(
                [sys.executable, "-c", CALLS, lines],
                capture_output=True,
                text=True,
                check=True,
                env=environment,
                cwd=evidence,
                timeout=60,
            )
        finally:
            os.close(end)
    return Watched(
        evidence,
        private,
        (made, state),
        [int(each) for each in re.findall(r"^STATUS (\d)", done.stderr, re.MULTILINE)],
        done.stderr,
        [json.loads(line) for line in log.read_text().splitlines()],
        before,
        states(evidence) | states(private),
    )


def opened(watched: Watched) -> Iterator[tuple[Path, bool]]:
    """Give what was opened by a name, or changed, and whether it was for writing."""
    for event, *details in watched.events:
        writes = event not in FOLDERS_LISTED
        if event == "open":
            writes = isinstance(details[2], int) and bool(details[2] & _WRITING)
        elif not event.startswith(("os.", "shutil.", "sqlite3.")) or event in ASKED:
            continue
        for each in details[:2] if event in {"os.rename", "os.link"} else details[:1]:
            if isinstance(each, str) and each != ":memory:":
                name = each.removeprefix("file:").partition("?")[0]
                yield (watched.evidence / name).resolve(), writes


def test_every_command_did_its_work_in_processes_that_are_watched(watched: Watched) -> None:
    assert watched.statuses == [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0], watched.said
    begun = [each for each in watched.events if each[0] == "subprocess.Popen"]
    assert len(begun) >= 8
    # A parser opens the disk by itself.
    links = [path for path, _ in opened(watched) if path.name == "new.vmdk"]
    assert len(links) > 2 * len(begun)


def test_nothing_but_the_evidence_is_read(watched: Watched) -> None:
    own = [
        *(Path(each) for each in {*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix}),
        *(Path(str(each.__file__)).parents[1] for each in (redoscope_core, redoscope_resources)),
        Path(str(redoscope_core.__file__)).parents[2] / "gui",
    ]
    fine = [each.resolve() for each in (watched.evidence, *watched.written, *own)]
    others = {
        str(path)
        for path, _ in opened(watched)
        if not any(path.is_relative_to(each) for each in fine)
    }
    hooks = str(watched.evidence.with_name("hooks"))
    strange = {each for each in others - SYSTEM if not each.startswith((hooks, "/proc/self/"))}
    assert strange <= {str(each) for each in watched.evidence.parents}, strange


def test_nothing_is_written_but_what_was_asked_for(watched: Watched) -> None:
    written = {path for path, writes in opened(watched) if writes} - {Path("/dev/null")}
    fine = [each.resolve() for each in watched.written]
    assert [p for p in written if not any(p.is_relative_to(each) for each in fine)] == []
    assert watched.after == watched.before


def test_nobody_is_connected_to_and_nothing_else_is_begun(watched: Watched) -> None:
    assert [each for each in watched.events if each[0].startswith("socket.")] == []
    begun = [each for each in watched.events if each[0] in {"subprocess.Popen", "os.system"}]
    assert {each[1] for each in begun} == {sys.executable}
