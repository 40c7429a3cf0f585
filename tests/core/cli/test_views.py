"""What is stored and what the next mount makes of it are two views, and never one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from redoscope_core import Chain, disk_volumes, examine
from redoscope_core.operations.attributing.side import Side
from redoscope_core.volumes.index import NodeKind
from redoscope_core.volumes.ntfs.attributes import AttributeType
from redoscope_core.volumes.ntfs.boot import read_boot
from redoscope_core.volumes.ntfs.files import attributes_of
from redoscope_core.volumes.ntfs.mft import read_mft
from redoscope_core.volumes.views import View
from tests.core.cli.test_files_command import disk_of
from tests.core.cli.test_schemas import judged as against_schema
from tests.core.finished import finished
from tests.core.volumes.journals.dirty import dirty
from tests.core.volumes.journals.test_logfile import restart
from tests.core.volumes.ntfs.made import Made
from tests.core.volumes.volumes import empty, judged, volume_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A disk whose ext4 volume has a dirty journal, and a copy of it after e2fsck."""
    folder = tmp_path_factory.mktemp("dirty")
    image = dirty(folder, "version-3").image
    mended = folder / "mended.img"
    shutil.copyfile(image, mended)
    judged("e2fsck", "-fy", mended, fine=1)
    return disk_of(image), disk_of(mended)


def listed(redoscope: Redoscope, disk: Path, view: str) -> dict[str, Any]:
    """Return what JSON says of the one volume of *disk*, which its schema allows."""
    document = redoscope("files", disk, "--view", view, "--json").document
    assert against_schema("files", document) == []
    assert document["view"] == view
    (volume,) = document["volumes"]
    told: dict[str, Any] = volume
    return told


def contents(disk: Path, view: View) -> dict[bytes, bytes]:
    """Return the bytes of each file of the one volume of *disk*."""
    with Chain.open(disk) as chain:
        (volume,) = disk_volumes(chain).volumes
        (found,) = finished(examine([(chain, volume)], view=view))
        assert found.index is not None
        side = Side(chain, volume, found.index)
        nodes, node = found.index.nodes, found.index.entries.node
        told = {}
        for path, entry in side.entries.items():
            if nodes.kind[node[entry]] == NodeKind.FILE:
                stream = side.streams(int(node[entry]))[b""]
                told[path] = side.read(stream, 0, int(found.index.streams.size[stream]))
        return told


def test_a_dirty_volume_as_replayed_is_what_e2fsck_makes_of_it_file_by_file(
    redoscope: Redoscope, pair: tuple[Path, Path]
) -> None:
    disk, mended = pair
    stored, replayed = (listed(redoscope, disk, view) for view in ("stored", "replayed"))
    after = listed(redoscope, mended, "stored")
    assert replayed["files"] == after["files"] != stored["files"]
    assert [each["view"] for each in (stored, replayed, after)] == ["stored", "replayed", "stored"]
    states = [each["journal"]["state"] for each in (stored, replayed, after)]
    assert states == ["dirty", "dirty", "clean"]
    assert replayed["journal"]["transactions_replayed"] == 7
    now = contents(disk, View.REPLAYED)
    assert now == contents(mended, View.STORED) != contents(disk, View.STORED)
    assert len(now) > 10


def test_text_says_which_view_it_is_and_names_the_other(
    redoscope: Redoscope, pair: tuple[Path, Path]
) -> None:
    disk, mended = pair
    head = redoscope("files", disk).out.splitlines()[0]
    assert "as stored, its journal is dirty: --view replayed" in head
    head = redoscope("files", disk, "--view", "replayed").out.splitlines()[0]
    assert "replayed: 7 transactions of its dirty journal" in head
    assert "as stored, its journal is clean" in redoscope("files", mended).out
    told = redoscope("whose", disk, "64K")
    assert "its journal is dirty" in told.err
    assert redoscope("whose", mended, "64K").err == ""
    assert "stored, replayed" in redoscope("files", disk, "--view", "mixed").err.replace("'", "")


def test_what_is_exported_is_what_is_stored_and_is_said_to_be(
    redoscope: Redoscope, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    ran = redoscope("export", pair[0], "/d/f1", "--to", tmp_path / "out")
    assert "as stored, its journal is dirty, and not replayed" in ran.err
    assert redoscope("export", pair[1], "/d/f1", "--to", tmp_path / "clean").err == ""


def test_files_differ_in_one_view_and_not_in_the_other(
    redoscope: Redoscope, pair: tuple[Path, Path]
) -> None:
    disk, mended = pair
    documents = {}
    for view in ("stored", "replayed"):
        documents[view] = told = redoscope("files-diff", disk, mended, "--view", view, "--json")
        assert against_schema("files-diff", told.document) == []
        assert sum(told.document["sectors_by_class"].values()) == told.document["changed_sectors"]
    kinds = {
        view: {each["kind"] for each in told.document["volumes"][0]["changes"]}
        for view, told in documents.items()
    }
    assert {"added", "directory"} <= kinds["stored"]
    assert kinds["replayed"] <= {"internal"}
    fewer, more = (documents[view].document["changed_sectors"] for view in ("replayed", "stored"))
    assert 0 < fewer < more
    told = documents["replayed"].document["volumes"][0]["generations"]
    assert [each["view"] for each in told] == ["replayed", "replayed"]
    assert [each["journal"]["state"] for each in told] == ["dirty", "clean"]
    lines = redoscope("files-diff", disk, mended).out
    assert "older generation, as stored, its journal is dirty" in lines
    assert "newer generation, as stored, its journal is clean" in lines


def test_a_journal_that_is_damaged_is_never_passed_over(
    redoscope: Redoscope, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    volume = tmp_path / "damaged.img"
    data = bytearray(pair[0].with_suffix(".img").read_bytes())
    place = data.index(bytes.fromhex("c03b399800000004"))
    data[place + 12 : place + 16] = b"\0\0\0\7"
    volume.write_bytes(data)
    disk = disk_of(volume)
    assert listed(redoscope, disk, "stored")["journal"]["state"] == "damaged"
    assert "its journal is damaged" in redoscope("files", disk).out
    ran = redoscope("files", disk, "--view", "replayed", "--json")
    (told,) = ran.document["volumes"]
    assert (ran.status, told["state"], told["files"]) == (1, "parser failed", [])
    assert "s_blocksize" in told["failed"]["detail"]


def test_a_dirty_log_of_ntfs_is_told_as_shown_as_stored(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    image = empty(tmp_path / "ntfs.img", 12 << 20)
    judged("mkntfs", "-F", "-Q", "-q", image)
    volume = Made(image)
    volume.new("/", "file")
    volume.close()
    told = listed(redoscope, disk_of(image), "stored")
    assert told["journal"]["state"] == "clean"
    mft = read_mft(volume_of(image), read_boot(volume_of(image)))
    (log,) = (each for each in attributes_of(mft, 2) if each.type == AttributeType.DATA)
    with image.open("r+b") as file:
        file.seek(int(log.runs.lcn[0]) * mft.shape.cluster_size)
        file.write(restart(1000, 0) * 2)
    for view in ("stored", "replayed"):
        told = listed(redoscope, disk_of(image), view)
        assert (told["view"], told["journal"]["state"]) == ("stored", "dirty")
        out = redoscope("files", disk_of(image), "--view", view).out
        assert "shown as stored: its $LogFile is dirty, and is not replayed" in out
