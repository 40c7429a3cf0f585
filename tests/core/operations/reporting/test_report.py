"""A report says the same wherever it is made, and all of it can be worked out again."""

from __future__ import annotations

import hashlib
import json
import locale
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    AlreadyExists,
    Chain,
    FileRefused,
    FileUnreadable,
    InvalidArgument,
    Leniency,
    Policy,
    compare,
    make_report,
    verify_report,
)
from redoscope_core.files.new_file import NewFiles
from redoscope_core.operations.reporting import evidence
from redoscope_core.operations.reporting import report as made_by
from tests.core.finished import finished
from tests.core.operations.reporting.reports import (
    against_schema,
    document_of,
    made_report,
    rows_of,
)
from tests.judges import qemu

if TYPE_CHECKING:
    from collections.abc import Generator

    from redoscope_core import Progress, ReportMade
    from redoscope_core.files.file import DiskFile

pytestmark = pytest.mark.judge
SAME = ("changes.csv", "evidence.csv", "files.bodyfile", "ranges.csv", "report.schema.json")
"""Files in which nothing tells of the run."""


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Another zone, another locale, another user."""
    before = locale.setlocale(locale.LC_ALL)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LC_ALL", "C.utf8")
    monkeypatch.setenv("LOGNAME", "somebody")
    time.tzset()
    locale.setlocale(locale.LC_ALL, "C")
    yield
    locale.setlocale(locale.LC_ALL, before)
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
def test_another_run_in_another_place_says_the_same_but_of_the_run(
    disks: tuple[Path, Path], made: ReportMade, tmp_path: Path
) -> None:
    again = made_report(*disks, tmp_path / "again")
    one, other = document_of(made.folder), document_of(again.folder)
    runs = one.pop("run"), other.pop("run")
    assert one == other
    assert runs[0]["zone"] != runs[1]["zone"]
    assert (runs[0]["who"], runs[1]["who"]) == ("examiner", "somebody")
    for name in SAME:
        assert (made.folder / name).read_bytes() == (again.folder / name).read_bytes()
    raw = [(folder / "report.json").read_bytes() for folder in (made.folder, again.folder)]
    spelled = [json.dumps(run, sort_keys=True, separators=(",", ":")).encode() for run in runs]
    assert raw[0].replace(spelled[0], b"") == raw[1].replace(spelled[1], b"")


def test_the_document_is_canonical_and_what_its_schema_says(made: ReportMade) -> None:
    raw, document = (made.folder / "report.json").read_bytes(), document_of(made.folder)
    assert raw == json.dumps(document, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    assert against_schema(document) == []
    assert against_schema(document | {"surprise": 1})
    assert b"." not in raw.replace(b'"', b"").split(b"rows:")[1].split(b"]]")[0]


def test_the_schema_beside_it_is_the_one_that_is_shipped() -> None:
    shipped = Path("resources/redoscope_resources/schemas/report-document.json")
    root = Path(__file__).parents[4]
    assert made_by._SCHEMA.read_bytes() == (root / shipped).read_bytes()


def test_totals_are_those_of_compare_and_the_ranges_add_up_to_them(
    disks: tuple[Path, Path], made: ReportMade
) -> None:
    document = document_of(made.folder)
    told, rows = document["comparison"], rows_of(document)
    with Chain.open(disks[0]) as old, Chain.open(disks[1]) as new:
        found = finished(compare(old, new))
    assert (told["sectors"], told["bytes"]) == (found.sectors, found.differing_bytes)
    assert sum(told["sectors_by_class"].values()) == found.sectors
    assert sum(row["count"] for row in rows) == found.sectors
    assert told["ranges"] == len(rows)
    ends = [row["start"] + row["count"] for row in rows]
    assert all(end <= row["start"] for end, row in zip(ends, rows[1:], strict=False))
    for name, count in told["sectors_by_class"].items():
        assert sum(row["count"] for row in rows if row["class"] == name) == count


def test_what_was_written_again_with_the_same_bytes_is_told_and_is_no_change(
    made: ReportMade,
) -> None:
    told = document_of(made.folder)["comparison"]
    assert told["rewritten_same"]["sectors"] == 128
    assert told["rewritten_same"]["sectors_by_class"]["free-space"] == 128
    assert told["carried_along_sectors"] > 0
    page = (made.folder / "report.html").read_text("utf-8")
    assert "128 written again with the bytes that they had" in page


def test_every_file_that_changed_is_told_with_what_it_was_and_is(made: ReportMade) -> None:
    (volume,) = document_of(made.folder)["volumes"]
    told = {each["path"]: each for each in volume["changes"] if each["class"] != "internal"}
    assert {path: each["class"] for path, each in told.items()} == {
        "/gone": "deleted",
        "/kept": "metadata",
        "/new": "added",
    }
    assert (told["/gone"]["new"], told["/gone"]["old"]["size"]) == (None, 3000)
    assert (told["/new"]["old"], told["/new"]["new"]["size"]) == (None, 5000)
    assert told["/kept"]["old"]["mode"] != told["/kept"]["new"]["mode"]
    assert bytes.fromhex(told["/new"]["path_hex"]) == b"/new"
    (offset, sector, count), *_ = told["/new"]["new"]["runs"]
    assert (offset, count * 512 >= 4096) == (0, True)
    with Chain.open(Path(document_of(made.folder)["generations"][1]["disk"])) as chain:
        assert chain.read(sector, 1) == b"n" * 512


def test_each_range_and_both_disks_are_worked_out_again_by_qemu_img(
    disks: tuple[Path, Path], made: ReportMade, tmp_path: Path
) -> None:
    document = document_of(made.folder)
    raws = []
    for name, disk in zip(("OLD", "NEW"), disks, strict=True):
        qemu.run("qemu-img", "convert", "-O", "raw", "--", disk, tmp_path / name)
        raws.append((tmp_path / name).read_bytes())
    for raw, told in zip(raws, document["generations"], strict=True):
        assert hashlib.sha256(raw).hexdigest() == told["sha256"]
    files = [Path(each["path"]).read_bytes() for each in document["evidence"]]
    for row in rows_of(document):
        low, high = row["start"] * 512, (row["start"] + row["count"]) * 512
        for raw, side in zip(raws, ("old", "new"), strict=True):
            assert hashlib.sha256(raw[low:high]).hexdigest() == row[f"{side}_sha256"]
            if row[f"{side}_state"] == "data":
                # The bytes lie in the file, at the byte, that the report names.
                at = row[f"{side}_offset"]
                assert files[row[f"{side}_file"]][at : at + high - low] == raw[low:high]
        assert raws[0][low:high] != raws[1][low:high]


def test_who_supplies_a_range_is_who_owns_its_sectors(made: ReportMade) -> None:
    document = document_of(made.folder)
    for generation, side in zip(document["generations"], ("old", "new"), strict=True):
        with Chain.open(Path(generation["disk"])) as chain:
            for row in rows_of(document):
                last = row["start"] + row["count"] - 1
                for sector in (row["start"], last):
                    owner = chain.areas(sector, 1)
                    index = int(owner.link[0])
                    expected = None if index < 0 else generation["chain"][index]
                    assert row[f"{side}_link"] == expected


def test_the_evidence_is_told_with_digests_that_hashlib_gives(made: ReportMade) -> None:
    document = document_of(made.folder)
    assert [Path(each["path"]).name for each in document["evidence"]] == [
        "old.vmdk", "old-flat.vmdk", "middle.vmdk", "new.vmdk"
    ]  # fmt: skip
    for each in document["evidence"]:
        raw = Path(each["path"]).read_bytes()
        assert (each["bytes"], each["unchanged"]) == (len(raw), True)
        for name, told in each["before"].items():
            assert hashlib.new(name, raw).hexdigest() == told
        assert each["after"]["sha256"] == each["before"]["sha256"]
    parents = [each["parent"] for each in document["links"]]
    assert parents == [None, 0, 1]
    assert [each["chain"] for each in document["generations"]] == [[0], [0, 1, 2]]


def test_a_file_that_changes_meanwhile_is_told(disks: tuple[Path, Path], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in disks[0].parent.glob("*.vmdk"):
        (copy / file.name).write_bytes(file.read_bytes())
    old, new = (copy / disk.name for disk in disks)
    with Chain.open(old) as one, Chain.open(new) as other:
        steps = make_report([(old, one), (new, other)], tmp_path / "out", formats=["html"])
        while next(steps).note == "hashing the evidence":
            pass
        with (copy / "old-flat.vmdk").open("r+b") as opened:
            opened.seek(100)
            opened.write(b"!")
        made = finished(steps)
    assert not made.is_sound
    told = {Path(e["path"]).name: e["unchanged"] for e in document_of(made.folder)["evidence"]}
    assert told == {
        "old.vmdk": True, "old-flat.vmdk": False, "middle.vmdk": True, "new.vmdk": True
    }  # fmt: skip
    assert "is not what it was" in (made.folder / "report.html").read_text("utf-8")


def test_only_what_is_asked_for_is_made_and_json_always(
    disks: tuple[Path, Path], tmp_path: Path
) -> None:
    made = made_report(*disks, tmp_path / "out", formats=["dfxml"])
    assert sorted(path.name for path in made.folder.iterdir()) == [
        "SHA256SUMS", "manifest.json", "report.dfxml", "report.json", "report.schema.json"
    ]  # fmt: skip
    with pytest.raises(InvalidArgument, match="pdf"):
        made_report(*disks, tmp_path / "other", formats=["pdf"])
    assert not (tmp_path / "other").exists()


def test_two_equal_disks_make_a_report_too(disks: tuple[Path, Path], tmp_path: Path) -> None:
    made = made_report(disks[0], disks[0], tmp_path / "out")
    document = document_of(made.folder)
    assert document["comparison"]["equal"]
    assert document["ranges"]["rows"] == []
    assert against_schema(document) == []
    assert [each["what"] for each in document["not_examined"]] == ["unchanged-volume"]


def test_closing_it_at_any_step_leaves_nothing(disks: tuple[Path, Path], tmp_path: Path) -> None:
    with Chain.open(disks[0]) as old, Chain.open(disks[1]) as new:
        for note in ("hashing the evidence", "writing the report", "writing the tables"):
            steps = make_report(list(zip(disks, (old, new), strict=True)), tmp_path / "out")
            while next(steps).note != note:
                pass
            assert (tmp_path / "out").exists() == note.startswith("writing")
            steps.close()
            assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_empty_or_lies_beside_the_evidence_is_refused(
    disks: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_bytes(b"mine")
    with pytest.raises(AlreadyExists, match="not empty"):
        made_report(*disks, tmp_path / "full")
    with pytest.raises(FileRefused, match="holds the evidence"):
        made_report(*disks, disks[0].parent, beside=True)
    beside = disks[0].parent / "beside"
    with pytest.raises(FileRefused, match="beside evidence") as caught:
        made_report(*disks, beside)
    assert caught.value.leniency is Leniency.BESIDE_EVIDENCE
    assert not beside.exists()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileRefused):
        made_report(*disks, tmp_path / "file")


def test_an_empty_folder_is_taken_and_stays_when_the_report_fails(
    disks: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with Chain.open(disks[0]) as old, Chain.open(disks[1]) as new:
        steps = make_report(list(zip(disks, (old, new), strict=True)), out)
        next(steps)
        steps.close()
    assert list(out.iterdir()) == []
    made = made_report(*disks, out, formats=[])
    assert finished(verify_report(out)).is_sound
    assert (out / "report.json").stat().st_size == made.files[0].bytes


def test_what_a_killed_report_left_does_not_stand_in_the_way_and_is_removed(
    disks: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in (".report.json.0123abcd.part", ".SHA256SUMS.0123abcd.part"):
        (out / name).write_bytes(b"half")
    (out / ".mine.0123abcd.part").write_bytes(b"of another program")
    with pytest.raises(AlreadyExists, match="not empty") as caught:
        made_report(*disks, out)
    assert caught.value.found == ".mine.0123abcd.part"
    assert len(list(out.iterdir())) == 3
    (out / ".mine.0123abcd.part").unlink()
    with NewFiles([out / "report.html"]), pytest.raises(AlreadyExists, match="not empty"):
        made_report(*disks, out)  # another program is at it
    (out / "report.html").unlink()
    made = made_report(*disks, out, formats=[])
    assert {path.name for path in out.iterdir()} == {
        *("manifest.json", "SHA256SUMS"),
        *(each.name for each in made.files),
    }
    assert finished(verify_report(out)).is_sound


def test_a_file_that_can_not_be_read_whole_has_no_digests_and_is_told(
    disks: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(
        file: DiskFile, _size: int, algorithms: tuple[str, ...], _progress: tuple[int, int]
    ) -> Generator[Progress, None, tuple[str, ...]]:
        if file.path.name == "middle.vmdk":
            raise FileUnreadable("a bad sector", path=file.path)
        yield from ()
        return tuple(hashlib.new(each).hexdigest() for each in algorithms)

    monkeypatch.setattr(evidence, "_digests", failing)
    policy = Policy(allowed=frozenset({Leniency.SALVAGE}))
    made = made_report(*disks, tmp_path / "out", policy=policy)
    assert not made.is_sound
    document = document_of(made.folder)
    assert against_schema(document) == []
    (told,) = [each for each in document["evidence"] if each["before"] is None]
    assert (Path(told["path"]).name, told["unchanged"]) == ("middle.vmdk", None)
    assert "not-hashed" in {each["what"] for each in document["not_examined"]}
    page = (made.folder / "report.html").read_text("utf-8")
    assert "can&#39;t be read whole" in page
    with pytest.raises(FileUnreadable, match="a bad sector"):
        made_report(*disks, tmp_path / "other")


def test_a_trail_that_would_lie_in_the_report_is_refused(
    disks: tuple[Path, Path], tmp_path: Path
) -> None:
    with pytest.raises(FileRefused, match="keep it outside"):
        made_report(*disks, tmp_path / "out", trail=tmp_path / "out" / "audit.jsonl")
    assert list(tmp_path.iterdir()) == []
