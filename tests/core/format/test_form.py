"""In which form a link keeps its data, as its descriptor tells."""

from __future__ import annotations

import pytest

from redoscope_core import Form
from redoscope_core.format.descriptor import Descriptor
from redoscope_core.format.form import form_of
from tests.judges.handmade import descriptor_text

FLAT, SPARSE = 'RW 8 FLAT "a-flat.vmdk" 0', 'RW 8 SPARSE "a-s001.vmdk"'


@pytest.mark.parametrize(
    ("kind", "lines", "form"),
    [
        ("monolithicSparse", [SPARSE], Form.SPARSE),
        ("twoGbMaxExtentSparse", [SPARSE, SPARSE], Form.SPLIT_SPARSE),
        ("monolithicFlat", [FLAT], Form.FLAT),
        ("vmfs", ['RW 8 VMFS "a-flat.vmdk"'], Form.FLAT),
        ("twoGbMaxExtentFlat", [FLAT, FLAT], Form.SPLIT_FLAT),
        ("streamOptimized", ['RDONLY 8 SPARSE "call-me-stream.vmdk"'], Form.STREAM),
        ("vmfsSparse", ['RW 8 VMFSSPARSE "a-delta.vmdk"'], Form.COWD),
        ("seSparse", ['RW 8 SESPARSE "a-sesparse.vmdk"'], Form.SESPARSE),
        ("vmfsRawDeviceMap", ['RW 8 VMFSRDM "a-rdm.vmdk"'], Form.ELSEWHERE),
        ("fullDevice", ['RW 8 FLAT "/dev/sda" 0'], Form.ELSEWHERE),
        ("monolithicFlat", ['RW 8 FLAT "/dev/shm/disk-flat.vmdk" 0'], Form.FLAT),
        ("fullDevice", ['RW 8 FLAT "\\\\.\\PhysicalDrive0" 0'], Form.ELSEWHERE),
        ("vsanSparse", ['RW 8 VSANSPARSE "vsan://1"'], Form.ELSEWHERE),
        ("partitionedDevice", [FLAT, 'RW 8 FLAT "/dev/sda" 8', "RW 8 ZERO"], Form.MIXED),
        ("custom", [FLAT, SPARSE], Form.MIXED),
        ("custom", ["RW 8 ZERO"], Form.MIXED),
    ],
)
def test_extents_tell_the_form(kind: str, lines: list[str], form: Form) -> None:
    text = descriptor_text(lines, kind=kind)
    assert form_of(Descriptor.parse(text.encode())) is form


@pytest.mark.parametrize(
    ("key", "form"),
    [
        ('encryptionKeys="vmware:key"', Form.ENCRYPTED),
        ('ddb.uuid.parent="0a1b2c3d-0000-4000-8000-000000000001"', Form.FOREIGN_CHILD),
        ('ddb.uuid.parent="00000000-0000-0000-0000-000000000000"', Form.SPARSE),
    ],
)
def test_keys_tell_more_than_extents(key: str, form: Form) -> None:
    text = descriptor_text([SPARSE], more=(key,))
    assert form_of(Descriptor.parse(text.encode())) is form
