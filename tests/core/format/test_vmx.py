"""The text of a virtual machine: which disks it names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redoscope_core.format.vmx import disk_names


def test_a_machine_names_its_disks_in_the_order_of_the_controllers() -> None:
    text = b"""
.encoding = "UTF-8"
scsi0.present = "TRUE"
scsi0:1.present = "TRUE"
scsi0:1.fileName = "data.vmdk"
scsi0:0.present = "true"
scsi0:0.filename = "vm-000002.vmdk"
sata0:0.present = "TRUE"
sata0:0.deviceType = "cdrom-image"
sata0:0.fileName = "linux.iso"
ide1:0.present = "FALSE"
ide1:0.fileName = "unplugged.vmdk"
"""
    assert disk_names(text) == ("vm-000002.vmdk", "data.vmdk")


def test_ten_disks_are_in_the_order_of_their_numbers() -> None:
    lines = [
        f'scsi0:{unit}.present = "TRUE"\nscsi0:{unit}.fileName = "d{unit}.vmdk"\n'
        for unit in range(12)
    ]
    assert disk_names("".join(lines).encode()) == tuple(f"d{unit}.vmdk" for unit in range(12))


def test_escaped_characters_of_a_name_are_told_apart() -> None:
    text = b'scsi0:0.present = "TRUE"\nscsi0:0.fileName = "a|22b.vmdk"\n'
    assert disk_names(text) == ('a"b.vmdk',)


@given(st.binary(max_size=400))
def test_any_bytes_are_an_answer(data: bytes) -> None:
    assert isinstance(disk_names(data), tuple)
    assert isinstance(disk_names(b'scsi0:0.present = "TRUE"\n' + data), tuple)
