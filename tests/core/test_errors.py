"""Errors: one line with all facts, and the vendor's numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

import redoscope_core
from redoscope_core import VixCode, VmdkError

NUMBERS = {
    "FILE_NOT_FOUND": 4,
    "OBJECT_IS_BUSY": 5,
    "FILE_READ_ONLY": 11,
    "FILE_ALREADY_EXISTS": 12,
    "FILE_ALREADY_LOCKED": 15,
    "INVALID_ARG": 3,
    "DISK_FULL": 8,
    "INVALID_HANDLE": 1000,
    "HOST_FILE_ERROR_EOF": 14005,
    "DISK_PARTIALCHAIN": 16003,
    "DISK_NEEDSREPAIR": 16006,
    "DISK_OUTOFRANGE": 16007,
    "DISK_CID_MISMATCH": 16008,
    "DISK_UNSUPPORTEDDISKVERSION": 16011,
    "DISK_OPENPARENT": 16012,
    "DISK_NOTSUPPORTED": 16013,
    "DISK_TOOMANYREDO": 16028,
    "DISK_INVALIDCHAIN": 16030,
    "DISK_INVALIDDISK": 16063,
    "DISK_CAPACITY_MISMATCH": 16067,
    "DISK_PARENT_NOTALLOWED": 16068,
    "DISK_ATTACH_ROOTLINK": 16069,
}


@pytest.mark.parametrize("name", NUMBERS)
def test_codes_have_the_vendors_numbers(name: str) -> None:
    assert int(VixCode[name]) == NUMBERS[name]


def test_the_line_tells_file_place_found_expected_and_cure() -> None:
    error = VmdkError(
        "an impossible value",
        path=Path("/disks/a.vmdk"),
        where="header field grainSize",
        offset=20,
        found=24,
        expected="a power of two",
        cure="copy the file again",
    )
    assert str(error) == (
        "/disks/a.vmdk: an impossible value, at header field grainSize (byte 20), found 24,"
        " expected a power of two; copy the file again"
    )


@pytest.mark.parametrize("hostile", ["a\nb", "a\rb", "a\x1b[31mb", "a\0b", "a\u202eb", "a\udcffb"])
def test_the_line_is_one_line_whatever_the_file_says(hostile: str) -> None:
    error = VmdkError(hostile, path=Path(hostile.replace("\0", "")), found=hostile)
    assert str(error).isprintable()
    str(error).encode("utf-8")


def test_every_error_of_the_engine_is_a_vmdk_error_with_a_code() -> None:
    names = [name for name in dir(redoscope_core) if name[0].isupper()]
    kinds = [kind for name in names if isinstance(kind := getattr(redoscope_core, name), type)]
    errors = [kind for kind in kinds if issubclass(kind, BaseException)]
    ours = [kind for kind in errors if issubclass(kind, VmdkError)]
    assert errors == ours
    assert len(ours) > 20
    assert all(isinstance(kind("what").code, VixCode) for kind in ours)
