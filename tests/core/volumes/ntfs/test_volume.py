"""What each cluster of an NTFS volume is for, and what is in use, as ntfs-3g's programs say it."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.ntfs.attributes import AttributeType
from redoscope_core.volumes.ntfs.boot import read_boot
from redoscope_core.volumes.ntfs.files import attributes_of, stream_of
from redoscope_core.volumes.ntfs.records import RecordState
from redoscope_core.volumes.ntfs.volume import open_ntfs
from redoscope_core.volumes.regions import RegionKind
from tests.core.volumes.ntfs.made import clusters_told, made
from tests.core.volumes.volumes import (
    answers_or_refuses,
    damaged,
    judged,
    printed,
    volume_of,
    volume_with,
)

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {
    AttributeType.INDEX_ALLOCATION: {RegionKind.DIRECTORY, RegionKind.INDEX},
    AttributeType.ATTRIBUTE_LIST: {RegionKind.ATTRIBUTE_LIST},
    AttributeType.SECURITY_DESCRIPTOR: {RegionKind.STREAM},
}
OWN = {
    (0, AttributeType.DATA): RegionKind.MFT,
    (0, AttributeType.BITMAP): RegionKind.MFT_BITMAP,
    (1, AttributeType.DATA): RegionKind.MFT_MIRROR,
    (2, AttributeType.DATA): RegionKind.JOURNAL,
    (6, AttributeType.DATA): RegionKind.CLUSTER_BITMAP,
    (7, AttributeType.DATA): RegionKind.BOOT,
}


@pytest.mark.parametrize(
    ("cluster", "crowded"), [(4096, False), (512, False), (512, True), (16384, False)]
)
def test_clusters_are_told_and_used_as_others_say(
    tmp_path: Path, cluster: int, *, crowded: bool
) -> None:
    image = made(tmp_path, cluster, crowded=crowded)
    volume = volume_of(image)
    found = open_ntfs(volume)
    assert found.is_whole
    assert not len(found.damaged)
    each = cluster // 512
    number = np.arange(found.mft.records)
    users = np.flatnonzero(found.heads.in_use & (found.heads.base == number)).tolist()
    told = 0
    files = sorted({*users} & {*found.runs.owner.tolist()})
    chance = random.Random(cluster)
    for record in {
        *users[:12],
        *chance.sample(users, 40),
        *chance.sample(files, min(len(files), 40)),
    }:
        runs = found.runs.taking(found.runs.owner == record)
        columns = (runs.type, runs.vcn, runs.lcn, runs.count)
        ours = set(zip(*(column.tolist() for column in columns), strict=True))
        theirs = clusters_told(image, record)
        assert ours == theirs, record
        told += len(ours)
        for kind, _, lcn, _ in theirs:
            region = found.regions.at(lcn * each)
            assert region is not None
            assert region.owner == record
            own = OWN.get((record, AttributeType(kind)))
            allowed = {own} if own else KINDS.get(AttributeType(kind))
            assert allowed is None or region.kind in allowed, (record, kind)
    assert told > 60
    bitmap = stream_of(found.mft, 6).read(0, (found.shape.clusters + 7) // 8)
    bits = np.unpackbits(np.frombuffer(bitmap, np.uint8), bitorder="little")
    clusters = np.arange(found.shape.clusters)
    used = found.used_clusters.is_used(clusters)
    assert used.tolist() == (bits[: found.shape.clusters] == 1).tolist()
    text = judged("ntfscluster", "-f", "-i", image)
    # The program counts sectors where it says clusters.
    free = re.search(r"bytes of free space\s+: (\d+)", text)
    assert free is not None
    assert int((~used).sum()) * cluster == int(free[1])
    assert not used.all()
    owned = found.regions.rows(clusters * each) >= 0
    assert (owned == used)[:-1].all()


def test_sectors_of_the_table_name_their_records(tmp_path: Path) -> None:
    image = made(tmp_path, 512, crowded=True)
    data = image.read_bytes()
    found = open_ntfs(volume_with(data))
    table = found.regions.of_kind(RegionKind.MFT)
    assert len(table) > 10
    seen = 0
    for row in range(len(table)):
        for sector in range(int(table.start[row]), int(table.end[row])):
            region = table.at(sector)
            assert region is not None
            raw = data[sector * 512 : sector * 512 + 48]
            number = int.from_bytes(raw[44:48], "little")
            # Records that were never used have no number.
            if raw[:4] == b"FILE" and number:
                assert (region.first, region.last) == (number, number)
                seen += 1
    assert seen > 700


def test_streams_read_as_ntfscat_prints_them(tmp_path: Path) -> None:
    image = made(tmp_path, 512)
    found = open_ntfs(volume_of(image))
    for path, record in (("/a", 125), ("/b", 126), ("/d/name of file 2", 67)):
        names = [
            each.value[66:].decode("utf-16-le")
            for each in attributes_of(found.mft, record)
            if each.type == AttributeType.FILE_NAME
        ]
        assert names == [path.split("/")[-1]]
        stream = stream_of(found.mft, record)
        assert stream.read(0, stream.size) == printed("ntfscat", "-f", image, path)
    named = stream_of(found.mft, 66, name="Zone.Identifier")
    assert named.size == 9000
    with pytest.raises(CorruptVolume, match="no such attribute"):
        stream_of(found.mft, 66, name="Zone")
    with pytest.raises(CorruptVolume, match="no such file record"):
        stream_of(found.mft, found.mft.records)


def test_a_torn_record_is_told_and_believed_no_more(tmp_path: Path) -> None:
    data = bytearray(made(tmp_path).read_bytes())
    found = open_ntfs(volume_with(bytes(data)))
    table = found.regions.of_kind(RegionKind.MFT)
    torn = int(found.runs.owner[(found.runs.owner > 66) & (found.runs.owner < 120)][0])
    place = int(table.start[0]) * 512 + torn * 1024
    data[place + 510] ^= 1
    after = open_ntfs(volume_with(bytes(data)))
    assert found.heads.state[torn] == RecordState.SOUND
    assert after.heads.state[torn] == RecordState.TORN
    assert not after.heads.in_use[torn]
    assert torn not in after.runs.owner


def test_a_volume_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    data = made(tmp_path).read_bytes()
    with pytest.raises(CorruptVolume, match="TotalSectors"):
        read_boot(volume_with(data[: len(data) // 2]))


def test_damage_is_an_error_of_ours_or_a_marked_answer(tmp_path: Path) -> None:
    data = made(tmp_path, 512).read_bytes()
    found = open_ntfs(volume_with(data))
    table = found.regions.of_kind(RegionKind.MFT)
    lists = found.regions.of_kind(RegionKind.ATTRIBUTE_LIST)
    where = [0, *(int(table.start[0]) + at for at in range(200)), *lists.start.tolist()]
    answers = 0
    for seed in range(50):
        answers += answers_or_refuses(open_ntfs, damaged(data, random.Random(seed), where))
    assert answers > 0
