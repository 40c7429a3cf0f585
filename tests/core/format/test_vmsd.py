"""The text of a machine's snapshots, in the layouts that are met."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Kind
from redoscope_core.format.vmsd import SnapshotText


def entry(index: int, **values: object) -> str:
    """Return the lines of one snapshot."""
    return "".join(f'snapshot{index}.{key} = "{value}"\n' for key, value in values.items())


def disk(number: int, file: str, node: str) -> dict[str, object]:
    """Return the keys of a frozen link."""
    return {f"disk{number}.fileName": file, f"disk{number}.node": node}


# ESXi: four snapshots in a row, one without its time; the count stands behind the first.
FOUR = (
    '.encoding = "UTF-8"\nsnapshot.lastUID = "18"\nsnapshot.current = "18"\n'
    + entry(0, uid=15, filename="sql-Snapshot15.vmsn", displayName="sad",
            createTimeHigh=310880, createTimeLow=-365210110, numDisks=1,
            **disk(0, "sql.vmdk", "scsi0:0"))
    + 'snapshot.numSnapshots = "4"\n'
    + entry(1, uid=16, filename="sql-Snapshot16.vmsn", parent=15, displayName="aksdn",
            createTimeHigh=310880, createTimeLow=-326194126, numDisks=1,
            **disk(0, "sql-000002.vmdk", "scsi0:0"))
    + entry(2, uid=17, filename="sql-Snapshot17.vmsn", parent=16, displayName="no time",
            numDisks=1, **disk(0, "sql-000001.vmdk", "scsi0:0"))
    + entry(3, uid=18, filename="sql-Snapshot18.vmsn", parent=17, displayName="last",
            type=1, createTimeHigh=416404, createTimeLow=1361996416, numDisks=2,
            **disk(0, "/vmfs/volumes/5e-1/sql/sql-000003.vmdk", "scsi0:0"),
            **disk(1, "log.vmdk", "nvme0:0"))
)  # fmt: skip
GAPS = (
    '.encoding = "UTF-8"\nsnapshot.lastUID = "12"\nsnapshot.current = "12"\n'
    'snapshot.numSnapshots = "2"\n'
    + entry(1, uid=9, filename="v-9.vmsn", displayName="one", **disk(0, "v.vmdk", "ide0:0"))
    + entry(10, uid=12, parent=9, filename="v-12.vmsn", displayName="ten",
            **disk(0, "v-000001.vmdk", "ide0:0"), **disk(10, "w.vmdk", "sata0:1"))
)  # fmt: skip
CLONED = (
    '.encoding = "windows-1251"\nsnapshot.lastUID = "2"\nsnapshot.current = "2"\n'
    'snapshot.mru0.uid = "2"\nsnapshot.mru1.uid = "1"\nsnapshot.numSnapshots = "2"\n'
    + entry(0, uid=1, filename="Сервер-Snapshot1.vmsn", displayName="Чистая", numClones=2,
            clone0="D:\\Гость\\клон\\клон.vmx", clone1="..\\b\\b.vmx",
            **disk(0, "Сервер.vmdk", "scsi0:0"))
    + entry(1, uid=2, parent=1, filename="Сервер-Snapshot2.vmsn", displayName="a |22b|22|0Ac",
            **disk(0, "Сервер-000001.vmdk", "scsi0:0"))
).replace("\n", "\r\n")  # fmt: skip
UNNEEDED = '.encoding = "UTF-8"\nsnapshot.lastUID = "106"\nsnapshot.needConsolidate = "TRUE"\n'
LAYOUTS = {
    "four": FOUR.encode(),
    "gaps": GAPS.encode(),
    "cloned": CLONED.encode("cp1251"),
    "unneeded": UNNEEDED.encode(),
    "empty": b"",
}


def when(microseconds: int | None) -> str | None:
    """Return a time of the text, to the microsecond."""
    if microseconds is None:
        return None
    seconds, rest = divmod(microseconds, 10**6)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}.{rest:06}"


def expected(uid: int, index: int, name: str, disks: list[list[str]], **more: object) -> object:
    """Return what JSON says of a snapshot."""
    return {
        "index": index, "uid": uid, "parent": None, "name": name, "description": "",
        "kind": None, "clones": [], "created": None,
        "disks": [{"node": node, "file_name": file} for file, node in disks], **more,
    }  # fmt: skip


EXPECTED = {
    "four": [
        expected(15, 0, "sad", [["sql.vmdk", "scsi0:0"]], created="2012-04-23 23:22:42.737666",
                 file_name="sql-Snapshot15.vmsn"),
        expected(16, 1, "aksdn", [["sql-000002.vmdk", "scsi0:0"]], parent=15,
                 created="2012-04-23 23:23:21.753650", file_name="sql-Snapshot16.vmsn"),
        expected(17, 2, "no time", [["sql-000001.vmdk", "scsi0:0"]], parent=16,
                 file_name="sql-Snapshot17.vmsn"),
        expected(18, 3, "last", [["/vmfs/volumes/5e-1/sql/sql-000003.vmdk", "scsi0:0"],
                                 ["log.vmdk", "nvme0:0"]], parent=17, kind="1",
                 created="2026-09-03 13:42:03.920000", file_name="sql-Snapshot18.vmsn"),
    ],
    "gaps": [
        expected(9, 1, "one", [["v.vmdk", "ide0:0"]], file_name="v-9.vmsn"),
        expected(12, 10, "ten", [["v-000001.vmdk", "ide0:0"], ["w.vmdk", "sata0:1"]], parent=9,
                 file_name="v-12.vmsn"),
    ],
    "cloned": [
        expected(1, 0, "Чистая", [["Сервер.vmdk", "scsi0:0"]],
                 clones=["D:\\Гость\\клон\\клон.vmx", "..\\b\\b.vmx"],
                 file_name="Сервер-Snapshot1.vmsn"),
        expected(2, 1, 'a "b"\nc', [["Сервер-000001.vmdk", "scsi0:0"]], parent=1,
                 file_name="Сервер-Snapshot2.vmsn"),
    ],
    "unneeded": [],
    "empty": [],
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_says_what_its_lines_say(layout: str) -> None:
    text = SnapshotText.parse(LAYOUTS[layout])
    said = [asdict(snapshot) | {"created": when(snapshot.created)} for snapshot in text.snapshots]
    assert json.loads(json.dumps(said)) == EXPECTED[layout]
    assert text.findings == ()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_is_written_back_byte_for_byte(layout: str) -> None:
    assert SnapshotText.parse(LAYOUTS[layout]).text.to_bytes() == LAYOUTS[layout]


def test_what_is_said_of_the_machine_itself() -> None:
    read = {name: SnapshotText.parse(data) for name, data in LAYOUTS.items()}
    assert {name: text.current for name, text in read.items()} == {
        "four": 18, "gaps": 12, "cloned": 2, "unneeded": None, "empty": None
    }  # fmt: skip
    assert {name: text.last_uid for name, text in read.items()} == {
        "four": 18, "gaps": 12, "cloned": 2, "unneeded": 106, "empty": 0
    }  # fmt: skip
    assert [name for name, text in read.items() if text.needs_consolidation] == ["unneeded"]
    assert read["cloned"].used_lately == (2, 1)
    assert [s.uid for s in read["four"].snapshots if s.has_memory] == [18]


def test_contradictions_are_found_with_their_key() -> None:
    text = SnapshotText.parse(
        (
            'snapshot.current = "7"\nsnapshot.numSnapshots = "9"\n'
            + entry(0, uid=1, parent=2)
            + entry(1, uid=2, parent=1)
            + entry(2, uid=2)
            + entry(3, uid=4, parent=3)
            + entry(4, displayName="nobody")
        ).encode()
    )
    assert {(f.kind, f.place.where) for f in text.findings} == {
        (Kind.SNAPSHOT_LOOP, "snapshot0.parent"),
        (Kind.SNAPSHOT_LOOP, "snapshot1.parent"),
        (Kind.SNAPSHOT_LOOP, "snapshot2.parent"),
        (Kind.UID_TWICE, "snapshot2.uid"),
        (Kind.NO_PARENT_SNAPSHOT, "snapshot3.parent"),
        (Kind.SNAPSHOT_WITHOUT_UID, "snapshot4.uid"),
        (Kind.SNAPSHOT_COUNT, "snapshot.numSnapshots"),
        (Kind.NO_CURRENT_SNAPSHOT, "snapshot.current"),
    }


def test_a_text_full_of_snapshots_is_read_at_once() -> None:
    lines = "".join(f'snapshot{n}.uid="{n + 1}"\nsnapshot{n}.parent="{n}"\n' for n in range(19_000))
    begun = time.process_time()
    text = SnapshotText.parse(lines.encode())
    assert len(text.snapshots) == 19_000
    assert time.process_time() - begun < 5


@given(st.binary(max_size=300), st.sampled_from(sorted(LAYOUTS)), st.integers(0, 2000))
def test_any_bytes_in_it_are_an_answer(piece: bytes, layout: str, at: int) -> None:
    data = LAYOUTS[layout]
    damaged = data[:at] + piece + data[at + len(piece) :]
    assert SnapshotText.parse(damaged).text.to_bytes() == damaged
