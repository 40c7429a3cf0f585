"""Whatever becomes of the process that parses, its volume is marked, and nothing is left of it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from redoscope_core import Chain, Examined, Policy, disk_volumes, make_sample
from redoscope_core.operations.attributing.indexing import examine
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.index import VolumeIndex
from redoscope_core.volumes.parse import ParserFailed, WhyFailed, parse
from redoscope_core.volumes.parsing.request import Request
from tests.core.finished import finished

if TYPE_CHECKING:
    from collections.abc import Generator

SPOILT = "import redoscope_core.volumes.parsing.worker as worker\n{body}\nworker.main()"
EVIL = {
    "crash": ("import os; worker.index_of = lambda *_: os.abort()", WhyFailed.CRASHED),
    "loop": (
        "def loop(*_):\n    while True: pass\nworker.index_of = loop",
        WhyFailed.TIME,
    ),
    "memory": ("worker.index_of = lambda *_: bytearray(2**40)", WhyFailed.MEMORY),
    "hang": (
        "import threading; worker.index_of = lambda *_: threading.Event().wait()",
        WhyFailed.TIME,
    ),
    "lie": (
        "worker.write_index = lambda out, _: out.write(b'{}' * 99); worker.index_of = lambda *_: 0",
        WhyFailed.LIED,
    ),
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Request:
    """A request for the FAT of the sample."""
    folder = tmp_path_factory.mktemp("parsed")
    finished(make_sample(folder / "office"))
    tip = folder / "office" / "office-000005.vmdk"
    return Request(tip, Policy(), 2048, 129024, Holding.FAT16, memory=3 * 2**30, seconds=1)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are begun from here on."""
    found: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def begin(*words: Any, **options: Any) -> subprocess.Popen[bytes]:
        process = real(*words, **options)
        found.append(process)
        return process

    monkeypatch.setattr(subprocess, "Popen", begin)
    return found


def outcome(
    steps: Generator[None, None, VolumeIndex | ParserFailed],
) -> VolumeIndex | ParserFailed:
    """Return what comes of parsing."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: VolumeIndex | ParserFailed = end.value
            return found


def test_parsers_that_fail_cost_their_own_volumes_alone_and_leave_no_process(
    asked: Request, begun: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = iter(["", *EVIL, ""])

    def begin(request: Request) -> Generator[None, None, VolumeIndex | ParserFailed]:
        if not (name := next(names)):
            return parse(request)
        command = (sys.executable, "-c", SPOILT.format(body=EVIL[name][0]))
        return parse(request, patience=1.5 if name == "hang" else 60, command=command)

    monkeypatch.setattr("redoscope_core.operations.attributing.indexing.parse", begin)
    monkeypatch.setattr("redoscope_core.operations.attributing.indexing._SECONDS", 1)
    with Chain.open(asked.path) as chain:
        volume = next(v for v in disk_volumes(chain).volumes if v.start == asked.start)
        sound, *failed, other = finished(examine([(chain, volume)] * (len(EVIL) + 2)))
    assert [each.failed and each.failed.why for each in failed] == [why for _, why in EVIL.values()]
    assert {each.state for each in failed} == {Examined.FAILED}
    assert {each.state for each in (sound, other)} == {Examined.EXAMINED}
    assert [each.returncode is None for each in begun] == [False] * (len(EVIL) + 2)


def test_a_call_that_is_given_up_ends_the_process(
    asked: Request, begun: list[subprocess.Popen[bytes]]
) -> None:
    body, _ = EVIL["hang"]
    with closing(parse(asked, command=(sys.executable, "-c", SPOILT.format(body=body)))) as steps:
        next(steps)
    assert [each.returncode is None for each in begun] == [False]


def test_what_is_no_file_system_is_damaged(asked: Request) -> None:
    wrong = Request(asked.path, asked.policy, 4096, 8192, Holding.NTFS, asked.memory, asked.seconds)
    found = outcome(parse(wrong))
    assert isinstance(found, ParserFailed)
    assert found.why is WhyFailed.DAMAGED


def test_a_disk_that_does_not_open_any_more_is_unreadable(asked: Request) -> None:
    gone = Request(asked.path.with_name("gone.vmdk"), Policy(), 0, 1, Holding.NTFS, asked.memory, 1)
    found = outcome(parse(gone))
    assert isinstance(found, ParserFailed)
    assert found.why is WhyFailed.UNREADABLE


def test_a_request_is_the_same_after_its_way_through_text() -> None:
    policy = Policy(search=(Path("/a"),), max_links=3, opened=Path("/b"))
    asked = Request(Path("/c/d.vmdk"), policy, 1, 2, Holding.EXT4, 3, 4)
    assert Request.of_text(asked.as_text()) == asked
