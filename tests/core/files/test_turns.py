"""One program after the other at a folder, and who it is that has it."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from unittest.mock import Mock

import pytest

from redoscope_core.errors import InUse, VmdkError
from redoscope_core.files import turns
from redoscope_core.files.turns import holder_of, turn_at


def test_a_turn_is_of_one_alone_unless_it_is_shared(tmp_path: Path) -> None:
    with (
        turn_at(tmp_path, 0, shared=True),
        turn_at(tmp_path, 0, shared=True),
        pytest.raises(InUse),
        turn_at(tmp_path, 0),
    ):
        pass
    with turn_at(tmp_path, 0):
        for shared in (False, True):
            with (
                pytest.raises(InUse, match=f"found process {os.getpid()} "),
                turn_at(tmp_path, 0.01, shared=shared),
            ):
                pass
    with turn_at(tmp_path, 0):
        pass


def test_a_turn_is_waited_for(tmp_path: Path) -> None:
    had, waited = threading.Event(), threading.Event()

    def have() -> None:
        with turn_at(tmp_path, 0):
            had.set()
            waited.wait(10)

    other = threading.Thread(target=have)
    other.start()
    assert had.wait(10)
    threading.Timer(0.01, waited.set).start()
    with turn_at(tmp_path, 10):
        assert waited.is_set()
    other.join()


@pytest.mark.parametrize("name", ["absent", "a\0b"])
def test_there_is_no_turn_at_what_is_no_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(VmdkError), turn_at(Path(tmp_path, name), 0):
        pass


def test_who_holds_it_is_another_program_where_the_system_does_not_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_LOCKS", tmp_path / "absent")
    assert holder_of(tmp_path) == "another program"
    assert holder_of(tmp_path / "absent") == "another program"


@pytest.mark.parametrize("process", ["-1", "0", str(2**22 + 1)])
def test_a_lock_of_no_process_that_is_known_here_is_of_another_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, process: str
) -> None:
    locks = tmp_path / "locks"
    inode = tmp_path.stat().st_ino
    locks.write_text(f"1: OFDLCK ADVISORY WRITE {process} 08:01:{inode} 0 EOF\nnonsense\n")
    monkeypatch.setattr(turns, "_LOCKS", locks)
    known = "another program" if len(process) < 3 else f"process {process}"
    assert holder_of(tmp_path) == known


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL])
def test_a_file_system_without_such_locks_lets_everybody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr("fcntl.flock", Mock(side_effect=OSError(number, "no locks")))
    with turn_at(tmp_path, 0), turn_at(tmp_path, 0):
        pass


def test_an_error_of_the_device_is_none_of_a_missing_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fcntl.flock", Mock(side_effect=OSError(errno.EIO, "I/O error")))
    with pytest.raises(VmdkError, match="locking it"), turn_at(tmp_path, 0):
        pass
