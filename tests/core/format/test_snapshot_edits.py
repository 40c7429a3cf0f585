"""Changes of a .vmsd: which lines change, and that all others stay byte for byte."""

from __future__ import annotations

from redoscope_core.format.dictionary import Dictionary
from redoscope_core.format.snapshot_edits import (
    NewSnapshot,
    renamed,
    with_current,
    with_snapshot,
    without_all,
    without_snapshot,
)
from redoscope_core.format.vmsd import FrozenDisk, SnapshotText

LISTED = (
    '.encoding = "UTF-8"\r\n'
    'snapshot.lastUID = "7"\r\nsnapshot.current = "7"\r\n'
    'snapshot.mru0.uid = "7"\r\nsnapshot.mru1.uid = "3"\r\n'
    'snapshot1.uid = "3"\r\nsnapshot1.disk0.fileName = "web.vmdk"\r\n'
    "what nobody knows\r\n"
    'snapshot.numSnapshots = "2"\r\n'
    'snapshot10.uid = "7"\r\nsnapshot10.parent = "3"\r\n'
    'snapshot10.disk0.fileName = "web-000001.vmdk"\r\n'
)
NEW = NewSnapshot(8, "web-Snapshot8.vmsn", "new", "", -1, (FrozenDisk("ide0:0", "x.vmdk"),))


def text() -> SnapshotText:
    """Return a list with gaps in its numbers, one of two digits, and a line that is none."""
    return SnapshotText.parse(LISTED.encode())


def lines(changed: Dictionary) -> set[str]:
    return set(changed.to_bytes().decode().split("\r\n"))


def test_a_new_one_comes_behind_the_highest_number() -> None:
    changed = SnapshotText.parse(with_snapshot(text(), NEW, like=Dictionary.parse(b"")).to_bytes())
    new = changed.by_uid[8]
    assert (new.index, new.parent, changed.current, changed.last_uid) == (11, 7, 8, 8)
    assert new.created == -1
    assert changed.used_lately == (8, 7, 3)
    assert changed.said_count == 3
    assert changed.findings == ()


def test_those_that_descend_from_what_goes_do_so_from_its_parent() -> None:
    changed = without_snapshot(text(), 3, pending=False)
    assert lines(changed) == {
        '.encoding = "UTF-8"',
        'snapshot.lastUID = "7"',
        'snapshot.current = "7"',
        'snapshot.mru0.uid = "7"',
        "what nobody knows",
        'snapshot.numSnapshots = "1"',
        'snapshot10.uid = "7"',
        'snapshot10.disk0.fileName = "web-000001.vmdk"',
        "",
    }


def test_the_parent_is_the_current_one_where_that_goes() -> None:
    changed = SnapshotText.parse(without_snapshot(text(), 7, pending=True).to_bytes())
    assert (changed.current, changed.last_uid, changed.said_count) == (3, 7, 1)
    assert changed.needs_consolidation
    assert changed.used_lately == (3,)


def test_of_all_only_the_highest_uid_is_left() -> None:
    assert lines(without_all(text(), pending=False)) == {
        '.encoding = "UTF-8"',
        'snapshot.lastUID = "7"',
        "what nobody knows",
        'snapshot.numSnapshots = "0"',
        "",
    }


def test_a_number_of_two_digits_is_not_taken_for_one_of_one() -> None:
    changed = renamed(text(), {(3, "web.vmdk"): "base.vmdk"}, pending=False)
    assert lines(changed) - lines(text().text) == {'snapshot1.disk0.fileName = "base.vmdk"'}


def test_going_back_changes_the_current_one_and_the_list_of_those_used_last() -> None:
    assert lines(with_current(text(), 3)) - lines(text().text) == {
        'snapshot.current = "3"',
        'snapshot.mru0.uid = "3"',
        'snapshot.mru1.uid = "7"',
    }
