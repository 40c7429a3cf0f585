"""New files appear whole or not at all, whichever call of the system a signal is heard behind."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import pytest

from redoscope_core.errors import AlreadyExists
from redoscope_core.files.new_file import NewFiles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CALLS = ("open", "link", "unlink", "fdatasync", "pwrite")


class Heard(KeyboardInterrupt):
    """A signal that is heard as soon as a call of the system is done."""


class Hearing:
    """Has the *number*-th call be the last one before a signal is heard."""

    def __init__(self, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = number
        for name in CALLS:
            monkeypatch.setattr(os, name, partial(self.call, getattr(os, name)))

    def call(self, really: Callable[..., object], *words: object, **options: object) -> object:
        done = really(*words, **options)
        self.left -= 1
        if self.left != 0:
            return done
        if really.__name__ == "open" and isinstance(done, int):
            os.close(done)
        raise Heard


def test_files_that_a_signal_stops_are_both_there_or_neither(tmp_path: Path) -> None:
    targets = [tmp_path / "one", tmp_path / "two"]
    for number in range(1, 100):
        with pytest.MonkeyPatch.context() as monkeypatch:
            hearing = Hearing(number, monkeypatch)
            try:
                with NewFiles(targets) as files:
                    for file in files:
                        file.write_at(0, b"whole")
            except Heard:
                assert list(tmp_path.iterdir()) == [], number
        if hearing.left > 0:
            break
    assert [path.read_bytes() for path in targets] == [b"whole"] * 2
    assert number > 10


def test_a_name_that_is_taken_meanwhile_is_left_to_who_took_it(tmp_path: Path) -> None:
    targets = [tmp_path / "one", tmp_path / "two"]

    def write() -> None:
        with NewFiles(targets):
            targets[0].write_bytes(b"theirs")

    with pytest.raises(AlreadyExists, match="meanwhile"):
        write()
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
    assert targets[0].read_bytes() == b"theirs"
