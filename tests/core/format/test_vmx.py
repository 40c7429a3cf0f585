"""The text of a virtual machine: which disks it names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core.format.vmx import MachineText


def names(text: bytes) -> tuple[str, ...]:
    """Return the disks that *text* names."""
    return tuple(named.file_name for named in MachineText.parse(text).disks)


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
    assert names(text) == ("vm-000002.vmdk", "data.vmdk")


def test_ten_disks_are_in_the_order_of_their_numbers() -> None:
    lines = [
        f'scsi0:{unit}.present = "TRUE"\nscsi0:{unit}.fileName = "d{unit}.vmdk"\n'
        for unit in range(12)
    ]
    assert names("".join(lines).encode()) == tuple(f"d{unit}.vmdk" for unit in range(12))


def test_escaped_characters_of_a_name_are_told_apart() -> None:
    text = b'scsi0:0.present = "TRUE"\nscsi0:0.fileName = "a|22b.vmdk"\n'
    assert names(text) == ('a"b.vmdk',)


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [("windows-1252", "cp1252"), ("GBK", "cp936"), ("windows-949-2000", "cp949"), (None, "utf-8")],
)
def test_names_are_read_in_the_encoding_that_the_text_declares(
    encoding: str | None, codec: str
) -> None:
    name = {"cp1252": "Büro", "cp936": "磁盘", "cp949": "디스크", "utf-8": "Архив"}[codec]
    first = "" if encoding is None else f'.encoding = "{encoding}"\r\n'
    text = f'{first}ide0:0.present = "TRUE"\r\nide0:0.fileName = "{name}.vmdk"\r\n'
    assert names(text.encode(codec)) == (f"{name}.vmdk",)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("[ds 1] web srv/web.vmdk", ("web srv", "web.vmdk")),
        (r"D:\VMs\web\web.vmdk", ("VMs", "web", "web.vmdk")),
        ("/vmfs/volumes/4f/web/web.vmdk", ("vmfs", "volumes", "4f", "web", "web.vmdk")),
        (r"\\nas\vms\web.vmdk", ("nas", "vms", "web.vmdk")),
        (r"disks\web.vmdk", ("disks", "web.vmdk")),
    ],
)
def test_the_way_to_a_disk_is_taken_apart(name: str, parts: tuple[str, ...]) -> None:
    text = f'scsi0:0.present = "TRUE"\nscsi0:0.fileName = "{name}"\n'
    (disk,) = MachineText.parse(text.encode()).disks
    assert (disk.file_name, disk.last_part) == (name, parts[-1])
    assert tuple(part for part in disk.parts if part != "//") == parts
    assert disk.is_from_elsewhere == (not name.startswith("disks"))


def test_a_redo_log_is_what_the_machine_runs_on() -> None:
    text = b"""
ide0:0.present = "TRUE"
ide0:0.fileName = "vm.vmdk"
ide0:0.redo = "./vm.vmdk.REDO_a1b2"
ide0:1.present = "TRUE"
ide0:1.fileName = "data.vmdk"
ide0:1.redo = ""
"""
    assert names(text) == ("./vm.vmdk.REDO_a1b2", "data.vmdk")


@pytest.mark.parametrize("key", ["encryption.keySafe", "encryption.data"])
def test_an_encrypted_text_and_an_empty_one_are_known(key: str) -> None:
    assert MachineText.parse(f'{key} = "x"\n'.encode()).encrypted_by
    for nothing in (b"", bytes(512), b"# a comment\n"):
        assert not MachineText.parse(nothing).text.values


@given(st.binary(max_size=400))
def test_any_bytes_are_an_answer(data: bytes) -> None:
    assert isinstance(names(data), tuple)
    assert isinstance(names(b'scsi0:0.present = "TRUE"\n' + data), tuple)
