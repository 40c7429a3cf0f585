"""Children in other folders: recorded for their user, and a hindrance for as long as they are."""

from __future__ import annotations

import fcntl
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Chain, Disk, HasChildren, create_disk
from redoscope_core.chain.family import record
from redoscope_core.chain.family.record import is_recorded, record_child, record_file
from tests.core.links import make_child, write_sector

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder of the test alone; it is not there yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A base disk in a folder of its own."""
    (tmp_path / "vms").mkdir()
    create_disk(tmp_path / "vms" / "base.vmdk", 256)
    return tmp_path / "vms" / "base.vmdk"


@pytest.fixture
def kid(base: Path, tmp_path: Path) -> Path:
    """A child of the base disk, in another folder."""
    (tmp_path / "case").mkdir()
    return make_child(base, tmp_path / "case" / "kid.vmdk")


def refused(path: Path) -> str:
    """Try to write the disk at *path* and return why it is refused."""
    with pytest.raises(HasChildren) as caught:
        Disk.open(path, access=Access.WRITE)
    return str(caught.value)


def test_a_child_in_another_folder_keeps_its_parent_from_being_written(
    base: Path, kid: Path
) -> None:
    assert str(kid) in refused(base)
    kid.unlink()
    write_sector(base, 0, b"x")


def test_a_child_that_was_given_another_parent_is_no_hindrance(base: Path, kid: Path) -> None:
    kid.write_bytes(kid.read_bytes().replace(b"/vms/base.vmdk", b"/vms/else.vmdk"))
    write_sector(base, 0, b"x")


def test_a_child_is_found_where_it_was_moved_together_with_its_parent(
    base: Path, kid: Path, tmp_path: Path
) -> None:
    (tmp_path / "moved").mkdir()
    for folder in (base.parent, kid.parent):
        shutil.move(folder, tmp_path / "moved")
    assert "kid.vmdk" in refused(tmp_path / "moved" / "vms" / "base.vmdk")


def test_a_parent_is_known_under_all_its_names(base: Path, kid: Path, tmp_path: Path) -> None:
    (tmp_path / "door").symlink_to(base.parent.name)
    assert str(kid) in refused(tmp_path / "door" / "base.vmdk")


def test_a_child_beside_its_parent_is_not_recorded(base: Path, state: Path) -> None:
    make_child(base, "beside.vmdk")
    with Chain.open(base):
        pass
    assert not state.exists()


@pytest.mark.parametrize(
    "rubbish",
    [b"", b"\xff\0\n", b"[1, 2]\n" * 3, b'{"parent": 1, "child": []}\n', b"[" * 100_000, b'{"par'],
)
def test_a_record_with_rubbish_in_it_still_tells_the_rest(
    base: Path, kid: Path, rubbish: bytes
) -> None:
    file = record_file()
    assert file is not None
    file.write_bytes(rubbish)
    assert record_child(base, kid) == file
    assert str(kid) in refused(base)


def test_without_a_place_for_the_record_a_child_is_made_all_the_same(
    base: Path, state: Path, tmp_path: Path
) -> None:
    state.write_bytes(b"no folder")
    (tmp_path / "case").mkdir()
    kid = make_child(base, tmp_path / "case" / "kid.vmdk")
    assert kid.is_file()
    assert not is_recorded(base, kid)
    write_sector(base, 0, b"x")


def test_a_record_that_is_removed_while_it_is_waited_for_is_begun_anew(
    base: Path, kid: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, real = record_file(), fcntl.flock
    assert file is not None

    def removed_meanwhile(descriptor: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", real)
        file.unlink()
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", removed_meanwhile)
    assert record_child(base, kid) == file
    assert is_recorded(base, kid)


def test_lines_of_children_that_are_gone_are_dropped_in_time(
    base: Path, kid: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "_TIDY", 400)
    file = record_file()
    assert file is not None
    for number in range(20):
        assert record_child(base, tmp_path / f"gone-{number}.vmdk") == file
    assert file.stat().st_size < 1200
    assert str(kid) in refused(base)
    assert file.stat().st_mode & 0o077 == 0


def test_a_record_of_a_quarter_of_a_mebibyte_is_tidied(base: Path, kid: Path) -> None:
    file = record_file()
    assert file is not None
    line = json.dumps({"parent": str(base), "child": "/gone/kid.vmdk"}) + "\n"
    with file.open("a") as record:
        record.write(line * (2**18 // len(line) + 1))
    assert record_child(base, base.with_name("other.vmdk")) == file
    assert file.stat().st_size < 1000
    assert is_recorded(base, kid)
