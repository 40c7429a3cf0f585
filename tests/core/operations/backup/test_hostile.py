"""Manifests that somebody wrote to harm: each is a clear error, and nothing is made."""

from __future__ import annotations

import json
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import CorruptVmdk, VmdkError, create_disk
from redoscope_core.format.backup_manifest import CHECKSUM_LINE, checksum_line
from redoscope_core.operations.backup.manifests import read_point
from redoscope_core.operations.backup.restore import restore
from redoscope_core.operations.backup.verify import PointVerdict
from tests.core.finished import finished
from tests.core.links import make_child, write_sector
from tests.core.operations.backup.folders import back_up, proved
from tests.core.outcomes import is_one_line, outcome

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBERS = [-1, 0, 1, 127, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, 10**30, 1.5, float("inf")]
TEXTS = ["", "../../etc/passwd", "/etc/passwd", "\x1b[2J\n", "a" * 5000, "\ud800", "b" * 64]
VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [*NUMBERS, *TEXTS, None, True, [], {}, [[]], [{"start": 0}]]
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A full backup and what builds on it."""
    place = tmp_path_factory.mktemp("hostile")
    base = place / "disk.vmdk"
    create_disk(base, 70_000)
    write_sector(base, 5, b"a")
    back_up(base, place / "kept")
    child = make_child(base, "child.vmdk")
    write_sector(child, 69_000, b"b")
    back_up(child, place / "kept")
    return place / "kept"


def signed(text: bytes) -> bytes:
    """Return *text* with the checksum that fits."""
    return text + checksum_line(sha256(text).hexdigest())


def copied(made: Path, folder: Path) -> Path:
    """Copy the backups to *folder*, and return the manifest that builds on the other."""
    for file in made.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder / "disk-0002.manifest.json"


def is_refused(folder: Path, target: Path) -> bool:
    """Tell whether the point does not come back, in one line, and verify says so too."""
    answer = outcome(lambda: finished(restore(folder, target, "raw", point="disk-0002")))
    seen = outcome(lambda: proved(folder))
    assert not isinstance(answer, VmdkError) or is_one_line(answer)
    assert not isinstance(seen, VmdkError)
    sound = all(each.verdict is PointVerdict.SOUND for each in seen)
    assert isinstance(answer, VmdkError) or target.stat().st_size == 70_000 * 512
    return isinstance(answer, VmdkError) and not sound


def places(document: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value of *document*."""
    keys = (
        list(document)
        if isinstance(document, dict)
        else range(len(document)) if isinstance(document, list) else []
    )  # fmt: skip
    return [each for key in keys for each in [(*way, key), *places(document[key], (*way, key))]]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_manifest_with_any_value_and_a_fitting_checksum_is_one_or_a_clear_error(
    made: Path, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "kept"
        folder.mkdir()
        manifest = copied(made, folder)
        document = json.loads(manifest.read_bytes())
        ways = [way for way in places(document) if way[0] != "sha256"]
        way = data.draw(st.sampled_from(ways))
        at: Any = document
        for key in way[:-1]:
            at = at[key]
        at[way[-1]] = data.draw(VALUES)
        manifest.write_bytes(signed(_text(document)))
        is_refused(folder, Path(name) / "back.raw")
        assert {each.name for each in Path(name).iterdir()} <= {"kept", "back.raw"}


def _text(document: Any) -> bytes:
    """Return the document in the lines of a manifest, without the last."""
    told = {key: value for key, value in document.items() if key != "sha256"}
    spans = told.pop("spans", [])
    end = (
        "areas",
        "area_bytes",
        "stream_bytes",
        "stream_sha256",
        "disk_tree_sha256",
        "rest_blake3",
    )
    tail = {key: told.pop(key) for key in end if key in told}
    listed = ",\n".join(json.dumps(span) for span in spans) if isinstance(spans, list) else "{}"
    text = f'{json.dumps(told)[:-1]},\n"spans": [\n{listed}\n],\n{json.dumps(tail)[1:-1]},\n'
    return text.encode()


DEEP = b"[" * 200_000
HARMS: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "no manifest": lambda _: b"x" * 10_000,
    "deep": lambda whole: signed(b'{"redoscope_backup": ' + DEEP + whole),
    "a deep span": lambda whole: signed(whole.replace(b"[\n{", b"[\n" + DEEP + b"{")),
    "a line without end": lambda whole: signed(whole.replace(b"\n", b" ") + b" " * 2**22),
    "another version": lambda whole: signed(whole.replace(b'backup": 2', b'backup": 3')),
    "no spans": lambda whole: signed(whole.partition(b"\n")[0]),
    "a span twice": lambda whole: signed(
        whole.replace(b"\n],", b",\n" + whole.split(b"\n")[2] + b"\n],")
    ),
    "a huge number": lambda whole: signed(
        whole.replace(b'"capacity": 70000', b'"capacity": ' + b"9" * 5000)
    ),
    "nulls": lambda whole: signed(b"\0" * len(whole)),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS)
def test_a_manifest_of_another_shape_is_a_clear_error(
    made: Path, tmp_path: Path, harm: str
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    manifest = copied(made, folder)
    whole = manifest.read_bytes()[:-CHECKSUM_LINE]
    manifest.write_bytes(HARMS[harm](whole))
    assert is_refused(folder, tmp_path / "back.raw")
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]


def test_points_that_build_on_each_other_are_refused(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    manifest = copied(made, folder)
    document = json.loads(manifest.read_bytes())
    # No manifest can hold its own checksum; by the change id it can be asked for.
    document["since"] = {"change_id": document["change_id"], "sha256": None, "name": None}
    manifest.write_bytes(signed(_text(document)))
    assert is_refused(folder, tmp_path / "back.raw")


def test_a_stream_that_is_another_disk_is_refused_in_spite_of_its_checksum(
    made: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    manifest = copied(made, folder)
    other = b"# Disk DescriptorFile\nversion=1\nCID=00000001\nparentCID=00000002\n"
    other += b'createType="monolithicFlat"\nRW 70000 FLAT "secret" 0\n'
    (folder / "secret").write_bytes(bytes(70_000 * 512))
    (folder / "disk-0002.vmdk").write_bytes(other)
    document = json.loads(manifest.read_bytes())
    document |= {"stream_bytes": len(other), "stream_sha256": sha256(other).hexdigest()}
    manifest.write_bytes(signed(_text(document)))
    assert is_refused(folder, tmp_path / "back.raw")


@given(st.binary(max_size=300))
def test_any_bytes_are_no_manifest(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        manifest = Path(name) / "x.manifest.json"
        for text in (data, signed(data)):
            manifest.write_bytes(text)
            with pytest.raises(CorruptVmdk) as raised:
                read_point(manifest)
            assert is_one_line(raised.value)
