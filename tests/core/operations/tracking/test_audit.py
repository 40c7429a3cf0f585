"""Audit: each fault that lists of changed areas have in the field gets its verdict and areas."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import SECTOR, MalformedDocument
from redoscope_core.areas.runs import Runs
from redoscope_core.format.change_list import ChangeList
from redoscope_core.operations.tracking.audit import Audit, AuditVerdict, Foreign, Malformed, audit
from tests.core.outcomes import is_one_line, outcome

KIB64 = 65536
CAPACITY = 64 * KIB64 // SECTOR
TRUE = [(0, KIB64), (4 * KIB64, 2 * KIB64), (60 * KIB64, KIB64)]
END = CAPACITY * SECTOR


def page(areas: list[tuple[int, int]], **more: object) -> bytes:
    """Return a list of the vendor's shape."""
    listed = [{"start": start, "length": length} for start, length in areas]
    return json.dumps({"startOffset": 0, "length": END, "changedArea": listed, **more}).encode()


def audited(data: bytes, change_id: str | None = None) -> Audit:
    """Return what the audit says of a list of the disk in which TRUE changed."""
    start = np.array([a for a, _ in TRUE]) // SECTOR
    count = np.array([n for _, n in TRUE]) // SECTOR
    changes = ChangeList.parse(data, END)
    return audit(changes, Runs(start, start + count), CAPACITY, change_id=change_id)


def areas(runs: Runs) -> list[tuple[int, int]]:
    """Return (start, length) of each run."""
    return [(a, b - a) for a, b in zip(runs.start.tolist(), runs.end.tolist(), strict=True)]


FAULTS = {
    "true": (page(TRUE), AuditVerdict.OK, [], []),
    "extended past a boundary": (page(TRUE[:2]), AuditVerdict.MISSED, [TRUE[2]], []),
    "writes while consolidating": (
        page([(4 * KIB64, KIB64), TRUE[2]]), AuditVerdict.MISSED, [TRUE[0], (5 * KIB64, KIB64)], [],
    ),
    "reverted, the line vanished": (
        page([TRUE[0], (9 * KIB64, KIB64)]), AuditVerdict.MISSED, TRUE[1:], [(9 * KIB64, KIB64)],
    ),
    "log dropped, whole disk": (
        page([(0, END)]), AuditVerdict.OVER, [],
        [(KIB64, 3 * KIB64), (6 * KIB64, 54 * KIB64), (61 * KIB64, 3 * KIB64)],
    ),
    "nothing": (page([]), AuditVerdict.MISSED, TRUE, []),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_field_gets_its_verdict_and_its_areas(fault: str) -> None:
    data, verdict, missed, over = FAULTS[fault]
    found = audited(data)
    assert (found.verdict, areas(found.missed), areas(found.over)) == (verdict, missed, over)
    assert found.may_be_trusted == (verdict in {AuditVerdict.OK, AuditVerdict.OVER})


def test_a_list_of_which_one_page_was_asked_for_is_uncovered_from_there_on() -> None:
    found = audited(page(TRUE[:1], length=2 * KIB64))
    assert found.verdict is AuditVerdict.UNCOVERED
    assert areas(found.uncovered) == [(2 * KIB64, END - 2 * KIB64)]
    assert areas(found.missed) == []


def test_the_log_of_another_disk_and_an_id_of_another_line_are_foreign() -> None:
    larger = audited(page(TRUE, capacity=END * 2))
    assert (larger.verdict, larger.foreign) == (AuditVerdict.FOREIGN, Foreign(capacity=END * 2))
    other = "52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63/81"
    elsewhere = audited(page(TRUE, changeId=other), change_id="00/1")
    assert elsewhere.verdict is AuditVerdict.FOREIGN
    assert elsewhere.foreign == Foreign(change_id=other)
    assert audited(page(TRUE, changeId=other), change_id=other).verdict is AuditVerdict.OK


def test_each_malformed_area_is_named_with_its_index() -> None:
    odd = [
        (0, KIB64), (KIB64, 0), (-KIB64, KIB64), (2 * KIB64 + 1, KIB64),
        (END - KIB64, 2 * KIB64), (4 * KIB64, KIB64), (4 * KIB64 + 512, KIB64),
    ]  # fmt: skip
    found = audited(page(odd))
    assert found.verdict is AuditVerdict.MALFORMED
    assert dict(found.malformed) == {
        1: Malformed.EMPTY, 2: Malformed.NEGATIVE, 3: Malformed.UNALIGNED,
        4: Malformed.PAST_END, 5: Malformed.UNSORTED, 6: Malformed.OVERLAPS,
    }  # fmt: skip


@pytest.mark.parametrize("start", [2**63 - 512, END - 512, END])
@pytest.mark.parametrize("length", [1024, 2**63 - 512])
def test_an_area_past_the_end_is_named_however_far_it_reaches(start: int, length: int) -> None:
    found = audited(page([*TRUE, (start, length)]))
    assert (found.verdict, found.malformed) == (
        AuditVerdict.MALFORMED, ((len(TRUE), Malformed.PAST_END),)
    )  # fmt: skip
    assert found.missed.total == 0


def test_a_page_that_reaches_beyond_all_numbers_covers_the_disk() -> None:
    data = page(TRUE, startOffset=512, length=2**63 - 512)
    assert areas(audited(data).uncovered) == [(0, 512)]


def test_the_shapes_of_other_programs_say_the_same() -> None:
    pascal = {
        "StartOffset": "0", "Length": str(END),
        "ChangedArea": [{"Start": str(a), "Length": str(n)} for a, n in TRUE],
    }  # fmt: skip
    ours = {
        "start_offset": 0, "length": END,
        "changed_area": [{"start": a, "length": n} for a, n in TRUE],
    }  # fmt: skip
    pages = [
        json.loads(page(TRUE[:1], length=KIB64)),
        json.loads(page(TRUE[1:], startOffset=KIB64)),
    ]
    lines = "start,length\n" + "".join(f"{a},{n}\n" for a, n in TRUE)
    for data in (json.dumps(pascal), json.dumps(ours), json.dumps(pages), lines):
        assert audited(data.encode()).verdict is AuditVerdict.OK


@pytest.mark.parametrize(
    "data",
    [b"{}", b"[1]", b'{"length": 1.5, "changedArea": []}', b"a;b", b"{", b"[" * 100_000,
     b'{"length": 1, "changedArea": [{"start": true, "length": 1}]}', b"1,2,x\n3",
     b'{"length": 123456789012345678901234567890, "changedArea": []}'],
)  # fmt: skip
def test_what_is_no_list_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(MalformedDocument, match="not a list of changed areas") as raised:
        ChangeList.parse(data, END)
    assert "Error" not in str(raised.value), "the name of a Python exception says nothing to users"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_list_or_a_typed_error(data: bytes) -> None:
    answer = outcome(lambda: ChangeList.parse(data, END))
    assert isinstance(answer, ChangeList) or is_one_line(answer)


RUNS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=8)


@given(RUNS, RUNS)
def test_runs_are_joined_and_taken_from_each_other_as_sets_are(
    one: list[tuple[int, int]], two: list[tuple[int, int]]
) -> None:
    def as_set(runs: Runs) -> set[int]:
        return {s for a, n in areas(runs) for s in range(a, a + n)}

    a, b = (Runs.joined([s for s, _ in each], [s + n for s, n in each]) for each in (one, two))
    wanted = [{s for start, n in each for s in range(start, start + n)} for each in (one, two)]
    assert [as_set(a), as_set(b)] == wanted
    assert as_set(a.minus(b)) == wanted[0] - wanted[1]
    assert as_set(a.within(b)) == wanted[0] & wanted[1]
    assert as_set(a.plus(b)) == wanted[0] | wanted[1]
    for runs in (a, b, a.minus(b), a.plus(b)):
        assert (runs.start[1:] > runs.end[:-1]).all()


def test_a_million_areas_are_audited_by_arrays() -> None:
    start = np.arange(10**6) * 2 * KIB64
    disk = int(start[-1]) + KIB64
    changes = ChangeList(start, np.full(10**6, KIB64), np.array([0]), np.array([disk]))
    truth = Runs((start + KIB64 // 2) // SECTOR, (start + KIB64) // SECTOR)
    begun = time.process_time()
    found = audit(changes, truth, disk // SECTOR)
    assert time.process_time() - begun < 5
    assert (found.verdict, len(found.over.start)) == (AuditVerdict.OVER, 10**6)
