"""What NTFS logged between two generations is listed as it was made, with paths of that time."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

from redoscope_core import Chain, UsnSince, usn_changes
from redoscope_core.volumes.journals.usn_reasons import Reason
from tests.core.cli.test_files_command import disk_of
from tests.core.cli.test_schemas import judged as against_schema
from tests.core.finished import finished
from tests.core.volumes.journals.test_usn import Made as Record
from tests.core.volumes.ntfs.made import FOLDER
from tests.core.volumes.ntfs.made import Made as Volume
from tests.core.volumes.volumes import empty, judged

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope

JOURNAL = "/$Extend/$UsnJrnl"
BEGIN = 2**20
WHEN = 133_000_000_000_000_001
ROOT, DOCS = 5 << 48 | 5, 1 << 48 | 64
GONE, UNKNOWN = 9 << 48 | 500, 1 << 48 | 900
IDENTITY = 133_100_000_000_000_000


def settings(identity: int, lowest: int = 0) -> bytes:
    """Return the bytes of $Max."""
    return b"".join(each.to_bytes(8, "little") for each in (2**25, 2**22, identity, lowest))


def a_record(file: int, parent: int, reason: int, name: str, attributes: int = 32) -> Record:
    return Record(2, file, parent, WHEN, reason, name, attributes)


BEFORE = [a_record(7, DOCS, Reason.FILE_CREATE, f"early {number}") for number in range(40)]
BETWEEN = [
    a_record(1 << 48 | 70, DOCS, Reason.FILE_CREATE | Reason.CLOSE, "in old.txt"),
    a_record(DOCS, ROOT, Reason.RENAME_OLD_NAME, "old docs", 16),
    a_record(DOCS, ROOT, Reason.RENAME_NEW_NAME, "docs", 16),
    a_record(1 << 48 | 71, DOCS, Reason.DATA_EXTEND, "in new.txt"),
    a_record(GONE, DOCS, Reason.FILE_CREATE, "gone", 16),
    a_record(2 << 48 | 72, GONE, Reason.FILE_DELETE | Reason.CLOSE, "=cmd|\x1b[31m.txt"),
    a_record(1 << 48 | 73, UNKNOWN, Reason.CLOSE, "nowhere"),
    Record(3, 1 << 48 | 74, ROOT, WHEN, Reason.BASIC_INFO_CHANGE, "of 128 bits"),
    Record(3, 1 << 64 | 3, 7 << 64 | 5, WHEN, Reason.CLOSE, "of ReFS"),
    Record(4, DOCS, ROOT, 0, Reason.DATA_OVERWRITE | 0x8000, ""),
]
PATHS = [
    *("/old docs/in old.txt", "/old docs", "/docs", "/docs/in new.txt", "/docs/gone"),
    *("/docs/gone/=cmd|\x1b[31m.txt", None, "/of 128 bits", None, "/docs"),
]


class World(NamedTuple):
    """Two generations, and what was put into the journal of the newer one."""

    older: Path
    newer: Path
    first: int
    """Where what was logged in between begins."""
    torn: int
    foreign: int
    end: int


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("usn")
    older, newer = empty(folder / "older.img", 12 << 20), folder / "newer.img"
    judged("mkntfs", "-F", "-Q", "-q", older)
    data = packed(BEFORE, BEGIN)
    volume = Volume(older)
    volume.new("/", "docs", FOLDER)
    volume.new("/$Extend", "$UsnJrnl")
    volume.write(JOURNAL, 0, settings(IDENTITY), "$Max")
    volume.write(JOURNAL, BEGIN, data, "$J")
    volume.close()
    shutil.copyfile(older, newer)
    first = BEGIN + len(data)
    more = packed(BETWEEN, first)
    torn = first + len(more)
    half = a_record(1, ROOT, 1, "half of a long name").packed(torn)
    more += half[:40] + bytes(len(half) - 40)
    foreign = first + len(more)
    more += a_record(1 << 48 | 80, ROOT, Reason.CLOSE, "from elsewhere").packed(2**33)
    volume = Volume(newer)
    volume.write(JOURNAL, first, more, "$J")
    volume.close()
    return World(disk_of(older), disk_of(newer), first, torn, foreign, first + len(more))


def packed(records: list[Record], begin: int) -> bytes:
    data = b""
    for each in records:
        data += each.packed(begin + len(data))
    return data


def document(redoscope: Redoscope, *words: object, status: int = 0) -> dict[str, Any]:
    """Return what JSON says, which the schema allows."""
    ran = redoscope("usn", *words, "--json")
    assert ran.status == status
    assert against_schema("usn", ran.document) == []
    told: dict[str, Any] = ran.document
    return told


def test_what_was_logged_in_between_is_what_was_made(redoscope: Redoscope, world: World) -> None:
    told = document(redoscope, world.older, world.newer)
    (volume,) = told["volumes"]
    assert volume["since"] == "older"
    assert volume["usn_journal"]["id"] == volume["older_usn_journal"]["id"] == f"{IDENTITY:016x}"
    assert volume["older_usn_journal"]["last_record_end"] == world.first
    assert (volume["may_lack_records"], volume["complete"]) == (False, True)
    own = [each for each in told["records"] if not each["foreign"]]
    place = world.first
    for each, made, path in zip(own, BETWEEN, PATHS, strict=True):
        assert (each["usn"], each["version"]) == (place, made.version)
        assert (each["name"] or "", each["path"]) == (made.name, path)
        assert each["time"] == (None if made.version == 4 else "2022-06-18T04:26:40.0000001Z")
        for what, number in (("file", made.file), ("parent", made.parent)):
            if number >> 64:
                assert (each[f"{what}_id"], each[f"{what}_record"]) == (f"{number:032x}", None)
            else:
                found = each[f"{what}_sequence"] << 48 | each[f"{what}_record"]
                assert (found, each[f"{what}_id"]) == (number, None)
        place += len(made.packed(place))
    assert [each["reasons"] for each in own[:2]] == [["file-create", "close"], ["rename-old-name"]]
    assert own[-1]["reasons"] == ["data-overwrite", "basic-info-change"]
    (foreign,) = (each for each in told["records"] if each["foreign"])
    assert (foreign["offset"], foreign["usn"]) == (world.foreign, 2**33)
    assert {each["offset"] for each in volume["odd"]} == {world.torn}


def test_text_tells_torn_and_foreign_records_and_escapes_names(
    redoscope: Redoscope, world: World
) -> None:
    out = redoscope("usn", world.older, world.newer).out
    assert f"whose journal ends at {world.first}" in out
    assert (
        f"{world.first} 2022-06-18T04:26:40.0000001Z file-create,close /old docs/in old.txt" in out
    )
    assert "/docs/gone/=cmd|\\x1b[31m.txt" in out
    assert "?/nowhere" in out
    assert f"from elsewhere (foreign, at byte {world.foreign})" in out
    assert f"at byte {world.torn} of the journal" in out


def test_one_generation_alone_tells_all_that_it_has(redoscope: Redoscope, world: World) -> None:
    told = document(redoscope, world.older)
    assert [each["name"] for each in told["records"]] == [each.name for each in BEFORE]
    assert told["volumes"][0]["since"] == "begin"
    out = redoscope("usn", world.older, "--no-heads").out.splitlines()
    assert len(out) == 3 + len(BEFORE)


def test_a_journal_that_was_made_anew_dropped_or_lost_is_said(
    redoscope: Redoscope, world: World, tmp_path: Path
) -> None:
    image = tmp_path / "other.img"
    shutil.copyfile(world.newer.with_suffix(".img"), image)
    volume = Volume(image)
    volume.delete("/$Extend", "$UsnJrnl")
    volume.close()
    gone = disk_of(image)
    (told,) = document(redoscope, world.older, gone, status=1)["volumes"]
    assert told["since"] == "gone"
    assert "the change journal was deleted" in redoscope("usn", world.older, gone).out
    assert document(redoscope, gone, status=1)["volumes"][0]["since"] == "none"
    volume = Volume(image)
    volume.new("/$Extend", "$UsnJrnl")
    volume.write(JOURNAL, 0, settings(IDENTITY + 10**10), "$Max")
    few = packed([a_record(9, ROOT, Reason.FILE_CREATE, "after")], 0)
    volume.write(JOURNAL, 0, few, "$J")
    volume.close()
    out = redoscope("usn", world.older, gone).out
    assert "deleted and made anew, at 2022-10-11T22:30:00.0000000Z: it has another id" in out
    assert out.splitlines()[-1].endswith("file-create /after")


def test_records_that_may_be_lacking_are_told_and_so_is_a_wrong_order(
    world: World, tmp_path: Path
) -> None:
    image = tmp_path / "dropped.img"
    shutil.copyfile(world.older.with_suffix(".img"), image)
    volume = Volume(image)
    volume.delete("/$Extend", "$UsnJrnl")
    volume.new("/$Extend", "$UsnJrnl")
    volume.write(JOURNAL, 0, settings(IDENTITY), "$Max")
    late = 2 * BEGIN
    volume.write(JOURNAL, late, packed([a_record(9, ROOT, Reason.CLOSE, "late")], late), "$J")
    volume.close()
    with Chain.open(world.newer) as old, Chain.open(disk_of(image)) as new:
        (found,) = finished(usn_changes(old, new))
        assert (found.since, found.has_gap, found.paths) == (UsnSince.OLDER, True, ["/late"])
        (found,) = finished(usn_changes(new, old))
        assert (found.since, len(found.rows)) == (UsnSince.LATER, 0)


def test_wrong_calls_are_refused_in_a_line(
    redoscope: Redoscope, world: World, chain3: list[Path]
) -> None:
    assert "no volume has this number" in redoscope.refused("usn", world.older, "--volume", "3")
    said = redoscope("usn", world.older, world.newer, "--at", "0")
    assert (said.status, "goes with one DISK" in said.err) == (2, True)
    assert redoscope("usn", chain3[2]).status == 1


def test_ten_mebibytes_of_records_are_told_in_less_than_a_second(tmp_path: Path) -> None:
    image = empty(tmp_path / "large.img", 32 << 20)
    judged("mkntfs", "-F", "-Q", "-q", image)
    length = 96
    raw = a_record(1 << 48 | 70, DOCS, Reason.CLOSE, "a name of usual l").packed(0)
    assert len(raw) == length
    count = (10 << 20) // length
    rows = np.tile(np.frombuffer(raw, np.uint8), (count, 1))
    rows[:, 24:32] = (BEGIN + length * np.arange(count)).view(np.uint8).reshape(count, 8)
    volume = Volume(image)
    volume.new("/", "docs", FOLDER)
    volume.new("/$Extend", "$UsnJrnl")
    volume.write(JOURNAL, BEGIN, rows.tobytes(), "$J")
    volume.close()
    with Chain.open(disk_of(image)) as chain:
        started = time.process_time()
        (found,) = finished(usn_changes(None, chain))
        assert time.process_time() - started < 1
    assert len(found.paths) == count
    assert set(found.paths) == {"/docs/a name of usual l"}
