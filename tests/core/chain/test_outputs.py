"""What may be written under a name: what is there is said as what it is, and kept."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    AlreadyExists,
    Chain,
    FileMissing,
    FileRefused,
    Leniency,
    create_disk,
)
from redoscope_core.chain.outputs import chosen_output, refuse_output, what_it_is
from tests.judges import handmade

if TYPE_CHECKING:
    from collections.abc import Callable

FLAT = 'RW 8 FLAT "piece.bin" 0'


def _named_by(folder: Path, text: str) -> None:
    (folder / "piece.bin").write_bytes(bytes(4096))
    (folder / "owner.vmdk").write_text(text, encoding="utf-8")


def _folder(folder: Path) -> None:
    (folder / "piece.bin").mkdir()


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "piece.bin")


def _socket(folder: Path) -> None:
    # The path of a socket has to be short.
    with socket.socket(socket.AF_UNIX) as made:
        here = os.open(folder, os.O_RDONLY)
        made.bind(f"/proc/self/fd/{here}/piece.bin")
        os.close(here)


def _loop(folder: Path) -> None:
    (folder / "piece.bin").symlink_to("piece.bin")


def _disk(folder: Path) -> None:
    create_disk(folder / "d.vmdk", 8)
    (folder / "d.vmdk").rename(folder / "piece.bin")


def _other_kind(folder: Path) -> None:
    (folder / "piece.bin").write_bytes(b"\xa2\x72\x19\xf6" + bytes(508))


def _text(folder: Path) -> None:
    (folder / "piece.bin").write_text(handmade.descriptor_text(["RW 8 ZERO"]), encoding="utf-8")


def _extent(folder: Path) -> None:
    _named_by(folder, handmade.descriptor_text([FLAT]))


def _extent_in_other_case(folder: Path) -> None:
    _named_by(folder, handmade.descriptor_text([FLAT.replace("piece", "PIECE")]))


def _extent_as_windows_names_it(folder: Path) -> None:
    _named_by(folder, handmade.descriptor_text([FLAT.replace("piece", r".\piece")]))


def _track(folder: Path) -> None:
    more = ('changeTrackPath="piece.bin"',)
    _named_by(folder, handmade.descriptor_text(["RW 8 ZERO"], more=more))


def _of_a_broken_text(folder: Path) -> None:
    _named_by(folder, handmade.descriptor_text([FLAT]).replace("RW 8", "RW many"))


def _of_a_disk_above(folder: Path) -> None:
    text = handmade.descriptor_text([FLAT.replace("piece", f"{folder.name}/piece")])
    (folder / "piece.bin").write_bytes(bytes(4096))
    (folder.parent / "above.vmdk").write_text(text, encoding="utf-8")


def _ending(folder: Path) -> None:
    (folder / "piece.bin").write_text("notes")
    (folder / "notes.VMDK").hardlink_to(folder / "piece.bin")


SPECIAL = {
    "a folder": _folder,
    "a FIFO (named pipe)": _pipe,
    "a socket": _socket,
    "a symbolic link that leads nowhere": _loop,
}
DISKS: list[tuple[str, Callable[[Path], None]]] = [
    ("a sparse extent", _disk),
    ("a change-tracking file", _other_kind),
    ("a descriptor", _text),
    ("a piece of the disk owner.vmdk", _extent),
    ("a piece of the disk owner.vmdk", _extent_in_other_case),
    ("a piece of the disk owner.vmdk", _extent_as_windows_names_it),
    ("a piece of the disk owner.vmdk", _track),
    ("a piece of the disk owner.vmdk", _of_a_broken_text),
    ("a piece of the disk above.vmdk", _of_a_disk_above),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of its own in an empty one."""
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.mark.parametrize(("words", "make"), SPECIAL.items())
def test_what_is_no_file_is_never_written_to(
    folder: Path, words: str, make: Callable[[Path], None]
) -> None:
    make(folder)
    path = folder / "piece.bin"
    assert what_it_is(path) == words
    with pytest.raises(AlreadyExists) as taken:
        refuse_output(path)
    assert (taken.value.path, taken.value.found) == (path, words)
    for force in (False, True):
        with pytest.raises(FileRefused) as caught:
            chosen_output(path, force=force)
        assert (caught.value.path, caught.value.found) == (path, words)
    if words.startswith("a FIFO"):
        assert chosen_output(path, force=False, streams=True) == path
    else:
        with pytest.raises(FileRefused):
            chosen_output(path, force=True, streams=True)


def test_a_device_is_taken_as_it_is_only_by_what_writes_streams() -> None:
    null = Path(os.devnull)
    assert chosen_output(null, force=False, streams=True) == null
    with pytest.raises(FileRefused) as caught:
        chosen_output(null, force=True)
    assert caught.value.found == "a character device"


@pytest.mark.parametrize(("words", "make"), DISKS, ids=[make.__name__ for _, make in DISKS])
def test_a_disk_or_a_piece_of_one_is_never_replaced(
    folder: Path, words: str, make: Callable[[Path], None]
) -> None:
    make(folder)
    path = folder / "piece.bin"
    told = what_it_is(path)
    assert told is not None
    assert words in told
    with pytest.raises(AlreadyExists) as taken:
        refuse_output(path)
    assert taken.value.found == told
    for streams in (False, True):
        with pytest.raises(FileRefused) as caught:
            chosen_output(path, force=True, streams=streams)
        assert caught.value.found == told


def test_a_file_that_no_disk_beside_it_names_is_just_a_file(folder: Path) -> None:
    whole = handmade.descriptor_text([FLAT])
    (folder / "whole.vmdk").write_text(whole, encoding="utf-8")
    (folder / "broken.vmdk").write_text(whole.replace("RW 8", "RW many"), encoding="utf-8")
    (folder / "notes").write_text("notes")
    assert what_it_is(folder / "notes") is None
    assert chosen_output(folder / "notes", force=True) == folder / "notes"


def test_what_bears_the_ending_of_disks_is_not_replaced_unless_it_is_empty(folder: Path) -> None:
    _ending(folder)
    assert what_it_is(folder / "notes.VMDK") == "a file named as disks are"
    with pytest.raises(FileRefused):
        chosen_output(folder / "notes.VMDK", force=True)
    (folder / "empty.vmdk").touch()
    assert what_it_is(folder / "empty.vmdk") is None
    assert chosen_output(folder / "empty.vmdk", force=True) == folder / "empty.vmdk"


def test_a_file_of_an_open_chain_is_not_replaced(folder: Path) -> None:
    create_disk(folder / "disk.vmdk", 8, kind="monolithicFlat")
    with Chain.open(folder / "disk.vmdk") as chain:
        (folder / "other").hardlink_to(folder / "disk-flat.vmdk")
        assert (
            what_it_is(folder / "other", [chain]) == "a file of the disk disk.vmdk, which is open"
        )
        with pytest.raises(FileRefused):
            chosen_output(folder / "other", force=True, chains=iter([chain]))


def test_a_file_is_replaced_by_force_and_so_is_what_a_symbolic_link_leads_to(folder: Path) -> None:
    (folder / "notes").write_text("notes")
    (folder / "link").symlink_to("notes")
    for name in ("notes", "link"):
        assert what_it_is(folder / name) is None
        with pytest.raises(AlreadyExists) as caught:
            chosen_output(folder / name, force=False)
        assert (caught.value.path, caught.value.leniency) == (folder / name, Leniency.FORCE)
        assert chosen_output(folder / name, force=True) == folder / "notes"


def test_a_name_that_is_free_is_taken_as_it_is_if_its_folder_is_there(folder: Path) -> None:
    refuse_output(folder / "new")
    assert chosen_output(folder / "new", force=False) == folder / "new"
    (folder / "notes").write_text("notes")
    for path in (folder / "nowhere" / "new", folder / "notes" / "new", folder / "a\0b" / "new"):
        with pytest.raises(FileMissing) as caught:
            refuse_output(path)
        assert caught.value.path == path
        with pytest.raises(FileMissing):
            chosen_output(path, force=True)
